"""One area of work on an open review, with what all its operations share.

`Review` would grow past what a reader holds in mind if every operation were a method of it. An area
with operations of its own (the stop, the coding, the full texts, …) is a desk: a frozen class over
the workspace and the clock, reached as an attribute of `Review`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pipeline.review.workspace import Workspace

__all__ = ["Clock", "Desk"]

Clock: TypeAlias = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """The workspace of an open review, and what tells the time.

    Parameters
    ----------
    workspace
        The folder, the settings, the ledger and the frames.
    clock
        What tells the time of the events that are appended.
    """

    workspace: Workspace
    clock: Clock
