"""Independent readers agree where they can read the file; where not, the reason is given."""

from __future__ import annotations

import csv
import html

import nbib
import pytest
import rispy
from rispy import WokParser

from pipeline.ingest.decode import decode


def _files(shared, parsed, *formats):
    with (shared / "exports" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] in formats]
    for row in rows:
        file = shared / "exports" / row["file"]
        yield row["file"], file.read_bytes(), parsed(file)


@pytest.fixture(scope="module")
def by_rispy(shared, parsed):
    """Every RIS file's name, what rispy makes of it, and our entries."""
    return [
        (name, rispy.loads(decode(data, name=name).text), export.entries)
        for name, data, export in _files(shared, parsed, "RIS")
    ]


def test_rispy_counts_the_same_ris_entries(by_rispy):
    for name, found, entries in by_rispy:
        assert len(found) == entries.height, name
        titles = sum(bool(entry.get("title") or entry.get("primary_title")) for entry in found)
        assert titles == entries["title"].is_not_null().sum(), name


def test_rispy_finds_the_same_titles_and_dois(by_rispy):
    # it sees no DOI in L3 (EBSCO) and M3 (PsycNet): only what it finds is compared
    for name, found, entries in by_rispy:
        for ours, theirs in zip(entries.iter_rows(named=True), found, strict=True):
            doi = theirs.get("doi", "").lower()
            if doi.startswith("10.") and " " not in doi:
                assert ours["doi"] == doi.rstrip("."), name
            title = theirs.get("title") or theirs.get("primary_title") or ""
            if ours["title"] and ours["original_title"] is None and "<" not in title:
                assert ours["title"][:8] in html.unescape(" ".join(title.split())), name


def test_rispy_counts_the_same_isi_entries(shared, parsed):
    for name, data, export in _files(shared, parsed, "ISI"):
        text = decode(data, name=name).text
        found = rispy.loads(text, implementation=WokParser, skip_unknown_tags=True)
        assert len(found) == export.entries.height, name


def test_nbib_reads_the_same_pubmed_entries(shared, parsed):
    compared = 0
    for name, data, export in _files(shared, parsed, "NBIB"):
        try:  # it loses a last record without a line end, hence the added lines
            found = nbib.read(decode(data, name=name).text.strip("\n") + "\n\n")
        except (ValueError, IndexError, KeyError, AttributeError):
            continue  # a value it has no rule for: nothing to compare with
        compared += 1
        assert len(found) == export.entries.height, name
        pmids = [str(entry.get("pubmed_id", "")) for entry in found]
        assert pmids == [pmid or "" for pmid in export.entries["pmid"]], name
    assert compared


@pytest.mark.parametrize("field", ["title", "abstract"])
def test_nbib_reads_the_same_text(shared, parsed, field):
    for name, data, export in _files(shared, parsed, "NBIB"):
        text = decode(data, name=name).text.strip("\n") + "\n\n"
        found = nbib.read(text)
        for ours, theirs in zip(export.entries[field], found, strict=True):
            if ours and theirs.get(field):
                assert ours[1:40].split("[")[0] in " ".join(theirs[field].split()), name
