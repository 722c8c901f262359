"""The screening cycle: learn from what is labelled, order what is not.

It works on row numbers of one feature matrix and knows nothing of citations or files, so that a
review and a simulation go through the same code. Until one record of each class is known, records
are ordered by how much they resemble the review's question; with neither, by the tie ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

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

_VERY_MANY: Final = 50_000  # records above which a model reads its features for scale
_Part: TypeAlias = "tuple[sparse.csr_matrix, Labels, Floats]"  # rows, labels, weights


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
        weights = BALANCERS[self.model.balancer].weigh(labels)
        parts = [
            *self._question_part(labels, weights),
            *self._presumed_part(labelled, labels, weights),
            (self.features.rows[labelled], labels, weights),
        ]
        rows, signs, masses = zip(*parts, strict=True)
        stacked = sparse.vstack(rows, format="csr") if len(rows) > 1 else rows[0]
        self.classifier.fit(stacked, np.concatenate(signs), np.concatenate(masses))

    def _question_part(self, labels: Labels, weights: Floats) -> list[_Part]:
        """Return the question as a relevant record that fades as relevant ones are found."""
        prior, question = self.model.question_prior, self.features.question
        if prior == 0 or question.nnz == 0:
            return []
        weight = weights[labels].mean() * prior / (prior + labels.sum())
        return [(question, np.array([True]), np.array([weight]))]

    def _presumed_part(self, labelled: Rows, labels: Labels, weights: Floats) -> list[_Part]:
        """Return some unread records, presumed irrelevant: they say what is usual here.

        What is read was mostly chosen for being likely, so nothing else tells the model about the
        rest. Once read, such a record keeps its place with the label that it got.
        """
        if self.presumed.size == 0:
            return []
        found = np.isin(self.presumed, labelled[labels])
        weight = self.model.presumed_weight * weights[~labels].mean()
        return [
            (self.features.rows[self.presumed], found, np.full(self.presumed.size, weight)),
        ]
