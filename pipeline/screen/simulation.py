"""Replay the screening of a labelled data set, as if a reviewer were reading in the model's order.

The labels are the oracle: a record's label becomes known when it is read. Prior knowledge is drawn
as ASReview's simulations draw it, so that both can be run from the same start.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from pipeline.errors import InputError
from pipeline.screen.contract import Text
from pipeline.screen.cycle import Cycle, extract_features
from pipeline.screen.metrics import ScreeningMetrics, screening_metrics
from pipeline.screen.models import DEFAULT_MODEL, MODELS
from pipeline.screen.ranker import read_texts
from pipeline.screen.replay import ReplayCycle, can_tabulate, multiply_records
from pipeline.screen.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.screen.contract import Labels, Rows
    from pipeline.screen.cycle import Features
    from pipeline.screen.replay import ProductTable

__all__ = [
    "Dataset",
    "Simulation",
    "SimulationStep",
    "draw_priors",
    "measure_order",
    "read_all",
    "simulate_dataset",
]

_REQUIRED: Final = ("record_id", "title", "abstract", "label")


class SimulationStep(dy.Schema):
    """One record of a simulated screening, in its place in the reading order."""

    dataset = dy.String(primary_key=True)
    seed = dy.Int64(primary_key=True)
    position = dy.UInt32(primary_key=True)  # from 1; priors first
    record_id = dy.String()
    label = dy.Int8()  # 1 relevant, 0 not
    is_prior = dy.Int8()  # 1 known beforehand, 0 read


@dataclass(frozen=True, slots=True)
class Simulation:
    """One simulated screening: the order, and what it cost."""

    order: dy.DataFrame[SimulationStep]
    metrics: ScreeningMetrics | None  # None where nothing relevant was left to find


class Dataset:
    """A labelled data set made ready for one model; run it with as many seeds as you like.

    Parameters
    ----------
    records
        ``record_id, title, abstract, label`` and, if known, ``keywords``.
    name
        What the data set is called in the result.
    question
        The review's question; orders the first records of a cold start.
    model
        A name from ``MODELS``.

    Examples
    --------
    >>> import polars as pl
    >>> records = pl.DataFrame({"record_id": ["a", "b", "c"], "label": [1, 0, 1],
    ...     "title": ["Nurse staffing", "Ward rounds", "Nurse rosters"], "abstract": ["", "", ""]})
    >>> run = Dataset(records, name="demo", question="nurse staffing").simulate(seed=0)
    >>> run.order["record_id"].to_list()
    ['a', 'c', 'b']
    """

    def __init__(
        self, records: pl.DataFrame, *, name: str, question: str = "", model: str = DEFAULT_MODEL
    ) -> None:
        missing = [column for column in _REQUIRED if column not in records.columns]
        if missing:
            raise InputError(name, f"has no column {missing[0]}", f"needs {', '.join(_REQUIRED)}")
        self.name, self.model = name, MODELS[model]
        self.record_ids = records["record_id"].cast(pl.String)
        self.labels: Labels = _read_labels(records["label"], name)
        self.features: Features = extract_features(read_texts(records), Text(question), self.model)

    def simulate(
        self,
        *,
        seed: int,
        n_priors: int = 0,
        priors: Rows | None = None,
        schedule: str = "every-label",
    ) -> Simulation:
        """Return one simulated screening; seeds draw the priors (unless given) and break ties."""
        if priors is None:
            priors = draw_priors(self.labels, n_priors=n_priors, seed=seed)
        batch_size = SCHEDULES[schedule].batch_size
        with threadpool_limits(1):  # what a product is must not depend on the number of threads
            read = read_all(self._cycle(priors, seed), self.labels, priors, batch_size)
        order = self._frame(read, priors.size, seed)
        return Simulation(order, measure_order(order))

    @cached_property
    def _products(self) -> ProductTable:
        return multiply_records(self.features)

    def _cycle(self, priors: Rows, seed: int) -> Cycle:
        rng = np.random.default_rng(seed)
        ties = self._ties(rng, priors)
        if not can_tabulate(self.model, self.labels.size):
            return Cycle(self.model, self.features, ties=ties, rng=rng)
        return ReplayCycle(self.model, self.features, self._products, ties=ties, rng=rng)

    def _ties(self, rng: np.random.Generator, priors: Rows) -> Rows:
        """Return tie ranks: file order only where the model says so and a start was given."""
        n = self.labels.size
        if self.model.ties_in_file_order and priors.size:
            return np.arange(n)
        return rng.permutation(n)

    def _frame(self, read: Rows, n_priors: int, seed: int) -> dy.DataFrame[SimulationStep]:
        n = read.size
        return SimulationStep.validate(
            pl.DataFrame(
                {
                    "dataset": pl.repeat(self.name, n, dtype=pl.String, eager=True),
                    "seed": pl.repeat(seed, n, dtype=pl.Int64, eager=True),
                    "position": pl.int_range(1, n + 1, dtype=pl.UInt32, eager=True),
                    "record_id": self.record_ids.gather(read),
                    "label": self.labels[read].astype(np.int8),
                    "is_prior": (np.arange(n) < n_priors).astype(np.int8),
                }
            )
        )


def simulate_dataset(
    records: pl.DataFrame,
    *,
    name: str,
    n_priors: int = 0,
    seed: int = 0,
    question: str = "",
    model: str = DEFAULT_MODEL,
    schedule: str = "every-label",
) -> Simulation:
    """Return one simulated screening of a labelled data set.

    Parameters
    ----------
    records
        ``record_id, title, abstract, label`` and, if known, ``keywords``.
    name
        What the data set is called in the result.
    n_priors
        Relevant records, and as many irrelevant ones, that are known beforehand; 0 is a cold start.
    seed
        Draws the priors and breaks ties.
    question
        The review's question.
    model, schedule
        Names from ``MODELS`` and ``SCHEDULES``.

    Raises
    ------
    InputError
        If a column is missing, a label is neither 0 nor 1, or there are too few records to draw.

    Examples
    --------
    >>> import polars as pl
    >>> records = pl.DataFrame({"record_id": ["a", "b", "c"], "label": [1, 0, 1],
    ...     "title": ["Nurse staffing", "Ward rounds", "Nurse rosters"], "abstract": ["", "", ""]})
    >>> simulate_dataset(records, name="demo", n_priors=1).order["is_prior"].to_list()
    [1, 1, 0]
    """
    dataset = Dataset(records, name=name, question=question, model=model)
    return dataset.simulate(seed=seed, n_priors=n_priors, schedule=schedule)


def measure_order(order: dy.DataFrame[SimulationStep]) -> ScreeningMetrics | None:
    """Return what a simulated screening cost; None where nothing relevant was left to find.

    Examples
    --------
    >>> measure_order(SimulationStep.create_empty()) is None
    True
    """
    read = order.sort("position").filter(pl.col("is_prior") == 0)
    found = read["label"].to_numpy() == 1
    return screening_metrics(found) if found.any() else None


def draw_priors(labels: Labels, *, n_priors: int, seed: int) -> Rows:
    """Return the rows known beforehand: relevant ones, then as many irrelevant ones.

    Drawn with numpy's legacy generator, as the published simulations did.

    Examples
    --------
    >>> import numpy as np
    >>> draw_priors(np.array([True, False, True, False]), n_priors=2, seed=0).tolist()
    [2, 0, 1, 3]
    """
    if n_priors == 0:
        return np.zeros(0, dtype=np.intp)
    relevant, irrelevant = np.flatnonzero(labels), np.flatnonzero(~labels)
    if n_priors < 0 or n_priors > min(relevant.size, irrelevant.size):
        raise InputError(
            "priors",
            f"{n_priors} cannot be drawn from {relevant.size} relevant and "
            f"{irrelevant.size} irrelevant records",
            "ask for fewer",
        )
    legacy = np.random.RandomState(seed)
    drawn = [legacy.choice(rows, size=n_priors, replace=False) for rows in (relevant, irrelevant)]
    return np.concatenate(drawn)


def _read_labels(column: pl.Series, name: str) -> Labels:
    labels = column.cast(pl.Int64, strict=False)
    if not labels.is_in([0, 1]).fill_null(False).all():
        raise InputError(name, "has a label that is neither 0 nor 1", "label every record")
    return np.asarray(labels.to_numpy() == 1, dtype=np.bool_)


def read_all(cycle: Cycle, labels: Labels, priors: Rows, batch_size: Callable[[int], int]) -> Rows:
    """Return all rows in the order in which they become known.

    Parameters
    ----------
    cycle
        A fresh screening cycle.
    labels
        Of all rows.
    priors
        Rows known beforehand.
    batch_size
        How many are read, given how many are labelled, before the model learns again.
    """
    read = np.empty(labels.size, dtype=np.intp)
    read[: priors.size] = priors
    n = priors.size
    while n < labels.size:
        known = read[:n]
        pool, _ = cycle.order(known, labels[known])
        batch = pool[: batch_size(n)]
        read[n : n + batch.size] = batch
        n += batch.size
    return read
