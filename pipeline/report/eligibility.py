"""Eligibility: the reports sought, retrieved, assessed and included, and the studies they report.

Counting changes its unit here: a citation that was kept at title–abstract screening points to one
or more reports, and several citations may point to the same one. A report that full-text decisions
disagree on is assessed and awaits classification; it is never counted twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.boxes import NO_REASON
from pipeline.report.rows import flow_rows

if TYPE_CHECKING:
    from pipeline.report.evidence import FlowEvidence

__all__ = ["list_included", "list_reports", "trace_eligibility"]

_BOX: Final = {
    "sought": ("dbr_sought_reports", "other_sought_reports"),
    "not retrieved": ("dbr_notretrieved_reports", "other_notretrieved_reports"),
    "assessed": ("dbr_assessed", "other_assessed"),
    "excluded": ("dbr_excluded", "other_excluded"),
}


def list_reports(evidence: FlowEvidence, citations: pl.DataFrame) -> pl.DataFrame:
    """List the reports sought: those of citations included at title–abstract screening.

    Columns: report_id, citation_ids, title, source, is_other, is_known (every citation was in the
    previous version), event (why it was sought), status and retrieval_event, is_included,
    is_excluded, conflict, is_assessed, is_unobtained, reason, outcome_event, state (as declared).
    """
    settled = pl.col("full_text").is_in(["include", "exclude"])
    return (
        _link_citations(evidence, citations)
        .group_by("report_id")
        .agg(
            pl.col("citation_id").sort().alias("citation_ids"),
            pl.col("title").sort_by("citation_id").first(),
            pl.col("source").str.split("; ").explode().unique().sort().str.join("; "),
            _is_by_other_methods_only(),
            pl.col("is_known").all(),
            pl.col("event").min(),
            *(
                (pl.col("full_text") == o).any().alias(o)
                for o in ("include", "exclude", "conflict")
            ),
            pl.col("reason").sort_by(_rank(evidence), "outcome_event").drop_nulls().first(),
            pl.col("outcome_event").filter(settled).max(),
        )
        .join(_own_outcomes(evidence), on="report_id", how="left")
        .with_columns(_own_first())
        .join(_latest_status(evidence), on="report_id", how="left")
        .join(_declared(evidence), on="report_id", how="left")
        .with_columns(_standing())
        .with_columns(
            ((pl.col("status") == "not_retrieved") & ~pl.col("is_assessed"))
            .fill_null(value=False)
            .alias("is_unobtained")
        )
        .sort("report_id")
    )


def list_included(evidence: FlowEvidence, reports: pl.DataFrame) -> pl.DataFrame:
    """List the included reports with their studies: one row for each report of each study."""
    links = evidence.study_links.select("report_id", "study_id")
    return (
        reports.filter("is_included")
        .join(links, on="report_id", how="left")
        .with_columns(pl.coalesce("study_id", "report_id").alias("study_id"))
        .sort("study_id", "report_id")
    )


def trace_eligibility(reports: pl.DataFrame) -> pl.DataFrame:
    """Trace the boxes from "sought for retrieval" to "excluded", and what awaits a next step.

    Parameters
    ----------
    reports
        As `list_reports` returns them. Those that only the previous version's searches found have
        no place in the boxes of an update, but still await what they await.
    """
    new = reports.filter(~pl.col("is_known"))
    outcome = pl.col("outcome_event")
    reason = pl.col("reason").fill_null(NO_REASON)
    is_awaited = ~pl.col("is_assessed") & ~pl.col("is_unobtained")
    is_open = pl.col("is_assessed") & ~pl.col("is_included") & ~pl.col("is_excluded")
    assessed_by = pl.coalesce("retrieval_event", "outcome_event")
    return pl.concat(
        [
            _report_rows(new, "sought", event=pl.col("event")),
            _report_rows(
                new.filter("is_unobtained"), "not retrieved", event=pl.col("retrieval_event")
            ),
            _report_rows(new.filter("is_assessed"), "assessed", event=assessed_by),
            _report_rows(new.filter("is_excluded"), "excluded", name=reason, event=outcome),
            _awaiting_rows(reports.filter(is_awaited), pl.lit("retrieval")),
            _awaiting_rows(reports.filter(is_open), _open_name()),
        ]
    )


def _link_citations(evidence: FlowEvidence, citations: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each report of each citation sought, with its full-text outcome."""
    full_text = evidence.outcomes.filter(pl.col("stage") == "full-text").select(
        "citation_id",
        pl.col("outcome").cast(pl.String).alias("full_text"),
        pl.when(pl.col("outcome") == "exclude").then("reason").alias("reason"),
        pl.col("event").alias("outcome_event"),
    )
    links = evidence.report_links.select("citation_id", "report_id")
    return (
        citations.filter((pl.col("outcome") == "include") & pl.col("removal").is_null())
        .join(links, on="citation_id", how="left")
        .with_columns(pl.coalesce("report_id", "citation_id").alias("report_id"))
        .join(full_text, on="citation_id", how="left")
    )


