"""Deduplicate only what has changed since the clustering in force; all else stays as it is.

The blocking keys of the known records, a hash of what was compared of each and the judgements of
that day are kept in ``work/`` beside the clustering. Where they are there, an update costs what is
new: records that came, that changed, that went with a withdrawn search, and pairs on which people
have said something since. Where they are not (a deleted cache, another version of the library,
other settings), everything is compared once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import (
    SAME_ABOVE,
    UNSURE_ABOVE,
    Deduplicated,
    RecordIndex,
    blocking_keys,
    candidate_pairs,
    deduplicate,
    deduplicate_increment,
    hash_content,
    index_records,
    judge_pairs,
    normalise,
)
from pipeline.review.sharding import recall_comparison
from pipeline.review.state import latest_clustering, read_judgements
from pipeline.review.workspace import cache_key
from pipeline.schemas import Cluster, DuplicatePair, PairJudgement, Record

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.config import Deduplication
    from pipeline.events import ClusteringAccepted
    from pipeline.review.workspace import Workspace

__all__ = ["Comparison", "compare_records", "is_whole_comparison_due", "remember_comparison"]

_IDS = ["left_id", "right_id"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What deduplication found, and what the next one needs to know of it."""

    found: Deduplicated
    index: pl.DataFrame  # as `RecordIndex`
    judgements: dy.DataFrame[PairJudgement]
    n_new: int  # records that the deduplication before did not know


@dataclass(frozen=True, slots=True)
class _Remembered:
    index: pl.DataFrame
    judgements: dy.DataFrame[PairJudgement]
    pairs: dy.DataFrame[DuplicatePair]
    clusters: dy.DataFrame[Cluster]


def compare_records(
    workspace: Workspace, records: dy.DataFrame[Record], *, in_force: ClusteringAccepted | None
) -> Comparison:
    """Deduplicate the records, starting from the clustering in force where that can be done."""
    judgements = read_judgements(workspace.ledger)
    before = None if in_force is None else _recall(workspace, in_force)
    if before is None:
        found, index = _compare_all(workspace, records, judgements)
        known = pl.Series(dtype=pl.String) if in_force is None else _ids(workspace, in_force)
        n_new = records.filter(~pl.col("record_id").is_in(known.implode())).height
        return Comparison(found, index, judgements, n_new)
    return _update(workspace, records, judgements, before)


def is_whole_comparison_due(workspace: Workspace) -> bool:
    """Say whether the next deduplication compares every record with every other."""
    in_force = latest_clustering(workspace.ledger)
    if in_force is None:
        return True
    return not workspace.cache.has(_key(workspace, in_force.basis), "record-index")


def _compare_all(
    workspace: Workspace, records: dy.DataFrame[Record], judgements: dy.DataFrame[PairJudgement]
) -> tuple[Deduplicated, pl.DataFrame]:
    """Compare every record, unless shards were compared elsewhere (`pipeline.review.sharding`)."""
    ordered = Record.validate(records.sort("record_id"))
    settings = workspace.config.dedupe
    keys, judged = recall_comparison(workspace) or _judge_all(ordered, settings)
    found = deduplicate(ordered, judgements=judgements, judged=judged, **settings.arguments)
    return found, index_records(ordered, blocking=settings.blocking, keys=keys)


