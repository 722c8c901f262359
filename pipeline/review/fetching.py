"""Searches that a machine can run: fetched page by page, then added like any other search."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.events import canonical_json, sha256_of
from pipeline.review.searches import AddedSearch, SearchDetails, add_search
from pipeline.sources import SOURCES, SearchSource, read_source

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from pipeline.review.workspace import Workspace
    from pipeline.sources.client import PoliteClient

__all__ = ["fetch_search", "planned_fetches"]


def planned_fetches(workspace: Workspace) -> list[tuple[SearchSource, str]]:
    """Return the sources that ``review.toml`` wants fetched, each with its strategy as it is run.

    Raises
    ------
    InputError
        A strategy's file is missing or empty.
    """
    return [
        (SOURCES[one.fetch], _read_strategy(workspace, one.strategy))
        for one in workspace.config.sources
        if one.fetch and one.strategy
    ]


def _read_strategy(workspace: Workspace, name: str) -> str:
    path = workspace.folder.path / name
    if not path.is_file():
        raise InputError(str(path), "does not exist", "check strategy in review.toml, [[sources]]")
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise InputError(str(path), "is empty", "write the strategy as it is run")
    return text


def fetch_search(
    workspace: Workspace,
    source: SearchSource,
    strategy: str,
    *,
    now: dt.datetime,
    actor: str = "thresher",
    on_page: Callable[[int, int], None] = lambda _done, _hits: None,
    client: PoliteClient | None = None,
) -> AddedSearch:
    """Run a strategy in a database and add what it finds as a search of today.

    A fetch that was cut off goes on where it stopped, on the same day.

    Raises
    ------
    InputError
        The database cannot be reached or refuses the strategy, or finds nothing.
    """
    today = now.date()
    asked = canonical_json([source.name, strategy, today.isoformat()])
    folder = workspace.folder.work / "fetched" / sha256_of(asked)[:16]
    found = read_source(source, strategy, folder, on_page=on_page, client=client)
    if not found.files:
        raise InputError(source.platform, "finds nothing", "check the strategy")
    details = SearchDetails(
        today,
        database=source.database,
        platform=source.platform,
        strategy=strategy,
        hits_reported=found.n_hits,
    )
    added = add_search(workspace, found.files, details, actor=actor, now=now)
    shutil.rmtree(folder)
    return added
