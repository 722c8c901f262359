"""One record from a text that a person copied: ``paste``."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.commands.options import AsJson, ReviewPath, read_date
from flows.output import print_json, print_table, say, warn
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.ingest import ParsedExport
    from pipeline.ingest.contract import Field
    from pipeline.review import SearchDetails

__all__ = ["paste"]

Kind = Literal["database", "register", "website", "organisation", "citation"]
_SHOWN = ("title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "abstract")


def paste(
    review: ReviewPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The copied text; - reads standard input.")
    ],
    *,
    found_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it was found; today if not said.")
    ] = None,
    database: Annotated[str | None, typer.Option(help="Where it was found.")] = None,
    kind: Annotated[Kind, typer.Option(help="What was searched there.")] = "website",
    title: Annotated[str | None, typer.Option(help="The title, put right.")] = None,
    authors: Annotated[str | None, typer.Option(help="The authors, parted by ;")] = None,
    year: Annotated[str | None, typer.Option(help="The year, put right.")] = None,
    journal: Annotated[str | None, typer.Option(help="The journal, put right.")] = None,
    doi: Annotated[str | None, typer.Option(help="The DOI, put right.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Add it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find a record in a text copied from a page, show it, and add it once you confirm.

    Example: thresher paste sleep-apps page.txt --database "Google Scholar" --year 2021
    """
    from pipeline.ingest import parse_export
    from pipeline.ingest.formats.pasted_text import as_pasted
    from pipeline.review import SearchDetails

    mended: dict[Field, str | None] = {
        "title": title,
        "author": authors,
        "date": year,
        "journal": journal,
        "doi": doi,
    }
    given = {name: value for name, value in mended.items() if value}
    content = as_pasted(_read(file), given).encode()
    parsed = parse_export(content, name=str(file))
    if parsed.rejected.height:
        raise InputError(str(file), "holds no title that can be told", "give it with --title")
    day = read_date(found_on, option="--found-on") if found_on else dt.datetime.now(dt.UTC).date()
    details = SearchDetails(day, database=database, kind=kind)
    if not as_json:
        _show(parsed)
    is_confirmed = yes or (not as_json and typer.confirm("Add this record?", default=False))
    search_id = _add(review, content, details) if is_confirmed else None
    if as_json:
        found = parsed.entries.select("title", "authors", "year", "journal", "doi", "abstract")
        print_json({"search_id": search_id, "found": found})
    elif search_id is None:
        say("Nothing was added. Put right what is wrong with --title, --authors, --year, --doi.")
    else:
        say(f"Added as search {search_id}. Next: thresher run {review}")


def _read(file: Path) -> str:
    try:
        if str(file) == "-":
            return sys.stdin.read()
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), f"cannot be read ({error})", "give a UTF-8 text") from error


def _show(parsed: ParsedExport) -> None:
    (found,) = parsed.entries.iter_rows(named=True)
    rows = [
        (name, "; ".join(value) if isinstance(value, list) else value)
        for name in _SHOWN
        if (value := found[name])
    ]
    print_table("Found in the text", ("", ""), rows)
    missing = [name for name in ("authors", "year", "doi", "abstract") if not found[name]]
    if missing:
        warn(f"not found: {', '.join(missing)}")


def _add(review: Path, content: bytes, details: SearchDetails) -> str | None:
    from pipeline.events import sha256_of
    from pipeline.review import Review

    with tempfile.TemporaryDirectory() as folder, Review.open(review) as opened:
        path = Path(folder) / f"pasted-{sha256_of(content)[:8]}.txt"
        path.write_bytes(content)
        added = opened.add([path], details)
    for text in added.warnings:
        warn(text)
    if added.search_id is None:
        raise InputError("paste", "the review has this text already", "nothing was added")
    return added.search_id
