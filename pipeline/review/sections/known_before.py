"""What became of records that were known: retracted studies, and records that have vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection
from pipeline.review.updating.retractions import KEPT, list_retracted
from pipeline.review.updating.vanished import list_vanished

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_retractions", "build_vanished"]

_ROWS_SHOWN: Final = 200  # `thresher changes` lists them all


def build_retractions(snapshot: Snapshot) -> ReportSection:
    """List the citations that a record says are retracted; empty where none is."""
    found = list_retracted(snapshot)
    kept = found.filter(pl.col("standing").is_in(KEPT))
    n_open = kept.filter(~pl.col("is_judged"))["citation_id"].n_unique()
    said = (
        f"{found['citation_id'].n_unique()} citations are retracted, as their own record or the "
        f"notice of the retraction says; {kept['citation_id'].n_unique()} of them are in the "
        f"review or sought for it, and on {n_open} of these a person has still to decide."
    )
    table = _titled(found, snapshot).select(
        pl.col("citation_id").alias("Citation"),
        pl.col("title").alias("Title"),
        pl.col("standing").cast(pl.String).alias("In this review"),
        pl.col("evidence").alias("What says so"),
        pl.when("is_judged").then(pl.lit("stays")).otherwise(pl.lit("")).alias("Decided"),
    )
    return ReportSection(
        anchor="retractions",
        heading="Retracted publications",
        text=said if found.height else "",
        table=table.head(_ROWS_SHOWN),
        n_left_out=max(0, table.height - _ROWS_SHOWN),
    )


def build_vanished(snapshot: Snapshot) -> ReportSection:
    """List the records that later runs of their own search did not bring; empty where all came."""
    found = list_vanished(snapshot)
    table = _titled(found, snapshot).select(
        pl.col("record_id").alias("Record"),
        pl.col("title").alias("Title"),
        pl.col("last_search").alias("Last brought by"),
        pl.col("missed_search").alias("Missing from"),
        pl.when("has_new_strategy").then(pl.lit("yes")).otherwise(pl.lit("")).alias("New strategy"),
    )
    said = (
        f"{found.height} records are not delivered any more by a search that brings back most of "
        "what it brought before. They stay in the review, as do the decisions on them."
    )
    return ReportSection(
        anchor="vanished",
        heading="Records that a search no longer delivers",
        text=said if found.height else "",
        table=table.head(_ROWS_SHOWN),
        n_left_out=max(0, table.height - _ROWS_SHOWN),
    )


def _titled(found: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    titles = snapshot.citations.select("citation_id", "title")
    return found.join(titles, on="citation_id", how="left", maintain_order="left")
