"""What a team agrees on: who reads what, who has left, which criteria are locked, what awaits."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from pipeline.events.base import Event

__all__ = ["CitationsAssigned", "CriteriaLocked", "ReportClassified", "ReviewerAvailability"]


class ReviewerAvailability(Event):
    """A reviewer left, or came back; their decisions stand, their unread citations move on."""

    kind: ClassVar[str] = "reviewer availability"
    reviewer: str
    is_available: bool
    note: str | None = None


class CitationsAssigned(Event):
    """Citations go to one reviewer before all others; a later word on a citation replaces this."""

    kind: ClassVar[str] = "citations assigned"
    reviewer: str
    citation_ids: tuple[str, ...] = Field(min_length=1)
    note: str | None = None


class CriteriaLocked(Event):
    """The criteria passed the pilot: from here on a change is an amendment with a reason."""

    kind: ClassVar[str] = "criteria locked"
    version: str
    note: str | None = None


class ReportClassified(Event):
    """Why a report that was sought can be neither included nor excluded yet; clear: it can."""

    kind: ClassVar[str] = "report classified"
    report_id: str
    state: Literal["awaiting-classification", "ongoing", "needs-translation", "clear"]
    note: str | None = None
