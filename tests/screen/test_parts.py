"""What every part of a model promises, whichever parts there are: a new entry is tested unasked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, sparse

from pipeline.screen import (
    BALANCERS,
    CLASSIFIERS,
    FEATURE_EXTRACTORS,
    MODELS,
    QUERY_STRATEGIES,
    SCHEDULES,
    Dataset,
)
from pipeline.screen.classifiers.gram import GramMatrix
from pipeline.screen.classifiers.svm import SquaredHingeSVM
from pipeline.screen.contract import Text
from pipeline.screen.features.stems import stem

TEXTS = [
    Text("Nurse staffing on wards", "Barriers to safe staffing.", "nurses; wards"),
    Text("Soil enzymes", "Drought lowers activity."),
    Text("", ""),
    Text("Pflegepersonal auf Stationen", "Hürden für sichere Besetzung."),
    Text("Nurse handover", "Rounds on wards."),
]
LABELS = np.array([True, False, False, False, True])


def _learnable(n=80, seed=0):
    """Rows of unit length whose first columns tell relevance, and their labels."""
    rng = np.random.default_rng(seed)
    labels = rng.random(n) < 0.25
    labels[:2] = [True, False]
    dense = rng.random((n, 30)) * (rng.random((n, 30)) < 0.3)
    dense[labels, :5] += rng.random((int(labels.sum()), 5))
    dense /= np.linalg.norm(dense, axis=1, keepdims=True) + 1e-12
    return sparse.csr_matrix(dense), labels


@pytest.mark.parametrize("name", list(FEATURE_EXTRACTORS))
def test_features_are_finite_named_and_repeatable(name):
    extractor = FEATURE_EXTRACTORS[name].make()
    rows = extractor.fit_transform(TEXTS)
    again = FEATURE_EXTRACTORS[name].make().fit_transform(TEXTS)
    assert rows.shape == (len(TEXTS), len(extractor.get_feature_names_out()))
    assert np.isfinite(rows.data).all()
    assert (rows != again).nnz == 0
    np.testing.assert_allclose(extractor.transform(TEXTS).toarray(), rows.toarray(), atol=1e-9)
    norms = sparse.linalg.norm(rows, axis=1)
    assert (norms <= 1.0 + 1e-9).all()
    assert (norms[[0, 4]] > 0.1).all()
    assert norms[2] == 0.0  # nothing to read


@pytest.mark.parametrize("name", list(FEATURE_EXTRACTORS))
@pytest.mark.parametrize("texts", [[Text("")], [Text("a")], [Text("the")] * 3], ids=str)
def test_features_of_next_to_nothing_are_made_without_complaint(name, texts):
    assert FEATURE_EXTRACTORS[name].make().fit_transform(texts).shape[0] == len(texts)


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_a_classifier_learns_and_repeats_itself(name):
    rows, labels = _learnable()
    weights = np.ones(labels.size)
    scores = []
    for _ in range(2):
        classifier = CLASSIFIERS[name].make()
        classifier.fit(rows, labels, weights)
        scores.append(classifier.decision_function(rows))
    assert np.array_equal(*scores)
    assert scores[0][labels].mean() > scores[0][~labels].mean()


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_a_warm_start_changes_nothing_but_the_time(name):
    rows, labels = _learnable()
    warm = CLASSIFIERS[name].make()
    for n in (2, 10, 11, 40, 80, 30):  # the last one goes back
        weights = BALANCERS["ratio"].weigh(labels[:n])
        warm.fit(rows[:n], labels[:n], weights)
        cold = CLASSIFIERS[name].make()
        cold.fit(rows[:n], labels[:n], weights)
        np.testing.assert_allclose(
            warm.decision_function(rows), cold.decision_function(rows), atol=1e-4
        )


@pytest.mark.parametrize("name", list(BALANCERS))
@pytest.mark.parametrize("labels", [LABELS, LABELS[:1], LABELS[1:2]], ids=str)
def test_weights_are_positive_and_sum_to_the_number_of_labels(name, labels):
    weights = BALANCERS[name].weigh(labels)
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(labels.size)


@pytest.mark.parametrize("name", list(QUERY_STRATEGIES))
def test_a_strategy_orders_the_whole_pool(name):
    scores, ties = np.array([0.5, 0.1, 0.9, 0.5]), np.array([3, 2, 1, 0])
    order = QUERY_STRATEGIES[name].order
    seen = {tuple(order(scores, ties, np.random.default_rng(seed))) for seed in range(40)}
    assert all(sorted(rows) == [0, 1, 2, 3] for rows in seen)
    assert (len(seen) > 1) == (name != "max")  # a strategy that explores must show it
    again = [tuple(order(scores, ties, np.random.default_rng(3))) for _ in range(2)]
    assert again[0] == again[1]


def test_the_likeliest_is_read_first_and_ties_by_rank():
    order = QUERY_STRATEGIES["max"].order
    scores, ties = np.array([0.5, 0.1, 0.9, 0.5]), np.array([3, 2, 1, 0])
    assert order(scores, ties, np.random.default_rng(0)).tolist() == [2, 3, 0, 1]


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_whatever_is_tied_the_order_is_by_score_and_then_by_lot(n):
    rng = np.random.default_rng(n)
    scores, ties = rng.integers(0, 6, n) / 10, rng.permutation(n)
    order = QUERY_STRATEGIES["max"].order(scores, ties, rng)
    assert order.tolist() == sorted(range(n), key=lambda row: (-scores[row], ties[row]))


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_a_batch_has_at_least_one_record_and_never_shrinks(name):
    sizes = [SCHEDULES[name].batch_size(n) for n in range(500)]
    assert min(sizes) >= 1
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("name", list(MODELS))
def test_a_model_names_parts_that_exist(name):
    model = MODELS[name]
    assert model.features in FEATURE_EXTRACTORS
    assert model.classifier in CLASSIFIERS
    assert model.balancer in BALANCERS
    assert model.query_strategy in QUERY_STRATEGIES
    assert model.summary


def test_the_svm_finds_the_optimum_that_a_general_optimiser_finds():
    rows, labels = _learnable(40)
    weights, signs = BALANCERS["ratio"].weigh(labels), np.where(labels, 1.0, -1.0)
    dense = np.hstack([rows.toarray(), np.ones((labels.size, 1))])

    def objective(coefficients):
        margin = np.maximum(0.0, 1.0 - signs * (dense @ coefficients))
        gradient = coefficients - 2 * 0.11 * dense.T @ (weights * signs * margin)
        return 0.5 * coefficients @ coefficients + 0.11 * weights @ margin**2, gradient

    best = optimize.minimize(objective, np.zeros(dense.shape[1]), jac=True, tol=1e-12).x
    machine = SquaredHingeSVM().fit(rows, labels, weights)
    np.testing.assert_allclose(machine.coef_, best[:-1], atol=1e-4)
    assert machine.intercept_ == pytest.approx(best[-1], abs=1e-4)


@pytest.mark.parametrize("most_kept", [0, 5, 2048])
def test_products_are_the_same_whether_the_gram_matrix_is_kept_or_not(most_kept, monkeypatch):
    monkeypatch.setattr("pipeline.screen.classifiers.gram._MOST_KEPT", most_kept)
    rows, _ = _learnable(12)
    other, _ = _learnable(12, seed=1)
    gram, vector = GramMatrix(), np.arange(12, dtype=float)
    for some in (rows[:3], rows[:4], rows[:9], rows[:2], other[:5], rows):
        gram.cover(some)
        n = some.shape[0]
        expected = (some @ some.T).toarray() @ vector[:n] + vector[:n].sum()
        np.testing.assert_allclose(gram.multiply(vector[:n]), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("words", "shared"),
    [
        (("barrier", "barriers"), True),
        (("randomised", "randomization"), False),  # spelling is left to the characters
        (("staffing", "staffed"), True),
        (("ward", "wards"), True),
        (("news", "new"), False),
    ],
)
def test_stems_bring_forms_together(words, shared):
    assert (stem(words[0]) == stem(words[1])) is shared


def test_keywords_are_read_except_by_the_reference():
    texts = [Text("Rounds", "", "telemetry"), Text("Rota", "", "telemetry"), Text("Soil")]
    for name in MODELS:
        extractor = FEATURE_EXTRACTORS[MODELS[name].features].make()
        extractor.fit_transform(texts)
        assert ("telemetry" in extractor.get_feature_names_out()) == (name != "elas-u4")


@pytest.mark.parametrize("name", list(CLASSIFIERS))
def test_left_out_scores_are_those_of_a_machine_that_never_saw_the_row(name):
    rows, labels = _learnable(40)
    weights = BALANCERS["ratio"].weigh(labels)
    classifier = CLASSIFIERS[name].make()
    classifier.fit(rows, labels, weights)
    found = classifier.left_out_scores()
    for row in range(labels.size):
        others = np.delete(np.arange(labels.size), row)
        blind = CLASSIFIERS[name].make()
        blind.fit(rows[others], labels[others], weights[others])
        assert blind.decision_function(rows[[row]])[0] == pytest.approx(found[row], abs=1e-3)


def test_a_replay_by_products_reads_in_the_order_of_one_by_rows(invented, monkeypatch):
    records = invented(90, n_relevant=15)
    for model in MODELS:
        by_products = Dataset(records, name="x", question="nurse staffing", model=model)
        orders = [by_products.simulate(seed=1, n_priors=1).order["record_id"].to_list()]
        with monkeypatch.context() as patch:
            patch.setattr("pipeline.screen.replay._MOST_RECORDS", 0)
            by_rows = Dataset(records, name="x", question="nurse staffing", model=model)
            orders.append(by_rows.simulate(seed=1, n_priors=1).order["record_id"].to_list())
        assert orders[0] == orders[1]
