"""A random phase, and the rules that need one or an ensemble, as people go through them."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest
from stoppable import N_RECORDS, N_RELEVANT, Clock, export, is_relevant, rank_review

from pipeline.errors import InputError, NotReadyError
from pipeline.events import StoppingCertified
from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.archive.comparison import Comparison
from pipeline.review.archive.ordering import make_orders_again
from pipeline.review.reading import reading_list
from pipeline.review.sections.stopping import build_stopping
from pipeline.review.stopping.outlook import proposing_rule, view_screening
from pipeline.review.stopping.random_phase import see_control

CONFIG = """
[review]
title = "Text messages for sleep"
question = "Do text messages help people sleep?"

[criteria]
version = "1"

[[criteria.exclusion]]
id = "population"

[screening]
stopping = "{rule}"
{mode}

[stopping]
recall = 0.8

[stopping.safe]
in_a_row = 20
{people}
"""
ALONE = {"mode": "n_excludes = 1", "people": ""}
TWO = {
    "mode": 'mode = "independent"\nn_excludes = 2\nbatch_size = 10',
    "people": '[[reviewers]]\nid = "anna"\n[[reviewers]]\nid = "bo"',
}


@pytest.fixture(scope="module")
def ranked(tmp_path_factory):
    """The folder of a review of invented records, ranked and not yet screened."""
    return rank_review(
        tmp_path_factory.mktemp("phase") / "review", config=CONFIG.format(rule="safe", **ALONE)
    )


@pytest.fixture
def start(ranked, tmp_path):
    """Open a copy of it, under another rule."""
    opened = []

    def started(rule="safe", people=None) -> Review:
        path = Path(shutil.copytree(ranked, tmp_path / "review"))
        config = CONFIG.format(rule=rule, **people or ALONE)
        (path / "review.toml").write_text(config, encoding="utf-8")
        opened.append(Review.open(path, clock=Clock()))
        return opened[-1]

    yield started
    for review in opened:
        review.close()


def _listed(review, reviewer="anna"):
    return reading_list(review.snapshot(), reviewer)


def _read(review, reviewer="anna", *, n=N_RECORDS):
    ids = _listed(review, reviewer).citations["citation_id"].head(n).to_list()
    given = [GivenDecision(one, "include" if is_relevant(one) else "exclude") for one in ids]
    review.decide(given, reviewer=reviewer)
    return ids


def _judge(review):
    snapshot = review.snapshot()
    rule = proposing_rule(snapshot)
    return rule.judge(view_screening(snapshot, rule=rule), snapshot.workspace.config.stopping.claim)


def test_a_review_goes_from_its_random_phase_through_safe_to_a_certificate(start):
    review = start()
    drawn = review.stopping.draw_random_phase(30, actor="anna", seed=3)
    assert (drawn.n_drawn, drawn.n_records, drawn.is_kept_apart) == (30, N_RECORDS, False)
    assert "30 of its citations are to be read" in review.stopping.advice().step
    listed = _listed(review)
    assert listed.is_blind
    assert listed.citations["score"].unique().to_list() == [0.0]
    phase = _read(review)
    control = see_control(review.snapshot())
    assert (control.n_drawn, control.n_relevant) == (30, sum(map(is_relevant, phase)))
    assert control.n_relevant > 0
    review.rank()
    while not _judge(review).may_stop:
        assert not set(_read(review, n=30)) & set(phase)
    n_others = N_RECORDS - (
        30 - control.n_relevant
    )  # what the phase showed to be irrelevant is left out
    asked = 2 * control.n_relevant / 30 * n_others
    assert f"asks for {asked:.0f}" in _judge(review).reason
    review.stopping.propose(actor="anna")
    review.stopping.plan(actor="anna")
    review.stopping.draw(actor="anna")
    _read(review)
    assert isinstance(review.stopping.judge(actor="anna"), StoppingCertified)
    (said,) = [one for one in review.stopping.advice().certificates if "supports" in one]
    assert "supports a recall of at least 80%" in said


def test_an_unread_phase_holds_back_a_second_one_a_proposal_and_a_check(start):
    review = start()
    review.stopping.draw_random_phase(5, actor="anna")
    said = "5 citations of the random phase are still to be read"
    with pytest.raises(NotReadyError, match=said):
        review.stopping.draw_random_phase(5, actor="anna")
    with pytest.raises(NotReadyError, match=said):
        review.stopping.propose(actor="anna", because="enough")
    _read(review)
    with pytest.raises(InputError, match="0 cannot be drawn"):
        review.stopping.draw_random_phase(0, actor="anna")


def test_more_can_be_drawn_and_nothing_twice(start):
    review = start()
    review.stopping.draw_random_phase(5, actor="anna", seed=1)
    first = set(_read(review))
    review.stopping.draw_random_phase(195, actor="anna", seed=1)
    assert not first & set(_listed(review).citations["citation_id"])


def test_a_maybe_in_the_phase_counts_as_relevant(start):
    review = start()
    assert "needs a random phase" in review.stopping.advice().step
    review.stopping.draw_random_phase(2, actor="anna", seed=4)
    ids = _listed(review).citations["citation_id"].to_list()
    review.decide(
        [GivenDecision(ids[0], "maybe"), GivenDecision(ids[1], "exclude")], reviewer="anna"
    )
    assert see_control(review.snapshot()).n_relevant == 1


def test_target_does_not_learn_from_its_control_set_and_waits_until_it_is_reached(start):
    review = start("target")
    drawn = review.stopping.draw_random_phase(120, actor="anna", seed=3)
    assert drawn.is_kept_apart
    phase = set(_read(review))
    review.rank()
    snapshot = review.snapshot()
    n_control = sum(map(is_relevant, phase))
    assert n_control >= 10
    assert snapshot.learnt.is_empty()
    assert phase <= set(snapshot.frozen_queue["citation_id"])  # keeps its places in the order
    assert not phase & set(_listed(review).citations["citation_id"])  # and is not read again
    assert see_control(snapshot).n_reached == 0
    reached = []
    while not _judge(review).may_stop:
        assert _read(review, n=20)
        reached.append(see_control(review.snapshot()).n_reached)
        review.rank()
    assert reached == sorted(reached)
    assert see_control(review.snapshot()).n_reached == n_control
    found = review.snapshot().labels.filter("is_relevant").height
    assert found / N_RELEVANT >= 0.7


def test_a_control_set_that_comes_too_late_is_refused(start):
    review = start("qbcb")
    _read(review, n=3)
    with pytest.raises(NotReadyError, match="comes first"):
        review.stopping.draw_random_phase(20, actor="anna")


def test_records_that_come_later_make_the_phase_stale(start, tmp_path):
    review = start()
    review.stopping.draw_random_phase(20, actor="anna", seed=3)
    _read(review)
    assert see_control(review.snapshot()).n_drawn == 20
    later = tmp_path / "later.ris"
    later.write_text(export(first=N_RECORDS, n=3), encoding="utf-8")
    review.add([later], SearchDetails(dt.date(2026, 11, 22), database="Embase"))
    review.ingest()
    review.dedupe()
    assert see_control(review.snapshot()).n_drawn == 0


def test_independent_readers_read_the_phase_before_their_batch(start):
    review = start("target", people=TWO)
    review.stopping.draw_random_phase(15, actor="anna", seed=3)
    phases = [set(_listed(review, one).citations["citation_id"]) for one in ("anna", "bo")]
    assert phases[0] == phases[1]
    assert len(phases[0]) == 15
    _read(review, "anna")
    review.rank()
    assert phases[0] <= set(review.snapshot().frozen_queue["citation_id"])


def test_chao_hears_the_rankers_of_the_ensemble(start):
    review = start("chao")
    _read(review, n=90)
    assert "3 rankers list" in _judge(review).reason


def test_the_same_seed_draws_the_same_which_the_report_tells_and_a_replay_finds(start):
    review = start()
    drawn = review.stopping.draw_random_phase(7, actor="anna", seed=3)
    first = _listed(review).citations["citation_id"].to_list()
    ids = review.snapshot().to_screen["citation_id"].sort()
    places = np.random.default_rng(3).choice(N_RECORDS, size=7, replace=False)
    assert first == [ids[place] for place in places.tolist()]
    shown = build_stopping(review.snapshot()).table
    assert shown["what"].to_list() == ["7 of 200 drawn, seed 3; learnt from"]
    comparison = Comparison()
    make_orders_again(review.workspace, comparison)
    assert any("random phase" in one for one in comparison.checked)
    assert comparison.findings == []
    assert drawn.basis == review.workspace.ledger.head().seq - 1
