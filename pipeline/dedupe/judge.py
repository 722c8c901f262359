"""Turn the comparison of a pair into the probability that both records are one publication.

The features are the same for every model and all point one way: more agreement is a larger
number, and a missing field lies between conflict and agreement, so that an empty field can never
count as agreement. `RULES` adds weights that were set by reasoning, without any labelled pair; its
numbers are log-odds, to be read and argued about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = [
    "FEATURES",
    "RULES",
    "UNKNOWN",
    "PairModel",
    "WeightedRules",
    "as_probability",
    "features",
]

FEATURES: Final = (
    "title_similarity",
    "title_containment",
    "title_length",
    "first_author_similarity",
    "authors_similarity",
    "authors_containment",
    "journal_similarity",
    "abstract_similarity",
    "year_closeness",
    "volume",
    "issue",
    "pages",
    "doi",
    "numbers",
    "kinds",
)
"""The numbers a model sees, each of which may only raise the probability as it grows."""

UNKNOWN: Final = {
    name: 0.5 if name.endswith(("similarity", "containment")) else 0.0 for name in FEATURES
} | {"year_closeness": -0.5}
"""What an empty side counts for: always between conflict and agreement."""

_LONGEST_TITLE: Final = 60  # letters; beyond it a title is as telling as it gets


class PairModel(Protocol):
    """Anything that turns features into match probabilities."""

    @property
    def name(self) -> str:
        """The name and version that evidence is labelled with."""

    def probability(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the match probability for each row of `FEATURES`."""


def features(compared: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return the feature matrix of compared pairs, columns as `FEATURES` lists them.

    >>> frame = pl.DataFrame({name: [1.0] for name in FEATURES if name != "year_closeness"})
    >>> features(frame.with_columns(year_difference=pl.lit(2)))[0, FEATURES.index("year_closeness")]
    np.float64(-2.0)
    """
    closeness = -pl.col("year_difference").clip(0, 5).cast(pl.Float64)
    similarities = [name for name in FEATURES if name.endswith(("similarity", "containment"))]
    is_known = [pl.col(name).fill_null(UNKNOWN[name]) for name in similarities]
    matrix: npt.NDArray[np.float64] = (
        compared.with_columns(
            *is_known,
            title_length=pl.col("title_length").clip(0, _LONGEST_TITLE),
            year_closeness=closeness.fill_null(UNKNOWN["year_closeness"]),
        )
        .select(pl.col(FEATURES).cast(pl.Float64))
        .to_numpy()
    )
    return matrix


def as_probability(log_odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the probabilities of log-odds.

    >>> as_probability(np.array([0.0]))
    array([0.5])
    """
    probabilities: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
    return probabilities


@dataclass(frozen=True, slots=True)
class WeightedRules:
    """Log-odds by field: where the evidence is neutral, and how much a full step is worth."""

    name: str
    bias: float
    weights: tuple[tuple[str, float, float, float], ...]  # feature, neutral value, step, weight

    def probability(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the match probability for each row of `FEATURES`."""
        log_odds = np.full(len(values), self.bias)
        for feature, neutral, step, weight in self.weights:
            column = values[:, FEATURES.index(feature)]
            log_odds += weight * np.clip((column - neutral) / step, -1.0, 1.0)
        return as_probability(log_odds)


RULES: Final = WeightedRules(
    name="rules-1",
    bias=-9.0,
    weights=(
        ("title_similarity", 0.80, 0.20, 3.0),
        ("title_containment", 0.80, 0.20, 1.5),
        ("title_length", 30.0, 30.0, 1.0),
        ("first_author_similarity", 0.50, 0.50, 1.0),
        ("authors_similarity", 0.50, 0.50, 1.5),
        ("journal_similarity", 0.50, 0.50, 1.0),
        ("abstract_similarity", 0.50, 0.40, 2.0),
        ("year_closeness", -1.5, 1.5, 1.5),
        ("volume", 0.0, 1.0, 1.5),
        ("issue", 0.0, 1.0, 0.5),
        ("pages", 0.0, 1.5, 3.0),
        ("doi", 0.0, 1.0, 4.0),
        ("numbers", 0.0, 1.0, 1.0),
        ("kinds", 0.0, 1.0, 1.0),
    ),
)
"""Weights set by reasoning alone: no labelled pair had a part in them."""
