"""Agreement between coders: worked examples, and an independent implementation for kappa."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from pipeline.errors import InputError
from pipeline.tag import measure_agreement


def codings(first, second, code="SR"):
    rows = [(f"u{at}", "ada", code) for at, value in enumerate(first) if value]
    rows += [(f"u{at}", "bo", code) for at, value in enumerate(second) if value]
    return pl.DataFrame(rows, schema=["unit_id", "coder", "code"], orient="row")


def measure(first, second, seed=1, **options):
    return measure_agreement(
        codings(first, second),
        units=[f"u{at}" for at in range(len(first))],
        codes=["SR"],
        rng=np.random.default_rng(seed),
        **options,
    ).row(0, named=True)


def test_alpha_of_krippendorffs_worked_example():
    """Krippendorff 2011, section A: two observers, ten units, alpha = .095."""
    found = measure([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    assert found["alpha"] == pytest.approx(0.095, abs=0.0005)
    assert (found["n_both"], found["n_first_only"], found["n_second_only"]) == (1, 1, 3)
    assert found["n_neither"] == 5


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=40).filter(
        lambda pairs: (
            any(a for a, _ in pairs) and any(b for _, b in pairs) and not all(a for a, _ in pairs)
        )
    )
)
def test_kappa_agrees_with_scikit_learn(pairs):
    first, second = zip(*pairs, strict=True)
    found = measure(first, second, n_resamples=50)
    assert found["kappa"] == pytest.approx(cohen_kappa_score(first, second))


def test_perfect_agreement_is_one():
    found = measure([1, 0, 1, 0], [1, 0, 1, 0])
    assert found["kappa"] == found["alpha"] == 1


def test_intervals_hold_the_estimate_and_repeat():
    first, second = [1, 0, 1, 0, 1, 1, 0, 0] * 5, [1, 0, 0, 0, 1, 1, 0, 1] * 5
    found = measure(first, second)
    assert found["kappa_low"] < found["kappa"] < found["kappa_high"]
    assert found["alpha_low"] < found["alpha"] < found["alpha_high"]
    assert found == measure(first, second)
    assert found != measure(first, second, seed=2)


def test_more_units_give_a_narrower_interval():
    first, second = [1, 0, 1, 0, 1, 1, 0, 0], [1, 0, 0, 0, 1, 1, 0, 1]
    few, many = measure(first * 3, second * 3), measure(first * 30, second * 30)
    assert many["kappa_high"] - many["kappa_low"] < few["kappa_high"] - few["kappa_low"]


def test_a_code_that_nobody_used_has_no_coefficient():
    found = measure_agreement(
        codings([1, 0], [1, 0]),
        units=["u0", "u1"],
        codes=["SR", "GE"],
        rng=np.random.default_rng(1),
    )
    assert found["code"].to_list() == ["SR", "GE"]
    assert found.row(1, named=True)["kappa"] is None
    assert found.row(1, named=True)["n_neither"] == 2


def test_the_same_coding_twice_counts_once():
    once = codings([1, 0, 1], [1, 1, 0])
    measured = [
        measure_agreement(
            frame, units=["u0", "u1", "u2"], codes=["SR"], rng=np.random.default_rng(1)
        )
        for frame in (once, pl.concat([once, once]))
    ]
    assert measured[0].equals(measured[1])


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (codings([1, 0], [0, 0]), "1 coders"),
        (codings([1, 1, 1], [0, 0, 1]), "'u2' was coded but is not listed"),
        (codings([1, 0], [0, 1], code="XX"), "'XX' was coded but is not listed"),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, words):
    with pytest.raises(InputError, match=words):
        measure_agreement(frame, units=["u0", "u1"], codes=["SR"], rng=np.random.default_rng(1))
