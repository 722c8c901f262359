"""One export from bytes to frames: decode, recognise, read, clean, account for every entry."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, Field, Format, RawEntry, RawRejection, Reading
from pipeline.ingest.decode import decode
from pipeline.ingest.formats import FORMATS
from pipeline.ingest.recognise import majority
from pipeline.ingest.values import entry_frame
from pipeline.schemas import ParsedEntry, RejectedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import dataframely as dy

__all__ = ["ParsedExport", "parse_export"]


@dataclass(frozen=True, slots=True)
class ParsedExport:
    """What one file holds: every entry is in ``entries`` or in ``rejected``."""

    format: str
    platform: str | None
    database: str | None
    encoding: str
    entries: dy.DataFrame[ParsedEntry]
    rejected: dy.DataFrame[RejectedRow]
    n_expected: int
    warnings: tuple[str, ...]


def parse_export(
    data: bytes, *, name: str, columns: Mapping[str, Field] | None = None
) -> ParsedExport:
    r"""Read an export of any known format; its content alone says which it is.

    Parameters
    ----------
    data
        The file as downloaded.
    name
        What to call it in messages.
    columns
        For a table of unknown origin: what its columns hold.

    Raises
    ------
    UnreadableExportError
        If no format recognises the file, or if entries and independent count disagree.

    Examples
    --------
    >>> export = parse_export(b"TY  - JOUR\nTI  - A trial\nER  - \n", name="a.ris")
    >>> export.format, export.entries["title"].to_list()
    ('ris', ['A trial'])
    """
    with _no_search_for_cycles():
        content = decode(data, name=name)
        chosen = _format_of(content, columns)
        reading = chosen.read(content, columns=columns)
        _check_count(reading, name)
        entries = _entry_frame(reading)
    return ParsedExport(
        format=chosen.name,
        platform=reading.platform or _platform_of(entries),
        database=reading.database or majority(entries["database"].to_list()),
        encoding=content.encoding,
        entries=entries,
        rejected=_rejected_frame(reading),
        n_expected=reading.n_expected,
        warnings=(*content.warnings, *reading.warnings),
    )


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Pause the search for reference cycles: entries are trees, and there are a great many.

    Each of their tuples brings the next search nearer, and each search walks them all: a third of
    the time that reading takes. What is no longer used is freed at once, as ever.
    """
    was_searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_searching:
            gc.enable()


def _format_of(content: Content, columns: Mapping[str, Field] | None) -> Format:
    for candidate in FORMATS.values():
        if candidate.recognises(content):
            return candidate
    for candidate in FORMATS.values() if columns else ():
        if candidate.name in {"csv", "xlsx"}:
            return candidate
    remedy = f"Thresher reads {', '.join(FORMATS)}; for any other table, name its columns"
    raise UnreadableExportError(content.name, "is of no format that Thresher knows", remedy)


def _check_count(reading: Reading, name: str) -> None:
    if len(reading.entries) == reading.n_expected:
        return
    what = f"{reading.n_expected} entries were counted, but {len(reading.entries)} could be cut out"
    remedy = "nothing was taken in; export the search again, or report the file as an issue"
    raise UnreadableExportError(name, what, remedy)


def _entry_frame(reading: Reading) -> dy.DataFrame[ParsedEntry]:
    numbered = enumerate(reading.entries, start=1)
    frame = entry_frame((n, entry) for n, entry in numbered if isinstance(entry, RawEntry))
    frame = frame.with_columns(
        pl.coalesce(pl.lit(reading.platform, dtype=pl.String), "platform").alias("platform"),
        pl.coalesce("database", pl.lit(reading.database, dtype=pl.String)).alias("database"),
    )
    pmid = pl.when(pl.col("database") == "Medline").then("pmid")  # Medline's number is the PMID
    frame = frame.with_columns(pl.coalesce("accession", pmid).alias("accession"))
    return ParsedEntry.validate(frame.select(ParsedEntry.column_names()))


def _rejected_frame(reading: Reading) -> dy.DataFrame[RejectedRow]:
    rows = [
        (position, entry.line, entry.raw, entry.reason)
        for position, entry in enumerate(reading.entries, start=1)
        if isinstance(entry, RawRejection)
    ]
    if not rows:
        return RejectedRow.create_empty()
    frame = pl.DataFrame(rows, schema=RejectedRow.create_empty().schema, orient="row")
    return RejectedRow.validate(frame)


def _platform_of(entries: pl.DataFrame) -> str | None:
    named: Sequence[str | None] = entries["platform"].to_list()
    return majority(named)
