"""Mark words in a text: a reviewer's keywords for and against, and the terms the model noticed.

A marked text is cut into segments that together are the text, character for character, so that
whoever shows it needs no offsets (browsers count UTF-16 units, Python code points) and no markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from pipeline.errors import InputError
from pipeline.screen.features.stems import stem
from pipeline.screen.features.tokens import strip_accents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = [
    "Finder",
    "MarkKind",
    "Segment",
    "compile_keyword",
    "find_keyword",
    "find_term",
    "mark_text",
]

MarkKind: TypeAlias = Literal["", "for", "against", "likely", "unlikely"]
Finder: TypeAlias = "tuple[MarkKind, Callable[[str], Iterator[tuple[int, int]]]]"

_LONGEST_MARKED: Final = 20_000  # characters: beyond it a slow pattern would hold the reader up
_WORD: Final = re.compile(r"\w\w+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text and why it is marked; an empty kind is plain text."""

    text: str
    kind: MarkKind = ""


@lru_cache(maxsize=1024)
def compile_keyword(keyword: str) -> re.Pattern[str]:
    """Return the pattern of a keyword: ``/…/`` is a regular expression, ``nurs*`` a truncation.

    Case never matters; plain keywords are whole words.

    Raises
    ------
    InputError
        What stands between the slashes is no regular expression.

    Examples
    --------
    >>> bool(compile_keyword("nurs*").search("Two Nurses"))
    True
    >>> bool(compile_keyword("app").search("apps"))
    False
    >>> compile_keyword("/app(s|lication)/").search("mobile applications").group()
    'application'
    """
    if keyword.strip("/") and keyword.startswith("/") and keyword.endswith("/"):
        try:
            return re.compile(keyword[1:-1], re.IGNORECASE)
        except re.error as error:
            raise InputError(
                f"keyword {keyword}",
                f"is no regular expression ({error})",
                "mend it in review.toml",
            ) from error
    words = (re.escape(word).replace(r"\*", r"\w*") for word in keyword.split())
    phrase = r"\s+".join(words)
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)


def find_keyword(kind: MarkKind, keyword: str) -> Finder:
    """Return what finds a keyword of the reviewer's.

    Examples
    --------
    >>> kind, find = find_keyword("for", "nurse")
    >>> kind, list(find("A nurse"))
    ('for', [(2, 7)])
    """
    pattern = compile_keyword(keyword)
    return kind, lambda text: (found.span() for found in pattern.finditer(text))


def find_term(kind: MarkKind, term: str) -> Finder:
    """Return what finds a term of the model's, in any form that has the same stems.

    Examples
    --------
    >>> kind, find = find_term("likely", "mobile phone")
    >>> list(find("Mobile phones, mobile: a phone"))
    [(0, 13)]
    """
    stems = tuple(_stem_of(word) for word in _WORD.findall(term))
    return kind, lambda text: _find_stems(text, stems)


def mark_text(text: str, finders: Sequence[Finder]) -> tuple[Segment, ...]:
    """Cut a text into segments; where marks overlap, the earlier finder has the word.

    Parameters
    ----------
    text
        Plain text.
    finders
        What to look for, the most important first.

    Examples
    --------
    >>> [segment.text for segment in mark_text("A nurse app", [find_keyword("for", "nurse")])]
    ['A ', 'nurse', ' app']
    """
    taken: list[tuple[int, int, MarkKind]] = []
    looked_at = text[:_LONGEST_MARKED]
    for kind, find in finders:
        for start, end in find(looked_at):
            if start < end and all(end <= other[0] or other[1] <= start for other in taken):
                taken.append((start, end, kind))
    return tuple(_cut(text, sorted(taken)))


def _cut(text: str, taken: Iterable[tuple[int, int, MarkKind]]) -> Iterator[Segment]:
    place = 0
    for start, end, kind in taken:
        if place < start:
            yield Segment(text[place:start])
        yield Segment(text[start:end], kind)
        place = end
    if place < len(text):
        yield Segment(text[place:])


def _find_stems(text: str, stems: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    if not stems:
        return
    words = list(_words_of(text))
    for first in range(len(words) - len(stems) + 1):
        window = words[first : first + len(stems)]
        if tuple(found for _, _, found in window) == stems and _is_one_phrase(text, window):
            yield window[0][0], window[-1][1]


@lru_cache(maxsize=64)
def _words_of(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return start, end and stem of each word; the same text is asked about once a term."""
    return tuple((*found.span(), _stem_of(found.group())) for found in _WORD.finditer(text))


def _stem_of(word: str) -> str:
    return stem(strip_accents(word.lower()))


def _is_one_phrase(text: str, window: Sequence[tuple[int, int, str]]) -> bool:
    """Say whether nothing but space or a hyphen stands between the words."""
    gaps = (text[left[1] : right[0]] for left, right in pairwise(window))
    return all(not gap.strip(" \n\t-–") for gap in gaps)
