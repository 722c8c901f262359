"""Exports that somebody put into the folder of a search date without a word.

``searches/2026-11-21/embase.ris`` says when the search was run; the content says where. What lies
there and no search names is registered as what it seems to be, a database's search of that day, and
marked as assumed. What is no export is left alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import UnreadableExportError
from pipeline.events import SearchAdded, sha256_of
from pipeline.ingest import parse_export
from pipeline.review.exports import declared_columns, read_bytes
from pipeline.review.searches import AddedSearch, Candidate, SearchDetails, record_search
from pipeline.review.split_exports import SEARCH_FILE, natural_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.review.workspace import Workspace

__all__ = ["register_dropped_files"]


def register_dropped_files(workspace: Workspace, *, now: dt.datetime) -> list[AddedSearch]:
    """Register the exports under ``searches/`` that no search names: one search a day and database.

    Returns
    -------
    list[AddedSearch]
        What was assumed about each is among its warnings; files that cannot be read are among the
        warnings of a search without an id.
    """
    candidates: dict[tuple[dt.date, str], list[Candidate]] = {}
    left_alone: list[str] = []
    for day, path in _unnamed(workspace):
        try:
            data = read_bytes(path)
            parsed = parse_export(data, name=path.name, columns=declared_columns(workspace))
        except UnreadableExportError as error:
            left_alone.append(f"{_shown(workspace, path)} was left alone: {error}")
            continue
        found = candidates.setdefault((day, parsed.database or ""), [])
        found.append(Candidate(path.name, data, sha256_of(data), parsed))
    added = [
        _register(workspace, day, database or None, found, now)
        for (day, database), found in candidates.items()
    ]
    if left_alone:
        added.append(AddedSearch(None, (), (), 0, 0, tuple(left_alone)))
    return added


def _unnamed(workspace: Workspace) -> Iterator[tuple[dt.date, Path]]:
    """Yield the files of each search date that no search names, a withdrawn one included."""
    events = [one.event for one in workspace.ledger.read(SearchAdded)]
    named = [file for one in events if isinstance(one, SearchAdded) for file in one.files]
    paths, contents = {file.file for file in named}, {file.sha256 for file in named}
    for folder in sorted(workspace.folder.searches.glob("????-??-??")):
        try:
            day = dt.date.fromisoformat(folder.name)
        except ValueError:
            continue
        for path in sorted(folder.iterdir(), key=lambda path: natural_order(path.name)):
            is_named = path.relative_to(workspace.folder.path).as_posix() in paths
            is_clutter = path.name.startswith(".") or path.name == SEARCH_FILE
            if is_named or is_clutter or not path.is_file():
                continue
            if sha256_of(read_bytes(path)) not in contents:
                yield day, path


def _register(
    workspace: Workspace,
    day: dt.date,
    database: str | None,
    found: list[Candidate],
    now: dt.datetime,
) -> AddedSearch:
    details = SearchDetails(day, database=database)
    added = record_search(workspace, found, [], details, actor="thresher", now=now, is_assumed=True)
    names = ", ".join(file.file for file in added.files)
    source = f"a search of {database}" if database else "a search (each record says its database)"
    assumed = (
        f"{names}: nobody declared this; taken as {source} on {day}, as search {added.search_id}. "
        "If that is wrong, withdraw it and add the file with `thresher add`"
    )
    return replace(added, warnings=(assumed, *added.warnings))


def _shown(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.folder.path).as_posix()
