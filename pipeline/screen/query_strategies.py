"""Which records are read next, given their scores.

``max`` reads the likeliest first: in a review every relevant record has to be found anyway. Others
trade early finds for a wider view. A strategy orders the whole pool; equal scores are broken by the
tie ranks it is given, never by the place in a file. ``rng`` is made once for a whole screening.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.registry import Registry
from pipeline.screen.contract import QueryStrategy

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats, Rows

__all__ = ["QUERY_STRATEGIES", "order_by_score", "order_randomly", "order_with_exploration"]

_EXPLORED: Final = 0.05  # share of places given to chance: ASReview 1's default mixture


def order_by_score(scores: Floats, ties: Rows, rng: np.random.Generator) -> Rows:  # noqa: ARG001
    """Order from the highest score to the lowest.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> order_by_score(np.array([0.1, 0.9, 0.1]), np.array([2, 1, 0]), rng).tolist()
    [1, 2, 0]
    """
    order = np.argsort(-scores)
    ordered = scores[order]
    is_same = np.zeros(order.size + 1, dtype=bool)  # as the one before it
    is_same[1:-1] = ordered[1:] == ordered[:-1]
    is_tied = is_same[1:] | is_same[:-1]
    tied = order[is_tied]  # few, mostly: sorting all by two keys would take ten times as long
    order[is_tied] = tied[np.lexsort((ties[tied], -scores[tied]))]
    return order


def order_with_exploration(scores: Floats, ties: Rows, rng: np.random.Generator) -> Rows:
    """Order by score, but give one place in twenty to a record drawn at random.

    Examples
    --------
    >>> import numpy as np
    >>> order = order_with_exploration(np.zeros(4), np.arange(4), np.random.default_rng(0))
    >>> sorted(order.tolist())
    [0, 1, 2, 3]
    """
    explored = rng.random(scores.size) < _EXPLORED
    drawn = rng.choice(scores.size, size=int(explored.sum()), replace=False)
    best = order_by_score(scores, ties, rng)
    order = np.empty_like(best)
    order[explored] = drawn
    order[~explored] = best[~np.isin(best, drawn)]
    return order


def order_randomly(scores: Floats, ties: Rows, rng: np.random.Generator) -> Rows:  # noqa: ARG001
    """Order by chance alone: the yardstick, and the first phase of SAFE.

    Examples
    --------
    >>> import numpy as np
    >>> sorted(order_randomly(np.zeros(3), np.arange(3), np.random.default_rng(0)).tolist())
    [0, 1, 2]
    """
    return rng.permutation(scores.size)


QUERY_STRATEGIES: Final[Registry[QueryStrategy]] = Registry(
    "query strategy",
    [
        QueryStrategy("max", order_by_score),
        QueryStrategy("max-random", order_with_exploration),
        QueryStrategy("random", order_randomly),
    ],
)
