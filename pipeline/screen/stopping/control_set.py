"""Rules that wait until the relevant records of a random sample, kept apart, are reached.

What the ranking finds of the control set, it finds of the rest: the sample makes this exact, at the
price of finding it first.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy

from pipeline.screen.stopping.contract import Advice, StoppingRule

if TYPE_CHECKING:
    from pipeline.screen.stopping.contract import Claim, ScreeningView

__all__ = ["QBCB", "TARGET", "judge_qbcb", "judge_target", "n_control_to_reach"]

_TARGET_SIZE: Final = 10  # Cormack & Grossman 2016: recall .7 at 97 %


def judge_target(view: ScreeningView, claim: Claim) -> Advice:  # noqa: ARG001
    """Stop when all of at least ten relevant control records have been reached.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ControlSet, ScreeningView
    >>> view = ScreeningView(900, np.zeros(9, bool), control=ControlSet(200, 10, 10))
    >>> judge_target(view, Claim()).may_stop
    True
    """
    control = view.control
    needed = max(_TARGET_SIZE, control.n_relevant)
    return Advice(
        "target",
        control.n_reached >= needed,
        control.n_reached,
        needed,
        f"{control.n_reached} of {needed} control records reached",
    )


def judge_qbcb(view: ScreeningView, claim: Claim) -> Advice:
    """Stop when so many control records are reached that the claim holds at its confidence.

    Examples
    --------
    >>> import numpy as np
    >>> from pipeline.screen.stopping import Claim, ControlSet, ScreeningView
    >>> view = ScreeningView(9000, np.zeros(9, bool), control=ControlSet(2000, 59, 59))
    >>> judge_qbcb(view, Claim(0.95)).may_stop
    True
    """
    control = view.control
    needed = n_control_to_reach(control.n_relevant, claim)
    if needed is None:
        least = math.ceil(math.log(claim.error) / math.log(claim.recall))
        reason = (
            f"{control.n_relevant} relevant control records; {least} are the fewest that can do"
        )
        return Advice("qbcb", False, control.n_relevant, least, reason)
    return Advice(
        "qbcb",
        control.n_reached >= needed,
        control.n_reached,
        needed,
        f"{control.n_reached} of {control.n_relevant} control records reached; {needed} are needed",
    )


@lru_cache(maxsize=4096)  # a rule that is asked again and again has the same control set
def n_control_to_reach(n_control: int, claim: Claim) -> int | None:
    """Return how many of the relevant control records must be reached; None if all are too few.

    Examples
    --------
    >>> from pipeline.screen.stopping import Claim
    >>> n_control_to_reach(59, Claim(0.95)), n_control_to_reach(58, Claim(0.95))
    (59, None)
    """
    reached = (
        scipy.stats.binom.cdf(np.arange(n_control), n_control, claim.recall) >= claim.confidence
    )
    return int(np.argmax(reached)) + 1 if reached.any() else None


TARGET: Final = StoppingRule(
    "target",
    promise="guarantee",
    says="With ten control records reached, recall is at least 70 % with 97 % confidence.",
    source="Cormack & Grossman 2016, 10.1145/2911451.2911510",
    is_monotone=False,
    judge=judge_target,
    needs_control=True,
    keeps_control_apart=True,
)

QBCB: Final = StoppingRule(
    "qbcb",
    promise="guarantee",
    says="Recall reaches the claim at its confidence if the control set is random and large.",
    source="Lewis, Yang & Frieder 2021, 10.1145/3459637.3482415",
    is_monotone=False,
    judge=judge_qbcb,
    needs_control=True,
    keeps_control_apart=True,
)
