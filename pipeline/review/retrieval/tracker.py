"""The retrieval tracker: every report that was sought, with its hunt, its file and its fate.

It is a view over the ledger and the flow, so that it lists exactly the reports that the boxes from
"sought for retrieval" to "excluded" count, each with the one reason that is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import UnknownNameError
from pipeline.events import FullTextKept, Retrieved
from pipeline.report import list_sought
from pipeline.schemas.retrieval import SoughtReport

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["find_report", "track_reports"]

_HUNT = {
    "report_id": pl.String,
    "status": pl.String,
    "on": pl.Date,
    "from_whom": pl.String,
    "file": pl.String,
    "file_sha256": pl.String,
    "note": pl.String,
    "event": pl.UInt64,
}


def track_reports(snapshot: Snapshot) -> dy.DataFrame[SoughtReport]:
    """Return every report that was sought, those that still wait for something first."""
    studies = snapshot.evidence.study_links.group_by("report_id").agg(
        study_ids=pl.col("study_id").sort()
    )
    notes = snapshot.evidence.report_states.select("report_id", state_note="note")
    tracked = (
        list_sought(snapshot.evidence)
        .drop("status")
        .join(_hunts(snapshot), on="report_id", how="left")
        .join(studies, on="report_id", how="left")
        .join(notes, on="report_id", how="left")
        .with_columns(
            decision=pl.when("is_included")
            .then(pl.lit("include"))
            .when("is_excluded")
            .then(pl.lit("exclude"))
            .when("conflict")
            .then(pl.lit("conflict"))
            .otherwise(pl.lit("awaiting")),
            arm=pl.when("is_other")
            .then(pl.lit("other methods"))
            .otherwise(pl.lit("databases and registers")),
            status=_status(),
            reason=pl.when("is_excluded").then("reason"),
            note=pl.coalesce("state_note", "note"),
            n_chased=pl.col("n_chased").fill_null(0),
            study_ids=pl.col("study_ids").fill_null([]),
        )
        .sort(pl.col("decision") != "awaiting", "report_id")
    )
    return SoughtReport.validate(tracked.select(*SoughtReport.columns()), cast=True)


def find_report(snapshot: Snapshot, name: str) -> tuple[str, tuple[str, ...]]:
    """Return a sought report's id and its citations, by its own name or that of a record in it.

    Raises
    ------
    UnknownNameError
        No such report is sought: nobody included it at title and abstract.
    """
    sought = list_sought(snapshot.evidence).select("report_id", "citation_ids")
    reports: dict[str, list[str]] = dict(sought.iter_rows())
    if name not in reports:
        by_record = dict(snapshot.clusters.iter_rows())
        name = by_record.get(name, name)
    if name not in reports:
        raise UnknownNameError("report that is sought", name, reports)
    return name, tuple(reports[name])


def _status() -> pl.Expr:
    """Say how far the hunt is; whoever decided has read it, whatever the tracker was told."""
    told = pl.col("told").replace({"not_retrieved": "not retrieved"})
    is_read = pl.col("is_included") | pl.col("is_excluded") | pl.col("conflict")
    return pl.when(is_read).then(pl.lit("assessed")).otherwise(told.fill_null("sought"))


def _hunts(snapshot: Snapshot) -> pl.DataFrame:
    """Fold what was said about the hunt for each report."""
    told = pl.DataFrame([*_said(snapshot), *_kept(snapshot)], schema=_HUNT, orient="row").join(
        snapshot.clusters.select(report_id="record_id", now="citation_id"),
        on="report_id",
        how="left",
    )
    requests = pl.col("on").filter(pl.col("status") == "requested")
    return (
        told.with_columns(report_id=pl.coalesce("now", "report_id"))
        .sort("event")
        .group_by("report_id", maintain_order=True)
        .agg(
            pl.col("status").drop_nulls().last().alias("told"),
            requests.min().alias("requested_on"),
            (requests.len().cast(pl.Int64) - 1).clip(lower_bound=0).alias("n_chased"),
            pl.col("on").last().alias("last_on"),
            pl.col("from_whom", "file", "file_sha256", "note").drop_nulls().last(),
        )
    )


def _said(snapshot: Snapshot) -> list[tuple[object, ...]]:
    events = snapshot.workspace.ledger.read(Retrieved, as_of=snapshot.as_of)
    return [
        (
            said.report_id,
            said.status,
            said.happened_on or one.at.date(),
            said.from_whom,
            said.file,
            said.file_sha256,
            said.note,
            one.seq,
        )
        for one in events
        if isinstance(said := one.event, Retrieved)
    ]


def _kept(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """Return the full texts that were kept for coding: whoever has the file has the report."""
    events = snapshot.workspace.ledger.read(FullTextKept, as_of=snapshot.as_of)
    return [
        (kept.report_id, None, one.at.date(), None, kept.file, kept.file_sha256, None, one.seq)
        for one in events
        if isinstance(kept := one.event, FullTextKept)
    ]
