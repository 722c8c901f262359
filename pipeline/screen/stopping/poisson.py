"""An estimate of recall from how fast finds have become rarer.

Finds are taken for an inhomogeneous Poisson process whose rate falls exponentially along the ranked
reading (Sneyd & Stevenson 2019, 10.18653/v1/D19-1351); the maximum-likelihood curve, drawn on,
says how many are left. The interval covers the chance in what is left and in the decay that was
fitted; finds scatter more than chance would have them, so the spread of the decay was widened until
the interval held the truth as often as it says, on one half of the labelled sets, and tried on the
other. It is right as far as the curve keeps its shape. An estimate, never a claim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import scipy

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.screen.contract import Floats
    from pipeline.screen.stopping.contract import Claim, ScreeningView

__all__ = ["POISSON", "RecallEstimate", "draw_curve", "estimate_recall", "judge_poisson"]

_FEWEST: Final = 20  # finds below which a curve cannot be fitted (the authors' minimum)
_DISPERSION: Final = 3.0  # of finds, over chance: the interval then holds 95 % of replayed truths
_FARTHEST: Final = 6.0  # standard deviations beyond which no limit can lie
_SHALLOW: Final = 1e-3  # decay below which the rate is as good as even
_STEEPEST: Final = 700.0  # exponent beyond which exp overflows
_TAIL: Final = 0.025  # on either side of a 95 % interval
_N_NODES: Final = 21  # decays over which the interval is averaged


@dataclass(frozen=True, slots=True)
class RecallEstimate:
    """An estimate of the recall reached so far, with a 95 % interval under the model."""

    recall: float
    low: float
    high: float
    n_left: float  # relevant records expected among the unread
    sentence: str


def estimate_recall(view: ScreeningView) -> RecallEstimate | None:
    """Return an estimate of recall; None while there are too few finds to draw a curve.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import ScreeningView
    >>> labels = np.concatenate([np.ones(40, bool), np.zeros(400, bool)])
    >>> estimate_recall(ScreeningView(1000, labels)).sentence
    'an estimated 100 % found (95 % interval 100 to 100 %): about 0 of 560 unread are relevant'
    """
    n_found, n_unread = view.n_found, view.n_records - view.n_read
    if n_found < _FEWEST:
        return None
    decay = _fit_decay(_mean_place(view))
    left = min(n_found * _tail(decay, n_unread / view.n_read), float(n_unread))
    fewest, most = _limits(decay, view)
    numbers = (left, min(max(most, left), n_unread), min(fewest, left))
    recall, low, high = (n_found / (n_found + number) for number in numbers)
    return RecallEstimate(
        recall,
        low,
        high,
        left,
        f"an estimated {recall:.0%} found (95% interval {100 * low:.0f} to {high:.0%}): "
        f"about {left:.0f} of {n_unread} unread are relevant".replace("%", " %"),
    )


def draw_curve(view: ScreeningView, *, n_points: int = 100) -> pl.DataFrame:
    """Return the curve of finds, and the one fitted to it drawn on to the end.

    Parameters
    ----------
    view
        The screening as it stands.
    n_points
        How many points at most, evenly spread over all records.

    Returns
    -------
    polars.DataFrame
        ``n_read``; ``n_found``, null beyond what has been read; ``expected``, null where nothing
        could be fitted.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import ScreeningView
    >>> draw_curve(ScreeningView(4, np.array([True, False])))["n_found"].to_list()
    [0, 1, 1, None, None]
    """
    places = np.unique(np.linspace(0, view.n_records, n_points + 1).round().astype(int))
    places = np.unique(np.append(places, view.n_read))
    found = np.concatenate([[0], np.cumsum(view.labels)])
    seen = [int(found[place]) if place <= view.n_read else None for place in places]
    expected: list[float | None] = [None] * places.size
    if view.n_found >= _FEWEST:
        decay = _fit_decay(_mean_place(view))
        expected = [view.n_found * _head(decay, place / view.n_read) for place in places]
    return pl.DataFrame(
        {"n_read": places, "n_found": seen, "expected": expected},
        schema={"n_read": pl.UInt32, "n_found": pl.UInt32, "expected": pl.Float64},
    )


def judge_poisson(view: ScreeningView, claim: Claim) -> Advice:
    """Stop when the lower limit of the estimate reaches the claim.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> judge_poisson(ScreeningView(100, np.zeros(5, bool)), Claim()).may_stop
    False
    """
    estimate = estimate_recall(view)
    if estimate is None:
        reason = f"{view.n_found} found; {_FEWEST} are the fewest for a curve"
        return Advice("poisson", False, 0.0, claim.recall, reason)
    return Advice(
        "poisson", estimate.low >= claim.recall, estimate.low, claim.recall, estimate.sentence
    )


def _mean_place(view: ScreeningView) -> float:
    return float(((np.flatnonzero(view.labels) + 0.5) / view.n_read).mean())


def _limits(decay: float, view: ScreeningView) -> tuple[float, float]:
    """Return the fewest and the most that may be left, the fitted decay being uncertain too.

    The decay is normal about its estimate, with the variance that Fisher's information gives times
    the dispersion; what is left, given the decay, is Poisson.
    """
    spread = math.sqrt(_DISPERSION / (view.n_found * _information(decay)))
    nodes = scipy.special.ndtri((np.arange(_N_NODES) + 0.5) / _N_NODES)
    decays = np.maximum(decay + spread * nodes, 0.0)
    stretch = (view.n_records - view.n_read) / view.n_read
    rates = np.array([view.n_found * _tail(float(one), stretch) for one in decays])

    def share_up_to(most: float) -> float:
        return float(scipy.special.pdtr(most, rates).mean())  # of the Poisson distribution

    return _quantile(share_up_to, _TAIL, rates), _quantile(share_up_to, 1.0 - _TAIL, rates)


def _quantile(share_up_to: Callable[[float], float], share: float, rates: Floats) -> float:
    """Return the smallest number up to which at least that share of the chance lies."""
    largest = float(rates.max())
    low, high = -1, math.ceil(largest + _FARTHEST * math.sqrt(largest) + _FARTHEST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if share_up_to(middle) >= share else (middle, high)
    return float(high)


def _information(decay: float) -> float:
    """Return Fisher's information on the decay in one find: the variance of its place."""
    if decay < _SHALLOW:
        return 1.0 / 12.0  # of an even place
    return 1.0 / decay**2 - math.exp(-decay) / math.expm1(-decay) ** 2


