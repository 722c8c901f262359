"""What a stopping rule may see, and what it must say.

A rule is a pure function over a frozen view of the screening: the labels in the order in which they
were read and what was registered in advance. It can look at nothing else, so it cannot know what it
could not have known. It answers with its reason as data, and it only ever gives advice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Advice",
    "Claim",
    "ControlSet",
    "Promise",
    "RandomCheck",
    "ScreeningView",
    "StoppingRule",
]

Promise = Literal["guarantee", "estimate", "habit"]
_FINEST_PERCENTAGE: Final = 1000  # denominators beyond it are rounding noise of a decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """Recall that is to be claimed, and how surely.

    Examples
    --------
    >>> Claim(0.95).n_missing(81)
    5
    """

    recall: float = 0.95
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        for name, share in (("recall", self.recall), ("confidence", self.confidence)):
            if not 0.0 < share < 1.0:
                raise InputError(name, f"is {share}", "give a share between 0 and 1")

    @property
    def error(self) -> float:
        """The error that is allowed: the chance of claiming too much."""
        return 1.0 - self.confidence

    def n_missing(self, n_found: int) -> int:
        """Return the fewest relevant records that must be missing for the claim to be false.

        In whole numbers: the smallest m with found < recall × (found + m).
        """
        share = Fraction(self.recall).limit_denominator(_FINEST_PERCENTAGE)
        return n_found * (share.denominator - share.numerator) // share.numerator + 1


@dataclass(frozen=True, slots=True)
class ControlSet:
    """Relevant records of a random sample of all records, drawn before ranking and kept apart."""

    n_drawn: int = 0
    n_relevant: int = 0
    n_reached: int = 0  # how many of the relevant ones the ranked reading has come to


@dataclass(frozen=True, slots=True)
class RandomCheck:
    """A random sample of the unread remainder, drawn after a stop was proposed, and read."""

    n_unread: int  # before it was drawn
    n_drawn: int
    n_relevant: int  # an open conflict or "maybe" in it counts as relevant


@dataclass(frozen=True, slots=True)
class ScreeningView:
    """A screening as it stands: the labels in reading order and what was registered in advance."""

    n_records: int  # in the frozen queue
    labels: NDArray[np.bool_]  # True: relevant; an open conflict or "maybe" is not yet found
    control: ControlSet = field(default_factory=ControlSet)
    check: RandomCheck | None = None
    n_key_papers_missing: int = 0
    captures: tuple[int, ...] = ()  # for each relevant record listed: how many rankers list it
    n_learners: int = 0  # rankers that were compared

    @property
    def n_read(self) -> int:
        """Records read in ranked order."""
        return int(self.labels.size)

    @property
    def n_found(self) -> int:
        """Relevant records among them."""
        return int(self.labels.sum())


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether a rule would stop, and why: a statistic, its threshold and one sentence."""

    rule: str
    may_stop: bool
    statistic: float
    threshold: float
    reason: str


@dataclass(frozen=True, slots=True)
class StoppingRule:
    """A named rule; ``judge`` is a pure function of what may be known and what is to be claimed."""

    name: str
    promise: Promise
    says: str  # the promise in one sentence
    source: str
    is_monotone: bool  # a late find never makes it more willing to stop
    judge: Callable[[ScreeningView, Claim], Advice]
    needs_control: bool = False  # a random sample of all records, drawn before ranking
    keeps_control_apart: bool = False  # … from which the ranking may not learn
    needs_captures: bool = False  # what the rankers of an ensemble would have read
