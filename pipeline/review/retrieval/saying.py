"""What people said of reports in full text: by themselves, or by the citations that point to them.

A decision on a citation is a word on every report that the citation points to; a report that was
linked to its citations can be decided on by itself as well. Here both become words on reports, so
that one rule folds them, one list shows who disagrees, and agreement has one unit. What was taken
back is left out; it stays in the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from pipeline.events import ReportAssessed, ReportAssessmentUndone
from pipeline.schemas import Decision, ReportLink

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas import Cluster
    from pipeline.store import Ledger

__all__ = ["gather_words", "link_all", "read_assessments", "words_on_citations"]

_STAGE = "full-text"


def read_assessments(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Decision]:
    """Return what was decided on reports by themselves; ``citation_id`` holds the report's id."""
    undone = {
        one.event.assessment
        for one in ledger.read(ReportAssessmentUndone, as_of=as_of)
        if isinstance(one.event, ReportAssessmentUndone)
    }
    rows = [
        {
            "event": one.seq,
            "citation_id": said.report_id,
            "record_id": said.report_id,
            "membership_hash": "",
            "stage": _STAGE,
            "reviewer": said.reviewer,
            "decision": said.decision,
            "reasons": list(said.reasons),
            "note": said.note,
            "criteria_version": said.criteria_version,
            "is_resolution": said.is_resolution,
            "decided_at": min(said.decided_at, one.at),
            "record_ids": [said.report_id],
        }
        for one in ledger.read(ReportAssessed, as_of=as_of)
        if isinstance(said := one.event, ReportAssessed) and one.seq not in undone
    ]
    return Decision.validate(pl.DataFrame(rows, schema=Decision.create_empty().schema))


def gather_words(
    assessments: dy.DataFrame[Decision],
    decisions: dy.DataFrame[Decision],
    links: dy.DataFrame[ReportLink],
    clusters: dy.DataFrame[Cluster],
) -> dy.DataFrame[Decision]:
    """Return all that was said of some reports, as decisions on reports.

    Parameters
    ----------
    assessments
        As `read_assessments` returns them.
    decisions
        Those on citations that stand.
    links
        The reports that are meant, with the citations that point to them, as they are now.
    clusters
        Which records are one citation now.

    Returns
    -------
    dy.DataFrame[Decision]
        ``citation_id``, ``record_id`` and ``record_ids`` hold the report's id.

    Examples
    --------
    >>> from pipeline.schemas import Cluster
    >>> gather_words(
    ...     Decision.create_empty(),
    ...     Decision.create_empty(),
    ...     ReportLink.create_empty(),
    ...     Cluster.create_empty(),
    ... ).height
    0
    """
    own = _follow(assessments, clusters).join(links, on="report_id", how="semi")
    shared = (
        decisions.filter(pl.col("stage") == _STAGE)
        .join(clusters.select("record_id", now="citation_id"), on="record_id")
        .join(links, left_on="now", right_on="citation_id")
    )
    said = pl.concat([_as_of_reports(own), _as_of_reports(shared)])
    return _as_decisions(said)


def link_all(snapshot: Snapshot) -> dy.DataFrame[ReportLink]:
    """Return every citation with its report: a citation that was not linked is its own report."""
    linked = snapshot.report_links.select("report_id", "citation_id")
    alone = snapshot.citations.select("citation_id").join(linked, on="citation_id", how="anti")
    alone = alone.select(pl.col("citation_id").alias("report_id"), "citation_id")
    return ReportLink.validate(pl.concat([linked, alone]))


def words_on_citations(snapshot: Snapshot) -> dy.DataFrame[Decision]:
    """Return every decision that stands as one on a citation, for lists of citations.

    A decision on a report is one on each citation that points to it, unless the reviewer has said
    something of that citation in full text. Where several reports of one citation ended
    differently, the citation is included with any of them.
    """
    assessments = snapshot.assessments
    if assessments.is_empty():
        return snapshot.decisions
    own = snapshot.decisions.filter(pl.col("stage") == _STAGE)
    rank = pl.col("decision").cast(pl.String).replace_strict({"include": 2, "maybe": 1}, default=0)
    of_reports = (
        _follow(assessments, snapshot.clusters)
        .drop("citation_id")
        .join(snapshot.report_links, on="report_id")
        .sort("decided_at", "event")
        .unique(["citation_id", "report_id", "reviewer"], keep="last", maintain_order=True)
        .sort(rank, maintain_order=True)
        .unique(["citation_id", "reviewer"], keep="last", maintain_order=True)
        .join(own, on=["citation_id", "reviewer"], how="anti")
        .with_columns(record_id="citation_id")
        .select(Decision.column_names())
    )
    return _as_decisions(pl.concat([snapshot.decisions, of_reports]))


def _follow(assessments: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """Add ``report_id`` as it is now: a report that is a citation goes where its record went."""
    homes = clusters.select("record_id", now="citation_id")
    return assessments.join(homes, on="record_id", how="left").with_columns(
        report_id=pl.coalesce("now", "citation_id")
    )


def _as_of_reports(said: pl.DataFrame) -> pl.DataFrame:
    """Return words on citations as words on the reports that ``report_id`` names."""
    return said.with_columns(
        citation_id="report_id",
        record_id="report_id",
        membership_hash=pl.lit(""),
        record_ids=pl.concat_list("report_id"),
    ).select(Decision.column_names())


def _as_decisions(said: pl.DataFrame) -> dy.DataFrame[Decision]:
    """Sort words; one event may be a word on several reports, so it is no key here."""
    return cast("dy.DataFrame[Decision]", said.sort("event", "citation_id"))
