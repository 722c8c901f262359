"""What the report says in words, and that Markdown says the same as HTML."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.report import (
    MethodFacts,
    Passage,
    ReportSection,
    compose_report,
    count_flow,
    render_markdown,
    render_page,
    trace_flow,
)
from pipeline.report.identification import list_searched
from pipeline.report.tables import tabulate_exclusions, tabulate_searches

FACTS = MethodFacts(
    criteria=("Nurses or patients", "Barriers or facilitators"),
    criteria_version="2",
    n_reviewers=2,
    screening_rule="One include kept a record, two excludes dropped it",
    deduplication="Duplicates were found by fuzzy matching and checked by a person",
    ranking="a linear support vector machine (elas-u4)",
    ranking_input="the decisions made so far",
    stopping="Screening stopped under a certificate of 95 % recall",
    performance="Recall was estimated from a random sample of the unread",
    deviations="None",
)


@pytest.fixture
def review(sheet):
    sheet.search("A", "a:1", "a:2", "a:3", database="a").search("W", "w:1", kind="website")
    sheet.searches[0]["strategy"] = "1 nurse*\n``` 2 discharge"
    sheet.judge("include", "a:1", "w:1").judge("exclude", "a:2")
    return sheet.judge("include", "a:1", stage="full-text")


def compose(sheet, **options):
    evidence = sheet.evidence()
    rows = trace_flow(evidence)
    options = {"title": "A *title*", **options}
    return compose_report(evidence=evidence, rows=rows, counts=count_flow(rows), **options)


def said(document):
    return document.sections[0].text


def test_what_nobody_recorded_is_a_visible_blank(review):
    text = said(compose(review))
    for missing in (
        "the eligibility criteria",
        "the strategy of W",
        "how many people screened, and whether independently",
        "how decisions were combined and conflicts settled",
        "how duplicates were found",
        "deviations from the protocol",
    ):
        assert f"[To be written: {missing}.]" in text
    assert "Automation." not in text


def test_what_was_recorded_is_said(review):
    text = said(compose(review, methods=FACTS))
    assert "(version 2) were: (1) Nurses or patients; (2) Barriers or facilitators." in text
    assert "a (last searched 2026-01-01)" in text
    assert "screened by 2 reviewers. One include kept a record" in text
    assert "ordered by a linear support vector machine (elas-u4). It learned from" in text
    assert "Rules or automation excluded 0 records, people 1 record." in text
    assert "identified 3 records; 3 were left to screen (unread yet: 1; excluded: 1)." in text
    assert "Other methods led to 1 report sought, 0 assessed" in text
    assert "The review includes 1 study in 1 report." in text
    assert text.count("[To be written") == 2  # the strategy of W, and the protocol


def test_markdown_has_every_part_of_the_page(review):
    document = compose(review, question="Why <so> late?", software=["thresher 1"])
    text = render_markdown(document)
    for section in (*document.sections, *document.lists):
        assert f"# {section.heading.replace('_', chr(92) + '_')}" in text
    assert text.startswith("# A \\*title\\*\n\nWhy \\<so\\> late?\n\n**Interim.**")
    assert "| a:1 | On a:1 | a |" in text
    assert "![PRISMA 2020 flow diagram](prisma.svg)" in text
    assert "thresher 1" in text


def test_blanks_are_counted_and_marked(review):
    document = compose(review)
    assert document.n_blanks >= 5
    assert f"{document.n_blanks} blanks are left" in render_page(document)
    assert "<mark>[To be written: the eligibility criteria.]</mark>" in render_page(document)
    assert "**\\[To be written: the eligibility criteria.\\]**" in render_markdown(document)


def test_full_texts_excluded_are_cited(sheet):
    sheet.search("A", "a:1").judge("include", "a:1").judge("exclude", "a:1", stage="full-text")
    sheet.records["a:1"] |= {
        "authors": ["Ek, A.", "Ruiz, B."],
        "journal": "J Care",
        "doi": "10.1/x",
    }
    evidence = sheet.link("a:1", "r1").evidence()
    (cited,) = tabulate_exclusions(evidence, trace_flow(evidence))["Cited as"].to_list()
    assert cited == "Ek, A. et al., 2020, J Care, doi:10.1/x"


def test_entries_that_came_twice_in_one_export_are_said(sheet):
    evidence = sheet.search("A", "a:1", "a:1", "a:2").evidence()
    row = tabulate_searches(evidence).row(0, named=True)
    assert (row["Entries loaded"], row["Of these twice in the export"]) == (3, 1)


def test_markdown_keeps_passages_and_tables_apart_from_its_own_marks(review):
    table = pl.DataFrame({"a|b": ["x | y\nz <b>"], "n": [1]})
    section = ReportSection(
        anchor="x", heading="X", table=table, passages=(Passage("P", "```"),), n_left_out=3
    )
    text = render_markdown(compose(review, sections=[section]))
    assert "````text\n1 nurse*\n``` 2 discharge\n````" in text
    assert "| x \\| y<br>z \\<b\\> | 1 |" in text
    assert "3 more rows are left out here." in text


def test_markdown_is_the_same_twice(review):
    assert render_markdown(compose(review)) == render_markdown(compose(review))


def test_a_search_that_names_no_database_is_of_those_that_its_records_name(sheet):
    sheet.search("one", "Embase:1", "Medline:2", "Medline:3").search("two", "Embase:4")
    sheet.search("said", "Medline:5", database="PubMed").search("none").search("page", "unknown:6")
    searched = list_searched(sheet.evidence()).select("search_id", "database")
    assert searched.rows() == [
        ("none", "none"),
        ("one", "Embase"),
        ("one", "Medline"),
        ("page", "page"),
        ("said", "PubMed"),
        ("two", "Embase"),
    ]