def _head(decay: float, length: float) -> float:
    """Return finds up to a place over finds so far; the place in lengths of the reading."""
    if decay == 0.0:
        return length
    return math.expm1(-decay * length) / math.expm1(-decay)


def _fit_decay(mean_place: float) -> float:
    """Return the decay, per length of the reading, whose truncated mean is the one observed.

    A reading whose finds do not become rarer has none.
    """

    def surplus(decay: float) -> float:
        return 1.0 / decay - 1.0 / math.expm1(decay) - mean_place

    if surplus(_SHALLOW) <= 0.0:
        return 0.0
    if surplus(_STEEPEST) >= 0.0:
        return _STEEPEST
    return float(scipy.optimize.brentq(surplus, _SHALLOW, _STEEPEST))


def _tail(decay: float, stretch: float) -> float:
    """Return finds to come over finds so far, reading ``stretch`` times as much again."""
    if decay == 0.0:
        return stretch
    return math.exp(-decay) * -math.expm1(-decay * stretch) / -math.expm1(-decay)


POISSON: Final = StoppingRule(
    "poisson",
    promise="estimate",
    says="Draws the falling rate of finds on; too hopeful where some relevant records are odd.",
    source="Sneyd & Stevenson 2019, 10.18653/v1/D19-1351",
    is_monotone=False,
    judge=judge_poisson,
)
