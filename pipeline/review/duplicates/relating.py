"""Suggest which citations belong to one study without being one publication.

A suggestion is shown, never counted: only a person links the reports of a study (`link_study`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import find_related
from pipeline.review.workspace import cache_key
from pipeline.schemas.deduplication import RelatedPair

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["find_relations", "list_related"]


def list_related(snapshot: Snapshot) -> dy.DataFrame[RelatedPair]:
    """Return one pair for each two citations that seem to be of one study.

    Relations that ``[dedupe.policies]`` says to ignore are left out; those that it says to merge
    are citations no longer. The pair that stands for two citations is the likeliest.
    """
    found = find_relations(snapshot)
    linked = snapshot.workspace.config.dedupe.policies.named("link")
    return RelatedPair.validate(found.filter(pl.col("relation").cast(pl.String).is_in(linked)))


def find_relations(snapshot: Snapshot) -> dy.DataFrame[RelatedPair]:
    """Return one pair for each two citations that belong together, whatever the policies say."""
    clustering = snapshot.clustering
    if clustering is None:
        return RelatedPair.create_empty()

    def make() -> dy.DataFrame[RelatedPair]:
        found = find_related(snapshot.records, snapshot.pairs, clusters=snapshot.clusters)
        return _of_citations(found, snapshot.clusters)

    key = cache_key("related", clustering.frame, clustering.pairs_frame, clustering.basis)
    return snapshot.workspace.cache.frame(key, "related", RelatedPair, make)


def _of_citations(found: pl.DataFrame, clusters: pl.DataFrame) -> dy.DataFrame[RelatedPair]:
    homes = {
        side: clusters.rename({"record_id": f"{side}_id", "citation_id": f"{side}_home"})
        for side in ("left", "right")
    }
    at_home = found.join(homes["left"], on="left_id").join(homes["right"], on="right_id")
    ends = [pl.col("left_home"), pl.col("right_home")]
    once = (
        at_home.with_columns(one=pl.min_horizontal(ends), other=pl.max_horizontal(ends))
        .sort("probability", "left_id", "right_id", descending=[True, False, False])
        .unique(["one", "other"], keep="first")
    )
    named = once.with_columns(left_id="one", right_id="other")
    return RelatedPair.validate(
        named.select(RelatedPair.column_names()).sort("relation", "left_id", "right_id")
    )
