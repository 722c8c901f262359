"""Excel: the columns of our CSV, for those who would open the CSV in Excel anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.exporters.delimited import CSV
from pipeline.report.workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.report.exporters.contract import ScreenedCitation

__all__ = ["XLSX", "XlsxExporter"]

_NUMBERS: Final = ("year",)


@dataclass(frozen=True, slots=True)
class XlsxExporter:
    """A workbook with one sheet of citations; text is text, whatever it begins with."""

    name: str = "xlsx"
    suffix: str = ".xlsx"

    def write(self, citations: Sequence[ScreenedCitation]) -> bytes:
        """Return the citations as an XLSX file.

        >>> XLSX.write([])[:2]
        b'PK'
        """
        table = pl.DataFrame(
            {heading: [read(citation) for citation in citations] for heading, read in CSV.columns},
            schema={
                heading: pl.Int64 if heading in _NUMBERS else pl.String
                for heading, _ in CSV.columns
            },
        )
        return write_workbook([Sheet("citations", table)])


XLSX: Final = XlsxExporter()
