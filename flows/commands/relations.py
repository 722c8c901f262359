"""What may be one study: ``relations`` lists the suggestions, refuses one, allows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, print_table, say
from pipeline.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from pipeline.review import Review

__all__ = ["print_related", "relations"]

_PAIR = "CITATION CITATION"


def relations(
    review: ReviewPath,
    *,
    refuse: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar=_PAIR, help="These two are not of one study; do not suggest it again."
        ),
    ] = None,
    allow: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar=_PAIR, help="Take a refusal back: it may be suggested again."),
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="List what was refused.")] = False,
    note: Annotated[str, typer.Option(help="Why it is refused.")] = "",
    reviewer: Annotated[
        str, typer.Option("--as", metavar="REVIEWER", help="Whose word it is.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List what may be one study without being one publication; refuse a suggestion.

    To link two reports to one study: thresher fulltext REVIEW --report R --report R --study NAME.

    Example: thresher relations sleep-apps --refuse embase:l20071 medline:30051 --as anna
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        _say_so(opened, refuse, allow, note=note, reviewer=reviewer)
        desk = opened.duplicates
        suggested, gone = desk.related(), desk.refused()
        titles = dict(opened.citations().select("citation_id", "title").iter_rows())
    if as_json:
        print_json({"suggested": suggested, "refused": gone})
    elif refused:
        _print_refused(gone, titles)
    else:
        print_related(suggested, titles)
        if gone.height:
            say(f"{gone.height} refused: thresher relations REVIEW --refused")


def _say_so(
    opened: Review,
    refuse: tuple[str, str] | None,
    allow: tuple[str, str] | None,
    *,
    note: str,
    reviewer: str,
) -> None:
    """Record what the options say of one pair."""
    if refuse is None and allow is None:
        return
    if refuse is not None and allow is not None:
        raise InputError("--refuse and --allow", "are two changes at once", "make one at a time")
    if not reviewer:
        raise InputError("--refuse" if refuse else "--allow", "needs --as", "say whose word it is")
    if refuse is not None:
        opened.duplicates.refuse_relation(*refuse, actor=reviewer, note=note or None)
    elif allow is not None:
        opened.duplicates.allow_relation(*allow, actor=reviewer)


def print_related(frame: pl.DataFrame, titles: dict[str, str | None]) -> None:
    """Show each suggestion with both titles, so that nobody has to look them up."""
    rows = [
        (relation, f"{left}  {titles.get(left) or ''}", f"{right}  {titles.get(right) or ''}")
        for relation, left, right in frame.select("relation", "left_id", "right_id").iter_rows()
    ]
    columns = ("relation", "citation", "seems to be of one study with")
    print_table(f"{frame.height} suggestions; nothing is counted by them", columns, rows)


def _print_refused(frame: pl.DataFrame, titles: dict[str, str | None]) -> None:
    rows = [
        (relation, f"{left}  {titles.get(left) or ''}", f"{right}  {titles.get(right) or ''}",
         f"{who}, {day}", note)
        for left, right, relation, who, day, note in frame.iter_rows()
    ]  # fmt: skip
    columns = ("relation", "citation", "is not of one study with", "said by", "note")
    print_table(f"{frame.height} refused", columns, rows)
