"""Screening: the criteria in force and the frozen order in which citations are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import QueueMade
from pipeline.review.snapshot import Snapshot
from pipeline.review.team.duties import is_batch_open, order_for_reading
from pipeline.review.workspace import cache_key
from pipeline.schemas import RankedCitation
from pipeline.screen import Ranker, RelevanceBoundary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = ["QueueSummary", "make_queue", "make_ranker", "relevance_boundary"]


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """The screening order in force."""

    n_queued: int
    n_labelled: int
    is_new: bool  # False where the order in force still stands


def make_ranker(workspace: Workspace, *, model: str | None = None) -> Ranker:
    """Return a ranker over the citations to screen; ``model`` instead of the one in the settings.

    It reads them once.
    """
    config, snapshot = workspace.config, Snapshot(workspace)
    asked = [config.review.question, *config.criteria.inclusion, *_key_titles(snapshot)]
    return Ranker(
        snapshot.to_screen,
        question=" ".join(asked),
        model=model or config.screening.model,
        seed=config.screening.seed,
    )


def make_queue(
    workspace: Workspace, *, now: dt.datetime, make: Callable[[], Ranker] | None = None
) -> QueueSummary:
    """Order what is still to be screened; an order that differs from the one in force is one event.

    While a batch is frozen and somebody has still to read of it, the order in force stands: the
    model is refitted only when all its readers have finished.

    Parameters
    ----------
    workspace
        The review.
    now
        The time of the event.
    make
        Makes the ranker where one is needed, or hands over one that is still good; `make_ranker`
        reads the citations again.
    """
    now_standing = Snapshot(workspace)
    labels, latest = now_standing.learnt, now_standing.queue_in_force
    if latest is not None and is_batch_open(now_standing):
        return QueueSummary(latest.n_queued, latest.n_labelled, is_new=False)

    boundaries: list[dy.DataFrame[RelevanceBoundary]] = []

    def rank() -> dy.DataFrame[RankedCitation]:
        if make is not None:
            return make().order(labels)
        ranker = make_ranker(now_standing.workspace)
        boundaries.append(ranker.boundary(labels))
        return ranker.order(labels)

    ranked = workspace.cache.frame(now_standing.ranking_key, "queue", RankedCitation, rank)
    queue = order_for_reading(now_standing, ranked)
    event = _frozen(now_standing.workspace, queue, n_labelled=labels.height)
    for boundary in boundaries:
        workspace.cache.put(_boundary_key(event.frame), "boundary", boundary)
    is_new = latest is None or (latest.frame, latest.batch_size) != (event.frame, event.batch_size)
    if is_new:
        workspace.ledger.append([event], actor="thresher", now=now)
    return QueueSummary(queue.height, labels.height, is_new)


def relevance_boundary(snapshot: Snapshot) -> float | None:
    """Return the score from which on a citation of the order in force is likely relevant.

    None where too little was decided, and where a card made the order: only runs draw a boundary.
    """
    latest = snapshot.queue_in_force
    if latest is None:
        return None
    cache = snapshot.workspace.cache
    kept = cache.get(_boundary_key(latest.frame), "boundary", RelevanceBoundary)
    return None if kept is None else kept["score"].item()


def _boundary_key(frame: str) -> str:
    return cache_key("relevance boundary", frame)


def _key_titles(snapshot: Snapshot) -> list[str]:
    """Return the titles of the key papers of the protocol.

    Of those given by DOI, if a search brought them. Not their abstracts: they drown the question.
    """
    if not snapshot.workspace.config.review.key_papers:
        return []
    given = pl.when(pl.col("kind") == "title").then("key_paper")
    titles = snapshot.known_items.select(title=pl.coalesce("title", given))["title"]
    return titles.drop_nulls().to_list()


def _frozen(
    workspace: Workspace, queue: dy.DataFrame[RankedCitation], *, n_labelled: int
) -> QueueMade:
    screening = workspace.config.screening
    is_batched = screening.mode == "independent" and not queue.is_empty()
    return QueueMade(
        stage="title-abstract",
        frame=workspace.frames.put(queue),
        model=screening.model,
        seed=screening.seed,
        n_labelled=n_labelled,
        n_queued=queue.height,
        batch_size=min(screening.batch_size, queue.height) if is_batched else None,
        basis=workspace.ledger.head().seq,
        settings=workspace.config.fingerprint(),
    )
