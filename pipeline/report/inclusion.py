"""Inclusion: the studies and reports in the review, and what an update changed about them.

The totals are what is included now. What is new is what the previous version did not include, and
what is withdrawn is what it did and this one does not (retracted, excluded under a changed
criterion, or found to be a duplicate late); so that total = previous − withdrawn + new holds for
studies and for reports by construction. New reports of studies included before have a line of
their own: they add to the reports, not to the studies.

An included unit is found again under another name: a report that was its own citation keeps its
identity when the citation gains an earlier record, or when the report is linked to a document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.rows import flow_rows

if TYPE_CHECKING:
    from pipeline.report.evidence import FlowEvidence, PreviousVersion

__all__ = ["trace_included"]


def trace_included(evidence: FlowEvidence, included: pl.DataFrame) -> pl.DataFrame:
    """Trace the included studies and reports; in an update also previous, withdrawn and total.

    Parameters
    ----------
    included
        As `list_included` returns them: one row for each report of each study.
    """
    reports = included.unique("report_id", keep="first", maintain_order=True)
    studies = included.unique("study_id", keep="first", maintain_order=True)
    if evidence.previous is None:
        return pl.concat(
            [_study_rows(studies, "new_studies"), _report_rows(reports, "new_reports")]
        )
    names = _report_names(evidence, included)
    before = evidence.previous
    old_reports = _find_again(before, "new_reports", names, reports["report_id"])
    study_names = _study_names(names, included)
    old_studies = _find_again(before, "new_studies", study_names, studies["study_id"])
    return pl.concat(
        [
            _rename(old_studies, "previous_studies"),
            _rename(old_reports, "previous_reports"),
            _rename(old_studies.filter(pl.col("now").is_null()), "withdrawn_studies"),
            _rename(old_reports.filter(pl.col("now").is_null()), "withdrawn_reports"),
            _trace_new(included, old_studies["now"].drop_nulls(), old_reports["now"].drop_nulls()),
            _study_rows(studies, "total_studies"),
            _report_rows(reports, "total_reports"),
        ]
    )


def _trace_new(
    included: pl.DataFrame, old_studies: pl.Series, old_reports: pl.Series
) -> pl.DataFrame:
    """Trace new studies, their reports, and new reports of studies that were there before."""
    is_old_study = pl.col("study_id").is_in(old_studies.implode())
    new_studies = included.filter(~is_old_study).unique("study_id", maintain_order=True)
    new_reports = (
        included.filter(~pl.col("report_id").is_in(old_reports.implode()))
        .with_columns(is_old_study.alias("is_of_old_study"))
        .sort("is_of_old_study", "report_id")
        .unique("report_id", keep="first", maintain_order=True)
    )
    return pl.concat(
        [
            _study_rows(new_studies, "new_studies"),
            _report_rows(new_reports.filter(~pl.col("is_of_old_study")), "new_reports"),
            _report_rows(new_reports.filter("is_of_old_study"), "new_reports_of_previous_studies"),
        ]
    )


def _find_again(
    previous: PreviousVersion, box: str, names: pl.DataFrame, current: pl.Series
) -> pl.DataFrame:
    """Return the previous version's rows of a box with ``now``: what each is called today.

    Null: no longer included, or merged into another unit that is (found to be the same one late).
    """
    found = (
        previous.rows.filter(pl.col("box") == box)
        .join(names, left_on="id", right_on="name", how="left")
        .with_columns(pl.when(pl.col("now").is_in(current.implode())).then("now").alias("now"))
    )
    is_repeated = pl.col("now").is_not_null() & (pl.int_range(pl.len()).over("now") > 0)
    return found.with_columns(pl.when(~is_repeated).then("now").alias("now"))


def _report_names(evidence: FlowEvidence, included: pl.DataFrame) -> pl.DataFrame:
    """Return every name that an included report goes or went by: name, now."""
    by_citation = included.select("citation_ids", pl.col("report_id").alias("now")).explode(
        "citation_ids"
    )
    by_record = evidence.clusters.join(
        by_citation, left_on="citation_id", right_on="citation_ids"
    ).select(pl.col("record_id").alias("name"), "now")
    return pl.concat(
        [
            included.select(pl.col("report_id").alias("name"), pl.col("report_id").alias("now")),
            by_citation.select(pl.col("citation_ids").alias("name"), "now"),
            by_record,
        ]
    ).unique("name", keep="first", maintain_order=True)


def _study_names(report_names: pl.DataFrame, included: pl.DataFrame) -> pl.DataFrame:
    """Return every name that an included study goes or went by: its own, and its reports'."""
    of_reports = report_names.join(
        included.select("report_id", "study_id"), left_on="now", right_on="report_id"
    ).select("name", pl.col("study_id").alias("now"))
    own = included.select(pl.col("study_id").alias("name"), pl.col("study_id").alias("now"))
    return pl.concat([own, of_reports]).unique("name", keep="first", maintain_order=True)


def _rename(rows: pl.DataFrame, box: str) -> pl.DataFrame:
    return rows.drop("now").with_columns(pl.lit(box).alias("box"))


def _study_rows(studies: pl.DataFrame, box: str) -> pl.DataFrame:
    return flow_rows(
        studies,
        box=box,
        unit="study",
        id_column="study_id",
        title=pl.col("title"),
        source=pl.col("source"),
        event=pl.col("outcome_event"),
    )


def _report_rows(reports: pl.DataFrame, box: str) -> pl.DataFrame:
    return flow_rows(
        reports,
        box=box,
        unit="report",
        id_column="report_id",
        title=pl.col("title"),
        source=pl.col("source"),
        event=pl.col("outcome_event"),
    )
