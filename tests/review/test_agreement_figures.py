"""The figures of agreement, against worked numbers and an independent oracle."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pipeline.agreement import (
    cohen_kappa,
    estimate,
    gwet_ac1,
    krippendorff_alpha,
    negative_agreement,
    positive_agreement,
    resample,
    share_interval,
)
from pipeline.review.team.agreement import list_disagreements, measure_reviewers
from pipeline.schemas.team import DoubleReading

COEFFICIENTS = (cohen_kappa, gwet_ac1, positive_agreement, negative_agreement, krippendorff_alpha)
_COUNTS = st.tuples(*[st.integers(0, 40)] * 4).filter(lambda cells: sum(cells) > 0)


def table(*cells):
    return np.array([cells], dtype=float)


@settings(max_examples=40, deadline=None)
@given(cells=_COUNTS)
def test_kappa_is_that_of_scikit_learn(cells):
    answers = [(1, 1), (1, 0), (0, 1), (0, 0)]
    pairs = [pair for pair, n in zip(answers, cells, strict=True) for _ in range(n)]
    first, second = zip(*pairs, strict=True)
    found = cohen_kappa(table(*cells))[0]
    if len(set(first) | set(second)) < 2:
        assert np.isnan(found)  # scikit-learn warns and gives nan as well
    else:
        assert found == pytest.approx(cohen_kappa_score(first, second))


@settings(max_examples=40, deadline=None)
@given(cells=_COUNTS)
def test_no_figure_depends_on_who_is_called_the_first(cells):
    both, first, second, neither = cells
    for coefficient in COEFFICIENTS:
        turned = coefficient(table(both, second, first, neither))
        assert coefficient(table(*cells)) == pytest.approx(turned, nan_ok=True)


@pytest.mark.parametrize(
    ("cells", "kappa", "ac1", "positive", "negative"),
    [
        # worked by hand: 118 of 125 agree, and nearly everything is a yes
        ((118, 5, 2, 0), -0.0234, 0.9408, 0.9712, 0.0),
        ((20, 5, 10, 15), 0.4, 0.4059, 0.7273, 0.6667),
        ((10, 0, 0, 90), 1.0, 1.0, 1.0, 1.0),
        ((0, 5, 5, 0), -1.0, -1.0, 0.0, 0.0),
    ],
)
def test_worked_numbers(cells, kappa, ac1, positive, negative):
    found = [coefficient(table(*cells))[0] for coefficient in COEFFICIENTS[:4]]
    assert found == pytest.approx([kappa, ac1, positive, negative], abs=5e-5)


def test_wilsons_interval_is_as_published():
    # Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E), table I
    assert share_interval(81, 263)[1:] == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert share_interval(0, 20)[1:] == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert share_interval(0, 0) == (None, None, None)


def test_intervals_hold_the_value_repeat_and_narrow():
    widths = []
    for n in (1, 10):
        cells = np.array([20, 5, 10, 65]) * n
        found = [
            estimate(gwet_ac1, cells, resample(cells, np.random.default_rng(7), 500))
            for _ in range(2)
        ]
        assert found[0] == found[1]
        assert found[0].low < found[0].value < found[0].high
        widths.append(found[0].high - found[0].low)
    assert widths[1] < widths[0] / 2


def readings(*words):
    rows = [
        {
            "citation_id": f"c{number}",
            "unit": "report" if origin == "full-text" else "citation",
            "first": "anna",
            "second": "bo",
            "first_decision": first,
            "second_decision": second,
            "reasons": list(reasons),
            "origin": origin,
        }
        for number, (first, second, origin, *reasons) in enumerate(words)
    ]
    return DoubleReading.validate(pl.DataFrame(rows, schema=DoubleReading.create_empty().schema))


@pytest.mark.parametrize(
    ("maybe", "cells", "n_left_out"),
    [("include", (2, 1, 0, 1), 0), ("exclude", (1, 0, 1, 2), 0), ("leave-out", (1, 0, 0, 1), 2)],
)
def test_a_maybe_counts_as_declared(maybe, cells, n_left_out):
    said = readings(
        ("include", "include", "overlap"),
        ("maybe", "include", "sample"),
        ("maybe", "exclude", "overlap", "design"),
        ("exclude", "exclude", "overlap"),
    )
    [row] = measure_reviewers(said, maybe=maybe, rng=np.random.default_rng(1)).rows(named=True)
    names = ("n_both", "n_first_only", "n_second_only", "n_neither")
    assert tuple(row[name] for name in names) == cells
    assert (row["scope"], row["n_left_out"]) == ("random sample", n_left_out)


def test_what_chance_chose_comes_first_and_apart():
    said = readings(
        ("include", "exclude", "prioritised", "design"),
        ("include", "include", "pilot"),
        ("include", "exclude", "overlap"),
        ("exclude", "exclude", "full-text", "design"),
    )
    figures = measure_reviewers(said, maybe="include", rng=np.random.default_rng(1))
    assert figures["scope"].to_list() == ["random sample", "pilot", "prioritised", "full text"]
    assert figures["unit"].to_list() == ["citation"] * 3 + ["report"]
    assert figures["n_first_only"].to_list() == [1, 0, 1, 0]
    named = list_disagreements(said, maybe="include").rows()
    assert named == [("prioritised", "design", 1), ("random sample", "no reason given", 1)]
