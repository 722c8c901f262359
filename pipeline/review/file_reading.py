"""One file of a search, read into the cache: by this process, or by others side by side.

Files know nothing of one another, so several large ones are read by a pool of processes. What is
handed back keeps the order of the files, whoever was done first: the ledger is the same for one
worker and for ten. Starting a process costs about a second of work, so small imports do without.

What is read when an export is added is kept in the same place, so that nothing is read twice.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from pipeline.errors import StoreError
from pipeline.events import EntriesIngested, sha256_of
from pipeline.ingest import identify_entries, parse_export
from pipeline.review.exports import read_bytes
from pipeline.schemas import RejectedEntry
from pipeline.store import FrameCache

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.events import ExportFile, SearchAdded
    from pipeline.ingest import ParsedExport
    from pipeline.ingest.contract import Field

__all__ = ["FileRead", "FileToRead", "keep_parsed", "read_file", "read_files"]

_WORTH_A_PROCESS: Final = 8 * 1024**2  # bytes; about two seconds of reading


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file of a search, and all that it takes to read it: small enough for another process."""

    root: Path  # the review's folder
    cache_folder: Path
    key: str
    search: SearchAdded
    file: ExportFile
    columns: Mapping[str, Field] | None

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.root / self.file.file


class _Told(dy.Schema):
    """What the ledger will say about a file: one row."""

    event = dy.String()  # as JSON


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file whose frames are in the cache, and what the ledger will say about it."""

    ingested: EntriesIngested  # without the frame of its rejected entries
    rejected: dy.DataFrame[RejectedEntry]


def read_files(jobs: Sequence[FileToRead], *, workers: int = 1) -> Iterator[FileRead]:
    """Read files, several at a time where that is worth it, and yield them in their order.

    Parameters
    ----------
    jobs
        The files.
    workers
        How many processes may read at once; with one, this process reads.

    Raises
    ------
    StoreError
        A file was changed after it was added.
    """
    n_bytes = sum(job.path.stat().st_size for job in jobs if job.path.is_file())
    workers = min(workers, len(jobs))
    if workers < 2 or n_bytes < _WORTH_A_PROCESS:  # noqa: PLR2004 - one worker is this process
        yield from map(read_file, jobs)
        return
    with _pool(workers) as pool:
        yield from pool.map(read_file, jobs)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool that drops what is not begun when a file cannot be read."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def read_file(job: FileToRead) -> FileRead:
    """Read one file and keep its frames in the cache.

    Raises
    ------
    StoreError
        It was changed after it was added.
    """
    data = read_bytes(job.path)
    if sha256_of(data) != job.file.sha256:
        raise StoreError(
            str(job.path), "was changed after it was added", "restore the export as downloaded"
        )
    kept = _kept(job)
    if kept is not None:
        return kept
    return keep_parsed(job, parse_export(data, name=job.path.name, columns=job.columns))


def _kept(job: FileToRead) -> FileRead | None:
    """Return what the cache holds of a file, if it holds it all."""
    cache = FrameCache(job.cache_folder)
    if not all(cache.has(job.key, name) for name in ("entries", "texts", "records")):
        return None
    told = cache.get(job.key, "ingested", _Told)
    rejected = cache.get(job.key, "rejected", RejectedEntry)
    if told is None or rejected is None:
        return None
    return FileRead(EntriesIngested.model_validate_json(told["event"][0]), rejected)


def keep_parsed(job: FileToRead, parsed: ParsedExport) -> FileRead:
    """Keep what a file was read as in the cache."""
    search, file = job.search, job.file
    identified = identify_entries(
        parsed,
        search_id=search.search_id,
        file=file.file,
        file_sha256=file.sha256,
        database=search.database,
        platform=search.platform,
    )
    cache = FrameCache(job.cache_folder)
    cache.put(job.key, "entries", identified.entries)
    cache.put(job.key, "texts", identified.texts)
    cache.put(job.key, "records", identified.records)
    cache.put(job.key, "rejected", identified.rejected)
    event = EntriesIngested(
        search_id=search.search_id,
        file=file.file,
        file_sha256=file.sha256,
        format=parsed.format,
        platform=search.platform or parsed.platform,
        database=search.database or parsed.database,
        encoding=parsed.encoding,
        n_parsed=parsed.entries.height,
        n_rejected=parsed.rejected.height,
        rejected_frame=None,
        warnings=parsed.warnings,
    )
    cache.put(job.key, "ingested", pl.DataFrame({"event": [event.model_dump_json()]}))
    return FileRead(event, identified.rejected)
