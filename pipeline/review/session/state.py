"""What a session tells the card: what stays as it is, and what changes with every key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.review.session.outlook import Outlook
    from pipeline.review.session.shown import ShownCitation

__all__ = ["MARKS", "Answer", "CardSetup", "CardState", "Mark", "Past", "Progress", "Reason"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A label that leaves the decision untouched, and its key."""

    name: str
    key: str


MARKS: Final = (
    Mark("background", "b"),
    Mark("mine references", "r"),
    Mark("needs translation", "t"),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """An exclusion reason, in the protocol's order."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class CardSetup:
    """What stays as it is while a reviewer reads."""

    review: str  # a key of the review: what a browser keeps is kept under it
    title: str
    question: str
    reviewer: str
    inclusion: tuple[str, ...]
    reasons: tuple[Reason, ...]
    marks: tuple[Mark, ...] = MARKS


@dataclass(frozen=True, slots=True)
class Progress:
    """How much the reviewer has read, what became of it, and how long the rest will take."""

    n_read: int
    n_left: int
    n_include: int
    n_exclude: int
    n_maybe: int
    n_skipped: int
    seconds_each: float | None
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Past:
    """A decision that stands: what `back` goes to and `undo` takes back."""

    citation_id: str
    uid: str
    decision: str


@dataclass(frozen=True, slots=True)
class CardState:
    """What to show: the current citation, the next ones, and where the reviewer stands."""

    version: int  # a later state has a greater one
    queue: tuple[ShownCitation, ...]
    history: tuple[Past, ...]  # the latest first
    progress: Progress
    outlook: Outlook | None  # None where the reviewer is blinded
    is_blind: bool
    is_learning: bool
    trouble: str  # why nothing new was learnt; empty where all is well


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a key: whether it is in the ledger, and what to tell where it is not."""

    is_taken: bool
    notice: str = ""
    is_new: bool = False  # not said before
