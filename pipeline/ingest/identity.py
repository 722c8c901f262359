"""Who is who: entries of one file to records with stable ids.

A record is what a database holds, so its id is the database and the number it has there. Where no
number is known, the content itself identifies it: the first 16 hexadecimal digits of the SHA-256 of
title, authors, year, journal and DOI, without case, accents and punctuation. The same record in
next month's export gets the same id.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.ingest.recognise import standard_database_name
from pipeline.schemas import Entry, EntryText, Record, RejectedEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.ingest.parsing import ParsedExport

__all__ = ["Ingested", "identify_entries", "merge_records"]

_ID_LENGTH: Final = 16  # hexadecimal digits: 64 bits, one collision in 10⁷ among a million
_WHOLE: Final = 0.8  # of the longest abstract's length: a correction seldom takes more away
_UNKNOWN: Final = "unknown"
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
_NOT_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one file of a search brought: every entry is in ``entries`` or in ``rejected``."""

    entries: dy.DataFrame[Entry]
    texts: dy.DataFrame[EntryText]
    records: dy.DataFrame[Record]
    rejected: dy.DataFrame[RejectedEntry]


def identify_entries(
    parsed: ParsedExport,
    *,
    search_id: str,
    file: str,
    file_sha256: str,
    database: str | None = None,
    platform: str | None = None,
) -> Ingested:
    r"""Give every entry of an export its id and the id of its record.

    Parameters
    ----------
    parsed
        The export as read.
    search_id, file, file_sha256
        The search that brought it, the file relative to the review folder, its hash.
    database, platform
        As the searcher declared them: these win over what the entries say.

    Examples
    --------
    >>> from pipeline.ingest.parsing import parse_export
    >>> data = b"TY  - JOUR\nTI  - A trial\nAN  - WOS:0001\nER  - \n"
    >>> ingested = identify_entries(
    ...     parse_export(data, name="a.ris"), search_id="s1", file="a.ris", file_sha256="00")
    >>> ingested.records["record_id"].to_list()
    ['web-of-science:wos:0001']
    """
    declared = (standard_database_name(database) or database) if database else None
    names = pl.coalesce(
        pl.lit(declared), "database", pl.lit(parsed.database), pl.lit(_UNKNOWN), eager=False
    )
    entries = parsed.entries.with_columns(
        names.alias("database"),
        pl.coalesce(pl.lit(platform), "platform", pl.lit(parsed.platform)).alias("platform"),
    )
    entries = entries.with_columns(
        pl.Series("record_id", _record_ids(entries), dtype=pl.String),
        pl.Series("entry_id", _entry_ids(entries["position"], file_sha256), dtype=pl.String),
        pl.lit(search_id).alias("search_id"),
        pl.lit(file).alias("file"),
    )
    rejected = parsed.rejected.with_columns(
        pl.Series(
            "entry_id", _entry_ids(parsed.rejected["position"], file_sha256), dtype=pl.String
        ),
        pl.lit(search_id).alias("search_id"),
        pl.lit(file).alias("file"),
        pl.lit(declared or parsed.database or _UNKNOWN).alias("database"),
    )
    return Ingested(
        entries=Entry.validate(entries.select(Entry.column_names())),
        texts=EntryText.validate(entries.select(EntryText.column_names())),
        records=merge_records([entries.select(Record.column_names())]),
        rejected=RejectedEntry.validate(rejected.select(RejectedEntry.column_names())),
    )


def merge_records(frames: Sequence[pl.DataFrame]) -> dy.DataFrame[Record]:
    """Return the records of several files, each once: of a repeated one the latest word counts.

    That holds field by field, for one export carries less of a record than another: what a later
    one leaves empty stays as it was. An abstract that lost much of its length was cut, not
    corrected, and the latest of the whole ones stays.

    Examples
    --------
    >>> merge_records([]).height
    0
    """
    if not frames:
        return Record.create_empty()
    together = pl.concat([frame.select(Record.column_names()) for frame in frames])
    is_repeated = together["record_id"].is_duplicated()
    fields = [(name, dtype) for name, dtype in together.schema.items() if name != "record_id"]
    said = together.filter(is_repeated).group_by("record_id", maintain_order=True)
    merged = said.agg(_latest(name, dtype) for name, dtype in fields)
    unique = pl.concat([together.filter(~is_repeated), merged.select(together.columns)])
    return Record.validate(unique.sort("record_id"))


def _latest(name: str, dtype: pl.DataType) -> pl.Expr:
    """Take the latest value that says something; of abstracts the latest that is whole."""
    value = pl.col(name)
    if dtype == pl.List(pl.String):
        return value.filter(value.list.len() > 0).last().fill_null([])
    if name == "abstract":
        n = value.str.len_chars()
        return value.filter(n >= _WHOLE * n.max()).last()
    return value.drop_nulls().last()


def _entry_ids(positions: pl.Series, file_sha256: str) -> list[str]:
    keys = (f"{file_sha256}:{position}".encode() for position in positions)
    return [hashlib.sha256(key).hexdigest()[:_ID_LENGTH] for key in keys]


def _record_ids(entries: pl.DataFrame) -> list[str]:
    """Return the id of each entry's record; a number means nothing without its database."""
    columns = ("database", "accession", "raw", "title", "authors", "year", "journal", "doi")
    slugs = {name: _slug(name) for name in entries["database"].unique()}
    return [
        f"{slugs[database]}:{accession.lower()}"
        if accession and database != _UNKNOWN
        else f"{slugs[database]}:{_content_hash(raw, content)}"
        for database, accession, raw, *content in entries.select(columns).iter_rows()
    ]


def _slug(name: str) -> str:
    return _NOT_SLUG.sub("-", name.casefold()).strip("-") or _UNKNOWN


def _content_hash(raw: str, described: Sequence[str | int | list[str] | None]) -> str:
    """Return the hash of what describes a record; without title and DOI only its text can."""
    title, authors, year, journal, doi = described
    names = " ".join(authors) if isinstance(authors, list) else ""
    fields = (title, names, year, journal, doi) if title or doi else (raw,)
    key = "\x1f".join(_normalised(str(field or "")) for field in fields)
    return f"sha-{hashlib.sha256(key.encode()).hexdigest()[:_ID_LENGTH]}"


def _normalised(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return _NOT_WORD.sub(" ", bare).strip()
