"""Phrases as codebooks and word lists write them, checked when they are read.

Lower case, words apart by spaces; a space matches any white space or hyphen, and a trailing ``*``
any ending. A longer phrase wins over a shorter one inside it.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict

__all__ = ["Cues", "Part", "PhraseList", "PolarityRules"]

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?\*?")
_SHORTEST_STEM: Final = 2  # letters before a wildcard: "a*" would match half of all words


def _check_phrase(phrase: str) -> str:
    words = phrase.casefold().replace("-", " ").replace("’", "'").split()
    if not words:
        raise ValueError("a phrase is empty")
    for word in words:
        if not _WORD.fullmatch(word):
            raise ValueError(f"{word!r} in {phrase!r} is not a word (a '*' may only end a word)")
        if word.endswith("*") and len(word) <= _SHORTEST_STEM:
            raise ValueError(f"{word!r} in {phrase!r} is too short a stem")
    return " ".join(words)


PhraseList: TypeAlias = tuple[Annotated[str, AfterValidator(_check_phrase)], ...]


class Part(BaseModel):
    """A part of a codebook or word list: never changed once read, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cues(Part):
    """Words that give a direction: governors rule a clause, cues only what is near them."""

    governors: PhraseList = ()
    cues: PhraseList = ()


class PolarityRules(Part):
    """How a language says that something hinders or helps."""

    barrier: Cues = Cues()
    facilitator: Cues = Cues()
    unspecified: PhraseList = ()  # influences, with no word on the direction
    absence: PhraseList = ()  # "lack of": what follows is missing
    defect: PhraseList = ()  # "poor": what follows is there, but does not do
    fall: PhraseList = ()  # "reduced": turns what follows round
    relief: PhraseList = ()  # "overcome": what follows no longer hinders
    rise: PhraseList = ()  # "more": strengthens what follows
    negation: PhraseList = ()
    need: PhraseList = ()  # "should": a recommendation
    wish: PhraseList = ()  # "preferred": wanting what the technology would replace hinders
    contrast: PhraseList = ()  # opens a clause with a direction of its own
    listing: PhraseList = ()  # "included": what follows a heading word
    vague: PhraseList = ()  # "more research": the object of a call that says nothing
    ignore: PhraseList = ()  # fixed expressions that only look like a phrase
