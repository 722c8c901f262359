"""A review that runs by the clock: ``serve``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, say
from flows.priority import let_screening_go_first

__all__ = ["serve"]


def serve(
    review: ReviewPath,
    *,
    cron: Annotated[
        str | None,
        typer.Option(
            help="When to run: minute hour day month weekday. Without it, only tell the server of "
            "decisions, for workers of your own.",
            metavar="CRON",
        ),
    ] = None,
    timezone: Annotated[str, typer.Option(help="Of the schedule.")] = "UTC",
    notify: Annotated[
        str | None,
        typer.Option(
            help="A notification block of Prefect, told when a run fails: custom-webhook/team.",
            metavar="BLOCK",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the review by the clock, and again when decisions were saved; ends with Ctrl+C.

    A run that was missed is caught up at the start. Two runs never go on at once. Set
    PREFECT_API_URL to use a Prefect server that you have.

    Example: thresher serve sleep-apps --cron "0 6 * * 1"
    """
    let_screening_go_first()
    from flows.prefect_settings import prepare_prefect
    from pipeline.review import Review

    with Review.open(review):
        pass  # a review that cannot be opened is refused before Prefect is started
    prepare_prefect(review)
    from flows.notifying import NOTIFY_VARIABLE
    from flows.serving import serve_review

    if notify:
        os.environ[NOTIFY_VARIABLE] = notify

    def tell(address: str) -> None:
        if as_json:
            print_json({"review": review, "cron": cron, "timezone": timezone, "address": address})
        else:
            served = f"Serving {review} ({cron} {timezone})" if cron else f"Watching {review}"
            say(f"{served}: {address}")

    serve_review(review, cron=cron, timezone=timezone, on_ready=tell)
