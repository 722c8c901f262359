"""Counts studies by domain, level and polarity: the evidence map as data.

A cell counts studies, never reports or sentences, and a count is not called importance: it says
how many studies mention a factor, not how much the factor matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import ContractError, UnknownNameError
from pipeline.schemas import EvidenceCell

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.tag.codebook import Codebook

__all__ = ["POLARITIES", "map_evidence"]

POLARITIES: Final = ("barrier", "facilitator", "unspecified")
_NEEDED_COLUMNS: Final = ("record_id", "domain", "level", "polarity")


def map_evidence(
    tags: pl.DataFrame, *, codebook: Codebook, studies: pl.DataFrame | None = None
) -> dy.DataFrame[EvidenceCell]:
    """Count the studies behind each cell of the map.

    Parameters
    ----------
    tags
        Columns ``record_id``, ``domain``, ``level`` and ``polarity``: suggestions or, better, what
        a person confirmed.
    codebook
        Gives the cells and their order.
    studies
        Columns ``record_id`` and ``study_id``; without it each record is its own study.

    Returns
    -------
    dy.DataFrame[EvidenceCell]
        Every cell, empty ones included, by domain, level (null last) and polarity.

    Raises
    ------
    UnknownNameError
        A tag has a domain or level that the codebook does not know.

    Examples
    --------
    >>> from pipeline.tag import CODEBOOKS
    >>> tags = pl.DataFrame({"record_id": ["r1", "r2"], "domain": ["SR", "SR"],
    ...                      "level": ["meso", "meso"], "polarity": ["barrier", "barrier"]})
    >>> cells = map_evidence(tags, codebook=CODEBOOKS["berardi-2024"])
    >>> cells.filter(pl.col("n_studies") > 0).select("domain", "level", "n_studies").rows()
    [('SR', 'meso', 2)]
    """
    _check(tags, codebook)
    tagged = tags.select(_NEEDED_COLUMNS).with_columns(pl.col("polarity").cast(pl.String))
    if studies is None:
        tagged = tagged.with_columns(study_id="record_id")
    else:
        tagged = tagged.join(studies.select("record_id", "study_id"), on="record_id", how="left")
        tagged = tagged.with_columns(pl.coalesce("study_id", "record_id").alias("study_id"))
    cell = ["domain", "level", "polarity"]
    counted = tagged.group_by(cell).agg(pl.col("study_id").unique().sort().alias("study_ids"))
    cells = (
        _every_cell(codebook)
        .join(counted, on=cell, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("study_ids").fill_null([]))
        .with_columns(n_studies=pl.col("study_ids").list.len())
    )
    return EvidenceCell.validate(cells.select(EvidenceCell.column_names()), cast=True)


def _every_cell(codebook: Codebook) -> pl.DataFrame:
    levels = [*(level.id for level in codebook.levels), None]
    rows = [
        (domain.id, level, polarity)
        for domain in codebook.domains
        for level in levels
        for polarity in POLARITIES
    ]
    names = {"domain": pl.String, "level": pl.String, "polarity": pl.String}
    return pl.DataFrame(rows, schema=names, orient="row")


def _check(tags: pl.DataFrame, codebook: Codebook) -> None:
    missing = [column for column in _NEEDED_COLUMNS if column not in tags.columns]
    if missing:
        raise ContractError(f"the tags to map lack the column {missing[0]!r}")
    for column, parts in (("domain", codebook.domains), ("level", codebook.levels)):
        known = [part.id for part in parts]
        found = tags.get_column(column).drop_nulls().unique().sort()
        for name in found:
            if name not in known:
                raise UnknownNameError(f"{column} of codebook {codebook.id!r}", name, known)
