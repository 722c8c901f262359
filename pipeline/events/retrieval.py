"""What people decide about a report in full text, apart from the citations that point to it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.events.base import Event

__all__ = ["ReportAssessed", "ReportAssessmentUndone"]


class ReportAssessed(Event):
    """One reviewer's decision on a report that was linked to its citations, or a resolution.

    Citations and reports are many-to-many: other reports of the same citations are not meant.
    """

    kind: ClassVar[str] = "report assessed"
    report_id: str
    citation_ids: tuple[str, ...] = Field(min_length=1)  # that pointed to it then
    reviewer: str
    decision: Literal["include", "exclude", "maybe"]
    reasons: tuple[str, ...] = ()
    note: str | None = None
    criteria_version: str
    is_resolution: bool = False  # settles what reviewers disagree on
    decided_at: dt.datetime


class ReportAssessmentUndone(Event):
    """A reviewer takes back a decision of their own on a report; it stays in the ledger."""

    kind: ClassVar[str] = "report assessment undone"
    assessment: int  # sequence number of the decision
    reviewer: str
