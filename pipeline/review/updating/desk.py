"""The desk for updates: what became of records that were known, and a word on retractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.review.desk import Desk
from pipeline.review.duplicates.history import list_changes
from pipeline.review.snapshot import Snapshot
from pipeline.review.updating.retractions import (
    flag_retractions,
    judge_retraction,
    list_retracted,
    open_retractions,
)
from pipeline.review.updating.vanished import list_vanished

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas.deduplication import RecordChange
    from pipeline.schemas.updates import RetractedCitation, VanishedRecord

__all__ = ["UpdatesDesk"]


class UpdatesDesk(Desk):
    """Retracted, vanished and changed records of one review."""

    def changes(self) -> dy.DataFrame[RecordChange]:
        """Return what later exports say differently about known records."""
        return list_changes(Snapshot(self.workspace))

    def retracted(self) -> dy.DataFrame[RetractedCitation]:
        """Return every citation that a record says is retracted."""
        return list_retracted(Snapshot(self.workspace))

    def open_retractions(self) -> dy.DataFrame[RetractedCitation]:
        """Return those that the review keeps and on which nobody has decided."""
        return open_retractions(Snapshot(self.workspace))

    def vanished(self) -> dy.DataFrame[VanishedRecord]:
        """Return the records that their own search, run in full, does not bring any more."""
        return list_vanished(Snapshot(self.workspace))

    def flag_retractions(self) -> int:
        """Record the open ones that were not flagged yet; return how many are open."""
        return flag_retractions(self.workspace, now=self.clock())

    def keep_retracted(self, citation_id: str, *, note: str, actor: str) -> None:
        """Say that a citation stays although it is retracted, and why."""
        judge_retraction(self.workspace, citation_id, note=note, actor=actor, now=self.clock())
