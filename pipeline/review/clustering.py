"""Deduplication: accept a clustering, take in what people say about pairs, explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import explain_record, find_moves, keep_citation_ids
from pipeline.errors import InputError, UnknownNameError
from pipeline.events import ClusteringAccepted, PairJudged, PairJudgementUndone, canonical_json
from pipeline.review.entries import all_records, records_key
from pipeline.review.increments import compare_records, remember_comparison
from pipeline.review.sharding import forget_comparisons
from pipeline.review.snapshot import Snapshot
from pipeline.review.state import latest_clustering, read_judgements
from pipeline.review.workspace import cache_key
from pipeline.schemas import Cluster

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.dedupe import Explanation
    from pipeline.review.increments import Comparison
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
    n_new: int  # records that the deduplication before did not know
    n_merged: int  # citations that went into another since then
    n_split: int  # citations of which a part left since then
    is_new: bool  # False where the clustering in force still stands


def accept_clustering(workspace: Workspace, *, now: dt.datetime) -> AcceptedClustering:
    """Deduplicate what is new; a clustering that differs from the one in force is one event.

    Nothing is computed when records, settings and judgements are those of the clustering in force.
    Citations keep their ids, and whatever was merged or split is part of the event.
    """
    in_force = latest_clustering(workspace.ledger)
    basis = _basis(workspace)
    if in_force and (in_force.basis == basis or _stands(workspace, in_force, basis)):
        return _accepted(in_force, is_new=False)
    made = compare_records(workspace, all_records(workspace), in_force=in_force)
    event = _event(workspace, made, in_force, basis)
    is_new = event.n_records > 0 and not _is_same(event, in_force)
    if is_new:
        workspace.ledger.append([event], actor="thresher", now=now)
    stands = event if in_force is None or is_new else in_force
    remember_comparison(workspace, made, basis=stands.basis)
    forget_comparisons(workspace)
    workspace.cache.put(basis, "clusters", workspace.frames.get(event.frame, Cluster))
    return _accepted(event, is_new=is_new)


def _basis(workspace: Workspace) -> str:
    """Return a key over everything that the clustering depends on."""
    judgements = read_judgements(workspace.ledger)
    settings = workspace.config.dedupe.model_dump(mode="json")
    return cache_key("dedupe", records_key(workspace), settings, judgements.rows())


def _stands(workspace: Workspace, in_force: ClusteringAccepted, basis: str) -> bool:
    """Say whether these records were compared before, with the outcome that is in force."""
    known = workspace.cache.get(basis, "clusters", Cluster)
    return known is not None and workspace.frames.name_of(known) == in_force.frame


def _event(
    workspace: Workspace, made: Comparison, in_force: ClusteringAccepted | None, basis: str
) -> ClusteringAccepted:
    before = Cluster.create_empty()
    if in_force is not None:
        before = workspace.frames.get(in_force.frame, Cluster)
    clusters = keep_citation_ids(made.found.clusters, before)
    moves = find_moves(before, clusters)
    merged = moves.filter(pl.col("change") == "merged")["from_citation"]
    parted = moves.filter(pl.col("change") != "merged")["from_citation"]
    return ClusteringAccepted(
        frame=workspace.frames.put(clusters),
        pairs_frame=workspace.frames.put(made.found.pairs),
        model_version=made.found.model_version,
        policy=canonical_json(workspace.config.dedupe.model_dump(mode="json")),
        n_records=clusters.height,
        n_citations=clusters["citation_id"].n_unique(),
        n_unsure_pairs=made.found.pairs.filter(pl.col("verdict") == "unsure").height,
        basis=basis,
        moves_frame=workspace.frames.put(moves) if moves.height else None,
        n_new=made.n_new,
        n_merged=merged.n_unique(),
        n_split=parted.n_unique(),
    )


def _is_same(event: ClusteringAccepted, in_force: ClusteringAccepted | None) -> bool:
    """Say whether two clusterings are one, however they came about."""
    told = {"frame", "pairs_frame", "model_version", "policy"}
    return in_force is not None and event.model_dump(include=told) == in_force.model_dump(
        include=told
    )


def _accepted(event: ClusteringAccepted, *, is_new: bool) -> AcceptedClustering:
    return AcceptedClustering(
        n_records=event.n_records,
        n_citations=event.n_citations,
        n_unsure_pairs=event.n_unsure_pairs,
        n_new=event.n_new if is_new else 0,
        n_merged=event.n_merged if is_new else 0,
        n_split=event.n_split if is_new else 0,
        is_new=is_new,
    )


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
    return explain_record(
        record_id,
        records=now.records,
        pairs=now.pairs,
        clusters=now.clusters,
        judgements=read_judgements(workspace.ledger),
        model_version=now.clustering.model_version if now.clustering else "",
    )
