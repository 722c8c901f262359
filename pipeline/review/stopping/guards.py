"""What must be so before a step of the stop is taken, and the sheet that people fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, NotReadyError
from pipeline.review.stopping.drawing import check_in_force
from pipeline.review.stopping.random_phase import list_phase_to_read
from pipeline.review.team.duties import is_batch_begun

if TYPE_CHECKING:
    from pipeline.events import SampleDrawn
    from pipeline.review.snapshot import Snapshot
    from pipeline.review.stopping.standing import Registered, StoppingStanding

__all__ = [
    "make_sheet",
    "open_sample",
    "planned",
    "require_no_check",
    "require_no_plan",
    "require_nothing_open",
]


def make_sheet(snapshot: Snapshot, listed: pl.DataFrame) -> pl.DataFrame:
    """Return what a person reads of each citation, with room for the decision."""
    shown = snapshot.citations.select("citation_id", "title", "abstract")
    sheet = listed.join(shown, on="citation_id", how="left", maintain_order="left")
    return sheet.select("citation_id", "title", "abstract", decision=pl.lit(""))


def require_no_check(snapshot: Snapshot) -> None:
    """Refuse while a check is open, or a random phase unread."""
    if check_in_force(snapshot):
        raise NotReadyError("a check is open; read it and judge it with `thresher stop --judge`")
    n_to_read = list_phase_to_read(snapshot).height
    if n_to_read:
        raise NotReadyError(f"{n_to_read} citations of the random phase are still to be read")


def require_nothing_open(snapshot: Snapshot) -> None:
    """Refuse while people are reading what is frozen."""
    require_no_check(snapshot)
    if is_batch_begun(snapshot):
        raise NotReadyError("a batch is still being read; see `thresher team`")


def require_no_plan(standing: StoppingStanding) -> None:
    """Refuse a second plan: figures are registered once."""
    if standing.is_spent:
        raise NotReadyError(
            "every planned look failed and all the error is spent: another check under the same "
            "criteria would claim too much; read on to the end"
        )
    if standing.plan is not None:
        raise InputError(
            "plan",
            f"was registered (event {standing.plan.seq}) and cannot be changed",
            "draw its next look without naming figures",
        )


def planned(standing: StoppingStanding) -> Registered:
    """Return the plan in force, which has a look left."""
    if standing.plan is None:
        raise NotReadyError("no check was planned; see `thresher stop --check`")
    if standing.is_spent:
        raise NotReadyError("every planned look has been used; read on to the end")
    return standing.plan


def open_sample(snapshot: Snapshot) -> tuple[Registered, SampleDrawn]:
    """Return the check that is open, and its sample."""
    check = snapshot.stopping.check
    if check is None or check.sample is None or not check_in_force(snapshot):
        raise NotReadyError("no check is open; see `thresher stop`")
    return check, check.sample
