"""The stop as people go through it: advice, a registered check, a certificate, what voids it."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import polars as pl
import pytest
from stoppable import N_RECORDS, N_RELEVANT, Clock, is_relevant, rank_review

from pipeline.errors import InputError, NotReadyError
from pipeline.events import StoppingCertified
from pipeline.review import GivenDecision, Review
from pipeline.review.reading import reading_list
from pipeline.review.session.learning import standing_order
from pipeline.review.stopping.desk import CheckPlan
from pipeline.schemas import CheckPlace
from pipeline.screen.stopping import draw_check

CONFIG = """
[review]
title = "Text messages for sleep"
question = "Do text messages help people sleep?"

[criteria]
version = "{version}"

[[criteria.exclusion]]
id = "population"

[screening]
n_excludes = {n_excludes}

[stopping]
recall = 0.8
expected_includes = 40
unread = "{unread}"
"""


def _config(*, version="1", n_excludes=1, unread="before-screening"):
    return CONFIG.format(version=version, n_excludes=n_excludes, unread=unread)


@pytest.fixture(scope="module")
def ranked(tmp_path_factory):
    """The folder of a review of invented records, ranked and not yet screened."""
    return rank_review(tmp_path_factory.mktemp("stopping") / "review", config=_config())


@pytest.fixture
def start(ranked, tmp_path):
    """Open a copy of it, under other settings."""
    opened = []

    def started(**settings) -> Review:
        path = Path(shutil.copytree(ranked, tmp_path / "review"))
        (path / "review.toml").write_text(_config(**settings), encoding="utf-8")
        opened.append(Review.open(path, clock=Clock()))
        return opened[-1]

    yield started
    for review in opened:
        review.close()


def _read(review, reviewer="anna", *, n=None, but=()):
    """Read what a reviewer is given, in order, and decide as is true; ``but`` say otherwise."""
    listed = reading_list(review.snapshot(), reviewer).citations["citation_id"].head(n or N_RECORDS)
    words = dict(but)
    given = [
        GivenDecision(one, words.get(one) or ("include" if is_relevant(one) else "exclude"))
        for one in listed
    ]
    review.decide(given, reviewer=reviewer)
    return listed.to_list()


def _proposed(review, *, n=110, **more):
    _read(review, n=n, **more)
    review.stopping.propose(actor="anna", because="little is left to expect")
    return review


def _checked(review, plan=None):
    review.stopping.plan(plan, actor="anna")
    return review.stopping.draw(actor="anna")


def _sampled(review, drawn):
    places = review.workspace.frames.get(drawn.places, CheckPlace)
    return places.filter(pl.col("role") == "drawn")["citation_id"].to_list()


def _certified(review):
    _checked(_proposed(review))
    _read(review)
    event = review.stopping.judge(actor="anna")
    assert isinstance(event, StoppingCertified)
    return event


# ── advice ──────────────────────────────────────────────────────────────────────────────────────
def test_before_anything_is_read_the_price_is_known(start):
    review = start()
    outlook = review.stopping.advice()
    assert outlook.n_read == 0
    assert outlook.estimate is None
    assert set(outlook.prices["n_found"]) == {40}
    assert outlook.prices["recall"].to_list() == [0.8, 0.9, 0.95]
    assert (outlook.prices["n_records"] > 0).all()
    assert outlook.step == "read on"
    said = standing_order(review.snapshot(), "anna").outlook.step
    assert "with 40 includes 24% for 80% recall, 45% for 90% recall, 63% for 95% recall" in said


def test_while_screening_recall_is_estimated_and_called_an_estimate(start):
    review = start()
    _read(review, n=150)
    outlook = review.stopping.advice()
    assert outlook.estimate.low <= outlook.estimate.recall <= outlook.estimate.high
    assert "estimated" in outlook.estimate.sentence
    assert outlook.curve["n_found"].drop_nulls().max() == outlook.n_found
    assert outlook.advice.may_stop
    assert "--propose" in outlook.step


def test_a_rule_that_would_go_on_proposes_nothing(start):
    review = start()
    _read(review, n=20)
    with pytest.raises(NotReadyError, match="would go on"):
        review.stopping.propose(actor="anna")


def test_what_is_undecided_changes_no_advice(start):
    """The order of the unread is not part of what a rule sees."""
    review = start()
    _read(review, n=60)
    before = review.stopping.advice()
    review.rank()
    after = review.stopping.advice()
    assert before.advice == after.advice
    assert before.estimate == after.estimate


# ── the check ───────────────────────────────────────────────────────────────────────────────────
def test_a_check_is_proposed_planned_and_drawn_in_this_order(start):
    review = start()
    with pytest.raises(NotReadyError, match="no check was planned"):
        review.stopping.draw(actor="anna")
    review.stopping.plan(actor="anna")
    with pytest.raises(NotReadyError, match="no stop was proposed"):
        review.stopping.draw(actor="anna")
    with pytest.raises(InputError, match="cannot be changed"):
        review.stopping.plan(CheckPlan(recall=0.7), actor="anna")


def test_the_sample_is_mixed_among_others_and_cannot_be_told(start):
    review = _proposed(start())
    drawn = _checked(review)
    places = review.workspace.frames.get(drawn.places, CheckPlace)
    roles = places.drop_nulls("position").sort("position")["role"].to_list()
    assert roles.count("drawn") == drawn.n_drawn
    assert roles.count("mixed-in") == drawn.n_mixed_in >= 5
    assert roles != sorted(roles)
    assert roles != sorted(roles, reverse=True)
    listed = reading_list(review.snapshot(), "anna")
    assert listed.is_blind
    assert set(listed.citations["score"]) == {0.0}
    assert listed.citations.height == drawn.n_drawn + drawn.n_mixed_in


def test_a_sample_is_drawn_once_from_the_recorded_seed(start):
    review = _proposed(start())
    drawn = _checked(review, CheckPlan(seed=11))
    assert review.stopping.tally().n_to_read == drawn.n_drawn + drawn.n_mixed_in
    places = review.workspace.frames.get(drawn.places, CheckPlace)
    urn = places.filter(pl.col("role").is_in(["drawn", "unread"]))["citation_id"].to_list()
    again = draw_check(urn[::-1], n=drawn.n_drawn, seed=[drawn.seed, drawn.look])
    assert set(again) == set(_sampled(review, drawn))
    with pytest.raises(NotReadyError, match="a check is open"):
        review.stopping.draw(actor="bo")


def test_a_check_that_was_not_read_is_not_judged(start):
    review = _proposed(start())
    _checked(review)
    _read(review, n=3)
    with pytest.raises(NotReadyError, match="still to be read"):
        review.stopping.judge(actor="anna")


def test_a_certificate_says_what_it_rests_on_and_frees_the_unread(start):
    review = start()
    event = _certified(review)
    assert event.p_value <= event.error_allowed == pytest.approx(0.04)
    assert event.error_left == pytest.approx(0.01)
    assert event.supported_recall >= 0.8
    assert "recall of at least 80%" in event.claim
    counts = review.counts()
    n_unread = event.n_unread - event.n_drawn
    assert counts.n("excluded_automatic") == n_unread > 0
    assert counts.n("awaiting", "screening") == 0
    assert counts.n("records_screened") == N_RECORDS - n_unread
    assert reading_list(review.snapshot(), "anna").citations.is_empty()
    assert review.verify() == []


def test_the_unread_may_be_counted_inside_screened(start):
    review = start(unread="inside-screened")
    event = _certified(review)
    counts = review.counts()
    n_unread = event.n_unread - event.n_drawn
    assert counts.n("excluded_automatic") == 0
    assert counts.n("records_excluded", "automation") == n_unread
    assert counts.n("records_screened") == N_RECORDS
    assert not [one for one in counts.identities if not one.holds]


def test_a_stopped_review_can_be_published(start):
    review = start()
    _certified(review)
    included = review.snapshot().labels.filter("is_relevant")["citation_id"]
    retrieved = [GivenDecision(one, "retrieved", "retrieval") for one in included]
    assessed = [GivenDecision(one, "include", "full-text") for one in included]
    review.decide([*retrieved, *assessed], reviewer="anna")
    assert not review.publish("1", actor="anna").is_interim


def test_what_a_person_decides_later_is_that_persons(start):
    review = start()
    event = _certified(review)
    unread = review.explain_box("excluded_automatic")["id"]
    review.decide([GivenDecision(unread[0], "exclude")], reviewer="anna")
    counts = review.counts()
    assert counts.n("excluded_automatic") == event.n_unread - event.n_drawn - 1
    review.decide([GivenDecision(unread[1], "maybe")], reviewer="anna")
    assert review.counts().n("awaiting", "screening") == 1


# ── a failed check ──────────────────────────────────────────────────────────────────────────────
def test_a_failed_check_reopens_screening_says_what_it_found_and_what_error_is_left(start):
    review = _proposed(start())
    odd = [(one, "include") for one in _sampled(review, _checked(review))[:4]]
    _read(review, but=odd)
    failed = review.stopping.judge(actor="anna")
    assert failed.kind == "check failed"
    assert failed.n_relevant == 4
    assert set(failed.found) == {one for one, _ in odd}
    assert failed.error_left == pytest.approx(0.01)
    assert "0.01 left" in failed.claim
    listed = reading_list(review.snapshot(), "anna")
    assert not listed.is_blind
    assert listed.citations.height == N_RECORDS - review.snapshot().labels.height


def test_a_retry_is_the_second_look_and_the_last(start):
    review = _proposed(start(), n=60)
    _read(review, but=[(one, "include") for one in _sampled(review, _checked(review))[:6]])
    review.stopping.judge(actor="anna")
    review.stopping.propose(actor="anna", because="again")
    second = review.stopping.draw(actor="anna")
    assert second.look == 2
    _read(review, but=[(one, "maybe") for one in _sampled(review, second)])
    last = review.stopping.judge(actor="anna")
    assert last.kind == "check failed"
    assert last.n_open == last.n_relevant > 0
    assert last.error_left == 0.0
    with pytest.raises(NotReadyError, match="all the error is spent"):
        review.stopping.plan(actor="anna")
    review.stopping.propose(actor="anna", because="once more")
    with pytest.raises(NotReadyError, match="every planned look"):
        review.stopping.draw(actor="anna")


# ── the blind stop ──────────────────────────────────────────────────────────────────────────────
def test_two_reviewers_read_one_frozen_list_and_an_open_conflict_counts_against(start):
    review = start(n_excludes=2)
    for reviewer in ("anna", "bo"):
        _read(review, reviewer, n=110)
    review.stopping.propose(actor="anna", because="little is left to expect")
    drawn = _checked(review)
    before = reading_list(review.snapshot(), "bo")
    disputed = next(one for one in _sampled(review, drawn) if not is_relevant(one))
    _read(review, "anna", but=[(disputed, "include")])
    review.rank()  # whatever the model learns now
    after = reading_list(review.snapshot(), "bo")
    assert after.citations.equals(before.citations)
    assert after.is_blind
    _read(review, "bo")
    tally = review.stopping.tally()
    assert tally.n_open == 1
    assert disputed in tally.found
    settled = dataclasses.replace(tally.check, n_relevant=tally.n_relevant - 1)
    judged = review.stopping.judge(actor="anna")
    assert judged.n_relevant == settled.n_relevant + 1
    assert judged.kind == "check failed"  # it was planned to bear none


# ── what voids a certificate ────────────────────────────────────────────────────────────────────
def _amend(review, **settings):
    path = review.path
    (path / "review.toml").write_text(_config(**settings), encoding="utf-8")
    review.close()
    return Review.open(path)


def test_an_amended_criterion_voids_it_and_the_unread_await_screening_again(start):
    review = start()
    event = _certified(review)
    with _amend(review, version="2") as amended:
        amended.rank()
        outlook = amended.stopping.advice()
        assert outlook.certificates == ("void, the criteria changed (to version 2)",)
        counts = amended.counts()
        assert counts.n("excluded_automatic") == 0
        # the unread, and the exclusions that gave no reason: they may have been for this criterion
        assert (
            counts.n("awaiting", "screening")
            == N_RECORDS - N_RELEVANT
            > event.n_unread - event.n_drawn
        )
        listed = reading_list(amended.snapshot(), "anna")
        assert listed.citations.height == N_RECORDS - N_RELEVANT
        assert not listed.is_blind
        assert amended.snapshot().stopping.plan is None


def test_an_undone_merge_voids_it(start):
    review = start()
    first, second = (f"embase:l{number:06d}" for number in (N_RECORDS - 1, N_RECORDS - 2))
    review.judge_pair(first, second, "same", actor="anna")
    review.dedupe()
    _certified(review)
    review.judge_pair(first, second, None, actor="anna")
    (said,) = review.stopping.advice().certificates
    assert said == f"void, the merge of {second} and {first} was undone"
    assert review.counts().n("excluded_automatic") == 0


def test_a_citation_that_splits_voids_it(start):
    review = start()
    first, second = (f"embase:l{number:06d}" for number in (N_RECORDS - 1, N_RECORDS - 2))
    review.judge_pair(first, second, "same", actor="anna")
    review.dedupe()
    _certified(review)
    review.judge_pair(first, second, "distinct", actor="anna")
    review.dedupe()
    (said,) = review.stopping.advice().certificates
    assert said.startswith("void, ")


def test_records_that_come_later_need_their_own(start, add, books):
    review = start()
    event = _certified(review)
    add(review, "Medline", medline="".join(one.nbib() for one in books(3)))
    review.ingest()
    review.dedupe()
    review.rank()
    counts = review.counts()
    assert counts.n("excluded_automatic") == event.n_unread - event.n_drawn
    assert counts.n("awaiting", "screening") == 3
    assert review.stopping.advice().n_records == 3
    review.stopping.propose(actor="anna", because="these too")
    review.stopping.plan(actor="anna")
    assert review.stopping.draw(actor="anna").n_unread <= 3


def test_decisions_that_change_void_it(start):
    review = start()
    _certified(review)
    sampled = _sampled(review, review.snapshot().stopping.samples[0])
    review.decide([GivenDecision(one, "include") for one in sampled[:9]], reviewer="anna")
    (said,) = review.stopping.advice().certificates
    assert said.startswith("void, decisions changed")


def test_a_withdrawn_search_voids_it(start):
    review = start()
    _certified(review)
    review.withdraw(
        review.snapshot().evidence.searches["search_id"][0], reason="typo", actor="anna"
    )
    (said,) = review.stopping.advice().certificates
    assert "withdrawn" in said


def test_a_person_takes_a_certificate_back_for_a_reason(start):
    review = start()
    _certified(review)
    (given,) = review.snapshot().stopping.certificates
    with pytest.raises(InputError, match="is empty"):
        review.stopping.take_back(given.seq, reason=" ", actor="anna")
    with pytest.raises(InputError, match="is no certificate"):
        review.stopping.take_back(1, reason="a slip", actor="anna")
    review.stopping.take_back(given.seq, reason="the wrong seed was announced", actor="anna")
    (said,) = review.stopping.advice().certificates
    assert said == "void, it was taken back: the wrong seed was announced"
    assert review.counts().n("awaiting", "screening") > 0


# ── wrong exclusions ────────────────────────────────────────────────────────────────────────────
def test_a_second_look_finds_wrong_exclusions_and_says_what_they_do_to_the_claim(start):
    review = start()
    listed = reading_list(review.snapshot(), "anna").citations["citation_id"]
    wrong = [one for one in listed if is_relevant(one)][:3]
    _read(review, n=120, but=[(one, "exclude") for one in wrong])
    assert review.stopping.advice().reviewer_error is None
    sheet = review.stopping.second_look(15, actor="bo")
    assert sheet.columns == ["citation_id", "title", "abstract", "decision"]
    assert set(wrong) <= set(sheet["citation_id"])
    review.decide([GivenDecision(one, "include") for one in wrong], reviewer="anna")
    error = review.stopping.advice().reviewer_error
    assert (error.n_looked_at, error.n_overturned) == (15, 3)
    assert error.kept == pytest.approx(21 / 24)
    assert "70.0%" in error.sentence  # .8 of what reviewers keep
    with pytest.raises(InputError, match="ask for 1 or more"):
        review.stopping.second_look(0, actor="bo")


def test_two_readers_tell_what_one_of_them_misses(start):
    review = start(n_excludes=2)
    listed = _read(review, "anna", n=60)
    missed = next(one for one in listed if is_relevant(one))
    given = [
        GivenDecision(one, "include" if is_relevant(one) and one != missed else "exclude")
        for one in listed
    ]
    review.decide(given, reviewer="bo")
    review.decide([GivenDecision(missed, "include", is_resolution=True)], reviewer="anna")
    error = review.stopping.advice().reviewer_error
    assert error.source == "two readers"
    assert 0.99 < error.kept < 1.0


def test_a_second_look_needs_both_kinds_of_decision(start):
    with pytest.raises(NotReadyError, match="an exclusion and an inclusion"):
        start().stopping.second_look(5, actor="bo")
