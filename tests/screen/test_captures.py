"""What rankers list, compared as deep as it is known, and Chao's rule on top of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.screen.contract import Text
from pipeline.screen.cycle import Cycle, extract_features
from pipeline.screen.models import MODELS
from pipeline.screen.stopping import (
    STOPPING_RULES,
    Claim,
    ScreeningView,
    count_captures,
    list_proposals,
    make_unrankable,
    replay_run,
    scatter_relevant,
)

FIRST = np.array([0, 1, 2, 3, 4])
SECOND = np.array([1, 0, 4, 2, 3])
THIRD = np.array([1, 3, 0, 2, 4])


def _marked(n, *rows):
    marked = np.zeros(n, dtype=bool)
    marked[list(rows)] = True
    return marked


def test_lists_are_compared_as_deep_as_all_of_them_were_read():
    """By hand: 4 is unread, so the second list ends after two; of each the first two count."""
    is_read, is_relevant = _marked(5, 0, 1, 2, 3), _marked(5, 0, 1, 3)
    # first two of each: {0, 1}, {1, 0}, {1, 3}: 0 in two lists, 1 in three, 3 in one
    assert count_captures([FIRST, SECOND, THIRD], is_read, is_relevant) == (2, 3, 1)


def test_what_no_ranker_lists_is_not_captured():
    assert count_captures([FIRST, SECOND], _marked(5, 0, 2, 3, 4), _marked(5, 0, 2, 3, 4)) == ()
    assert count_captures([], _marked(2), _marked(2)) == ()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), n=st.integers(1, 40), n_read=st.integers(0, 40), flip=st.booleans()
)
def test_labels_that_nobody_knows_change_nothing(seed, n, n_read, flip):
    rng = np.random.default_rng(seed)
    lists = [rng.permutation(n) for _ in range(3)]
    is_read, is_relevant = np.arange(n) < n_read, rng.random(n) < 0.3
    known = count_captures(lists, is_read, is_relevant)
    assert known == count_captures(lists, is_read, np.where(is_read, is_relevant, flip))
    assert all(1 <= count <= 3 for count in known)
    assert len(known) <= int((is_read & is_relevant).sum())


def test_a_ranker_lists_what_it_would_read_and_stops_before_the_unread():
    texts = [Text(f"nurse staffing ward {n}") for n in range(4)]
    texts += [Text(f"roof tiles colour {n}") for n in range(8)]
    model = MODELS["elas-u4"]
    features = extract_features(texts, Text("nurse staffing"), model)
    is_relevant = np.arange(12) < 4

    def listed(is_read):
        cycle = Cycle(model, features, ties=np.arange(12), rng=np.random.default_rng(0))
        return list_proposals(cycle, is_read, is_relevant, batch_size=lambda _: 2).tolist()

    everything = listed(np.ones(12, dtype=bool))
    assert sorted(everything) == list(range(12))
    assert set(everything[:4]) == {0, 1, 2, 3}
    for n in range(12):
        is_read = np.ones(12, dtype=bool)
        is_read[everything[n]] = False
        assert listed(is_read) == everything[:n]


def test_chao_is_silent_on_few_finds_and_hears_disagreement():
    chao, labels = STOPPING_RULES["chao"], np.ones(40, dtype=bool)
    few = chao.judge(ScreeningView(500, labels, captures=(3,) * 19, n_learners=3), Claim())
    assert not few.may_stop
    assert "20 are the fewest" in few.reason
    counts = (1,) * 6 + (2,) * 3 + (3,) * 31  # unseen: 2/3 · 36/6 = 4
    torn = chao.judge(ScreeningView(500, labels, captures=counts, n_learners=3), Claim())
    assert not torn.may_stop
    assert "6 of them in one list only: about 4 are in none" in torn.reason


def test_a_replay_asks_chao_where_other_rankers_were_replayed():
    labels = np.arange(900) < 60
    rng = np.random.default_rng(3)
    alike = [np.arange(900), np.arange(900)]
    lost = [rng.permutation(900), rng.permutation(900)]
    runs = [
        replay_run(labels, claim=Claim(), rng=np.random.default_rng(0), proposals=lists)
        for lists in (alike, lost)
    ]
    agreed, torn = (run.row(by_predicate=pl.col("rule") == "chao", named=True) for run in runs)
    assert agreed["n_read"] < 120  # they agree, and are believed
    assert torn["recall"] == 1.0
    without = replay_run(labels, claim=Claim(), rng=np.random.default_rng(0))
    assert "chao" not in without["rule"]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_what_one_ranker_cannot_rank_the_others_cannot_either(share):
    rng = np.random.default_rng(1)
    labels = np.arange(400) < 40
    other = np.concatenate([rng.permutation(40), 40 + rng.permutation(360)])
    moved, (places,) = scatter_relevant(labels, [other], share, np.random.default_rng(2))
    assert (moved == make_unrankable(labels, share, np.random.default_rng(2))).all()
    assert sorted(places) == list(range(400))
    n_kept = 40 - round(share * 40)
    assert moved[:n_kept].sum() == pytest.approx(n_kept, abs=2)
    assert moved[places[:n_kept]].sum() == pytest.approx(n_kept, abs=2)