def _judge_all(
    ordered: dy.DataFrame[Record], settings: Deduplication
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the records' blocking keys, made once for pairs and index, and the judged pairs.

    The records' comparable fields, the largest of all frames, are let go of before clustering.
    """
    fields = normalise(ordered)
    keys = blocking_keys(fields, blocking=settings.blocking)
    pairs = candidate_pairs(fields, blocking=settings.blocking, keys=keys)
    judged = judge_pairs(
        fields,
        pairs,
        same_above=settings.same_above or SAME_ABOVE,
        unsure_above=settings.unsure_above or UNSURE_ABOVE,
    )
    return keys, judged


def remember_comparison(workspace: Workspace, made: Comparison, *, basis: str) -> None:
    """Keep what the next deduplication needs, under the key of this one."""
    key = _key(workspace, basis)
    workspace.cache.put(key, "record-index", made.index)
    workspace.cache.put(key, "judgements", made.judgements)


def _key(workspace: Workspace, basis: str) -> str:
    """Return a key under which nothing is found once the code or the settings are others."""
    return cache_key("record-index", basis, workspace.config.dedupe.model_dump(mode="json"))


def _recall(workspace: Workspace, in_force: ClusteringAccepted) -> _Remembered | None:
    key = _key(workspace, in_force.basis)
    index = workspace.cache.get(key, "record-index", RecordIndex)
    judgements = workspace.cache.get(key, "judgements", PairJudgement)
    if index is None or judgements is None:
        return None
    pairs = workspace.frames.get(in_force.pairs_frame, DuplicatePair)
    clusters = workspace.frames.get(in_force.frame, Cluster)
    return _Remembered(index, judgements, pairs, clusters)


def _ids(workspace: Workspace, in_force: ClusteringAccepted) -> pl.Series:
    return workspace.frames.get(in_force.frame, Cluster)["record_id"]


def _update(
    workspace: Workspace,
    records: dy.DataFrame[Record],
    judgements: dy.DataFrame[PairJudgement],
    before: _Remembered,
) -> Comparison:
    blocking = workspace.config.dedupe.blocking
    is_known = pl.col("record_id").is_in(before.index["record_id"].implode())
    came = records.filter(~is_known)
    changed = _changed(records.filter(is_known), before.index)
    stayed = Record.validate(records.filter(is_known & ~_is_among(changed)))
    new = Record.validate(pl.concat([came, records.filter(_is_among(changed))]))
    kept = pl.col("record_id").is_in(stayed["record_id"].implode())
    index = before.index.filter(kept)
    still = pl.all_horizontal(pl.col(_IDS).is_in(stayed["record_id"].implode()))
    found = deduplicate_increment(
        new,
        stayed,
        pairs=DuplicatePair.validate(before.pairs.filter(still)),
        clusters=Cluster.validate(before.clusters.filter(kept)),
        index=index,
        reopened=_reopened(before, judgements, stayed["record_id"]),
        judgements=judgements,
        **workspace.config.dedupe.arguments,
    ).outcome
    whole = pl.concat([index, index_records(new, blocking=blocking)]).sort("record_id")
    return Comparison(found, whole, judgements, came.height)


def _is_among(ids: pl.Series) -> pl.Expr:
    return pl.col("record_id").is_in(ids.implode())


def _changed(known: pl.DataFrame, index: pl.DataFrame) -> pl.Series:
    """Return the known records whose compared fields are not what they were."""
    now = hash_content(known)
    both = now.join(index.select("record_id", was="content"), on="record_id")
    return both.filter(pl.col("content") != pl.col("was"))["record_id"]


def _reopened(before: _Remembered, judgements: pl.DataFrame, stayed: pl.Series) -> list[str]:
    """Return the records whose component is to be looked at again, though nothing new is in it.

    They are those on which people have said something else since, and those whose citation has
    lost a record, or has one that changed.
    """
    said = pl.concat(
        [
            judgements.join(before.judgements, on=judgements.columns, how="anti"),
            before.judgements.join(judgements, on=judgements.columns, how="anti"),
        ]
    )
    left_out = before.clusters.filter(~_is_among(stayed))
    beside = before.clusters.join(left_out.select("citation_id"), on="citation_id", how="semi")
    same = before.pairs.filter(pl.col("verdict") == "same").select(_IDS)
    linked = same.filter(pl.any_horizontal(~pl.col(_IDS).is_in(stayed.implode())))
    ids = [beside["record_id"], *(frame[side] for frame in (said, linked) for side in _IDS)]
    candidates = pl.concat(ids).unique()
    return candidates.filter(candidates.is_in(stayed.implode())).to_list()
