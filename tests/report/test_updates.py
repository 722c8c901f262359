"""Living reviews: what an update identifies anew, and what it changes about what is included."""

from __future__ import annotations

import pytest

from pipeline.report import (
    VersionCounts,
    count_flow,
    describe_versions,
    draw_flow,
    explain_box,
    trace_flow,
)


@pytest.fixture
def first_version(sheet):
    """Five studies in six reports, and two citations that were excluded."""
    sheet.search("V1", *(f"m:{i}" for i in range(1, 9)))
    sheet.judge("include", *(f"m:{i}" for i in range(1, 7)))
    sheet.judge("exclude", "m:7", "m:8")
    sheet.judge("include", *(f"m:{i}" for i in range(1, 7)), stage="full-text")
    return sheet.study("s1", "m:1", "m:2").publish()


@pytest.fixture
def update(first_version):
    """Everything again and four new records; one old study is retracted."""
    new = ("m:9", "m:10", "m:11", "m:12")
    first_version.search("V2", *(f"m:{i}" for i in range(1, 9)), *new)
    first_version.judge("include", "m:9", "m:10", "m:11").judge("exclude", "m:12")
    first_version.judge("include", "m:9", "m:10", "m:11", stage="full-text")
    first_version.judge("exclude", "m:6", stage="full-text", reason="Retracted")
    return first_version.study("new", "m:9", "m:10").study("s1", "m:11")


def count(sheet):
    rows = trace_flow(sheet.evidence())
    counts = count_flow(rows)
    counts.require_balanced()
    for box in counts.boxes:
        assert explain_box(rows, box.key).height == box.n
    return counts


def test_the_update_of_a_living_review(update):
    counts = count(update)
    assert counts.template == "updated_v1"
    assert (counts.n("previous_studies"), counts.n("previous_reports")) == (5, 6)
    assert (counts.n("new_studies"), counts.n("new_reports")) == (1, 2)
    assert counts.n("new_reports_of_previous_studies") == 1
    assert (counts.n("withdrawn_studies"), counts.n("withdrawn_reports")) == (1, 1)
    assert (counts.n("total_studies"), counts.n("total_reports")) == (5, 8)


def test_what_was_seen_before_is_a_duplicate_and_not_screened_again(update):
    counts = count(update)
    assert counts.n("database_results") == 12
    assert counts.n("duplicates") == counts.n("duplicates", "already seen") == 8
    assert counts.n("records_screened") == 4
    assert counts.n("records_excluded") == 1
    assert counts.n("dbr_sought_reports") == counts.n("dbr_assessed") == 3
    assert not counts.is_interim


def test_the_first_version_reprints_byte_for_byte(first_version):
    published = first_version.previous.rows
    printed = draw_flow(count_flow(published), title="Version 1")
    first_version.search("V2", "m:1", "m:99").judge("include", "m:99")
    count(first_version)
    assert draw_flow(count_flow(first_version.previous.rows), title="Version 1") == printed


def test_another_copy_of_a_known_publication_is_already_seen(first_version):
    first_version.search("V2", "embase:1", "embase:2").same("m:1", "embase:1")
    counts = count(first_version)
    assert counts.n("duplicates", "already seen") == 1
    assert counts.n("records_screened") == 1


def test_a_study_keeps_its_place_when_its_citation_changes_its_name(first_version):
    """The earlier record embase:1 joins m:3, whose citation is now called embase:1."""
    counts = count(first_version.search("V2", "embase:1").same("m:3", "embase:1"))
    assert counts.n("withdrawn_studies") == counts.n("withdrawn_reports") == 0
    assert counts.n("new_studies") == counts.n("new_reports") == 0
    assert counts.n("total_reports") == 6


def test_a_study_keeps_its_place_when_its_report_is_linked(first_version):
    first_version.link("m:3", "report of 2020").study("trial", "report of 2020")
    counts = count(first_version)
    assert counts.n("withdrawn_studies") == counts.n("new_studies") == 0
    assert counts.n("total_studies") == 5


def test_included_reports_that_turn_out_to_be_one_are_withdrawn_once(first_version):
    counts = count(first_version.same("m:3", "m:4"))
    assert counts.n("withdrawn_reports") == counts.n("withdrawn_studies") == 1
    assert counts.n("total_reports") == 5


def test_a_damaged_entry_exported_again_is_already_seen(sheet):
    sheet.search("V1", "c:1", rejected=["?"], database="c").waive("V1-2").publish()
    counts = count(sheet.search("V2", "c:1", rejected=["?", "!"], database="c"))
    assert counts.n("database_results") == 3
    assert counts.n("duplicates", "already seen") == 2
    assert counts.n("awaiting", "repair") == 1


