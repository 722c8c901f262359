"""Entries and records: every file of every search is read once, and can be read again.

What is read is kept in ``work/``; rejected rows, on which people decide, are accepted frames (see
`pipeline.review.repairs`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import dataframely as dy
import polars as pl

from pipeline.errors import StoreError
from pipeline.ingest import merge_records
from pipeline.review.exports import declared_columns
from pipeline.review.file_reading import FileToRead, keep_parsed, read_file, read_files
from pipeline.review.repairs import mended_entries, standing_repairs
from pipeline.review.state import added_searches, ingested_files
from pipeline.review.workspace import cache_key
from pipeline.schemas import Entry, EntryText, Record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from pipeline.events import EntriesIngested, ExportFile, SearchAdded
    from pipeline.ingest import ParsedExport
    from pipeline.review.file_reading import FileRead
    from pipeline.review.workspace import Workspace

__all__ = [
    "IngestedFile",
    "Place",
    "all_entries",
    "all_records",
    "cached_frame",
    "entry_text",
    "find_places",
    "ingest_new_files",
    "keep_readings",
    "records_key",
]

SchemaT = TypeVar("SchemaT", bound=dy.Schema)

if TYPE_CHECKING:
    Progress = Callable[[int, int], None]
    """Told how many of how many are done."""


@dataclass(frozen=True, slots=True)
class IngestedFile:
    """One file that was read."""

    file: str
    database: str | None
    n_parsed: int
    n_rejected: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file's frames are kept, and where they come from."""

    key: str
    search: SearchAdded
    file: ExportFile
    n_read: tuple[int, int]  # parsed and rejected, as the ledger holds them


def ingest_new_files(
    workspace: Workspace,
    *,
    now: dt.datetime,
    workers: int = 1,
    progress: Progress | None = None,
) -> list[IngestedFile]:
    """Read every file of every search that has not been read yet; each is one event.

    Parameters
    ----------
    workspace
        The open review.
    now
        The time of the events.
    workers
        How many processes may read at once where there is much to read.
    progress
        Told how many files of how many are done.
    """
    done = {(one.search_id, one.file) for one in ingested_files(workspace.ledger)}
    jobs = [
        _to_read(workspace, search, file)
        for _, search in added_searches(workspace.ledger)
        for file in search.files
        if (search.search_id, file.file) not in done
    ]
    read: list[IngestedFile] = []
    for one in read_files(jobs, workers=workers):
        read.append(_accept(workspace, one, now))
        if progress is not None:
            progress(len(read), len(jobs))
    return read


def keep_readings(
    workspace: Workspace, search: SearchAdded, parsed: Iterable[tuple[ExportFile, ParsedExport]]
) -> None:
    """Keep what the files of a search were read as when it was added, for the next run to take.

    That run reads anew what is not kept, so a disk that takes no more is not an error here.
    """
    with suppress(OSError, StoreError):
        for file, read in parsed:
            keep_parsed(_to_read(workspace, search, file), read)


def _accept(workspace: Workspace, read: FileRead, now: dt.datetime) -> IngestedFile:
    rejected = workspace.frames.put(read.rejected) if read.rejected.height else None
    event = read.ingested.model_copy(update={"rejected_frame": rejected})
    uid = f"ingest:{event.search_id}:{event.file_sha256}"  # two runs at once read it once
    workspace.ledger.append([event], actor="thresher", now=now, uids=[uid])
    return IngestedFile(
        event.file, event.database, event.n_parsed, event.n_rejected, event.warnings
    )


def _to_read(workspace: Workspace, search: SearchAdded, file: ExportFile) -> FileToRead:
    return FileToRead(
        root=workspace.folder.path,
        cache_folder=workspace.cache.folder,
        key=_file_key(workspace, search, file),
        search=search,
        file=file,
        columns=declared_columns(workspace),
    )


def _file_key(workspace: Workspace, search: SearchAdded, file: ExportFile) -> str:
    declared = [search.search_id, search.database, search.platform]
    return cache_key("ingest", file.file, file.sha256, declared, workspace.config.columns)


def _ingested(workspace: Workspace, *, as_of: dt.datetime | None) -> list[Place]:
    searches = [search for _, search in added_searches(workspace.ledger, as_of=as_of)]
    return find_places(workspace, searches, ingested_files(workspace.ledger, as_of=as_of))


def find_places(
    workspace: Workspace, searches: Iterable[SearchAdded], ingested: Iterable[EntriesIngested]
) -> list[Place]:
    """Return where the frames of these searches' files are kept, of those that were read."""
    done = {(one.search_id, one.file): (one.n_parsed, one.n_rejected) for one in ingested}
    return [
        Place(_file_key(workspace, search, file), search, file, done[search.search_id, file.file])
        for search in searches
        for file in search.files
        if (search.search_id, file.file) in done
    ]


def all_entries(workspace: Workspace, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Entry]:
    """Return every entry that was read, in ledger order, of the searches that stand."""
    places = _ingested(workspace, as_of=as_of)
    read = [cached_frame(workspace, place, "entries", Entry) for place in places]
    mended = [one.entries for one in mended_entries(workspace, as_of=as_of)]
    return Entry.validate(pl.concat([Entry.create_empty(), *read, *mended]))


def records_key(workspace: Workspace, *, as_of: dt.datetime | None = None) -> str:
    """Return a key over everything that the records depend on."""
    read = [place.key for place in _ingested(workspace, as_of=as_of)]
    return cache_key("records", read, standing_repairs(workspace, as_of=as_of))


def all_records(workspace: Workspace, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Record]:
    """Return every record, once, as its latest export describes it; sorted by id."""

    def make() -> dy.DataFrame[Record]:
        places = _ingested(workspace, as_of=as_of)
        read = [cached_frame(workspace, place, "records", Record) for place in places]
        mended = [one.records for one in mended_entries(workspace, as_of=as_of)]
        return merge_records([*read, *mended])

    key = records_key(workspace, as_of=as_of)
    return workspace.cache.frame(key, "records", Record, make)


def records_by_file(
    workspace: Workspace, *, as_of: dt.datetime | None = None
) -> list[tuple[str, dy.DataFrame[Record]]]:
    """Return the records of each file that was read, in ledger order, with the file's name."""
    places = _ingested(workspace, as_of=as_of)
    return [(one.file.file, cached_frame(workspace, one, "records", Record)) for one in places]


def entry_text(workspace: Workspace, entry_id: str) -> str | None:
    """Return an entry's text as it stands in its file, or None where there is no such entry."""
    for place in _ingested(workspace, as_of=None):
        texts = cached_frame(workspace, place, "texts", EntryText)
        found = texts.filter(pl.col("entry_id") == entry_id)
        if found.height:
            return cast("str", found["raw"][0])
    return None


def cached_frame(
    workspace: Workspace, place: Place, name: str, schema: type[SchemaT]
) -> dy.DataFrame[SchemaT]:
    """Return a file's entries, texts or records; it is read anew where the cache lost them."""
    cached = workspace.cache.get(place.key, name, schema)
    if cached is None:
        read = read_file(_to_read(workspace, place.search, place.file)).ingested
        if (read.n_parsed, read.n_rejected) != place.n_read:
            raise StoreError(
                place.file.file,
                "reads differently from when it was ingested (other settings, or another version)",
                "restore the settings, or withdraw the search and add the export again",
            )
        cached = workspace.cache.get(place.key, name, schema)
    if cached is None:
        raise StoreError(str(workspace.cache.folder), "cannot keep results", "check the disk")
    return cached
