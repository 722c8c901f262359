"""What each platform's columns hold: one invented row a dialect, and the contract of them all."""

from __future__ import annotations

import csv
import io

import pytest

from pipeline.ingest.contract import FIELDS, Content, RawEntry
from pipeline.ingest.dialects.table_shape import ANY_TABLE, fold
from pipeline.ingest.dialects.tables import TABLE_DIALECTS
from pipeline.ingest.formats.delimited import CSV, TSV
from pipeline.ingest.tables import choose_header

ROWS = {
    "Scopus": (
        {
            "Authors": "Okoro B.; Lind Å.",
            "Title": "Sleep",
            "Source title": "Ann Sleep",
            "Art. No.": "17",
            "DOI": "10.1000/a",
            "Link": "https://www.scopus.com/x",
            "Author Keywords": "night; work",
            "Source": "Scopus",
            "EID": "2-s2.0-1",
        },
        {"article_number": "17", "accession": "2-s2.0-1", "keyword": "night"},
    ),
    "PubMed": (
        {
            "PMID": "17",
            "Title": "Sleep",
            "Authors": "Okoro B, Lind Å.",
            "Citation": "Ann Sleep. 2020;7(1):1-9.",
            "First Author": "Okoro B",
            "Journal/Book": "Ann Sleep",
            "Publication Year": "2020",
            "Create Date": "2020/01/02",
            "DOI": "10.1000/a",
        },
        {"pmid": "17", "citation": "Ann Sleep. 2020;7(1):1-9.", "year": "2020"},
    ),
    "Embase.com": (
        {
            "Title": "Sleep",
            "Author Names": "Okoro B., Lind Å.",
            "Source": "Ann Sleep (2020) 7:1 (1-9)",
            "Abstract": "Night",
            "Emtree Medical Index Terms": "sleep, shift work",
            "Medline PMID": "17",
            "PUI": "L1",
        },
        {"citation": "Ann Sleep (2020) 7:1 (1-9)", "accession": "L1", "pmid": "17"},
    ),
    "Ovid": (
        {
            "ORN": "1",
            "VN": "Ovid Technologies",
            "DB": "APA PsycInfo",
            "AN": "2020-00001-001",
            "TI": "Sleep. [References].",
            "AU": "Okoro, Bola\n\nLind, Åsa",
            "SO": "Annals of Sleep. Vol.7, 2020, pp. 1-9.",
        },
        {"database": "APA PsycInfo", "author": "Okoro, Bola", "accession": "2020-00001-001"},
    ),
    "Cochrane Library": (
        {
            "CENTRAL ID": "CN-00000001",
            "Author(s)": "Okoro, B; Lind, Å",
            "Title": "Sleep",
            "Source": "Ann Sleep",
            "PubMed ID": "PUBMED 17",
            "Database Name": "Cochrane Central Register of Controlled Trials (CENTRAL)",
        },
        {"journal": "Ann Sleep", "accession": "CN-00000001", "author": "Okoro, B"},
    ),
    "EBSCOhost": (
        {
            "Article Title": "Sleep",
            "Journal Title": "Ann Sleep",
            "ISSN": '="19326203"',
            "Accession Number": "17",
            "Subjects": "SLEEP; WORK",
            "PLink": "https://search.ebscohost.com/login.aspx?db=psyh&AN=17",
        },
        {"issn": "19326203", "keyword": "SLEEP", "accession": "17"},
    ),
    "Google Scholar": (
        {
            "Authors": "Okoro, Bola; Lind, Åsa; ",
            "Title": "Sleep",
            "Publication": "Annals of Sleep",
            "Volume": "7",
            "Number": "1",
            "Pages": "1-9",
            "Year": "2020",
            "Publisher": "Owl",
        },
        {"journal": "Annals of Sleep", "issue": "1", "author": "Okoro, Bola"},
    ),
    "Publish or Perish": (
        {
            "Cites": "3",
            "Authors": "B Okoro",
            "Title": "Sleep",
            "Source": "Annals of …",
            "ArticleURL": "https://e.org/a",
            "GSRank": "1",
            "QueryDate": "2021-12-14",
            "Abstract": "… night work and sleep …",
        },
        {"snippet": "… night work and sleep …", "journal": "Annals of …"},
    ),
    "Zotero": (
        {
            "Key": "ABCD2345",
            "Item Type": "journalArticle",
            "Publication Year": "2020",
            "Author": "Okoro, Bola; Lind, Åsa",
            "Title": "Sleep",
            "Publication Title": "Annals of Sleep",
            "Abstract Note": "Night",
            "Extra": "PMID: 17",
            "Manual Tags": "night; work",
        },
        {"journal": "Annals of Sleep", "abstract": "Night", "note": "PMID: 17", "keyword": "night"},
    ),
    "Rayyan": (
        {
            "key": "rayyan-1",
            "title": "Sleep",
            "authors": "Okoro, B. and Lind, Å.",
            "notes": 'RAYYAN-INCLUSION: {"Bola"=>"Included"}',
            "pubmed_id": "17",
            "pmc_id": "",
        },
        {"author": "Okoro, B.", "note": 'RAYYAN-INCLUSION: {"Bola"=>"Included"}', "pmid": "17"},
    ),
    "Covidence": (
        {
            "Title": "Sleep",
            "Authors": "Okoro, B; Lind, Å",
            "Published Year": "2020",
            "Covidence #": "#14",
            "Study": "Okoro 2020",
            "Notes": "check",
            "Tags": "night",
        },
        {"year": "2020", "note": "Covidence #: #14", "author": "Okoro, B"},
    ),
    "Lens": (
        {
            "Lens ID": "000-000-000-000-001",
            "Title": "Sleep",
            "Author/s": "Bola Okoro; Åsa Lind",
            "ISSNs": "19326203; 15361632",
            "External URL": "http://dx.doi.org/10.1000/a",
        },
        {"accession": "000-000-000-000-001", "issn": "19326203", "author": "Bola Okoro"},
    ),
    "Dimensions": (
        {
            "Rank": "1",
            "Publication ID": "pub.1",
            "Title": "Sleep",
            "Source title": "Annals of Sleep",
            "PubYear": "2020",
            "Pagination": "1-9",
        },
        {"accession": "pub.1", "pages": "1-9", "year": "2020"},
    ),
    "OpenAlex": (
        {
            "id": "https://openalex.org/W1",
            "display_name": "Sleep",
            "authorships.author.display_name": "Bola Okoro|Åsa Lind",
            "primary_location.source.display_name": "Annals of Sleep",
            "doi": "https://doi.org/10.1000/a",
        },
        {"title": "Sleep", "author": "Bola Okoro", "journal": "Annals of Sleep"},
    ),
    "ClinicalTrials.gov": (
        {
            "NCT Number": "NCT00000001",
            "Study Title": "Sleep at night",
            "Brief Summary": "Night",
            "Conditions": "Insomnia|Fatigue",
            "Start Date": "2018-12-26",
        },
        {"title": "Sleep at night", "abstract": "Night", "keyword": "Insomnia"},
    ),
    "IEEE Xplore": (
        {
            "Document Title": "Sleep",
            "Authors": "B. Okoro; Å. Lind",
            "Publication Title": "Annals of Sleep",
            "Publication Year": "2020",
            "IEEE Terms": "Sleep;Work",
        },
        {"title": "Sleep", "journal": "Annals of Sleep", "keyword": "Sleep"},
    ),
    "Web of Science": (
        {
            "Publication Type": "J",
            "Authors": "Okoro, B; Lind, Å",
            "Author Full Names": "Okoro, Bola; Lind, Åsa",
            "Article Title": "Sleep",
            "Source Title": "ANN SLEEP",
            "Article Title - Korean": "잠",
            "UT (Unique WOS ID)": "WOS:000000000000001",
        },
        {"author": "Okoro, Bola", "original_title": "잠", "accession": "WOS:000000000000001"},
    ),
    "ASReview": (
        {
            "record_id": "1",
            "title": "Sleep",
            "abstract": "Night",
            "asreview_label": "1",
            "asreview_note": "good",
        },
        {"note": "asreview_label: 1", "abstract": "Night"},
    ),
    "Thresher": (
        {
            "citation_id": "a:1",
            "record_ids": "a:1; b:2",
            "title": "Sleep",
            "original_title": "Sömn",
            "title_abstract": "include",
        },
        {"note": "citation_id: a:1", "original_title": "Sömn"},
    ),
}
REFWORKS = {
    "Reference Type": "Journal Article",
    "Authors, Primary": "Okoro,Bola;Lind,Åsa;",
    "Title Primary": "Sleep",
    "Periodical Full": "Annals of Sleep",
    "Pub Year": "2020",
    "Start Page": "1",
    "Other Pages": "9",
    "Database": " ",
}


