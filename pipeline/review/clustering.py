"""Deduplication: accept a clustering, take in what people say about pairs, explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import Deduplicated, deduplicate, explain_record
from pipeline.errors import InputError, UnknownNameError
from pipeline.events import ClusteringAccepted, PairJudged, PairJudgementUndone, canonical_json
from pipeline.review.entries import all_records
from pipeline.review.snapshot import Snapshot
from pipeline.review.state import latest_clustering, read_judgements

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.dedupe import Explanation
    from pipeline.review.workspace import Workspace
    from pipeline.schemas import Record

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
    """Deduplicate all records; a clustering that differs from the one in force is one event."""
    records = all_records(workspace)
    result = _deduplicate(workspace, records)
    n_citations = result.clusters["citation_id"].n_unique()
    n_unsure = result.pairs.filter(pl.col("verdict") == "unsure").height
    frame = workspace.frames.put(result.clusters)
    in_force = latest_clustering(workspace.ledger)
    is_new = in_force is None or in_force.frame != frame
    if is_new and records.height:
        event = ClusteringAccepted(
            frame=frame,
            pairs_frame=workspace.frames.put(result.pairs),
            model_version=result.model_version,
            policy=canonical_json(workspace.config.dedupe.model_dump(mode="json")),
            n_records=records.height,
            n_citations=n_citations,
            n_unsure_pairs=n_unsure,
        )
        workspace.ledger.append([event], actor="thresher", now=now)
    return AcceptedClustering(records.height, n_citations, n_unsure, is_new)


def _deduplicate(workspace: Workspace, records: dy.DataFrame[Record]) -> Deduplicated:
    settings = workspace.config.dedupe
    chosen = settings.model_dump(exclude_none=True)
    judgements = read_judgements(workspace.ledger)
    return deduplicate(records, judgements=judgements, **chosen)


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
