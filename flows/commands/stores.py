"""Where the ledger is kept: ``move``."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, say

__all__ = ["move"]


def move(
    review: ReviewPath,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="postgresql+psycopg://user@host/database, or sqlite for the review's own file.",
            show_default=False,
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Move the ledger to another store; the old one stays readable and accepts nothing more.

    Example: thresher move sleep-apps postgresql+psycopg://anna@db.example.org/sleep_apps
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        moved = opened.move(url)
    if as_json:
        print_json(moved)
        return
    say(f"{moved.n_events} events moved from {moved.was} to {moved.now}, hash {moved.hash[:12]}")
    say("review.toml names the new store; the old one accepts nothing more")
