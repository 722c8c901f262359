"""The framework matrix: what each study says about each code, and what its silence means.

A cell without an extract is not one thing: the full text was read and the study does not report the
factor, or only the abstract was read, or nobody has coded the study yet (framework analysis:
Ritchie and Spencer 1994; Gale et al. 2013, doi 10.1186/1471-2288-13-117). Counts are of studies and
are not called importance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas.coding import MatrixCell
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas.coding import CodingCoverage, Extract
    from pipeline.tag.codebook import Codebook

__all__ = ["build_matrix", "count_states", "widen_matrix"]

_NOT_REPORTED: Final = "full text read – not reported"


def build_matrix(
    extracts: dy.DataFrame[Extract],
    *,
    coverage: dy.DataFrame[CodingCoverage],
    studies: pl.DataFrame,
    codebook: Codebook,
    n_coders: int = 1,
) -> dy.DataFrame[MatrixCell]:
    """Return a cell for every included study and every code.

    A code stands for what hangs below it, too: a domain says what any of its codes says.

    Parameters
    ----------
    extracts
        The confirmed tags.
    coverage
        Who has read which text to its end; with two coders it takes both.
    studies
        Columns ``report_id`` and ``study_id``: the included reports.
    codebook
        Gives the columns, in their order.
    n_coders
        How many people code each text.

    Examples
    --------
    >>> from pipeline.schemas.coding import CodingCoverage, Extract
    >>> from pipeline.tag.codebooks import CODEBOOKS
    >>> studies = pl.DataFrame({"report_id": ["r1"], "study_id": ["s1"]})
    >>> cells = build_matrix(Extract.create_empty(), coverage=CodingCoverage.create_empty(),
    ...                      studies=studies, codebook=CODEBOOKS["berardi-2024"])
    >>> cells.height, cells["state"].unique().to_list()
    (7, ['not coded yet'])
    """
    said = _said(extracts, codebook)
    silence = _silence(coverage, studies, n_coders=n_coders)
    codes = pl.DataFrame({"code": list(read_codes(codebook).labels)})
    every = silence.join(codes.with_row_index("at"), how="cross")
    cells = every.join(said, on=["study_id", "code"], how="left").sort("study_id", "at")
    cells = cells.with_columns(
        state=pl.coalesce("state", "silence"), n_extracts=pl.col("n_extracts").fill_null(0)
    )
    return MatrixCell.validate(cells.select(MatrixCell.column_names()), cast=True)


def _said(extracts: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return the state of each study and code that has an extract, at or below the code."""
    tree = read_codes(codebook)
    above = []
    for code in tree.labels:
        here: str | None = code
        while here is not None:
            above.append((code, here))
            here = tree.parents[here]
    lines = pl.DataFrame(above, schema={"code": pl.String, "above": pl.String}, orient="row")
    found = extracts.select("study_id", "code", pl.col("polarity").cast(pl.String)).join(
        lines, on="code"
    )
    has = {name: (pl.col("polarity") == name).any() for name in ("barrier", "facilitator")}
    state = (
        pl.when(has["barrier"] & has["facilitator"])
        .then(pl.lit("both"))
        .when(has["barrier"])
        .then(pl.lit("barrier"))
        .when(has["facilitator"])
        .then(pl.lit("facilitator"))
        .otherwise(pl.lit("unspecified"))
    )
    by_cell = found.group_by("study_id", code="above")
    return by_cell.agg(state=state, n_extracts=pl.len())


def _silence(coverage: pl.DataFrame, studies: pl.DataFrame, *, n_coders: int) -> pl.DataFrame:
    """Return what the silence of each study means."""
    read = coverage.group_by("report_id", "source").agg(n=pl.col("coder").n_unique())
    read = read.filter(pl.col("n") >= n_coders).join(studies, on="report_id")
    by_study = read.group_by("study_id").agg(
        has_full=(pl.col("source") == "full-text").any(), has_any=pl.lit(value=True).first()
    )
    means = (
        pl.when(pl.col("has_full"))
        .then(pl.lit(_NOT_REPORTED))
        .when(pl.col("has_any"))
        .then(pl.lit("abstract only"))
        .otherwise(pl.lit("not coded yet"))
    )
    every = studies.select("study_id").unique().sort("study_id")
    joined = every.join(by_study, on="study_id", how="left", maintain_order="left")
    return joined.select("study_id", silence=means)


def widen_matrix(cells: dy.DataFrame[MatrixCell]) -> pl.DataFrame:
    """Return the matrix as people print it: a row for each study, a column for each code.

    Examples
    --------
    >>> widen_matrix(MatrixCell.create_empty()).columns
    ['study_id']
    """
    if cells.is_empty():
        return cells.select("study_id")
    words = cells.with_columns(pl.col("state").cast(pl.String))
    return words.pivot(on="code", index="study_id", values="state", maintain_order=True)


def count_states(cells: dy.DataFrame[MatrixCell]) -> pl.DataFrame:
    """Count the studies in each state, code by code: ``code`` and one column for each state.

    Examples
    --------
    >>> count_states(MatrixCell.create_empty()).height
    0
    """
    states = [str(state) for state in cells.schema["state"].categories]  # type: ignore[attr-defined]
    counts = ((pl.col("state") == state).sum().cast(pl.UInt32).alias(state) for state in states)
    return cells.group_by("code", maintain_order=True).agg(*counts)
