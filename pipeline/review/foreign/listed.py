"""Covidence, EPPI-Reviewer and others: the decision is which list was exported.

Nothing in such a file says what the list stands for, so a person must; reasons are taken from notes
of the form ``Exclusion reason: wrong design``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.review.foreign.contract import ForeignDecision

if TYPE_CHECKING:
    from pipeline.review.foreign.contract import ForeignRecord

__all__ = ["LISTED", "LISTING_TOOLS", "ListedRecords"]

LISTING_TOOLS: Final = ("Covidence", "EPPI-Reviewer")
_REASON: Final = re.compile(r"\bexclusion reason:\s*(?P<reason>[^;|\n]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedRecords:
    """Every record of the file is one decision, given with the file."""

    name: str = "list"
    description: str = "Covidence, EPPI-Reviewer (one exported list; needs --decision)"

    def read(self, record: ForeignRecord, *, listed_as: str | None) -> list[ForeignDecision]:
        """Return what the list stands for.

        >>> from pipeline.review.foreign.contract import ForeignRecord
        >>> record = ForeignRecord(1, "Covidence", "", ("Exclusion reason: Wrong design;",), ())
        >>> (found,) = LISTED.read(record, listed_as="exclude")
        >>> found.decision, found.reasons
        ('exclude', 'Wrong design')
        """
        if listed_as is None:
            return []
        found = [one["reason"].strip() for note in record.notes for one in _REASON.finditer(note)]
        reasons = ",".join(found) if listed_as == "exclude" else ""
        return [ForeignDecision(record.position, listed_as, reasons=reasons)]


LISTED: Final = ListedRecords()
