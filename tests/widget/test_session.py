"""What a reviewer can do, without a kernel and without a browser."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.events import CitationMarked, Decided, DecisionUndone, QueueMade
from pipeline.review import GivenDecision, Review
from pipeline.review.session import SaidDecision, ScreeningSession
from pipeline.review.session.learning import refit


def said(shown, decision="include", **more):
    return SaidDecision(shown.citation_id, shown.uid, decision, **more)


def ids(session):
    return [one.citation_id for one in session.state().queue]


def plain(segments):
    return "".join(one.text for one in segments)


def recorded(session, *kinds):
    return [one.event for one in session.workspace.ledger.read(*kinds)]


def test_a_decision_is_in_the_ledger_with_what_was_shown(open_session):
    session = open_session()
    first = session.state().queue[0]
    answer = session.decide(
        said(first, "exclude", reasons=("design", "population"), note="a note", seconds=4.5)
    )
    assert answer.is_taken
    [event] = recorded(session, Decided)
    assert (event.citation_id, event.decision, event.reviewer) == (
        first.citation_id,
        "exclude",
        "anna",
    )
    assert event.reasons == ("population", "design")  # the protocol's order, not the fingers'
    assert (event.note, event.seconds, event.queue_position) == ("a note", 4.5, 1)
    assert event.criteria_version == "2"
    assert event.membership_hash


def test_only_the_first_of_two_windows_decides(open_session):
    here, there = open_session(), open_session()
    first = here.state().queue[0]
    assert there.state().queue[0].uid == first.uid
    assert here.decide(said(first, "include")).is_taken
    refused = there.decide(said(first, "exclude"))
    assert not refused.is_taken
    assert "include" in refused.notice
    assert [event.decision for event in recorded(here, Decided)] == ["include"]
    assert first.citation_id not in ids(there)


def test_two_reviewers_decide_on_the_same_citation_each(open_session):
    anna, bo = open_session("anna"), open_session("bo")
    first, same = anna.state().queue[0], bo.state().queue[0]
    assert first.citation_id == same.citation_id
    assert anna.decide(said(first, "include")).is_taken
    assert bo.decide(said(same, "exclude")).is_taken
    assert len(recorded(anna, Decided)) == 2


def test_undo_is_an_event_and_brings_the_citation_back_first(open_session):
    session = open_session()
    first, second, *_ = session.state().queue
    session.decide(said(first))
    session.decide(said(second, "exclude"))
    [latest, _] = session.state().history
    assert latest.citation_id == second.citation_id
    assert session.undo(latest.uid).is_taken
    assert not session.undo(latest.uid).is_taken  # once
    assert not session.decide(said(second, "exclude")).is_taken  # a late repetition
    assert len(recorded(session, DecisionUndone)) == 1
    again = session.state().queue[0]
    assert again.citation_id == second.citation_id
    assert again.uid != second.uid
    assert session.decide(said(again, "maybe")).is_taken
    assert session.state().progress.n_maybe == 1


def test_looking_back_and_changing_ones_mind_keeps_both_words(open_session):
    session = open_session()
    first = session.state().queue[0]
    session.decide(said(first, "exclude", reasons=("design",), note="why"))
    recalled = session.recall(first.citation_id)
    assert (recalled.word.decision, recalled.word.reasons, recalled.word.note) == (
        "exclude",
        ("design",),
        "why",
    )
    assert session.decide(said(recalled, "include")).is_taken
    assert [event.decision for event in recorded(session, Decided)] == ["exclude", "include"]
    assert session.state().progress.n_read == 1
    session.undo(session.state().history[0].uid)
    assert session.recall(first.citation_id).word.decision == "exclude"  # the earlier word stands


def test_labels_leave_the_decision_untouched(open_session):
    session = open_session()
    first = session.state().queue[0]
    session.mark(first.citation_id, "background", is_on=True)
    session.mark(first.citation_id, "background", is_on=True)  # a second window
    session.mark(first.citation_id, "needs translation", is_on=True)
    session.mark(first.citation_id, "background", is_on=False)
    assert session.state().queue[0].marks == ("needs translation",)
    assert session.state().queue[0].uid == first.uid
    assert len(recorded(session, CitationMarked)) == 3
    assert recorded(session, Decided) == []
    assert open_session().state().queue[0].marks == ("needs translation",)


def test_a_session_opened_again_goes_on_where_the_last_one_stopped(open_session):
    session = open_session()
    for _ in range(3):
        session.decide(said(session.state().queue[0], "exclude", seconds=6.0))
    again = open_session()
    assert ids(again) == ids(session)
    assert [one.uid for one in again.state().history] == [
        one.uid for one in session.state().history
    ]
    assert again.state().progress.seconds_each == 6.0
    assert again.state().progress.seconds_left == 6.0 * 5


def test_what_is_shown_next_stays_next_when_something_was_learnt(open_session):
    session = open_session(learns_after=lambda _n: 2)
    told = []
    session.on_change = lambda: told.append(session.state().version)
    for decision in ("include", "exclude"):
        before = ids(session)
        session.decide(said(session.state().queue[0], decision))
        assert ids(session)[:3] == before[1:4]
    assert len(told) == 1
    assert session.state().trouble == ""


def test_a_decision_from_a_table_leaves_the_queue(open_session, review_folder):
    session = open_session()
    first, second, *_ = session.state().queue
    with Review.open(review_folder) as review:
        review.decide([GivenDecision(second.citation_id, "include")], reviewer="anna")
    session.decide(said(first))
    assert second.citation_id not in ids(session)


def test_names_that_are_not_known_are_refused(open_session):
    session = open_session()
    first = session.state().queue[0]
    with pytest.raises(UnknownNameError, match="design"):
        session.decide(said(first, "exclude", reasons=("desing",)))
    with pytest.raises(UnknownNameError, match="maybe"):
        session.decide(said(first, "mabye"))
    with pytest.raises(UnknownNameError, match="citation"):
        session.decide(SaidDecision("embase:none", "x", "include"))
    with pytest.raises(UnknownNameError, match="background"):
        session.mark(first.citation_id, "backgruond", is_on=True)
    assert not session.decide(SaidDecision(first.citation_id, "made up", "include")).is_taken
    assert recorded(session, Decided) == []


def test_a_session_needs_an_order_a_listed_reviewer_and_sound_keywords(tmp_path, open_session):
    session = open_session()
    config = '[review]\ntitle = "t"\n[[reviewers]]\nid = "anna"\n'
    with Review.init(tmp_path / "empty", config=config) as review:
        with pytest.raises(NotReadyError, match="thresher run"):
            ScreeningSession(review, reviewer="anna")
        with pytest.raises(UnknownNameError, match="anna"):
            ScreeningSession(review, reviewer="ana")
    broken = '[review]\ntitle = "t"\n[keywords]\ninclude = ["/(/"]\n'
    with (
        Review.init(tmp_path / "broken", config=broken) as review,
        pytest.raises(InputError, match="regular expression"),
    ):
        ScreeningSession(review, reviewer="anna")
    assert session.setup().reasons[0].text == "Not about adults"


def test_every_decision_of_a_session_leaves_a_sound_chain(open_session):
    session = open_session()
    while session.state().queue:
        session.decide(said(session.state().queue[0], "exclude"))
        if session.state().progress.n_read % 3 == 0:
            session.undo(session.state().history[0].uid)
            session.decide(said(session.state().queue[0], "include"))
    assert list(session.workspace.ledger.broken_links()) == []


def test_who_learns_first_learns_for_all(open_session, review_folder):
    anna = open_session()
    for decision in ("include", "exclude"):
        anna.decide(said(anna.state().queue[0], decision))
    n_orders = len(recorded(anna, QueueMade))
    learnt = [refit(review_folder, name) for name in ("anna", "ben", "anna")]
    assert len(recorded(anna, QueueMade)) == n_orders + 1
    assert learnt[0].terms
    assert learnt[0].terms == learnt[1].terms == learnt[2].terms


def test_an_order_that_new_settings_would_change_is_made_anew(open_session, review_folder):
    session = open_session()
    n_orders = len(recorded(session, QueueMade))
    settings = review_folder / "review.toml"
    settings.write_text(settings.read_text().replace('question = "', 'question = "Whale songs? '))
    refit(review_folder, "anna")
    refit(review_folder, "anna")
    assert len(recorded(session, QueueMade)) == n_orders + 1
