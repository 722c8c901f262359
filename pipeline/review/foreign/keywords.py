"""Zotero, EndNote and other reference managers: decisions as keywords that people filter on.

The convention is the one our own exports write: ``screen:include``, ``fulltext:exclude``,
``reason:wrong design``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["KEYWORDS", "DecisionKeywords"]

_KEYWORD: Final = re.compile(
    r"\s*(?P<name>screen|fulltext|reason)\s*:\s*(?P<value>.+?)\s*$", re.IGNORECASE
)
# Covidence has tags instead: one cell, in which a reason may hold the separator itself.
_TAGS: Final = re.compile(r"Tags: (?P<tags>.+)", re.DOTALL)
_BETWEEN_TAGS: Final = re.compile(r"\s*;\s*(?=(?:screen|fulltext|reason)\s*:)", re.IGNORECASE)
_STAGES: Final = {"screen": None, "fulltext": "full-text"}  # "screen" is at the stage asked for
_WORDS: Final = {
    "include": "include",
    "included": "include",
    "exclude": "exclude",
    "excluded": "exclude",
    "maybe": "maybe",
}


@dataclass(frozen=True, slots=True)
class DecisionKeywords:
    """Decisions in keywords."""

    name: str = "keywords"
    description: str = (
        "Zotero, EndNote, Covidence's tags (keywords screen:include, screen:exclude, reason:…)"
    )

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return the decisions on a record; reasons belong to the latest exclusion.

        >>> from pipeline.review.foreign.contract import ForeignRecord
        >>> keywords = ("sleep", "screen:exclude", "reason:wrong design")
        >>> (found,) = KEYWORDS.read(ForeignRecord(1, None, "", (), keywords), listed_as=None)
        >>> found.decision, found.reasons
        ('exclude', 'wrong design')
        """
        del listed_as  # it says itself what was decided
        said: list[tuple[str, str]] = [
            (found["name"].lower(), found["value"])
            for keyword in (*record.keywords, *_tags(record.notes))
            if (found := _KEYWORD.match(keyword))
        ]
        reasons = ",".join(value for name, value in said if name == "reason")
        words = {name: _WORDS.get(value.lower()) for name, value in said if name in _STAGES}
        at_last = next((name for name in ("fulltext", "screen") if words.get(name)), None)
        return [
            ForeignDecision(
                position=record.position,
                decision=word,
                stage=stage,
                reasons=reasons if word == "exclude" and name == at_last else "",
            )
            for name, stage in _STAGES.items()
            if (word := words.get(name))
        ]


def _tags(notes: tuple[str, ...]) -> list[str]:
    found = (_TAGS.fullmatch(note) for note in notes)
    return [tag for cell in found if cell for tag in _BETWEEN_TAGS.split(cell["tags"])]


KEYWORDS: Final = DecisionKeywords()
