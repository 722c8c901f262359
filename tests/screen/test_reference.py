"""The reference model equals ASReview's ELAS u4, run by run."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from pipeline.screen import Dataset, draw_priors

GOLDEN_RANKS = [
    *range(1, 17),
    18,
    22,
    26,
]  # of the relevant records of the invented set, priors not counted
FAST = ("Hannousse_Shahin_2017", "Syn_Donners_2021", "CLEF17_CD010542")


def _scikit_learn_order(records, priors):
    """ELAS u4 put together from scikit-learn alone: the oracle."""
    texts = (records["title"] + " " + records["abstract"]).to_list()
    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_df=0.95).fit_transform(texts)
    labels, read = records["label"].to_numpy(), list(priors)
    while len(read) < labels.size:
        known = labels[read]
        share = np.where(known == 1, 9.8 / 10.8 / known.sum(), 1 / 10.8 / (1 - known).sum())
        machine = LinearSVC(C=0.11, dual=False, tol=1e-9)
        machine.fit(rows[read], known, sample_weight=share * known.size)
        scores = machine.decision_function(rows)
        scores[read] = -np.inf
        read.append(int(np.argmax(scores)))
    return read


def test_the_golden_simulation_has_its_exact_curve(invented):
    """On invented data, so that it runs everywhere; the oracle says the same."""
    records = invented(120, n_relevant=20)
    dataset = Dataset(records, name="invented", model="elas-u4")
    order = dataset.simulate(seed=0, n_priors=1).order
    found = order.filter(pl.col("is_prior") == 0)["label"].to_numpy()
    assert (np.flatnonzero(found) + 1).tolist() == GOLDEN_RANKS
    oracle = _scikit_learn_order(records, draw_priors(dataset.labels, n_priors=1, seed=0))
    assert order["record_id"].to_list() == records["record_id"][oracle].to_list()


def _published(shared):
    return pl.read_csv(shared / "ranking" / "elas_u4.csv")


def _priors(labels, seed):
    """One relevant and one irrelevant record, drawn as the published runs drew them."""
    legacy = np.random.RandomState(seed)
    return np.array([legacy.choice(np.flatnonzero(labels)), legacy.choice(np.flatnonzero(~labels))])


def _assert_equal_runs(shared, name, seeds):
    records = pl.read_csv(shared / "ranking" / f"{name}.csv", infer_schema_length=None)
    dataset = Dataset(records, name=name, model="elas-u4")
    runs = _published(shared).filter((pl.col("dataset") == name) & pl.col("seed").is_in(seeds))
    for run in runs.iter_rows(named=True):
        priors = _priors(dataset.labels, run["seed"])
        found = dataset.simulate(seed=run["seed"], priors=priors).metrics
        assert (found.n95, found.n100) == (run["n95"], run["n100"]), (name, run["seed"])
        assert found.loss == pytest.approx(run["loss"], abs=5e-4)
        assert found.wss95 == pytest.approx(run["WSS95"], abs=2e-6)
        assert found.atd == pytest.approx(run["ATD_frac"], abs=5e-4)


@pytest.mark.parametrize("name", FAST)
def test_equals_elas_u4(name, shared):
    _assert_equal_runs(shared, name, seeds=[0, 1])


@pytest.mark.exhaustive
def test_equals_elas_u4_on_every_published_run(shared):
    for name in _published(shared)["dataset"].unique().sort():
        _assert_equal_runs(shared, name, seeds=range(5))
