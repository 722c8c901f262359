"""Decisions come in: one at a time from a screen, or many from a table.

A table is taken in whole or not at all. Nothing overwrites an earlier decision: a reviewer's later
word stands because it is later, and both stay in the ledger.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

import polars as pl
from pydantic import ValidationError

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import ConflictResolved, Decided, DecisionUndone, Event, Retrieved
from pipeline.review.criteria import version_at
from pipeline.review.said_before import RETRIEVAL, SaidBefore
from pipeline.review.snapshot import Snapshot
from pipeline.schemas import DECISIONS, STAGES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipeline.review.workspace import Workspace

__all__ = [
    "GivenDecision",
    "TakenDecisions",
    "require_decision",
    "require_reviewer",
    "take_decisions",
    "undo_decision",
]

_STATUSES: Final = get_args(Retrieved.model_fields["status"].annotation)


@dataclass(frozen=True, slots=True)
class GivenDecision:
    """A decision as a person gives it, before it is checked against the review."""

    id: str  # of a citation, or of any record in it
    decision: str  # include | exclude | maybe; at retrieval: requested | retrieved | not_retrieved
    stage: str = "title-abstract"
    reasons: tuple[str, ...] = ()
    note: str | None = None
    seconds: float | None = None
    queue_position: int | None = None
    decided_at: dt.datetime | None = None
    is_resolution: bool = False  # settles a conflict between reviewers
    where: str = "decision"  # for messages: the file and line


@dataclass(frozen=True, slots=True)
class TakenDecisions:
    """What became of the decisions that were given."""

    n_taken: int
    n_known: int  # the ledger had them already


@dataclass(frozen=True, slots=True)
class _Shown:
    """The citation as it is now: what the decision is about."""

    citation_id: str
    record_id: str
    membership_hash: str
    record_ids: tuple[str, ...]


def take_decisions(
    workspace: Workspace, given: Sequence[GivenDecision], *, reviewer: str, now: dt.datetime
) -> TakenDecisions:
    """Append decisions to the ledger: all of them, or none where one cannot be understood.

    A decision that the ledger has already (the same word of the same reviewer at the same time, or,
    without a time, the word that stands) is not taken twice.

    Raises
    ------
    UnknownNameError
        A citation, a stage, a decision, a reason or the reviewer is not known.
    """
    require_reviewer(workspace, reviewer)
    snapshot = Snapshot(workspace)
    shown = _find_citations(snapshot.citations)
    known = SaidBefore(snapshot, reviewer)
    events: list[Event] = []
    revisions = snapshot.revisions
    for one in given:
        dated = None if one.decided_at is None else version_at(revisions, one.decided_at)
        version = dated or workspace.config.criteria.version
        event = _checked(
            workspace, one, _lookup(shown, one), reviewer=reviewer, now=now, version=version
        )
        if not known.has(one, event):
            known.add(event)
            events.append(event)
    if events:
        workspace.ledger.append(events, actor=reviewer, now=now)
    return TakenDecisions(len(events), len(given) - len(events))


def undo_decision(workspace: Workspace, decision: int, *, reviewer: str, now: dt.datetime) -> None:
    """Take back a decision of one's own; it stays in the ledger, with the undoing after it.

    Raises
    ------
    InputError
        That event is not a decision of this reviewer that stands.
    """
    standing = Snapshot(workspace).decisions
    own = standing.filter((pl.col("event") == decision) & (pl.col("reviewer") == reviewer))
    if own.is_empty():
        raise InputError(
            f"event {decision}",
            f"is no decision of {reviewer} that stands",
            "see `thresher status`",
        )
    event = DecisionUndone(decision=decision, reviewer=reviewer)
    workspace.ledger.append([event], actor=reviewer, now=now)


def require_reviewer(workspace: Workspace, reviewer: str) -> None:
    """Refuse a reviewer whom the review does not list, where it lists any.

    Raises
    ------
    UnknownNameError
        The nearest name that is listed is in the message.
    """
    declared = [one.id for one in workspace.config.reviewers]
    if declared and reviewer not in declared:
        raise UnknownNameError("reviewer", reviewer, declared)


def _find_citations(citations: pl.DataFrame) -> dict[str, _Shown]:
    """Find a citation by its id, or by the id of any record in it."""
    found: dict[str, _Shown] = {}
    columns = citations.select("citation_id", "record_id", "membership_hash", "record_ids")
    for citation_id, record_id, membership_hash, record_ids in columns.iter_rows():
        shown = _Shown(citation_id, record_id, membership_hash, tuple(record_ids))
        found |= dict.fromkeys(record_ids, shown)
    return found


def _lookup(shown: Mapping[str, _Shown], one: GivenDecision) -> _Shown:
    try:
        return shown[one.id]
    except KeyError:
        raise UnknownNameError(f"{one.where}: citation or record", one.id, shown) from None


def _checked(
    workspace: Workspace,
    one: GivenDecision,
    shown: _Shown,
    *,
    reviewer: str,
    now: dt.datetime,
    version: str,
) -> Event:
    """Make the event; a value that no decision can have is the file's mistake."""
    if one.seconds is not None and not math.isfinite(one.seconds):
        raise InputError(one.where, "seconds is not a number", "correct it or leave it empty")
    try:
        return _event(workspace, one, shown, reviewer=reviewer, now=now, version=version)
    except ValidationError as error:
        first = error.errors()[0]
        name = first["loc"][0] if first["loc"] else "value"
        raise InputError(one.where, f"{name}: {first['msg']}", "correct it") from error


def _event(
    workspace: Workspace,
    one: GivenDecision,
    shown: _Shown,
    *,
    reviewer: str,
    now: dt.datetime,
    version: str,
) -> Event:
    if one.stage == RETRIEVAL:
        status = one.decision.replace("-", "_")
        if status not in _STATUSES:
            raise UnknownNameError(f"{one.where}: retrieval status", one.decision, _STATUSES)
        return Retrieved.model_validate(
            {"report_id": shown.citation_id, "status": status, "note": one.note}
        )
    require_decision(workspace, one)
    fields: dict[str, object] = {
        "citation_id": shown.citation_id,
        "record_id": one.id if one.id != shown.citation_id else shown.record_id,
        "membership_hash": shown.membership_hash,
        "record_ids": shown.record_ids,
        "stage": one.stage,
        "reviewer": reviewer,
        "decision": one.decision,
        "reasons": one.reasons,
        "note": one.note,
        "criteria_version": version,
        "decided_at": one.decided_at or now,
    }
    if one.is_resolution:
        return ConflictResolved.model_validate(fields)
    fields |= {"seconds": one.seconds, "queue_position": one.queue_position}
    return Decided.model_validate(fields)


def require_decision(workspace: Workspace, one: GivenDecision) -> None:
    """Refuse a decision whose stage, word or reasons the review does not know.

    Raises
    ------
    UnknownNameError
        The nearest name that is known is in the message.
    """
    if one.stage not in STAGES:
        raise UnknownNameError(f"{one.where}: stage", one.stage, [*STAGES, RETRIEVAL])
    if one.decision not in DECISIONS:
        raise UnknownNameError(f"{one.where}: decision", one.decision, DECISIONS)
    reasons = [reason.id for reason in workspace.config.criteria.exclusion]
    for reason in one.reasons:
        if reasons and reason not in reasons:
            raise UnknownNameError(f"{one.where}: exclusion reason", reason, reasons)
