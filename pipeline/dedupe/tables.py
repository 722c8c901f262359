"""Read a plain table of records, such as the CSV that ``thresher dedupe --file`` is given.

The columns are those of the public contract: ``record_id, title`` and any of ``authors, year,
journal, volume, issue, pages, doi, abstract, entry_type, source_db``, all of them text. Everything
else a record may hold stays empty. Lists of authors come in the forms that exports really use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError
from pipeline.schemas import Record

if TYPE_CHECKING:
    import dataframely as dy

__all__ = ["TABLE_COLUMNS", "read_records_table"]

TABLE_COLUMNS: Final = (
    "record_id",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "abstract",
    "entry_type",
    "source_db",
)
_REQUIRED: Final = ("record_id", "title")
_BETWEEN: Final = "\x1f"  # the unit separator: no name holds one
_LISTED: Final = r"^\s*[^,;]+\s\p{Lu}[\p{Lu}.\- ]{0,6}(?:,\s*[^,;]+\s\p{Lu}[\p{Lu}.\- ]{0,6})+\s*$"


def read_records_table(table: pl.DataFrame) -> dy.DataFrame[Record]:
    """Return the records of a table whose columns are text.

    Parameters
    ----------
    table
        At least ``record_id`` and ``title``; unknown columns are ignored.

    Raises
    ------
    InputError
        A required column is missing, or a ``record_id`` is empty or occurs twice.

    >>> table = pl.DataFrame({"record_id": ["a"], "title": ["Pain"], "authors": ["Ek, A; Ny, B"]})
    >>> read_records_table(table).select("title", "authors").row(0)
    ('Pain', ['Ek, A', 'Ny, B'])
    """
    _require_columns(table)
    _require_distinct_ids(table)
    text = table.select(
        pl.col(name).cast(pl.String)
        if name in table.columns
        else pl.lit(None, pl.String).alias(name)
        for name in TABLE_COLUMNS
    )
    known = text.select(
        pl.exclude("authors", "year", "source_db", "doi"),
        authors=_authors(pl.col("authors")),
        year=pl.col("year").str.extract(r"\b(\d{4})\b").cast(pl.Int32),
        doi=pl.col("doi").str.strip_chars(),
        database=pl.col("source_db").fill_null("unknown"),
    )
    return Record.validate(_complete(known))


def _require_columns(table: pl.DataFrame) -> None:
    missing = [name for name in _REQUIRED if name not in table.columns]
    if missing:
        raise InputError(
            "the table of records",
            f"has no column {' and no column '.join(missing)}",
            f"give it the columns {', '.join(TABLE_COLUMNS[:2])} and any of the others",
        )


def _require_distinct_ids(table: pl.DataFrame) -> None:
    ids = table["record_id"].cast(pl.String)
    if ids.null_count() or (ids.str.strip_chars() == "").any():
        raise InputError("the table of records", "has a row without record_id", "give each row one")
    repeated = ids.filter(ids.is_duplicated())
    if repeated.len():
        raise InputError(
            f"record_id {repeated.first()!r}", "occurs more than once", "give each row its own"
        )


def _authors(column: pl.Expr) -> pl.Expr:
    """Cut a list of authors: by semicolon, by "and", by comma, or where initials run on."""
    marked = (
        pl.when(column.str.contains(";"))
        .then(column.str.replace_all(";", _BETWEEN))
        .when(column.str.contains(r"(?i)\sand\s"))
        .then(column.str.replace_all(r"(?i)\s+and\s+", _BETWEEN))
        .when(column.str.contains(_LISTED))
        .then(column.str.replace_all(",", _BETWEEN))
        .otherwise(column.str.replace_all(r"(\p{Lu})\.(\p{Lu}[\p{L}'’-]*\p{Ll})", "$1.\x1f$2"))
    )
    parts = marked.str.split(_BETWEEN).list.eval(
        pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != "")
    )
    return parts.fill_null(pl.lit([], dtype=pl.List(pl.String)))


def _complete(known: pl.DataFrame) -> pl.DataFrame:
    """Add the fields that a table cannot hold, empty."""
    dtypes = Record.create_empty().schema
    empty = [
        pl.lit([] if dtype == pl.List(pl.String) else None, dtype=dtype).alias(name)
        for name, dtype in dtypes.items()
        if name not in known.columns
    ]
    return known.with_columns(empty).select(dtypes.names())
