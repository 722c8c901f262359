"""Replay the labelled sets once and keep the orders, so that stopping rules are asked at no cost.

    python -m benchmarks.stopping_orders FOLDER [--seeds N] [--priors K] [--schedule S] [--model M]

One file a set: ``orders`` (one row a seed: row numbers in reading order, priors first) and
``labels``. A file that is there is not computed again.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.ranking import SHARED
from pipeline.screen import DEFAULT_MODEL, MODELS, SCHEDULES, Dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["ReplayedSet", "main", "read_orders"]


@dataclass(frozen=True, slots=True)
class ReplayedSet:
    """The labels of a set in the reading order of each start."""

    name: str
    labels: NDArray[np.bool_]  # one row a seed


def read_orders(folder: Path) -> Iterator[ReplayedSet]:
    """Yield the replayed sets of a folder, by name."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as kept:
            yield ReplayedSet(path.stem, kept["labels"][kept["orders"]])


def main() -> None:
    """Replay what is not there yet, the smallest sets first."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    manifest = pl.read_csv(SHARED / "ranking" / "manifest.csv", infer_schema_length=None)
    rows = manifest.sort(pl.col("n").cast(pl.Int64)).select("name", "question").iter_rows()
    for name, question in rows:
        kept = options.folder / f"{name}.npz"
        if not kept.exists():
            started = time.process_time()
            _replay(name, question or "", kept, options)
            sys.stderr.write(f"{name}: {time.process_time() - started:.0f} s of CPU\n")


def _replay(name: str, question: str, kept: Path, options: argparse.Namespace) -> None:
    records = pl.read_csv(SHARED / "ranking" / f"{name}.csv", infer_schema_length=None)
    dataset = Dataset(records, name=name, question=question, model=options.model)
    row = {record_id: number for number, record_id in enumerate(dataset.record_ids)}
    runs = (
        dataset.simulate(seed=seed, n_priors=options.priors, schedule=options.schedule)
        for seed in range(options.seeds)
    )
    orders = [[row[record_id] for record_id in run.order["record_id"]] for run in runs]
    np.savez_compressed(kept, orders=np.array(orders, dtype=np.int32), labels=dataset.labels)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--priors", type=int, default=1)
    parser.add_argument("--schedule", choices=list(SCHEDULES), default="coarse")
    parser.add_argument("--model", choices=list(MODELS), default=DEFAULT_MODEL)
    return parser.parse_args()


if __name__ == "__main__":
    main()
