"""Finds the phrases that give away what a sentence is for and what kind of document it is in.

Both are looked for in one pass, since every word of every text goes through here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pipeline.tag import english
from pipeline.tag.lexicon import Entry, Lexicon
from pipeline.tag.sentences import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.tag.english import KindPhrases

__all__ = ["KINDS", "KIND_GROUP", "PART_GROUP", "Kind", "find_title_wording", "find_wording"]

Kind = Literal["primary", "review", "protocol", "report", "news", "unknown"]

KINDS: Final[tuple[Kind, ...]] = ("news", "report", "protocol", "review", "primary")
KIND_GROUP: Final = "kind"
PART_GROUP: Final = "part"


def find_wording(words: Sequence[str]) -> frozenset[Entry]:
    """Return the phrases of a sentence that speak for a part or for a kind.

    Examples
    --------
    >>> sorted({entry.key for entry in find_wording(["we", "interviewed", "nurses"])})
    ['methods', 'primary']
    """
    return frozenset(match.entry for match in _of_text().find(words))


def find_title_wording(words: Sequence[str]) -> frozenset[Entry]:
    """Return the phrases of a title that speak for a kind of document.

    Examples
    --------
    >>> [entry.key for entry in find_title_wording(["a", "scoping", "review"])]
    ['review']
    """
    return frozenset(match.entry for match in _of_title().find(words))


@cache
def _of_text() -> Lexicon:
    wording = english.parts().wording
    parts = (Entry(p, PART_GROUP, part) for part in PARTS for p in getattr(wording, part))
    return Lexicon.of([*parts, *_kind_entries(english.kinds().text)])


@cache
def _of_title() -> Lexicon:
    return Lexicon.of(_kind_entries(english.kinds().title))


def _kind_entries(table: KindPhrases) -> Iterator[Entry]:
    for kind in KINDS:
        evidence = getattr(table, kind)
        for weight in ("strong", "fair"):
            yield from (Entry(p, KIND_GROUP, kind, weight) for p in getattr(evidence, weight))
