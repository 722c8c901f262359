"""What a reviewer sees of one citation: plain text in marked segments, never markup.

Everything that a record says is data here. Links are made only of what looks like a DOI, or of an
http(s) address; a record's own ``javascript:`` stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pipeline.screen.abstracts import split_abstract
from pipeline.screen.highlighting import MarkKind, Segment, mark_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.review.session.own_words import Word
    from pipeline.screen.highlighting import Finder

__all__ = ["Match", "Section", "ShownCitation", "ShownLink", "StandingWord", "show_citation"]

_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
_DOI_SAFE: Final = "/():;,.-_~!*'"  # what a path may hold as it stands
_WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MOST_MATCHES: Final = 12  # words in the legend


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the abstract; ``label`` is empty where it has none."""

    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link that is safe to follow."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A marked word of this citation and how often it occurs: the marks, told in words."""

    kind: MarkKind
    text: str
    n: int


@dataclass(frozen=True, slots=True)
class StandingWord:
    """What the reviewer has said about it."""

    decision: str
    reasons: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ShownCitation:
    """One citation on the card; ``uid`` is that of the next decision about it."""

    citation_id: str
    uid: str
    position: int | None  # in the queue
    title: tuple[Segment, ...]
    original_title: str
    sections: tuple[Section, ...]
    authors: str
    journal: str
    year: int | None
    language: str
    entry_type: str
    databases: tuple[str, ...]
    link: ShownLink | None
    matches: tuple[Match, ...]
    marks: tuple[str, ...]
    word: StandingWord | None


def show_citation(
    row: Mapping[str, object],
    *,
    uid: str,
    position: int | None,
    finders: Sequence[Finder],
    marks: tuple[str, ...],
    word: Word | None,
) -> ShownCitation:
    """Return what is shown of a citation.

    Parameters
    ----------
    row
        The citation's fields, as in a frame of citations.
    uid
        Of the next decision about it.
    position
        Its place in the queue.
    finders
        What to mark, the most important first.
    marks, word
        What the reviewer has said about it.

    Examples
    --------
    >>> shown = show_citation(
    ...     {"citation_id": "a", "title": "Naps", "doi": "10.5555/nap.1", "authors": ["Ek, Anna"]},
    ...     uid="", position=1, finders=[], marks=(), word=None,
    ... )
    >>> shown.link.href, shown.authors
    ('https://doi.org/10.5555/nap.1', 'Ek, Anna')
    """
    title = mark_text(_text(row, "title"), finders)
    sections = tuple(
        Section(part.label, mark_text(part.text, finders))
        for part in split_abstract(_text(row, "abstract"))
    )
    year = row.get("year")
    return ShownCitation(
        citation_id=_text(row, "citation_id"),
        uid=uid,
        position=position,
        title=title,
        original_title=_text(row, "original_title"),
        sections=sections,
        authors="; ".join(_texts(row, "authors")),
        journal=_text(row, "journal"),
        year=year if isinstance(year, int) else None,
        language=_text(row, "language"),
        entry_type=_text(row, "entry_type"),
        databases=_texts(row, "databases"),
        link=safe_link(_text(row, "doi"), _text(row, "url")),
        matches=_matches([*title, *chain.from_iterable(one.segments for one in sections)]),
        marks=marks,
        word=None if word is None else StandingWord(word.decision, word.reasons, word.note or ""),
    )


def safe_link(doi: str, url: str) -> ShownLink | None:
    """Return a link to the publication, or None where nothing is safe to follow.

    Examples
    --------
    >>> safe_link("", "javascript:alert(1)") is None
    True
    >>> safe_link("10.1002/(sici)1<1::aid>3.0.co;2-#", "").href
    'https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0.co;2-%23'
    """
    if _DOI.fullmatch(doi):
        return ShownLink(f"https://doi.org/{quote(doi, safe=_DOI_SAFE)}", doi)
    if _WEB.fullmatch(url):
        return ShownLink(url, url)
    return None


def _matches(segments: Sequence[Segment]) -> tuple[Match, ...]:
    counted = Counter((one.kind, one.text.lower()) for one in segments if one.kind)
    return tuple(Match(kind, text, n) for (kind, text), n in counted.most_common(_MOST_MATCHES))


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _texts(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = row.get(name)
    return tuple(str(one) for one in values) if isinstance(values, list) else ()
