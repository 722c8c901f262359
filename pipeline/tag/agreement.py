"""Measures how far two coders agree, code by code, before they reconcile.

Cohen's kappa (Cohen 1960, doi 10.1177/001316446002000104) and Krippendorff's alpha for nominal
data (Krippendorff 2011, https://repository.upenn.edu/asc_papers/43), each with a percentile
bootstrap interval over the units, as Hayes and Krippendorff (2007, doi
10.1080/19312450709336664) advise. With two coders and one code the data are four counts, so that
a resample is one multinomial draw and no unit is ever copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from pipeline.errors import InputError
from pipeline.schemas import CodeAgreement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import dataframely as dy
    from numpy.typing import NDArray

__all__ = ["measure_agreement"]

_N_CODERS: Final = 2
_CELLS: Final = ("n_both", "n_first_only", "n_second_only", "n_neither")


class _Estimate(NamedTuple):
    value: float | None
    low: float | None
    high: float | None


def measure_agreement(
    codings: pl.DataFrame,
    *,
    units: Sequence[str],
    codes: Sequence[str],
    rng: np.random.Generator,
    confidence: float = 0.95,
    n_resamples: int = 2000,
) -> dy.DataFrame[CodeAgreement]:
    """Compare two coders who have read the same units blind to one another.

    Parameters
    ----------
    codings
        Columns ``unit_id``, ``coder`` and ``code``: one row where a coder gave a unit a code.
        Repeated rows count once. The coder whose name sorts first is called the first.
    units
        Everything both coders have read, coded or not: silence is agreement, too.
    codes
        The codes to compare, also those nobody used.
    rng
        Draws the resamples.
    confidence
        Of the intervals, between 0 and 1.
    n_resamples
        More make the ends of the intervals steadier.

    Returns
    -------
    dy.DataFrame[CodeAgreement]
        One row for each code, in the order given.

    Raises
    ------
    InputError
        There are not two coders, or a coding is of a unit or code that was not listed.

    Examples
    --------
    >>> codings = pl.DataFrame({"unit_id": ["s1", "s1", "s2"], "coder": ["ada", "bo", "ada"],
    ...                         "code": ["SR", "SR", "SR"]})
    >>> found = measure_agreement(codings, units=["s1", "s2", "s3", "s4"], codes=["SR"],
    ...                           rng=np.random.default_rng(1))
    >>> found.select("n_both", "n_first_only", "kappa").row(0)
    (1, 1, 0.5)
    """
    _check(codings, units, codes)
    counts = _contingency(codings, n_units=len(set(units)), codes=codes)
    tail = (1 - confidence) / 2
    rows = []
    for code, cells in zip(codes, counts, strict=True):
        draws = _resamples(cells, rng, n_resamples)
        kappa = _estimate(_kappa, cells, draws, tail)
        alpha = _estimate(_alpha, cells, draws, tail)
        rows.append((code, int(cells.sum()), *(int(cell) for cell in cells), *kappa, *alpha))
    schema = CodeAgreement.create_empty().schema
    return CodeAgreement.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _check(codings: pl.DataFrame, units: Sequence[str], codes: Sequence[str]) -> None:
    n_coders = codings["coder"].n_unique()
    if n_coders != _N_CODERS:
        raise InputError("agreement", f"there are codings of {n_coders} coders", "choose two")
    for column, known in (("unit_id", units), ("code", codes)):
        strangers = codings.filter(~pl.col(column).is_in(list(known)))
        if strangers.height:
            what = f"{column} {strangers[column][0]!r} was coded but is not listed"
            raise InputError("agreement", what, "list everything that both coders have read")


def _contingency(codings: pl.DataFrame, *, n_units: int, codes: Sequence[str]) -> NDArray[np.int64]:
    """Return for each code how many units both, only the first, only the second, neither coded."""
    first = codings["coder"].min()
    by_unit = codings.group_by("code", "unit_id").agg(
        (pl.col("coder") == first).any().alias("by_first"),
        (pl.col("coder") != first).any().alias("by_second"),
    )
    counted = by_unit.group_by("code").agg(
        (pl.col("by_first") & pl.col("by_second")).sum().alias("n_both"),
        (pl.col("by_first") & ~pl.col("by_second")).sum().alias("n_first_only"),
        (~pl.col("by_first") & pl.col("by_second")).sum().alias("n_second_only"),
    )
    listed = pl.DataFrame({"code": list(codes)}, schema={"code": pl.String})
    cells = listed.join(counted, on="code", how="left", maintain_order="left").fill_null(0)
    cells = cells.with_columns(n_neither=n_units - pl.sum_horizontal(_CELLS[:3]).cast(pl.Int64))
    return cells.select(pl.col(_CELLS).cast(pl.Int64)).to_numpy()


def _resamples(
    cells: NDArray[np.int64], rng: np.random.Generator, n_resamples: int
) -> NDArray[np.float64]:
    n_units = int(cells.sum())
    if n_units == 0:
        return np.zeros((0, len(cells)))
    return rng.multinomial(n_units, cells / n_units, size=n_resamples).astype(np.float64)


def _kappa(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return kappa for rows of both, first only, second only, neither; nan where undefined."""
    both, first, second, neither = cells.T
    n = cells.sum(axis=1)
    by_chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / n**2
    observed = (both + neither) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan)


def _alpha(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return alpha for the same rows: disagreement observed over disagreement expected."""
    both, first, second, _ = cells.T
    given = 2 * both + first + second  # values "coded", of 2 n
    n_values = 2 * cells.sum(axis=1)
    expected = given * (n_values - given)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = 1 - (n_values - 1) * (first + second) / expected
    return np.where(expected > 0, alpha, np.nan)


def _estimate(
    coefficient: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    cells: NDArray[np.int64],
    draws: NDArray[np.float64],
    tail: float,
) -> _Estimate:
    if cells.sum() == 0:
        return _Estimate(None, None, None)
    value = coefficient(cells[None, :].astype(np.float64))[0]
    defined = coefficient(draws)
    defined = defined[~np.isnan(defined)]
    if np.isnan(value) or not len(defined):
        return _Estimate(None, None, None)
    low, high = np.quantile(defined, [tail, 1 - tail])
    return _Estimate(float(value), float(low), float(high))
