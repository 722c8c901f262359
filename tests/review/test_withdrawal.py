"""A withdrawn search is counted nowhere; what people did about it stays in the ledger."""

from __future__ import annotations

import pytest
from running import prepare

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import Decided, SearchWithdrawn

REASON = "the strategy lacked a line"


@pytest.fixture
def review(make_review, add, books):
    """Return a review of a good search and a wrong one; the third publication is in both."""
    review = make_review()
    one, two, three, four = books(4)
    add(review, "Embase", embase=one.ris() + two.ris() + three.ris())
    review.ingest()
    review.dedupe()
    review.good = review.counts().to_json()
    cut = "PMID- 1\nTI  "
    review.wrong = add(review, "Medline", medline=three.nbib() + four.nbib() + cut).search_id
    review.ingest()
    review.dedupe()
    return review


def outcomes(review):
    frame = review.snapshot().outcomes
    return dict(frame.select("citation_id", "outcome").unique("citation_id").iter_rows())


def test_the_counts_go_back_and_decisions_are_still_in_the_ledger(review, exclude):
    only_there = next(
        one for one in review.citations()["citation_id"] if one.startswith("medline:3000004")
    )
    review.decide([exclude(only_there, "design")], reviewer="anna")
    assert review.counts().to_json() != review.good
    review.withdraw(review.wrong, reason=REASON, actor="anna")
    assert review.counts().to_json() == review.good
    assert len(review.workspace.ledger.read(Decided)) == 1
    assert review.verify() == []
    prepare(review)
    assert review.counts().to_json() == review.good
    assert review.verify() == []


def test_the_same_export_can_be_added_again_and_its_decisions_stand(review, add, books, exclude):
    only_there = next(
        one for one in review.citations()["citation_id"] if one.startswith("medline:3000004")
    )
    review.decide([exclude(only_there, "design")], reviewer="anna")
    before = review.counts().to_json()
    review.withdraw(review.wrong, reason=REASON, actor="anna")
    assert only_there not in outcomes(review)
    _, _, three, four = books(4)
    cut = "PMID- 1\nTI  "
    again = add(review, "Medline", medline=three.nbib() + four.nbib() + cut)
    assert again.search_id not in (None, review.wrong)
    review.ingest()
    review.dedupe()
    assert outcomes(review)[only_there] == "exclude"
    assert review.counts().to_json() == before


def test_waived_entries_of_a_withdrawn_search_count_nowhere(review):
    rejected = review.snapshot().unresolved["entry_id"].to_list()
    assert rejected
    review.waive(rejected, reason="cut off", actor="anna")
    review.withdraw(review.wrong, reason=REASON, actor="anna")
    assert review.counts().to_json() == review.good
    assert review.verify() == []


def test_a_decision_on_a_shared_publication_outlasts_the_record_that_was_shown(review, exclude):
    shared = review.snapshot().citations.filter(review.citations()["databases"].list.len() == 2)
    citation_id, record_ids = shared.select("citation_id", "record_ids").row(0)
    withdrawn = next(one for one in record_ids if one.startswith("medline:"))
    assert citation_id != withdrawn
    review.decide([exclude(withdrawn, "design")], reviewer="anna")
    review.withdraw(review.wrong, reason=REASON, actor="anna")
    assert outcomes(review)[citation_id] == "exclude"
    review.dedupe()
    assert outcomes(review)[citation_id] == "exclude"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_needed(review, reason):
    with pytest.raises(InputError, match="say why"):
        review.withdraw(review.wrong, reason=reason, actor="anna")


def test_an_unknown_search_and_a_second_withdrawal_change_nothing(review):
    with pytest.raises(UnknownNameError, match=f"did you mean '{review.wrong}'"):
        review.withdraw(review.wrong + "x", reason=REASON, actor="anna")
    review.withdraw(review.wrong, reason=REASON, actor="anna")
    with pytest.raises(InputError, match="is withdrawn already"):
        review.withdraw(review.wrong, reason=REASON, actor="anna")
    assert len(review.workspace.ledger.read(SearchWithdrawn)) == 1
