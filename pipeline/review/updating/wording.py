"""What people are told of retractions and vanished records: the next steps, the notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.updating.retractions import open_retractions
from pipeline.review.updating.vanished import list_vanished

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["describe_vanished", "retraction_steps"]


def retraction_steps(snapshot: Snapshot) -> list[str]:
    """Say what a person has to decide about retracted studies; nothing where nothing is open."""
    found = open_retractions(snapshot).unique("citation_id")
    n_included = found.filter(pl.col("standing") == "included").height
    n_sought = found.height - n_included
    counted = [(n_included, "included"), (n_sought, "sought in full text")]
    said = " and ".join(f"{n} {what}" for n, what in counted if n)
    if not said:
        return []
    return [f"RETRACTED, says a record or a notice: {said}; decide: thresher changes --retracted"]


def describe_vanished(snapshot: Snapshot) -> list[str]:
    """Say how many records databases do not deliver any more; nothing where all came again."""
    found = list_vanished(snapshot)
    if found.is_empty():
        return []
    listed = found.group_by("database").len("n").sort("database")
    sources = ", ".join(f"{database} {n}" for database, n in listed.iter_rows())
    return [f"{found.height} records no longer delivered ({sources}): thresher changes --vanished"]