def table(row: dict[str, str], delimiter: str = ",") -> Content:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([list(row), list(row.values())])
    return Content("export", b"", out.getvalue(), "utf-8")


@pytest.mark.parametrize("platform", ROWS)
def test_a_platform_is_known_by_its_columns_and_its_parts_are_named(platform):
    row, expected = ROWS[platform]
    reading = CSV.read(table(row))
    assert reading.platform == platform
    (entry,) = reading.entries
    assert isinstance(entry, RawEntry)
    first: dict[str, str] = {}
    for part, value in entry.parts:
        first.setdefault(part, value)
    assert expected.items() <= first.items()
    assert "title" in first


@pytest.mark.parametrize("platform", ROWS)
def test_the_order_and_case_of_columns_do_not_matter(platform):
    row, _ = ROWS[platform]
    turned = {name.upper(): value for name, value in reversed(row.items())}
    assert CSV.read(table(turned)).platform == platform


def test_refworks_writes_tabs():
    reading = TSV.read(table(REFWORKS, "\t"))
    (entry,) = reading.entries
    assert isinstance(entry, RawEntry)
    assert reading.platform == "RefWorks"
    assert ("author", "Lind,Åsa") in entry.parts
    assert ("last_page", "9") in entry.parts
    assert not any(part == "database" for part, _ in entry.parts)


