"""Replay the labelled sets once and keep the orders, so that stopping rules are asked at no cost.

    python -m benchmarks.stopping_orders FOLDER [--seeds N] [--priors K] [--schedule S]
                                         [--models A,B…]

One folder a model and one file a set: ``orders`` (one row a seed: row numbers in reading order,
priors first) and ``labels``. A file that is there is not computed again, so that a run that was cut
off goes on where it stood. Every model of the ensemble starts from the same priors.
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
from pipeline.screen import DEFAULT_MODEL, SCHEDULES, Dataset
from pipeline.screen.stopping import ENSEMBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["ReplayedSet", "main", "read_orders"]


@dataclass(frozen=True, slots=True)
class ReplayedSet:
    """A set in the reading order of each start; one row a seed."""

    name: str
    labels: NDArray[np.bool_]
    proposals: tuple[NDArray[np.intp], ...]  # of each other ranker: places in that order


def read_orders(folder: Path, *, model: str = DEFAULT_MODEL) -> Iterator[ReplayedSet]:
    """Yield the replayed sets of a folder, by name; other models as far as they were replayed."""
    others = [one for one in ENSEMBLE if one != model]
    for path in sorted((folder / model).glob("*.npz")):
        orders, labels = _read(path)
        places = np.argsort(orders, axis=1)
        found = [folder / other / path.name for other in others]
        lists = [_read(one)[0] for one in found if one.exists()]
        proposals = tuple(np.take_along_axis(places, one, axis=1) for one in lists)
        yield ReplayedSet(path.stem, labels[orders], proposals)


def main() -> None:
    """Replay what is not there yet, the smallest sets first."""
    options = _options()
    manifest = pl.read_csv(SHARED / "ranking" / "manifest.csv", infer_schema_length=None)
    rows = manifest.sort(pl.col("n").cast(pl.Int64)).select("name", "question").rows()
    for model in options.models.split(","):
        (options.folder / model).mkdir(parents=True, exist_ok=True)
        for name, question in rows:
            kept = options.folder / model / f"{name}.npz"
            if not kept.exists():
                started = time.process_time()
                _replay(name, question or "", model, kept, options)
                sys.stderr.write(f"{model} {name}: {time.process_time() - started:.0f} s of CPU\n")


def _replay(name: str, question: str, model: str, kept: Path, options: argparse.Namespace) -> None:
    records = pl.read_csv(SHARED / "ranking" / f"{name}.csv", infer_schema_length=None)
    dataset = Dataset(records, name=name, question=question, model=model)
    row = {record_id: number for number, record_id in enumerate(dataset.record_ids)}
    runs = (
        dataset.simulate(seed=seed, n_priors=options.priors, schedule=options.schedule)
        for seed in range(options.seeds)
    )
    orders = [[row[record_id] for record_id in run.order["record_id"]] for run in runs]
    begun = kept.with_suffix(".part")  # a name that is not taken for a finished set
    with begun.open("wb") as file:
        np.savez_compressed(file, orders=np.array(orders, dtype=np.int32), labels=dataset.labels)
    begun.replace(kept)


def _read(path: Path) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    with np.load(path) as kept:
        return kept["orders"].astype(np.intp), kept["labels"]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--priors", type=int, default=1)
    parser.add_argument("--schedule", choices=list(SCHEDULES), default="coarse")
    parser.add_argument("--models", default=",".join([DEFAULT_MODEL, *ENSEMBLE]))
    return parser.parse_args()


if __name__ == "__main__":
    main()
