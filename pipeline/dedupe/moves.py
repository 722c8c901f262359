"""Keep the ids of citations from one deduplication to the next, and say what was merged or split.

A citation is named after the smallest record in it when it is first made. A record that comes
later may have a smaller id; the citation keeps the name it has, because decisions, exports and
people's notes refer to it. Of two citations that become one the smaller name stays; of one that
is split, the part with the record that it is named after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas import Cluster
from pipeline.schemas.deduplication import CitationMove

if TYPE_CHECKING:
    import dataframely as dy

__all__ = ["find_moves", "keep_citation_ids"]

_CHANGES: Final = CitationMove.columns()["change"].dtype


def keep_citation_ids(
    clusters: dy.DataFrame[Cluster], before: dy.DataFrame[Cluster]
) -> dy.DataFrame[Cluster]:
    """Return the same clusters under the names that they had before, where they had one.

    >>> now = pl.DataFrame({"record_id": ["a", "b", "c"], "citation_id": ["a", "a", "c"]})
    >>> before = pl.DataFrame({"record_id": ["b", "c"], "citation_id": ["b", "c"]})
    >>> keep_citation_ids(now, before)["citation_id"].to_list()
    ['b', 'b', 'c']
    """
    is_old_name = pl.col("record_id").is_in(before["citation_id"].unique().implode())
    old_name = pl.col("record_id").filter(is_old_name).min().over("citation_id")
    smallest = pl.col("record_id").min().over("citation_id")
    return Cluster.validate(
        clusters.select("record_id", citation_id=pl.coalesce(old_name, smallest)).sort("record_id")
    )


def find_moves(
    before: dy.DataFrame[Cluster], after: dy.DataFrame[Cluster]
) -> dy.DataFrame[CitationMove]:
    """Return the records, known before and after, whose citation is now another.

    >>> before = pl.DataFrame({"record_id": ["a", "b"], "citation_id": ["a", "b"]})
    >>> after = pl.DataFrame({"record_id": ["a", "b"], "citation_id": ["a", "a"]})
    >>> find_moves(before, after).row(0)
    ('b', 'b', 'a', 'merged')
    """
    both = before.rename({"citation_id": "from_citation"}).join(
        after.rename({"citation_id": "to_citation"}), on="record_id"
    )
    moved = both.filter(pl.col("from_citation") != pl.col("to_citation"))
    is_parted = pl.col("from_citation").is_in(_names(both, "from_citation", "to_citation"))
    is_joined = pl.col("to_citation").is_in(_names(both, "to_citation", "from_citation"))
    change = (
        pl.when(~is_parted).then(pl.lit("merged"))
        .when(is_joined).then(pl.lit("moved"))
        .otherwise(pl.lit("split"))
    )  # fmt: skip
    return CitationMove.validate(
        moved.with_columns(change=change.cast(_CHANGES))
        .select(CitationMove.column_names())
        .sort("record_id")
    )


def _names(both: pl.DataFrame, of: str, other: str) -> pl.Expr:
    """Return the citations of one side whose records lie in several of the other."""
    shared = both.group_by(of).agg(n=pl.col(other).n_unique()).filter(pl.col("n") > 1)
    return pl.lit(shared[of]).implode()
