"""Cuts an abstract into sentences and says what each is for.

Abstracts arrive with labels ("Methods: …"), with labels glued to the text by a database
("treatment.MethodsWe …") and without any. A sentence takes the part that its label announces;
without labels, :mod:`pipeline.tag.roles` judges by the wording. The cutter knows abbreviations,
decimals, initials and numbered lists; it is rules, since a trained one could not be explained.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.tag import english

__all__ = ["PARTS", "Part", "Sentence", "split_sentences"]

Part = Literal["background", "aim", "methods", "findings", "other"]

PARTS: Final[tuple[Part, ...]] = ("background", "aim", "methods", "findings", "other")
_PART_OF: Final[dict[str, Part]] = {
    label: part for part in PARTS for label in getattr(english.parts().labels, part)
}
_ALTERNATIVES: Final = "|".join(
    re.escape(label) for label in sorted(_PART_OF, key=lambda label: (-len(label), label))
)
_LABEL: Final = re.compile(
    rf"(?P<label>(?i:{_ALTERNATIVES}))(?:\s*[/&]\s*\w+)?"
    r"(?:\s*[:.—–]\s*|\s+-\s+|\s*\n\s*|(?=\s+[A-Z(“\"])|(?=[A-Z][a-z]+\b))"
)
# fmt: off
_ABBREVIATIONS: Final = frozenset((
    "al", "approx", "ca", "cf", "dept", "dr", "e.g", "eg", "eq", "excl", "fig", "figs", "i.e", "ie",
    "incl", "mr", "mrs", "ms", "nos", "pp", "prof", "ref", "refs", "resp", "u.k", "u.s", "univ",
    "viz", "vol", "vs",
))
# fmt: on
_TERMINAL: Final = re.compile(  # one character first: the search then skips to the next of them
    r"[.!?…؟۔。！？\n](?:"
    r"(?<=[.!?…؟۔])[.!?…]*[\"'”’)\]»]*(?=\s|$)"
    rf"|(?<=[a-z)\]%0-9]\.)(?=[A-Z])(?=(?i:{_ALTERNATIVES})(?:[:A-Z\s]))"
    r"|(?<=[a-z)]\.)(?=[A-Z][a-z]+\s)"
    r"|(?<=[。！？])[」』”]*"
    r"|(?<=\n)\s*\n\s*"
    rf"|(?<=\n)(?=\s*(?:[-•*·]|\d+[.)]|(?i:{_ALTERNATIVES})\s*(?:[:.—–]|\n))\s*)"
    r")"
)
_WORD_BEFORE: Final = re.compile(r"[\w.]+\Z")
_LONGEST: Final = 1000  # code points: no sentence, but a table or a list run together
_SPACE: Final = re.compile(r"\s*")
_BULLET: Final = re.compile(r"[\s•*·-]*")
_OPENING: Final = re.compile(r"\s*[\"'“‘«(\[]*\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: ``text[start:end]``, and the part of the abstract that its label announces."""

    start: int
    end: int
    part: Part | None  # None where no label has been seen


def split_sentences(text: str) -> list[Sentence]:
    """Return the sentences of a plain text, without their labels.

    Examples
    --------
    >>> text = "Methods: We asked Dr. Ada (n=3). Results: Costs rose by 2.5 %. Staff left."
    >>> [(s.part, text[s.start:s.end]) for s in split_sentences(text)]
    [('methods', 'We asked Dr. Ada (n=3).'), ('findings', 'Costs rose by 2.5 %.'),
     ('findings', 'Staff left.')]
    """
    sentences: list[Sentence] = []
    part: Part | None = None
    start = 0
    for stop in _bounded([*_stops(text), len(text)], text):
        here, announced = _after_label(text, start, stop)
        part = announced or part
        begin, end = _trimmed(text, here, stop)
        if begin < end:
            sentences.append(Sentence(begin, end, part))
        start = stop
    return sentences


def _stops(text: str) -> list[int]:
    """Return the places just after the end of a sentence."""
    return [found.end() for found in _TERMINAL.finditer(text) if _ends_sentence(text, found)]


def _bounded(stops: list[int], text: str) -> list[int]:
    """Add stops at white space, so that a text without full stops cannot grow without bound."""
    bounded: list[int] = []
    start = 0
    for stop in stops:
        while stop - start > _LONGEST:
            space = text.rfind(" ", start + 1, start + _LONGEST)
            start = space if space > start else start + _LONGEST
            bounded.append(start)
        bounded.append(stop)
        start = stop
    return bounded


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    """Tell the end of a sentence from an abbreviation, an initial or a stop inside it."""
    mark = found.group()
    if mark[0] in "\n。！？؟۔":
        return True
    if mark == "." and _is_abbreviation(text, found.start()):
        return _is_label_next(text, found.end())
    return not _goes_on(text, found.end())


def _is_abbreviation(text: str, at: int) -> bool:
    before = _WORD_BEFORE.search(text[max(0, at - 20) : at])
    word = before.group() if before else ""
    is_initial = len(word) == 1 and word.isupper() and word != "I"
    is_number_sign = word == "No"  # "No. 5", but not "they said no."
    return is_initial or is_number_sign or word.casefold() in _ABBREVIATIONS


def _is_label_next(text: str, at: int) -> bool:
    gap = _SPACE.match(text, at)
    found = _LABEL.match(text, gap.end() if gap else at)
    return bool(found and _is_label(found))


def _goes_on(text: str, at: int) -> bool:
    """Return whether the text goes on in lower case, so that the stop was inside a sentence."""
    opening = _OPENING.match(text, at)
    return text[opening.end() if opening else at :][:1].islower()


def _after_label(text: str, start: int, stop: int) -> tuple[int, Part | None]:
    """Return where the sentence begins once its label is taken off, and what the label says."""
    gap = _BULLET.match(text, start, stop)
    begin = gap.end() if gap else start
    found = _LABEL.match(text, begin, stop)
    if found is None or not _is_label(found):
        return begin, None
    return found.end(), _PART_OF[re.sub(r"\s+", " ", found.group("label").casefold())]


def _is_label(found: re.Match[str]) -> bool:
    """Tell "Results Interviews showed" and "METHODS" from "Results of the survey"."""
    label, rest = found.group("label"), found.group()[len(found.group("label")) :]
    if not label[0].isupper():
        return False
    if rest.strip() or "\n" in rest or label.isupper():
        return True
    return all(word[0].isupper() or word in {"and", "of", "for"} for word in label.split())


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int]:
    piece = text[start:stop]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
