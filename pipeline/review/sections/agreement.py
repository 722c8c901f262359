"""How well the reviewers agreed, on what chance chose first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection
from pipeline.review.team.agreement import report_agreement

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_agreement"]

_NAMES = {
    "agreement": "Agreement",
    "kappa": "Cohen's kappa",
    "ac1": "Gwet's AC1",
    "positive": "On include",
    "negative": "On exclude",
}
_MAYBE = {
    "include": "A maybe counts as an include.",
    "exclude": "A maybe counts as an exclude.",
    "leave-out": "Citations that either called maybe are left out.",
}


def build_agreement(snapshot: Snapshot) -> ReportSection:
    """Show each pair's agreement with intervals; empty where nobody read what another did."""
    report = report_agreement(snapshot)
    n_read = pl.sum_horizontal("n_both", "n_first_only", "n_second_only", "n_neither")
    table = report.figures.select(
        pl.col("scope").cast(pl.String).str.to_titlecase().alias("Chosen as"),
        pl.format("{}, {}", "first", "second").alias("Reviewers"),
        n_read.alias("Read by both"),
        (pl.col("unit").cast(pl.String) + "s").alias("Counted"),
        *(_interval(name).alias(heading) for name, heading in _NAMES.items()),
    )
    locked = report.locked_version
    pilot = f" Version {locked} of the criteria was locked after a pilot." if locked else ""
    said = (
        "The last words before either reviewer could know of the other's, with 95 % intervals "
        "(Wilson's for agreement, resampled for the rest). A random sample speaks for all "
        "citations; what was read in the model's order is prioritised and does not. In full text "
        "the reports are counted, whether they or their citations were decided on. "
        f"{_MAYBE[report.maybe_counts_as]}{pilot}"
    )
    return ReportSection(
        anchor="agreement",
        heading="Agreement between reviewers",
        text=said if table.height else "",
        table=table,
    )


def _interval(name: str) -> pl.Expr:
    numbers = (pl.col(one).round(2) for one in (name, f"{name}_low", f"{name}_high"))
    return pl.format("{} ({} to {})", *numbers).fill_null("undefined")
