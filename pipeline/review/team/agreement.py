"""How well reviewers agree: on a random sample first, then on the whole, then in full text.

What a model put first is read first, and is not like the rest: agreement on it says little of
agreement on all. So the headline is what chance chose (the overlap of a shared queue, or a sample),
the pilot stands apart because it made the criteria what they are, and everything else is labelled
as prioritised. In full text nothing is chosen, and the unit is the report. A maybe counts as
``review.toml`` declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pipeline.agreement import (
    cohen_kappa,
    estimate,
    gwet_ac1,
    negative_agreement,
    positive_agreement,
    resample,
    share_interval,
)
from pipeline.review.criteria import locked_version
from pipeline.review.team.double import list_double_readings
from pipeline.schemas.team import DoubleReading, ReviewerAgreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["AgreementReport", "list_disagreements", "measure_reviewers", "report_agreement"]

NO_REASON: Final = "no reason given"
_SCOPES: Final = {
    "random sample": ("sample", "overlap"),
    "pilot": ("pilot",),
    "prioritised": ("prioritised",),
    "full text": ("full-text",),
}
_N_RESAMPLES: Final = 2000
_CELLS: Final = ("n_both", "n_first_only", "n_second_only", "n_neither")
_COEFFICIENTS: Final = {
    "kappa": cohen_kappa,
    "ac1": gwet_ac1,
    "positive": positive_agreement,
    "negative": negative_agreement,
}


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What may be said of the agreement between reviewers.

    Parameters
    ----------
    figures
        One row for each pair of reviewers, the random sample first.
    disagreements
        ``scope``, ``reason`` and ``n``: on how many citations (in full text: reports) that the two
        saw differently an exclusion named the reason.
    maybe_counts_as
        ``include``, ``exclude`` or ``leave-out``.
    locked_version
        The version of the criteria that was locked after the pilot, if one was.
    """

    figures: dy.DataFrame[ReviewerAgreement]
    disagreements: pl.DataFrame
    maybe_counts_as: str
    locked_version: str | None


def report_agreement(snapshot: Snapshot) -> AgreementReport:
    """Measure the agreement of all pairs of reviewers, and list what they disagree about."""
    maybe = snapshot.workspace.config.screening.maybe_counts_as
    readings = list_double_readings(snapshot)
    rng = np.random.default_rng(snapshot.workspace.config.screening.seed)
    return AgreementReport(
        figures=measure_reviewers(readings, maybe=maybe, rng=rng),
        disagreements=list_disagreements(readings, maybe=maybe),
        maybe_counts_as=maybe,
        locked_version=locked_version(snapshot.workspace.ledger),
    )


def measure_reviewers(
    readings: dy.DataFrame[DoubleReading], *, maybe: str, rng: np.random.Generator
) -> dy.DataFrame[ReviewerAgreement]:
    """Measure each pair of reviewers on what chance chose, on the pilot, and on the rest.

    Parameters
    ----------
    readings
        As `list_double_readings` returns them.
    maybe
        What a maybe counts as: ``include``, ``exclude`` or ``leave-out``.
    rng
        Draws the resamples of the intervals.

    Examples
    --------
    >>> measure_reviewers(
    ...     DoubleReading.create_empty(), maybe="include", rng=np.random.default_rng(1)
    ... ).height
    0
    """
    said = _as_yes_and_no(readings, maybe)
    rows = list(_rows(said, rng))
    return ReviewerAgreement.validate(
        pl.DataFrame(rows, schema=ReviewerAgreement.create_empty().schema)
    )


def list_disagreements(readings: dy.DataFrame[DoubleReading], *, maybe: str) -> pl.DataFrame:
    """Count what two reviewers saw differently by the reasons that the excluding one gave.

    Returns
    -------
    pl.DataFrame
        ``scope``, ``reason`` and ``n`` (citations, in full text reports; one may name several
        reasons), the most first.
    """
    said = _as_yes_and_no(readings, maybe).drop_nulls(["first_yes", "second_yes"])
    differing = said.filter(pl.col("first_yes") != pl.col("second_yes"))
    reasons = pl.when(pl.col("reasons").list.len() > 0).then("reasons")
    return (
        differing.select("scope", "citation_id", reason=reasons)
        .explode("reason")
        .with_columns(pl.col("reason").fill_null(NO_REASON))
        .group_by("scope", "reason")
        .agg(n=pl.col("citation_id").n_unique())
        .sort("scope", "n", "reason", descending=[False, True, False])
    )


def _as_yes_and_no(readings: pl.DataFrame, maybe: str) -> pl.DataFrame:
    """Add ``scope``, and each word as yes or no; null where it is left out."""
    scope = {origin: name for name, origins in _SCOPES.items() for origin in origins}
    yes = {"include": True, "exclude": False} | (
        {} if maybe == "leave-out" else {"maybe": maybe == "include"}
    )
    return readings.with_columns(
        pl.col("origin").cast(pl.String).replace_strict(scope).alias("scope"),
        *(
            pl.col(f"{who}_decision")
            .cast(pl.String)
            .replace_strict(yes, default=None, return_dtype=pl.Boolean)
            .alias(f"{who}_yes")
            for who in ("first", "second")
        ),
    )


def _rows(said: pl.DataFrame, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    first, second = pl.col("first_yes"), pl.col("second_yes")
    counted = (
        said.group_by("scope", "unit", "first", "second")
        .agg(
            (first & second).sum().alias("n_both"),
            (first & ~second).sum().alias("n_first_only"),
            (~first & second).sum().alias("n_second_only"),
            (~first & ~second).sum().alias("n_neither"),
            (first.is_null() | second.is_null()).sum().alias("n_left_out"),
        )
        .with_columns(pl.col("scope").cast(pl.Enum(list(_SCOPES))))
        .sort("scope", "first", "second")
    )
    for row in counted.iter_rows(named=True):
        cells = np.array([row[name] for name in _CELLS], dtype=np.int64)
        draws = resample(cells, rng, _N_RESAMPLES)
        n_same = int(cells[0] + cells[-1])
        found = {"agreement": share_interval(n_same, int(cells.sum()))}
        found |= {name: estimate(one, cells, draws) for name, one in _COEFFICIENTS.items()}
        for name, value in found.items():
            row |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        yield row
