"""Deduplication: accept a clustering, take in what people say about pairs, explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import Deduplicated, deduplicate, explain_record
from pipeline.errors import InputError, UnknownNameError
from pipeline.events import ClusteringAccepted, PairJudged, PairJudgementUndone, canonical_json
from pipeline.review.entries import all_records, records_key
from pipeline.review.snapshot import Snapshot
from pipeline.review.state import latest_clustering, read_judgements
from pipeline.review.workspace import cache_key
from pipeline.schemas import Cluster

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.dedupe import Explanation
    from pipeline.review.workspace import Workspace

__all__ = [
    "AcceptedClustering",
    "accept_clustering",
    "explain_duplicates",
    "judge_pair",
]


@dataclass(frozen=True, slots=True)
class AcceptedClustering:
    """What deduplication came to."""

    n_records: int
    n_citations: int
    n_unsure_pairs: int
    is_new: bool  # False where the clustering in force still stands


def accept_clustering(workspace: Workspace, *, now: dt.datetime) -> AcceptedClustering:
    """Deduplicate all records; a clustering that differs from the one in force is one event.

    Nothing is computed when records, settings and judgements are those of the clustering in force.
    """
    in_force = latest_clustering(workspace.ledger)
    key = _key(workspace)
    known = workspace.cache.get(key, "clusters", Cluster)
    if in_force and known is not None and workspace.frames.name_of(known) == in_force.frame:
        return _accepted(in_force, is_new=False)
    result = _deduplicate(workspace)
    event = ClusteringAccepted(
        frame=workspace.frames.put(result.clusters),
        pairs_frame=workspace.frames.put(result.pairs),
        model_version=result.model_version,
        policy=canonical_json(workspace.config.dedupe.model_dump(mode="json")),
        n_records=result.clusters.height,
        n_citations=result.clusters["citation_id"].n_unique(),
        n_unsure_pairs=result.pairs.filter(pl.col("verdict") == "unsure").height,
    )
    is_new = event != in_force and result.clusters.height > 0
    if is_new:
        workspace.ledger.append([event], actor="thresher", now=now)
    workspace.cache.put(key, "clusters", result.clusters)
    return _accepted(event, is_new=is_new)


def _key(workspace: Workspace) -> str:
    """Return a key over everything that the clustering depends on."""
    judgements = read_judgements(workspace.ledger)
    settings = workspace.config.dedupe.model_dump(mode="json")
    return cache_key("dedupe", records_key(workspace), settings, judgements.rows())


def _accepted(event: ClusteringAccepted, *, is_new: bool) -> AcceptedClustering:
    return AcceptedClustering(event.n_records, event.n_citations, event.n_unsure_pairs, is_new)


def _deduplicate(workspace: Workspace) -> Deduplicated:
    chosen = workspace.config.dedupe.model_dump(exclude_none=True)
    judgements = read_judgements(workspace.ledger)
    return deduplicate(all_records(workspace), judgements=judgements, **chosen)


def judge_pair(
    workspace: Workspace,
    left_id: str,
    right_id: str,
    verdict: str | None,
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Record what a person says about two records; None takes the last word back.

    Raises
    ------
    UnknownNameError
        A record is not known.
    """
    left, right = sorted((left_id, right_id))
    known = set(all_records(workspace)["record_id"])
    for record_id in (left, right):
        if record_id not in known:
            raise UnknownNameError("record", record_id, known)
    if left == right:
        raise InputError(left, "is one record", "name two different records")
    event = (
        PairJudgementUndone(left_id=left, right_id=right)
        if verdict is None
        else PairJudged.model_validate({"left_id": left, "right_id": right, "verdict": verdict})
    )
    workspace.ledger.append([event], actor=actor, now=now)


def explain_duplicates(workspace: Workspace, record_id: str) -> Explanation:
    """Say why a record was merged, or was not.

    Raises
    ------
    UnknownNameError
        The record is not known.
    """
    now = Snapshot(workspace)
    if record_id not in now.records["record_id"]:
        raise UnknownNameError("record", record_id, now.records["record_id"].to_list())
    return explain_record(record_id, records=now.records, pairs=now.pairs, clusters=now.clusters)
