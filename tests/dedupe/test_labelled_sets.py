"""The labelled sets: no worse than the rules without training, and the card tells the truth."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.dedupe import (
    RULES,
    DuplicateScore,
    deduplicate,
    read_records_table,
    score_clusters,
    shipped_model,
)
from pipeline.schemas import Cluster

MIXED = "misq_mixed"  # names each record's source; judged by itself


def _score(path) -> DuplicateScore:
    table = pl.read_csv(path, infer_schema=False)
    truth = Cluster.validate(table.select("record_id", citation_id="cluster_id"))
    return score_clusters(deduplicate(read_records_table(table), model=RULES).clusters, truth)


@pytest.mark.slow
def test_six_sets_without_any_training(shared):
    paths = [path for path in sorted((shared / "dedupe").glob("*.csv")) if path.stem != MIXED]
    assert len(paths) == 6
    total = sum((_score(path) for path in paths), DuplicateScore(0, 0, 0))
    assert total.f1 >= 0.98
    assert total.n_false_positives <= 30


def test_the_card_holds_the_scores_of_sets_never_seen():
    scores = shipped_model().card["leave_one_set_out"]
    six = [score for name, score in scores.items() if name != MIXED]
    assert sum(score["false_positives"] for score in six) <= 5
    assert scores[MIXED]["f1"] >= 0.975
    assert scores[MIXED]["false_positives"] <= 15
