"""Make the orders of an archive again: what was drawn by chance, and what a model ranked.

Each order names the last event that it took into account and a hash of the settings that made it,
so that it is a function of the ledger. What chance drew is always drawn again. Of the orders by a
model those are ranked again that bound somebody (the frozen batches) and the last one, which rests
on all decisions before it: while people screen alone an order is made every few decisions, each
outlived by the next, and ranking hundreds of them again would take hours and prove little more.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.events import (
    CheckPlanned,
    QueueMade,
    RandomPhaseDrawn,
    RunRecorded,
    SampleDrawn,
    VersionPublished,
)
from pipeline.review.screening import make_ranker
from pipeline.review.settings import read_settings
from pipeline.review.snapshot import Snapshot
from pipeline.review.stopping.drawing import draw_places
from pipeline.review.stopping.random_phase import draw_random_phase
from pipeline.review.team.batches import draw_batch
from pipeline.review.team.duties import order_for_reading
from pipeline.schemas import RankedCitation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pipeline.config import ReviewConfig
    from pipeline.review.archive.comparison import Comparison
    from pipeline.review.workspace import Workspace
    from pipeline.screen import Ranker

__all__ = ["make_orders_again"]

_PLACES: Final = ("citation_id", "position")


def make_orders_again(workspace: Workspace, comparison: Comparison) -> None:
    """Draw and rank again, and compare the orders; scores may differ in their last digits."""
    orders = [
        (one.seq, one.event)
        for one in workspace.ledger.read(QueueMade)
        if isinstance(one.event, QueueMade)
    ]
    by_model = [seq for seq, event in orders if event.purpose == "screening"]
    settings, rankers = _settings_by_hash(workspace), _Rankers()
    for seq, event in orders:
        if event.batch_size is None and seq != by_model[-1]:
            continue
        config = settings.get(event.settings or "")
        if event.basis is None or config is None:
            comparison.checked.append(f"order, event {seq}: not made again, its settings are lost")
            continue
        pinned = workspace.ledger.pinned(last=event.basis)
        then = dataclasses.replace(workspace, ledger=pinned, config=config)
        where, kept = f"order, event {seq}", workspace.frames.get(event.frame, RankedCitation)
        made = _order(then, event, rankers)
        names = (workspace.frames.name_of(one.select(_PLACES)) for one in (kept, made))
        comparison.compare(where, where, *names)
    _draw_samples(workspace, comparison)
    _draw_random_phases(workspace, comparison)


@dataclass
class _Rankers:
    """The ranker made last: it reads the texts once for all orders of the same texts."""

    key: str = ""
    kept: list[Ranker] = field(default_factory=list)

    def get(self, snapshot: Snapshot) -> Ranker:
        texts = snapshot.workspace.frames.name_of(snapshot.to_screen)
        key = f"{texts} {snapshot.workspace.config.fingerprint()}"
        if key != self.key:
            self.key, self.kept = key, [make_ranker(snapshot.workspace)]
        return self.kept[0]


def _settings_by_hash(workspace: Workspace) -> Mapping[str, ReviewConfig]:
    """Return the settings that the ledger recorded, and those of the folder, by their hash."""
    recorded = (one.event for one in workspace.ledger.read(RunRecorded, VersionPublished))
    texts = {
        event.settings
        for event in recorded
        if isinstance(event, RunRecorded | VersionPublished) and event.settings
    }
    known = (workspace.config, *(read_settings(text) for text in texts))
    return {one.fingerprint(): one for one in known if one is not None}


def _order(then: Workspace, event: QueueMade, rankers: _Rankers) -> pl.DataFrame:
    snapshot = Snapshot(then)
    if event.purpose == "screening":
        return order_for_reading(snapshot, rankers.get(snapshot).order(snapshot.learnt))
    drawn = draw_batch(snapshot, event.n_queued, purpose=event.purpose, seed=event.seed)
    return then.frames.get(drawn.frame, RankedCitation)


def _draw_samples(workspace: Workspace, comparison: Comparison) -> None:
    """Draw the samples of stopping checks again, from what was unread then."""
    plans = {
        one.seq: one.event
        for one in workspace.ledger.read(CheckPlanned)
        if isinstance(one.event, CheckPlanned)
    }
    for recorded in workspace.ledger.read(SampleDrawn):
        event = recorded.event
        if isinstance(event, SampleDrawn) and event.basis is not None:
            then = dataclasses.replace(workspace, ledger=workspace.ledger.pinned(last=event.basis))
            drawn = draw_places(Snapshot(then), plans[event.plan], look=event.look)
            where, found = f"sample, event {recorded.seq}", workspace.frames.name_of(drawn.places)
            comparison.compare(where, where, event.places, found)


def _draw_random_phases(workspace: Workspace, comparison: Comparison) -> None:
    """Draw random phases again, from what was to be screened then."""
    for recorded in workspace.ledger.read(RandomPhaseDrawn):
        event = recorded.event
        if isinstance(event, RandomPhaseDrawn) and event.basis is not None:
            then = dataclasses.replace(workspace, ledger=workspace.ledger.pinned(last=event.basis))
            drawn = draw_random_phase(
                Snapshot(then), event.n_drawn, seed=event.seed, is_kept_apart=event.is_kept_apart
            )
            where = f"random phase, event {recorded.seq}"
            comparison.compare(where, where, event.frame, drawn.frame)
