"""Numbers worked by hand: what is identified, a duplicate, removed, screened, included."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipeline.errors import ContractError, UnknownNameError
from pipeline.report import BOXES, count_flow, explain_box, trace_flow
from pipeline.schemas import FlowRow


def count(sheet, **options):
    rows = trace_flow(sheet.evidence())
    counts = count_flow(rows, **options)
    counts.require_balanced()
    for box in counts.boxes:
        assert explain_box(rows, box.key).height == box.n
    return counts


@pytest.fixture
def worked(sheet):
    """A: 6 entries, one accession twice; B: 5, two of them in A; C: 3, one unreadable, waived."""
    return (
        sheet.search("A", "a:1", "a:2", "a:3", "a:4", "a:5", "a:5")
        .search("B", "b:1", "b:2", "b:3", "b:4", "b:5")
        .search("C", "c:1", "c:2", rejected=["@#!"], database="c")
        .same("a:1", "b:1")
        .same("a:2", "b:2")
        .waive("C-3")
        .remove("b:5")
    )


def test_worked_example(worked):
    counts = count(worked)
    assert counts.n("database_results") == 13
    assert counts.n("database_results", "a") == 5
    assert counts.n("database_results", "b") == 5
    assert counts.n("database_results", "c") == 3
    assert counts.n("duplicates") == counts.n("duplicates", "between sources") == 2
    assert counts.n("excluded_automatic", "published before 2010") == 1
    assert counts.n("excluded_other", "unreadable") == 1
    assert counts.n("records_screened") == 9
    assert counts.n("awaiting", "screening") == 9
    assert counts.is_interim


def test_worked_example_explained(worked):
    rows = trace_flow(worked.evidence())
    assert explain_box(rows, "duplicates")["id"].to_list() == ["b:1", "b:2"]
    assert explain_box(rows, "excluded_automatic")["id"].to_list() == ["b:5"]
    assert explain_box(rows, "excluded_other")["id"].to_list() == ["C-3"]
    assert explain_box(rows, "database_specific_results:c")["id"].to_list() == ["C-3", "c:1", "c:2"]
    assert explain_box(rows, "records_screened")["id"].to_list() == [
        *("a:1", "a:2", "a:3", "a:4", "a:5"),
        *("b:3", "b:4", "c:1", "c:2"),
    ]


def test_neither_repaired_nor_waived_awaits_repair(sheet):
    counts = count(sheet.search("C", "c:1", rejected=["@#!"], database="c"))
    assert counts.n("database_results") == 2
    assert counts.n("awaiting", "repair") == 1
    assert counts.n("records_screened") == 1


def test_the_same_damaged_entry_exported_again_is_one(sheet):
    sheet.search("C1", rejected=["@#!", "other"], database="c")
    sheet.search("C2", rejected=["@#!"], database="c").waive("C2-1")
    counts = count(sheet)
    assert counts.n("database_results", "c") == 2
    assert counts.n("excluded_other") == 1
    assert counts.n("awaiting", "repair") == 1


def test_the_same_record_exported_next_month_is_the_same_record(sheet):
    counts = count(sheet.search("Jan", "a:1", "a:2").search("Feb", "a:1", "a:2", "a:3"))
    assert counts.n("database_results") == 3
    assert counts.n("duplicates") == 0


def test_withdrawn_searches_count_nowhere(sheet):
    sheet.search("A", "a:1").search("W", "w:1", "a:1", rejected=["?"], withdrawn=True)
    counts = count(sheet.same("a:1", "w:1"))
    assert counts.n("database_results") == 1
    assert counts.n("duplicates") == 0
    assert counts.n("records_screened") == 1


def test_duplicates_within_and_between_sources(sheet):
    sheet.search("A", "a:1", "a:2", "a:3").search("B", "b:1", "b:2")
    counts = count(sheet.same("a:1", "a:2", "b:1", "b:2"))
    assert counts.n("duplicates", "within source") == 2
    assert counts.n("duplicates", "between sources") == 1
    assert counts.n("records_screened") == 2


def test_registers_have_their_own_line(sheet):
    sheet.search("A", "a:1").search("R", "ctgov:1", kind="register")
    counts = count(sheet)
    assert counts.n("database_results") == 1
    assert counts.n("register_results", "ctgov") == 1


def full_text(sheet):
    """Seven citations, each of which ends in another place."""
    return (
        sheet.search("A", *(f"a:{i}" for i in range(1, 8)))
        .judge("include", "a:1", "a:2", "a:3", "a:4", "a:5", "a:6")
        .judge("exclude", "a:7", reason="wrong population")
        .retrieve("retrieved", "a:1", "a:2", "a:3")
        .retrieve("not_retrieved", "a:4")
        .retrieve("requested", "a:5")
        .judge("include", "a:1", stage="full-text")
        .judge("exclude", "a:2", stage="full-text", reason="not empirical")
        .judge("exclude", "a:6", stage="full-text")
    )


def test_full_text(sheet):
    counts = count(full_text(sheet))
    assert counts.n("records_excluded") == counts.n("records_excluded", "human") == 1
    assert counts.n("dbr_sought_reports") == 6
    assert counts.n("dbr_notretrieved_reports") == 1
    assert counts.n("awaiting", "retrieval") == 1
    assert counts.n("dbr_assessed") == 4
    assert counts.n("dbr_excluded", "not empirical") == 1
    assert counts.n("dbr_excluded", "No reason given") == 1
    assert counts.n("awaiting", "classification") == 1
    assert counts.n("new_reports") == counts.n("new_studies") == 1


def test_json_has_the_keys_that_other_tools_read(sheet):
    document = count(full_text(sheet), as_of=date(2026, 11, 22)).to_json()
    assert json.loads(json.dumps(document)) == document
    assert set(BOXES) <= set(document)
    assert document["database_specific_results"] == [{"name": "a", "n": 7}]
    assert document["register_specific_results"] == []
    assert document["dbr_excluded"] == [
        {"reason": "No reason given", "n": 1},
        {"reason": "not empirical", "n": 1},
    ]
    assert document["records_excluded_human"] == 1
    assert document["records_excluded_automation"] == 0
    awaiting = {"repair": 0, "screening": 0, "retrieval": 1, "classification": 1}
    assert document["awaiting"] == awaiting
    assert document["template"] == "new_v1"
    assert document["as_of"] == "2026-11-22"
    assert document["interim"] is True
    assert all(set(each) == {"name", "holds", "note"} for each in document["identities"])


def test_unread_citations_inside_screened_are_excluded_by_automation(sheet):
    sheet.search("A", "a:1", "a:2").judge("exclude", "a:1")
    counts = count(sheet.remove("a:2", box="records_excluded", reason="certificate 1"))
    assert counts.n("records_screened") == 2
    assert counts.n("records_excluded", "automation") == 1
    assert counts.n("records_excluded", "human") == 1
    assert not counts.is_interim


def test_a_rule_removes_nothing_that_a_person_has_judged(sheet):
    sheet.search("A", "a:1", "a:2").judge("include", "a:1").judge("exclude", "a:2")
    counts = count(sheet.remove("a:1").remove("a:2", box="excluded_other", reason="bulk"))
    assert counts.n("excluded_automatic") == 0
    assert counts.n("excluded_other") == 1
    assert counts.n("dbr_sought_reports") == 1


def test_a_conflict_awaits(sheet):
    sheet.search("A", "a:1", "a:2").judge("conflict", "a:1").judge("include", "a:2")
    counts = count(sheet.judge("conflict", "a:2", stage="full-text"))
    assert counts.n("awaiting", "screening") == 1
    assert counts.n("awaiting", "classification") == 1


def test_records_and_reports_are_many_to_many(sheet):
    sheet.search("A", "a:1", "a:2", "a:3").judge("include", "a:1", "a:2", "a:3")
    sheet.link("a:1", "r1", "r2").link("a:2", "r1").study("s1", "r1", "r2")
    counts = count(sheet.judge("include", "a:1", "a:2", stage="full-text"))
    assert counts.n("dbr_sought_reports") == 3
    assert counts.n("new_reports") == 2
    assert counts.n("new_studies") == 1
    assert counts.n("awaiting", "retrieval") == 1


def test_a_report_that_both_arms_found_belongs_to_the_databases(sheet):
    sheet.search("A", "a:1").search("W", "nice:1", kind="website").judge("include", *sheet.records)
    counts = count(sheet.link("a:1", "r1").link("nice:1", "r1"))
    assert counts.n("dbr_sought_reports") == 1
    assert counts.n("other_sought_reports") == 0


def test_a_report_that_decisions_disagree_on_awaits_classification(sheet):
    sheet.search("A", "a:1", "a:2").judge("include", "a:1", "a:2")
    sheet.link("a:1", "r1").link("a:2", "r1")
    sheet.judge("include", "a:1", stage="full-text").judge("exclude", "a:2", stage="full-text")
    counts = count(sheet)
    assert counts.n("dbr_assessed") == 1
    assert counts.n("awaiting", "classification") == 1
    assert counts.n("new_reports") == counts.n("dbr_excluded") == 0


@pytest.fixture
def both_arms(sheet):
    """Citation searching found one known publication, one excluded, one new that is included."""
    return (
        sheet.search("A", "a:1", "a:2")
        .search("Snowball", "cites:1", "cites:2", "cites:3", kind="citation")
        .search("Web", "nice:1", kind="website")
        .same("a:1", "cites:1")
        .judge("include", "a:1", "cites:2")
        .judge("exclude", "a:2", "cites:3")
        .remove("nice:1", reason="before 2010")
        .retrieve("retrieved", "a:1", "cites:2")
        .judge("include", "a:1", "cites:2", stage="full-text")
        .study("s", "a:1", "cites:2")
    )


def test_other_methods_have_their_own_column(both_arms):
    counts = count(both_arms)
    assert counts.template == "new_v2"
    assert counts.n("database_results") == 2
    assert counts.n("citations_results") == 3
    assert counts.n("website_results", "nice") == 1
    assert counts.n("duplicates") == 0
    assert counts.n("dbr_sought_reports") == counts.n("other_sought_reports") == 1
    assert counts.n("other_assessed") == 1
    assert counts.n("other_not_sought", "Duplicate records") == 1
    assert counts.n("other_not_sought", "Excluded on title and abstract") == 1
    assert counts.n("other_not_sought", "before 2010") == 1
    assert counts.n("new_reports") == 2
    assert counts.n("new_studies") == 1


def test_the_nearest_box_and_the_nearest_member_are_suggested(worked):
    rows = trace_flow(worked.evidence())
    with pytest.raises(UnknownNameError, match="records_screened"):
        explain_box(rows, "record_screened")
    with pytest.raises(UnknownNameError, match="between sources"):
        explain_box(rows, "duplicates:between source")
    with pytest.raises(UnknownNameError, match="new_v1"):
        count_flow(rows, template="new_v3")
    with pytest.raises(UnknownNameError, match="duplicates"):
        count_flow(rows).n("duplicate")
    assert explain_box(rows, "awaiting:retrieval").is_empty()


def test_a_broken_identity_names_its_rows(sheet):
    rows = trace_flow(full_text(sheet).evidence())
    lost = FlowRow.validate(rows.remove(box="dbr_excluded", id="a:2"))
    with pytest.raises(ContractError, match=r"assessed = .*a:2"):
        count_flow(lost).require_balanced()
    unscreened = FlowRow.validate(rows.remove(box="records_screened", id="a:7"))
    with pytest.raises(ContractError, match=r"identified = .*7 against 6.*screened = .*a:7"):
        count_flow(unscreened).require_balanced()


def test_differences_that_the_standard_allows_are_footnotes(sheet):
    """One website lists three reports, two of which describe four studies."""
    sheet.search("W", "nice:1", kind="website").judge("include", "nice:1")
    sheet.link("nice:1", "r1", "r2", "r3").judge("include", "nice:1", stage="full-text")
    for study in ("s1", "s2", "s3", "s4"):
        sheet.study(study, "r1", "r2", "r3")
    counts = count(sheet)
    notes = {identity.note for identity in counts.identities}
    assert "1 records from other methods point to 3 reports" in notes
    assert "3 reports describe 4 studies" in notes


def test_a_record_that_is_missing_is_our_mistake(sheet):
    sheet.search("A", "a:1", "a:2")
    del sheet.records["a:2"]
    with pytest.raises(ContractError, match="a:2"):
        trace_flow(sheet.evidence())
