"""A search is fetched page by page; what arrived is kept, so that a search cut off goes on.

Each page is written before the list of what is still to come: after a crash the worst is that one
page is asked for twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.events import canonical_json
from pipeline.sources.client import PoliteClient
from pipeline.store import write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.sources.contract import SearchSource

__all__ = ["FetchedSearch", "read_source"]

_PROGRESS: Final = "progress.json"


@dataclass(frozen=True, slots=True)
class FetchedSearch:
    """A search, complete on disk."""

    n_hits: int  # as the database reports
    files: tuple[Path, ...]  # one a page, in order


def read_source(
    source: SearchSource,
    strategy: str,
    folder: Path,
    *,
    on_page: Callable[[int, int], None] = lambda _done, _hits: None,
    client: PoliteClient | None = None,
) -> FetchedSearch:
    """Fetch every page of a search into a folder, going on where an earlier try was cut off.

    Parameters
    ----------
    source
        The database.
    strategy
        The search as it is run there.
    folder
        Where the pages go; one folder a source, strategy and day.
    on_page
        Told after each page: pages so far, and the hits of the whole search.
    client
        How the service is asked.

    Raises
    ------
    InputError
        The service cannot be reached, keeps failing, or refuses the strategy. Pages that arrived
        are kept.
    """
    with client or PoliteClient(source.platform, source.requests_per_second) as asking:
        progress = _load(folder)
        if progress is None:
            plan = source.plan(asking, strategy)
            progress = _Progress(plan.n_hits, 0, plan.tokens)
            _save(folder, progress)
        while progress.tokens:
            token, *rest = progress.tokens
            page = source.fetch(asking, strategy, token)
            write_bytes(_page(folder, source, progress.n_done + 1), page.content)
            following = (page.next_token,) if page.next_token else ()
            progress = _Progress(progress.n_hits, progress.n_done + 1, (*rest, *following))
            _save(folder, progress)
            on_page(progress.n_done, progress.n_hits)
    files = tuple(_page(folder, source, number + 1) for number in range(progress.n_done))
    return FetchedSearch(progress.n_hits, files)


@dataclass(frozen=True, slots=True)
class _Progress:
    n_hits: int
    n_done: int
    tokens: tuple[str, ...]  # of the pages still to come


def _page(folder: Path, source: SearchSource, number: int) -> Path:
    return folder / f"{source.name}-{number:04d}{source.suffix}"


def _load(folder: Path) -> _Progress | None:
    """Return how far an earlier try came; a state that cannot be read is started anew."""
    try:
        found: dict[str, Any] = json.loads((folder / _PROGRESS).read_text(encoding="utf-8"))
        return _Progress(int(found["n_hits"]), int(found["n_done"]), tuple(found["tokens"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(folder: Path, progress: _Progress) -> None:
    state = {"n_hits": progress.n_hits, "n_done": progress.n_done, "tokens": progress.tokens}
    write_bytes(folder / _PROGRESS, canonical_json(state).encode())
