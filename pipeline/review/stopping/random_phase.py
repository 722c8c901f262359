"""A random phase: citations drawn from all that is to screen, read before the order is.

What it holds says how common relevant citations are (the first phase of SAFE: Boetje & van de
Schoot 2024, 10.1186/s13643-024-02502-7), and rules that need a control set get theirs from it. Such
a rule asks whether the ranked reading finds them by itself, so that for it the ranking must not
learn from them: they keep their places in the order, and one is reached when more others have been
read in an order than stand before it. The size is said and the seed recorded before one of them
is read; more may be drawn later, and what came too late to be drawn makes the phase stale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipeline.errors import InputError, NotReadyError
from pipeline.events import QueueMade, RandomPhaseDrawn
from pipeline.review.stopping.covered import list_uncovered
from pipeline.review.stopping.drawing import list_check
from pipeline.review.stopping.tally import list_judged
from pipeline.schemas import RankedCitation
from pipeline.screen.stopping import ControlSet

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = [
    "draw_random_phase",
    "list_blind",
    "list_kept_apart",
    "list_phase",
    "list_phase_to_read",
    "see_control",
]

_RELEVANT = ("include", "conflict")  # one that is open is relevant until it is settled


def draw_random_phase(
    snapshot: Snapshot, n: int, *, seed: int, is_kept_apart: bool
) -> RandomPhaseDrawn:
    """Draw citations that no earlier phase drew; appending the event makes them the list to read.

    Raises
    ------
    InputError
        There are not so many citations.
    NotReadyError
        They are to be kept apart, and the ranking has learnt already.
    """
    population = list_uncovered(snapshot).select("citation_id").sort("citation_id")
    drawn_before = list_phase(snapshot)
    if is_kept_apart and not snapshot.learnt.is_empty():
        raise NotReadyError(
            "the rule in force compares the ranked reading with a random phase, which comes first; "
            "citations have been decided already"
        )
    urn = population.join(drawn_before, on="citation_id", how="anti")["citation_id"]
    if not 0 < n <= urn.len():
        remedy = "name a number between the two" if n < 1 else "draw fewer"
        raise InputError("random phase", f"{n} cannot be drawn from {urn.len()} citations", remedy)
    drawn = np.random.default_rng(seed).choice(urn.len(), size=n, replace=False)
    listed = (
        urn[drawn.tolist()]
        .to_frame()
        .with_row_index("position", offset=1)
        .select("citation_id", pl.col("position").cast(pl.UInt32), score=pl.lit(0.0))
    )
    return RandomPhaseDrawn(
        seed=seed,
        frame=snapshot.workspace.frames.put(RankedCitation.validate(listed)),
        n_drawn=n,
        n_records=population.height,
        is_kept_apart=is_kept_apart,
        criteria_version=snapshot.workspace.config.criteria.version,
        basis=snapshot.workspace.ledger.head().seq,
    )


def list_blind(snapshot: Snapshot) -> dy.DataFrame[RankedCitation] | None:
    """Return what chance chose to be read now, without scores: a check, or a random phase."""
    check = list_check(snapshot)
    if check is not None:
        return check
    listed = list_phase_to_read(snapshot)
    return None if listed.is_empty() else listed


def list_phase_to_read(snapshot: Snapshot) -> dy.DataFrame[RankedCitation]:
    """Return the citations of the random phase that still lack a word, in their frozen order."""
    events = _phases(snapshot)
    if not events:
        return RankedCitation.create_empty()
    drawn = [snapshot.workspace.frames.get(one.frame, RankedCitation) for one in events]
    awaiting = snapshot.outcomes.filter(
        (pl.col("stage") == "title-abstract") & (pl.col("outcome") == "awaiting")
    )
    discussed = list_judged(snapshot).filter("is_maybe")
    listed = (
        _as_now(snapshot, pl.concat(drawn))
        .join(snapshot.to_screen, on="citation_id", how="semi", maintain_order="left")
        .join(awaiting, on="citation_id", how="semi", maintain_order="left")
        .join(discussed, on="citation_id", how="anti", maintain_order="left")
        .with_columns(position=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    )
    return RankedCitation.validate(listed.select("citation_id", "position", "score"))


def list_phase(snapshot: Snapshot, *, is_kept_apart: bool = False) -> pl.DataFrame:
    """Return ``citation_id`` of what random phases drew; of those kept apart alone, if asked."""
    events = [one for one in _phases(snapshot) if one.is_kept_apart or not is_kept_apart]
    drawn = [snapshot.workspace.frames.get(one.frame, RankedCitation) for one in events]
    listed = pl.concat(drawn) if drawn else RankedCitation.create_empty()
    return _as_now(snapshot, listed).select("citation_id")


def list_kept_apart(snapshot: Snapshot) -> pl.Series:
    """Return the citations from which the ranking must not learn."""
    if not _phases(snapshot):
        return pl.Series("citation_id", [], dtype=pl.String)
    return list_phase(snapshot, is_kept_apart=True)["citation_id"]


def see_control(snapshot: Snapshot) -> ControlSet:
    """Say what the random phase holds, and how much of it the ranked reading has come to.

    Empty while some of it is unread, and when citations came after it was drawn.
    """
    phases = _phases(snapshot)
    if not phases or not list_phase_to_read(snapshot).is_empty():
        return ControlSet()
    n_now = list_uncovered(snapshot).height
    if any(one.n_records < n_now for one in phases):
        return ControlSet()
    drawn = list_phase(snapshot)
    outcomes = snapshot.outcomes.filter(pl.col("stage") == "title-abstract")
    discussed = list_judged(snapshot).filter("is_maybe")["citation_id"]
    is_open = pl.col("outcome").is_in(_RELEVANT) | pl.col("citation_id").is_in(discussed.implode())
    relevant = drawn.join(outcomes, on="citation_id").filter(is_open)["citation_id"]
    reached = _list_reached(snapshot)
    return ControlSet(drawn.height, relevant.len(), int(relevant.is_in(reached.implode()).sum()))


def _list_reached(snapshot: Snapshot) -> pl.Series:
    """Return the citations kept apart that the reading has come to in one order or another."""
    apart = list_kept_apart(snapshot)
    reached = [pl.Series("citation_id", [], dtype=pl.String)]
    if not apart.len():
        return reached[0]
    read = list_judged(snapshot).filter(~pl.col("citation_id").is_in(apart.implode()))
    made = snapshot.workspace.ledger.read(QueueMade, as_of=snapshot.as_of)
    ends = [*(one.seq for one in made[1:]), snapshot.workspace.ledger.head().seq + 1]
    for recorded, end in zip(made, ends, strict=True):
        now = read.filter(pl.col("first").is_between(recorded.seq, end, closed="left"))
        if isinstance(recorded.event, QueueMade) and recorded.event.purpose == "screening":
            order = snapshot.workspace.frames.get(recorded.event.frame, RankedCitation)
            reached.append(_reached_in(_as_now(snapshot, order), apart, now))
    return pl.concat(reached).unique()


def _reached_in(order: pl.DataFrame, apart: pl.Series, read: pl.DataFrame) -> pl.Series:
    """Return the citations kept apart that fewer others stand before than were read in an order."""
    n_read = order.join(read, on="citation_id", how="semi").height
    is_apart = pl.col("citation_id").is_in(apart.implode())
    placed = order.sort("position").with_columns(n_before=(~is_apart).cum_sum())
    return placed.filter(is_apart & (pl.col("n_before") < n_read))["citation_id"]


def _phases(snapshot: Snapshot) -> list[RandomPhaseDrawn]:
    recorded = snapshot.workspace.ledger.read(RandomPhaseDrawn, as_of=snapshot.as_of)
    return [one.event for one in recorded if isinstance(one.event, RandomPhaseDrawn)]


def _as_now(snapshot: Snapshot, listed: pl.DataFrame) -> pl.DataFrame:
    """Follow citations to the ones they are now, each once, at its first place."""
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    return (
        listed.join(homes, on="citation_id", maintain_order="left")
        .unique("now", keep="first", maintain_order=True)
        .select(citation_id="now", position="position", score="score")
    )
