"""The comparison of all records, cut into shards that other processes or machines work on.

Four steps, of which the first, second and fourth are done in shards: records are brought to
comparable fields and blocking keys by ranges of rows; pairs are found by the keys, a shard looking
at its own only; all pairs are put together and cut anew, so that each is compared once; each part
is compared and judged, with the rows that occur in it. What each leaves is a Parquet file in a
folder that all workers see, written at once or not at all: a worker that dies costs one shard's
work, and a run that was cut off goes on where it stood. Clustering, which needs all verdicts, is
left to the stage, which finds them here. The result is that of one process: no step looks beyond
its rows, its keys or its pairs.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.dedupe import (
    SAME_ABOVE,
    UNSURE_ABOVE,
    blocking_keys,
    candidate_pairs,
    judge_pairs,
    normalise,
    unite_pairs,
)
from pipeline.review.entries import all_records, records_key
from pipeline.review.workspace import cache_key
from pipeline.schemas import DuplicatePair
from pipeline.store import as_parquet, write_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.review.workspace import Workspace

__all__ = [
    "ComparisonPlan",
    "cut_pairs",
    "find_pairs",
    "forget_comparisons",
    "judge_part",
    "normalise_part",
    "plan_comparison",
    "recall_comparison",
]

_FOLDER: Final = "comparison"
_OF_EVIDENCE: Final = ("keys", "title_containment", *DuplicatePair.column_names())
_NOT_YET: Final = "blocking_keys"  # named after the bits in `keys` once all is judged


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """One comparison of all records, in shards; small, so that it travels with every task.

    Parameters
    ----------
    folder
        Where shards leave their files: all workers must see it under this name.
    n_shards
        How many parts each step is cut into; the result does not depend on it.
    blocking, same_above, unsure_above
        As for `pipeline.dedupe.deduplicate`.
    """

    folder: Path
    n_shards: int
    blocking: tuple[str, ...] | None
    same_above: float
    unsure_above: float

    def path(self, step: str, shard: int) -> Path:
        """Return the file of a shard of a step."""
        return self.folder / f"{step}-{shard:04d}-of-{self.n_shards:04d}.parquet"

    def scan(self, step: str) -> pl.LazyFrame:
        """Return what all shards of a step left, in their order, as far as it is asked for."""
        return pl.scan_parquet([self.path(step, one) for one in range(self.n_shards)])

    def read(self, step: str) -> pl.DataFrame:
        """Return what all shards of a step left, in their order."""
        return self.scan(step).collect()


def plan_comparison(workspace: Workspace, *, n_shards: int) -> ComparisonPlan:
    """Put the records where the shards' workers find them, and say what is to be done."""
    settings = workspace.config.dedupe
    plan = ComparisonPlan(
        folder=_folder(workspace),
        n_shards=n_shards,
        blocking=None if settings.blocking is None else tuple(settings.blocking),
        same_above=settings.same_above or SAME_ABOVE,
        unsure_above=settings.unsure_above or UNSURE_ABOVE,
    )
    if not _records(plan).exists():
        write_bytes(_records(plan), as_parquet(all_records(workspace).sort("record_id")))
    return plan


def normalise_part(plan: ComparisonPlan, shard: int) -> int:
    """Bring one range of records to comparable fields and keys; return how many."""
    path = plan.path("normalised", shard)
    if not path.exists():
        records = pl.scan_parquet(_records(plan))
        n_records = records.select(pl.len()).collect().item()
        first, last = (n_records * one // plan.n_shards for one in (shard, shard + 1))
        fields = normalise(records.slice(first, last - first).collect())
        keys = blocking_keys(fields, blocking=plan.blocking)
        write_bytes(plan.path("keys", shard), as_parquet(keys))
        write_bytes(path, as_parquet(fields))  # the last: where it is, the keys are too
    return _height(path)


def find_pairs(plan: ComparisonPlan, shard: int) -> int:
    """Find the pairs that share a key of one shard; return how many."""
    path = plan.path("found", shard)
    if not path.exists():
        found = candidate_pairs(
            plan.scan("normalised").select("title_key").collect(),
            blocking=plan.blocking,
            shard=(shard, plan.n_shards),
            keys=plan.read("keys"),
        )
        write_bytes(path, as_parquet(found))
    return _height(path)


def cut_pairs(plan: ComparisonPlan) -> int:
    """Put the pairs of all shards together and cut them anew, each in one part."""
    paths = [plan.path("pairs", shard) for shard in range(plan.n_shards)]
    if not all(path.exists() for path in paths):
        pairs = unite_pairs([plan.read("found")])
        ends = [pairs.height * one // plan.n_shards for one in range(plan.n_shards + 1)]
        for path, first, last in zip(paths, ends, ends[1:], strict=False):
            write_bytes(path, as_parquet(pairs.slice(first, last - first)))
    return sum(_height(path) for path in paths)


def judge_part(plan: ComparisonPlan, shard: int) -> int:
    """Compare and judge the pairs of one part; return how many."""
    path = plan.path("judged", shard)
    if not path.exists():
        judged = judge_pairs(
            *_of_these(plan, pl.read_parquet(plan.path("pairs", shard))),
            same_above=plan.same_above,
            unsure_above=plan.unsure_above,
        )
        kept = [name for name in _OF_EVIDENCE if name != _NOT_YET]
        write_bytes(path, as_parquet(judged.select(kept)))
    return _height(path)


def _of_these(plan: ComparisonPlan, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the fields of the rows that occur in these pairs, and the pairs of those rows."""
    rows = pl.concat([pairs["left"], pairs["right"]]).unique().sort()
    fields = plan.scan("normalised").with_row_index("row")
    met = fields.join(rows.to_frame("row").lazy(), on="row", how="semi").sort("row").drop("row")
    places = [pl.Series(side, rows.search_sorted(pairs[side])) for side in ("left", "right")]
    return met.collect(), pairs.with_columns(places)


def recall_comparison(workspace: Workspace) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Return the blocking keys and the judged pairs, where shards have left them all."""
    found = sorted(_folder(workspace).glob("judged-*-of-*.parquet"))
    for n_shards in {int(path.stem[-4:]) for path in found}:
        plan = ComparisonPlan(_folder(workspace), n_shards, None, SAME_ABOVE, UNSURE_ABOVE)
        if all(plan.path("judged", shard).exists() for shard in range(n_shards)):
            return plan.read("keys"), plan.read("judged")
    return None


def forget_comparisons(workspace: Workspace) -> None:
    """Remove what shards have left: once a clustering is accepted nobody asks for it again."""
    shutil.rmtree(workspace.cache.folder / _FOLDER, ignore_errors=True)


def _folder(workspace: Workspace) -> Path:
    """Return the folder of this comparison: other records, settings or code have another."""
    settings = workspace.config.dedupe.model_dump(mode="json")
    folder = workspace.cache.folder.resolve() / _FOLDER  # workers stand elsewhere
    return folder / cache_key(records_key(workspace), settings)


def _records(plan: ComparisonPlan) -> Path:
    return plan.folder / "records.parquet"


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
