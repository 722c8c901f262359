"""What stopping rules would have done in replayed screenings, as rows and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from flows.output import print_table
from pipeline.screen.stopping import Claim, replay_run, scatter_relevant, score_stopping

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy
    from numpy.typing import NDArray

    from pipeline.screen import Simulation
    from pipeline.screen.stopping import StoppingScore

__all__ = ["UNRANKABLE", "print_stopping", "score_runs"]

UNRANKABLE: Final = 0.1  # share of the relevant records that the second table makes unrankable
_COLUMNS: Final = (
    "rule",
    "runs",
    "reached",
    "95 % interval",
    "recall",
    "worst twentieth",
    "read",
    "price",
    "excess",
)


def score_runs(
    runs: Sequence[Simulation],
    others: Sequence[Sequence[Simulation]] = (),
    *,
    target: float,
    unrankable: float = 0.0,
) -> dy.DataFrame[StoppingScore]:
    """Ask every rule in every run, priors included among what was read.

    Parameters
    ----------
    runs
        Replayed screenings.
    others
        The same ones, run by run, in the order of each other model.
    target
        The recall to be reached, with 95 % confidence where a rule knows one.
    unrankable
        Share of the relevant records that is moved to random places.
    """
    claim, outcomes = Claim(target), []
    for run, *compared in zip(runs, *others, strict=True):
        rng = np.random.default_rng([run.order["seed"][0], run.order.height])
        lists = [_places(run, one) for one in compared]
        given = run.order["label"].to_numpy() == 1
        labels, proposals = scatter_relevant(given, lists, unrankable, rng)
        if labels.any():
            outcomes.append(replay_run(labels, claim=claim, rng=rng, proposals=proposals))
    empty = replay_run(np.zeros(0, dtype=np.bool_), claim=claim, rng=np.random.default_rng(0))
    return score_stopping(pl.concat([*outcomes, empty.clear()]), claim=claim)


def _places(run: Simulation, other: Simulation) -> NDArray[np.intp]:
    """Return the places in a run of the records in the order of another."""
    places = run.order.select("record_id", place="position")
    listed = other.order.sort("position").join(
        places, on="record_id", how="left", maintain_order="left"
    )
    return listed["place"].to_numpy().astype(np.intp) - 1


def print_stopping(scores: dy.DataFrame[StoppingScore], *, target: float, about: str) -> None:
    """Print the table for a person."""
    title = f"Stopping at a target of {target:.0%}, {about}"
    print_table(title, _COLUMNS, (_cells(row) for row in scores.iter_rows(named=True)))


def _cells(row: dict[str, float]) -> list[object]:
    price = row["price"]
    return [
        row["rule"],
        row["n_runs"],
        f"{row['reached']:.3f}",
        f"{row['low']:.3f} to {row['high']:.3f}",
        *(f"{row[name]:.3f}" for name in ("recall", "worst_twentieth", "share_read")),
        None if price is None else f"{price:.3f}",
        f"{row['excess']:.3f}",
    ]
