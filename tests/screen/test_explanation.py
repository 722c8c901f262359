"""Why a citation stands where it stands, and which decisions deserve a second look."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipeline.errors import UnknownNameError
from pipeline.screen import MODELS, Ranker, explain_ranking, take_second_look

TITLES = [
    "Nurse staffing on wards",
    "Nurse staffing and ward safety",
    "Soil enzymes under drought",
    "Soil yeast under frost",
    "Galaxy surveys of nurse sharks",
]


@pytest.fixture
def five(citations):
    return citations(*"abcde", titles=TITLES)


def test_terms_of_relevant_citations_push_up_and_others_down(five, labels):
    ranker = Ranker(five, model="elas-u4")
    known = labels({"a": True, "c": False})
    terms = explain_ranking(ranker, known, citation_ids=["b", "d"]).terms
    effects = {(row[0], row[1]): row[2] for row in terms.iter_rows()}
    assert effects["b", "nurse staffing"] > 0
    assert effects["d", "soil"] < 0
    assert terms["citation_id"].unique(maintain_order=True).to_list() == ["b", "d"]


def test_the_effects_add_up_to_the_score(five, labels):
    ranker, known = Ranker(five, model="elas-u4"), labels({"a": True, "c": False})
    terms = explain_ranking(ranker, known, citation_ids=["b", "e"], n_terms=1000).terms
    sums = dict(terms.group_by("citation_id").agg(pl.col("effect").sum()).iter_rows())
    scores = dict(ranker.order(known).select("citation_id", "score").iter_rows())
    assert sums["b"] - sums["e"] == pytest.approx(scores["b"] - scores["e"], abs=1e-9)


@pytest.mark.parametrize("model", list(MODELS))
def test_the_question_explains_the_first_citations(model, five, labels):
    ranker = Ranker(five, question="nurse staffing", model=model)
    explained = explain_ranking(ranker, labels({}), citation_ids=["a", "c"])
    assert set(explained.terms["citation_id"]) == {"a"}
    assert (explained.terms["effect"] > 0).all()
    assert explained.similar.is_empty()


@pytest.mark.parametrize("model", list(MODELS))
def test_the_most_similar_decided_citation_comes_first(model, five, labels):
    known = labels({"a": True, "c": False, "e": False})
    explained = explain_ranking(Ranker(five, model=model), known, citation_ids=["b", "a"])
    nearest = explained.similar.row(0, named=True)
    assert (nearest["citation_id"], nearest["similar_id"]) == ("b", "a")
    assert nearest["is_relevant"]
    assert (explained.similar["citation_id"] != explained.similar["similar_id"]).all()


def test_a_citation_that_is_not_there_cannot_be_explained(five, labels):
    with pytest.raises(UnknownNameError, match="citation 'zz'"):
        explain_ranking(Ranker(five), labels({}), citation_ids=["zz"])


def _decided(invented, citations, labels, flipped=()):
    records = invented(80, n_relevant=16)
    screened = citations(
        *((record_id,) for record_id in records["record_id"]),
        titles=records["title"].to_list(),
        abstracts=records["abstract"].to_list(),
    )
    relevance = dict(zip(records["record_id"], records["label"] == 1, strict=True))
    for citation_id in flipped:
        relevance[citation_id] = not relevance[citation_id]
    return screened, labels(relevance)


@pytest.mark.parametrize("model", list(MODELS))
def test_a_wrong_decision_surfaces_at_the_second_look(model, invented, citations, labels):
    records = invented(80, n_relevant=16)
    relevant = records.filter(pl.col("label") == 1)["record_id"]
    wrong_exclusion, wrong_include = relevant[3], "r000"
    screened, known = _decided(invented, citations, labels, [wrong_exclusion, wrong_include])
    looks = take_second_look(Ranker(screened, model=model), known)
    assert looks.height == known.height
    assert wrong_exclusion in looks.filter(~pl.col("is_relevant"))["citation_id"].head(3)
    assert wrong_include in looks.filter("is_relevant")["citation_id"].head(3)


def test_a_second_look_is_repeatable_and_its_seed_draws_the_folds(invented, citations, labels):
    screened, known = _decided(invented, citations, labels)
    looks = [take_second_look(Ranker(screened, seed=seed), known) for seed in (0, 0, 1)]
    assert looks[0].equals(looks[1])
    scores = [look.sort("citation_id")["score"].to_numpy() for look in looks]
    assert not np.array_equal(scores[0], scores[2])


def test_one_decision_can_be_looked_at_without_complaint(five, labels):
    looks = take_second_look(Ranker(five, question="nurse"), labels({"a": True}))
    assert looks["position"].to_list() == [1]
