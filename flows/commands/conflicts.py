"""What the readers left open: ``conflicts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from flows.commands.options import Actor, AsJson, Note, ReviewPath, require_named
from flows.output import print_json, print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["conflicts"]

_NOBODY: Final = ""


def conflicts(
    review: ReviewPath,
    *,
    resolve: Annotated[
        str,
        typer.Option(metavar="ID", help="Settle this citation or report (with --decision, --as)."),
    ] = "",
    undo: Annotated[
        str, typer.Option(metavar="ID", help="Take back your last resolution of it.")
    ] = "",
    decision: Annotated[str, typer.Option(help="include or exclude.")] = "",
    reasons: Annotated[
        list[str] | None, typer.Option("--reason", help="Of an exclusion; may be repeated.")
    ] = None,
    stage: Annotated[
        str, typer.Option(help="title-abstract or full-text, where it is open at both.")
    ] = "",
    reviewer: Actor = _NOBODY,
    note: Note = None,
    as_json: AsJson = False,
) -> None:
    """List what the readers left open, with who said what and why; settle one.

    In full text, a report that was linked to its citations is listed under its own name. A
    resolution overwrites nothing: whoever contradicts it later opens the conflict again.
    On a card, without code: thresher screen --conflicts --app

    Example: thresher conflicts sleep-apps --resolve embase:l200 --decision exclude --as cy
    """
    from pipeline.review import Review

    if resolve and undo:
        raise InputError("--resolve and --undo", "are two changes", "give one of them")
    if resolve or undo:
        require_named(reviewer, "a change")
    with Review.open(review) as opened:
        desk = opened.team
        if resolve:
            settled = desk.resolve(
                resolve,
                decision,
                reviewer=reviewer,
                stage=stage or None,
                reasons=reasons or (),
                note=note,
            )
            done = f"Settled at {settled.stage}: {settled.id} is {decision}d, by {reviewer}."
        if undo:
            desk.undo_resolution(undo, reviewer=reviewer, stage=stage or None)
            done = f"Taken back: {undo} is as its readers left it."
        found, n_hidden = desk.disputes(), desk.n_hidden()
    if as_json:
        print_json({"disputes": found, "n_hidden": n_hidden})
        return
    if resolve or undo:
        say(done)
    _show_disputes(found, n_hidden)


def _show_disputes(found: pl.DataFrame, n_hidden: int) -> None:
    columns = ("id", "stage", "what", "title", "who", "said", "reasons", "note")
    rows = (
        (
            one["id"], one["stage"], one["kind"], one["title"], one["reviewer"],
            f"{one['decision']} (resolution)" if one["is_resolution"] else one["decision"],
            "; ".join(one["reasons"]), one["note"],
        )
        for one in found.iter_rows(named=True)
    )  # fmt: skip
    n = found.select("id", "stage").n_unique()
    print_table(f"{n} to settle", columns, rows)
    if n_hidden:
        say(f"{n_hidden} more show when everybody has finished what is read blind now.")
