"""One search in many files: databases hand out 500 or 1,000 entries at a time.

A folder of such files is taken as one search, in the order of the numbers in their names. What goes
wrong with them is known: a stretch exported twice, and a stretch forgotten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.ingest import ParsedExport

__all__ = ["SEARCH_FILE", "Overlap", "exports_in", "find_gaps", "find_overlaps", "natural_order"]

SEARCH_FILE: Final = "search.toml"
"""What a searcher's description of a search is called in a folder of exports."""

_DIGITS: Final = re.compile(r"(\d+)")
_RANGE: Final = re.compile(r"(?<!\d)(\d{1,7})\s*(?:-|–|_|to|bis|a)\s*(\d{1,7})(?!\d)")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Entries of one file that an earlier file of the search holds as well."""

    file: str
    earlier: str
    n_entries: int
    example: str  # an accession number, or a title


def natural_order(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that puts "hits-2" before "hits-10".

    >>> sorted(["hits-10", "hits-2"], key=natural_order)
    ['hits-2', 'hits-10']
    """
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part.casefold())
        for part in _DIGITS.split(name)
    )


def exports_in(folder: Path) -> list[Path]:
    """Return the exports that lie in a folder, in the order of the numbers in their names.

    Raises
    ------
    InputError
        It holds none.
    """
    found = [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name != SEARCH_FILE
    ]
    if not found:
        raise InputError(str(folder), "is a folder without exports", "name one that holds them")
    return sorted(found, key=lambda path: natural_order(path.name))


def find_overlaps(exports: Iterable[tuple[str, ParsedExport]]) -> list[Overlap]:
    r"""List which files hold entries that an earlier file of the same search holds.

    >>> from pipeline.ingest import parse_export
    >>> one = parse_export(b"TY  - JOUR\nTI  - Naps\nAN  - WOS:1\nER  - \n", name="a")
    >>> find_overlaps([("a.ris", one), ("b.ris", one)])[0].n_entries
    1
    """
    frames = [_keys(name, number, export) for number, (name, export) in enumerate(exports)]
    if len(frames) < 2:  # noqa: PLR2004 - one file overlaps with nothing
        return []
    keys = pl.concat(frames)
    first = keys.group_by("key").agg(pl.col("file", "number").first().name.prefix("earlier_"))
    repeated = keys.join(first, on="key").filter(pl.col("number") > pl.col("earlier_number"))
    overlaps = (
        repeated.group_by("file", "number", "earlier_file", "earlier_number")
        .agg(pl.len().alias("n"), pl.col("key").min())
        .sort("number", "earlier_number")
        .select("file", "earlier_file", "n", "key")
    )
    return [Overlap(*row) for row in overlaps.iter_rows()]


def _keys(name: str, number: int, export: ParsedExport) -> pl.DataFrame:
    """Return what each entry of a file is known by: its number, else its title and year."""
    described = pl.concat_str("title", pl.col("year").cast(pl.String).fill_null(""), separator=", ")
    return (
        export.entries.select(pl.coalesce("accession", described).alias("key"))
        .filter(pl.col("key").is_not_null())
        .with_columns(pl.lit(name).alias("file"), pl.lit(number, dtype=pl.UInt32).alias("number"))
    )


def find_gaps(files: Sequence[tuple[str, int]]) -> list[str]:
    """Say what the numbers in the names promise and the files do not hold.

    Parameters
    ----------
    files
        Names and how many entries each holds.

    Examples
    --------
    >>> find_gaps([("hits 1-500.ris", 499), ("hits 1001-1500.ris", 12)])
    ['no file holds 501 to 1000', 'hits 1-500.ris: its name says 500 entries, it holds 499']
    """
    ranges = [
        (int(found[1]), int(found[2]), name, n_entries)
        for name, n_entries in files
        if (found := _RANGE.search(Path(name).stem)) and int(found[1]) < int(found[2])
    ]
    if len(ranges) < max(2, len(files)) or len({one[:2] for one in ranges}) < len(ranges):
        return []  # the numbers mean something else: years, dates
    ranges.sort()
    gaps = [
        f"no file holds {before[1] + 1} to {after[0] - 1}"
        for before, after in pairwise(ranges)
        if after[0] > before[1] + 1
    ]
    short = [
        f"{name}: its name says {end - begin + 1} entries, it holds {n_entries}"
        for begin, end, name, n_entries in ranges[:-1]  # the last one ends where the hits do
        if n_entries != end - begin + 1
    ]
    return gaps + short
