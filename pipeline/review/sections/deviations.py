"""What changed against the protocol while the review went on (PRISMA 2020, item 24c).

Criteria are events with their text; settings are recorded with each run. Whatever differs from the
version before is listed with its day; why is for people to say.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.events import CriteriaChanged, RunRecorded
from pipeline.report import ReportSection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.snapshot import Snapshot
    from pipeline.store import RecordedEvent

__all__ = ["build_deviations", "say_deviations"]


def build_deviations(snapshot: Snapshot) -> ReportSection:
    """List every change of the criteria and of the settings, the earliest first."""
    ledger = snapshot.workspace.ledger
    changes = [
        *_changes(ledger.read(CriteriaChanged), "criteria"),
        *_changes(ledger.read(RunRecorded), "settings"),
    ]
    rows = sorted(changes)
    return ReportSection(
        anchor="deviations",
        heading="Protocol deviations",
        text=_say(snapshot, n_changes=len(rows)),
        table=pl.DataFrame(
            [row[1:] for row in rows],
            schema=["Day", "What", "Before", "After", "Why"],
            orient="row",
            schema_overrides=dict.fromkeys(["Day", "What", "Before", "After", "Why"], pl.String),
        ),
    )


def say_deviations(snapshot: Snapshot) -> str:
    """Say in a sentence how often the criteria changed; empty where they did not."""
    versions = [one.event for one in snapshot.workspace.ledger.read(CriteriaChanged)]
    if len(versions) <= 1:
        return ""
    return (
        f"The eligibility criteria changed {len(versions) - 1} times after screening was set up; "
        "each change is listed under “Protocol deviations”."
    )


def _say(snapshot: Snapshot, *, n_changes: int) -> str:
    first = snapshot.workspace.ledger.read(CriteriaChanged)[:1]
    if not first:
        return ""
    day = first[0].at.date().isoformat()
    if not n_changes:
        return f"The criteria and the settings are those of {day}."
    return f"The criteria were first recorded on {day}. Since then:"


def _changes(
    recorded: list[RecordedEvent], part: str
) -> Iterator[tuple[int, str, str, str, str, str]]:
    """Yield what differs from one version to the next: event, day, what, before, after, why."""
    known = [(one, _text(one)) for one in recorded if _text(one)]
    for (_, before), (one, after) in pairwise(known):
        old, new = _flat(json.loads(before)), _flat(json.loads(after))
        for key in sorted(old.keys() | new.keys()):
            is_said_elsewhere = part == "settings" and key.startswith("criteria")
            if old.get(key) != new.get(key) and not is_said_elsewhere:
                why = getattr(one.event, "amendment", None) or ""
                was, now = old.get(key, "not set"), new.get(key, "not set")
                yield one.seq, one.at.date().isoformat(), f"{part}: {key}", was, now, why


def _text(recorded: RecordedEvent) -> str:
    event = recorded.event
    if isinstance(event, CriteriaChanged):
        return event.text
    return event.settings if isinstance(event, RunRecorded) else ""


def _flat(value: Any, prefix: str = "") -> dict[str, str]:  # noqa: ANN401 – any JSON
    """Return the leaves of a JSON value by their dotted names; named list members by their id.

    >>> _flat({"a": {"b": 1}, "c": [{"id": "x", "text": "y"}]})
    {'a.b': '1', 'c.x.text': 'y'}
    """
    if isinstance(value, dict):
        parts = {key: one for key, one in value.items() if key != "id"}
        leaves: dict[str, str] = {}
        for key, one in parts.items():
            leaves |= _flat(one, f"{prefix}.{key}" if prefix else key)
        return leaves
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        leaves = {}
        for place, one in enumerate(value, start=1):
            leaves |= _flat(one, f"{prefix}.{one.get('id', place)}")
        return leaves
    if isinstance(value, list):
        return {prefix: "; ".join(str(one) for one in value)}
    return {prefix: "" if value is None else str(value)}
