"""How well two people agree on yes and no: coefficients over a fourfold table, with intervals.

Cohen's kappa (Cohen 1960, doi 10.1177/001316446002000104), which sinks where nearly everything is a
no however well people agree; Gwet's AC1 (Gwet 2008, doi 10.1348/000711006X126600), which does not;
positive and negative agreement (Feinstein and Cicchetti 1990, doi 10.1016/0895-4356(90)90159-M);
Krippendorff's alpha for nominal data (Krippendorff 2011, https://repository.upenn.edu/asc_papers/43).
With two people and two answers the data are four counts, so that a resample is one multinomial draw
and no unit is ever copied; the interval of a plain share is Wilson's (1927, doi
10.1080/01621459.1927.10502953), because resampling a table without disagreement finds none.

A table is an array of rows ``both, first only, second only, neither``; a coefficient takes any
number of them at once and is nan where it is undefined.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Coefficient: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = [
    "Estimate",
    "cohen_kappa",
    "estimate",
    "gwet_ac1",
    "krippendorff_alpha",
    "negative_agreement",
    "positive_agreement",
    "resample",
    "share_interval",
]


class Estimate(NamedTuple):
    """A coefficient with its interval; None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None


def cohen_kappa(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Cohen's kappa: agreement beyond what each one's own share of yes would give.

    >>> round(float(cohen_kappa(np.array([[20.0, 5.0, 10.0, 15.0]]))[0]), 3)
    0.4
    """
    both, first, second, neither = cells.T
    n = cells.sum(axis=1)
    by_chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / n**2
    return _beyond((both + neither) / n, by_chance)


def gwet_ac1(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Gwet's AC1: agreement beyond what guessing on the hard ones would give.

    >>> round(float(gwet_ac1(np.array([[118.0, 5.0, 2.0, 0.0]]))[0]), 3)
    0.941
    """
    both, first, second, neither = cells.T
    n = cells.sum(axis=1)
    yes = (2 * both + first + second) / (2 * n)
    return _beyond((both + neither) / n, 2 * yes * (1 - yes))


def positive_agreement(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often the other says yes where one does.

    >>> float(positive_agreement(np.array([[20.0, 5.0, 15.0, 60.0]]))[0])
    0.6666666666666666
    """
    both, first, second, _ = cells.T
    return _share(2 * both, 2 * both + first + second)


def negative_agreement(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often the other says no where one does.

    >>> float(negative_agreement(np.array([[20.0, 5.0, 15.0, 60.0]]))[0])
    0.8571428571428571
    """
    return positive_agreement(cells[:, ::-1])


def krippendorff_alpha(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Krippendorff's alpha: disagreement observed over disagreement expected.

    >>> round(float(krippendorff_alpha(np.array([[1.0, 1.0, 0.0, 2.0]]))[0]), 3)
    0.533
    """
    both, first, second, _ = cells.T
    given = 2 * both + first + second  # values "yes", of 2 n
    n_values = 2 * cells.sum(axis=1)
    return 1 - _share((n_values - 1) * (first + second), given * (n_values - given))


def resample(
    cells: NDArray[np.int64], rng: np.random.Generator, n_resamples: int
) -> NDArray[np.float64]:
    """Return so many tables drawn from one, each of as many units.

    >>> resample(np.array([5, 0, 0, 5]), np.random.default_rng(1), 3).sum(axis=1).tolist()
    [10.0, 10.0, 10.0]
    """
    n_units = int(cells.sum())
    if n_units == 0:
        return np.zeros((0, len(cells)))
    return rng.multinomial(n_units, cells / n_units, size=n_resamples).astype(np.float64)


def estimate(
    coefficient: Coefficient,
    cells: NDArray[np.int64],
    draws: NDArray[np.float64],
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Return a coefficient of one table with the percentile interval of its resamples.

    >>> cells = np.array([20, 5, 10, 15])
    >>> found = estimate(cohen_kappa, cells, resample(cells, np.random.default_rng(1), 500))
    >>> found.low < found.value < found.high
    True
    """
    if cells.sum() == 0:
        return Estimate(None, None, None)
    value = coefficient(cells[None, :].astype(np.float64))[0]
    defined = coefficient(draws)
    defined = defined[~np.isnan(defined)]
    if np.isnan(value) or not len(defined):
        return Estimate(None, None, None)
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Estimate(float(value), float(low), float(high))


def share_interval(n_yes: int, n: int, *, confidence: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval.

    >>> [round(one, 3) for one in share_interval(10, 10)]
    [1.0, 0.722, 1.0]
    """
    if n == 0:
        return Estimate(None, None, None)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / 2)
    share = n_yes / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


def _beyond(observed: NDArray[np.float64], by_chance: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
