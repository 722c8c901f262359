"""What an update found about studies that the review relies on, and what people said to it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.events.base import Event

__all__ = ["RetractionFlagged", "RetractionJudged"]


class RetractionFlagged(Event):
    """A citation that the review keeps is retracted, as a record says; nothing is decided by it."""

    kind: ClassVar[str] = "retraction flagged"
    citation_id: str
    record_id: str  # that says so
    is_notice: bool
    evidence: str


class RetractionJudged(Event):
    """A person has seen what these records say, and the citation stays in the review."""

    kind: ClassVar[str] = "retraction judged"
    citation_id: str
    record_ids: tuple[str, ...] = Field(min_length=1)
    note: str  # why it stays
