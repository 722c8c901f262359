"""Cut delimited text into rows, quotes and all, and find the next sound row after a broken one.

The standard library's reader is not enough on its own: one stray quote makes it swallow every
record up to the next quote without a word. Rows are therefore cut by one possessive pattern (a
strictly valid row, in time linear in its length); where that fails, the lenient reader of the
standard library is asked for one row; and where even that spills over line ends into a row of the
wrong width, the broken lines become one damaged row and cutting goes on at the next sound one.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Row",
    "count_filled_rows",
    "cut_lines",
    "cut_rows",
    "never_quotes",
    "parse_lines",
    "parse_rows",
]

_QUOTE: Final = '"'
_MISMATCH: Final = "its quotes do not match, so that its cells cannot be told"
_LENIENT_LINES: Final = 50  # a row with mismatched quotes is not looked for further than this
_WIDE: Final = 6  # columns; a line of prose seldom has so many commas and no quote
_NARROW_ROWS: Final = 3  # rows in a line that prove a place sound in a narrower table


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it starts, its cells, its text; ``damage`` says why it cannot be read."""

    line: int
    start: int
    cells: list[str]
    raw: str
    damage: str | None = None


@lru_cache(maxsize=8)
def _strict_row(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    quoted = r'"[^"]*+(?:""[^"]*+)*+"'
    cell = rf'(?>{quoted}|[^"{mark}\n]*+)'
    return re.compile(rf"({cell}(?:{mark}{cell})*+)(?:\n|\Z)")


@lru_cache(maxsize=8)
def _loose_row(delimiter: str) -> re.Pattern[str]:
    """Match a row in which a cell that is not quoted may hold quotes, as in 5" disks."""
    mark = re.escape(delimiter)
    cell = rf'(?>"[^"]*+(?:""[^"]*+)*+"|(?!")[^{mark}\n]*+)'
    return re.compile(rf"{cell}(?:{mark}{cell})*+")


def parse_rows(text: str, *, delimiter: str) -> Iterator[list[str]]:
    r"""Read rows as the standard library does: the independent count of rows comes from here.

    >>> list(parse_rows('a,"b\nc"\n', delimiter=","))
    [['a', 'b\nc']]
    """
    _lift_field_limit()
    return csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)


def count_filled_rows(text: str, *, delimiter: str) -> int:
    r"""Count the rows that hold something, by line feeds outside quotes and nothing else.

    >>> count_filled_rows('a,"b\nc"\n,,\n\nd,e', delimiter=",")
    2
    """
    blank = f" \t{delimiter}"
    pieces = text.split(_QUOTE)  # every other one is outside; a last quote may have no partner
    unpaired = f"{_QUOTE}{pieces[-1]}" if len(pieces) % 2 == 0 else ""
    outside = "x".join(pieces[::2]) + unpaired
    return sum(1 for line in outside.split("\n") if line.strip(blank))


def cut_lines(text: str, *, delimiter: str) -> Iterator[Row]:
    r"""Cut a table without quoting: every line is a row, every quote is a character.

    >>> [row.cells for row in cut_lines('5" disc\tA\n\n"B" and C\tD', delimiter="\t")]
    [['5" disc', 'A'], ['"B" and C', 'D']]
    """
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line:
            yield Row(number, start, line.split(delimiter), line)
        start += len(line) + 1


def never_quotes(text: str, *, delimiter: str, width: int) -> bool:
    r"""Say whether a table has quotes that are mere characters: every line is as wide as the next.

    >>> never_quotes('a\tb\n"c\td', delimiter="\t", width=2)
    True
    >>> never_quotes('a\tb\n"c"\td', delimiter="\t", width=2)
    False
    """
    if _QUOTE not in text:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    strict = _strict_row(delimiter)
    is_regular = all(width <= line.count(delimiter) + 1 <= width + 1 for line in lines)
    return is_regular and any(strict.fullmatch(line) is None for line in lines if _QUOTE in line)


