"""Flags what kind of document a text is: a flag for the reviewer, never an exclusion.

Each kind has telling phrases with a weight, in the title and in the text; the first kind in the
order below that reaches its threshold wins. News and reports come first, because they quote the
very words of the study or review that they write about.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pipeline.tag.lexicon import find_words
from pipeline.tag.wording import KIND_GROUP, KINDS, find_title_wording

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipeline.tag.lexicon import Entry
    from pipeline.tag.sentences import Part
    from pipeline.tag.wording import Kind

__all__ = ["find_kind"]

_WEIGHTS: Final = {"strong": 3, "fair": 2}
_THRESHOLD: Final = 3  # one strong phrase, or two fair ones


def find_kind(title: str, wording: Collection[Entry] = (), parts: Collection[Part] = ()) -> Kind:
    """Return the kind of a document, judged by its title and the wording of its text.

    Parameters
    ----------
    title
        The title; it may be empty.
    wording
        What :func:`pipeline.tag.wording.find_wording` found in the text.
    parts
        The parts that its sentences were found to be: who reports methods reports a study.

    Examples
    --------
    >>> find_kind("Apps in clinics: a scoping review")
    'review'
    >>> find_kind("")
    'unknown'
    """
    scores = _scores(find_title_wording(find_words(title))) + _scores(wording)
    for kind in KINDS:
        if scores[kind] >= _threshold(kind, scores):
            return kind
    return "primary" if "methods" in parts else "unknown"


def _scores(wording: Collection[Entry]) -> Counter[str]:
    """Return the weight of the different telling phrases for each kind."""
    scores: Counter[str] = Counter()
    for entry in wording:
        if entry.group == KIND_GROUP:
            scores[entry.key] += _WEIGHTS[entry.lean]
    return scores


def _threshold(kind: Kind, scores: Counter[str]) -> int:
    """Ask a review, a report or a news item for more where the text describes its own study."""
    if kind in {"news", "report"}:
        return _THRESHOLD + scores["primary"] // 2
    if kind == "review" and scores["primary"] > scores["review"]:
        return scores["primary"]
    return _THRESHOLD
