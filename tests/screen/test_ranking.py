"""The reading order of a review: from the first citation on, and the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UnknownNameError
from pipeline.screen import MODELS, Ranker, rank_citations

TITLES = [
    "Barriers to nurse staffing on wards",
    "Soil enzymes under drought",
    "Nurse handover and staffing",
    "Polymer bridges",
    "Glacier models",
    "Ward rounds by nurses",
    "Yeast in beer",
    "Tariffs and trade",
]
IDS = "abcdefgh"


@pytest.fixture
def eight(citations):
    return citations(*IDS, titles=TITLES)


def test_the_first_citations_follow_the_question(eight, labels):
    ranked = rank_citations(eight, labels({}), question="nurse staffing on hospital wards")
    assert ranked["citation_id"][0] == "a"
    assert set(ranked["citation_id"].head(3)) == {"a", "c", "f"}  # "nurses" is found by its stem
    assert ranked["position"].to_list() == list(range(1, 9))
    assert ranked["score"].is_sorted(descending=True)


def test_with_one_class_only_the_question_still_leads(eight, labels):
    ranked = rank_citations(eight, labels({"b": False}), question="nurse staffing")
    assert set(ranked["citation_id"].head(2)) == {"a", "c"}


def test_labels_take_over_from_the_question(eight, labels):
    known = labels({"a": True, "b": False, "d": False})
    ranked = rank_citations(eight, known, question="glacier", model="elas-u4")
    assert ranked["citation_id"][0] == "c"
    assert set(ranked["citation_id"]).isdisjoint({"a", "b", "d"})


def test_without_question_or_labels_the_seed_decides_and_never_the_file(eight, labels):
    orders = {tuple(rank_citations(eight, labels({}), seed=s)["citation_id"]) for s in range(6)}
    assert len(orders) > 1
    assert all(order != tuple(IDS) for order in orders)


@pytest.mark.parametrize("model", list(MODELS))
def test_the_order_of_rows_is_of_no_consequence(model, eight, labels):
    known = labels({"a": True, "b": False, "e": False})
    order = np.random.default_rng(1).permutation(8).tolist()
    first = rank_citations(eight, known, question="nurse", model=model)
    again = rank_citations(eight[order], known.reverse(), question="nurse", model=model)
    assert first.equals(again)


@pytest.mark.parametrize("model", list(MODELS))
def test_a_ranker_has_no_memory(model, eight, labels):
    ranker = Ranker(eight, question="nurse", model=model)
    few, more = labels({"a": True, "b": False}), labels({"a": True, "b": False, "f": True})
    first = ranker.order(few)
    ranker.order(more)
    assert ranker.order(few).equals(first)
    assert rank_citations(eight, few, question="nurse", model=model).equals(first)


def test_the_seed_breaks_ties_and_nothing_else(citations, labels):
    alike = citations(*"abcdefgh", titles=["Nurse staffing"] * 4 + ["Soil enzymes"] * 4)
    orders = [rank_citations(alike, labels({}), question="nurse", seed=s) for s in range(5)]
    assert len({tuple(order["citation_id"]) for order in orders}) > 1
    assert all(set(order["citation_id"].head(4)) == set("abcd") for order in orders)


def test_the_next_batch_is_the_head_of_the_order(eight, labels):
    ranker, known = Ranker(eight, question="nurse"), labels({"a": True})
    batch = ranker.next_batch(known)
    assert batch.equals(ranker.order(known).head(1))


def test_everything_labelled_leaves_nothing_to_read(eight, labels):
    assert rank_citations(eight, labels(dict.fromkeys(IDS, True))).is_empty()


def test_labels_of_other_citations_are_left_aside(eight, labels):
    assert rank_citations(eight, labels({"elsewhere": True})).height == 8


def test_an_unknown_model_is_refused_with_the_nearest(eight, labels):
    with pytest.raises(UnknownNameError, match="did you mean 'elas-u4'"):
        rank_citations(eight, labels({}), model="elas4")


@settings(max_examples=25, deadline=None)
@given(
    titles=st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=8),
    question=st.text(max_size=20),
    known=st.dictionaries(st.sampled_from(IDS), st.booleans(), max_size=6),
)
def test_junk_is_ranked_without_loss(titles, question, known, citations, labels):
    some = citations(*IDS[: len(titles)], titles=titles)
    for model in MODELS:
        ranked = rank_citations(some, labels(known), question=question, model=model)
        assert set(ranked["citation_id"]) == set(some["citation_id"]) - set(known)
        assert ranked["position"].to_list() == list(range(1, ranked.height + 1))
