"""Sweep data sets × models × seeds as a Prefect flow, on threads, processes or a Dask cluster.

A task is one job of `flows.simulate` and leaves its runs in the folder of finished ones; nothing
but their number goes through Prefect. Whoever wants the runs reads them from there afterwards, so a
sweep that was cut off goes on where it stood. Import this module only after `prepare_prefect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, task

from flows.runners import make_runner
from flows.simulate import plan_jobs, run_job

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from flows.simulate import SimulationJob, SimulationPlan

__all__ = ["sweep"]


@task(name="replay", persist_result=False, retries=2, retry_delay_seconds=1)
def _replay(job: SimulationJob) -> int:
    return len(run_job(job))


def sweep(
    paths: Sequence[Path],
    plans: Sequence[SimulationPlan],
    *,
    runner: str,
    n_workers: int,
    cache: Path,
    scheduler: str | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Finish every run of every plan; return how many there are.

    Parameters
    ----------
    paths
        CSV files of labelled records.
    plans
        One a model.
    runner
        ``thread``, ``process`` or ``dask``.
    n_workers
        How many jobs run at once.
    cache
        Folder of finished runs; the workers of a cluster must see it, and the data sets.
    scheduler
        The address of a Dask cluster that runs already.
    on_progress
        Told how many runs have been finished, each time that some have.

    Raises
    ------
    UnknownNameError
        There is no such runner.
    InputError
        A file cannot be replayed, or the runner needs an extra that is not installed.
    """
    jobs = [
        job for plan in plans for job in plan_jobs(paths, plan, n_workers=n_workers, cache=cache)
    ]

    chosen = make_runner(runner, n_workers=n_workers, scheduler=scheduler)

    @flow(name="sweep", task_runner=chosen)
    def replay_all() -> int:
        n_done = 0
        for future in [_replay.submit(job) for job in jobs]:
            n = future.result()
            on_progress(n)
            n_done += n
        return n_done

    return replay_all()
