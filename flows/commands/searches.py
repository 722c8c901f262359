"""Exports come in: ``init``, ``inspect``, ``add``, ``rejected``, ``withdraw``."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewerId, ReviewPath, read_date
from flows.output import print_json, print_table, progress_bar, say, warn
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.ingest import ParsedExport
    from pipeline.review import AddedSearch, Review, SearchDetails
    from pipeline.review.prisma_s import SearchFile

__all__ = ["add", "init", "inspect", "rejected", "withdraw"]

Kind = Literal["database", "register", "website", "organisation", "citation"]


@dataclass(frozen=True, slots=True)
class _Inspected:
    """What ``inspect --json`` says about one file."""

    file: str
    format: str
    platform: str | None
    database: str | None
    encoding: str
    n_records: int
    n_with_title: int
    n_with_abstract: int
    n_with_doi: int
    n_rejected: int
    warnings: tuple[str, ...]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a new review folder with a commented review.toml.

    Example: thresher init sleep-apps
    """
    from pipeline.review import Review

    with Review.init(folder) as review:
        config = review.workspace.folder.config
    if as_json:
        print_json({"review": folder, "config": config})
        return
    say(f"Made {folder}. Next: write the question and the criteria into {config},")
    say(f"then: thresher add {shlex.quote(str(folder))} EXPORT… --searched-on 2026-11-21")


def inspect(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Recognise and read exports without a review.

    Example: thresher inspect embase.ris scopus.csv
    """
    from pipeline.review import parse_file

    results: list[dict[str, object]] = []
    for file in files:
        try:
            found = parse_file(file)
            results.extend(asdict(_summarise(_shown(file, name), one)) for name, one in found)
        except InputError as error:
            results.append({"file": str(file), "error": str(error)})
            warn(str(error))
    if as_json:
        print_json(results)
    else:
        _print_inspected([one for one in results if "error" not in one])
    if any("error" in one for one in results):
        raise typer.Exit(2)


def _shown(file: Path, name: str) -> str:
    """Name an export: as given, or as given and then its name in the archive."""
    return str(file) if name in (file.name, file.stem) else f"{file}/{name}"


def _summarise(file: str, parsed: ParsedExport) -> _Inspected:
    present = parsed.entries.select((pl.col("title", "abstract", "doi").is_not_null()).sum())
    n_with_title, n_with_abstract, n_with_doi = present.row(0)
    return _Inspected(
        file=file,
        format=parsed.format,
        platform=parsed.platform,
        database=parsed.database,
        encoding=parsed.encoding,
        n_records=parsed.entries.height,
        n_with_title=n_with_title,
        n_with_abstract=n_with_abstract,
        n_with_doi=n_with_doi,
        n_rejected=parsed.rejected.height,
        warnings=parsed.warnings,
    )


def _print_inspected(results: list[dict[str, object]]) -> None:
    columns = (
        "file",
        "format",
        "platform",
        "database",
        "n_records",
        "n_with_abstract",
        "n_rejected",
    )
    headings = ("file", "format", "platform", "database", "records", "abstracts", "rejected")
    if results:
        print_table("", headings, ([one[name] for name in columns] for one in results))
    for one in results:
        for warning in one["warnings"]:  # type: ignore[attr-defined]
            warn(f"{one['file']}: {warning}")


def add(
    review: ReviewPath,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", show_default=False)],
    *,
    searched_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When the search was run.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="Which database; wins over what is recognised.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="On which platform, such as Ovid.")] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What was searched; a database where nothing is said.")
    ] = None,
    strategy_file: Annotated[
        Path | None, typer.Option(help="The strategy, exactly as run.")
    ] = None,
    hits: Annotated[
        int | None, typer.Option(min=0, help="How many hits the database reported.")
    ] = None,
    details: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml",
            help="What else PRISMA-S asks: searcher, peer_review, updates_planned, filters, "
            "[[limits]] with limit and reason; and any of the options above.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Copy exports in and record the search that gave them; split exports are one search.

    A folder stands for all exports in it; a search.toml there is read as --details.

    Example: thresher add sleep-apps embase-*.ris --searched-on 2026-11-21 --database Embase
    """
    from pipeline.review import Review

    said = _read_details(details, files)
    chosen = {
        "searched_on": read_date(searched_on, option="--searched-on") if searched_on else None,
        "database": database,
        "platform": platform,
        "kind": kind,
        "strategy": _read_text(strategy_file, "--strategy-file") if strategy_file else None,
        "hits": hits,
    }
    said = said.model_copy(update={name: one for name, one in chosen.items() if one is not None})
    with Review.open(review) as opened, progress_bar() as bar:
        reading = bar.add_task("Reading", total=None)
        added = opened.add(
            files,
            _search_details(said),
            on_file=lambda name: bar.update(reading, description=f"Reading {name}"),
        )
    for warning in added.warnings:
        warn(warning)
    if as_json:
        print_json(added)
    else:
        _say_added(added, review)


def _read_details(details: Path | None, files: list[Path]) -> SearchFile:
    from pipeline.review.prisma_s import SearchFile, read_search_file
    from pipeline.review.split_exports import SEARCH_FILE

    beside = [path / SEARCH_FILE for path in files if (path / SEARCH_FILE).is_file()]
    chosen = details or (beside[0] if len(beside) == 1 else None)
    if chosen is None:
        return SearchFile()
    return read_search_file(_read_text(chosen, "--details"), where=str(chosen))


def _search_details(said: SearchFile) -> SearchDetails:
    from pipeline.review import SearchDetails
    from pipeline.review.prisma_s import Statement

    if said.searched_on is None:
        raise InputError("--searched-on", "is missing", "say when the search was run: 2026-11-21")
    return SearchDetails(
        searched_on=said.searched_on,
        database=said.database,
        platform=said.platform,
        kind=said.kind or "database",
        strategy=said.strategy,
        hits_reported=said.hits,
        statement=Statement(
            limits=tuple(f"{one.limit} ({one.reason})" for one in said.limits),
            filters=said.filters,
            searcher=said.searcher,
            peer_review=said.peer_review,
            updates_planned=said.updates_planned,
        ),
    )


def _say_added(added: AddedSearch, review: Path) -> None:
    for name in added.known_files:
        say(f"{name}: the review has this file already; not added again")
    for one in added.overlaps:
        say(f"{one.file}: {one.n_entries} entries are in {one.earlier} too, such as {one.example}")
    if added.overlaps:
        say("What several files of one search hold counts once.")
    if added.search_id is not None:
        rejected_too = f", {added.n_rejected} of them unreadable" if added.n_rejected else ""
        say(f"Added search {added.search_id}: {added.n_entries} entries{rejected_too}")
        say(f"Next: thresher run {shlex.quote(str(review))}")


def _read_text(file: Path | None, option: str) -> str:
    if file is None:
        raise InputError(option, "is missing", "name a text file")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(file), f"cannot be read ({error})", "give a UTF-8 text") from error


