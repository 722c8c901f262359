"""Share the reading: who comes first for a citation, and which citations two people read.

Each reviewer draws a number for each citation, and the highest reads it (rendezvous hashing: Thaler
and Ravishankar 1998, doi 10.1109/90.663936). Who leaves gives up only their own citations, evenly
to the others; who joins takes an even part; nothing else moves, and nothing has to be stored. The
overlap is drawn in the same way, so that it is a random sample of all citations, whatever the order
in which they are read.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["draw_overlap", "rank_readers"]

_BYTES: Final = 8  # of a draw
_OVERLAP: Final = ""  # no reviewer is called that


def rank_readers(
    citation_ids: pl.Series, reviewers: Sequence[str], *, seed: int = 0
) -> pl.DataFrame:
    """Return each citation with each reviewer, and who comes first.

    Returns
    -------
    pl.DataFrame
        ``citation_id``, ``reviewer`` and ``rank``, from 0.

    Examples
    --------
    >>> ranked = rank_readers(pl.Series(["a", "b"]), ["anna", "bo"])
    >>> ranked.filter(pl.col("rank") == 0)["reviewer"].to_list()
    ['bo', 'anna']
    """
    parts = [
        pl.DataFrame(
            {"citation_id": citation_ids, "draw": _draws(citation_ids, reviewer, seed)}
        ).with_columns(reviewer=pl.lit(reviewer))
        for reviewer in reviewers
    ]
    empty = {"citation_id": pl.String, "draw": pl.UInt64, "reviewer": pl.String}
    drawn = pl.concat([pl.DataFrame(schema=empty), *parts])
    rank = pl.col("draw").rank("ordinal", descending=True).over("citation_id") - 1
    return drawn.sort("citation_id", "reviewer").select(
        "citation_id", "reviewer", rank=rank.cast(pl.UInt32)
    )


def draw_overlap(citation_ids: pl.Series, share: float, *, seed: int = 0) -> pl.Series:
    """Say for each citation whether two people read it.

    Parameters
    ----------
    citation_ids
        Any number of citations, in any order.
    share
        Of all citations, from 0 to 1.
    seed
        Another seed, another sample.

    Examples
    --------
    >>> draw_overlap(pl.Series(["a", "b", "c"]), 1.0).all()
    True
    """
    draws = _draws(citation_ids, _OVERLAP, seed) / float(2 ** (8 * _BYTES))
    return pl.Series("is_overlap", draws < share, dtype=pl.Boolean)


def _draws(citation_ids: pl.Series, reviewer: str, seed: int) -> NDArray[np.uint64]:
    key = f"{seed}\0{reviewer}\0".encode()
    digests = b"".join(
        hashlib.blake2b(key + one.encode(), digest_size=_BYTES).digest() for one in citation_ids
    )
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)
