"""Taking back a resolution of one's own: what the readers had said stands open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.events import DecisionUndone, ReportAssessmentUndone

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["undoing_resolution"]


def undoing_resolution(
    snapshot: Snapshot, name: str, *, reviewer: str, stage: str | None = None
) -> DecisionUndone | ReportAssessmentUndone:
    """Return the event that takes back a person's last resolution of a citation or a report.

    Parameters
    ----------
    snapshot
        The review.
    name
        Of the citation, of any record in it, or of the report.
    reviewer
        Whose resolution it is.
    stage
        Of the resolution; None: the last at either stage.

    Raises
    ------
    InputError
        That person has not resolved it, or has taken that back.
    """
    homes = dict(snapshot.clusters.iter_rows())
    own = (pl.col("reviewer") == reviewer) & pl.col("is_resolution")
    if stage is not None:
        own &= pl.col("stage") == stage
    now = pl.col("record_id").replace(homes)
    of_citation = snapshot.decisions.filter(own & (now == homes.get(name, name)))["event"]
    of_report = snapshot.assessments.filter(own & (pl.col("citation_id") == name))["event"]
    events: list[int] = [*of_citation, *of_report]
    if not events:
        raise InputError(name, f"has no resolution of {reviewer}", "see `thresher conflicts`")
    last = max(events)
    if last in of_report:
        return ReportAssessmentUndone(assessment=last, reviewer=reviewer)
    return DecisionUndone(decision=last, reviewer=reviewer)