def test_a_table_of_no_known_platform_is_read_by_common_names():
    row = {"record_id": "1", "Primary Title": "Sleep", "Abstract": "Night", "included": "1"}
    reading = CSV.read(table(row))
    (entry,) = reading.entries
    assert isinstance(entry, RawEntry)
    assert reading.platform is None
    assert entry.parts == (("title", "Sleep"), ("abstract", "Night"), ("note", "included: 1"))


def test_an_extract_of_a_search_engine_is_never_an_abstract():
    (entry,) = CSV.read(table(ROWS["Publish or Perish"][0])).entries
    assert isinstance(entry, RawEntry)
    assert not any(part == "abstract" for part, _ in entry.parts)


@pytest.mark.parametrize("dialect", [*TABLE_DIALECTS, ANY_TABLE], ids=lambda d: d.name)
def test_every_dialect_is_sound_data(dialect):
    assert set(dialect.columns.values()) <= set(FIELDS)
    assert all(name == fold(name) for name in dialect.columns)
    assert all(name == fold(name) for marks in dialect.marks for name in marks)
    assert set(dialect.separators) <= set(FIELDS)
    assert "title" in dialect.columns.values()


def test_every_platform_in_the_registry_has_a_row_here():
    tried = {*ROWS, "RefWorks", "WHO ICTRP", "ProQuest"}  # the last two with unseen exports
    assert {dialect.platform for dialect in TABLE_DIALECTS} == tried


@pytest.mark.parametrize("dialect", TABLE_DIALECTS, ids=lambda d: d.name)
def test_a_header_of_a_dialects_own_columns_is_taken_for_that_dialect(dialect):
    for marks in dialect.marks:
        header = choose_header([sorted({*marks, "title"})])
        assert header is not None
        assert header.dialect.name == dialect.name
