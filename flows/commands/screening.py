"""Screening on the card: ``screen``."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, say, warn

__all__ = ["screen"]


def screen(
    review: ReviewPath,
    *,
    reviewers: Annotated[
        list[str],
        typer.Option(
            "--as",
            metavar="REVIEWER",
            help="Who screens; several: one card each.",
            show_default=False,
        ),
    ],
    app: Annotated[
        bool, typer.Option("--app", help="The card alone, without a notebook or code.")
    ] = False,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="The card on which conflicts are settled.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="The first port; default: any free one.", min=1, max=65535)
    ] = None,
    bind: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Serve a team; only with --app, a token each.")
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address; open nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Screen titles and abstracts on the card, in JupyterLab or, with --app, without code.

    Ctrl+C ends it; every decision is in the ledger before the card calls it saved. The address
    holds a token: whoever has it decides as that reviewer. Beyond this machine it travels
    unencrypted unless a proxy with TLS stands in front. With --conflicts, what the readers left
    open is shown with every word, reason and note, to be settled.

    Example: thresher screen sleep-apps --as anna --app
    """
    from flows.screening_server import LOCAL, serve_cards, wait_for_servers
    from pipeline.review import Review
    from pipeline.review.decisions import require_reviewer
    from pipeline.review.session import require_ready

    with Review.open(review) as opened:
        for reviewer in reviewers:
            if conflicts:
                require_reviewer(opened.workspace, reviewer)
            else:
                require_ready(opened, reviewer)
    card = "conflicts" if conflicts else "screening"
    with serve_cards(review, reviewers, is_app=app, address=bind, port=port, card=card) as cards:
        if as_json:
            print_json(cards)
        for one in () if as_json else cards:
            say(f"{one.reviewer}: {one.url}")
        if bind != LOCAL:
            warn("served beyond this machine, unencrypted: give each reviewer their own address")
        elif not no_browser and not as_json:
            webbrowser.open(cards[0].url)
        wait_for_servers()
