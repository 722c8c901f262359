"""What stands about the stop: the plan in force, the check that is open, the certificates.

A fold over events. A plan dies with the criteria that it was made under and ends with a
certificate; every sample drawn under it spends one of its looks, whether or not it was judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.events import (
    CertificateVoided,
    CheckFailed,
    CheckPlanned,
    CriteriaChanged,
    SampleDrawn,
    StoppingCertified,
    StoppingProposed,
)

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.events import Event
    from pipeline.store import Ledger, RecordedEvent

__all__ = ["Given", "Registered", "StoppingStanding", "read_standing"]


@dataclass(frozen=True, slots=True)
class Registered:
    """A plan or a sample, with its place in the ledger."""

    seq: int
    plan: CheckPlanned
    sample: SampleDrawn | None = None  # None: the plan itself


@dataclass(frozen=True, slots=True)
class Given:
    """A certificate as it was given; whether it still holds is for `void` to say."""

    seq: int
    at: dt.datetime
    actor: str
    event: StoppingCertified
    sample: SampleDrawn
    sample_seq: int
    taken_back: str = ""  # a person's reason


@dataclass(frozen=True, slots=True)
class StoppingStanding:
    """What the events say, whether or not it still holds.

    Parameters
    ----------
    proposal
        The stop that was proposed and not checked yet.
    plan
        The plan in force.
    n_looks_spent
        Samples drawn under it.
    check
        The sample that was drawn last and not judged.
    failed
        The looks under the plan that failed, in order.
    certificates
        All that were ever given, in order.
    samples
        All that were ever drawn, in order.
    """

    proposal: StoppingProposed | None = None
    plan: Registered | None = None
    n_looks_spent: int = 0
    check: Registered | None = None
    failed: tuple[CheckFailed, ...] = ()
    certificates: tuple[Given, ...] = ()
    samples: tuple[SampleDrawn, ...] = ()

    @property
    def is_spent(self) -> bool:
        """Whether every look of the plan has been used."""
        return self.plan is not None and self.n_looks_spent >= len(self.plan.plan.error_shares)


def read_standing(ledger: Ledger, *, as_of: dt.datetime | None = None) -> StoppingStanding:
    """Fold the ledger's events about stopping, up to a time."""
    kinds = (
        StoppingProposed,
        CheckPlanned,
        SampleDrawn,
        StoppingCertified,
        CheckFailed,
        CertificateVoided,
        CriteriaChanged,
    )
    standing = StoppingStanding()
    for recorded in ledger.read(*kinds, as_of=as_of):
        standing = _after(standing, recorded)
    return standing


def _after(now: StoppingStanding, recorded: RecordedEvent) -> StoppingStanding:
    """Return what stands after one more event."""
    event: Event = recorded.event
    after = now
    match event:
        case StoppingProposed():
            after = replace(now, proposal=event)
        case CheckPlanned():
            plan = Registered(recorded.seq, event)
            after = replace(now, plan=plan, n_looks_spent=0, check=None, failed=())
        case SampleDrawn() if now.plan is not None:
            after = replace(
                now,
                check=Registered(recorded.seq, now.plan.plan, event),
                n_looks_spent=now.n_looks_spent + 1,
                samples=(*now.samples, event),
            )
        case CheckFailed():
            after = replace(now, check=None, proposal=None, failed=(*now.failed, event))
        case StoppingCertified():
            after = _certified(now, recorded, event)
        case CertificateVoided():
            after = _taken_back(now, event)
        case CriteriaChanged():
            after = _under_criteria(now, event.version)
    return after


def _certified(
    now: StoppingStanding, recorded: RecordedEvent, event: StoppingCertified
) -> StoppingStanding:
    certificates = now.certificates
    if now.check is not None and now.check.sample is not None:
        given = Given(
            recorded.seq, recorded.at, recorded.actor, event, now.check.sample, now.check.seq
        )
        certificates = (*certificates, given)
    return StoppingStanding(certificates=certificates, samples=now.samples)


def _taken_back(now: StoppingStanding, event: CertificateVoided) -> StoppingStanding:
    certificates = tuple(
        replace(one, taken_back=event.reason) if one.seq == event.certificate else one
        for one in now.certificates
    )
    return replace(now, certificates=certificates)


def _under_criteria(now: StoppingStanding, version: str) -> StoppingStanding:
    """Return what is left under other criteria: what was planned under the old ones is not."""
    planned_under = now.plan.plan.criteria_version if now.plan else version
    proposed_under = now.proposal.criteria_version if now.proposal else version
    if planned_under != version:
        return StoppingStanding(certificates=now.certificates, samples=now.samples)
    return now if proposed_under == version else replace(now, proposal=None)
