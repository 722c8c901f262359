"""The review as a Prefect flow: one task a stage, each a call of the façade.

A task is retried when reading or writing fails, and skipped when its key (the files, the settings,
the library's code and what people did) is that of an earlier run. The flow never waits for people:
it ends when the queue is ready. Import this module only after `prepare_prefect`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.comparing import compare_in_shards
from flows.notifying import tell_of_failure
from flows.output import progress_bar
from flows.runners import RUNNERS, make_runner
from pipeline.errors import StoreError
from pipeline.review import Review

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.context import TaskRunContext
    from prefect.tasks import Task

__all__ = ["RUNNERS", "STAGES", "review_flow", "run_review"]

_RETRY_SECONDS: Final = (1, 5, 15)
_N_SHARDS: Final = 4  # two a worker of a small cluster: a retry costs little, nobody waits for long


def _is_io_error(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError | StoreError)


def _stage_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    with Review.open(parameters["review"]) as review:
        return review.stage_key(context.task.name)


def _stage(call: Callable[[Path], str]) -> Task[[Path], str]:
    """Make a stage's task; every stage is retried and cached in the same way."""
    make_task = task(
        name=call.__name__,
        retries=len(_RETRY_SECONDS),
        retry_delay_seconds=list(_RETRY_SECONDS),
        retry_condition_fn=_is_io_error,
        cache_key_fn=_stage_key,
        persist_result=True,
        result_serializer="json",
    )
    return make_task(call)


@_stage
def ingest(review: Path) -> str:
    """Read the exports that have not been read yet."""
    with Review.open(review) as opened, progress_bar() as bar:
        reading = bar.add_task("Reading exports", total=None)
        read = opened.ingest(
            workers=os.cpu_count() or 1,
            progress=lambda done, n: bar.update(reading, completed=done, total=n),
        )
        return f"{len(read)} new files"


@_stage
def dedupe(review: Path) -> str:
    """Deduplicate all records."""
    with Review.open(review) as opened:
        accepted = opened.dedupe()
        return f"{accepted.n_records} records, {accepted.n_citations} citations"


@_stage
def rank(review: Path) -> str:
    """Order what is still to be screened."""
    with Review.open(review) as opened:
        return f"{opened.rank().n_queued} citations to screen"


@_stage
def tag(review: Path) -> str:
    """Suggest tags for the included reports."""
    with Review.open(review) as opened:
        return f"{opened.tag().tags.height} suggested tags"


@_stage
def report(review: Path) -> str:
    """Write the diagram and the report, and show the counts in Prefect."""
    with Review.open(review) as opened:
        files = opened.report()
        counts = opened.counts()
    table = [{"box": box.key, "n": box.n} for box in counts.boxes]
    create_table_artifact(table, key="prisma-counts", description="PRISMA 2020 counts")
    diagram = next(path for path in files if path.suffix == ".svg")
    create_markdown_artifact(
        _link(diagram), key="prisma-diagram", description="PRISMA 2020 flow diagram"
    )
    links = "\n".join(f"- {_link(path)}" for path in files)
    create_markdown_artifact(links, key="links", description="What the report consists of")
    return ", ".join(path.name for path in files)


def _link(path: Path) -> str:
    return f"[{path.name}]({path.resolve().as_uri()})"


STAGES: Final = (ingest, dedupe, rank, tag, report)
"""The stages in their order; each waits for the one before."""


@flow(name="review", on_failure=[tell_of_failure], on_crashed=[tell_of_failure])
def review_flow(
    review: Path,
    runner: str = "thread",
    wait_seconds: float = 0.0,
    *,
    fetches: bool = False,
    n_shards: int = 1,
) -> str:
    """Run every stage once, in order; return what is new.

    The flow ends when the queue is ready and never waits for people. It holds the review: a second
    run waits, or is refused. With ``fetches`` the searches that a machine can run are run first;
    with ``n_shards`` above one, a deduplication of all records is cut into so many tasks a step.
    """
    with Review.open(review) as held, held.alone(wait_seconds=wait_seconds):
        since = held.last_run()
        if fetches:
            for source, strategy in held.planned_fetches():
                held.fetch(source, strategy)
        held.register_dropped()
        for stage in STAGES:
            if stage is dedupe and n_shards > 1:
                compare_in_shards(review, n_shards=n_shards)
            stage.submit(review).result()
        held.record_run(runner=runner)
        new = held.what_is_new(since=since).sentence
    create_markdown_artifact(new, key="what-is-new", description="What the run brought")
    return new


def run_review(
    review: Path,
    *,
    runner: str = "thread",
    scheduler: str | None = None,
    n_shards: int | None = None,
) -> str:
    """Run the review flow once, to the end, and return what is new in one sentence.

    Parameters
    ----------
    review
        The review's folder.
    runner
        Where tasks run: ``thread`` and ``process`` on this machine, ``dask`` on a cluster (needs
        the extra ``dask``).
    scheduler
        The address of a Dask cluster that runs already; its workers must see the review's folder.
    n_shards
        Into how many tasks a deduplication of all records is cut; by default not at all on
        threads, which share memory and processors anyway, and into four elsewhere.

    Raises
    ------
    UnknownNameError
        There is no such runner.
    ReviewError
        A stage could not do its work; the message says why.
    """
    chosen = make_runner(runner, scheduler=scheduler)
    if n_shards is None:
        n_shards = 1 if runner == "thread" else _N_SHARDS
    flow_with_runner = review_flow.with_options(task_runner=chosen)
    try:
        return flow_with_runner(review.resolve(), runner, n_shards=n_shards)
    except RuntimeError as error:
        if "ephemeral" not in str(error):
            raise
        raise StoreError(
            os.environ.get("PREFECT_HOME", "Prefect"),
            "Prefect's own server did not start in time",
            "try again when the machine is less busy",
        ) from error
