"""Embase.com's other CSV layout: each field of a record on a row of its own.

``"TITLE","…"``, ``"AUTHOR NAMES","A","B"``, one record after the other. A record begins where the
first field of the file comes again. Written from what is said of the layout, with no file of it at
hand: whether real ones look so is not known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.ingest.contract import RawEntry, Reading
from pipeline.ingest.dialects.database_tables import EMBASE
from pipeline.ingest.dialects.table_shape import fold
from pipeline.ingest.rows import cut_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ingest.contract import Field
    from pipeline.ingest.rows import Row

__all__ = ["is_vertical", "read_vertical"]

_FEWEST: Final = 4  # rows with a field's name in front that make a file a vertical one
_SINGLE: Final[dict[Field, Field]] = {"authors": "author", "keywords": "keyword"}


def is_vertical(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first cells are the names of fields, the title's among them.

    >>> rows = [["TITLE", "Sleep"], ["AUTHOR NAMES", "A"], ["DOI", "10.1/x"], ["PUI", "L1"]]
    >>> is_vertical(rows), is_vertical([["TITLE", "AUTHOR NAMES"], ["Sleep", "A"]])
    (True, False)
    """
    fields = [fold(cells[0]) for cells in rows if len(cells) > 1]
    named = [field for field in fields if field in EMBASE.columns]
    return "title" in named and len(named) >= _FEWEST and len(named) * 4 >= len(fields)


def read_vertical(text: str) -> Reading:
    r"""Put the rows of each record together.

    >>> text = '"TITLE","Sleep"\n"AUTHOR NAMES","A","B"\n\n"TITLE","Wake"\n'
    >>> [entry.parts for entry in read_vertical(text).entries]
    [(('title', 'Sleep'), ('author', 'A'), ('author', 'B')), (('title', 'Wake'),)]
    """
    groups: list[list[Row]] = []
    opening = ""
    for row in cut_rows(text, delimiter=","):
        field = fold(row.cells[0]) if row.cells else ""
        if not opening and field in EMBASE.columns:
            opening = field
        if field == opening and opening:
            groups.append([])
        if groups:
            groups[-1].append(row)
    pattern = re.compile(rf'^"?{re.escape(opening)}"?,', re.MULTILINE | re.IGNORECASE)
    return Reading(
        entries=tuple(_entry(rows) for rows in groups),
        n_expected=len(pattern.findall(text)),
        platform=EMBASE.platform,
        database=EMBASE.database,
    )


def _entry(rows: list[Row]) -> RawEntry:
    parts: list[tuple[Field, str]] = []
    for row in rows:
        part = EMBASE.columns.get(fold(row.cells[0])) if row.cells else None
        if part is not None:
            single = _SINGLE.get(part, part)
            parts.extend((single, cell) for cell in row.cells[1:] if cell.strip())
    raw = "\n".join(row.raw for row in rows)
    return RawEntry(line=rows[0].line, raw=raw, parts=tuple(parts))
