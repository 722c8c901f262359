"""Our own tables (CSV, XLSX): the outcome of each stage in a column, the reason in another.

A table that went through other hands keeps these columns; somebody may have changed a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision
from pipeline.schemas import DECISIONS

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["OWN_COLUMNS", "OwnColumns"]

_COLUMN: Final = re.compile(r"(?P<name>title_abstract|full_text|reason): (?P<value>.+)", re.DOTALL)
_STAGES: Final = {"title_abstract": None, "full_text": "full-text"}  # None: at the stage asked for


@dataclass(frozen=True, slots=True)
class OwnColumns:
    """Decisions in the columns of our own tables."""

    name: str = "columns"
    description: str = "our own tables (CSV, XLSX with title_abstract, full_text, reason)"

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return the decisions on a record; the reason belongs to the latest exclusion.

        >>> from pipeline.review.foreign.contract import ForeignRecord
        >>> notes = ("title_abstract: exclude", "reason: design")
        >>> (found,) = OWN_COLUMNS.read(ForeignRecord(1, "Thresher", "", notes, ()), listed_as=None)
        >>> found.decision, found.reasons
        ('exclude', 'design')
        """
        del listed_as  # it says itself what was decided
        cells = {
            found["name"]: found["value"].strip()
            for note in record.notes
            if (found := _COLUMN.fullmatch(note))
        }
        said = [(name, cells[name]) for name in _STAGES if cells.get(name) in DECISIONS]
        last = said[-1][0] if said else None
        return [
            ForeignDecision(
                position=record.position,
                decision=word,
                stage=_STAGES[name],
                reasons=cells.get("reason", "") if word == "exclude" and name == last else "",
            )
            for name, word in said
        ]


OWN_COLUMNS: Final = OwnColumns()
