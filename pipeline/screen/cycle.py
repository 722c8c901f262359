"""The screening cycle: learn from what is labelled, order what is not.

It works on row numbers of one feature matrix and knows nothing of citations or files, so that a
review and a simulation go through the same code. Until one record of each class is known, records
are ordered by how much they resemble the review's question; with neither, by the tie ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from pipeline.screen.balancers import BALANCERS
from pipeline.screen.classifiers import CLASSIFIERS
from pipeline.screen.features import FEATURE_EXTRACTORS
from pipeline.screen.query_strategies import QUERY_STRATEGIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.screen.contract import (
        Classifier,
        FeatureExtractor,
        Floats,
        Labels,
        Model,
        Rows,
        Text,
    )

__all__ = ["Cycle", "Features", "TrainingSet", "extract_features"]

_VERY_MANY: Final = 50_000  # records above which a model reads its features for scale


@dataclass(frozen=True, slots=True)
class Features:
    """The records of a review and its question, in one vocabulary; made once for a model."""

    extractor: FeatureExtractor
    rows: sparse.csr_matrix
    question: sparse.csr_matrix  # one row; empty where there is no question


def extract_features(texts: Sequence[Text], question: Text, model: Model) -> Features:
    """Return the features that a model reads, of all records and of the question.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> from pipeline.screen.models import MODELS
    >>> texts = [Text("Nurse staffing"), Text("Ward rounds")]
    >>> extract_features(texts, Text("nurse"), MODELS["elas-u4"]).question.nnz
    1
    """
    is_large = bool(model.features_at_scale) and len(texts) > _VERY_MANY
    name = model.features_at_scale if is_large else model.features
    extractor = FEATURE_EXTRACTORS[name].make()
    rows = extractor.fit_transform(texts)
    return Features(extractor, rows, extractor.transform([question]))


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What a classifier learns from; ``rows`` are numbers, each once."""

    rows: Rows
    labels: Labels
    weights: Floats


class Cycle:
    """One screening: a model, its features, and the classifier as it was last fitted.

    Parameters
    ----------
    model
        Which parts to use.
    features
        What `extract_features` made of the records for this model.
    ties
        Rank of each row among equals: lower is read first.
    rng
        Drives query strategies that explore; made once for the whole screening.
    """

    def __init__(
        self, model: Model, features: Features, *, ties: Rows, rng: np.random.Generator
    ) -> None:
        self.model, self.features, self.ties, self.rng = model, features, ties, rng
        self.classifier: Classifier = CLASSIFIERS[model.classifier].make()
        n_rows = features.rows.shape[0]
        n_presumed = min(model.n_presumed, n_rows)
        self.presumed: Rows = rng.choice(n_rows, size=n_presumed, replace=False)
        self.question_row = n_rows  # what a training set calls the question
        self._asks = model.question_prior > 0 and features.question.nnz > 0
        self._slots = np.full(n_rows, -1, dtype=np.int32)  # of the presumed; -1: not one of them
        self._slots[self.presumed] = np.arange(n_presumed, dtype=np.int32)

    def scores(self, labelled: Rows, labels: Labels) -> Floats:
        """Return a score for every row, labelled or not; rows in the order of labelling."""
        if not labels.any() or labels.all():
            resemblance: Floats = (self.features.rows @ self.features.question.T).toarray().ravel()
            return resemblance
        return self._learnt_scores(labelled, labels)

    def left_out_scores(self, labelled: Rows, labels: Labels) -> Floats:
        """Return a score for every row, of a labelled one as if its own label were not known."""
        scores = self.scores(labelled, labels)
        if labels.any() and not labels.all():
            of_row = np.empty(self.question_row + 1)
            of_row[self.training_set(labelled, labels).rows] = self.classifier.left_out_scores()
            scores[labelled] = of_row[labelled]
        return scores

    def coefficients(self, labelled: Rows, labels: Labels) -> Floats:
        """Return what each feature adds to a score: the question's weights until there is a fit."""
        if not labels.any() or labels.all():
            asked: Floats = self.features.question.toarray().ravel()
            return asked
        self._fit(labelled, labels)
        return self.classifier.coef_

    def order(self, labelled: Rows, labels: Labels) -> tuple[Rows, Floats]:
        """Return the unlabelled rows in reading order, and their scores."""
        scores = self.scores(labelled, labels)
        is_unread = np.ones(scores.size, dtype=bool)
        is_unread[labelled] = False
        pool = np.flatnonzero(is_unread)
        strategy = QUERY_STRATEGIES[self.model.query_strategy]
        ordered = pool[strategy.order(scores[pool], self.ties[pool], self.rng)]
        return ordered, scores[ordered]

    def training_set(self, labelled: Rows, labels: Labels) -> TrainingSet:
        """Return what the classifier learns from: every row once.

        First the question, as a relevant record that fades as relevant ones are found. Then some
        records drawn at random that are presumed irrelevant until they are read: what is read was
        mostly chosen for being likely, so nothing else tells the model about the rest. Then what
        was read, in that order; a presumed record that was read keeps its place, and weighs both.
        """
        weights = BALANCERS[self.model.balancer].weigh(labels)
        n_first = int(self._asks)
        slots = self._slots[labelled]
        is_presumed = slots >= 0
        fresh = labelled[~is_presumed]
        first = np.full(n_first, self.question_row, dtype=np.intp)
        rows = np.concatenate([first, self.presumed, fresh])
        given, masses = np.zeros(rows.size, dtype=bool), np.zeros(rows.size)
        prior = self.model.question_prior
        given[:n_first] = True
        masses[:n_first] = weights[labels].mean() * prior / (prior + labels.sum())
        n_before = n_first + self.presumed.size
        masses[n_first:n_before] = self.model.presumed_weight * weights[~labels].mean()
        places = n_first + slots[is_presumed]
        given[places], given[n_before:] = labels[is_presumed], labels[~is_presumed]
        masses[places] += weights[is_presumed]
        masses[n_before:] = weights[~is_presumed]
        return TrainingSet(rows, given, masses)

    def _learnt_scores(self, labelled: Rows, labels: Labels) -> Floats:
        self._fit(labelled, labels)
        return self.classifier.decision_function(self.features.rows)

    def _fit(self, labelled: Rows, labels: Labels) -> None:
        learnt = self.training_set(labelled, labels)
        rows = self.features.rows[learnt.rows[int(self._asks) :]]
        if self._asks:
            rows = sparse.vstack([self.features.question, rows], format="csr")
        self.classifier.fit(rows, learnt.labels, learnt.weights)
