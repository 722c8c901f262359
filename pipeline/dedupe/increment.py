"""Deduplicate what is new against everything ever seen, and touch nothing else.

An update of a review brings a few thousand records to a million. Only records that share a
blocking key with a new one are normalised and compared; only components in which a new record
lands, or that somebody reopened, are clustered again, whole, under the constraints that people
set. Every other citation stays as it is. A batch over all records gives the same clusters, except
where a block is so large that the batch compares neighbours only: the increment then compares more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.dedupe.blocking import BLOCKING_RULES, blocking_keys
from pipeline.dedupe.normalise import normalise
from pipeline.dedupe.stage import SAME_ABOVE, UNSURE_ABOVE, Deduplicated, deduplicate
from pipeline.schemas import Cluster, DuplicatePair, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.dedupe.judge import PairModel
    from pipeline.schemas import PairJudgement

__all__ = [
    "COMPARED_FIELDS",
    "Increment",
    "MovedRecord",
    "RecordIndex",
    "deduplicate_increment",
    "hash_content",
    "index_records",
]

COMPARED_FIELDS: Final = (
    "title",
    "original_title",
    "abstract",
    "authors",
    "year",
    "journal",
    "journal_abbreviation",
    "volume",
    "issue",
    "pages",
    "doi",
    "entry_type",
)
"""The fields that a comparison looks at: a change in any other leaves the clusters alone."""

RecordIndex: Final[type[dy.Schema]] = type(
    "RecordIndex",
    (dy.Schema,),
    {
        "record_id": dy.String(primary_key=True),
        "content": dy.UInt64(),  # a hash of the compared fields
        **{rule: dy.UInt64(nullable=True) for rule in BLOCKING_RULES},
    },
)
"""What `index_records` returns: a column for each blocking rule, null where it is not in use."""


@dataclass(frozen=True, slots=True)
class MovedRecord:
    """A known record whose citation is now another: part of a merge or a split."""

    record_id: str
    from_citation: str
    to_citation: str


@dataclass(frozen=True, slots=True)
class Increment:
    """The state after the new records, and which known records changed their citation."""

    outcome: Deduplicated
    moved: tuple[MovedRecord, ...]


def index_records(
    records: dy.DataFrame[Record],
    *,
    blocking: Sequence[str] | None = None,
    keys: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the blocking keys of records, hashed: keep them, and an increment costs seconds.

    The hashes hold for one version of polars: an index is a cache, never part of a review.
    `keys` are the records' own, as `blocking_keys` returns them, where they are at hand.

    >>> from pipeline.dedupe import read_records_table
    >>> table = pl.DataFrame({"record_id": ["a"], "title": ["Pain"], "doi": ["10.1000/1"]})
    >>> index = index_records(read_records_table(table), blocking=["doi"])
    >>> index["doi"].null_count(), index["title"].null_count()
    (0, 1)
    """
    if keys is None:
        keys = blocking_keys(normalise(records), blocking=blocking)
    unused = [pl.lit(None, pl.UInt64).alias(rule) for rule in BLOCKING_RULES if rule not in keys]
    whole = hash_content(records).hstack(keys).with_columns(unused)
    return whole.select(RecordIndex.column_names())


def hash_content(records: pl.DataFrame) -> pl.DataFrame:
    """Return ``record_id`` and ``content``, which differs where a compared field does.

    >>> frame = pl.DataFrame({"record_id": ["a"], **dict.fromkeys(COMPARED_FIELDS, ["x"])})
    >>> other = frame.with_columns(title=pl.lit("y"))
    >>> hash_content(frame).equals(hash_content(other))
    False
    """
    content = records.select(COMPARED_FIELDS).hash_rows().alias("content")
    return records.select("record_id").hstack([content])


