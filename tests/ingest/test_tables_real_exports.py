"""Real exports: recognised, cut in the middle, and held against the standard library's reader."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from pipeline.ingest.contract import RawEntry, RawRejection
from pipeline.ingest.decode import decode
from pipeline.ingest.formats import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

MINE = {
    "CSV": "csv",
    "TSV": "tsv",
    "TAB": "wos-tab",
    "XLSX": "xlsx",
    "XLS": "xls",
    "BIBTEX": "bibtex",
    "XML": {"PUBMED": "pubmed-xml", "ENDNOTE": "endnote-xml"},
    "ENDNOTEXML": "endnote-xml",
    "CSLJSON": "csl-json",
    "JSON": "json",
}
UNJUDGED = "derived(not a native export)"  # scripts' output: may be refused


def manifest(shared: Path) -> list[dict[str, str]]:
    with (shared / "exports" / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["format"] in MINE]


def name_of(row: dict[str, str]) -> str:
    name = MINE[row["format"]]
    return name if isinstance(name, str) else name[row["platform"]]


def test_each_export_is_recognised_by_its_own_format_first(shared: Path):
    for row in manifest(shared):
        if row["kind"] == UNJUDGED:
            continue
        content = decode((shared / "exports" / row["file"]).read_bytes(), name=row["file"])
        found = next(name for name, reader in FORMATS.items() if reader.recognises(content))
        assert found == name_of(row), row["file"]


def test_the_standard_librarys_reader_sees_the_same_cells(shared: Path):
    files = list((shared / "exports").glob("*__CSV__*.csv"))
    assert files
    for file in files:
        text = decode(file.read_bytes(), name=file.name).text
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        reading = FORMATS["csv"].read(decode(file.read_bytes(), name=file.name))
        title = next(name for name in rows[0] if name.lower() in TITLES)
        titles = [
            next((v for part, v in entry.parts if part == "title"), "")
            for entry in reading.entries
            if isinstance(entry, RawEntry)
        ]
        assert titles == [row[title] for row in rows], file.name


TITLES = {"title", "ti", "article title", "document title", "study title", "display_name"}


@pytest.mark.parametrize("name", ["csv", "tsv", "wos-tab", "bibtex", "endnote-xml", "pubmed-xml"])
def test_a_real_export_cut_in_the_middle_keeps_what_came_before(shared: Path, name):
    rows = [row for row in manifest(shared) if name_of(row) == name and row["kind"] != UNJUDGED]
    for row in sorted(rows, key=lambda row: int(row["bytes"]))[:4]:
        content = decode((shared / "exports" / row["file"]).read_bytes(), name=row["file"])
        whole = FORMATS[name].read(content).entries
        cut = len(content.text) * 2 // 3
        part = type(content)(content.name, b"", content.text[:cut], content.encoding)
        if not FORMATS[name].recognises(part):
            continue
        entries = FORMATS[name].read(part).entries
        kept = [entry for entry in entries if not isinstance(entry, RawRejection)]
        assert kept[:-1] == list(whole[: len(kept) - 1]) if kept else True
        n_whole = sum(content.text.find(e.raw) + len(e.raw) < cut for e in whole)
        assert len(kept) >= n_whole, row["file"]
