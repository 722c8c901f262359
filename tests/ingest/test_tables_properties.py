"""Tables of any content: written by the standard library, read back equal; cut and damaged."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import UnreadableExportError
from pipeline.ingest.contract import Content, RawEntry, RawRejection
from pipeline.ingest.decode import decode
from pipeline.ingest.formats import FORMATS
from pipeline.ingest.formats.delimited import CSV, TSV

HEADER = ["Title", "Abstract", "Authors", "Year", "Journal", "Volume", "DOI", "Language"]
PARTS = ["title", "abstract", "authors", "year", "journal", "volume", "doi", "language"]
CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff", exclude_categories=["Cs"]),
    max_size=20,
).filter(lambda cell: not cell.startswith('="'))
ROW = st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER))


def written(rows: list[list[str]], **dialect: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", **dialect).writerows(rows)
    return out.getvalue()


def content(text: str) -> Content:
    return Content("export.csv", text.encode(), text, "utf-8")


@given(st.lists(ROW, max_size=8), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
@example([[*[""] * (len(HEADER) - 1), "CENTRAL ID"]], csv.QUOTE_ALL)  # the name of a column
def test_any_table_written_by_the_standard_library_is_read_back_equal(rows, quoting):
    reading = CSV.read(content(written([HEADER, *rows], quoting=quoting)))
    filled = [row for row in rows if any(cell.strip() for cell in row) and row != HEADER]
    expected = [
        tuple((part, cell) for part, cell in zip(PARTS, row, strict=True) if cell.strip())
        for row in filled
    ]
    assert [entry.parts for entry in reading.entries if isinstance(entry, RawEntry)] == expected
    assert len(reading.entries) == reading.n_expected


@given(st.lists(ROW, min_size=1, max_size=5))
def test_any_tab_separated_table_is_read_back_equal(rows):
    reading = TSV.read(content(written([HEADER, *rows], delimiter="\t", quoting=csv.QUOTE_ALL)))
    assert len(reading.entries) == reading.n_expected
    assert len(reading.entries) <= len(rows)


@given(st.text(max_size=300))
def test_junk_never_crashes_a_reader(junk):
    for name in (
        "csv",
        "tsv",
        "wos-tab",
        "bibtex",
        "pubmed-xml",
        "endnote-xml",
        "csl-json",
        "json",
    ):
        try:
            reading = FORMATS[name].read(content(junk))
        except UnreadableExportError:
            continue
        assert len(reading.entries) == reading.n_expected


@given(st.text(alphabet='",\n\ta;="1', max_size=200))
def test_any_mess_of_quotes_is_accounted_for(mess):
    text = written([HEADER]) + mess
    reading = CSV.read(content(text))
    assert len(reading.entries) == reading.n_expected
    CSV.recognises(content(text))


def sample(n_rows: int = 12) -> str:
    rows = []
    for n in range(n_rows):
        row = [f'Sleep "{n}"', f"Night,\nday {n}\n\nand, more", "Okoro B; Lind Å", "2020"]
        rows.append([*row, "Ann Sleep", str(n), f"10.1000/s{n}", "English"])
    return written([HEADER, *rows], quoting=csv.QUOTE_ALL)


def dois(text: str) -> list[str]:
    reading = CSV.read(content(text))
    assert len(reading.entries) == reading.n_expected
    return [
        value
        for entry in reading.entries
        if isinstance(entry, RawEntry)
        for part, value in entry.parts
        if part == "doi" and value.startswith("10.")
    ]


def test_every_prefix_loses_at_most_the_cut_entry_and_says_so():
    text = sample(4)
    whole = dois(text)
    for length in range(text.index("\n") + 1, len(text)):
        n_ended = sum(f'"10.1000/s{n}","English"\n' in text[:length] for n in range(4))
        assert dois(text[:length])[:n_ended] == whole[:n_ended]
        assert len(CSV.read(content(text[:length])).entries) - n_ended <= 1


def test_a_cut_anywhere_within_costs_two_neighbours_at_most():
    text = sample()
    whole = set(dois(text))
    rng = np.random.default_rng(7)
    for _ in range(200):
        start = rng.integers(text.index("\n") + 1, len(text))
        stop = min(len(text), start + rng.integers(1, 40))
        left = set(dois(text[:start] + text[stop:]))
        assert len(whole - left) <= 2, (start, stop)


@settings(max_examples=50)
@given(
    st.integers(0, 11),
    st.sampled_from(['"', '""', 'junk "quoted', '",', "\n", '"\n"', "junk, more\n"]),
)
def test_junk_between_rows_swallows_no_neighbour(place, junk):
    lines = sample().split('"English"\n')
    text = '"English"\n'.join(lines[:place]) + ('"English"\n' if place else "")
    if place == 0:
        text = lines[0].partition("\n")[0] + "\n" + junk + "\n" + sample().partition("\n")[2]
    else:
        text += junk + "\n" + '"English"\n'.join(lines[place:])
    assert dois(text) == dois(sample())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_bytes_do_not_matter_once_decoded(encoding):
    data = sample().replace("Å", "Å").replace("\n", "\r\n").encode(encoding)
    reading = CSV.read(decode(data, name="export.csv"))
    assert len(reading.entries) == 12
    assert not any(isinstance(entry, RawRejection) for entry in reading.entries)
