"""The comparison of all records as Prefect tasks: shards on processes or on a Dask cluster.

What goes through Prefect is a plan and a number; records, pairs and verdicts lie in Parquet files
that the workers read and write themselves (`pipeline.review.sharding`). The stage that follows
finds them and clusters. Import this module only after `prepare_prefect`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prefect import task

from pipeline.review import Review
from pipeline.review.sharding import cut_pairs, find_pairs, judge_part, normalise_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prefect.tasks import Task

    from pipeline.review.sharding import ComparisonPlan

__all__ = ["compare_in_shards"]

_RETRIES: Final = 3


def _step(work: Callable[[ComparisonPlan, int], int]) -> Task[[ComparisonPlan, int], int]:
    """Make the task of a step; a shard that is done already costs a look at its file."""
    make_task = task(name=work.__name__, retries=_RETRIES, retry_delay_seconds=1)
    return make_task(work)


_STEPS: Final = [_step(work) for work in (normalise_part, find_pairs)]
_LAST: Final = _step(judge_part)


def compare_in_shards(review: Path, *, n_shards: int) -> None:
    """Compare all records where the next deduplication would; else nothing is to be done.

    Parameters
    ----------
    review
        The review's folder; the workers must see it under this name.
    n_shards
        Into how many tasks each step is cut.
    """
    with Review.open(review) as opened:
        plan = opened.duplicates.plan_comparison(n_shards=n_shards)
    if plan is None:
        return
    for step in _STEPS:
        _run_step(step, plan)
    cut_pairs(plan)
    _run_step(_LAST, plan)


def _run_step(step: Task[[ComparisonPlan, int], int], plan: ComparisonPlan) -> None:
    for future in [step.submit(plan, shard) for shard in range(plan.n_shards)]:
        future.result()
