"""What a reviewer reads next: the queue in force without what that reviewer has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.review.stopping.random_phase import list_blind
from pipeline.review.team.batches import latest_batch
from pipeline.review.team.duties import list_owed, list_owed_in_batch
from pipeline.schemas import RankedCitation
from pipeline.schemas.rows import rows_of

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["ReadingList", "reading_list"]

_TOGETHER: Final = 20  # places of a queue that is not split: who reads there starts apart


@dataclass(frozen=True, slots=True)
class ReadingList:
    """The citations that one reviewer has still to read, in order.

    Parameters
    ----------
    citations
        Positions are those of the queue; read from the smallest to the largest.
    is_blind
        Whether score, the model's terms and the curve must stay hidden from this reviewer.
    """

    citations: dy.DataFrame[RankedCitation]
    is_blind: bool


def reading_list(snapshot: Snapshot, reviewer: str) -> ReadingList:
    """Return what a reviewer has still to read at title and abstract, in order.

    While a check or a random phase is open that is its list, in one frozen order for everybody;
    while a batch is frozen, what the reviewer owes of it; in a shared queue, the reviewer's share.
    Otherwise the whole queue without what the reviewer has decided.
    """
    config = snapshot.workspace.config.screening
    drawn, batch = list_blind(snapshot), latest_batch(snapshot)
    if drawn is not None:
        return _listed(_unspoken(snapshot, drawn, reviewer), is_blind=True)
    if batch is not None:
        owed = list_owed_in_batch(snapshot, batch)
        own = owed.filter(pl.col("reviewer") == reviewer)
        left = batch.citations.join(own, on="citation_id", how="semi")
        return _listed(left, is_blind=owed.height > 0)
    if config.mode == "independent":
        return _listed(snapshot.queue.clear(), is_blind=True)  # until a batch is frozen
    if config.mode == "shared":
        return _listed(_share(snapshot, reviewer), is_blind=False)
    return _listed(_unspoken(snapshot, snapshot.queue, reviewer), is_blind=False)


def _listed(citations: pl.DataFrame, *, is_blind: bool) -> ReadingList:
    return ReadingList(rows_of(RankedCitation, citations.sort("position")), is_blind)


def _unspoken(snapshot: Snapshot, listed: pl.DataFrame, reviewer: str) -> pl.DataFrame:
    """Return what the reviewer has not spoken of, or not since the criteria changed."""
    own = snapshot.words.filter(
        (pl.col("stage") == "title-abstract")
        & (pl.col("reviewer") == reviewer)
        & ~pl.col("is_resolution")
        & ~pl.col("is_reopened")
    )
    return listed.join(own, on="citation_id", how="anti")


def _share(snapshot: Snapshot, reviewer: str) -> pl.DataFrame:
    """Return a reviewer's share of the queue; unless it is split, the others' after it.

    Two who read a queue that is not split each begin with their own part of its next few
    citations, and so do not meet over one.
    """
    owed = list_owed(snapshot).with_columns(is_own=pl.col("reviewer") == reviewer)
    is_shared_by_two = pl.len().over("citation_id") > 1
    if snapshot.workspace.config.screening.split:
        owed = owed.filter("is_own")
    else:
        owed = owed.filter(pl.col("is_own") | ~is_shared_by_two)
        owed = _unspoken(snapshot, owed, reviewer).sort(
            pl.col("position") // _TOGETHER, ~pl.col("is_own"), "position"
        )
        owed = owed.with_columns(position=pl.col("position").sort())
    scores = snapshot.frozen_queue.select("citation_id", "score")
    return owed.join(scores, on="citation_id", how="left", maintain_order="left").select(
        "citation_id", "position", pl.col("score").fill_null(0.0)
    )
