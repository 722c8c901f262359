"""What was read from the inputs, by a name that outlasts a version of the library.

The cache in ``work/`` is keyed by the library's own code. An archive is to be counted again by
another version, years later: it carries what was read under names of its own (the search and the
file's hash, or the event of a repair), and whoever opens it puts that back where it is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.events import EntriesIngested, EntryRepaired, SearchAdded
from pipeline.review.entries import cached_frame, find_places
from pipeline.review.repairs import read_repairs, repair_key
from pipeline.schemas import Entry, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.entries import Place
    from pipeline.review.workspace import Workspace

__all__ = ["Reading", "adopt_readings", "list_readings", "reading_keys"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file, or one mended entry, was read as."""

    name: str
    entries: dy.DataFrame[Entry]
    records: dy.DataFrame[Record]


def list_readings(workspace: Workspace) -> Iterator[Reading]:
    """Yield what every file was read as, also of withdrawn searches, and every mended entry."""
    for place in _places(workspace):
        entries = cached_frame(workspace, place, "entries", Entry)
        yield Reading(_name(place), entries, cached_frame(workspace, place, "records", Record))
    for mended in read_repairs(workspace):
        yield Reading(f"repair-{mended.seq}", mended.entries, mended.records)


def reading_keys(workspace: Workspace) -> dict[str, str]:
    """Return where the cache keeps each reading, by its name."""
    files = {_name(place): place.key for place in _places(workspace)}
    return files | {
        f"repair-{one.seq}": repair_key(workspace, one.seq)
        for one in workspace.ledger.read(EntryRepaired)
    }


def adopt_readings(workspace: Workspace, readings: Iterator[Reading]) -> None:
    """Put what was read back where this version of the library looks for it."""
    keys = reading_keys(workspace)
    for reading in readings:
        if reading.name in keys:
            workspace.cache.put(keys[reading.name], "entries", reading.entries)
            workspace.cache.put(keys[reading.name], "records", reading.records)


def _places(workspace: Workspace) -> list[Place]:
    searches = [one.event for one in workspace.ledger.read(SearchAdded)]
    ingested = [one.event for one in workspace.ledger.read(EntriesIngested)]
    return find_places(
        workspace,
        [one for one in searches if isinstance(one, SearchAdded)],
        [one for one in ingested if isinstance(one, EntriesIngested)],
    )


def _name(place: Place) -> str:
    return f"{place.search.search_id}-{place.file.sha256}"
