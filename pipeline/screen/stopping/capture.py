"""Chao's estimate of how many relevant records there are, from learners that look differently.

Each learner lists the records that it would read first (`ensemble` says how). Relevant records that
only one of several learners lists tell how many none of them does (Chao 1987, 10.2307/2531532; for
screening: Bron 2024, 10.1145/3724116). Learners that miss the same records make the estimate too
low, and lists with few finds in them agree by chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from pipeline.screen.stopping.contract import Claim, ScreeningView

__all__ = ["CHAO", "estimate_unseen", "judge_chao"]

_FEWEST: Final = 20  # listed finds below which agreement says nothing
_Z95: Final = 1.959963984540054  # normal quantile of a two-sided 95 % interval


def estimate_unseen(n_once: int, n_twice: int, n_learners: int) -> tuple[float, float]:
    """Return how many relevant records no learner proposes: the estimate and its upper limit.

    Parameters
    ----------
    n_once, n_twice
        Relevant records proposed by exactly one and by exactly two learners.
    n_learners
        How many learners there are.

    Examples
    --------
    >>> estimate_unseen(0, 10, 3)
    (0.0, 0.0)
    >>> round(estimate_unseen(6, 3, 3)[0], 2)
    4.0
    """
    if n_once == 0 or n_learners == 0:
        return 0.0, 0.0
    factor = (n_learners - 1) / n_learners
    if n_twice == 0:
        unseen = factor * n_once * (n_once - 1) / 2
        ratio = float(n_once)
        variance = (
            factor * n_once * (n_once - 1) / 2 + factor**2 * n_once * (2 * n_once - 1) ** 2 / 4
        )
    else:
        unseen = factor * n_once**2 / (2 * n_twice)
        ratio = n_once / n_twice
        variance = n_twice * (
            factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4
        )
    if unseen == 0:
        return 0.0, 0.0
    return unseen, unseen * math.exp(_Z95 * math.sqrt(math.log1p(variance / unseen**2)))


def judge_chao(view: ScreeningView, claim: Claim) -> Advice:
    """Stop when what was found is the claimed share of the estimate's upper limit.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ScreeningView
    >>> view = ScreeningView(500, np.ones(40, bool), captures=(3,) * 40, n_learners=3)
    >>> judge_chao(view, Claim()).may_stop
    True
    """
    n_listed = len(view.captures)
    if n_listed < _FEWEST:
        reason = f"{n_listed} relevant records in the rankers' lists; {_FEWEST} are the fewest"
        return Advice("chao", False, 0.0, claim.recall, reason)
    once, twice = view.captures.count(1), view.captures.count(2)
    unseen, upper = estimate_unseen(once, twice, view.n_learners)
    share = view.n_found / max(n_listed + upper, view.n_found)
    return Advice(
        "chao",
        share >= claim.recall and view.n_found > 0,
        share,
        claim.recall,
        f"{view.n_learners} rankers list {n_listed} relevant records, {once} of them in one list "
        f"only: about {unseen:.0f} are in none, at most {upper:.0f}",
    )


CHAO: Final = StoppingRule(
    "chao",
    promise="estimate",
    says="Compares what rankers list; too hopeful where they read alike, and often too early.",
    source="Chao 1987, 10.2307/2531532; Bron 2024, 10.1145/3724116",
    is_monotone=False,
    judge=judge_chao,
    needs_captures=True,
)
