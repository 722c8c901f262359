"""Let people decide the unsure duplicates, a whole cluster of citations at a time.

Pairs are what machines compare; a person sees that three records are two publications. A cluster
is everything that unsure, undecided pairs join; the answer puts its citations into groups, and is
written down as must-links within a group and cannot-links across: they survive every later run.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.errors import InputError, NotReadyError
from pipeline.events import PairJudged, PairJudgementUndone
from pipeline.review.snapshot import Snapshot
from pipeline.schemas import Citation, DuplicatePair

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = [
    "UnsureCluster",
    "answer_cluster",
    "list_unsure_clusters",
    "undo_answer",
    "undo_last_answer",
]


@dataclass(frozen=True, slots=True)
class UnsureCluster:
    """Citations of which a person has to say which are one publication.

    Parameters
    ----------
    cluster_id
        The smallest citation id in it.
    citations
        What is compared, one row each, by id.
    pairs
        The evidence that joins them, the likeliest first.
    """

    cluster_id: str
    citations: dy.DataFrame[Citation]
    pairs: dy.DataFrame[DuplicatePair]

    @property
    def probability(self) -> float:
        """How likely the likeliest pair is one publication."""
        return float(self.pairs["probability"].to_list()[0])


def list_unsure_clusters(snapshot: Snapshot) -> list[UnsureCluster]:
    """Return what is to be decided, the likeliest first."""
    homes = snapshot.clusters
    open_pairs = (
        snapshot.unsure_pairs.join(
            homes.rename({"record_id": "left_id", "citation_id": "left_home"}), on="left_id"
        )
        .join(homes.rename({"record_id": "right_id", "citation_id": "right_home"}), on="right_id")
        .filter(pl.col("left_home") != pl.col("right_home"))
        .sort("probability", "left_id", "right_id", descending=[True, False, False])
    )
    if open_pairs.is_empty():
        return []
    numbered = open_pairs.with_columns(component=_components(open_pairs))
    groups = numbered.partition_by("component", maintain_order=True)
    ids = pl.concat([open_pairs["left_home"], open_pairs["right_home"]]).unique().implode()
    citations = snapshot.citations.filter(pl.col("citation_id").is_in(ids))
    return [_cluster(group, citations) for group in groups]


def _components(open_pairs: pl.DataFrame) -> pl.Series:
    ids = pl.concat([open_pairs["left_home"], open_pairs["right_home"]]).unique().sort()
    rows = dict(zip(ids, range(ids.len()), strict=True))
    ends = [
        open_pairs[f"{side}_home"].replace_strict(rows).to_numpy() for side in ("left", "right")
    ]
    graph = coo_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=(ids.len(), ids.len()))
    return pl.Series(connected_components(graph, directed=False)[1]).gather(ends[0])


def _cluster(group: pl.DataFrame, citations: pl.DataFrame) -> UnsureCluster:
    ids = pl.concat([group["left_home"], group["right_home"]]).unique().implode()
    own = citations.filter(pl.col("citation_id").is_in(ids)).sort("citation_id")
    pairs = DuplicatePair.validate(group.select(DuplicatePair.column_names()))
    return UnsureCluster(own["citation_id"].to_list()[0], Citation.validate(own), pairs)


def answer_cluster(
    workspace: Workspace,
    cluster_id: str,
    groups: Sequence[Sequence[str]],
    *,
    actor: str,
    now: dt.datetime,
    uid: str | None = None,
) -> int:
    """Record which citations of a cluster are one publication; all of it is written at once.

    Parameters
    ----------
    cluster_id
        A cluster of `list_unsure_clusters`.
    groups
        The citations of the cluster: those of one group are one publication. One that is in no
        group stays undecided.

    Returns
    -------
    int
        How many pairs of records the answer settles.

    Raises
    ------
    NotReadyError
        The cluster is not to be decided (any more).
    InputError
        A citation is not of this cluster or stands in two groups.
    """
    said = [] if uid is None else _said(workspace, uid, actor=actor)
    if said:
        return len(said)
    found = {one.cluster_id: one for one in list_unsure_clusters(Snapshot(workspace))}
    if cluster_id not in found:
        raise NotReadyError(f"{cluster_id} is no cluster that awaits a decision; list them anew")
    group_of = _group_of(found[cluster_id], groups)
    events = _judgements(found[cluster_id], group_of)
    keys = [f"{_key(uid or uuid.uuid4().hex)}{one.left_id} {one.right_id}" for one in events]
    workspace.ledger.append(events, actor=actor, now=now, uids=keys)
    return len(events)


def undo_answer(workspace: Workspace, uid: str, *, actor: str, now: dt.datetime) -> int:
    """Take back one answer of a person's, whole; what others said of its pairs since stands.

    Returns
    -------
    int
        How many pairs are open again; 0 where the answer was taken back before.

    Raises
    ------
    InputError
        There is no such answer of this person.
    """
    said = _said(workspace, uid, actor=actor)
    if not said:
        raise InputError(f"answer {uid}", f"is none of {actor}", "see `thresher dedupe`")
    latest: dict[tuple[str, str], int] = {}
    for one in workspace.ledger.read(PairJudged, PairJudgementUndone):
        if isinstance(one.event, PairJudged | PairJudgementUndone):
            latest[one.event.left_id, one.event.right_id] = one.seq
    undone = [
        PairJudgementUndone(left_id=left, right_id=right)
        for (left, right), seq in said.items()
        if latest[left, right] == seq
    ]
    keys = [f"undo of {said[one.left_id, one.right_id]}" for one in undone]
    workspace.ledger.append(undone, actor=actor, now=now, uids=keys)
    return len(undone)


def _key(uid: str) -> str:
    """Return what the ledger's keys of one answer begin with."""
    return f"answer {uid} "


