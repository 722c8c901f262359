"""An estimate of recall from how fast finds have become rarer.

Finds are taken for an inhomogeneous Poisson process whose rate falls exponentially along the ranked
reading (Sneyd & Stevenson 2019, 10.18653/v1/D19-1351); the maximum-likelihood curve, drawn on,
says how many are left. It is right as far as the curve keeps its shape: an estimate, never a claim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import optimize, stats

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from pipeline.screen.stopping.contract import Claim, ScreeningView

__all__ = ["POISSON", "RecallEstimate", "estimate_recall", "judge_poisson"]

_FEWEST: Final = 20  # finds below which a curve cannot be fitted (the authors' minimum)
_STEEPEST: Final = 700.0  # exponent beyond which exp overflows
_UPPER: Final = 0.95


@dataclass(frozen=True, slots=True)
class RecallEstimate:
    """An estimate of the recall reached so far; ``low`` is a one-sided 95 % limit of the model."""

    recall: float
    low: float
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
    'an estimated 100 % found (at least 100 %): about 0 of 560 unread are relevant'
    """
    n_found, n_read = view.n_found, view.n_read
    if n_found < _FEWEST:
        return None
    places = (np.flatnonzero(view.labels) + 0.5) / n_read
    decay = _fit_decay(float(places.mean()))
    left = n_found * _tail(decay, (view.n_records - n_read) / n_read)
    most = float(stats.poisson.ppf(_UPPER, left)) if left > 0 else 0.0
    recall, low = n_found / (n_found + left), n_found / (n_found + most)
    return RecallEstimate(
        recall,
        low,
        left,
        f"an estimated {recall:.0%} found (at least {low:.0%}): about {left:.0f} of "
        f"{view.n_records - n_read} unread are relevant".replace("%", " %"),
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


def _fit_decay(mean_place: float) -> float:
    """Return the decay, per length of the reading, whose truncated mean is the one observed.

    A reading whose finds do not become rarer has none.
    """

    def surplus(decay: float) -> float:
        return 1.0 / decay - 1.0 / math.expm1(decay) - mean_place

    shallowest = 1e-6
    if surplus(shallowest) <= 0.0:
        return 0.0
    if surplus(_STEEPEST) >= 0.0:
        return _STEEPEST
    return float(optimize.brentq(surplus, shallowest, _STEEPEST))


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
