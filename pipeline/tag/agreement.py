"""Measures how far two coders agree, code by code, before they reconcile.

Cohen's kappa and Krippendorff's alpha for nominal data (`pipeline.agreement`), each with a
percentile bootstrap interval over the units, as Hayes and Krippendorff (2007, doi
10.1080/19312450709336664) advise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.agreement import cohen_kappa, estimate, krippendorff_alpha, resample
from pipeline.errors import InputError
from pipeline.schemas import CodeAgreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["measure_agreement"]

_N_CODERS: Final = 2
_CELLS: Final = ("n_both", "n_first_only", "n_second_only", "n_neither")


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
    >>> import numpy as np
    >>> codings = pl.DataFrame({"unit_id": ["s1", "s1", "s2"], "coder": ["ada", "bo", "ada"],
    ...                         "code": ["SR", "SR", "SR"]})
    >>> found = measure_agreement(codings, units=["s1", "s2", "s3", "s4"], codes=["SR"],
    ...                           rng=np.random.default_rng(1))
    >>> found.select("n_both", "n_first_only", "kappa").row(0)
    (1, 1, 0.5)
    """
    _check(codings, units, codes)
    counts = _contingency(codings, n_units=len(set(units)), codes=codes)
    rows = []
    for code, cells in zip(codes, counts, strict=True):
        draws = resample(cells, rng, n_resamples)
        kappa = estimate(cohen_kappa, cells, draws, confidence=confidence)
        alpha = estimate(krippendorff_alpha, cells, draws, confidence=confidence)
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
