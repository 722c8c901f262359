"""The stages: ``run``, ``tag``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, ReviewPath, Scheduler
from flows.output import print_json, print_table, say, warn
from flows.priority import let_screening_go_first
from flows.tables import read_csv
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.tag import TagSuggestions

__all__ = ["run", "tag"]


def run(
    review: ReviewPath,
    *,
    runner: Annotated[
        str, typer.Option(help="Where tasks run: thread, process or dask.")
    ] = "thread",
    scheduler: Scheduler = None,
    shards: Annotated[
        int | None,
        typer.Option(min=1, help="Tasks that a deduplication of all records is cut into."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the review flow: read what is new, deduplicate, rank, tag, report. Safe to repeat.

    Example: thresher run sleep-apps
    """
    let_screening_go_first()
    from pipeline.review import Review

    # A review that cannot be opened is refused before Prefect starts.
    with Review.open(review) as opened:
        for added in opened.register_dropped():
            for text in added.warnings:
                warn(text)
    started = time.monotonic()
    new = _run_flow(review, runner=runner, scheduler=scheduler, n_shards=shards)
    with Review.open(review) as opened:
        snapshot = opened.snapshot()
        status = opened.status(snapshot=snapshot)
        if as_json:
            seconds = round(time.monotonic() - started, 2)
            facts = {"review": review, "seconds": seconds, "new": new, "status": status}
            print_json({**facts, "counts": snapshot.counts.to_json()})
            return
    say(f"New: {new}")
    say(f"{status.n_entries} entries, {status.n_records} records, {status.n_citations} citations")
    say(f"Report: {review / 'reports' / 'report.html'}")
    for notice in status.notices:
        say(f"Note: {notice}")
    for step in status.next_steps:
        say(f"Next: {step}")


def _run_flow(review: Path, *, runner: str, scheduler: str | None, n_shards: int | None) -> str:
    """Run the flow; Prefect is set up, and its server started, before it is imported."""
    from flows.prefect_settings import prepare_prefect
    from flows.serving import server_for

    prepare_prefect(review)
    with server_for(runner):
        from flows.review import run_review

        return run_review(review, runner=runner, scheduler=scheduler, n_shards=n_shards)


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
