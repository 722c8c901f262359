"""How the eligibility criteria changed while people were deciding (PRISMA 2020, item 24c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_criteria_history"]


def build_criteria_history(snapshot: Snapshot) -> ReportSection:
    """List the changes of the criteria and what each concerned; empty where there was none."""
    changes = snapshot.revisions[1:]
    table = pl.DataFrame(
        {
            "Version": [one.version for one in changes],
            "Since": [one.at.date() for one in changes],
            "Change": [one.change for one in changes],
            "Reasons concerned": ["; ".join(one.reasons) for one in changes],
            "Amended because": [one.amendment or "" for one in changes],
        }
    )
    n_open = snapshot.words.filter("is_reopened").height
    said = (
        "A change opens again the exclusions that name what changed and those without a reason; "
        f"narrowed criteria also the includes. Decisions still to be made again: {n_open}."
    )
    return ReportSection(
        anchor="criteria-history",
        heading="Changes of the eligibility criteria",
        text=said if changes else "",
        table=table,
    )
