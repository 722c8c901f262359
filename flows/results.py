"""What simulated screenings cost, gathered by data set and model for tables and pictures."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.screen import ScreeningMetrics, Simulation

__all__ = ["DatasetResult", "collect_results"]


@dataclass(frozen=True, slots=True)
class DatasetResult:
    """The runs of one model on one data set that had something to find."""

    dataset: str
    model: str
    metrics: tuple[ScreeningMetrics, ...]
    found: tuple[NDArray[np.bool_], ...]  # of each run: whether each record read was relevant

    @property
    def n_records(self) -> int:
        """Records of the set, priors left out."""
        return self.metrics[0].n_records

    @property
    def loss(self) -> float:
        """Mean loss."""
        return statistics.fmean(one.loss for one in self.metrics)

    @property
    def wss95(self) -> float:
        """Mean work saved over sampling at 95 % recall."""
        return statistics.fmean(one.wss95 for one in self.metrics)

    @property
    def rrf10(self) -> float:
        """Mean share of the relevant found in the first tenth."""
        return statistics.fmean(one.rrf10 for one in self.metrics)

    @property
    def n95(self) -> float:
        """Mean number of records read until 95 % of the relevant were found."""
        return statistics.fmean(one.n95 for one in self.metrics)

    def cells(self) -> tuple[str, ...]:
        """Return data set, model, runs, loss, WSS@95, RRF@10 and n95 as a table shows them."""
        figures = (f"{x:.3f}" for x in (self.loss, self.wss95, self.rrf10))
        return (self.dataset, self.model, str(len(self.metrics)), *figures, f"{self.n95:.0f}")

    def sentence(self) -> str:
        """Say it in words, for those who cannot see the curves."""
        return (
            f"{self.dataset} with {self.model}: 95 % of the relevant found after {self.n95:.0f} of "
            f"{self.n_records} records, {self.rrf10:.0%} of them in the first tenth"
        )


def collect_results(
    files: Sequence[Path], model: str, runs: Sequence[Sequence[Simulation]]
) -> list[DatasetResult]:
    """Return the results of one model; a set of whose runs none had anything to find is left out.

    >>> collect_results([], "elas-u4", [])
    []
    """
    results = []
    for file, one in zip(files, runs, strict=True):
        told = [(run.metrics, _found(run)) for run in one if run.metrics is not None]
        if told:
            metrics, found = zip(*told, strict=True)
            results.append(DatasetResult(file.stem, model, metrics, found))
    return results


def _found(run: Simulation) -> NDArray[np.bool_]:
    """Return the labels in reading order, priors left out."""
    read = run.order.sort("position").filter(pl.col("is_prior") == 0)
    found: NDArray[np.bool_] = read["label"].to_numpy() == 1
    return found
