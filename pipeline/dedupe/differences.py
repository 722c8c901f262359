"""Show where values that should be equal are not: the words of each that another one lacks.

People find a difference faster when it is marked; two records that differ in one digit look alike
(case, punctuation and accents are no difference here, because no comparison counts them).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Span", "mark_differences"]

_PIECE: Final = re.compile(r"\w+|\W+")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a value, and whether the values differ there."""

    text: str
    is_different: bool


def mark_differences(values: Sequence[str | None]) -> list[tuple[Span, ...]]:
    """Return each value cut into spans; together the spans of a value are the value.

    The first value that is not empty is the one that the others are held against; in it a word is
    different where any other lacks it. An empty value differs from nothing.

    >>> [[span.text for span in spans if span.is_different]
    ...  for spans in mark_differences(["Part I: naps", "Part II: Naps", None])]
    [['I'], ['II'], []]
    """
    pieces = [_PIECE.findall(value or "") for value in values]
    filled = [number for number, cut in enumerate(pieces) if cut]
    marked = [[False] * len(cut) for cut in pieces]
    for number in filled[1:]:
        first = filled[0]
        for left, right in _gaps(pieces[first], pieces[number]):
            _mark(marked[first], pieces[first], left)
            _mark(marked[number], pieces[number], right)
    return [_spans(cut, flags) for cut, flags in zip(pieces, marked, strict=True)]


def _gaps(one: list[str], other: list[str]) -> list[tuple[range, range]]:
    """Return the stretches of pieces in which two values differ."""
    matcher = SequenceMatcher(None, _plain(one), _plain(other), autojunk=False)
    return [
        (range(a, b), range(c, d)) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"
    ]


def _plain(pieces: list[str]) -> list[str]:
    return [_bare(piece) if piece[0].isalnum() or piece[0] == "_" else " " for piece in pieces]


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def _mark(flags: list[bool], pieces: list[str], where: range) -> None:
    for position in where:
        flags[position] = flags[position] or pieces[position][0].isalnum()


def _spans(pieces: list[str], flags: list[bool]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for piece, flag in zip(pieces, flags, strict=True):
        if spans and spans[-1].is_different == flag:
            spans[-1] = Span(spans[-1].text + piece, flag)
        else:
            spans.append(Span(piece, flag))
    return tuple(spans)
