"""Citations without abstract or not in English: counted apart, their place said."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.schemas import Citation
from pipeline.screen import find_hard_to_rank, rank_citations

TITLES = ["Nurse rota", "Pflege und Dienstplan", "Nurse wards", "Soil", "Nurse staffing"]


@pytest.fixture
def five(citations):
    made = citations(*"abcde", titles=TITLES, abstracts=["x", "y", None, "", "z"])
    language = pl.Series("language", ["en", "de", None, "English", None])
    return Citation.validate(made.with_columns(language))


def test_groups_are_counted_and_placed(five, labels):
    known = labels({"a": True, "b": False})
    queue = rank_citations(five, known, question="nurse")
    told = {row["group"]: row for row in find_hard_to_rank(five, known, queue).to_dicts()}
    assert told["no abstract"]["n_citations"] == 2
    assert told["not in English"] == {
        "group": "not in English",
        "n_citations": 1,
        "n_read": 1,
        "n_relevant": 0,
        "median_place": None,
    }
    assert told["all others"]["n_relevant"] == 1
    assert 0 < told["no abstract"]["median_place"] < 1


def test_a_relevant_title_without_abstract_comes_before_an_irrelevant_one(five, labels):
    order = rank_citations(five, labels({"a": True, "b": False}))["citation_id"].to_list()
    assert order.index("c") < order.index("d")


def test_a_title_in_another_language_is_led_by_pieces_of_its_words(citations, labels):
    titles = ["Dienstplan", "Dienstplanung im Krankenhaus", "Bodenenzyme", "Enzyme im Boden"]
    four = citations(*"abcd", titles=titles)
    order = rank_citations(four, labels({"a": True, "c": False}))["citation_id"].to_list()
    assert order == ["b", "d"]
