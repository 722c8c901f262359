"""What the rankers of an ensemble list of the citations that were found, for Chao's estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pipeline.review.screening import make_ranker
from pipeline.review.workspace import cache_key
from pipeline.schemas import Label
from pipeline.schemas.stopping import CaptureCount
from pipeline.screen import SCHEDULES
from pipeline.screen.stopping import ENSEMBLE, count_captures, list_proposals

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.screen.contract import Labels, Rows

__all__ = ["see_captures"]

_SCHEDULE: Final = "coarse"  # of the rankers' lists: nobody waits for them one by one


def see_captures(snapshot: Snapshot) -> tuple[int, ...]:
    """Return how many rankers list each relevant citation that any of them lists.

    Each ranker reads the review from its start, on its own, as far as what it would read has been
    read; the result is kept until a decision or a setting changes.
    """
    key = cache_key("captures", ENSEMBLE, _SCHEDULE, snapshot.ranking_key)
    counted = snapshot.workspace.cache.frame(
        key, "captures", CaptureCount, lambda: _count(snapshot)
    )
    repeated = counted.select(pl.col("n_rankers").repeat_by("n_citations")).explode("n_rankers")
    return tuple(repeated["n_rankers"])


def _count(snapshot: Snapshot) -> dy.DataFrame[CaptureCount]:
    lists: list[Rows] = []
    captures: tuple[int, ...] = ()
    for model in ENSEMBLE:
        ranker = make_ranker(snapshot.workspace, model=model)
        cycle = ranker.cycle(Label.create_empty())
        if cycle is None:
            return CaptureCount.create_empty()
        known = ranker.known(snapshot.labels)
        is_read = _marked(known["row"], ranker.citation_ids.len())
        is_relevant = _marked(known.filter("is_relevant")["row"], is_read.size)
        batch_size = SCHEDULES[_SCHEDULE].batch_size
        lists.append(list_proposals(cycle, is_read, is_relevant, batch_size=batch_size))
        captures = count_captures(lists, is_read, is_relevant)
    sizes = pl.DataFrame({"n_rankers": captures}, schema={"n_rankers": pl.UInt32})
    counted = sizes.group_by("n_rankers").agg(n_citations=pl.len().cast(pl.UInt32))
    return CaptureCount.validate(counted.sort("n_rankers"))


def _marked(rows: pl.Series, n: int) -> Labels:
    """Return which of n rows are among those given."""
    marked = np.zeros(n, dtype=np.bool_)
    marked[rows.to_numpy()] = True
    return marked
