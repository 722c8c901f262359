"""What changed between one deduplication and the next, and between one export and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ingest import find_changes
from pipeline.review.entries import records_by_file, records_key
from pipeline.review.workspace import cache_key
from pipeline.schemas.deduplication import CitationMove, RecordChange

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["describe_history", "list_changes", "list_moves"]


def list_moves(snapshot: Snapshot) -> dy.DataFrame[CitationMove]:
    """Return the records that the deduplication in force took to another citation."""
    clustering = snapshot.clustering
    if clustering is None or clustering.moves_frame is None:
        return CitationMove.create_empty()
    return snapshot.workspace.frames.get(clustering.moves_frame, CitationMove)


def list_changes(snapshot: Snapshot) -> dy.DataFrame[RecordChange]:
    """Return what later exports say differently about records that were known already."""
    workspace = snapshot.workspace

    def make() -> dy.DataFrame[RecordChange]:
        return find_changes(records_by_file(workspace, as_of=snapshot.as_of))

    key = cache_key("record-changes", records_key(workspace, as_of=snapshot.as_of))
    return workspace.cache.frame(key, "record-changes", RecordChange, make)


def describe_history(snapshot: Snapshot) -> list[str]:
    """Say what a person should know about the last deduplication; nothing where nothing moved."""
    clustering, said = snapshot.clustering, []
    if clustering is not None and (clustering.n_merged or clustering.n_split):
        said.append(
            f"The last deduplication merged {clustering.n_merged} citations into others and split "
            f"{clustering.n_split}: thresher dedupe --moves"
        )
    changes = list_changes(snapshot)
    told = dict(changes["kind"].cast(str).value_counts(sort=True).iter_rows())
    if told:
        kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(told.items()))
        n = changes["record_id"].n_unique()
        said.append(
            f"{n} records came again with other content ({kinds}): thresher dedupe --changes"
        )
    return said
