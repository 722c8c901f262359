"""How far screening has come, stage by stage and reviewer by reviewer (PRISMA 2020, item 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection
from pipeline.review.retrieval.saying import words_on_citations
from pipeline.schemas import DECISIONS, STAGES

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_progress"]

_NAMES: Final = {"title-abstract": "title and abstract", "full-text": "full text"}


def build_progress(snapshot: Snapshot) -> ReportSection:
    """Show what was decided at each stage, and by whom; resolutions of conflicts count apart."""
    said = words_on_citations(snapshot)
    return ReportSection(
        anchor="progress",
        heading="Screening progress",
        text="\n\n".join(_say_stage(snapshot, stage) for stage in STAGES) if said.height else "",
        table=_by_reviewer(said) if said.height else None,
    )


def _say_stage(snapshot: Snapshot, stage: str) -> str:
    at_stage = snapshot.outcomes.filter(pl.col("stage") == stage)
    at_stage = at_stage.join(snapshot.to_screen, on="citation_id", how="semi")
    if stage == "full-text":  # what the first stage kept, and what could be had
        kept = snapshot.labels.filter("is_relevant")
        lost = snapshot.evidence.retrievals.filter(pl.col("status") == "not_retrieved")
        at_stage = at_stage.join(kept, on="citation_id", how="semi")
        at_stage = at_stage.join(lost, left_on="citation_id", right_on="report_id", how="anti")
    n = dict(at_stage["outcome"].cast(pl.String).value_counts().iter_rows())
    counted = ", ".join(
        f"{n.get(outcome, 0):,} {words}"
        for outcome, words in (
            ("include", "included"),
            ("exclude", "excluded"),
            ("conflict", "in conflict"),
            ("awaiting", "awaiting a decision"),
        )
    )
    return f"At {_NAMES[stage]}: {at_stage.height:,} citations, of which {counted}."


def _by_reviewer(said: pl.DataFrame) -> pl.DataFrame:
    last = said.sort("event").unique(["citation_id", "stage", "reviewer"], keep="last")
    counts = [
        ((pl.col("decision") == one) & ~pl.col("is_resolution")).sum().alias(one.capitalize())
        for one in DECISIONS
    ]
    return (
        last.group_by("stage", "reviewer")
        .agg(
            *counts,
            pl.col("is_resolution").sum().alias("Conflicts resolved"),
            pl.col("seconds").median().round(1).alias("Median seconds"),
            pl.col("decided_at").min().dt.strftime("%Y-%m-%d").alias("First"),
            pl.col("decided_at").max().dt.strftime("%Y-%m-%d").alias("Last"),
        )
        .sort("stage", "reviewer")
        .with_columns(pl.col("stage").cast(pl.String).replace(_NAMES))
        .rename({"stage": "Stage", "reviewer": "Reviewer"})
    )
