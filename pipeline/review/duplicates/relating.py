"""Suggest which citations belong to one study without being one publication.

A suggestion is shown, never counted: only a person links the reports of a study (`link_study`).
What is linked is no longer suggested; what a person has refused (`refusing`) is not, ever again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe import find_related
from pipeline.review.duplicates.refusing import list_refused
from pipeline.review.workspace import cache_key
from pipeline.schemas.deduplication import RelatedPair

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["find_relations", "list_related"]

_ENDS: Final = ["left_id", "right_id"]


def list_related(snapshot: Snapshot) -> dy.DataFrame[RelatedPair]:
    """Return one pair for each two citations that seem to be of one study.

    Relations that ``[dedupe.policies]`` says to ignore are left out; those that it says to merge
    are citations no longer. So are pairs that a person has linked or refused. The pair that stands
    for two citations is the likeliest.
    """
    found = find_relations(snapshot)
    wanted = snapshot.workspace.config.dedupe.policies.named("link")
    chosen = found.filter(pl.col("relation").cast(pl.String).is_in(wanted))
    if chosen.is_empty():
        return RelatedPair.validate(chosen)
    return RelatedPair.validate(chosen.join(_of_one_study(snapshot), on=_ENDS, how="anti"))


def find_relations(snapshot: Snapshot) -> dy.DataFrame[RelatedPair]:
    """Return one pair for each two citations that belong together, whatever the policies say.

    What a person has refused is none.
    """
    clustering = snapshot.clustering
    if clustering is None:
        return RelatedPair.create_empty()

    def make() -> dy.DataFrame[RelatedPair]:
        found = find_related(snapshot.records, snapshot.pairs, clusters=snapshot.clusters)
        return _of_citations(found, snapshot.clusters)

    key = cache_key("related", clustering.frame, clustering.pairs_frame, clustering.basis)
    found = snapshot.workspace.cache.frame(key, "related", RelatedPair, make)
    return RelatedPair.validate(found.join(list_refused(snapshot), on=_ENDS, how="anti"))


def _of_one_study(snapshot: Snapshot) -> pl.DataFrame:
    """Return every two citations whose reports a person has linked to one study."""
    evidence = snapshot.evidence
    reports = evidence.study_links.join(evidence.report_links, on="report_id", how="left")
    members = reports.select("study_id", id=pl.coalesce("citation_id", "report_id")).unique()
    left, right = (members.rename({"id": end}) for end in _ENDS)
    return left.join(right, on="study_id").filter(pl.col("left_id") < pl.col("right_id"))


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
