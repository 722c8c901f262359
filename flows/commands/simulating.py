"""Replays of labelled data sets: ``simulate``."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from flows.commands.options import AsJson, Scheduler
from flows.output import print_json, print_table, progress_bar, say, warn
from flows.tables import write_csv
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import dataframely as dy

    from flows.results import DatasetResult
    from flows.simulate import SimulationPlan
    from pipeline.screen import Simulation
    from pipeline.screen.stopping import StoppingScore

__all__ = ["simulate"]


def simulate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.csv…", show_default=False)],
    *,
    priors: Annotated[
        int,
        typer.Option(
            min=0,
            help="Relevant records known beforehand, and as many irrelevant; 0 is a cold start.",
        ),
    ] = 0,
    seeds: Annotated[int, typer.Option(min=1, help="Runs a data set.")] = 1,
    question: Annotated[
        str | None, typer.Option(help="The review's question.", show_default=False)
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="The ranking model; give it again to compare several."),
    ] = None,
    schedule: Annotated[str, typer.Option(help="When the model learns again.")] = "every-label",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    runner: Annotated[
        str,
        typer.Option(help="pool: plain processes; thread, process or dask: as a Prefect flow."),
    ] = "pool",
    scheduler: Scheduler = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Compute again what was finished in earlier replays.")
    ] = False,
    curves: Annotated[
        Path | None,
        typer.Option(metavar="OUT.svg", help="Recall curves and metrics as SVG, PNG or PDF."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="ORDER.csv", help="Every order, record by record.")
    ] = None,
    stopping: Annotated[
        bool,
        typer.Option(
            "--stopping",
            help="Say what stopping rules would have come to; replays every model for one of them.",
        ),
    ] = False,
    target: Annotated[
        float, typer.Option(min=0.01, max=0.999, help="The recall that --stopping is about.")
    ] = 0.95,
    as_json: AsJson = False,
) -> None:
    """Replay labelled data sets as if a reviewer were reading in the model's order.

    Finished runs are kept, so that a replay that was cut off goes on where it stood.

    Example: thresher simulate appenzeller.csv --priors 1 --seeds 5 --workers 2 --curves recall.svg
    """
    from flows.results import collect_results
    from flows.simulate import SimulationPlan
    from pipeline.screen import DEFAULT_MODEL, MODELS, SCHEDULES
    from pipeline.screen.stopping import ENSEMBLE

    chosen = list(dict.fromkeys(model or [DEFAULT_MODEL]))
    for name in chosen:
        MODELS[name], SCHEDULES[schedule]
    if out is not None and len(chosen) > 1:
        raise InputError("--out", "holds the orders of one model", "name one --model")
    plan = SimulationPlan(priors, seeds, chosen[0], schedule, question)
    compared = [name for name in ENSEMBLE if stopping and name not in chosen]
    plans = [replace(plan, model=name) for name in (*chosen, *compared)]
    with _kept_runs(runner, fresh=fresh) as cache:
        if runner != "pool":
            _sweep(files, plans, runner=runner, n_workers=workers, scheduler=scheduler, cache=cache)
            workers = 1
        every = _replay(files, plans, n_workers=workers, cache=cache)
    runs = every[: len(chosen)]
    results = [
        result
        for name, some in zip(chosen, runs, strict=True)
        for result in collect_results(files, name, some)
    ]
    results.sort(key=lambda one: [file.stem for file in files].index(one.dataset))
    if out is not None:
        write_csv(out, pl.concat([run.order for one in runs[0] for run in one]))
    if curves is not None:
        _write_curves(results, curves)
    scores = _score_stopping(every, target) if stopping else {}
    if as_json:
        rows = _list_runs(files, chosen, runs)
        print_json({"runs": rows, "stopping": scores} if stopping else rows)
    else:
        _print_table(files, results)
        _print_stopping(scores, target)
        if curves is not None:
            say(f"Curves: {curves}")


@contextmanager
def _kept_runs(runner: str, *, fresh: bool) -> Iterator[Path | None]:
    """Yield the folder of finished runs; a flow that is to compute all anew gets an empty one."""
    from flows.simulate import simulations_folder

    if not fresh:
        yield simulations_folder()
    elif runner == "pool":
        yield None
    else:
        simulations_folder().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="fresh-", dir=simulations_folder()) as folder:
            yield Path(folder)


def _replay(
    files: Sequence[Path],
    plans: Sequence[SimulationPlan],
    *,
    n_workers: int,
    cache: Path | None,
) -> list[list[list[Simulation]]]:
    """Return the runs of each plan, of each file; what a flow has left is taken from the cache."""
    from flows.simulate import simulate_files

    total = len(plans) * len(set(files)) * plans[0].n_seeds
    with progress_bar() as progress:
        bar = progress.add_task("runs", total=total)
        return [
            simulate_files(
                files,
                plan,
                n_workers=n_workers,
                cache=cache,
                on_progress=lambda n: progress.advance(bar, n),
            )
            for plan in plans
        ]


def _sweep(
    files: Sequence[Path],
    plans: Sequence[SimulationPlan],
    *,
    runner: str,
    n_workers: int,
    scheduler: str | None,
    cache: Path | None,
) -> None:
    from flows.prefect_settings import prepare_prefect
    from flows.serving import server_for
    from flows.simulate import simulations_folder

    prepare_prefect(simulations_folder())
    kept = simulations_folder() if cache is None else cache
    with server_for(runner):
        from flows.sweep import sweep

        sweep(files, plans, runner=runner, n_workers=n_workers, cache=kept, scheduler=scheduler)


def _write_curves(results: Sequence[DatasetResult], path: Path) -> None:
    from flows.curves import draw_curves
    from pipeline.store import write_bytes

    write_bytes(path, draw_curves(results, path=path))


def _score_stopping(
    runs: Sequence[list[list[Simulation]]], target: float
) -> dict[str, dy.DataFrame[StoppingScore]]:
    """Return the scores of stopping rules as ranked, and with some records unrankable.

    The order of the first model is the one that is read; the others are compared with it.
    """
    from flows.stopping_scores import UNRANKABLE, score_runs

    own, *others = [[run for one in of_model for run in one] for of_model in runs]
    return {
        "as ranked": score_runs(own, others, target=target),
        f"{UNRANKABLE:.0%} of the relevant records unrankable": score_runs(
            own, others, target=target, unrankable=UNRANKABLE
        ),
    }


def _print_stopping(scores: dict[str, dy.DataFrame[StoppingScore]], target: float) -> None:
    from flows.stopping_scores import print_stopping

    for about, some in scores.items():
        print_stopping(some, target=target, about=about)


def _list_runs(
    files: Sequence[Path], models: Sequence[str], runs: Sequence[list[list[Simulation]]]
) -> list[dict[str, object]]:
    return [
        {"dataset": file.stem, "model": name, "seed": seed, "metrics": run.metrics}
        for name, of_model in zip(models, runs, strict=True)
        for file, one in zip(files, of_model, strict=True)
        for seed, run in enumerate(one)
    ]


def _print_table(files: Sequence[Path], results: Sequence[DatasetResult]) -> None:
    for missing in sorted({file.stem for file in files} - {one.dataset for one in results}):
        warn(f"{missing}: no relevant record is left to find; no metrics")
    if results:
        columns = ("data set", "model", "runs", "loss", "WSS@95", "RRF@10", "n95")
        print_table("Means over runs", columns, (one.cells() for one in results))
