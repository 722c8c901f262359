"""How labelled records are weighed: relevant ones are rare and must not be drowned.

Weights always sum to the number of labelled records, so that a classifier's cost keeps its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.registry import Registry
from pipeline.screen.contract import Balancer

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats, Labels

__all__ = ["BALANCERS", "weigh_by_ratio", "weigh_equally"]

_ELAS_U4_RATIO: Final = 9.8  # weight of all relevant to all irrelevant, as ASReview tuned it


def weigh_by_ratio(labels: Labels, *, ratio: float = _ELAS_U4_RATIO) -> Floats:
    """Give the relevant together ``ratio`` times the weight of the irrelevant together.

    Examples
    --------
    >>> import numpy as np
    >>> weigh_by_ratio(np.array([True, False, False]), ratio=2).tolist()
    [2.0, 0.5, 0.5]
    """
    n, n_relevant = labels.size, int(labels.sum())
    if n_relevant in (0, n):
        return np.ones(n)
    share = ratio / (1.0 + ratio)
    return np.where(labels, n * share / n_relevant, n * (1.0 - share) / (n - n_relevant))


def weigh_equally(labels: Labels) -> Floats:
    """Give each record the weight 1.

    Examples
    --------
    >>> import numpy as np
    >>> weigh_equally(np.array([True, False])).tolist()
    [1.0, 1.0]
    """
    return np.ones(labels.size)


BALANCERS: Final[Registry[Balancer]] = Registry(
    "balancer",
    [
        Balancer("ratio", weigh_by_ratio),
        Balancer("none", weigh_equally),
    ],
)
