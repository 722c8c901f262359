"""``demo``: an invented review from exports to a report, with the answers known."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from flows.commands.options import AsJson
from flows.output import print_json, say
from flows.prefect_settings import prepare_prefect

if TYPE_CHECKING:
    from pipeline.example import Example
    from pipeline.example.screening import ScreeningScore
    from pipeline.review import Review

__all__ = ["demo"]

_REVIEWER = "r1"


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            help="A new folder; default: the next free data/demo-N.",
            show_default=False,
        ),
    ] = None,
    *,
    records: Annotated[
        int, typer.Option(min=60, max=100_000, help="Entries in the exports.")
    ] = 12_525,
    seed: Annotated[int, typer.Option(help="The same seed gives the same review.")] = 2022,
    as_json: AsJson = False,
) -> None:
    """Make an example review and run it to the end, a simulated reviewer deciding.

    Example: thresher demo --records 2000
    """
    from pipeline.example import make_example
    from pipeline.example.reviewing import score_deduplication
    from pipeline.review import Review

    started = time.monotonic()
    path = folder or _next_free_folder()
    example = make_example(n_entries=records, seed=seed)
    with Review.init(path, config=example.review_toml) as review:
        screening = _review(review, example, is_quiet=as_json)
        dedupe = score_deduplication(review, example.truth)
        counts = review.counts()
        certificates = review.stopping.advice().certificates
    seconds = round(time.monotonic() - started, 1)
    if as_json:
        print_json(
            {
                "review": path,
                "seconds": seconds,
                "screened_share": screening.screened_share,
                "recall": screening.recall,
                "counts": counts.to_json(),
                "dedupe": dedupe,
            }
        )
        return
    n = counts.n
    say(f"identified {n('database_results')}, duplicates removed {n('duplicates')}")
    say(f"to screen {n('records_screened')}, unread {n('awaiting', 'screening')}")
    say(f"included {n('new_studies')} studies in {n('new_reports')} reports")
    say(f"read {screening.screened_share:.1%} of the citations: recall {screening.recall:.1%}")
    for certificate in certificates:
        say(f"certificate: {certificate}")
    say(f"deduplication: precision {dedupe.precision:.4f}, recall {dedupe.recall:.4f}")
    say(f"{seconds} s. Look at {path / 'reports' / 'report.html'}")


def _review(review: Review, example: Example, *, is_quiet: bool) -> ScreeningScore:
    """Run the review: the flow reads and ranks, a simulated person decides, the flow reports."""
    from pipeline.example.reviewing import (
        add_example_searches,
        assess_full_texts,
        waive_damaged_entries,
    )
    from pipeline.example.screening import screen_abstracts

    prepare_prefect(review.path)
    from flows.review import run_review

    add_example_searches(review, example)
    run_review(review.path)
    waive_damaged_entries(review, reviewer=_REVIEWER)
    with Progress(transient=True, disable=is_quiet) as progress:
        bar = progress.add_task("screening", total=None)
        screening = screen_abstracts(
            review,
            example.truth,
            reviewer=_REVIEWER,
            on_progress=lambda n, total: progress.update(bar, completed=n, total=total),
        )
    assess_full_texts(review, example.truth, reviewer=_REVIEWER)
    run_review(review.path)
    return screening


def _next_free_folder() -> Path:
    return next(path for n in count(1) if not (path := Path("data") / f"demo-{n}").exists())
