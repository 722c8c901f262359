"""Replay labelled data sets on several workers, with progress."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

import polars as pl

from flows.tables import read_csv
from pipeline.screen import Dataset, Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["SimulationPlan", "find_question", "simulate_files"]


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """How every data set is replayed."""

    n_priors: int
    n_seeds: int
    model: str
    schedule: str
    question: str | None  # None: the one that a manifest.csv beside the file gives


def simulate_files(
    paths: Sequence[Path],
    plan: SimulationPlan,
    *,
    n_workers: int = 1,
    on_progress: Callable[[], None] = lambda: None,
) -> list[list[Simulation]]:
    """Replay each data set with seeds 0 … n − 1; one list of runs a file, in the files' order.

    Parameters
    ----------
    paths
        CSV files of labelled records.
    plan
        The model and how runs start.
    n_workers
        Processes; the result does not depend on their number.
    on_progress
        Told after each data set.

    Raises
    ------
    InputError
        A file cannot be read, or has too few records to draw the priors from.
    """
    run = partial(_simulate_file, plan=plan)
    if n_workers == 1:
        return [_told(run(path), on_progress) for path in paths]
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(run, path) for path in paths]
        for _ in as_completed(futures):
            on_progress()
        return [future.result() for future in futures]


def _told(runs: list[Simulation], on_progress: Callable[[], None]) -> list[Simulation]:
    on_progress()
    return runs


def _simulate_file(path: Path, *, plan: SimulationPlan) -> list[Simulation]:
    question = plan.question if plan.question is not None else find_question(path)
    dataset = Dataset(read_csv(path), name=path.stem, question=question, model=plan.model)
    return [
        dataset.simulate(seed=seed, n_priors=plan.n_priors, schedule=plan.schedule)
        for seed in range(plan.n_seeds)
    ]


def find_question(path: Path) -> str:
    """Return the question that a ``manifest.csv`` beside a data set gives, or nothing."""
    manifest = path.with_name("manifest.csv")
    if not manifest.is_file():
        return ""
    table = read_csv(manifest)
    if not {"name", "question"} <= set(table.columns):
        return ""
    found = table.filter(pl.col("name") == path.stem)["question"].drop_nulls()
    return str(found[0]) if found.len() else ""
