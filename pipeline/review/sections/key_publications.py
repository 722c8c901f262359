"""Which sources found the key publications that the protocol names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import ReportSection, tabulate_known_items

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_key_publications"]


def build_key_publications(snapshot: Snapshot) -> ReportSection:
    """Show which sources found each key publication; empty where the protocol names none."""
    items = snapshot.known_items
    n_found = items.filter(pl.col("citation_ids").list.len() > 0).height
    said = f"The searches found {n_found} of the {items.height} key publications of the protocol."
    return ReportSection(
        anchor="known-items",
        heading="Key publications",
        text=said if items.height else "",
        table=tabulate_known_items(items, snapshot.records),
    )
