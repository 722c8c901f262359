"""Decisions and progress: ``decide``, ``status``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.options import AsJson, ReviewerId, ReviewPath
from flows.output import print_json, print_table, say
from flows.tables import read_csv

__all__ = ["decide", "status"]


def decide(
    review: ReviewPath,
    *,
    file: Annotated[
        Path, typer.Option("--from", metavar="FILE", help="A CSV of decisions.", show_default=False)
    ],
    reviewer: ReviewerId,
    stage: Annotated[
        str,
        typer.Option(
            help="The stage of rows that name none: title-abstract, full-text or retrieval."
        ),
    ] = "title-abstract",
    as_json: AsJson = False,
) -> None:
    """Take in decisions; a row that cannot be understood refuses the whole file.

    Columns: citation_id or record_id, decision; and if there stage, reasons (separated by ;),
    note, decided_at.

    Example: thresher decide sleep-apps --from anna.csv --as anna
    """
    from pipeline.review import Review, read_decisions_table

    given = read_decisions_table(read_csv(file), where=str(file), stage=stage)
    with Review.open(review) as opened:
        taken = opened.decide(given, reviewer=reviewer)
    if as_json:
        print_json(taken)
    else:
        known = f", {taken.n_known} known already" if taken.n_known else ""
        say(f"{taken.n_taken} decisions taken in{known}")


def status(review: ReviewPath, *, as_json: AsJson = False) -> None:
    """Say how far the review has come and what to do next.

    Example: thresher status sleep-apps
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        now = opened.status()
    if as_json:
        print_json(now)
        return
    say(now.title)
    say(f"{now.n_searches} searches, {now.n_entries} entries, {now.n_records} records")
    say(f"{now.n_citations} citations, {now.n_to_screen} of them to screen")
    columns = ("stage", "include", "exclude", "conflict", "awaiting")
    print_table("", columns, ([getattr(one, name) for name in columns] for one in now.screened))
    for step in now.next_steps:
        say(f"Next: {step}")