def parse_lines(text: str, *, delimiter: str) -> Iterator[list[str]]:
    r"""Read a table without quoting as the standard library does: for the independent count.

    >>> list(parse_lines('5" disc\tA\n', delimiter="\t"))
    [['5" disc', 'A']]
    """
    _lift_field_limit()
    source = io.StringIO(text, newline="\n")
    return csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def cut_rows(text: str, *, delimiter: str, width: int | None = None) -> Iterator[Row]:
    r"""Cut a quoted table; ``width`` is the header's, once it is known.

    >>> [row.cells for row in cut_rows('"a\n1",b\n', delimiter=",")]
    [['a\n1', 'b']]
    >>> rows = cut_rows('t,d\n"broken,1\n"next",2\n', delimiter=",", width=2)
    >>> [(row.cells, row.damage is None) for row in rows]
    [(['t', 'd'], True), ([], False), (['next', '2'], True)]
    """
    _lift_field_limit()
    strict, cells_of = _strict_row(delimiter).match, _cell_reader(delimiter)
    position, line = 0, 1
    while position < len(text):
        found = strict(text, position)
        if found is not None:
            raw = found[1]
            row = Row(line, position, cells_of(raw), raw)
        else:
            row = _stray_row(text, position, line, delimiter=delimiter, width=width)
        if row.cells or row.damage:
            yield row
        line += row.raw.count("\n") + 1
        position += len(row.raw) + 1


def _cell_reader(delimiter: str) -> Callable[[str], list[str]]:
    """Return a function from a strictly valid row to its cells: one reader reads them all."""
    waiting: list[str] = []
    rows = csv.reader(iter(waiting.pop, None), delimiter=delimiter)

    def cells_of(raw: str) -> list[str]:
        if _QUOTE not in raw:
            return raw.split(delimiter) if raw else []
        waiting.append(raw.replace("\r", " "))  # decoding leaves none, and the reader refuses them
        return next(rows)

    return cells_of


def _stray_row(text: str, start: int, line: int, *, delimiter: str, width: int | None) -> Row:
    """Read a row in which quotes stand where none may."""
    if width is None:
        return _line_alone(text, start, line, delimiter)
    row = _lenient_row(text, start, line, delimiter)
    if row.damage is None and "\n" not in row.raw:
        return row if _is_plausible(row, delimiter, width) else _without_cells(row)
    damaged = _damaged_row(text, start, line, delimiter=delimiter, width=width)
    swallows = len(damaged.raw) < len(row.raw)
    return damaged if row.damage or swallows or len(row.cells) != width else row


def _is_plausible(row: Row, delimiter: str, width: int) -> bool:
    """Say whether a row with stray quotes has its cells in the right places."""
    return len(row.cells) == width or _loose_row(delimiter).fullmatch(row.raw) is not None


def _without_cells(row: Row) -> Row:
    return Row(row.line, row.start, [], row.raw, _MISMATCH)


def _lenient_row(text: str, start: int, line: int, delimiter: str) -> Row:
    """Read one row as the standard library would, telling when a quote is never closed."""
    consumed: list[str] = []
    cells = next(csv.reader(_tapped_lines(text, start, consumed), delimiter=delimiter))
    raw = "".join(consumed).removesuffix("\n")
    is_open = len(list(csv.reader([f"{raw}\n", "end\n"], delimiter=delimiter))) == 1
    return Row(line, start, cells, raw, "a quoted cell is never closed" if is_open else None)


def _line_alone(text: str, start: int, line: int, delimiter: str) -> Row:
    """Read one line, whatever its quotes: above the header nothing tells how wide a row is."""
    end = text.find("\n", start)
    raw = text[start:] if end < 0 else text[start:end]
    return Row(line, start, next(csv.reader([raw], delimiter=delimiter)), raw)


def _tapped_lines(text: str, start: int, consumed: list[str]) -> Iterator[str]:
    while start < len(text) and len(consumed) < _LENIENT_LINES:
        end = text.find("\n", start) + 1 or len(text)
        consumed.append(text[start:end])
        yield text[start:end]
        start = end


def _damaged_row(text: str, start: int, line: int, *, delimiter: str, width: int) -> Row:
    """Give up the lines up to the next sound row of full width, or up to the end."""
    end = text.find("\n", start)
    while end >= 0 and not _is_sound(text, end + 1, delimiter=delimiter, width=width):
        end = text.find("\n", end + 1)
    raw = text[start:end] if end >= 0 else text[start:]
    return Row(line, start, [], raw, _MISMATCH)


def _is_sound(text: str, start: int, *, delimiter: str, width: int) -> bool:
    """Say whether full rows stand here; in a narrow table one alone could be a line of prose."""
    if start >= len(text):
        return False
    cells_of = _cell_reader(delimiter)
    for _ in range(1 if width >= _WIDE else _NARROW_ROWS):
        found = _strict_row(delimiter).match(text, start)
        if found is None or len(cells_of(found[1])) != width:
            return False
        start = found.end()
        if start >= len(text):
            break
    return True


def _lift_field_limit() -> None:
    # The reader's limit is one for the whole process. It guards those who read from a socket; here
    # the text is in memory already, and an abstract may be longer than 131,072 characters.
    csv.field_size_limit(sys.maxsize)
