"""What the report says about deduplication: who found what alone, the audit, possible studies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection
from pipeline.report.overlap import count_overlaps, draw_overlaps, tabulate_overlaps
from pipeline.review.duplicates.auditing import read_audit
from pipeline.review.duplicates.refusing import list_refused
from pipeline.review.duplicates.relating import list_related

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_deduplication", "build_overlap"]

_ROWS_SHOWN: Final = 200  # suggestions on the page; `thresher dedupe --related` lists them all


def build_overlap(snapshot: Snapshot) -> ReportSection:
    """Show which databases found the same citations, and which ones each found alone."""
    overlaps = count_overlaps(snapshot.citations)
    n_alone = overlaps.filter(pl.col("databases").list.len() == 1)["n_citations"].sum()
    n = overlaps["n_citations"].sum()
    said = f"Of {n:,} citations {n_alone:,} were found by one database alone." if n else ""
    return ReportSection(
        anchor="overlap",
        heading="Overlap of the databases",
        text=said,
        table=tabulate_overlaps(overlaps),
        picture=draw_overlaps(overlaps) if n else "",
        picture_file="overlap.svg",
    )


def build_deduplication(snapshot: Snapshot) -> ReportSection:
    """Say how far automatic merges were checked, and what may belong to one study."""
    audit = read_audit(snapshot)
    related, n_refused = list_related(snapshot), list_refused(snapshot).height
    kinds = related.group_by(pl.col("relation").cast(pl.String)).len("n").sort("relation")
    listed = ", ".join(f"{relation} {n}" for relation, n in kinds.iter_rows())
    said = [audit.sentence] if audit is not None else []
    if listed:
        said.append(
            f"{related.height} pairs of citations seem to belong to one study without being one "
            f"publication ({listed}). They are suggestions: nothing is counted by them."
        )
    if n_refused:
        said.append(f"Suggestions of this kind that a person has refused: {n_refused}.")
    return ReportSection(
        anchor="deduplication",
        heading="Checks of the deduplication",
        text="\n\n".join(said),
        table=_named(related.head(_ROWS_SHOWN), snapshot.citations) if said else pl.DataFrame(),
        n_left_out=max(0, related.height - _ROWS_SHOWN),
        command="thresher dedupe REVIEW --related",
    )


def _named(related: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    titles = citations.select("citation_id", "title")
    left = titles.rename({"citation_id": "left_id", "title": "Title"})
    right = titles.rename({"citation_id": "right_id", "title": "Other title"})
    return (
        related.join(left, on="left_id", how="left", maintain_order="left")
        .join(right, on="right_id", how="left", maintain_order="left")
        .select(
            pl.col("relation").cast(pl.String).alias("Relation"),
            pl.col("left_id").alias("Citation"),
            "Title",
            pl.col("right_id").alias("Other citation"),
            "Other title",
        )
    )