def test_an_entry_repaired_after_publication_is_identified_now(sheet):
    sheet.search("V1", "c:1", rejected=["?"]).waive("V1-2").publish()
    sheet.rejected.clear()
    sheet.records["c:2"] = {**sheet.records["c:1"], "record_id": "c:2"}
    sheet.entries.append({**sheet.entries[0], "entry_id": "V1-2", "record_id": "c:2"})
    counts = count(sheet)
    assert counts.n("database_results") == counts.n("records_screened") == 1


def test_an_exclusion_that_is_reopened_is_a_new_report_from_no_arm(first_version):
    first_version.judge("include", "m:7").judge("include", "m:7", stage="full-text")
    counts = count(first_version.search("V2", "m:1"))
    assert counts.n("dbr_assessed") == 0
    assert counts.n("new_reports") == counts.n("new_studies") == 1
    assert counts.n("total_studies") == 6
    assert "in no box of this one: 1" in draw_flow(counts)


def test_an_update_with_other_methods(first_version):
    counts = count(first_version.search("Web", "nice:1", "m:1", kind="website"))
    assert counts.template == "updated_v2"
    assert counts.n("website_results") == 2
    assert counts.n("database_results") == 0
    assert counts.n("other_not_sought", "Duplicate records") == 1
    assert counts.n("awaiting", "screening") == 1


def test_versions_side_by_side(update):
    base, now = count_flow(update.previous.rows), count(update)
    update.previous = None
    whole = count(update)
    versions = [VersionCounts(*each) for each in (("1", base), ("2", now), ("1 to 2", whole))]
    table = describe_versions(versions).table
    by_box = {row[0]: row[1:] for row in table.iter_rows()}
    assert by_box["Records identified from: Databases"] == (8, 12, 12)
    assert by_box["Records screened"] == (8, 4, 12)
    assert by_box["Reports of included studies"] == (6, 2, 8)
    assert by_box["Total studies included in review"] == (0, 5, 0)


def test_a_report_sought_before_is_sought_now_by_whoever_finds_it_now(sheet):
    """The database's record of version 1 still awaits retrieval; a website points to it too."""
    sheet.search("V1", "m:1").judge("include", "m:1").link("m:1", "r1").publish()
    sheet.search("Web", "web:1", kind="website").judge("include", "web:1").link("web:1", "r1")
    counts = count(sheet)
    assert counts.n("dbr_sought_reports") == 0
    assert counts.n("other_sought_reports") == 1
    assert counts.n("awaiting", "retrieval") == 1


def test_every_box_of_an_update_by_both_arms(sheet):
    """Worked by hand: version 1 has two studies; the update adds by databases and by a website."""
    sheet.search("V1", "m:1", "m:2", "m:3").judge("include", "m:1", "m:2").judge("exclude", "m:3")
    sheet.judge("include", "m:1", "m:2", stage="full-text").publish()
    sheet.search("V2", "m:1", *(f"m:{i}" for i in range(4, 12)), "e:1", database="m")
    sheet.search("CT", "ct:1", kind="register").search("Web", "web:1", "web:2", kind="website")
    sheet.search("Who", "who:1", kind="organisation").search("Cites", "cites:1", kind="citation")
    sheet.same("m:4", "e:1").remove("m:5", "excluded_automatic", "before 2010")
    sheet.remove("m:6", "excluded_other", "not a report")
    sheet.judge("exclude", "m:4", "ct:1", "who:1")
    sheet.judge("include", *(f"m:{i}" for i in range(7, 12)), "web:1", "web:2", "cites:1")
    sheet.retrieve("not_retrieved", "m:7", "web:1")
    sheet.judge("exclude", "m:8", "web:2", stage="full-text", reason="design")
    sheet.judge("include", "m:9", "m:10", "m:11", "cites:1", stage="full-text")
    sheet.judge("exclude", "m:2", stage="full-text", reason="retracted")
    sheet.study("new", "m:9", "cites:1").study("m:1", "m:11")
    counts = count(sheet)
    assert counts.template == "updated_v2"
    assert not counts.is_interim
    assert {box.key: box.n for box in counts.boxes if box.n} == {
        "previous_studies": 2,
        "previous_reports": 2,
        "database_results": 10,
        "register_results": 1,
        "website_results": 2,
        "organisation_results": 1,
        "citations_results": 1,
        "duplicates": 2,
        "excluded_automatic": 1,
        "excluded_other": 1,
        "records_screened": 7,
        "records_excluded": 2,
        "dbr_sought_reports": 5,
        "dbr_notretrieved_reports": 1,
        "dbr_assessed": 4,
        "dbr_excluded": 1,
        "other_not_sought": 1,
        "other_sought_reports": 3,
        "other_notretrieved_reports": 1,
        "other_assessed": 2,
        "other_excluded": 1,
        "new_studies": 2,
        "new_reports": 3,
        "new_reports_of_previous_studies": 1,
        "withdrawn_studies": 1,
        "withdrawn_reports": 1,
        "total_studies": 3,
        "total_reports": 5,
    }
