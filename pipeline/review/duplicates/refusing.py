"""Let a person refuse the suggestion that two citations are of one study; it is not made again.

A refusal is said of citations. Deduplication may merge them into others later, so it is read by the
records that they were named after: where those are now, there the refusal holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError
from pipeline.events import RelationAllowed, RelationRefused
from pipeline.review.decisions import require_reviewer
from pipeline.review.snapshot import Snapshot
from pipeline.schemas.deduplication import RefusedRelation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import dataframely as dy

    from pipeline.review.workspace import Workspace
    from pipeline.schemas.deduplication import RelatedPair
    from pipeline.store import RecordedEvent

__all__ = ["allow_relation", "list_refused", "refuse_relation"]


def list_refused(snapshot: Snapshot) -> dy.DataFrame[RefusedRelation]:
    """Return what people have refused and not taken back, under the citations of today."""
    said = _standing(snapshot)
    homes = _homes(snapshot, [end for pair in said for end in pair])
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for pair, one in said.items():
        left, right = _ends(homes, pair)
        if left != right:  # two that have become one need no refusal
            facts = {"reviewer": one.actor, "refused_on": one.at.date()}
            rows[left, right] = (
                one.event.model_dump() | {"left_id": left, "right_id": right} | facts
            )
    refused = pl.DataFrame(list(rows.values()), schema=RefusedRelation.create_empty().schema)
    return RefusedRelation.validate(refused.sort("left_id", "right_id"))


def refuse_relation(
    workspace: Workspace,
    suggested: dy.DataFrame[RelatedPair],
    pair: tuple[str, str],
    *,
    note: str | None,
    actor: str,
    now: dt.datetime,
) -> None:
    """Record that two citations, suggested to be of one study, are not.

    Parameters
    ----------
    suggested
        What is suggested now.
    pair
        Two citations, each by its id or the id of any record in it, in any order.

    Raises
    ------
    InputError
        Nothing is suggested of these two.
    """
    require_reviewer(workspace, actor)
    left, right = _ends(_homes(Snapshot(workspace), pair), pair)
    found = suggested.filter((pl.col("left_id") == left) & (pl.col("right_id") == right))
    if found.is_empty():
        raise InputError(
            f"{pair[0]} and {pair[1]}",
            "are not suggested to be of one study",
            "thresher relations REVIEW lists what is",
        )
    relation = str(found["relation"].cast(pl.String).item())
    event = RelationRefused(left_id=left, right_id=right, relation=relation, note=note or None)
    workspace.ledger.append([event], actor=actor, now=now)


def allow_relation(
    workspace: Workspace, pair: tuple[str, str], *, actor: str, now: dt.datetime
) -> None:
    """Record that a refused relation may be suggested again.

    Raises
    ------
    InputError
        Nobody has refused a relation of these two.
    """
    require_reviewer(workspace, actor)
    snapshot = Snapshot(workspace)
    standing = _standing(snapshot)
    homes = _homes(snapshot, [*pair, *(end for one in standing for end in one)])
    said = [one for one in standing if _ends(homes, one) == _ends(homes, pair)]
    if not said:
        raise InputError(
            f"{pair[0]} and {pair[1]}",
            "were not refused",
            "thresher relations REVIEW --refused lists what was",
        )
    events = [RelationAllowed(left_id=left, right_id=right) for left, right in said]
    workspace.ledger.append(events, actor=actor, now=now)


def _standing(snapshot: Snapshot) -> dict[tuple[str, str], RecordedEvent]:
    """Return the latest refusal of each pair that was not taken back, as it was said."""
    standing: dict[tuple[str, str], RecordedEvent] = {}
    ledger = snapshot.workspace.ledger
    for one in ledger.read(RelationRefused, RelationAllowed, as_of=snapshot.as_of):
        if isinstance(one.event, RelationRefused):
            standing[one.event.left_id, one.event.right_id] = one
        elif isinstance(one.event, RelationAllowed):
            standing.pop((one.event.left_id, one.event.right_id), None)
    return standing


def _homes(snapshot: Snapshot, record_ids: Sequence[str]) -> dict[str, str]:
    """Return the citation that each of some records is in now."""
    found = snapshot.clusters.filter(pl.col("record_id").is_in(list(record_ids)))
    return dict(found.select("record_id", "citation_id").iter_rows())


def _ends(homes: Mapping[str, str], pair: tuple[str, str]) -> tuple[str, str]:
    left, right = sorted(homes.get(one, one) for one in pair)
    return left, right
