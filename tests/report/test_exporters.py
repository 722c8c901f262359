"""Exports: other programs read what we write, with the decisions in the form they know."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from pipeline.errors import UnknownNameError
from pipeline.ingest import parse_export
from pipeline.report import EXPORTERS, ScreenedCitation, list_screened
from pipeline.schemas import BIBLIOGRAPHIC_FIELDS, Decision

CITATION = ScreenedCitation(
    citation_id="medline:31415",
    record_ids=("embase:L9", "medline:31415"),
    databases=("Embase", "Medline"),
    title="Discharge & transition: 50% of the <5-year-olds, \u03b2-blockers {and} more_or less",
    abstract="BACKGROUND: Nurses know.\nUS - a line like a tag.\nER  - not the end.",
    authors=("Møller, Åse", "van der Berg, J. P.", "World Health Organization and Partners"),
    year=2020,
    date="2020-03-09",
    journal="Journal of Care",
    journal_abbreviation="J Care",
    volume="12",
    issue="3",
    pages="188-197",
    doi="10.1000/x_y(1)",
    pmid="31415",
    issn=("1234-5678",),
    keywords=("transitional care", "screen:exclude"),
    language="en",
    entry_type="article",
    publication_types=("Journal Article",),
    url="https://example.org/a?b=1&c=2",
    notes=("kept since 2019", "ASReview_irrelevant"),
    screening="include",
    full_text="exclude",
    reason="wrong setting, not a hospital",
)
BARE = ScreenedCitation(citation_id="scholar:sha-1", title="=HYPERLINK(1)", screening="exclude")
UNREAD = ScreenedCitation(citation_id="scholar:sha-2", title="Not read yet")
CITATIONS = [CITATION, BARE, UNREAD]

# Those of CSL 1.0.2's input schema that we may use; it allows no other keys than its own.
CSL_VARIABLES = {
    *("id", "type", "title", "original-title", "author", "issued", "container-title"),
    *("container-title-short", "volume", "issue", "page", "DOI", "PMID", "ISSN", "language"),
    *("URL", "abstract", "keyword", "note", "genre"),
}


def write(name, citations=CITATIONS):
    return EXPORTERS[name].write(citations)


# ── what every exporter must do ─────────────────────────────────────────────────────────────────
@pytest.fixture(params=list(EXPORTERS))
def exporter(request):
    return EXPORTERS[request.param]


def test_the_same_citations_give_the_same_bytes(exporter):
    assert exporter.write(CITATIONS) == exporter.write(CITATIONS)


def test_nothing_to_export_is_no_error(exporter):
    assert isinstance(exporter.write([]), bytes)


def test_it_names_the_suffix_of_its_files(exporter):
    assert exporter.suffix.startswith(".")


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=40), words=st.lists(st.text(max_size=12), max_size=3))
def test_no_text_breaks_it(text, words):
    junk = replace(
        CITATION, title=text, abstract=text, authors=tuple(words), notes=tuple(words), reason=text
    )
    for each in EXPORTERS.values():
        assert each.write([junk, junk])


READ_BACK = tuple(EXPORTERS)


@pytest.mark.parametrize("name", READ_BACK)
def test_our_own_reader_reads_it_back(name):
    entries = parse_export(write(name), name=f"x{EXPORTERS[name].suffix}").entries
    assert entries.height == 3
    first = entries.row(0, named=True)
    assert first["title"] == CITATION.title
    assert first["doi"] == CITATION.doi
    assert first["year"] == CITATION.year
    said = [one.replace(" & ", " and ") for one in first["authors"]]  # Rayyan parts people by it
    assert said == list(CITATION.authors)
    assert first["journal"] == CITATION.journal
    assert first["pages"].replace("--", "-") == CITATION.pages
    assert " ".join(first["abstract"].split()) == " ".join(CITATION.abstract.split())


WHOLE = ("ris", "eppi", "csv", "xlsx", "bibtex", "csl-json", "endnote-xml")


@pytest.mark.parametrize("name", WHOLE)
def test_a_round_trip_loses_no_field(name):
    sent = replace(CITATION, original_title="\u00d6verf\u00f6ring", keywords=("care",), notes=())
    file = write(name, [sent])
    entries = parse_export(file, name=f"x{EXPORTERS[name].suffix}").entries
    back = entries.select(set(BIBLIOGRAPHIC_FIELDS) - {"keywords", "notes"}).row(0, named=True)
    for field, value in back.items():
        said = tuple(value) if isinstance(value, list) else value
        words = " ".join(said.split()) if field == "abstract" else said
        kept = getattr(sent, field)
        assert words == (" ".join(kept.split()) if field == "abstract" else kept), field
    assert "care" in entries["keywords"][0].to_list()


def test_an_unknown_format_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="bibtex"):
        write("bibtec")


# ── each format, read by another's reader ───────────────────────────────────────────────────────
def test_ris_is_read_by_rispy():
    entries = rispy.loads(write("ris").decode())
    assert [entry["title"] for entry in entries] == [each.title for each in CITATIONS]
    assert entries[0]["authors"] == list(CITATION.authors)
    assert entries[0]["doi"] == CITATION.doi
    assert entries[0]["start_page"], entries[0]["end_page"] == ("188", "197")
    assert [entry["notes"] for entry in entries] == [
        ["ASReview_relevant", "PMID: 31415", "kept since 2019"],
        ["ASReview_irrelevant"],
        ["ASReview_not_seen"],
    ]
    assert entries[0]["keywords"] == [
        "transitional care",
        "screen:include",
        "fulltext:exclude",
        "reason:wrong setting, not a hospital",
    ]


def test_bibtex_is_read_by_bibtexparser():
    library = bibtexparser.parse_string(write("bibtex", [*CITATIONS, CITATION]).decode())
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [
        *("medline:31415", "scholar:sha-1", "scholar:sha-2", "medline:31415-2")
    ]
    first = library.entries[0]
    assert first["doi"] == CITATION.doi
    assert r"\{and\} more\_or" in first["title"]
    assert first["note"].startswith("ASReview\\_relevant")
    assert first["author"].endswith("{World Health Organization and Partners}")


def test_csl_json_holds_what_the_schema_knows():
    first, bare, _ = json.loads(write("csl-json"))
    assert first["author"][1] == {"family": "van der Berg", "given": "J. P."}
    assert first["author"][2] == {"literal": "World Health Organization and Partners"}
    assert first["issued"] == {"date-parts": [[2020, 3, 9]]}
    assert "screen:include" in first["keyword"]
    assert bare["type"] == "document"
    assert set(first) <= CSL_VARIABLES
    assert "author" not in bare


def test_endnote_xml_is_well_formed():
    records = etree.fromstring(write("endnote-xml")).findall("records/record")
    assert len(records) == 3
    assert records[0].findtext("titles/title") == CITATION.title
    assert [e.text for e in records[0].findall("contributors/authors/author")] == list(
        CITATION.authors
    )
    assert records[0].find("ref-type").attrib == {"name": "Journal Article"}


def table(name):
    return list(csv.DictReader(io.StringIO(write(name).decode())))


@pytest.mark.parametrize("name", ["csv", "asreview", "rayyan"])
def test_no_cell_is_a_formula(name):
    rows = table(name)
    assert rows[1]["title"] == "'=HYPERLINK(1)"
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_csv_says_what_was_decided():
    rows = table("csv")
    assert [row["title_abstract"] for row in rows] == ["include", "exclude", "awaiting"]
    assert rows[0]["full_text"] == "exclude"
    assert rows[0]["reason"] == "wrong setting, not a hospital"
    assert rows[0]["record_ids"] == "embase:L9; medline:31415"


def test_asreview_finds_its_labels():
    rows = table("asreview")
    assert [row["included"] for row in rows] == ["1", "0", ""]
    assert [row["asreview_label"] for row in rows] == ["1", "0", ""]


def test_rayyan_finds_its_notes():
    rows = table("rayyan")
    assert rows[0]["notes"] == (
        'kept since 2019 | RAYYAN-INCLUSION: {"Consensus"=>"Included"}'
        " | RAYYAN-EXCLUSION-REASONS: wrong setting; not a hospital"
    )
    assert rows[1]["notes"] == 'RAYYAN-INCLUSION: {"Consensus"=>"Excluded"}'
    assert rows[2]["notes"] == ""


def test_xlsx_holds_text_and_no_formula():
    rows = list(load_workbook(io.BytesIO(write("xlsx")))["citations"].iter_rows())
    headings = [cell.value for cell in rows[0]]
    titles = [row[headings.index("title")] for row in rows[1:]]
    assert [cell.value for cell in titles] == [each.title for each in CITATIONS]
    assert {cell.data_type for cell in titles} == {"s"}
    assert rows[1][headings.index("year")].value == 2020


# ── from frames ─────────────────────────────────────────────────────────────────────────────────
def test_citations_carry_their_outcomes_and_each_reviewers_last_word(sheet, as_frame):
    sheet.search("A", "a:1", "a:2").judge("exclude", "a:1", reason="design")
    decisions = as_frame(
        Decision,
        [
            {
                "event": event,
                "citation_id": "a:1",
                "record_id": "a:1",
                "membership_hash": "",
                "stage": "title-abstract",
                "reviewer": reviewer,
                "decision": decision,
                "reasons": ["design"] if decision == "exclude" else [],
                "note": note,
                "criteria_version": "1",
                "is_resolution": False,
                "decided_at": datetime(2026, 1, 1, tzinfo=UTC),
            }
            for event, reviewer, decision, note in (
                (1, "Ann", "include", None),
                (2, "Bo", "maybe", 'says "no"'),
                (3, "Ann", "exclude", None),
            )
        ],
    )
    evidence = sheet.evidence()
    screened = list_screened(evidence.citations, evidence.outcomes, decisions=decisions)
    assert [each.screening for each in screened] == ["exclude", "awaiting"]
    assert screened[0].reason == "design"
    assert screened[0].title == "On a:1"
    rows = list(csv.DictReader(io.StringIO(write("rayyan", screened).decode())))
    assert rows[0]["notes"] == (
        'RAYYAN-INCLUSION: {"Bo"=>"Maybe", "Ann"=>"Excluded"}'
        " | RAYYAN-EXCLUSION-REASONS: design"
        ' | USER-NOTES: {"Bo"=>["says \\"no\\""]}'
    )


def test_only_an_included_citation_awaits_a_full_text(sheet):
    sheet.search("A", "a:1", "a:2", "a:3", "a:4")
    sheet.judge("exclude", "a:1").judge("include", "a:2").judge("conflict", "a:4")
    sheet.judge("awaiting", "a:1", "a:2", "a:3", stage="full-text")
    sheet.judge("include", "a:4", stage="full-text")
    evidence = sheet.evidence()
    screened = list_screened(evidence.citations, evidence.outcomes)
    assert [each.full_text for each in screened] == [None, "awaiting", None, "include"]


def test_covidence_has_its_columns_and_the_decision_as_tags():
    rows = list(csv.DictReader(io.StringIO(EXPORTERS["covidence"].write(CITATIONS).decode())))
    assert {"Covidence #", "Study", "Notes", "Tags", "Title", "Published Year"} <= set(rows[0])
    assert rows[0]["Study"] == "Møller 2020"
    assert (
        rows[0]["Tags"] == "screen:include; fulltext:exclude; reason:wrong setting, not a hospital"
    )
    assert rows[2]["Tags"] == "screen:awaiting"


def test_eppi_reads_its_item_id_from_u1():
    (first, *_) = rispy.loads(EXPORTERS["eppi"].write(CITATIONS).decode())
    assert CITATION.citation_id in str(first)
    assert b"U1  - medline:31415" in EXPORTERS["eppi"].write(CITATIONS)
