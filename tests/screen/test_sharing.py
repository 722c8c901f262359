"""Sharing the reading: even, repeatable, and moved by nobody but those who come and go."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.screen.sharing import draw_overlap, rank_readers

READERS = ("anna", "bo", "cy", "dag")
IDS = pl.Series("citation_id", [f"embase:l{number}" for number in range(2000)])


def first_readers(ids, readers, seed=0):
    ranked = rank_readers(ids, readers, seed=seed).filter(pl.col("rank") == 0)
    return dict(ranked.select("citation_id", "reviewer").iter_rows())


def test_each_reader_comes_first_for_an_even_part():
    counts = pl.Series(list(first_readers(IDS, READERS).values())).value_counts()["count"]
    assert counts.min() > 420
    assert counts.max() < 580


@settings(max_examples=20, deadline=None)
@given(leaving=st.sampled_from(READERS), seed=st.integers(0, 5))
def test_who_leaves_moves_only_their_own(leaving, seed):
    ids = IDS.head(200)
    before = first_readers(ids, READERS, seed)
    after = first_readers(ids, [one for one in READERS if one != leaving], seed)
    assert all(after[one] == who for one, who in before.items() if who != leaving)
    assert len({after[one] for one, who in before.items() if who == leaving}) > 1


@settings(max_examples=20, deadline=None)
@given(
    order=st.permutations(list(READERS)), ids=st.permutations([f"r{number}" for number in range(8)])
)
def test_nothing_depends_on_any_order(order, ids):
    expected = rank_readers(pl.Series(sorted(ids)), READERS)
    found = rank_readers(pl.Series(ids), order)
    keys = ["citation_id", "reviewer"]
    assert found.sort(keys).equals(expected.sort(keys))


def test_a_seed_repeats_and_another_varies():
    assert first_readers(IDS, READERS, 1) == first_readers(IDS, READERS, 1)
    assert first_readers(IDS, READERS, 1) != first_readers(IDS, READERS, 2)
    assert draw_overlap(IDS, 0.1, seed=1).equals(draw_overlap(IDS, 0.1, seed=1))
    assert not draw_overlap(IDS, 0.1, seed=1).equals(draw_overlap(IDS, 0.1, seed=2))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_the_overlap_is_of_the_declared_size(share):
    assert draw_overlap(IDS, share).mean() == pytest.approx(share, abs=0.03)


def test_a_larger_overlap_holds_the_smaller_one():
    small, large = draw_overlap(IDS, 0.1), draw_overlap(IDS, 0.3)
    assert (large | ~small).all()


def test_no_reader_reads_nothing():
    assert rank_readers(IDS, []).is_empty()
