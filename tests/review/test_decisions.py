"""A person's decision is never lost, never doubled, never overwritten."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from running import prepare

from pipeline.errors import InputError, UnknownNameError
from pipeline.review import GivenDecision, read_decisions_table

CONFIG_OF_TWO = """
[review]
title = "Text messages for sleep"

[[reviewers]]
id = "anna"

[[reviewers]]
id = "bo"

[screening]
n_excludes = 2
"""


def outcome(review, citation_id, stage="title-abstract"):
    outcomes = review.snapshot().outcomes.filter(
        (pl.col("citation_id") == citation_id) & (pl.col("stage") == stage)
    )
    return outcomes["outcome"].item()


@pytest.fixture
def citation_ids(screened):
    return screened.snapshot().citations["citation_id"].to_list()


def test_a_later_word_stands_and_both_are_kept(screened, citation_ids, include, exclude):
    one = citation_ids[0]
    screened.decide([exclude(one, "design")], reviewer="anna")
    screened.decide([include(one)], reviewer="anna")
    assert outcome(screened, one) == "include"
    assert screened.snapshot().decisions.height == 2


def test_a_decision_can_be_taken_back_by_its_author_alone(screened, citation_ids, exclude):
    one = citation_ids[0]
    screened.decide([exclude(one)], reviewer="anna")
    event = screened.snapshot().decisions["event"].item()
    with pytest.raises(InputError, match="no decision of bo"):
        screened.undo(event, reviewer="bo")
    screened.undo(event, reviewer="anna")
    assert outcome(screened, one) == "awaiting"
    with pytest.raises(InputError, match="no decision of anna"):
        screened.undo(event, reviewer="anna")


def test_the_same_table_taken_twice_adds_nothing(screened, citation_ids):
    table = pl.DataFrame({"citation_id": citation_ids, "decision": ["exclude"] * 4})
    given = read_decisions_table(table, where="anna.csv")
    assert screened.decide(given, reviewer="anna").n_taken == 4
    again = screened.decide(given, reviewer="anna")
    assert (again.n_taken, again.n_known) == (0, 4)


def test_a_change_of_mind_back_and_forth_is_kept(screened, citation_ids, include, exclude):
    one = citation_ids[0]
    for given in (include(one), exclude(one), include(one)):
        assert screened.decide([given], reviewer="anna").n_taken == 1
    assert outcome(screened, one) == "include"


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("citation_id", "embase:l1", "citation or record 'embase:l1'"),
        ("decision", "inclde", "did you mean 'include'"),
        ("stage", "fulltext", "did you mean 'full-text'"),
        ("reasons", "populaton", "did you mean 'population'"),
        ("decided_at", "yesterday", "anna.csv, line 3"),
        ("seconds", "long", "anna.csv, line 3"),
    ],
)
def test_one_row_that_cannot_be_understood_refuses_the_whole_table(
    screened, citation_ids, column, value, message
):
    rows = {
        "citation_id": citation_ids[:2],
        "decision": ["exclude", "exclude"],
        "stage": ["", ""],
        "reasons": ["", "design"],
        "decided_at": ["", ""],
        "seconds": ["", "3.5"],
    }
    rows[column][1] = value
    before = screened.workspace.ledger.head()
    with pytest.raises(InputError, match=message):  # noqa: PT012 - either step may refuse
        given = read_decisions_table(pl.DataFrame(rows), where="anna.csv")
        screened.decide(given, reviewer="anna")
    assert screened.workspace.ledger.head() == before


def test_a_table_without_the_columns_is_refused():
    with pytest.raises(InputError, match="lacks a column"):
        read_decisions_table(pl.DataFrame({"id": ["a"]}), where="anna.csv")


def test_a_record_id_finds_its_citation_and_is_kept_as_the_record_shown(screened, exclude):
    merged = screened.snapshot().citations.filter(pl.col("record_ids").list.len() == 2)
    citation_id, record_ids = merged.select("citation_id", "record_ids").row(0)
    screened.decide([exclude(record_ids[1])], reviewer="anna")
    decision = screened.snapshot().decisions.row(0, named=True)
    assert (decision["citation_id"], decision["record_id"]) == (citation_id, record_ids[1])


def test_an_unmerged_record_is_queued_and_the_one_that_was_read_keeps_its_decision(
    screened, exclude
):
    merged = screened.snapshot().citations.filter(pl.col("record_ids").list.len() == 2)
    left, right = merged["record_ids"][0]
    screened.decide([exclude(left)], reviewer="anna")
    screened.judge_pair(left, right, "distinct", actor="anna")
    screened.dedupe()
    assert outcome(screened, left) == "exclude"
    assert outcome(screened, right) == "awaiting"
    screened.rank()
    assert right in screened.snapshot().queue["citation_id"].to_list()

    screened.judge_pair(left, right, None, actor="anna")  # taken back: they are merged again
    screened.dedupe()
    assert outcome(screened, left) == "exclude"


def test_merged_citations_agree_or_open_a_conflict(screened, include, exclude):
    first, second, third = screened.snapshot().citations["citation_id"].to_list()[:3]
    screened.decide([include(first), exclude(second), exclude(third)], reviewer="anna")
    screened.judge_pair(second, third, "same", actor="anna")
    screened.dedupe()
    assert outcome(screened, second) == "exclude"
    screened.judge_pair(first, second, "same", actor="anna")
    screened.dedupe()
    assert outcome(screened, first) == "conflict"
    settled = GivenDecision(first, "include", is_resolution=True)
    screened.decide([settled], reviewer="bo")
    assert outcome(screened, first) == "include"
    assert screened.snapshot().decisions.height == 4  # nothing was overwritten


def test_two_reviewers_follow_the_declared_rule(make_review, add, books, include, exclude):
    review = make_review(CONFIG_OF_TWO)
    add(review, "Embase", embase="".join(one.ris() for one in books(4)))
    prepare(review)
    kept, dropped, disputed, half = review.snapshot().citations["citation_id"].to_list()
    review.decide(
        [include(kept), exclude(dropped), include(disputed), exclude(half)], reviewer="anna"
    )
    review.decide([exclude(dropped), exclude(disputed)], reviewer="bo")
    found = [outcome(review, one) for one in (kept, dropped, disputed, half)]
    assert found == ["include", "exclude", "conflict", "awaiting"]
    with pytest.raises(UnknownNameError, match="did you mean 'anna'"):
        review.decide([include(kept)], reviewer="ana")


def test_as_of_shows_the_flow_of_an_earlier_day(screened, citation_ids, exclude):
    screened._clock = lambda: dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
    screened.decide([exclude(one) for one in citation_ids], reviewer="anna")
    assert screened.counts().n("records_excluded") == 4
    assert screened.counts(as_of=dt.date(2026, 11, 24)).n("records_excluded") == 0
    assert screened.counts(as_of=dt.date(2026, 11, 25)).n("records_excluded") == 4
    assert screened.counts(as_of=dt.date(2020, 1, 1)).n("database_results") == 0


def test_the_order_is_repeatable_from_the_ledger(screened, citation_ids, include, exclude):
    screened.decide([include(citation_ids[0]), exclude(citation_ids[1])], reviewer="anna")
    assert screened.rank().is_new
    order = screened.snapshot().queue
    assert not screened.rank().is_new
    assert (
        order["citation_id"].to_list()
        == screened.ranker().order(screened.snapshot().labels)["citation_id"].to_list()
    )


def test_saying_one_of_two_words_again_settles_what_a_merge_brought_together(
    screened, include, exclude
):
    first, second = screened.snapshot().citations["citation_id"].to_list()[:2]
    screened.decide([include(first), exclude(second)], reviewer="anna")
    screened.judge_pair(first, second, "same", actor="anna")
    screened.dedupe()
    assert outcome(screened, first) == "conflict"
    assert screened.decide([include(first)], reviewer="anna").n_taken == 1
    assert outcome(screened, first) == "include"
    assert screened.decide([include(first)], reviewer="anna").n_taken == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seconds", "-1"),
        ("seconds", "nan"),
        ("seconds", "inf"),
        ("queue_position", "0"),
        ("decided_at", "0001-01-01T00:00:00+10:00"),
        ("decided_at", "9999-12-31T23:00:00-10:00"),
    ],
)
def test_a_value_that_no_decision_can_have_is_refused(screened, citation_ids, column, value):
    rows = {"citation_id": citation_ids[:1], "decision": ["exclude"], column: [value]}
    before = screened.workspace.ledger.head()
    with pytest.raises(InputError, match=r"anna.csv, line 2"):  # noqa: PT012 - as above
        given = read_decisions_table(pl.DataFrame(rows), where="anna.csv")
        screened.decide(given, reviewer="anna")
    assert screened.workspace.ledger.head() == before


def test_retrieval_and_links_follow_a_citation_that_is_merged_later(
    make_review, add, books, include
):
    review = make_review()
    one, two = books(2)
    add(review, "Medline", medline=one.nbib() + two.nbib())
    prepare(review)
    first, second = review.snapshot().citations["citation_id"].to_list()
    review.decide([include(first), include(second)], reviewer="anna")
    lost = [GivenDecision(first, "not-retrieved", "retrieval")]
    lost += [GivenDecision(second, "retrieved", "retrieval")]
    review.decide(lost, reviewer="anna")
    review.link_report("report-1", [second], actor="anna")
    before = [review.counts().n(key) for key in ("dbr_notretrieved_reports", "dbr_sought_reports")]

    add(review, "Embase", embase=one.ris() + two.ris())  # smaller ids: the citations keep theirs
    prepare(review)
    merged = review.snapshot().citations
    assert merged["citation_id"].to_list() == [first, second]
    assert merged["record_ids"].list.len().to_list() == [2, 2]
    after = [review.counts().n(key) for key in ("dbr_notretrieved_reports", "dbr_sought_reports")]
    assert after == before == [1, 2]
