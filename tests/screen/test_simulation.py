"""Simulated screenings: nothing lost, every start repeatable, figures that were worked by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.screen import (
    MODELS,
    SCHEDULES,
    Dataset,
    draw_priors,
    recall_curve,
    screening_metrics,
    simulate_dataset,
)


@pytest.mark.parametrize("schedule", list(SCHEDULES))
@pytest.mark.parametrize("model", list(MODELS))
@pytest.mark.parametrize("n_priors", [0, 2])
def test_every_record_is_read_once(model, schedule, n_priors, invented):
    records = invented(40, n_relevant=8)
    run = simulate_dataset(
        records, name="x", n_priors=n_priors, seed=1, model=model, schedule=schedule
    )
    assert sorted(run.order["record_id"]) == sorted(records["record_id"])
    assert run.order["position"].to_list() == list(range(1, 41))
    assert run.order["is_prior"].sum() == 2 * n_priors
    assert run.order["is_prior"].head(2 * n_priors).sum() == 2 * n_priors
    assert run.order["label"].head(2 * n_priors).to_list() == [1] * n_priors + [0] * n_priors


def test_a_cold_start_is_led_by_the_question(invented):
    records = invented()
    led = simulate_dataset(records, name="x", question="nurse staffing handover rota").metrics
    lost = simulate_dataset(records, name="x", seed=0).metrics
    assert led.first_relevant == 1
    assert led.first_relevant < lost.first_relevant


def test_seeds_draw_other_priors_and_repeat_themselves(invented):
    dataset = Dataset(invented(), name="x")
    runs = [dataset.simulate(seed=seed, n_priors=1).order["record_id"] for seed in (0, 1, 2, 0)]
    assert runs[0].equals(runs[3])
    assert len({tuple(run) for run in runs}) == 3


def test_without_a_question_the_seed_breaks_the_ties_of_a_cold_start(invented):
    dataset = Dataset(invented(), name="x")
    firsts = {dataset.simulate(seed=seed).order["record_id"][0] for seed in range(5)}
    assert len(firsts) > 1


def test_priors_are_drawn_as_the_published_simulations_drew_them():
    labels = np.array([True, False] * 10)
    legacy = np.random.RandomState(3)
    expected = [
        *legacy.choice(np.flatnonzero(labels), size=2, replace=False),
        *legacy.choice(np.flatnonzero(~labels), size=2, replace=False),
    ]
    assert draw_priors(labels, n_priors=2, seed=3).tolist() == expected


def test_nothing_relevant_left_has_no_metrics(invented):
    records = invented().with_columns(label=pl.lit(0))
    assert simulate_dataset(records, name="x").metrics is None


@pytest.mark.parametrize("n_priors", [-1, 13])
def test_more_priors_than_records_are_refused(n_priors, invented):
    with pytest.raises(InputError, match="cannot be drawn from 12 relevant"):
        simulate_dataset(invented(), name="x", n_priors=n_priors)


@pytest.mark.parametrize("label", [2, None, "yes"])
def test_other_labels_are_refused(label, invented):
    records = invented().with_columns(label=pl.lit(label))
    with pytest.raises(InputError, match="neither 0 nor 1"):
        simulate_dataset(records, name="x")


def test_a_missing_column_is_named(invented):
    with pytest.raises(InputError, match="has no column abstract"):
        simulate_dataset(invented().drop("abstract"), name="x")


# worked by hand: 10 records, relevant at ranks 1, 2, 4 and 8
BY_HAND = [1, 1, 0, 1, 0, 0, 0, 1, 0, 0]


def test_metrics_worked_by_hand():
    metrics = screening_metrics(BY_HAND)
    assert (metrics.n95, metrics.n100, metrics.first_relevant) == (8, 8, 1)
    assert metrics.wss95 == pytest.approx(2 / 10 - 0.05)
    assert metrics.wss100 == pytest.approx(2 / 10)
    assert metrics.nwss95 == pytest.approx(2 / 6)  # 2 of 6 irrelevant are never read
    assert metrics.rrf10 == pytest.approx(1 / 4)
    assert metrics.erf10 == pytest.approx((1 - 0.4) / 4)
    assert metrics.ncg10 == 1.0
    assert metrics.atd == pytest.approx((1 + 2 + 4 + 8) / 4 / 10)
    # perfect: 1 2 3 4 4 4 4 4 4 4 = 34; found: 1 2 2 3 3 3 3 4 4 4 = 29
    assert metrics.loss == pytest.approx((34 - 29) / (4 * 6))


def test_the_recall_curve_worked_by_hand():
    assert recall_curve(BY_HAND).tolist() == [0.25, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 1, 1, 1]
    assert recall_curve([0, 0]).tolist() == [0, 0]
    assert recall_curve([]).size == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60).filter(any))
def test_metrics_lie_between_the_best_and_the_worst_order(labels):
    best, worst = screening_metrics(sorted(labels, reverse=True)), screening_metrics(sorted(labels))
    metrics = screening_metrics(labels)
    assert best.loss == 0.0
    assert worst.loss == pytest.approx(0.0 if all(labels) else 1.0)
    assert 0.0 <= metrics.loss <= 1.0
    assert best.atd <= metrics.atd <= worst.atd
    assert metrics.n95 <= metrics.n100
    assert metrics.wss100 <= metrics.wss95 + 0.05 + 1e-12


def test_metrics_need_something_to_find():
    with pytest.raises(InputError, match="no relevant record"):
        screening_metrics([0, 0])
