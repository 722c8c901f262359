"""The diagram as a file for others: PNG, PDF, and the PRISMA2020 R package's CSV."""

from __future__ import annotations

import csv
import io
import logging

import polars as pl
import pytest
from openpyxl import load_workbook

from pipeline.errors import InputError
from pipeline.report import (
    NamedCount,
    Sheet,
    compose_report,
    count_flow,
    draw_picture,
    read_prisma_csv,
    trace_flow,
    write_prisma_csv,
    write_tables,
    write_workbook,
)


@pytest.fixture
def counts(sheet):
    sheet.search("A", "Embase:1", "Embase:2", "Medline, 1946 on:1", "Medline, 1946 on:2")
    sheet.search("W", "nice:1", kind="website").judge("include", *sheet.records)
    sheet.judge("include", "Embase:1", "nice:1", stage="full-text")
    sheet.judge("exclude", "Embase:2", stage="full-text", reason="no data; or $too$ few, we think")
    return count_flow(trace_flow(sheet.evidence()))


@pytest.mark.parametrize(("file_format", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF-")])
def test_pictures_are_of_their_format_and_the_same_twice(counts, file_format, magic):
    picture = draw_picture(counts, file_format=file_format, title="$title_")
    assert picture.startswith(magic)
    assert picture == draw_picture(counts, file_format=file_format, title="$title_")


def test_a_character_that_the_font_lacks_is_logged(counts, caplog):
    with caplog.at_level(logging.WARNING):
        draw_picture(counts, title="\u6f22")
    assert "no installed font has" in caplog.text


def test_the_r_package_finds_every_key_once(counts):
    rows = list(csv.DictReader(io.StringIO(write_prisma_csv(counts))))
    keys = [row["data"] for row in rows]
    for key in keys:
        if key != "NA":  # the package searches for the key within the column
            assert sum(key in other for other in keys) == 1, key
    by_key = {row["data"]: row for row in rows}
    assert by_key["database_results"]["n"] == "4"
    assert by_key["database_specific_results"]["n"] == "Embase, 2; Medline – 1946 on, 2"
    assert by_key["dbr_excluded"]["n"] == "no data – or $too$ few – we think, 1"
    assert {"prevstud", "newstud", "othstud"} <= {row["box"] for row in rows}


def test_what_was_written_is_read_back(counts):
    boxes = {box.key: box for box in read_prisma_csv(write_prisma_csv(counts))}
    for key in ("duplicates", "records_screened", "website_results", "new_studies", "dbr_assessed"):
        assert boxes[key].n == counts.n(key)
    assert boxes["database_results"].members == (
        NamedCount("Embase", 2),
        NamedCount("Medline – 1946 on", 2),
    )
    assert boxes["dbr_excluded"].n == 1


def test_the_packages_own_form_is_read():
    boxes = read_prisma_csv('data,n\nNA,0\nduplicates,"1,234"\ndbr_excluded,"Reason1, 3; b, 4"\n')
    assert [(box.key, box.n) for box in boxes] == [("duplicates", 1234), ("dbr_excluded", 7)]


def test_what_is_no_such_file_says_so():
    with pytest.raises(InputError, match=r"x\.csv: has no columns 'data' and 'n'"):
        read_prisma_csv("a,b\n1,2\n", name="x.csv")
    with pytest.raises(InputError, match="duplicates: 'xxx' is no number"):
        read_prisma_csv("data,n\nduplicates,xxx\n")


def test_every_table_of_the_report_is_a_sheet(sheet):
    evidence = sheet.search("A", "a:1", "a:2").same("a:1", "a:2").evidence()
    rows = trace_flow(evidence)
    document = compose_report(evidence=evidence, rows=rows, counts=count_flow(rows), title="T")
    file = write_tables(document)
    assert file == write_tables(document)
    workbook = load_workbook(io.BytesIO(file))
    expected = {"searches", "counts", "database_results", "records_screened"}
    assert expected <= set(workbook.sheetnames)
    assert workbook["duplicates"]["A1"].value == "Source"


def test_sheets_have_names_that_excel_accepts():
    table = pl.DataFrame({"a": ["\x00=1"]})
    names = ["a/b" * 20, "A b" * 20, "", "'x'"]
    workbook = load_workbook(io.BytesIO(write_workbook([Sheet(name, table) for name in names])))
    assert workbook.sheetnames == [
        *("a ba ba ba ba ba ba ba ba ba ba", "A bA bA bA bA bA bA bA bA bA  2", "Sheet", "x")
    ]
    assert workbook["x"]["A2"].value == " =1"
    assert load_workbook(io.BytesIO(write_workbook([]))).sheetnames == ["Empty"]
