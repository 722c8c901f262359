"""When the model learns again.

After every label is best and dearest. Every twenty-fifth part costs 0.2 % more loss for a quarter
of the refits; a fixed batch of 50 costs 29 %. Every tenth part is for many long simulations.
"""

from __future__ import annotations

from typing import Final

from pipeline.registry import Registry
from pipeline.screen.contract import Schedule

__all__ = ["SCHEDULES", "coarse_batch", "growing_batch", "single_record"]

_LABELS_PER_BATCH_MEMBER: Final = 25
_LABELS_PER_COARSE_MEMBER: Final = 10


def single_record(n_labelled: int) -> int:  # noqa: ARG001
    """Learn after every label.

    Examples
    --------
    >>> single_record(1000)
    1
    """
    return 1


def growing_batch(n_labelled: int) -> int:
    """Learn after a twenty-fifth as many new labels as there are.

    Examples
    --------
    >>> growing_batch(10), growing_batch(1000)
    (1, 40)
    """
    return max(1, n_labelled // _LABELS_PER_BATCH_MEMBER)


def coarse_batch(n_labelled: int) -> int:
    """Learn after a tenth as many new labels as there are.

    Examples
    --------
    >>> coarse_batch(10), coarse_batch(1000)
    (1, 100)
    """
    return max(1, n_labelled // _LABELS_PER_COARSE_MEMBER)


SCHEDULES: Final[Registry[Schedule]] = Registry(
    "schedule",
    [
        Schedule("every-label", single_record),
        Schedule("growing", growing_batch),
        Schedule("coarse", coarse_batch),
    ],
)
