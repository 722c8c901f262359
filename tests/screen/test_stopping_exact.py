"""The exact tests behind a certificate, against scipy, whole numbers and the published package."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    RandomCheck,
    ScreeningView,
    check_p_value,
    judge_look,
    plan_check,
    plan_mixed_check,
    supported_recall,
)
from pipeline.screen.stopping.control_set import n_control_to_reach

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / ".peers" / "buscarpy" / "bin" / "python"


def _exact_cdf(k, n_unread, n_marked, n_drawn):
    """The hypergeometric distribution in whole numbers."""
    ways = sum(
        comb(n_marked, i) * comb(n_unread - n_marked, n_drawn - i)
        for i in range(min(k, n_marked, n_drawn) + 1)
        if n_drawn - i <= n_unread - n_marked
    )
    return Fraction(ways, comb(n_unread, n_drawn))


GRID = [
    (n_unread, n_drawn, n_relevant, n_found, recall)
    for n_unread in (1, 2, 10, 60, 500)
    for n_drawn in (0, 1, n_unread // 3, n_unread // 2, n_unread)
    for n_relevant in (0, 1, 3)
    for n_found in (0, 1, 5, 19, 20, 81, 300)
    for recall in (0.7, 0.8, 0.9, 0.95, 0.99)
    if n_relevant <= n_drawn <= n_unread
]


def test_the_check_agrees_with_whole_numbers_and_scipy_over_a_grid():
    for n_unread, n_drawn, n_relevant, n_found, recall in GRID:
        claim = Claim(recall)
        share, missing = Fraction(str(recall)), n_relevant
        while Fraction(n_found + n_relevant) >= share * (n_found + missing):
            missing += 1
        p_value = check_p_value(n_found, RandomCheck(n_unread, n_drawn, n_relevant), claim)
        if missing > n_unread:
            assert p_value == 0.0
            continue
        exact = float(_exact_cdf(n_relevant, n_unread, missing, n_drawn))
        assert p_value == pytest.approx(exact, rel=1e-9, abs=1e-15)
        by_scipy = stats.hypergeom.cdf(n_relevant, n_unread, missing, n_drawn)
        assert p_value == pytest.approx(by_scipy, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("n_unread", "n_drawn", "n_found", "recall"),
    [(9000, 8000, 300, 0.8), (5000, 4990, 81, 0.9), (100_000, 60_000, 600, 0.95)],
)
def test_the_tails_keep_their_digits(n_unread, n_drawn, n_found, recall):
    claim = Claim(recall)
    missing = claim.n_missing(n_found)
    exact = _exact_cdf(0, n_unread, missing, n_drawn)
    p_value = check_p_value(n_found, RandomCheck(n_unread, n_drawn, 0), claim)
    assert exact > 0
    assert p_value == pytest.approx(float(exact), rel=1e-8)


@pytest.mark.parametrize("recall", [0.7, 0.8, 0.9, 0.95])
def test_the_control_set_agrees_with_the_binomial_in_whole_numbers(recall):
    share = Fraction(str(recall))
    for n in (1, 14, 29, 59, 90, 200):
        cdf, needed = Fraction(0), None
        for reached in range(n):
            cdf += comb(n, reached) * share**reached * (1 - share) ** (n - reached)
            if cdf >= Fraction(19, 20):
                needed = reached + 1
                break
        assert n_control_to_reach(n, Claim(recall)) == needed


@given(
    n_unread=st.integers(1, 3000),
    n_found=st.integers(0, 400),
    n_expected=st.integers(0, 3),
    percent=st.sampled_from([80, 90, 95]),
)
@settings(max_examples=60, deadline=None)
def test_a_planned_check_is_the_smallest(n_unread, n_found, n_expected, percent):
    claim = Claim(percent / 100)
    n = plan_check(n_unread, n_found, claim=claim, n_expected=n_expected)
    missing = claim.n_missing(n_found + n_expected) + n_expected
    if missing > n_unread:
        assert n == 0
        return
    assert stats.hypergeom.cdf(n_expected, n_unread, missing, n) <= claim.error
    assert n == 0 or stats.hypergeom.cdf(n_expected, n_unread, missing, n - 1) > claim.error


@given(n_unread=st.integers(0, 3000), n_found=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_what_is_mixed_in_is_set_aside_before_the_draw(n_unread, n_found):
    claim = Claim(0.9)
    n_mixed_in, n_drawn = plan_mixed_check(n_unread, n_found, claim=claim)
    assert 0 <= n_mixed_in <= n_unread
    assert n_drawn == plan_check(n_unread - n_mixed_in, n_found, claim=claim)


@given(
    n_unread=st.integers(1, 600),
    drawn=st.floats(0, 1),
    relevant=st.floats(0, 0.1),
    n_found=st.integers(1, 300),
    percent=st.sampled_from([80, 90, 95]),
)
@settings(max_examples=80, deadline=None)
def test_a_claim_is_supported_exactly_up_to_the_confidence_limit(
    n_unread, drawn, relevant, n_found, percent
):
    n_drawn = int(drawn * n_unread)
    check = RandomCheck(n_unread, n_drawn, int(relevant * n_drawn))
    claim = Claim(percent / 100)
    at_least = supported_recall(n_found, check, error=claim.error)
    p_value = check_p_value(n_found, check, claim)
    assert (p_value <= claim.error) == (at_least >= claim.recall - 1e-9)


@given(
    n_unread=st.integers(20, 600),
    n_found=st.integers(1, 300),
    n_relevant=st.integers(0, 5),
    n_open=st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_what_is_open_never_helps_the_claim(n_unread, n_found, n_relevant, n_open):
    claim, n_drawn = Claim(0.9), n_unread // 2
    settled = check_p_value(n_found, RandomCheck(n_unread, n_drawn, n_relevant), claim)
    opened = check_p_value(n_found, RandomCheck(n_unread, n_drawn, n_relevant + n_open), claim)
    for error in (0.01, 0.05, 0.2):  # far above these the p values of small urns may cross
        assert not opened <= error < settled


def test_a_look_spends_what_was_planned_and_no_more():
    claim, check = Claim(0.9), RandomCheck(2000, 600, 0)
    spent = [
        judge_look(150, check, claim=claim, look=look, error_shares=(0.5, 0.3, 0.2))
        for look in (1, 2, 3)
    ]
    assert [one.error_spent for one in spent] == pytest.approx([0.025, 0.015, 0.01])
    assert [one.error_left for one in spent] == pytest.approx([0.025, 0.01, 0.0])


# ── the published package ───────────────────────────────────────────────────────────────────────
RECALLS = (0.8, 0.9, 0.95)
_ASK = """
import json, sys
from buscarpy import calculate_h0
import numpy as np
cases = json.load(sys.stdin)
out = [
    calculate_h0(np.array(case["labels"]), case["n"], recall_target=case["recall"])
    for case in cases
]
json.dump([None if p is None else float(p) for p in out], sys.stdout)
"""


@pytest.mark.exhaustive
def test_buscarpy_gives_the_same_p_values():
    """The same package as published, in an environment of its own (`make .peers/buscarpy`)."""
    if not PEER.is_file():
        pytest.skip("no environment for buscarpy (make .peers/buscarpy)")
    rng = np.random.default_rng(8)
    cases = []
    for _ in range(60):
        n = int(rng.integers(200, 900))
        n_read = int(rng.integers(50, n - 20))
        places = np.minimum(rng.exponential(n / 8, int(rng.integers(15, 60))).astype(int), n - 1)
        labels = np.zeros(n, dtype=int)
        labels[places] = 1
        cases.append(
            {"labels": labels[:n_read].tolist(), "n": n, "recall": float(rng.choice(RECALLS))}
        )
    asked = subprocess.run(
        [PEER, "-c", _ASK], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    theirs = json.loads(asked.stdout)
    ours = [
        STOPPING_RULES["buscar"]
        .judge(
            ScreeningView(case["n"], np.array(case["labels"], dtype=bool)), Claim(case["recall"])
        )
        .statistic
        for case in cases
    ]
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)
