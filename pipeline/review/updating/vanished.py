"""Records that the searches of a review brought once and do not bring any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.ingest import find_vanished
from pipeline.review.state import read_searches

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.schemas.updates import VanishedRecord

__all__ = ["list_vanished"]


def list_vanished(snapshot: Snapshot) -> dy.DataFrame[VanishedRecord]:
    """Return the records that the latest runs in full of their own search miss.

    Nothing is removed for it: a decision about a publication stands, whatever a database drops.
    """
    searches = read_searches(snapshot.workspace.ledger, as_of=snapshot.as_of)
    standing = searches.filter(~pl.col("is_withdrawn"))
    return find_vanished(
        snapshot.entries, snapshot.records, type(searches)(standing), snapshot.clusters
    )
