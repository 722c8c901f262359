"""Hypergeometric tests of "we have missed the target".

Two uses of one formula (Callaghan & Müller-Hansen 2020, 10.1186/s13643-020-01521-4). Over a random
sample of the unread remainder, drawn after a stop was proposed, it is an exact test: the one look
on which a certificate rests. Over trailing windows of the ranked reading it takes the smallest of
thousands of p-values at every look: useful advice, but no test any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import scipy

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats
    from pipeline.screen.stopping.contract import Claim, RandomCheck, ScreeningView

__all__ = ["BUSCAR", "RANDOM_CHECK", "check_p_value", "judge_buscar", "judge_random_check"]


def check_p_value(n_found: int, check: RandomCheck, claim: Claim) -> float:
    """Return how likely so few finds in the check would be if the claim were false.

    Parameters
    ----------
    n_found
        Relevant records found before the check.
    check
        The random sample of the unread remainder and what it held.
    claim
        What is to be claimed once the sample has been read.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim, RandomCheck
    >>> round(check_p_value(81, RandomCheck(10_000, 4_507, 0), Claim(0.95)), 3)
    0.05
    """
    missing_after = claim.n_missing(n_found + check.n_relevant)
    missing_before = missing_after + check.n_relevant
    if missing_before > check.n_unread:
        return 0.0  # so many cannot be missing
    return float(
        scipy.stats.hypergeom.cdf(check.n_relevant, check.n_unread, missing_before, check.n_drawn)
    )


def judge_random_check(view: ScreeningView, claim: Claim) -> Advice:
    """Stop when the random check of the unread remainder supports the claim.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, RandomCheck, ScreeningView
    >>> view = ScreeningView(1000, np.ones(100, bool), check=RandomCheck(900, 400, 0))
    >>> judge_random_check(view, Claim(0.9)).may_stop
    True
    """
    if view.check is None:
        return Advice("random-check", False, 1.0, claim.error, "no check has been drawn")
    p_value = check_p_value(view.n_found, view.check, claim)
    return Advice(
        "random-check",
        p_value <= claim.error,
        p_value,
        claim.error,
        f"{view.check.n_relevant} relevant in {view.check.n_drawn} of {view.check.n_unread} "
        f"unread; p = {p_value:.3g}",
    )


def judge_buscar(view: ScreeningView, claim: Claim) -> Advice:
    """Stop when some trailing window of the reading, taken for a random draw, rejects a miss.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> labels = np.concatenate([np.ones(50, bool), np.zeros(600, bool)])
    >>> judge_buscar(ScreeningView(1000, labels), Claim(0.95)).may_stop
    True
    """
    if view.n_read == 0:
        return Advice("buscar", False, 1.0, claim.error, "nothing has been read")
    p_values = _window_p_values(view, claim.n_missing(view.n_found))
    smallest = float(np.min(p_values))
    return Advice(
        "buscar",
        smallest < claim.error,
        smallest,
        claim.error,
        f"the smallest p over all trailing windows is {smallest:.3g}",
    )


def _window_p_values(view: ScreeningView, missing_now: int) -> Floats:
    """Return p-values of trailing windows, the smallest of all windows among them.

    Of the windows that hold the same finds the longest has the smallest p, since each irrelevant
    record more is one more that was drawn; unless more would be missing than the pool of a shorter
    one holds, which cannot be.
    """
    finds = np.flatnonzero(view.labels)
    starts = np.concatenate([[0], finds + 1])  # the longest window of so many finds
    n_finds = np.arange(finds.size, -1, -1)
    shortest = np.concatenate([finds, [view.n_read - 1]])
    is_window = starts < view.n_read
    missing, pool = missing_now + n_finds, view.n_records - starts
    is_impossible = missing > view.n_records - shortest
    p_values: Floats = scipy.stats.hypergeom.cdf(
        n_finds, pool, np.minimum(missing, pool), view.n_read - starts
    )
    return np.where(is_impossible, 0.0, p_values)[is_window]


RANDOM_CHECK: Final = StoppingRule(
    "random-check",
    promise="guarantee",
    says="Recall reaches the claim at its confidence if the check was random and is the only look.",
    source="Callaghan & Müller-Hansen 2020, 10.1186/s13643-020-01521-4",
    is_monotone=False,
    judge=judge_random_check,
)

BUSCAR: Final = StoppingRule(
    "buscar",
    promise="estimate",
    says="Takes the smallest of many p-values, so it is no test; it reads much and seldom misses.",
    source="Callaghan & Müller-Hansen 2020, 10.1186/s13643-020-01521-4",
    is_monotone=False,
    judge=judge_buscar,
)