def rejected(
    review: ReviewPath,
    *,
    waive: Annotated[
        list[str] | None,
        typer.Option(metavar="ENTRY", help="Give up this entry (repeatable), or 'all'."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is given up.")] = "",
    repair: Annotated[
        str, typer.Option(metavar="ENTRY", help="Put a mended text in this entry's stead.")
    ] = "",
    text: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The mended text: one whole entry.")
    ] = None,
    reviewer: Annotated[str, typer.Option("--as", metavar="REVIEWER", help="Who decides.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the entries that could not be read, mend one, or give some up with a reason.

    Example: thresher rejected sleep-apps --waive all --reason "cut off in the export" --as anna
    """
    from pipeline.review import Review

    if (waive or repair) and not reviewer:
        raise InputError("rejected", "needs --as", "say who decides")
    with Review.open(review) as opened:
        if repair:
            opened.repair(repair, _read_text(text, "--text"), actor=reviewer)
        if waive:
            _waive(opened, waive, reason=reason, reviewer=reviewer)
        unresolved = opened.snapshot().unresolved
    if as_json:
        print_json(unresolved)
    else:
        rows = unresolved.select("entry_id", "file", "line", "reason").iter_rows()
        print_table(f"{unresolved.height} unresolved", ("entry", "file", "line", "reason"), rows)


def _waive(review: Review, chosen: list[str], *, reason: str, reviewer: str) -> None:
    if not reason:
        raise InputError("--waive", "needs --reason", "say why")
    unresolved = review.snapshot().unresolved["entry_id"].to_list()
    n = review.waive(unresolved if chosen == ["all"] else chosen, reason=reason, actor=reviewer)
    warn(f"waived {n} entries: they count as removed for other reasons")


def withdraw(
    review: ReviewPath,
    search: Annotated[str, typer.Argument(metavar="SEARCH", help="Its id, as `add` printed it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it should not have been added.")],
    reviewer: ReviewerId,
    as_json: AsJson = False,
) -> None:
    """Take back a search that should not have been added: counted nowhere, its decisions kept.

    Example: thresher withdraw sleep-apps 2026-11-21-embase --reason "wrong strategy" --as anna
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        opened.withdraw(search, reason=reason, actor=reviewer)
        counts = opened.counts()
    if as_json:
        print_json({"search_id": search, "counts": counts.to_json()})
    else:
        say(f"Withdrawn: {search}. Next: thresher run {review}")
