"""Events of the stop: proposed, its check planned and drawn, certified or failed, void.

What a claim rests on is written down before anybody can know how it will end: the plan holds the
target, the confidence, how the error is divided among the permitted looks, and the seed; the draw
holds the sample; only then is a sampled citation read.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.events.base import Event, Sha256

__all__ = [
    "CertificateVoided",
    "CheckFailed",
    "CheckPlanned",
    "RandomPhaseDrawn",
    "SampleDrawn",
    "SecondLookDrawn",
    "StoppingCertified",
    "StoppingProposed",
]


class StoppingProposed(Event):
    """A rule's advice to stop was taken up: a proposal, never a stop."""

    kind: ClassVar[str] = "stopping proposed"
    rule: str
    promise: str  # guarantee, estimate or habit
    recall: float
    confidence: float
    statistic: float
    threshold: float
    reason: str
    n_records: int = Field(ge=0)
    n_read: int = Field(ge=0)
    n_found: int = Field(ge=0)
    criteria_version: str


class CheckPlanned(Event):
    """What will be claimed, how surely, in how many looks: registered before the first of them."""

    kind: ClassVar[str] = "check planned"
    recall: float = Field(gt=0, lt=1)
    confidence: float = Field(gt=0, lt=1)
    error_shares: tuple[float, ...] = Field(min_length=1)  # parts of the error, a look each
    n_allowed: int = Field(default=0, ge=0)  # finds that a sample is planned to bear
    seed: int = Field(ge=0)
    criteria_version: str


class SampleDrawn(Event):
    """A random sample of the unread, mixed among others; drawn once for each look."""

    kind: ClassVar[str] = "check sample drawn"
    plan: int  # sequence number of the plan
    look: int = Field(ge=1)
    seed: int = Field(ge=0)
    places: Sha256  # the frame that says which citation was read, drawn, mixed in or left
    clustering: Sha256 | None
    queue: Sha256 | None
    n_found: int = Field(ge=0)
    n_unread: int = Field(ge=0)  # from which it was drawn
    n_drawn: int = Field(ge=0)
    n_mixed_in: int = Field(ge=0)
    criteria_version: str
    basis: int | None = Field(default=None, ge=0)  # the last event that it took into account


class _CheckJudged(Event):
    """What one look came to, with everything that it rests on."""

    sample: int  # sequence number of the draw
    plan: int
    look: int
    rule: str  # that proposed the stop
    reason: str  # that it gave
    recall: float
    confidence: float
    seed: int
    n_found: int
    n_unread: int
    n_drawn: int
    n_relevant: int  # in the sample; an open conflict or "maybe" is one
    n_open: int  # of those, how many are open
    p_value: float
    error_allowed: float
    error_left: float
    supported_recall: float  # the most that this look allows to be claimed
    claim: str  # in words
    covers: Sha256  # the frame of the draw
    queue: Sha256 | None
    criteria_version: str
    ledger_hash: Sha256  # of the event before this one: all that was known


class StoppingCertified(_CheckJudged):
    """The look supports the claim: what is unread may be counted as excluded by automation."""

    kind: ClassVar[str] = "stopping certified"


class CheckFailed(_CheckJudged):
    """The look does not support the claim: screening goes on."""

    kind: ClassVar[str] = "check failed"
    found: tuple[str, ...] = ()  # the relevant citations of the sample


class CertificateVoided(Event):
    """A person takes a certificate back; what voids one by itself needs no event."""

    kind: ClassVar[str] = "certificate void"
    certificate: int  # sequence number
    reason: str = Field(min_length=1)


class RandomPhaseDrawn(Event):
    """Citations drawn at random from all that is to screen, to be read before the order is."""

    kind: ClassVar[str] = "random phase drawn"
    seed: int = Field(ge=0)
    frame: Sha256  # the citations, in the order in which they are read
    n_drawn: int = Field(ge=1)
    n_records: int = Field(ge=1)  # from which they were drawn, those of earlier draws included
    is_kept_apart: bool  # the ranking does not learn from them
    criteria_version: str
    basis: int | None = None  # the last event that it took into account


class SecondLookDrawn(Event):
    """Exclusions that the model favours were given to look at again."""

    kind: ClassVar[str] = "second look drawn"
    frame: Sha256
    n_listed: int = Field(ge=0)
