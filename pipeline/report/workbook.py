"""Tables as an Excel workbook: one sheet each, no cell a formula, the same bytes every time.

openpyxl stamps the hour into the file and into the archive that holds it; both are set to a fixed
day, so that a workbook only changes when its tables do.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from pipeline.report.document import ReportDocument

__all__ = ["Sheet", "write_tables", "write_workbook"]

_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP archive can hold
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_CELL_LIMIT: Final = 32_767  # characters; Excel refuses the file beyond
_NAME_LIMIT: Final = 31  # characters of a sheet's name
_NOT_IN_NAME: Final = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with the name that its tab shall have."""

    name: str
    table: pl.DataFrame


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the tables as one XLSX file, headings frozen on top.

    >>> import polars as pl
    >>> write_workbook([Sheet("Sources", pl.DataFrame({"n": [1]}))])[:2]
    b'PK'
    """
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    used: set[str] = set()
    for sheet in sheets:
        tab = workbook.create_sheet(_tab_name(sheet.name, used))
        tab.freeze_panes = "A2"
        _write_rows(tab, sheet.table)
    if not sheets:
        workbook.create_sheet("Empty")
    file = io.BytesIO()
    workbook.save(file)
    return _without_hour(file.getvalue())


def write_tables(document: ReportDocument) -> bytes:
    """Return every table of the report as a workbook.

    Parameters
    ----------
    document
        As `compose_report` returns it; compose it with a high ``rows_shown`` for complete lists.
    """
    sheets = [
        Sheet(section.anchor.removeprefix("rows-"), section.table)
        for section in (*document.sections, *document.lists)
        if section.table is not None
    ]
    return write_workbook(sheets)


def _write_rows(tab: WriteOnlyWorksheet, table: pl.DataFrame) -> None:
    from openpyxl.styles import Font

    headings = [_cell(tab, name) for name in table.columns]
    for heading in headings:
        heading.font = Font(bold=True)
    tab.append(headings)
    for row in table.iter_rows():
        tab.append([_cell(tab, value) if isinstance(value, str) else value for value in row])


def _cell(tab: WriteOnlyWorksheet, text: str) -> Cell:
    """Return a cell that holds text and nothing else, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    printable = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell = WriteOnlyCell(tab, value=printable[:_CELL_LIMIT])
    cell.data_type = "s"
    return cell


def _tab_name(name: str, used: set[str]) -> str:
    """Return a name that Excel accepts and that no other tab has."""
    plain = _NOT_IN_NAME.sub(" ", name).strip("' ")[:_NAME_LIMIT] or "Sheet"
    candidate, number = plain, 1
    while candidate.casefold() in used:
        number += 1
        ending = f" {number}"
        candidate = plain[: _NAME_LIMIT - len(ending)] + ending
    used.add(candidate.casefold())
    return candidate


def _without_hour(data: bytes) -> bytes:
    """Return the archive with every date in it set to the same day."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, date_time=_DAY)
            new.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
