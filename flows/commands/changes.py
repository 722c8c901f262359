"""Records that were known: ``changes`` lists the retracted, the vanished and the changed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review import Review

__all__ = ["changes"]

_CELL: Final = 60  # characters of a cell in a list for people; --json has them all


def changes(
    review: ReviewPath,
    *,
    retracted: Annotated[
        bool, typer.Option("--retracted", help="List only what a record says is retracted.")
    ] = False,
    vanished: Annotated[
        bool, typer.Option("--vanished", help="List only what a search no longer delivers.")
    ] = False,
    content: Annotated[
        bool, typer.Option("--content", help="List only what came again with other content.")
    ] = False,
    keep: Annotated[
        str | None,
        typer.Option(metavar="CITATION", help="This one stays although it is retracted."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why it stays.")] = "",
    reviewer: Annotated[
        str, typer.Option("--as", metavar="REVIEWER", help="Whose word it is.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List known records that were retracted, vanished or changed; say that one stays.

    To take a retracted study out, exclude it at full text (thresher decide).

    Example: thresher changes sleep-apps --retracted
    """
    from pipeline.review import Review

    wanted = {"retracted": retracted, "vanished": vanished, "changed": content}
    names = [name for name, is_wanted in wanted.items() if is_wanted] or list(wanted)
    with Review.open(review) as opened:
        if keep is not None:
            opened.updates.keep_retracted(keep, note=note, actor=reviewer)
        frames = dict(_frames(opened, names))
        titles = dict(opened.citations().select("citation_id", "title").iter_rows())
    if as_json:
        print_json(frames)
        return
    for name, frame in frames.items():
        _print(name, frame, titles)


def _frames(opened: Review, names: list[str]) -> Iterator[tuple[str, pl.DataFrame]]:
    desk = opened.updates
    made = {"retracted": desk.retracted, "vanished": desk.vanished, "changed": desk.changes}
    for name in names:
        yield name, made[name]()


def _print(name: str, frame: pl.DataFrame, titles: dict[str, str | None]) -> None:
    if frame.is_empty():
        say(f"{name}: none")
        return
    shown = frame
    if "citation_id" in frame.columns:
        title = pl.col("citation_id").replace_strict(titles, default=None, return_dtype=pl.String)
        shown = frame.with_columns(title=title)
    rows = (tuple(_short(cell) for cell in row) for row in shown.iter_rows())
    print_table(f"{name}: {frame.height}", shown.columns, rows)


def _short(cell: object) -> str | None:
    text = None if cell is None else str(cell)
    return text if text is None or len(text) <= _CELL else text[:_CELL] + "…"
