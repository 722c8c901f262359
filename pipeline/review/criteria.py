"""Eligibility criteria: their versions, and which decisions a change opens again.

A changed criterion opens exclusions that name it and exclusions without a reason, at either stage;
a narrowed set of criteria also opens includes where they were last decided (MECIR U3 and U8, C39:
https://community.cochrane.org/mecir-manual). What was opened waits to be said again: it stays in
the ledger and counts for nothing until then. Under one version only one text is ever decided on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import ConfigError, InputError
from pipeline.events import ConflictResolved, CriteriaChanged, CriteriaLocked, Decided, sha256_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from typing import Literal

    import dataframely as dy

    from pipeline.config import Criteria
    from pipeline.review.workspace import Workspace
    from pipeline.schemas import Decision
    from pipeline.store import Ledger

__all__ = [
    "CriteriaRevision",
    "find_reopened",
    "list_revisions",
    "lock_criteria",
    "locked_version",
    "record_criteria",
    "version_at",
    "why_criteria_are_refused",
]


@dataclass(frozen=True, slots=True)
class CriteriaRevision:
    """A version of the criteria that people decided under, and what it changed.

    Parameters
    ----------
    event, at
        When it came into force.
    version
        Its name in ``review.toml``.
    change
        Against the version before: ``changed``, ``narrowed`` or ``wording``.
    reasons
        The exclusion reasons that changed, went, or were named in ``reopens``.
    amendment
        Why, where the criteria were locked.
    """

    event: int
    at: dt.datetime
    version: str
    change: Literal["changed", "narrowed", "wording"] = "changed"
    reasons: tuple[str, ...] = ()
    amendment: str | None = None


def record_criteria(workspace: Workspace, *, now: dt.datetime) -> None:
    """Record the eligibility criteria of ``review.toml`` when they are not those in force.

    Raises
    ------
    ConfigError
        Decisions name this version of the criteria with another text, or the criteria are locked
        and no amendment is declared.
    """
    criteria = workspace.config.criteria
    before = _last_change(workspace.ledger)
    if before is not None and before.criteria == sha256_of(criteria.text):
        return
    refused = why_criteria_are_refused(workspace)
    if refused is not None:
        raise refused
    change, reasons = _what_changed(before, criteria)
    event = CriteriaChanged(
        version=criteria.version,
        criteria=sha256_of(criteria.text),
        text=criteria.text,
        change=change,
        reasons=reasons,
        amendment=criteria.amendment or None,
    )
    workspace.ledger.append([event], actor="thresher", now=now)


def why_criteria_are_refused(workspace: Workspace) -> ConfigError | None:
    """Say what stands against the criteria of ``review.toml``; None where nothing does."""
    ledger, criteria = workspace.ledger, workspace.config.criteria
    where = f"{workspace.folder.config}, [criteria]"
    texts = {
        one.event.criteria
        for one in ledger.read(CriteriaChanged)
        if isinstance(one.event, CriteriaChanged) and one.event.version == criteria.version
    }
    if sha256_of(criteria.text) in texts:
        return None
    if texts and criteria.version in _decided_versions(ledger):
        what = f"changed, but decisions were made under version {criteria.version!r} as it was"
        return ConfigError(where, what, "give the changed criteria a version of their own")
    locked = locked_version(ledger)
    if locked is not None and locked != criteria.version and not criteria.amendment:
        what = f"version {locked!r} is locked since the pilot"
        return ConfigError(where, what, 'say why they are amended: amendment = "…"')
    return None


def lock_criteria(
    workspace: Workspace, *, actor: str, now: dt.datetime, note: str | None = None
) -> str:
    """Lock the criteria in force: from here on a change is an amendment with a reason.

    Returns
    -------
    str
        The version that is locked.

    Raises
    ------
    InputError
        It is locked already.
    """
    record_criteria(workspace, now=now)
    version = workspace.config.criteria.version
    if locked_version(workspace.ledger) == version:
        raise InputError(f"criteria version {version!r}", "is locked already", "nothing to do")
    event = CriteriaLocked(version=version, note=note)
    workspace.ledger.append([event], actor=actor, now=now)
    return version


def locked_version(ledger: Ledger) -> str | None:
    """Return the version of the criteria that was locked last; None where none was."""
    events = [one.event for one in ledger.read(CriteriaLocked)]
    last = events[-1] if events else None
    return last.version if isinstance(last, CriteriaLocked) else None


def list_revisions(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> tuple[CriteriaRevision, ...]:
    """Return the versions that people can have decided under, in order.

    What was written before the first decision was a draft: only the last draft counts.
    """
    revisions = [
        CriteriaRevision(
            one.seq, one.at, event.version, event.change, event.reasons, event.amendment
        )
        for one in ledger.read(CriteriaChanged, as_of=as_of)
        if isinstance(event := one.event, CriteriaChanged)
    ]
    if len(revisions) < 2:  # noqa: PLR2004 - nothing was changed: spare reading the decisions
        return tuple(revisions)
    first = min(_first(ledger, Decided) + _first(ledger, ConflictResolved), default=None)
    n_drafts = sum(first is None or one.event < first for one in revisions)
    return tuple(revisions[max(n_drafts - 1, 0) :])


def version_at(revisions: Sequence[CriteriaRevision], moment: dt.datetime) -> str | None:
    """Return the version in force at a time; before all of them, the first.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> revisions = [CriteriaRevision(1, noon, "1"), CriteriaRevision(9, noon.replace(day=8), "2")]
    >>> version_at(revisions, noon.replace(day=7)), version_at(revisions, noon.replace(day=9))
    ('1', '2')
    """
    in_force = [one.version for one in revisions if one.at <= moment]
    return in_force[-1] if in_force else next((one.version for one in revisions), None)


def find_reopened(
    decisions: dy.DataFrame[Decision], revisions: Sequence[CriteriaRevision]
) -> pl.Series:
    """Return the events of the decisions that a later change of the criteria opened again.

    A decision that names an earlier version was made before the change, whenever it reached the
    ledger: the clocks of several machines need not agree.

    Parameters
    ----------
    decisions
        Those that were not undone, at both stages.
    revisions
        As `list_revisions` returns them.

    Examples
    --------
    >>> from pipeline.schemas import Decision
    >>> find_reopened(Decision.create_empty(), []).len()
    0
    """
    is_exclude, is_include = (pl.col("decision") == word for word in ("exclude", "include"))
    is_last = (pl.col("stage") == "full-text") | ~pl.col("record_id").is_in(
        decisions.filter(pl.col("stage") == "full-text")["record_id"].implode()
    )
    opened = pl.lit(False)
    for place, one in enumerate(revisions[1:], start=1):
        if one.change == "wording":
            continue
        versions = [later.version for later in revisions[place:]]
        is_before = (pl.col("event") < one.event) | ~pl.col("criteria_version").is_in(versions)
        is_bare = pl.col("reasons").list.len() == 0
        is_named = pl.col("reasons").list.set_intersection(list(one.reasons)).list.len() > 0
        affected = is_exclude & (is_bare | is_named)
        if one.change == "narrowed":
            affected |= is_include & is_last
        opened |= is_before & affected
    return decisions.filter(opened)["event"]


def _what_changed(
    before: CriteriaChanged | None, criteria: Criteria
) -> tuple[Literal["changed", "narrowed", "wording"], tuple[str, ...]]:
    """Return how the criteria changed, and which exclusion reasons are concerned."""
    if before is None or criteria.change == "wording":
        return criteria.change, ()
    old = {one["id"]: one["text"] for one in json.loads(before.text)["exclusion"]}
    new = {one.id: one.text for one in criteria.exclusion}
    concerned = {reason for reason, text in old.items() if new.get(reason) != text}
    narrowed = criteria.change == "narrowed" or bool(new.keys() - old.keys())
    return (
        "narrowed" if narrowed else "changed",
        tuple(sorted(concerned | set(criteria.reopens))),
    )


def _last_change(ledger: Ledger) -> CriteriaChanged | None:
    events = ledger.read(CriteriaChanged)
    event = events[-1].event if events else None
    return event if isinstance(event, CriteriaChanged) else None


def _decided_versions(ledger: Ledger) -> set[str]:
    body = pl.col("body").str.json_path_match("$.criteria_version")
    frames = (ledger.frame(kind).select(body) for kind in (Decided, ConflictResolved))
    return set(pl.concat(frames)["body"].drop_nulls())


def _first(ledger: Ledger, kind: type[Decided | ConflictResolved]) -> list[int]:
    return ledger.frame(kind)["seq"].head(1).to_list()