def _said(workspace: Workspace, uid: str, *, actor: str) -> dict[tuple[str, str], int]:
    """Return the pairs of an answer, each with the event that settled it."""
    return {
        (one.event.left_id, one.event.right_id): one.seq
        for one in workspace.ledger.read(PairJudged)
        if isinstance(one.event, PairJudged)
        and one.actor == actor
        and one.uid.startswith(_key(uid))
    }


def _group_of(cluster: UnsureCluster, groups: Sequence[Sequence[str]]) -> dict[str, int]:
    known = set(cluster.citations["citation_id"])
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        for one in group:
            if one not in known or one in group_of:
                problem = "stands in two groups" if one in known else "is not of this cluster"
                raise InputError(f"citation {one}", problem, "give each citation one group")
            group_of[one] = number
    return group_of


def _judgements(cluster: UnsureCluster, group_of: dict[str, int]) -> list[PairJudged]:
    """Turn groups into must-links and cannot-links between the records that stand for them."""
    home = dict(cluster.citations.select("record_ids", "citation_id").explode("record_ids").rows())
    said: dict[tuple[str, str], str] = {}
    for left, right in cluster.pairs.select("left_id", "right_id").iter_rows():
        groups = group_of.get(home[left]), group_of.get(home[right])
        if None not in groups:
            said[left, right] = "same" if groups[0] == groups[1] else "distinct"
    for number in set(group_of.values()):
        members = sorted(one for one, group in group_of.items() if group == number)
        for left, right in _unjoined(members, said, home):
            said.setdefault((left, right), "same")
    return [
        PairJudged.model_validate(
            {
                "left_id": left,
                "right_id": right,
                "verdict": verdict,
                "cluster_id": cluster.cluster_id,
            }
        )
        for (left, right), verdict in sorted(said.items())
    ]


def _unjoined(
    members: Sequence[str], said: dict[tuple[str, str], str], home: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield links for a group whose citations were not all compared with one another."""
    joined = {
        frozenset((home[left], home[right])) for (left, right), v in said.items() if v == "same"
    }
    for left, right in pairwise(members):
        if frozenset((left, right)) not in joined:
            yield (left, right) if left < right else (right, left)


def undo_last_answer(workspace: Workspace, *, actor: str, now: dt.datetime) -> int:
    """Take back what a person said last about duplicates: all pairs of that answer.

    Returns
    -------
    int
        How many pairs are open again; 0 where that person has said nothing that still stands.
    """
    # Not the time alone: where a clock goes back, the ledger gives two answers the same.
    standing: dict[tuple[str, str], tuple[dt.datetime, str | None]] = {}
    for one in workspace.ledger.read(PairJudged, PairJudgementUndone):
        event = one.event
        if isinstance(event, PairJudged) and one.actor == actor:
            pair = (event.left_id, event.right_id)
            standing.pop(pair, None)  # the latest word stands last
            standing[pair] = (one.at, event.cluster_id)
        elif isinstance(event, PairJudged | PairJudgementUndone):
            standing.pop((event.left_id, event.right_id), None)
    if not standing:
        return 0
    latest = list(standing.values())[-1]
    pairs = [pair for pair, answer in standing.items() if answer == latest]
    undone = [PairJudgementUndone(left_id=left, right_id=right) for left, right in pairs]
    workspace.ledger.append(undone, actor=actor, now=now)
    return len(undone)
