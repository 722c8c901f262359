"""What looked eligible and was left out (PRISMA 2020, item 16b): named, with the reason.

The reports excluded at full text have a table of their own. These are the citations that some
reviewer wanted to keep at title and abstract, or was unsure of, and that were excluded in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_near_misses"]


def build_near_misses(snapshot: Snapshot) -> ReportSection:
    """List the citations excluded at title and abstract against somebody's include or maybe."""
    at_stage = snapshot.decisions.filter(pl.col("stage") == "title-abstract")
    homes = snapshot.clusters.select("record_id", now="citation_id")
    wanted = (
        at_stage.filter(pl.col("decision").is_in(["include", "maybe"]))
        .join(homes, on="record_id", how="inner")
        .group_by(citation_id="now")
        .agg(by=pl.format("{} ({})", "reviewer", "decision").unique().sort().str.join(", "))
    )
    excluded = snapshot.outcomes.filter(
        (pl.col("stage") == "title-abstract") & (pl.col("outcome") == "exclude")
    )
    reasons = {one.id: one.text or one.id for one in snapshot.workspace.config.criteria.exclusion}
    rows = (
        wanted.join(excluded, on="citation_id", how="inner")
        .join(snapshot.citations.select("citation_id", "title", "year"), on="citation_id")
        .sort("title", "citation_id", nulls_last=True)
    )
    return ReportSection(
        anchor="near-misses",
        heading="Near misses at title and abstract",
        text=(
            f"{rows.height:,} citations were excluded although a reviewer had wanted to keep them "
            "or was unsure."
            if rows.height
            else ""
        ),
        table=rows.select(
            pl.col("title").fill_null("").alias("Citation"),
            pl.col("year").cast(pl.String).alias("Year"),
            pl.col("by").alias("Wanted by"),
            pl.col("reason").replace(reasons).fill_null("No reason given").alias("Reason"),
            pl.col("citation_id").alias("Id"),
        ),
    )
