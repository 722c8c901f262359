"""What an update says of records that were known: retracted, vanished, changed."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from running import prepare

from pipeline.errors import InputError
from pipeline.events import RetractionFlagged
from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.sections.known_before import build_retractions, build_vanished
from pipeline.review.update import last_run, what_is_new

CONFIG = '[review]\ntitle = "Text messages for sleep"\n'
RETRACTED_TYPE = "M3  - Retracted Publication"


def include(review, *citation_ids, stages=("title-abstract", "full-text")):
    for stage in stages:
        given = [GivenDecision(one, "include", stage=stage) for one in citation_ids]
        review.decide(given, reviewer="anna")


def news(review, since):
    return what_is_new(review.snapshot(), since=since)


@pytest.fixture(scope="module")
def base(tmp_path_factory, books):
    """The folder of a review: five publications of Embase, the first two included."""
    folder = tmp_path_factory.mktemp("base")
    export = folder / "base.txt"
    export.write_text("".join(one.ris() for one in books(5)), encoding="utf-8")
    with Review.init(folder / "review", config=CONFIG) as made:
        made.add([export], SearchDetails(dt.date(2026, 1, 5), database="Embase"))
        prepare(made)
        include(made, "embase:l2000001", "embase:l2000002")
        made.record_run(runner="none")
    return folder / "review"


@pytest.fixture
def review(base, tmp_path):
    """A copy of that review, open."""
    shutil.copytree(base, tmp_path / "review")
    with Review.open(tmp_path / "review") as opened:
        yield opened


def again(add, review, texts, date="2026-02-05"):
    since = last_run(review.workspace)
    add(review, "Embase", date, **{f"of-{date}": "".join(texts)})
    prepare(review)
    return since


def test_a_search_in_full_says_what_has_vanished_and_removes_nothing(review, add, books):
    since = again(add, review, [one.ris() for one in books(6)[1:]])  # the first is missing
    assert news(review, since).n_vanished == 1
    vanished = review.updates.vanished()
    assert vanished.select("record_id", "last_search", "missed_search").rows() == [
        ("embase:l2000001", "2026-01-05-embase", "2026-02-05-embase")
    ]
    assert review.citations().height == 6
    assert any("--vanished" in notice for notice in review.status().notices)


def test_what_comes_back_has_not_vanished(review, add, books):
    again(add, review, [one.ris() for one in books(5)[1:]])
    since = again(add, review, [one.ris() for one in books(6)], "2026-03-05")
    assert review.updates.vanished().is_empty()
    assert news(review, since).n_vanished == 0


def test_what_vanished_earlier_is_no_news_later(review, add, books):
    again(add, review, [one.ris() for one in books(5)[1:]])
    review.record_run(runner="none")
    since = again(add, review, [one.ris() for one in books(6)[1:]], "2026-03-05")
    assert review.updates.vanished().height == 1
    assert news(review, since).n_vanished == 0


@pytest.mark.parametrize("known", [0, 1, 2])
def test_a_search_of_what_is_new_says_nothing_of_the_rest(review, add, books, known):
    again(add, review, [one.ris() for one in (*books(known), *books(8)[5:])])
    assert review.updates.vanished().is_empty()


def test_another_database_and_a_search_of_the_same_day_are_no_runs_in_full(review, add, books):
    add(review, "Embase", "2026-01-05", more="".join(one.ris() for one in books(6)[1:]))
    add(review, "Medline", "2026-02-05", other="".join(one.nbib() for one in books(5)[1:]))
    prepare(review)
    assert review.updates.vanished().is_empty()


def test_a_record_under_a_new_number_has_not_vanished(review, add, books):
    texts = [one.ris().replace("L2000001", "L9900001") for one in books(5)]
    again(add, review, texts)
    assert review.citations().height == 5
    assert review.updates.vanished().is_empty()


def test_a_withdrawn_search_is_no_run(review, add, books):
    again(add, review, [one.ris() for one in books(5)[1:]])
    review.withdraw("2026-02-05-embase", reason="a mistake", actor="anna")
    prepare(review)
    assert review.updates.vanished().is_empty()


def marked(one):
    return one.ris().replace("M3  - Article", RETRACTED_TYPE)


def notice(one):
    text = one.ris().replace("T1  - ", "T1  - Retraction notice: ")
    return text.replace("L200000", "L300000").replace("sleep.", "sleep.retraction.")


def test_a_retracted_study_is_flagged_once_until_a_person_says_that_it_stays(review, add, books):
    texts = [marked(books(1)[0]), *(one.ris() for one in books(5)[1:])]
    since = again(add, review, texts)
    found = news(review, since)
    assert (found.n_retracted, found.n_retracted_kept, found.n_changed) == (1, 1, 0)
    assert "1 retracted (1 IN THE REVIEW)" in found.sentence
    assert review.status().next_steps[0].startswith("RETRACTED")
    prepare(review)
    [flag] = review.workspace.ledger.read(RetractionFlagged)
    assert (flag.event.citation_id, flag.event.is_notice) == ("embase:l2000001", False)
    with pytest.raises(InputError, match="say why"):
        review.updates.keep_retracted("embase:l2000001", note=" ", actor="anna")
    review.updates.keep_retracted("embase:l2000001", note="For image rights only.", actor="anna")
    assert review.updates.open_retractions().is_empty()
    assert review.updates.retracted()["is_judged"].to_list() == [True]
    with pytest.raises(InputError, match="no open retraction"):
        review.updates.keep_retracted("embase:l2000001", note="Again.", actor="anna")
    review.record_run(runner="none")
    since = again(add, review, [*texts, books(6)[5].ris()], "2026-03-05")
    assert news(review, since).n_retracted == 0


def test_the_notice_flags_the_study_until_it_is_excluded(review, add, books, exclude):
    since = again(add, review, [notice(books(2)[1])])
    assert news(review, since).n_retracted_kept == 1
    [flagged] = review.updates.open_retractions().iter_rows(named=True)
    assert flagged["citation_id"] == "embase:l2000002"
    assert (flagged["record_id"], flagged["is_notice"]) == ("embase:l3000002", True)
    assert flagged["evidence"].startswith("Retraction notice: ")
    review.decide([exclude("embase:l2000002", "design", stage="full-text")], reviewer="anna")
    assert review.updates.open_retractions().is_empty()
    assert review.updates.retracted()["standing"].to_list() == ["excluded"]


def test_what_is_unread_or_excluded_is_listed_and_asks_for_nothing(review, add, books, exclude):
    review.decide([exclude("embase:l2000003", "design")], reviewer="anna")
    since = again(add, review, [marked(one) for one in books(4)[2:]])
    assert (news(review, since).n_retracted, news(review, since).n_retracted_kept) == (2, 0)
    assert review.updates.retracted()["standing"].to_list() == ["excluded", "undecided"]
    assert review.workspace.ledger.read(RetractionFlagged) == []


def test_a_study_that_is_kept_after_it_was_retracted_is_flagged_too(review, add, books):
    again(add, review, [marked(books(3)[2])])
    include(review, "embase:l2000003", stages=("title-abstract",))
    prepare(review)
    assert review.updates.open_retractions()["standing"].to_list() == ["sought"]
    assert len(review.workspace.ledger.read(RetractionFlagged)) == 1


def test_the_report_lists_both(review, add, books):
    again(add, review, [marked(books(1)[0]), *(one.ris() for one in books(4)[1:])])
    snapshot = review.snapshot()
    retractions, vanished = build_retractions(snapshot), build_vanished(snapshot)
    assert retractions.table["In this review"].to_list() == ["included"]
    assert vanished.table["Missing from"].to_list() == ["2026-02-05-embase"]
    assert vanished.says_something
    assert "on 1 of these a person has still to decide" in retractions.text
