"""Runs let screening go first: who waits for the next title notices, who waits for a report not.

Where nobody screens on the same machine a lower priority costs nothing.
"""

from __future__ import annotations

import os
from typing import Final

__all__ = ["let_screening_go_first"]

_NICENESS: Final = 5  # the steps of `nice`; a screening card learns at 10


def let_screening_go_first() -> None:
    """Lower the priority of this process and of all that it starts from now on; once.

    Examples
    --------
    >>> let_screening_go_first()
    >>> hasattr(os, "nice") and os.nice(0) < 5
    False
    """
    if hasattr(os, "nice"):  # not on Windows
        os.nice(max(0, _NICENESS - os.nice(0)))
