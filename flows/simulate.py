"""Replay labelled data sets on several workers, resumably, with progress.

A finished run is kept under a key over everything that it depends on: the records, the question,
the model's parts, the priors, the seed and this library's code. An interrupted replay therefore
goes on where it stood, and a repeated one costs nothing. The unit of work is a data set with some
of its seeds, because making the features of a set costs as much as many runs.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from flows.tables import read_csv
from pipeline.events import sha256_of
from pipeline.review.workspace import cache_key
from pipeline.screen import MODELS, Dataset, Simulation, SimulationStep, measure_order
from pipeline.store import FrameCache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import dataframely as dy

__all__ = [
    "SimulationJob",
    "SimulationPlan",
    "find_question",
    "plan_jobs",
    "run_job",
    "simulate_files",
    "simulations_folder",
]


@dataclass(frozen=True, slots=True)
class SimulationPlan:
    """How every data set is replayed."""

    n_priors: int
    n_seeds: int
    model: str
    schedule: str
    question: str | None  # None: the one that a manifest.csv beside the file gives


@dataclass(frozen=True, slots=True)
class SimulationJob:
    """One data set and some of its seeds; ``cache`` is where finished runs are kept, if at all."""

    path: Path
    plan: SimulationPlan
    seeds: tuple[int, ...]
    cache: Path | None = None


def simulate_files(
    paths: Sequence[Path],
    plan: SimulationPlan,
    *,
    n_workers: int = 1,
    cache: Path | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
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
    cache
        Folder of finished runs, read and added to; None to compute all and keep none.
    on_progress
        Told how many runs have been finished, each time that some have.

    Raises
    ------
    InputError
        A file cannot be read, or has too few records to draw the priors from.
    """
    jobs = plan_jobs(paths, plan, n_workers=n_workers, cache=cache)
    if n_workers == 1:
        done = [run_job(job, on_progress=on_progress) for job in jobs]
    else:
        with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
            futures = [pool.submit(run_job, job) for job in jobs]
            for future in as_completed(futures):
                on_progress(len(future.result()))
            done = [future.result() for future in futures]
    by_path: dict[Path, list[Simulation]] = {path: [] for path in paths}
    for job, runs in zip(jobs, done, strict=True):
        by_path[job.path] += runs
    return [by_path[path] for path in paths]


def plan_jobs(
    paths: Sequence[Path], plan: SimulationPlan, *, n_workers: int = 1, cache: Path | None = None
) -> list[SimulationJob]:
    """Cut the work up: whole data sets, or parts of their seeds where there are few sets.

    >>> plan = SimulationPlan(1, 4, "elas-u4", "growing", None)
    >>> [job.seeds for job in plan_jobs([Path("a.csv")], plan, n_workers=2)]
    [(0, 1), (2, 3)]
    """
    different = list(dict.fromkeys(paths))
    n_parts = -(-n_workers // max(len(different), 1))
    size = -(-plan.n_seeds // n_parts)
    parts = [range(plan.n_seeds)[first : first + size] for first in range(0, plan.n_seeds, size)]
    return [SimulationJob(path, plan, tuple(seeds), cache) for path in different for seeds in parts]


def run_job(
    job: SimulationJob, *, on_progress: Callable[[int], None] = lambda _: None
) -> list[Simulation]:
    """Return the runs of a job, those kept from earlier without computing them again.

    The features are made only where a run is missing.
    """
    plan, records = job.plan, read_csv(job.path)
    question = plan.question if plan.question is not None else find_question(job.path)

    @lru_cache(maxsize=1)
    def dataset() -> Dataset:
        return Dataset(records, name=job.path.stem, question=question, model=plan.model)

    def order_of(seed: int) -> dy.DataFrame[SimulationStep]:
        return dataset().simulate(seed=seed, n_priors=plan.n_priors, schedule=plan.schedule).order

    content = sha256_of(records.write_csv())
    model = repr(MODELS[plan.model])
    runs = []
    for seed in job.seeds:
        make = partial(order_of, seed)
        if job.cache is None:
            order = make()
        else:
            key = cache_key(
                job.path.stem, content, question, model, plan.schedule, plan.n_priors, seed
            )
            order = FrameCache(job.cache).frame(key, "runs", SimulationStep, make)
        runs.append(Simulation(order, measure_order(order)))
        on_progress(1)
    return runs


def simulations_folder() -> Path:
    """Return where finished runs are kept: the user's cache, never a review's folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "thresher" / "simulations"


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
