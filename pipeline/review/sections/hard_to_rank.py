"""How the citations fared that a ranking by text could pass over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection
from pipeline.review.ranking import hard_to_rank

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_hard_to_rank"]

_TEXT = (
    "A ranking by text sees less of a citation that has no abstract or is not in English. Such "
    "citations are ranked by their titles and by pieces of words, and where they stand is said "
    "here: the median place among the unread is 0 % for what is read next and 100 % for the last."
)


def build_hard_to_rank(snapshot: Snapshot) -> ReportSection:
    """Show how many of each group were read, and where the rest stands; empty without a group."""
    groups = hard_to_rank(snapshot)
    has_any = groups.filter(pl.col("group") != "all others").height > 0
    has_order = snapshot.queue_in_force is not None
    table = groups.select(
        Citations=pl.col("group"),
        Number=pl.col("n_citations"),
        Read=pl.col("n_read"),
        Relevant=pl.col("n_relevant"),
        **{"Median place of the unread": _as_percent(pl.col("median_place"))},
    )
    return ReportSection(
        anchor="hard-to-rank",
        heading="Citations that are hard to rank",
        text=_TEXT if has_any and has_order else "",
        table=table if has_any and has_order else None,
    )


def _as_percent(share: pl.Expr) -> pl.Expr:
    return pl.format("{} %", (share * 100).round(0).cast(pl.Int64)).fill_null("–")
