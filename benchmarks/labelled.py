"""Read the labelled duplicate sets: records, and the clusters they truly form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.dedupe import read_records_table
from pipeline.schemas import Cluster, Record

if TYPE_CHECKING:
    from pathlib import Path

    import dataframely as dy

__all__ = ["LabelledSet", "read_labelled_sets"]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Records of one set and their true clusters."""

    name: str
    records: dy.DataFrame[Record]
    truth: dy.DataFrame[Cluster]


def read_labelled_sets(folder: Path) -> list[LabelledSet]:
    """Return every set of a folder of CSV files with a ``cluster_id`` column, by name."""
    return [_read_set(path) for path in sorted(folder.glob("*.csv"))]


def _read_set(path: Path) -> LabelledSet:
    table = pl.read_csv(path, infer_schema=False)
    truth = Cluster.validate(table.select("record_id", citation_id="cluster_id"))
    return LabelledSet(path.stem, read_records_table(table), truth)
