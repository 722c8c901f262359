"""Screening: the criteria in force and the frozen order in which citations are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.events import CriteriaChanged, QueueMade, sha256_of
from pipeline.review.snapshot import Snapshot
from pipeline.review.state import criteria_in_force
from pipeline.schemas import RankedCitation
from pipeline.screen import Ranker

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = ["QueueSummary", "make_queue", "make_ranker", "record_criteria"]


@dataclass(frozen=True, slots=True)
class QueueSummary:
    """The screening order in force."""

    n_queued: int
    n_labelled: int
    is_new: bool  # False where the order in force still stands


def record_criteria(workspace: Workspace, *, now: dt.datetime) -> None:
    """Record the eligibility criteria when their version in ``review.toml`` is a new one."""
    criteria = workspace.config.criteria
    if criteria_in_force(workspace.ledger) == criteria.version:
        return
    event = CriteriaChanged(
        version=criteria.version, criteria=sha256_of(criteria.text), text=criteria.text
    )
    workspace.ledger.append([event], actor="thresher", now=now)


def make_ranker(workspace: Workspace) -> Ranker:
    """Return a ranker over the citations to screen; it reads them once."""
    config = workspace.config
    question = " ".join([config.review.question, *config.criteria.inclusion])
    return Ranker(
        Snapshot(workspace).to_screen,
        question=question,
        model=config.screening.model,
        seed=config.screening.seed,
    )


def make_queue(
    workspace: Workspace, *, now: dt.datetime, ranker: Ranker | None = None
) -> QueueSummary:
    """Order what is still to be screened; an order that differs from the one in force is one event.

    Parameters
    ----------
    workspace
        The review.
    now
        The time of the event.
    ranker
        One from `make_ranker` that is still good, to save reading the citations again.
    """
    now_standing, config = Snapshot(workspace), workspace.config
    labels = now_standing.labels

    def make() -> dy.DataFrame[RankedCitation]:
        return (ranker or make_ranker(workspace)).order(labels)

    queue = workspace.cache.frame(now_standing.ranking_key, "queue", RankedCitation, make)
    frame = workspace.frames.put(queue)
    latest = now_standing.queue_in_force
    is_new = latest is None or latest.frame != frame
    if is_new:
        event = QueueMade(
            stage="title-abstract",
            frame=frame,
            model=config.screening.model,
            seed=config.screening.seed,
            n_labelled=labels.height,
            n_queued=queue.height,
        )
        workspace.ledger.append([event], actor="thresher", now=now)
    return QueueSummary(queue.height, labels.height, is_new)
