"""Taking back a decision in full text: one's own last word on a report, and on no other report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.events import DecisionUndone, ReportAssessmentUndone
from pipeline.review.retrieval.saying import gather_words, link_all
from pipeline.schemas import ReportLink

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["undoing_last_word"]


def undoing_last_word(
    snapshot: Snapshot, report_id: str, *, reviewer: str
) -> ReportAssessmentUndone | DecisionUndone:
    """Return the event that takes back a reviewer's last word on a report that is sought.

    Raises
    ------
    InputError
        The reviewer has no word on it that stands, or the word is one on a citation that points to
        other reports as well.
    """
    links = link_all(snapshot)
    theirs = ReportLink.validate(links.filter(pl.col("report_id") == report_id))
    said = gather_words(
        snapshot.assessments, snapshot.surviving_decisions, theirs, snapshot.clusters
    ).filter(pl.col("reviewer") == reviewer)
    if said.is_empty():
        what = f"holds no decision of {reviewer} that stands"
        raise InputError(report_id, what, "see `thresher fulltext`")
    event: int = said.sort("decided_at", "event")["event"][-1]
    if event in snapshot.assessments["event"]:
        return ReportAssessmentUndone(assessment=event, reviewer=reviewer)
    _require_alone(snapshot, links, report_id, event)
    return DecisionUndone(decision=event, reviewer=reviewer)


def _require_alone(snapshot: Snapshot, links: pl.DataFrame, report_id: str, event: int) -> None:
    """Refuse a word on a citation that holds for other reports as well."""
    [record] = snapshot.decisions.filter(pl.col("event") == event)["record_id"]
    home = snapshot.clusters.filter(pl.col("record_id") == record)["citation_id"]
    meant = links.filter(pl.col("citation_id").is_in(home.implode()))["report_id"]
    others = sorted(set(meant) - {report_id})
    if others:
        what = f"was decided on as citation {home[0]}, which holds for {', '.join(others)} too"
        raise InputError(report_id, what, "decide on this report by itself instead")
