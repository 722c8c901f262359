"""The screening cycle: learn from what is labelled, order what is not.

It works on row numbers of one feature matrix and knows nothing of citations or files, so that a
review and a simulation go through the same code. Until one record of each class is known, records
are ordered by how much they resemble the review's question; with neither, by the tie ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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

__all__ = ["Cycle", "Features", "extract_features"]


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
    extractor = FEATURE_EXTRACTORS[model.features].make()
    rows = extractor.fit_transform(texts)
    return Features(extractor, rows, extractor.transform([question]))


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

    def scores(self, labelled: Rows, labels: Labels) -> Floats:
        """Return a score for every row, labelled or not; rows in the order of labelling."""
        if not labels.any() or labels.all():
            resemblance: Floats = (self.features.rows @ self.features.question.T).toarray().ravel()
            return resemblance
        self._fit(labelled, labels)
        return self.classifier.decision_function(self.features.rows)

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

    def _fit(self, labelled: Rows, labels: Labels) -> None:
        rows, weights = self.features.rows[labelled], BALANCERS[self.model.balancer].weigh(labels)
        if self._question_counts():
            rows, labels, weights = self._with_question(rows, labels, weights)
        self.classifier.fit(rows, labels, weights)

    def _question_counts(self) -> bool:
        return self.model.question_prior > 0 and self.features.question.nnz > 0

    def _with_question(
        self, rows: sparse.csr_matrix, labels: Labels, weights: Floats
    ) -> tuple[sparse.csr_matrix, Labels, Floats]:
        """Add the question as a relevant record whose weight fades as relevant ones are found."""
        prior, n_relevant = self.model.question_prior, int(labels.sum())
        weight = weights[labels].mean() * prior / (prior + n_relevant)
        return (
            sparse.vstack([self.features.question, rows], format="csr"),
            np.concatenate([[True], labels]),
            np.concatenate([[weight], weights]),
        )
