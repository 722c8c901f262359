"""XLSX workbooks, as Embase.com writes them, and any other with a known or mapped header.

A workbook is a zip of XML and may be a bomb twice over: its unpacked size and any document type in
it are checked before a parser sees it. Filled rows are counted in the sheet's XML itself.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Literal

from lxml import etree

from pipeline.errors import UnreadableExportError
from pipeline.ingest.sheets import Sheet, cell_text, read_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.ingest.contract import Content, Field, Reading

__all__ = ["XLSX", "Xlsx"]

_LARGEST: Final = 2_000_000_000  # bytes unpacked; a million rows of abstracts stay below
_STEEPEST: Final = 400  # unpacked over packed; sheets of text reach 20
_SMALL: Final = 50_000_000  # bytes unpacked below which the ratio does not matter
_HEAD: Final = 4_096  # bytes of a part in which a document type would stand
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BROKEN: Final = (
    zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, AttributeError, OSError,
    EOFError, zlib.error, SyntaxError, NotImplementedError,  # XML errors are syntax errors
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Xlsx:
    """A workbook in Office Open XML."""

    name: Literal["xlsx"] = "xlsx"
    description: str = "XLSX workbook of Embase.com, or any other with a known or mapped header"
    is_tried: bool = True

    def recognises(self, content: Content) -> bool:
        """Say whether the bytes are a zip with a workbook in it.

        >>> from pipeline.ingest.contract import Content
        >>> XLSX.recognises(Content("a.xlsx", b"PK", "", "zip"))
        False
        """
        if not content.data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
                return "xl/workbook.xml" in archive.namelist()
        except _BROKEN:
            return b"xl/workbook.xml" in content.data

    def read(self, content: Content, *, columns: Mapping[str, Field] | None = None) -> Reading:
        """Read the first sheet whose header is known or mapped.

        Raises
        ------
        UnreadableExportError
            The workbook is damaged, a bomb, or has no known header.

        >>> from pipeline.ingest.contract import Content
        >>> XLSX.read(Content("a.xlsx", b"PK", "", "xlsx"))
        Traceback (most recent call last):
        ...
        pipeline.errors.UnreadableExportError: a.xlsx: is a damaged workbook; ...
        """
        try:
            with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
                _refuse_bombs(archive, content.name)
                sheets = [
                    Sheet(rows, filled)
                    for rows, filled in zip(
                        _rows_of_sheets(content.data), _filled_rows(archive), strict=True
                    )
                ]
        except _BROKEN as error:
            raise UnreadableExportError(
                content.name, "is a damaged workbook", "download it again, or export as CSV"
            ) from error
        return read_sheets(sheets, columns=columns, name=content.name)


def _refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    packed = sum(part.compress_size for part in archive.infolist()) or 1
    if unpacked > _LARGEST or (unpacked > _SMALL and unpacked > _STEEPEST * packed):
        what = f"unpacks to {unpacked:,} bytes"
        raise UnreadableExportError(name, what, "export it again in parts, or as CSV")
    for part in archive.infolist():
        with archive.open(part) as stream:
            head = stream.read(_HEAD)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            what = f"has a document type in {part.filename}, which no spreadsheet writes"
            raise UnreadableExportError(name, what, "export it again, or as CSV")


def _rows_of_sheets(data: bytes) -> Iterator[list[list[str]]]:
    import openpyxl

    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what it says of its size may be wrong
            yield [[cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        workbook.close()


def _filled_rows(archive: zipfile.ZipFile) -> Iterator[frozenset[int]]:
    """Count the filled rows of each sheet in its XML, in the workbook's order."""
    empty = frozenset(_empty_strings(archive))
    for part in _sheet_parts(archive):
        with archive.open(part) as stream:
            filled = set()
            for position, row in enumerate(_elements(stream, f"{_MAIN}row"), start=1):
                if any(_is_filled(cell, empty) for cell in row.iter(f"{_MAIN}c")):
                    filled.add(int(row.get("r", position)))
        yield frozenset(filled)


def _sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    workbook = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    wanted = [targets[str(s.get(_RELATION))] for s in workbook.iter(f"{_MAIN}sheet")]
    return [
        target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        for target in wanted
        if "worksheet" in target
    ]


def _empty_strings(archive: zipfile.ZipFile) -> Iterator[int]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    with archive.open("xl/sharedStrings.xml") as stream:
        for number, string in enumerate(_elements(stream, f"{_MAIN}si")):
            if not _text(string):
                yield number


def _elements(stream: IO[bytes], tag: str) -> Iterator[etree._Element]:
    for _, element in etree.iterparse(
        stream, tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    ):
        yield element
        element.clear()


def _is_filled(cell: etree._Element, empty: frozenset[int]) -> bool:
    if cell.get("t") == "inlineStr":
        return bool(_text(cell))
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "s" and value:
        return int(value) not in empty
    return bool(value.strip())


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext())).strip()


XLSX: Final = Xlsx()
