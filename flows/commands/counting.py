"""The PRISMA flow in numbers: ``prisma``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, AsOf, ReviewPath, read_date
from flows.output import print_json, print_table, say, warn

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from pipeline.report import FlowCounts
    from pipeline.review import Review, Snapshot

__all__ = ["prisma"]


def prisma(
    review: ReviewPath,
    *,
    as_of: AsOf = "",
    since: Annotated[
        str,
        typer.Option(metavar="DATE", help="Count what came into each box after that day (UTC)."),
    ] = "",
    version: Annotated[
        str, typer.Option(metavar="NAME", help="Reprint a published version as it was frozen.")
    ] = "",
    explain: Annotated[
        str,
        typer.Option(
            metavar="BOX",
            help="List what a box counts, such as duplicates or database_results:Embase.",
        ),
    ] = "",
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Compare numbers in the PRISMA2020 R package's CSV; exit 1 where one differs.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count the PRISMA 2020 flow, or list exactly what a box counts.

    Example: thresher prisma sleep-apps --explain excluded_automatic
    """
    from pipeline.review import Review

    date = read_date(as_of, option="--as-of") if as_of else None
    with Review.open(review) as opened:
        if version:
            print_json(json.loads(opened.published_counts(version)))
        elif since:
            first = read_date(since, option="--since")
            _show_period(opened, first, date, explain=explain, as_json=as_json)
        elif explain:
            _show_rows(explain, opened.explain_box(explain, as_of=date), as_json=as_json)
        elif check is not None:
            _show_check(opened.snapshot(as_of=date), check, as_json=as_json)
        else:
            _show_counts(opened.counts(as_of=date), as_json=as_json)


def _show_counts(counts: FlowCounts, *, as_json: bool) -> None:
    if as_json:
        print_json(counts.to_json())
        return
    state = " (interim)" if counts.is_interim else ""
    _show_table(f"PRISMA 2020, {counts.template}{state}", counts)
    for identity in counts.identities:
        if not identity.holds:
            warn(f"does not add up: {identity.name}: {identity.note}")


def _show_table(heading: str, counts: FlowCounts) -> None:
    rows = [
        (box.key, box.n, "; ".join(f"{m.name} {m.n}" for m in box.members))
        for box in counts.boxes
        if box.n
    ]
    print_table(heading, ("box", "n", "of which"), rows)


def _show_rows(box: str, rows: pl.DataFrame, *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
    else:
        print_table(f"{box}: {rows.height}", rows.columns, rows.iter_rows())


def _show_period(
    opened: Review, since: dt.date, until: dt.date | None, *, explain: str, as_json: bool
) -> None:
    from pipeline.report import explain_box
    from pipeline.review.periods import flow_between

    period = flow_between(opened.snapshot(as_of=since), opened.snapshot(as_of=until))
    if explain:
        _show_rows(explain, explain_box(period.came, explain), as_json=as_json)
    elif as_json:
        print_json(period.to_json())
    else:
        end = until.isoformat() if until else "now"
        _show_table(f"Came into each box after {since.isoformat()}, until {end}", period.counts)
        if period.left.height:
            say(f"{period.left.height} left a box: undone, withdrawn, merged or decided on.")


def _show_check(snapshot: Snapshot, file: Path, *, as_json: bool) -> None:
    from pipeline.report import compare_counts, read_prisma_csv
    from pipeline.review.exports import read_bytes
    from pipeline.review.reasons import reasons_in_words

    words = reasons_in_words(snapshot.workspace.config)
    text = read_bytes(file).decode("utf-8-sig", errors="replace")
    typed = read_prisma_csv(text, name=str(file))
    spoken = [box.in_words(words) for box in typed]  # whoever typed may have used ids or words
    differences = list(compare_counts(spoken, snapshot.counts.in_words(words)))
    if as_json:
        print_json(differences)
    elif differences:
        rows = [(one.key, one.box, one.typed, one.counted) for one in differences]
        print_table("These numbers differ", ("key", "box", "typed", "counted"), rows)
    else:
        say("Every number in the file is the one that was counted.")
    if differences:
        raise typer.Exit(1)
