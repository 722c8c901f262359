"""A model may judge suggestions only once it has beaten the cues on reports it has not seen."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipeline.tag import CODEBOOKS, suggest_tags
from pipeline.tag.learning import FEWEST, judge_suggestions

PLACE = Path(__file__).parent.parent / "tag" / "scoring.py"


@pytest.fixture(scope="module")
def scoring():
    spec = importlib.util.spec_from_file_location("scoring", PLACE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["scoring"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gold(scoring):
    return scoring.read_gold(scoring.DEVELOPMENT)


@pytest.fixture(scope="module")
def suggestions(scoring, gold):
    found = suggest_tags(scoring.texts_of(gold), codebook=CODEBOOKS["berardi-2024"]).tags
    return found.rename({"record_id": "report_id"}).with_columns(source=pl.lit("abstract"))


@pytest.fixture(scope="module")
def confirmed(gold):
    """What the reviewer confirmed: the known tags of the development texts."""
    rows = [
        (one.record_id, "abstract", tag.domain, tag.polarity, start, start + len(tag.sentence))
        for one in gold
        for tag in one.tags
        for start in [one.abstract.index(tag.sentence)]
    ]
    places = {"start": pl.UInt32, "end": pl.UInt32}
    names = dict.fromkeys(("report_id", "source", "domain", "polarity"), pl.String)
    return pl.DataFrame(rows, schema=names | places, orient="row")


def judge(suggestions, confirmed, reviewed, seed=0):
    rng = np.random.default_rng(seed)
    return judge_suggestions(suggestions, confirmed=confirmed, reviewed=reviewed, rng=rng)


def test_nothing_is_tried_before_enough_reports_are_reviewed(gold, suggestions, confirmed):
    judged = judge(suggestions, confirmed, [one.record_id for one in gold][: FEWEST - 1])
    assert not judged.gate.is_open
    assert judged.gate.model_f1 is None
    assert "not tried before 40" in judged.gate.sentence
    assert not judged.suggestions["is_held_back"].any()


@pytest.fixture(scope="module")
def by_the_book(gold, suggestions, confirmed):
    return judge(suggestions, confirmed, [one.record_id for one in gold])


@pytest.fixture(scope="module")
def strict(gold, suggestions, confirmed):
    """The same reviewer, who does not count two of the domains."""
    kept = confirmed.filter(~pl.col("domain").is_in(["GE", "SP"]))
    return judge(suggestions, kept, [one.record_id for one in gold])


def test_where_the_cues_are_as_good_as_it_gets_the_gate_stays_closed(by_the_book):
    assert by_the_book.gate.model_f1 is not None
    assert not by_the_book.gate.is_open
    assert "cues alone" in by_the_book.gate.sentence
    assert "not enough" in by_the_book.gate.sentence


def test_a_reviewer_with_a_rule_of_their_own_opens_it(strict):
    assert strict.gate.is_open
    assert strict.gate.model_f1 > strict.gate.cues_f1
    assert "holds back" in strict.gate.sentence
    held = strict.suggestions.filter("is_held_back")
    assert set(held["domain"]) >= {"GE", "SP"}
    assert held.filter(pl.col("domain").is_in(["GE", "SP"])).height > held.height / 2


def test_a_reviewer_who_answers_at_random_teaches_nothing(gold, suggestions):
    rng = np.random.default_rng(1)
    guessed = suggestions.filter(pl.Series(rng.random(suggestions.height) < 0.5))
    reviewed = [one.record_id for one in gold]
    first, again = judge(suggestions, guessed, reviewed), judge(suggestions, guessed, reviewed)
    assert not first.gate.is_open
    assert first.gate == again.gate


def test_reports_that_are_all_right_or_all_wrong_teach_nothing(gold, suggestions):
    reviewed = [one.record_id for one in gold]
    assert judge(suggestions, suggestions, reviewed).gate.model_f1 is None
    assert judge(suggestions, suggestions.clear(), reviewed).gate.model_f1 is None
