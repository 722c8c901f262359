"""Where Prefect's tasks run: threads or processes of this machine, or a Dask cluster.

Import this module only after `prepare_prefect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner

from pipeline.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

__all__ = ["RUNNERS", "make_runner"]

RUNNERS: Final = ("thread", "process", "dask")
_N_WORKERS: Final = 2
_NO_DASHBOARD: Final = {  # a free port all the same: with a fixed one, a second cluster warns
    "dashboard_address": "127.0.0.1:0",
    "scheduler_kwargs": {"dashboard": False},
}


def make_runner(
    name: str, *, n_workers: int = _N_WORKERS, scheduler: str | None = None
) -> TaskRunner[Any]:
    """Return a task runner by its name.

    Parameters
    ----------
    name
        One of `RUNNERS`.
    n_workers
        How many tasks run at once, where the workers are our own.
    scheduler
        The address of a Dask cluster that runs already; without it ``dask`` starts one here.

    Raises
    ------
    UnknownNameError
        There is no such runner.
    InputError
        It needs an extra that is not installed.

    >>> type(make_runner("thread")).__name__
    'ThreadPoolTaskRunner'
    """
    if name == "thread":
        return ThreadPoolTaskRunner(max_workers=n_workers)
    if name == "process":
        return ProcessPoolTaskRunner(max_workers=n_workers)
    if name != "dask":
        raise UnknownNameError("runner", name, RUNNERS)
    return _dask_runner(n_workers, scheduler)


def _dask_runner(n_workers: int, scheduler: str | None) -> TaskRunner[Any]:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise InputError(
            "runner 'dask'", "is not installed", "install the extra: thresher[dask]"
        ) from error
    if scheduler is not None:
        return DaskTaskRunner(address=scheduler)
    own = {"n_workers": n_workers, "threads_per_worker": 1, **_NO_DASHBOARD}
    return DaskTaskRunner(cluster_kwargs=own)