def deduplicate_increment(
    new: dy.DataFrame[Record],
    known: dy.DataFrame[Record],
    *,
    pairs: dy.DataFrame[DuplicatePair],
    clusters: dy.DataFrame[Cluster],
    index: pl.DataFrame | None = None,
    reopened: Collection[str] = (),
    judgements: dy.DataFrame[PairJudgement] | None = None,
    blocking: Sequence[str] | None = None,
    same_above: float = SAME_ABOVE,
    unsure_above: float = UNSURE_ABOVE,
    model: PairModel | None = None,
    merged_relations: Sequence[str] = (),
) -> Increment:
    """Find the duplicates of new records among themselves and among the known ones.

    Parameters
    ----------
    new
        Records to add; those already known by id add nothing.
    known, pairs, clusters
        What an earlier call was given and returned.
    index
        The known records' keys, as `index_records` returns them; computed if not given.
    reopened
        Known records whose component is clustered again although nothing new lands in it: what a
        person said about them has changed, or a record that held them together has.
    judgements, blocking, same_above, unsure_above, model, merged_relations
        As for `deduplicate`.

    >>> from pipeline.dedupe import deduplicate, read_records_table
    >>> titles = ["Barriers to remote care in rural clinics"] * 2
    >>> table = pl.DataFrame({"record_id": ["a", "b"], "title": titles, "doi": ["10.1000/1"] * 2})
    >>> records = read_records_table(table)
    >>> before = deduplicate(records[:1])
    >>> after = deduplicate_increment(
    ...     records[1:], records[:1], pairs=before.pairs, clusters=before.clusters)
    >>> after.outcome.clusters["citation_id"].to_list()
    ['a', 'a']
    """
    run = partial(
        deduplicate,
        judgements=judgements,
        blocking=blocking,
        same_above=same_above,
        unsure_above=unsure_above,
        model=model,
        merged_relations=merged_relations,
    )
    added = new.join(known.select("record_id"), on="record_id", how="anti")
    keys = index_records(known, blocking=blocking) if index is None else index
    near = _sharing_a_key(known, keys, index_records(Record.validate(added), blocking=blocking))
    found = run(_together(near, added))
    seeds = pl.concat([added["record_id"], pl.Series(list(reopened), dtype=pl.String)])
    touched = _touched(seeds, pairs, found, judgements)
    again = _together(known.filter(_is_among(touched)), added)
    settled = run(again)
    outcome = Deduplicated(
        pairs=_merged_pairs(pairs, found.pairs, settled.pairs, added, again),
        clusters=_merged_clusters(clusters, settled.clusters),
        model_version=settled.model_version,
    )
    return Increment(outcome, _moved(clusters, settled.clusters))


def _is_among(ids: pl.Series) -> pl.Expr:
    return pl.col("record_id").is_in(ids.implode())


def _together(known: pl.DataFrame, added: pl.DataFrame) -> dy.DataFrame[Record]:
    return Record.validate(pl.concat([known, added.select(known.columns)]))


def _sharing_a_key(known: pl.DataFrame, index: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the known records with a key that a new record has too."""
    shared = [
        pl.col(rule).is_in(new[rule].drop_nulls().unique().implode()) for rule in BLOCKING_RULES
    ]
    return known.filter(_is_among(index.filter(pl.any_horizontal(shared))["record_id"]))


def _touched(
    seeds: pl.Series,
    pairs: pl.DataFrame,
    found: Deduplicated,
    judgements: pl.DataFrame | None,
) -> pl.Series:
    """Return the records in whose component, by old and new links, a seed lies."""
    links = [_same(pairs), _same(found.pairs)]
    if judgements is not None:
        links.append(_same(judgements))
    together = pl.concat(links)
    ids = pl.concat([together["left_id"], together["right_id"], seeds]).unique()
    rows = pl.DataFrame({"id": ids}).with_row_index("row")
    ends = [
        together.join(rows, left_on=side, right_on="id", maintain_order="left")["row"].to_numpy()
        for side in ("left_id", "right_id")
    ]
    graph = coo_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=(ids.len(), ids.len()))
    component = pl.Series(connected_components(graph, directed=False)[1])
    is_seed = ids.is_in(seeds.implode())
    return ids.filter(component.is_in(component.filter(is_seed).implode()))


def _same(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.filter(pl.col("verdict") == "same").select("left_id", "right_id")


def _merged_pairs(
    old: pl.DataFrame,
    found: pl.DataFrame,
    settled: pl.DataFrame,
    added: pl.DataFrame,
    again: pl.DataFrame,
) -> dy.DataFrame[DuplicatePair]:
    """Keep the old evidence outside the touched components, and all that is new."""
    ids = ["left_id", "right_id"]
    is_settled = pl.all_horizontal(pl.col(ids).is_in(again["record_id"].implode()))
    is_of_new = pl.any_horizontal(pl.col(ids).is_in(added["record_id"].implode()))
    kept = [old.filter(~is_settled), found.filter(is_of_new & ~is_settled), settled]
    return DuplicatePair.validate(pl.concat(kept).sort(ids))


def _merged_clusters(old: pl.DataFrame, settled: pl.DataFrame) -> dy.DataFrame[Cluster]:
    untouched = old.join(settled.select("record_id"), on="record_id", how="anti")
    return Cluster.validate(pl.concat([untouched, settled]).sort("record_id"))


def _moved(old: pl.DataFrame, settled: pl.DataFrame) -> tuple[MovedRecord, ...]:
    changed = (
        old.join(settled, on="record_id", suffix="_now")
        .filter(pl.col("citation_id") != pl.col("citation_id_now"))
        .select("record_id", "citation_id", "citation_id_now")
        .sort("record_id")
    )
    return tuple(MovedRecord(*row) for row in changed.iter_rows())
