"""Flags what kind of document a text is: a flag for the reviewer, never an exclusion.

Each kind has telling phrases with a weight, in the title and in the text; the first kind in the
order below that reaches its threshold wins. News and reports come first, because they quote the
very words of the study or review that they write about.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pipeline.tag import english
from pipeline.tag.lexicon import Entry, Lexicon, find_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.tag.sentences import Part

__all__ = ["Kind", "find_kind"]

Kind = Literal["primary", "review", "protocol", "report", "news", "unknown"]

_WEIGHTS: Final = {"strong": 3, "fair": 2}
_THRESHOLD: Final = 3  # one strong phrase, or several lesser ones

_ORDER: Final[tuple[Kind, ...]] = ("news", "report", "protocol", "review", "primary")


@cache
def _lexicon(place: Literal["title", "text"]) -> Lexicon:
    rules = english.kinds()
    table = rules.title if place == "title" else rules.text
    return Lexicon.of(
        Entry(phrase, kind, kind, weight)
        for kind in _ORDER
        for weight in _WEIGHTS
        for phrase in getattr(getattr(table, kind), weight)
    )


def find_kind(title: str, words: Sequence[str], parts: Collection[Part] = ()) -> Kind:
    """Return the kind of a document, judged by its title and the words of its text.

    Parameters
    ----------
    title
        The title; it may be empty.
    words
        The words of the text.
    parts
        The parts that its sentences were found to be: who reports methods reports a study.

    Examples
    --------
    >>> find_kind("Apps in clinics: a scoping review", [])
    'review'
    >>> find_kind("", [])
    'unknown'
    """
    scores = _scores("title", find_words(title)) + _scores("text", words)
    for kind in _ORDER:
        if scores[kind] >= _threshold(kind, scores):
            return kind
    return "primary" if "methods" in parts else "unknown"


def _scores(place: Literal["title", "text"], words: Sequence[str]) -> Counter[Kind]:
    """Return the weight of the different telling phrases for each kind."""
    found = {match.entry for match in _lexicon(place).find(words)}
    scores: Counter[Kind] = Counter()
    for entry in found:
        kind: Kind = entry.key  # type: ignore[assignment]  # the lexicon's keys are kinds
        scores[kind] += _WEIGHTS[entry.lean]
    return scores


def _threshold(kind: Kind, scores: Counter[Kind]) -> int:
    """Ask a review, a report or a news item for more where the text describes its own study."""
    if kind in {"news", "report"}:
        return _THRESHOLD + scores["primary"] // 2
    if kind == "review" and scores["primary"] > scores["review"]:
        return scores["primary"]
    return _THRESHOLD
