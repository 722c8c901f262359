"""Why a citation stands where it stands, and decisions to look at again, from a review's folder."""

from __future__ import annotations

import pytest

from pipeline.errors import UnknownNameError


def test_a_place_is_explained_by_terms_and_decided_citations(screened, include, exclude):
    first, second, *rest = screened.snapshot().queue["citation_id"].to_list()
    screened.decide([include(first), exclude(second, "design")], reviewer="anna")
    screened.rank()
    told = screened.ranking.explain(rest[0])
    assert told.position in {1, 2}
    assert told.terms
    assert {one.citation_id for one in told.similar} <= {first, second}
    assert screened.ranking.explain(first).position is None
    with pytest.raises(UnknownNameError, match="citation 'nowhere'"):
        screened.ranking.explain("nowhere")


def test_a_second_look_covers_every_decision(screened, include, exclude):
    first, second, *_ = screened.snapshot().queue["citation_id"].to_list()
    screened.decide([include(first), exclude(second, "design")], reviewer="anna")
    looks = screened.ranking.second_look()
    assert set(looks["citation_id"]) == {first, second}
    assert looks["position"].to_list() == [1, 1]


def test_nothing_is_said_of_groups_that_are_not_there(screened):
    assert screened.ranking.hard_to_rank()["group"].to_list() == ["all others"]
