"""Comma- and tab-separated tables of every platform.

Rows are cut by `pipeline.ingest.rows`, understood by `pipeline.ingest.tables`. The count that the
entries are held against is of line feeds outside quotes, or the standard library's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import RawRejection, Reading
from pipeline.ingest.rejections import rejection_warnings
from pipeline.ingest.rows import (
    Row,
    count_filled_rows,
    cut_lines,
    cut_rows,
    never_quotes,
    parse_lines,
    parse_rows,
)
from pipeline.ingest.tables import HEADER_ROWS, choose_header, entry_of, is_blank, map_columns
from pipeline.ingest.vertical import is_vertical, read_vertical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ingest.contract import Content, Field, RawEntry
    from pipeline.ingest.tables import Header

__all__ = ["CSV", "TSV", "Delimited"]

_TAB: Final = "\t"
_SNIFFED: Final = 262_144  # characters; a preamble and a header with hundreds of columns fit
_SAMPLE_ROWS: Final = 20
_LONGEST_NAME: Final = 120  # characters; a longer cell is prose, not a column's name


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table as text; ``delimiters`` are tried in order."""

    name: str
    description: str
    is_tried: bool
    delimiters: tuple[str, ...]

    def recognises(self, content: Content) -> bool:
        r"""Say whether a known header is there, or at least a regular table.

        >>> from pipeline.ingest.contract import Content
        >>> CSV.recognises(Content("a", b"", "Title,DOI\nSleep,10.1/x\n", "utf-8"))
        True
        """
        return any(
            choose_header(rows) is not None or _is_regular(rows) or is_vertical(rows)
            for rows in (_first_rows(content.text, mark) for mark in self.delimiters)
        )

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        r"""Cut the table into entries, one a row.

        Raises
        ------
        UnreadableExportError
            No header is known and ``columns`` does not name one.

        >>> from pipeline.ingest.contract import Content
        >>> content = Content("a.csv", b"", "Titel,Jahr\nSchlaf,2020\n", "utf-8")
        >>> CSV.read(content, columns={"Titel": "title", "Jahr": "year"}).entries[0].parts
        (('title', 'Schlaf'), ('year', '2020'))
        """
        if not columns and is_vertical(_first_rows(content.text, ",")):
            return read_vertical(content.text)
        delimiter, header = self._header(content, columns)
        found = _read_rows(content.text, header, delimiter)
        return Reading(
            entries=tuple(found.entries),
            n_expected=_n_expected(content.text, header, delimiter, found),
            platform=header.dialect.platform,
            database=header.dialect.database,
            warnings=rejection_warnings(found.entries),
        )

    def _header(self, content: Content, columns: Mapping[str, Field] | None) -> tuple[str, Header]:
        found = [(mark, _first_rows(content.text, mark)) for mark in self.delimiters]
        if columns:
            mark, rows = max(found, key=lambda pair: max(map(len, pair[1]), default=0))
            return mark, map_columns(rows, columns=columns, name=content.name)
        for mark, rows in found:
            header = choose_header(rows)
            if header is not None:
                return mark, header
        raise UnreadableExportError(
            content.name,
            "is a table whose columns are not known",
            "name them in review.toml, under [columns]",
        )


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    return _rows_of_head(text[:_SNIFFED], delimiter)


@lru_cache(maxsize=8)
def _rows_of_head(head: str, delimiter: str) -> list[list[str]]:
    rows = cut_rows(head, delimiter=delimiter)
    return [row.cells for row in islice(rows, HEADER_ROWS)]


def _is_regular(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether rows look like a table: a header of short, distinct names, all rows as wide."""
    if len(rows) < 2 or len(rows[0]) < 2:  # noqa: PLR2004 - a header and a row, two columns
        return False
    names = rows[0]
    is_header = len(set(names)) == len(names) and all(0 < len(n) < _LONGEST_NAME for n in names)
    return is_header and all(len(cells) == len(names) for cells in rows[1:_SAMPLE_ROWS])


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands below the header: its entries, and those rows whose cells cannot be told."""

    start: int  # where the first row below the header begins
    is_plain: bool  # quotes are mere characters
    entries: list[RawEntry | RawRejection]
    damaged: list[Row]


def _read_rows(text: str, header: Header, delimiter: str) -> _Found:
    names = list(header.cells)
    is_plain = delimiter == _TAB and _is_plain(text, header)
    rows = (
        cut_lines(text, delimiter=delimiter)
        if is_plain
        else cut_rows(text, delimiter=delimiter, width=header.width)
    )
    top = next((row for row in rows if row.cells == names), None)
    found = _Found(top.start + len(top.raw) + 1 if top else len(text), is_plain, [], [])
    last: Row | None = None
    is_ragged = False
    for row in rows:
        if row.damage is None and not _is_entry(row.cells, names):
            continue
        is_ragged = is_ragged or (last is not None and len(last.cells) != header.width)
        last = row
        if row.damage is not None:
            found.damaged.append(row)
        found.entries.append(_entry(header, row))
    if last is not None and not is_ragged and _is_cut(last, text, header):
        reason = "the file ends in the middle of this row"
        found.entries[-1] = RawRejection(line=last.line, raw=last.raw, reason=reason)
    return found


def _is_plain(text: str, header: Header) -> bool:
    start = text.find(header.cells[0])
    return never_quotes(text[max(start, 0) :], delimiter=_TAB, width=header.width)


def _is_cut(last: Row, text: str, header: Header) -> bool:
    return not text.endswith("\n") and 0 < len(last.cells) < header.width


def _is_entry(cells: list[str], names: list[str]) -> bool:
    return not is_blank(cells) and cells != names  # joined exports repeat the header


def _entry(header: Header, row: Row) -> RawEntry | RawRejection:
    if row.damage is not None:
        return RawRejection(line=row.line, raw=row.raw, reason=row.damage)
    return entry_of(header, row.cells, line=row.line, raw=row.raw)


def _n_expected(text: str, header: Header, delimiter: str, found: _Found) -> int:
    """Count the rows below the header another way than they were cut.

    Line feeds outside quotes are quick to count. Only where that differs (rows of quoted nothing,
    headers in between, stray quotes) does the standard library's reader decide, over the text
    without the rows that are known to be damaged.
    """
    names = list(header.cells)
    if found.is_plain:
        lines = parse_lines(text[found.start :], delimiter=delimiter)
        return sum(1 for cells in lines if _is_entry(cells, names))
    n_filled = count_filled_rows(text[found.start :], delimiter=delimiter)
    if n_filled == len(found.entries) and not found.damaged:
        return n_filled
    kept, start = [], found.start
    for row in found.damaged:
        kept.append(text[start : row.start])
        start = row.start + len(row.raw) + 1
    kept.append(text[start:])
    rows = parse_rows("".join(kept), delimiter=delimiter)
    return len(found.damaged) + sum(1 for cells in rows if _is_entry(cells, names))


CSV: Final = Delimited(
    name="csv",
    description="CSV of PubMed, Scopus, Embase.com, Ovid, EBSCO, Cochrane, Lens, Dimensions, "
    "OpenAlex, Zotero, Rayyan, Covidence, …, or any other with its columns named",
    is_tried=True,
    delimiters=(",", ";", "|"),
)
TSV: Final = Delimited(
    name="tsv",
    description="Tab-separated table of RefWorks, or any other with its columns named",
    is_tried=True,
    delimiters=(_TAB,),
)
