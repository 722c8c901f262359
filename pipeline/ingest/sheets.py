"""What XLSX and XLS share: cells to text, the sheet that holds the records, rows to entries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Reading
from pipeline.ingest.rejections import rejection_warnings
from pipeline.ingest.tables import choose_header, entry_of, is_blank, map_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.ingest.contract import Field
    from pipeline.ingest.tables import Header

__all__ = ["Sheet", "cell_text", "read_sheets"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows as text, and the numbers of the rows that hold something.

    ``filled`` is found another way than ``rows`` and counts from 1, as a spreadsheet does.
    """

    rows: list[list[str]]
    filled: frozenset[int]


def cell_text(value: object) -> str:
    """Write a cell as the sheet shows it: 2021 for 2021.0, dates as ISO 8601.

    >>> cell_text(2021.0), cell_text(None), cell_text(dt.datetime(2020, 3, 9)), cell_text("-")
    ('2021', '', '2020-03-09', '-')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")


def read_sheets(
    sheets: Sequence[Sheet], *, columns: Mapping[str, Field] | None, name: str
) -> Reading:
    """Read the first sheet with a known header.

    Raises
    ------
    UnreadableExportError
        No sheet has a known header, or the mapped columns are not there.

    >>> sheet = Sheet([["Title", "DOI"], ["Sleep", "10.1/x"]], frozenset({1, 2}))
    >>> read_sheets([sheet], columns=None, name="a.xlsx").n_expected
    1
    """
    sheet, header = _choose_sheet(sheets, columns, name)
    entries = tuple(
        entry_of(header, cells, line=number, raw="\t".join(cells).rstrip("\t"))
        for number, cells in enumerate(sheet.rows, start=1)
        if number > header.row + 1 and not is_blank(cells)
    )
    return Reading(
        entries=entries,
        n_expected=sum(1 for number in sheet.filled if number > header.row + 1),
        platform=header.dialect.platform,
        database=header.dialect.database,
        warnings=rejection_warnings(entries),
    )


def _choose_sheet(
    sheets: Sequence[Sheet], columns: Mapping[str, Field] | None, name: str
) -> tuple[Sheet, Header]:
    if columns:
        largest = max(sheets, key=lambda sheet: len(sheet.rows), default=Sheet([], frozenset()))
        return largest, map_columns(largest.rows, columns=columns, name=name)
    for sheet in sheets:
        header = choose_header(sheet.rows)
        if header is not None:
            return sheet, header
    raise UnreadableExportError(
        name,
        "is a workbook whose columns are not known",
        "name them in review.toml, under [columns]",
    )
