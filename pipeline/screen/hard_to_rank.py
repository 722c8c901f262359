"""How the citations fare that a ranking by text could pass over: without abstract, not in English.

A short or foreign text shares few words with the rest. Nothing is done to such citations behind the
reviewer's back; this says where they stand, so that people see whether the order is fair to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

if TYPE_CHECKING:
    from pipeline.schemas import Citation, Label, RankedCitation

__all__ = ["GroupPlace", "find_hard_to_rank"]

GROUPS: Final = ("no abstract", "not in English", "all others")
_ENGLISH: Final = ("en", "eng", "english")


class GroupPlace(dy.Schema):
    """Where a group of citations stands; a citation may be in two groups."""

    group = dy.String(primary_key=True)
    n_citations = dy.UInt32()
    n_read = dy.UInt32()
    n_relevant = dy.UInt32()  # of those read
    median_place = dy.Float64(nullable=True)  # of those unread: 0 is next, 1 is last


def find_hard_to_rank(
    citations: dy.DataFrame[Citation],
    labels: dy.DataFrame[Label],
    queue: dy.DataFrame[RankedCitation],
) -> dy.DataFrame[GroupPlace]:
    """Return how many of each group were read, found relevant, and where the rest stands.

    Parameters
    ----------
    citations
        The citations to screen.
    labels
        What was decided about some of them.
    queue
        The order in which the others will be read.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label, RankedCitation
    >>> empty = (Citation, Label, RankedCitation)
    >>> find_hard_to_rank(*(schema.create_empty() for schema in empty)).height
    0
    """
    places = queue.select("citation_id", place=(pl.col("position") - 0.5) / pl.len())
    told = citations.select("citation_id", *_group_columns()).join(
        labels, on="citation_id", how="left"
    )
    told = told.join(places, on="citation_id", how="left")
    groups = [
        told.filter(pl.col(group)).select(
            group=pl.lit(group),
            n_citations=pl.len().cast(pl.UInt32),
            n_read=pl.col("is_relevant").count().cast(pl.UInt32),
            n_relevant=pl.col("is_relevant").sum().cast(pl.UInt32),
            median_place=pl.col("place").median(),
        )
        for group in GROUPS
    ]
    return GroupPlace.validate(pl.concat(groups).filter(pl.col("n_citations") > 0))


def _group_columns() -> list[pl.Expr]:
    has_none = (pl.col("abstract").fill_null("") == "").alias(GROUPS[0])
    language = pl.col("language").str.to_lowercase().str.strip_chars()
    is_foreign = (~language.is_in(_ENGLISH)).fill_null(value=False).alias(GROUPS[1])
    is_other = (~(has_none | is_foreign)).alias(GROUPS[2])
    return [has_none, is_foreign, is_other]
