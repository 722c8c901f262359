"""Decides which sentences report a finding; only those are tagged.

Aims, methods and background name the same factors as findings do ("this study explored barriers
to …"), and tagging them is the commonest mistake of keyword tagging. A labelled abstract says
which is which; an unlabelled one is judged by its wording and by its order, since background
comes before the aim, and the methods before the findings (the IMRaD order).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.tag.wording import PART_GROUP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tag.lexicon import Entry
    from pipeline.tag.sentences import Part, Sentence

__all__ = ["find_parts"]

_LONG_ENOUGH: Final = 4  # sentences: below that a text is an extract, not an abstract
_NEVER_TAGGED: Final = frozenset({"background", "aim", "methods", "other"})


class _Reading(NamedTuple):
    """What the wording of a sentence suggests it is for."""

    cues: frozenset[str]
    label: Part | None


def find_parts(sentences: Sequence[Sentence], wording: Sequence[frozenset[Entry]]) -> list[Part]:
    """Return what each sentence is for.

    Parameters
    ----------
    sentences
        The sentences of one abstract, in order.
    wording
        What :func:`pipeline.tag.wording.find_wording` found in each.

    Examples
    --------
    >>> from pipeline.tag.lexicon import find_words
    >>> from pipeline.tag.sentences import split_sentences
    >>> from pipeline.tag.wording import find_wording
    >>> text = "Apps are widely sold. We interviewed ten nurses. Cost hindered use."
    >>> cut = split_sentences(text)
    >>> find_parts(cut, [find_wording(find_words(text, s.start, s.end)) for s in cut])
    ['background', 'methods', 'findings']
    """
    readings = [
        _Reading(frozenset(e.key for e in mine if e.group == PART_GROUP), sentence.part)
        for sentence, mine in zip(sentences, wording, strict=True)
    ]
    opening = _end_of_opening(readings)
    return [_part(reading, is_opening=at < opening) for at, reading in enumerate(readings)]


def _end_of_opening(readings: Sequence[_Reading]) -> int:
    """Return how many sentences come before the first that states an aim or a method.

    Only unlabelled sentences can be an opening. Where neither is ever stated, the first sentence
    of a text that is long enough sets the scene.
    """
    for at, reading in enumerate(readings):
        if reading.label is not None:
            return at
        if reading.cues & {"aim", "methods"} and "findings" not in reading.cues:
            return at
    return 1 if len(readings) >= _LONG_ENOUGH else 0


def _part(reading: _Reading, *, is_opening: bool) -> Part:
    if reading.label is not None and reading.label in _NEVER_TAGGED:
        return reading.label
    worded = _worded(reading.cues)
    if is_opening and worded != "findings":
        return "background"
    if reading.label == "findings" and worded == "background":
        return "findings"
    return worded or "findings"


def _worded(cues: frozenset[str]) -> Part | None:
    if "findings" in cues:
        return "findings"
    for part in ("aim", "methods", "background"):
        if part in cues:
            return part
    return None
