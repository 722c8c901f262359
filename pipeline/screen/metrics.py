"""How good a screening order was, in the terms of technology-assisted review.

Everything is a function of the labels in reading order; records known beforehand (prior knowledge)
are not counted. Definitions: WSS after Cohen 2006 (10.1197/jamia.M1929), normalised after Kusa 2023
(10.1016/j.iswa.2023.200193), loss and ATD after Ferdinands 2023 (10.1186/s13643-023-02257-7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ScreeningMetrics", "recall_curve", "screening_metrics"]


@dataclass(frozen=True, slots=True)
class ScreeningMetrics:
    """What one simulated screening cost and found; ranks and shares leave the priors out."""

    n_records: int
    n_relevant: int
    loss: float  # 0 perfect, 1 worst
    wss95: float  # work saved over random order at 95 % recall, share of records
    wss100: float
    nwss95: float  # true negative rate at 95 % recall
    rrf10: float  # share of the relevant found in the first tenth
    erf10: float  # the same, beyond what random order finds
    ncg10: float  # share of what a perfect order finds in the first tenth
    atd: float  # mean rank of a relevant record, share of records
    first_relevant: int  # rank of the first relevant record, from 1
    n95: int  # records read until 95 % of the relevant were found
    n100: int


def screening_metrics(labels: ArrayLike) -> ScreeningMetrics:
    """Return the metrics of an order, given as the labels in the order of reading.

    Parameters
    ----------
    labels
        1 or True where a record is relevant, first read first, without prior knowledge.

    Raises
    ------
    InputError
        If nothing is relevant: then there is nothing to find.

    Examples
    --------
    >>> found_at_once = screening_metrics([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    >>> found_at_once.loss, found_at_once.n100, round(found_at_once.wss95, 2)
    (0.0, 2, 0.75)
    """
    relevant = np.asarray(labels, dtype=bool)
    n, total = relevant.size, int(relevant.sum())
    if total == 0:
        raise InputError("labels", "hold no relevant record", "metrics need at least one")
    found = np.cumsum(relevant)
    ranks = np.flatnonzero(relevant) + 1
    n95, n100 = (_n_read(ranks, percent) for percent in (95, 100))
    tenth = max(1, round(n / 10))
    return ScreeningMetrics(
        n_records=n,
        n_relevant=total,
        loss=_loss(found, total),
        wss95=(n - n95) / n - 0.05,
        wss100=(n - n100) / n,
        nwss95=_true_negative_rate(found, total, n95),
        rrf10=float(found[tenth - 1]) / total,
        erf10=float(found[tenth - 1] - tenth * total / n) / total,
        ncg10=float(found[tenth - 1]) / min(tenth, total),
        atd=float(ranks.mean()) / n,
        first_relevant=int(ranks[0]),
        n95=n95,
        n100=n100,
    )


def recall_curve(labels: ArrayLike) -> NDArray[np.float64]:
    """Return the recall after each record read; all zero where nothing is relevant.

    Examples
    --------
    >>> recall_curve([0, 1, 0, 1]).tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    found = np.cumsum(np.asarray(labels, dtype=bool)).astype(np.float64)
    return found / max(found[-1], 1.0) if found.size else found


def _n_read(ranks: NDArray[np.int64], percent: int) -> int:
    """Return how many are read until ``percent`` of the relevant are found, in whole numbers."""
    needed = -(-len(ranks) * percent // 100)
    return int(ranks[needed - 1])


def _loss(found: NDArray[np.int64], total: int) -> float:
    n = found.size
    if total == n:
        return 0.0
    best = total * (n - (total - 1) / 2)
    return float(best - found.sum()) / (total * (n - total))


def _true_negative_rate(found: NDArray[np.int64], total: int, n_read: int) -> float:
    n_irrelevant = found.size - total
    if n_irrelevant == 0:
        return 0.0
    n_irrelevant_read = n_read - int(found[n_read - 1])
    return (n_irrelevant - n_irrelevant_read) / n_irrelevant
