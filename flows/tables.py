"""Tables that users bring and take away: CSV files as columns of text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.store import write_bytes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["delimiter_of", "read_csv", "write_csv"]


def delimiter_of(header: str) -> str:
    """Return what parts the columns; spreadsheets of many countries write semicolons.

    >>> delimiter_of("citation_id,decision"), delimiter_of("citation_id;decision")
    (',', ';')
    """
    return ";" if ";" in header and "," not in header else ","


def read_csv(path: Path) -> pl.DataFrame:
    """Read a CSV file (UTF-8, with a header row, commas or semicolons); every column is text.

    Raises
    ------
    InputError
        The file is missing, empty, not UTF-8, or a row is longer than the header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(str(path), "does not exist", "check the name") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read ({error})", "give a CSV in UTF-8") from error
    csv.field_size_limit(max(len(text), csv.field_size_limit()))  # one for the whole process
    delimiter = delimiter_of(text.partition("\n")[0])
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(rows, [])
    if not any(header):
        raise InputError(str(path), "has no header row", "give a CSV with column names")
    body = [row for row in rows if row]
    for row in body:
        if len(row) > len(header):
            raise InputError(
                f"{path}, row starting {row[0]!r}",
                f"has {len(row)} cells under {len(header)} columns",
                f"quote the cells that hold {delimiter!r}",
            )
    columns = {
        name: [row[index] if index < len(row) else None for row in body]
        for index, name in enumerate(header)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String))


def write_csv(path: Path, table: pl.DataFrame) -> None:
    """Write a CSV file, whole or not at all."""
    write_bytes(path, table.write_csv().encode())
