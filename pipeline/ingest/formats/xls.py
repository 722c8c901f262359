"""XLS workbooks (BIFF in an OLE2 file), as Web of Science still writes them.

Filled rows are counted column by column, the entries cut row by row.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import xlrd
from xlrd.compdoc import CompDocError

from pipeline.errors import UnreadableExportError
from pipeline.ingest.sheets import Sheet, cell_text, read_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.ingest.contract import Content, Field, Reading

__all__ = ["XLS", "Xls"]

_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN: Final = (
    xlrd.XLRDError, CompDocError, struct.error, ValueError, IndexError, KeyError, TypeError,
    AssertionError, AttributeError, OSError, NotImplementedError, OverflowError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Xls:
    """A workbook of the old binary kind."""

    name: Literal["xls"] = "xls"
    description: str = "XLS workbook of Web of Science, or any other with a known or mapped header"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the bytes are an OLE2 file.

        >>> from pipeline.ingest.contract import Content
        >>> XLS.recognises(Content("a.xls", b"not one", "", "xls"))
        False
        """
        return content.data.startswith(_OLE2)

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Read the first sheet whose header is known or mapped.

        Raises
        ------
        UnreadableExportError
            The workbook is damaged or has no known header.

        >>> from pipeline.ingest.contract import Content
        >>> XLS.read(Content("a.xls", b"not one", "", "xls"))
        Traceback (most recent call last):
        ...
        pipeline.errors.UnreadableExportError: a.xls: is a damaged workbook; ...
        """
        try:
            book = xlrd.open_workbook(
                file_contents=content.data, logfile=io.StringIO(), on_demand=True
            )
            sheets = [_sheet(book, book.sheet_by_index(n)) for n in range(book.nsheets)]
        except _BROKEN as error:
            raise UnreadableExportError(
                content.name, "is a damaged workbook", "download it again, or export as CSV"
            ) from error
        return read_sheets(sheets, columns=columns, name=content.name)


def _sheet(book: Any, sheet: Any) -> Sheet:  # noqa: ANN401 - xlrd has no types
    rows = [[_text(book, cell) for cell in sheet.row(number)] for number in range(sheet.nrows)]
    filled = {
        number
        for column in range(sheet.ncols)
        for number, value in enumerate(sheet.col_values(column), start=1)
        if str(value).strip()
    }
    return Sheet(rows, frozenset(filled))


def _text(book: Any, cell: Any) -> str:  # noqa: ANN401 - xlrd has no types
    if cell.ctype == xlrd.XL_CELL_DATE:
        return cell_text(xlrd.xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#")  # type: ignore[no-any-return]
    return cell_text(cell.value)


XLS: Final = Xls()
