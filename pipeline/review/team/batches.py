"""Batches: so many citations in one frozen order, until everybody who reads them has read them.

A batch is the head of a screening order in the ledger: a pilot or a sample drawn at random, or what
comes first for independent readers. While anybody owes a citation of it, no new order is made and
nothing that a model or another reviewer said may be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import polars as pl

from pipeline.config import READER
from pipeline.errors import InputError, NotReadyError
from pipeline.events import QueueMade, ReviewerAvailability
from pipeline.schemas import RankedCitation

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["Batch", "available_readers", "draw_batch", "latest_batch", "list_batches"]

AT_RANDOM: Final = "random"  # instead of a model's name
_TWO: Final = 2  # readers of each citation of a sample


@dataclass(frozen=True, slots=True)
class Batch:
    """Citations that are frozen until all their readers have read them.

    Parameters
    ----------
    event
        The order in the ledger whose head it is.
    purpose
        ``screening``, ``pilot`` or ``sample``.
    citations
        In their order.
    readers
        Who reads them; empty: whoever they are assigned to.
    n_readers
        How many read each of them.
    """

    event: int
    purpose: Literal["screening", "pilot", "sample"]
    citations: dy.DataFrame[RankedCitation]
    readers: tuple[str, ...]
    n_readers: int


def available_readers(snapshot: Snapshot) -> tuple[str, ...]:
    """Return who is assigned citations: the declared readers who have not left."""
    events = snapshot.workspace.ledger.read(ReviewerAvailability, as_of=snapshot.as_of)
    said = {
        one.event.reviewer: one.event.is_available
        for one in events
        if isinstance(one.event, ReviewerAvailability)
    }
    declared = (one.id for one in snapshot.workspace.config.reviewers if one.role == READER)
    return tuple(reviewer for reviewer in declared if said.get(reviewer, True))


def list_batches(snapshot: Snapshot) -> list[Batch]:
    """Return all batches that were ever frozen, in order; one that is over may be among them."""
    events = snapshot.workspace.ledger.read(QueueMade, as_of=snapshot.as_of)
    return [
        _batch(snapshot, one.seq, one.event)
        for one in events
        if isinstance(one.event, QueueMade) and one.event.batch_size is not None
    ]


def latest_batch(snapshot: Snapshot) -> Batch | None:
    """Return the batch at the head of the order in force; None where it has none."""
    events = snapshot.workspace.ledger.read(QueueMade, as_of=snapshot.as_of)
    if not events:
        return None
    last = events[-1]
    if not isinstance(last.event, QueueMade) or last.event.batch_size is None:
        return None
    return _batch(snapshot, last.seq, last.event)


def draw_batch(
    snapshot: Snapshot,
    n: int,
    *,
    purpose: Literal["pilot", "sample"],
    seed: int,
) -> QueueMade:
    """Draw citations at random that several people read blind; appending the event freezes them.

    Parameters
    ----------
    snapshot
        The review.
    n
        How many citations.
    purpose
        A ``pilot`` is drawn from what nobody has read, and read by everybody; a ``sample`` is drawn
        from all that is to screen, and read by two.
    seed
        The same seed draws the same citations.

    Raises
    ------
    InputError
        There are not so many citations.
    NotReadyError
        There are fewer than two readers.
    """
    readers = available_readers(snapshot)
    if len(readers) < _TWO:
        raise NotReadyError(f"a {purpose} takes two reviewers; list them under [[reviewers]]")
    population = snapshot.to_screen.select("citation_id").sort("citation_id")
    if purpose == "pilot":
        population = population.join(snapshot.words, on="citation_id", how="anti")
    if not 0 < n <= population.height:
        what = f"{n} cannot be drawn from {population.height} citations"
        raise InputError(purpose, what, "name a number between the two" if n < 1 else "draw fewer")
    drawn = np.random.default_rng(seed).choice(population.height, size=n, replace=False)
    queue = (
        population["citation_id"][drawn.tolist()]
        .to_frame()
        .with_row_index("position", offset=1)
        .select("citation_id", pl.col("position").cast(pl.UInt32), score=pl.lit(0.0))
    )
    return QueueMade(
        stage="title-abstract",
        frame=snapshot.workspace.frames.put(RankedCitation.validate(queue)),
        model=AT_RANDOM,
        seed=seed,
        n_labelled=0,
        n_queued=n,
        purpose=purpose,
        batch_size=n,
        readers=readers,
        basis=snapshot.workspace.ledger.head().seq,
        settings=snapshot.workspace.config.fingerprint(),
    )


def _batch(snapshot: Snapshot, seq: int, event: QueueMade) -> Batch:
    frame = snapshot.workspace.frames.get(event.frame, RankedCitation)
    head = frame.filter(pl.col("position") <= event.batch_size)
    citations = RankedCitation.validate(
        head.join(snapshot.to_screen, on="citation_id", how="semi").sort("position")
    )
    n_readers = {
        "screening": snapshot.workspace.config.screening.n_excludes,
        "pilot": len(event.readers),
        "sample": _TWO,
    }[event.purpose]
    return Batch(seq, event.purpose, citations, event.readers, n_readers)
