"""The parts of a screening model and what each of them promises.

The nouns are the field's: a feature extractor turns text into rows, a balancer weighs the labelled
rows, a classifier learns from them, a query strategy turns scores into a reading order, a schedule
says when to learn again. Each part follows scikit-learn's conventions, so that any of them can be
tried there on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scipy import sparse

__all__ = [
    "Balancer",
    "Classifier",
    "ClassifierChoice",
    "DualSolution",
    "FeatureExtractor",
    "FeatureExtractorChoice",
    "Floats",
    "Labels",
    "Model",
    "Products",
    "ProductsClassifier",
    "QueryStrategy",
    "Rows",
    "Schedule",
    "Text",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]  # True: relevant
Rows = NDArray[np.intp]  # row numbers of records in a feature matrix


@dataclass(frozen=True, slots=True)
class Text:
    """What a feature extractor may read of one record, or of the question."""

    title: str
    abstract: str = ""
    keywords: str = ""

    def joined(self) -> str:
        """Return title and abstract as one text."""
        return f"{self.title} {self.abstract}"

    def whole(self) -> str:
        """Return title, abstract and the keywords that the record has as one text."""
        return f"{self.title} {self.abstract} {self.keywords}"


class FeatureExtractor(Protocol):
    """Turns texts into rows of one sparse matrix; learns its vocabulary in ``fit_transform``."""

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn from all records of a review and return their rows."""

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows for other texts in the vocabulary learnt: the question's, for instance."""

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return the term of each column; empty where a column is no term people would read."""


class Classifier(Protocol):
    """Learns a linear score from labelled rows; higher is more likely to be relevant."""

    coef_: Floats  # one a column

    def fit(self, rows: sparse.csr_matrix, labels: Labels, weights: Floats) -> object:
        """Learn. Rows given before come first again: what was learnt may be a warm start."""

    def decision_function(self, rows: sparse.csr_matrix) -> Floats:
        """Return one score a row."""

    def left_out_scores(self) -> Floats:
        """Return the score of each row learnt from as if it had not been learnt from."""


class Products(Protocol):
    """The products of labelled rows with one another, plus 1 for the constant feature."""

    n_known: int  # how many of the rows, from the first, are those of last time

    def multiply(self, vector: Floats, *, first: int = 0) -> Floats:
        """Multiply with a vector of one value a row; results from the row ``first`` on."""


class DualSolution(Protocol):
    """What was learnt from products."""

    dual_coef_: Floats  # one a labelled row: a score is the sum of products times these
    training_scores_: Floats  # one a labelled row


@runtime_checkable
class ProductsClassifier(Protocol):
    """A classifier that is content with products of rows: replays of it are much faster."""

    def fit_products(self, products: Products, labels: Labels, weights: Floats) -> DualSolution:
        """Learn, from where the last fit stood."""


@dataclass(frozen=True, slots=True)
class FeatureExtractorChoice:
    """A named way to make feature extractors."""

    name: str
    make: Callable[[], FeatureExtractor]


@dataclass(frozen=True, slots=True)
class ClassifierChoice:
    """A named way to make classifiers."""

    name: str
    make: Callable[[], Classifier]


@dataclass(frozen=True, slots=True)
class Balancer:
    """Weighs labelled records, so that a few relevant ones are heard among many others."""

    name: str
    weigh: Callable[[Labels], Floats]


@dataclass(frozen=True, slots=True)
class QueryStrategy:
    """Orders the unscreened pool: (scores, tie ranks, generator) → positions in the pool."""

    name: str
    order: Callable[[Floats, Rows, np.random.Generator], Rows]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How many records are read, given how many are labelled, before the model learns again."""

    name: str
    batch_size: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Model:
    """A named combination of parts; what ``review.toml`` and ``--model`` choose by name."""

    name: str
    summary: str
    features: str
    classifier: str
    balancer: str
    features_at_scale: str = ""  # read instead where there are very many records
    query_strategy: str = "max"
    question_prior: float = 0.0  # k: the question counts as a relevant record of weight k / (k + R)
    n_presumed: int = 0  # unread records, drawn at random, that count as irrelevant until read
    presumed_weight: float = 0.0  # of each, against that of a record judged irrelevant
    ties_in_file_order: bool = False  # as the peer breaks ties; otherwise by seed
