"""XLSX and XLS: cells as they look, sheets, preambles, mappings, bombs and damage."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlrd

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, RawEntry
from pipeline.ingest.formats.xls import XLS
from pipeline.ingest.formats.xlsx import XLSX

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ["Title", "Author Names", "Source", "Publication Year", "PUI", "DOI"]
ROW = ["Sleep", "Okoro B., Lind Å.", "Ann Sleep (2020) 7:1", 2020.0, "L1", "10.1000/a"]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def content(data: bytes) -> Content:
    return Content("export.xlsx", data, "", "xlsx")


def with_part(data: bytes, name: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, text if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, text)
    return out.getvalue()


def test_embase_with_its_query_above_the_header():
    preamble: list[list[object]] = [["SEARCH QUERY", "sleep:ti"], ["-----"], [""]]
    reading = XLSX.read(content(workbook([*preamble, HEADER, ROW, [None] * 6, ROW])))
    assert (reading.platform, reading.n_expected, len(reading.entries)) == ("Embase.com", 2, 2)
    entry = reading.entries[0]
    assert isinstance(entry, RawEntry)
    assert ("year", "2020") in entry.parts
    assert [found.line for found in reading.entries] == [5, 7]
    assert entry.raw.startswith("Sleep\tOkoro B., Lind Å.\t")


def test_the_sheet_with_a_known_header_is_read():
    notes: list[list[object]] = [["Read me"], ["nothing here"]]
    reading = XLSX.read(content(workbook(notes, [HEADER, ROW])))
    assert reading.n_expected == len(reading.entries) == 1


def test_dates_and_numbers_come_out_as_they_look():
    rows = [["Title", "Date", "Volume"], ["Sleep", dt.date(2020, 3, 9), 7.5]]
    (entry,) = XLSX.read(content(workbook(rows))).entries
    assert isinstance(entry, RawEntry)
    assert entry.parts == (("title", "Sleep"), ("date", "2020-03-09"), ("volume", "7.5"))


def test_an_unknown_sheet_is_read_by_a_mapping_only():
    unknown = content(workbook([["Nazwa", "Rok"], ["Schlaf", 2020]]))
    with pytest.raises(UnreadableExportError, match=r"\[columns\]"):
        XLSX.read(unknown)
    reading = XLSX.read(unknown, columns={"Nazwa": "title"})
    assert reading.n_expected == len(reading.entries) == 1


def test_a_workbook_is_known_by_its_bytes():
    data = workbook([HEADER, ROW])
    assert XLSX.recognises(content(data))
    assert not XLS.recognises(content(data))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.ris", "TY  - JOUR\nER  - \n")
    assert not XLSX.recognises(content(other.getvalue()))


def test_an_entity_in_a_sheet_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    data = with_part(workbook([HEADER, ROW]), "xl/worksheets/sheet1.xml", bomb)
    with pytest.raises(UnreadableExportError, match="document type"):
        XLSX.read(content(data))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    data = with_part(workbook([HEADER, ROW]), "xl/media/image1.png", b"\0" * 60_000_000)
    assert len(data) < 200_000
    with pytest.raises(UnreadableExportError, match="unpacks to"):
        XLSX.read(content(data))


def test_a_far_away_cell_does_not_fill_the_memory():
    data = workbook([HEADER, ROW])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b'ref="A1:F2"', b'ref="A1:XFD1048576"')
    reading = XLSX.read(content(with_part(data, "xl/worksheets/sheet1.xml", sheet)))
    assert reading.n_expected == len(reading.entries) == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_refused_with_a_way_out(share):
    data = workbook([HEADER, ROW])
    with pytest.raises(UnreadableExportError, match="damaged workbook"):
        XLSX.read(content(data[: int(len(data) * share)]))


def test_a_sheet_that_is_no_xml_is_refused():
    data = with_part(workbook([HEADER, ROW]), "xl/worksheets/sheet1.xml", b"<worksheet><row>")
    with pytest.raises(UnreadableExportError, match="damaged workbook"):
        XLSX.read(content(data))


def test_web_of_science_xls_agrees_with_the_sheet(shared: Path):
    for file in (shared / "exports").glob("*.xls"):
        data = file.read_bytes()
        reading = XLS.read(Content(file.name, data, "", "xls"))
        sheet = xlrd.open_workbook(file_contents=data).sheet_by_index(0)
        assert len(reading.entries) == reading.n_expected == sheet.nrows - 1
        assert reading.platform == "Web of Science"


@pytest.mark.parametrize("share", [0.001, 0.3, 0.7])
def test_a_damaged_xls_is_refused_with_a_way_out(shared: Path, share):
    for file in (shared / "exports").glob("*.xls"):
        data = file.read_bytes()
        cut = Content(file.name, data[: int(len(data) * share)], "", "xls")
        with pytest.raises(UnreadableExportError, match="damaged workbook"):
            XLS.read(cut)
