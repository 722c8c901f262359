"""Decisions and progress: ``decide``, ``status``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, ReviewerId, ReviewPath
from flows.commands.stopping import say_outlook
from flows.output import print_json, print_table, say, warn
from flows.tables import delimiter_of, read_csv
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.review.status import SearchProgress

__all__ = ["decide", "status"]


def decide(
    review: ReviewPath,
    *,
    file: Annotated[
        Path,
        typer.Option(
            "--from", metavar="FILE", help="Our CSV, or another tool's export.", show_default=False
        ),
    ],
    reviewer: ReviewerId,
    stage: Annotated[
        str,
        typer.Option(
            help="The stage of decisions that name none: title-abstract, full-text or retrieval."
        ),
    ] = "title-abstract",
    named: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose decisions, where the file names several people."),
    ] = None,
    decision: Annotated[
        str | None,
        typer.Option(help="What an exported list stands for (Covidence): include or exclude."),
    ] = None,
    tool: Annotated[
        str | None,
        typer.Option(help="Whose decisions, where the file holds those of two tools."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in decisions; a row that cannot be understood refuses the whole file.

    Our CSV has the columns citation_id or record_id, decision; and if there stage, reasons
    (separated by ;), note, decided_at. Exports of Rayyan, ASReview, Covidence, Zotero and EndNote
    are recognised, and their records are found in the review.

    Example: thresher decide sleep-apps --from rayyan.csv --named "Anna Ek" --as anna
    """
    from pipeline.review import ForeignFile, Review, read_decisions_table

    with Review.open(review) as opened:
        if _is_our_table(file):
            if named or decision or tool:
                raise InputError(
                    str(file), "is our own table", "leave --named, --decision and --tool out"
                )
            given = read_decisions_table(read_csv(file), where=str(file), stage=stage)
        else:
            said = ForeignFile(stage=stage, named=named, decision=decision, tool=tool)
            read = opened.read_foreign_decisions(file, said)
            for warning in read.warnings:
                warn(f"{file}: {warning}")
            given = list(read.given)
        taken = opened.decide(given, reviewer=reviewer)
    if as_json:
        print_json(taken)
    else:
        known = f", {taken.n_known} known already" if taken.n_known else ""
        say(f"{taken.n_taken} decisions taken in{known}")


def _is_our_table(file: Path) -> bool:
    from pipeline.review import is_decisions_table

    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            header = lines.readline().rstrip("\r\n").replace('"', "")
    except OSError:
        return False  # whoever reads it says why it cannot be read
    return is_decisions_table(header.split(delimiter_of(header)))


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
    if now.searches:
        shown = ("search", "source", "searched on", "hits reported", "loaded")
        print_table("", shown, map(_search_row, now.searches))
    columns = ("stage", "include", "exclude", "conflict", "awaiting")
    print_table("", columns, ([getattr(one, name) for name in columns] for one in now.screened))
    if now.known_items.height:
        rows = now.known_items.select("key_paper", "databases").iter_rows()
        found = ((key, ", ".join(names) or "no source") for key, names in rows)
        print_table("", ("key publication", "found by"), found)
    for notice in now.notices:
        say(f"Note: {notice}")
    if now.n_to_screen:
        say_outlook(now.stopping)
    for step in now.next_steps:
        say(f"Next: {step}")


def _search_row(search: SearchProgress) -> tuple[object, ...]:
    name = f"{search.search_id} (withdrawn)" if search.is_withdrawn else search.search_id
    source = search.database or "as each record says"
    return name, source, search.searched_on, search.hits_reported, search.n_loaded
