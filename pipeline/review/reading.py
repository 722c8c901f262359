"""What a reviewer reads next: the queue in force without what that reviewer has decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.stopping.drawing import list_check
from pipeline.schemas import RankedCitation

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["ReadingList", "reading_list"]


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

    While a check is open that is its list, in one frozen order for everybody.
    """
    own = snapshot.decisions.filter(
        (pl.col("reviewer") == reviewer) & (pl.col("stage") == "title-abstract")
    )
    check = list_check(snapshot)
    listed = snapshot.queue if check is None else check
    left = listed.join(own, on="citation_id", how="anti", maintain_order="left")
    in_order = RankedCitation.validate(left.sort("position"))
    return ReadingList(in_order, is_blind=check is not None)
