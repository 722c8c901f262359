"""The stages: ``run``, ``tag``, ``simulate``."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, print_table, progress_bar, say, warn
from flows.tables import read_csv, write_csv
from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.screen import Simulation
    from pipeline.tag import TagSuggestions

__all__ = ["run", "simulate", "tag"]


def run(
    review: ReviewPath,
    *,
    runner: Annotated[
        str, typer.Option(help="Where tasks run: thread, process or dask.")
    ] = "thread",
    as_json: AsJson = False,
) -> None:
    """Run the review flow: read what is new, deduplicate, rank, tag, report. Safe to repeat.

    Example: thresher run sleep-apps
    """
    from flows.prefect_settings import prepare_prefect
    from pipeline.review import Review

    with Review.open(review):
        pass  # a review that cannot be opened is refused before Prefect is started
    prepare_prefect(review)
    from flows.review import run_review

    started = time.monotonic()
    run_review(review, runner=runner)
    with Review.open(review) as opened:
        status, counts = opened.status(), opened.counts()
    seconds = round(time.monotonic() - started, 2)
    if as_json:
        print_json(
            {"review": review, "seconds": seconds, "status": status, "counts": counts.to_json()}
        )
        return
    say(f"{status.n_entries} entries, {status.n_records} records, {status.n_citations} citations")
    say(f"Report: {review / 'reports' / 'report.html'}")
    for notice in status.notices:
        say(f"Note: {notice}")
    for step in status.next_steps:
        say(f"Next: {step}")


def tag(
    review: Annotated[Path | None, typer.Argument(metavar="[REVIEW]", show_default=False)] = None,
    *,
    file: Annotated[
        Path | None, typer.Option(metavar="IN.csv", help="record_id, title, abstract.")
    ] = None,
    codebook: Annotated[
        str, typer.Option(help="A codebook's name, or a YAML file.")
    ] = "berardi-2024",
    as_json: AsJson = False,
) -> None:
    """Suggest tags, each with its sentence and phrase; a person confirms them.

    Example: thresher tag --file abstracts.csv --codebook berardi-2024 --json
    """
    if file is not None:
        suggestions = _tag_file(file, codebook)
    elif review is None:
        raise InputError("tag", "needs a review or --file", "name one")
    else:
        from pipeline.review import Review

        with Review.open(review) as opened:
            suggestions = opened.tag()
    if as_json:
        print_json(_tags_by_record(suggestions))
        return
    n = suggestions.tags.group_by("domain", "polarity").len().sort("domain", "polarity")
    print_table("Suggested tags (not confirmed)", ("domain", "polarity", "tags"), n.iter_rows())


def _tag_file(file: Path, codebook: str) -> TagSuggestions:
    from pipeline.tag import CODEBOOKS, read_codebook, suggest_tags

    table = read_csv(file)
    for column in ("record_id", "title", "abstract"):
        if column not in table.columns:
            raise InputError(str(file), f"has no column {column}", "add it")
    if codebook.endswith((".yaml", ".yml")):
        if not Path(codebook).is_file():
            raise InputError(codebook, "does not exist", "check the name")
        return suggest_tags(
            table, codebook=read_codebook(Path(codebook).read_text("utf-8"), name=codebook)
        )
    return suggest_tags(table, codebook=CODEBOOKS[codebook])


def _tags_by_record(suggestions: TagSuggestions) -> list[dict[str, object]]:
    tags: dict[str, list[dict[str, object]]] = {}
    for row in suggestions.tags.iter_rows(named=True):
        tags.setdefault(row.pop("record_id"), []).append(row)
    return [
        {**report, "tags": tags.get(report["record_id"], [])}
        for report in suggestions.reports.iter_rows(named=True)
    ]


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
        str | None, typer.Option(help="The ranking model.", show_default=False)
    ] = None,
    schedule: Annotated[str, typer.Option(help="When the model learns again.")] = "every-label",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="ORDER.csv", help="Every order, record by record.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay labelled data sets as if a reviewer were reading in the model's order.

    Example: thresher simulate appenzeller.csv --priors 1 --seeds 5 --workers 2
    """
    from flows.simulate import SimulationPlan, simulate_files
    from pipeline.screen import DEFAULT_MODEL, MODELS, SCHEDULES

    chosen = model or DEFAULT_MODEL
    MODELS[chosen], SCHEDULES[schedule]
    plan = SimulationPlan(priors, seeds, chosen, schedule, question)
    with progress_bar() as progress:
        bar = progress.add_task("data sets", total=len(files))
        runs = simulate_files(
            files, plan, n_workers=workers, on_progress=lambda: progress.advance(bar)
        )
    if out is not None:
        write_csv(out, pl.concat([run.order for one in runs for run in one]))
    _print_simulations(files, runs, as_json=as_json)


def _print_simulations(
    files: Sequence[Path], runs: list[list[Simulation]], *, as_json: bool
) -> None:
    if as_json:
        print_json(
            [
                {"dataset": file.stem, "seed": seed, "metrics": run.metrics}
                for file, one in zip(files, runs, strict=True)
                for seed, run in enumerate(one)
            ]
        )
        return
    rows = []
    for file, one in zip(files, runs, strict=True):
        metrics = [run.metrics for run in one if run.metrics is not None]
        if not metrics:
            warn(f"{file}: no relevant record is left to find; no metrics")
            continue
        means = [
            statistics.fmean(m)
            for m in zip(*((m.loss, m.wss95, m.rrf10, m.n95) for m in metrics), strict=True)
        ]
        rows.append(
            [
                file.stem,
                metrics[0].n_records,
                len(metrics),
                *(f"{x:.3f}" for x in means[:3]),
                f"{means[3]:.0f}",
            ]
        )
    print_table(
        "Means over runs", ("data set", "records", "runs", "loss", "WSS@95", "RRF@10", "n95"), rows
    )
