"""From rows of cells to entries: find the header, know the dialect, name the parts.

Exports come with a preamble above the header (the search as run, dashes, "About the data"), with
cells written as ``="…"`` to keep spreadsheets from mangling numbers, with rows shorter or longer
than the header, and with the header again where exports were joined. All of that is dealt with
here, once for CSV, tab-separated text and workbooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import RawEntry, RawRejection
from pipeline.ingest.dialects.table_shape import ANY_TABLE, TableDialect, fold
from pipeline.ingest.dialects.tables import TABLE_DIALECTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ingest.contract import Field

__all__ = [
    "HEADER_ROWS",
    "Column",
    "Header",
    "choose_header",
    "entry_of",
    "is_blank",
    "map_columns",
]

HEADER_ROWS: Final = 60  # a header lies within so many rows; the longest preamble seen has nine
_SHORTEST_HEADER: Final = 2  # known columns that a header has
_SINGLE: Final[dict[Field, Field]] = {"authors": "author", "keywords": "keyword"}
_FREE_NOTES: Final = frozenset({"note", "notes", "extra", "personal notes"})


class Column(NamedTuple):
    """One known column: its place, what it holds, and how it is written."""

    place: int
    part: Field
    separator: str | None = None  # of the list within a cell
    label: str = ""  # said before a value that means nothing without its column's name


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is, who wrote it, and what each column holds."""

    row: int  # counted from 0
    cells: tuple[str, ...]
    dialect: TableDialect
    plan: tuple[Column, ...]

    @property
    def width(self) -> int:
        """The number of cells in a full row."""
        return len(self.cells)


def choose_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Find the header among the first rows, or None where none is known.

    >>> header = choose_header([["Query", "x"], ["Title", "DOI"], ["Sleep", "10.1/x"]])
    >>> header.row, header.dialect.name, [column.part for column in header.plan]
    (1, 'any', ['title', 'doi'])
    """
    folded = [frozenset(map(fold, cells)) for cells in rows[:HEADER_ROWS]]
    for dialect in (*TABLE_DIALECTS, ANY_TABLE):
        for number, names in enumerate(folded):
            if _fits(dialect, names):
                return _header(number, rows[number], dialect)
    return None


def _fits(dialect: TableDialect, names: frozenset[str]) -> bool:
    if dialect.marks:
        shortest = min(_SHORTEST_HEADER, len(dialect.columns))  # of one the user may say
        return any(
            marks <= names and len(names & (marks | dialect.columns.keys())) >= shortest
            for marks in dialect.marks
        )
    parts = {dialect.columns[name] for name in names if name in dialect.columns}
    return "title" in parts and len(parts) >= _SHORTEST_HEADER


def _header(number: int, cells: Sequence[str], dialect: TableDialect) -> Header:
    plan = []
    names = [fold(cell) for cell in cells]
    for place, cell in enumerate(cells):
        part = dialect.columns.get(names[place])
        if part is not None and names[place] not in _second_choices(dialect, names):
            is_labelled = part == "note" and fold(cell) not in _FREE_NOTES
            label = f"{cell.strip()}: " if is_labelled else ""
            plan.append(Column(place, part, dialect.separators.get(part), label))
    return Header(row=number, cells=tuple(cells), dialect=dialect, plan=tuple(plan))


def _second_choices(dialect: TableDialect, names: list[str]) -> set[str]:
    """Return the columns that write out a second time what a better one holds."""
    return {worse for better, worse in dialect.preferences if better in names}


def map_columns(
    rows: Sequence[Sequence[str]], *, columns: Mapping[str, Field], name: str
) -> Header:
    """Read the header by a mapping that the user wrote, and say which columns are not there.

    Raises
    ------
    UnreadableExportError
        No row among the first holds all the names.

    >>> rows = [["Titel", "Jahr"], ["Schlaf", "2020"]]
    >>> map_columns(rows, columns={"Titel": "title"}, name="a.csv").plan[0].part
    'title'
    """
    wanted = {fold(column): part for column, part in columns.items()}
    dialect = TableDialect(name="mapped", marks=(frozenset(wanted),), columns=wanted)
    header = apply_dialect(rows, dialect)
    if header is not None:
        return header
    widest = max(rows[:HEADER_ROWS], key=len, default=[])
    raise UnreadableExportError(
        name,
        f"no row holds all the mapped columns ({', '.join(columns)})",
        f"name columns that are there: {', '.join(widest)[:300]}",
    )


def apply_dialect(rows: Sequence[Sequence[str]], dialect: TableDialect) -> Header | None:
    """Find the header of one dialect among the first rows, or None.

    >>> from pipeline.ingest.dialects.table_shape import ANY_TABLE
    >>> apply_dialect([["a"], ["Title", "DOI"]], ANY_TABLE).row
    1
    """
    for number, cells in enumerate(rows[:HEADER_ROWS]):
        if _fits(dialect, frozenset(map(fold, cells))):
            return _header(number, cells, dialect)
    return None


def entry_of(
    header: Header, cells: Sequence[str], *, line: int, raw: str
) -> RawEntry | RawRejection:
    """Name the parts of one row; a row without any known part is rejected.

    >>> header = choose_header([["Title", "DOI"]])
    >>> entry_of(header, ['="Sleep"', ""], line=2, raw="").parts
    (('title', 'Sleep'),)
    """
    parts: list[tuple[Field, str]] = []
    width = len(cells)
    for place, part, separator, label in header.plan:
        if place >= width or not (cell := cells[place]) or cell.isspace():
            continue
        if cell.startswith('="') and cell.endswith('"'):
            cell = cell[2:-1]  # a spreadsheet's way to keep a number as text
        if separator is None:
            parts.append((part, f"{label}{cell}" if label else cell))
        else:
            pieces = [piece.strip() for piece in cell.split(separator)]
            parts += [(_SINGLE.get(part, part), piece) for piece in pieces if piece]
    if width == 1 < header.width - 1:
        reason = f"has one cell where the header has {header.width}"
        return RawRejection(line=line, raw=raw, reason=reason)
    if not parts:
        return RawRejection(line=line, raw=raw, reason="none of the known columns holds anything")
    return RawEntry(line=line, raw=raw, parts=tuple(parts))


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether a row holds nothing.

    >>> is_blank(["", " "])
    True
    """
    return not any(cell and not cell.isspace() for cell in cells)
