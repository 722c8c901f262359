"""Suggestions are worth reading: they beat "every label on every record" by a margin."""

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from pipeline.tag import CODEBOOKS, suggest_tags

BERARDI = CODEBOOKS["berardi-2024"]
MARGIN = 0.15  # micro-F1 above the baseline, asked of domain × polarity
SECOND_MARGIN = 0.12  # before its phrases were learnt from: .10


def _scoring():
    spec = importlib.util.spec_from_file_location("scoring", Path(__file__).with_name("scoring.py"))
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["scoring"] = module
    spec.loader.exec_module(module)
    return module


scoring = _scoring()


@pytest.fixture(scope="module")
def gold():
    return scoring.read_gold(scoring.DEVELOPMENT)


@pytest.fixture(scope="module")
def scores(gold):
    return {line.measure: line for line in scoring.score(gold, BERARDI)}


def test_the_gold_quotes_its_abstracts(gold):
    assert len(gold) >= 60
    assert len({record.record_id for record in gold}) == len(gold)
    for record in gold:
        assert all(tag.sentence in record.abstract for tag in record.tags)


def test_the_gold_holds_traps(gold):
    assert {record.kind for record in gold} >= {"primary", "review", "protocol", "report", "news"}
    assert any(not record.tags for record in gold)
    assert any(tag.polarity == "unspecified" for record in gold for tag in record.tags)


def test_domain_and_polarity_beat_the_baseline(scores):
    line = scores["domain × polarity"]
    assert line.f1 >= line.baseline + MARGIN


@pytest.mark.parametrize("measure", ["domain", "level", "evidence sentence"])
def test_the_other_measures_beat_it_too(scores, measure):
    assert scores[measure].f1 > scores[measure].baseline


def test_most_evidence_sentences_are_found(scores):
    assert scores["evidence sentence"].f1 >= 0.80


def test_it_holds_on_what_another_author_wrote():
    """The second author wrote obliquely and saw no phrase; what was learnt there is in by now."""
    second = scoring.read_gold(Path(__file__).with_name("gold_second.jsonl"))
    scores = {line.measure: line for line in scoring.score(second, BERARDI)}
    line = scores["domain × polarity"]
    assert line.f1 >= line.baseline + SECOND_MARGIN


def test_kinds_are_mostly_right(gold):
    assert scoring.kind_accuracy(gold, BERARDI) >= 0.9


def test_scores_of_a_perfect_and_an_empty_answer():
    assert scoring._f1({1, 2}, {1, 2}) == 1
    assert scoring._f1({1, 2}, set()) == 0
    assert scoring._f1({1, 2}, {1, 3}) == 0.5


def test_real_texts_are_told_apart(shared):
    kinds, n_tags = {}, {}
    for path in sorted((shared / "seeds").glob("*.txt")):
        text = path.read_text("utf-8")
        texts = pl.DataFrame(
            {"record_id": [path.stem], "title": [text.split("\n")[0]], "abstract": [text]}
        )
        found = suggest_tags(texts, codebook=BERARDI)
        kinds[path.stem[:3]] = found.reports["kind"][0]
        n_tags[path.stem[:3]] = found.tags.height
    assert {kinds[key] for key in ("000", "001", "002")} == {"primary"}
    assert {kinds[key] for key in ("003", "004")} <= {"news", "report"}
    assert all(n_tags[key] for key in ("000", "001", "002"))