def _own_outcomes(evidence: FlowEvidence) -> pl.DataFrame:
    """Return where reports stand that were decided on by themselves."""
    return evidence.report_outcomes.select(
        "report_id",
        pl.col("outcome").cast(pl.String).alias("own"),
        pl.col("reason").alias("own_reason"),
        pl.col("event").alias("own_event"),
    )


def _own_first() -> list[pl.Expr]:
    """Prefer what was said of a report to what was said of its citations."""
    is_own = pl.col("own").is_not_null()
    return [
        *(
            pl.when(is_own).then(pl.col("own") == word).otherwise(word).alias(word)
            for word in ("include", "exclude", "conflict")
        ),
        pl.when(is_own).then("own_reason").otherwise("reason").alias("reason"),
        pl.when(is_own).then("own_event").otherwise("outcome_event").alias("outcome_event"),
    ]


def _is_by_other_methods_only() -> pl.Expr:
    """Say which arm sought a report: in an update, by the citations that are new in it.

    What the previous version's databases found is not this version's record from a database: a
    report that only a website adds now was sought by other methods now.
    """
    counted = ~pl.col("is_known") | pl.col("is_known").all()
    return pl.col("is_other").filter(counted).all()


def _latest_status(evidence: FlowEvidence) -> pl.DataFrame:
    return evidence.retrievals.select(
        "report_id",
        pl.col("status").cast(pl.String),
        pl.col("event").alias("retrieval_event"),
    )


def _declared(evidence: FlowEvidence) -> pl.DataFrame:
    return evidence.report_states.select("report_id", pl.col("state").cast(pl.String))


def _rank(evidence: FlowEvidence) -> pl.Expr:
    """Rank reasons as the protocol does; one that it does not list comes last."""
    ranks = {reason: rank for rank, reason in enumerate(evidence.reason_order)}
    last = len(ranks)
    return pl.col("reason").replace_strict(ranks, default=last, return_dtype=pl.Int64)


def _standing() -> list[pl.Expr]:
    """Say where a report stands; decisions that disagree settle nothing."""
    include, exclude, conflict = pl.col("include"), pl.col("exclude"), pl.col("conflict")
    is_retrieved = (pl.col("status") == "retrieved").fill_null(value=False)
    is_declared = pl.col("state").is_not_null()
    return [
        (conflict | (include & exclude)).alias("conflict"),  # its citations may disagree, too
        (include & ~exclude & ~conflict).alias("is_included"),
        (exclude & ~include & ~conflict).alias("is_excluded"),
        (is_retrieved | include | exclude | conflict | is_declared).alias("is_assessed"),
    ]


def _report_rows(
    reports: pl.DataFrame, step: str, *, event: pl.Expr, name: pl.Expr | None = None
) -> pl.DataFrame:
    by_databases, by_other_methods = _BOX[step]
    return flow_rows(
        reports,
        box=pl.when("is_other").then(pl.lit(by_other_methods)).otherwise(pl.lit(by_databases)),
        name=pl.lit(None) if name is None else name,
        unit="report",
        id_column="report_id",
        title=pl.col("title"),
        source=pl.col("source"),
        event=event,
    )


def _open_name() -> pl.Expr:
    """Name what an assessed report awaits: what a person declared, else its classification."""
    declared = {"awaiting-classification": "awaiting classification", "ongoing": "ongoing"}
    return pl.col("state").replace_strict(
        declared, default="classification", return_dtype=pl.String
    )


def _awaiting_rows(reports: pl.DataFrame, stage: pl.Expr) -> pl.DataFrame:
    return flow_rows(
        reports,
        box="awaiting",
        name=stage,
        unit="report",
        id_column="report_id",
        title=pl.col("title"),
        source=pl.col("source"),
        event=pl.coalesce("retrieval_event", "event"),
    )
