"""Stopping rules: what they may see, what they promise, and what a random check allows to claim."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.errors import InputError, UnknownNameError
from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    ControlSet,
    RandomCheck,
    ScreeningView,
    all_of,
    any_of,
    certify_after,
    check_p_value,
    draw_check,
    estimate_recall,
    estimate_unseen,
    judge_look,
    plan_check,
    price_of_certainty,
    price_table,
    replay_stopping,
)
from pipeline.screen.stopping.control_set import n_control_to_reach
from pipeline.screen.stopping.habits import judge_consecutive_irrelevant
from pipeline.screen.stopping.replay import replay_rules

RULES = list(STOPPING_RULES.values())
FIFTY_IN_A_ROW = dataclasses.replace(
    STOPPING_RULES["consecutive-irrelevant"],
    judge=lambda view, claim: judge_consecutive_irrelevant(view, claim, n=50),
)
MONOTONE = [rule for rule in RULES if rule.is_monotone]


def _labels(n_read, *found_at):
    labels = np.zeros(n_read, dtype=bool)
    labels[list(found_at)] = True
    return labels


def _falling(n_records, n_relevant, seed=0):
    """Labels in reading order whose finds become rarer."""
    rng = np.random.default_rng(seed)
    places = np.minimum(rng.exponential(n_records / 12, n_relevant).astype(int), n_records - 1)
    labels = np.zeros(n_records, dtype=bool)
    labels[places] = True
    return labels


# ── every rule ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_promises_and_where_it_comes_from(rule):
    assert rule.says.endswith(".")
    assert rule.source
    assert rule.promise in {"guarantee", "estimate", "habit"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("n_read", [0, 1, 30, 1000])
def test_a_rule_always_has_an_answer_and_the_same_one(rule, n_read):
    view = ScreeningView(1000, _falling(1000, 40)[:n_read])
    advice = rule.judge(view, Claim())
    assert advice == rule.judge(view, Claim())
    assert advice.rule == rule.name
    assert advice.reason
    if n_read == 0:
        assert not advice.may_stop


@settings(max_examples=60, deadline=None)
@given(
    labels=st.lists(st.booleans(), min_size=1, max_size=300),
    late=st.floats(0, 1),
    rule=st.sampled_from(MONOTONE),
)
def test_a_late_find_never_makes_a_monotone_rule_more_willing(labels, late, rule):
    before = np.array(labels)
    last = int(np.flatnonzero(before)[-1]) if before.any() else 0
    place = last + int(late * (before.size - 1 - last))
    after = before.copy()
    after[place] = True
    control = ControlSet(100, 3, 1)
    stop_before, stop_after = (
        rule.judge(ScreeningView(400, some, control=control), Claim()).may_stop
        for some in (before, after)
    )
    assert stop_before or not stop_after


def test_an_unknown_rule_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'buscar'"):
        STOPPING_RULES["busca"]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), share=st.floats(0.02, 0.2))
def test_no_rule_looks_at_labels_that_it_could_not_know(seed, share):
    """Whatever the unread turn out to be, and in whatever order, it stops at the same place."""
    rng = np.random.default_rng(seed)
    labels = _falling(300, max(1, int(share * 300)), seed)
    nobody = np.zeros(labels.size, dtype=bool)
    asked = {"claim": Claim(0.9), "look_every": 20}
    for rule in RULES:
        ((_, n_read, *_),) = replay_rules(labels, [rule], nobody, **asked)
        other = labels.copy()
        other[n_read:] = rng.random(labels.size - n_read) < 0.5
        assert replay_rules(other, [rule], nobody, **asked)[0][1] == n_read


# ── each rule, worked by hand ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("rule", "view", "expected"),
    [
        ("consecutive-irrelevant", ScreeningView(500, _labels(101, 0)), True),
        ("consecutive-irrelevant", ScreeningView(500, _labels(101, 1)), False),
        ("share-read", ScreeningView(200, _labels(100)), True),
        ("share-read", ScreeningView(200, _labels(99)), False),
        ("target", ScreeningView(9, _labels(9), control=ControlSet(99, 10, 10)), True),
        ("target", ScreeningView(9, _labels(9), control=ControlSet(99, 11, 10)), False),
        ("target", ScreeningView(9, _labels(9), control=ControlSet(99, 9, 9)), False),
        ("qbcb", ScreeningView(9, _labels(9), control=ControlSet(99, 59, 59)), True),
        ("qbcb", ScreeningView(9, _labels(9), control=ControlSet(99, 58, 58)), False),
        ("safe", ScreeningView(200, _labels(60, 1), control=ControlSet(20, 1, 1)), True),
        ("safe", ScreeningView(200, _labels(60, 20), control=ControlSet(20, 1, 1)), False),
        ("safe", ScreeningView(900, _labels(60, 1), control=ControlSet(20, 1, 1)), False),
    ],
)
def test_rules_worked_by_hand(rule, view, expected):
    assert STOPPING_RULES[rule].judge(view, Claim()).may_stop is expected


def test_safe_waits_for_the_key_papers():
    view = ScreeningView(200, _labels(60, 1), control=ControlSet(20, 1, 1))
    missing = dataclasses.replace(view, n_key_papers_missing=1)
    assert STOPPING_RULES["safe"].judge(view, Claim()).may_stop
    assert not STOPPING_RULES["safe"].judge(missing, Claim()).may_stop


def test_combinations():
    yes, no = STOPPING_RULES["share-read"], STOPPING_RULES["target"]
    view = ScreeningView(10, _labels(9))
    assert any_of("either", [yes, no]).judge(view, Claim()).may_stop
    assert not all_of("both", [yes, no]).judge(view, Claim()).may_stop
    assert all_of("both", [yes, no]).promise == "guarantee"
    assert any_of("either", [yes, no]).promise == "habit"


def test_the_knee_is_seen_only_after_the_bend():
    bend = np.concatenate([np.ones(200, bool), np.zeros(300, bool)])
    knee = STOPPING_RULES["knee"]
    assert knee.judge(ScreeningView(1000, bend), Claim()).may_stop
    assert not knee.judge(ScreeningView(1000, bend[:201]), Claim()).may_stop


@pytest.mark.parametrize(("recall", "fewest"), [(0.8, 14), (0.9, 29), (0.95, 59)])
def test_the_fewest_control_records_that_can_do(recall, fewest):
    assert n_control_to_reach(fewest, Claim(recall)) == fewest
    assert n_control_to_reach(fewest - 1, Claim(recall)) is None


def test_the_buscar_rule_is_its_formula():
    labels, claim = _falling(400, 30)[:250], Claim(0.9)
    found, smallest = int(labels.sum()), 1.0
    for window in range(1, 251):
        inside = int(labels[-window:].sum())
        missing = int(Fraction(found) / Fraction(9, 10) + 1 - (found - inside))
        pool = 400 - (250 - window)
        p = stats.hypergeom.cdf(inside, pool, missing, window) if missing <= pool else 0.0
        smallest = min(smallest, p)
    advice = STOPPING_RULES["buscar"].judge(ScreeningView(400, labels), claim)
    assert advice.statistic == pytest.approx(smallest, rel=1e-12)


def test_chao_after_the_published_formula():
    unseen, upper = estimate_unseen(6, 3, 3)
    assert unseen == pytest.approx((2 / 3) * 36 / 6)
    assert upper > unseen
    assert estimate_unseen(6, 0, 3)[0] == pytest.approx((2 / 3) * 6 * 5 / 2)


def test_chao_waits_while_learners_disagree():
    chao, labels = STOPPING_RULES["chao"], np.ones(40, dtype=bool)
    agreed = ScreeningView(500, labels, captures=(3,) * 40, n_learners=3)
    torn = ScreeningView(500, labels, captures=(1,) * 20 + (3,) * 20, n_learners=3)
    assert chao.judge(agreed, Claim()).may_stop
    assert not chao.judge(torn, Claim()).may_stop


def test_the_estimate_of_recall_recovers_a_falling_rate():
    labels = _falling(4000, 300, seed=3)
    estimate = estimate_recall(ScreeningView(4000, labels[:700]))
    truth = labels[:700].sum() / labels.sum()
    assert estimate.low <= estimate.recall
    assert estimate.recall == pytest.approx(truth, abs=0.08)


def test_an_even_rate_promises_nothing():
    labels = np.tile([True] + [False] * 9, 50)
    estimate = estimate_recall(ScreeningView(1000, labels))
    assert estimate.recall == pytest.approx(0.5, abs=0.05)


def test_too_few_finds_have_no_estimate():
    assert estimate_recall(ScreeningView(1000, _labels(100, *range(19)))) is None


# ── the claim and its price ─────────────────────────────────────────────────────────────────────
@given(n_found=st.integers(0, 5000), percent=st.integers(1, 99))
def test_the_floor_is_decided_in_whole_numbers(n_found, percent):
    missing = Claim(percent / 100).n_missing(n_found)
    assert 100 * n_found < percent * (n_found + missing)
    assert missing == 1 or 100 * n_found >= percent * (n_found + missing - 1)


@pytest.mark.parametrize("recall", [0.0, 1.0, -1, 2])
def test_a_claim_is_a_share(recall):
    with pytest.raises(InputError, match="between 0 and 1"):
        Claim(recall)


PUBLISHED_PRICES = {0.95: (95, 78, 63, 45, 31, 17, 9), 0.9: (78, 63, 45, 26, 16, 8, 4)}


@pytest.mark.parametrize("recall", list(PUBLISHED_PRICES))
def test_the_price_table(recall):
    table = price_table(recalls=[recall])
    assert (table["share"] * 100).round().to_list() == pytest.approx(
        PUBLISHED_PRICES[recall], abs=1
    )


def test_the_price_in_records_is_the_planned_check():
    table = price_table(found=[81], recalls=[0.95], n_unread=10_000)
    assert table["n_records"].to_list() == [plan_check(10_000, 81, claim=Claim(0.95))]
    assert table["n_records"][0] / 10_000 == pytest.approx(
        price_of_certainty(81, claim=Claim(0.95)), abs=0.01
    )


@given(n_unread=st.integers(1, 400), n_found=st.integers(1, 200), n_expected=st.integers(0, 2))
@settings(max_examples=50, deadline=None)
def test_the_planned_check_is_the_smallest_that_certifies(n_unread, n_found, n_expected):
    claim = Claim(0.9)
    n = plan_check(n_unread, n_found, claim=claim, n_expected=n_expected)
    assert check_p_value(n_found, RandomCheck(n_unread, n, n_expected), claim) <= 0.05
    if n > max(n_expected, 0) + 1:
        fewer = RandomCheck(n_unread, n - 1, n_expected)
        assert check_p_value(n_found, fewer, claim) > 0.05


def test_the_check_is_an_exact_test_when_few_are_missing():
    """Over every false state, the chance to certify is within the error: summed, not drawn."""
    n_unread, n_found, claim = 300, 60, Claim(0.9)
    for missing in range(claim.n_missing(n_found), 40):
        drawn = plan_check(n_unread, n_found, claim=claim)
        chance = sum(
            stats.hypergeom.pmf(held, n_unread, missing, drawn)
            for held in range(missing + 1)
            if check_p_value(n_found, RandomCheck(n_unread, drawn, held), claim) <= claim.error
            and (n_found + held) / (n_found + missing) < claim.recall
        )
        assert chance <= claim.error + 1e-12


# ── the check, drawn and judged ─────────────────────────────────────────────────────────────────
def test_a_check_is_drawn_by_seed_and_never_by_order():
    ids = [f"c{number}" for number in range(50)]
    drawn = draw_check(ids, n=10, seed=4)
    assert drawn == draw_check(ids[::-1], n=10, seed=4)
    assert drawn != draw_check(ids, n=10, seed=5)
    assert len(set(drawn)) == 10


def test_more_than_is_unread_cannot_be_drawn():
    with pytest.raises(InputError, match="3 of 2 unread cannot be drawn"):
        draw_check(["a", "b"], n=3, seed=0)


def test_a_failed_look_prints_the_error_that_is_left():
    failed = judge_look(300, RandomCheck(9000, 1500, 12), claim=Claim(0.95))
    assert not failed.is_certified
    assert failed.error_spent == pytest.approx(0.04)
    assert failed.error_left == pytest.approx(0.01)
    assert "0.01 left" in failed.sentence
    last = judge_look(312, RandomCheck(7000, 4000, 0), claim=Claim(0.95), look=2)
    assert last.is_certified
    assert last.error_left == 0.0


def test_a_look_that_was_not_planned_is_refused():
    with pytest.raises(InputError, match="3 was not planned"):
        judge_look(300, RandomCheck(9000, 1500, 0), claim=Claim(), look=3)


def test_more_error_than_there_is_cannot_be_divided():
    with pytest.raises(InputError, match="more error than there is"):
        judge_look(300, RandomCheck(9000, 1500, 0), claim=Claim(), error_shares=(0.8, 0.3))


def test_an_open_conflict_in_the_check_counts_against_the_claim():
    settled = RandomCheck(2000, 600, 0)
    still_open = dataclasses.replace(settled, n_relevant=1)
    claim = Claim(0.95)
    assert check_p_value(200, still_open, claim) > check_p_value(200, settled, claim)


# ── replayed ────────────────────────────────────────────────────────────────────────────────────
def test_every_rule_stops_somewhere_or_reads_everything():
    labels = _falling(800, 60)
    outcomes = replay_stopping(labels, rules=RULES, claim=Claim(), rng=np.random.default_rng(0))
    assert outcomes["rule"].to_list() == [rule.name for rule in RULES]
    unstopped = outcomes.filter(~pl.col("has_stopped"))
    assert (unstopped["share_read"] == 1.0).all()
    assert (unstopped["recall"] == 1.0).all()


def test_the_certificate_keeps_its_promise_where_some_records_cannot_be_ranked():
    """One relevant record in ten is anywhere: habits miss them, the certificate must not."""
    rng, claim, reached = np.random.default_rng(11), Claim(0.9), []
    for _ in range(200):
        labels = np.zeros(1000, dtype=bool)
        labels[rng.choice(100, size=54, replace=False)] = True
        labels[rng.choice(np.arange(100, 1000), size=6, replace=False)] = True
        outcome = certify_after(labels, FIFTY_IN_A_ROW, claim=claim, rng=rng)
        reached.append(outcome["recall"][0] >= claim.recall)
    assert np.mean(reached) >= 0.95 - 1.64 * np.sqrt(0.95 * 0.05 / 200)


def test_a_hopeless_certificate_reads_everything():
    labels = np.arange(400) % 8 == 0
    outcome = certify_after(
        labels, STOPPING_RULES["share-read"], claim=Claim(0.9), rng=np.random.default_rng(0)
    )
    assert outcome["has_stopped"].to_list() == [False]
    assert outcome["n_read"].to_list() == [400]
    assert outcome["recall"].to_list() == [1.0]
