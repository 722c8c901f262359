"""The reports that stay open in this version: ongoing studies, and what nobody can classify yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_open_reports"]


def build_open_reports(snapshot: Snapshot) -> ReportSection:
    """List what a person declared open, with the note; empty where nothing was."""
    states = snapshot.evidence.report_states
    titles = snapshot.citations.select(report_id="citation_id", title="title")
    table = (
        states.join(titles, on="report_id", how="left")
        .sort("state", "report_id")
        .select(
            pl.col("report_id").alias("Report"),
            pl.col("title").alias("Title"),
            pl.col("state").cast(pl.String).str.replace_all("-", " ").alias("Stays open as"),
            pl.col("note").alias("Note"),
        )
    )
    return ReportSection(
        anchor="open-reports",
        heading="Reports that stay open",
        text="They are neither included nor excluded in this version." if table.height else "",
        table=table,
    )
