"""Lays the work of two blind coders side by side, sentence by sentence, before they reconcile.

The unit is a sentence of a text that both have read to the end. A coder has given a sentence a code
when one of the coder's tags overlaps it; a sentence that neither tagged is agreement, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import NotReadyError
from pipeline.tag.agreement import measure_agreement
from pipeline.tag.codes import read_codes
from pipeline.tag.confirming import list_double_coded
from pipeline.tag.sentences import split_sentences

if TYPE_CHECKING:
    import dataframely as dy
    import numpy as np

    from pipeline.schemas import CodeAgreement
    from pipeline.schemas.coding import CodedText, CodingCoverage, JudgedTag
    from pipeline.tag.codebook import Codebook

__all__ = ["compare_coders", "list_sentences"]

_UNIT: Final = pl.concat_str("report_id", "source", "unit_start", separator="\x1f")


def list_sentences(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the sentences of texts: ``report_id, source, unit_start, unit_end``.

    Examples
    --------
    >>> texts = pl.DataFrame({"report_id": ["r1"], "source": ["abstract"],
    ...                       "text": ["Cost hindered use. Staff left."]})
    >>> list_sentences(texts).select("unit_start", "unit_end").rows()
    [(0, 18), (19, 30)]
    """
    rows = [
        (report_id, source, sentence.start, sentence.end)
        for report_id, source, text in texts.select("report_id", "source", "text").iter_rows()
        for sentence in split_sentences(text)
    ]
    kinds = {"report_id": pl.String, "source": pl.String}
    places = {"unit_start": pl.UInt32, "unit_end": pl.UInt32}
    return pl.DataFrame(rows, schema={**kinds, **places}, orient="row")


def compare_coders(
    tags: dy.DataFrame[JudgedTag],
    *,
    texts: dy.DataFrame[CodedText],
    coverage: dy.DataFrame[CodingCoverage],
    codebook: Codebook,
    rng: np.random.Generator,
) -> dy.DataFrame[CodeAgreement]:
    """Measure the agreement of two coders on each domain, and on each code that either used.

    Parameters
    ----------
    tags
        The judgements of both; the rejected say nothing of their own.
    texts
        The texts of the included reports.
    coverage
        Who has read which text to its end.
    codebook
        Gives the codes.
    rng
        Draws the resamples of the intervals.

    Raises
    ------
    NotReadyError
        No text has been read to the end by two coders, or neither has tagged anything.
    """
    both = list_double_coded(coverage)
    if both.is_empty():
        raise NotReadyError("no text has been finished by two coders yet; agreement comes then")
    units = list_sentences(
        texts.with_columns(pl.col("source").cast(pl.String)).join(
            both.with_columns(pl.col("source").cast(pl.String)), on=["report_id", "source"]
        )
    ).with_columns(unit_id=_UNIT)
    codings = _codings(tags, units, codebook)
    if codings["coder"].n_unique() < 2:  # noqa: PLR2004 - two coders
        raise NotReadyError("only one coder has tagged anything in the texts that both finished")
    used = set(codings["code"])
    domains = {domain.id for domain in codebook.domains}
    codes = [code for code in read_codes(codebook).labels if code in used | domains]
    return measure_agreement(codings, units=units["unit_id"].to_list(), codes=codes, rng=rng)


def _codings(tags: pl.DataFrame, units: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Return which coder gave which sentence which code; a code gives its domain, too."""
    given = tags.filter(pl.col("verdict") != "rejected").with_columns(
        pl.col("source").cast(pl.String)
    )
    placed = given.join(units, on=["report_id", "source"]).filter(
        (pl.col("start") < pl.col("unit_end")) & (pl.col("unit_start") < pl.col("end"))
    )
    domains = read_codes(codebook).domains
    known = placed.filter(pl.col("code").is_in(list(domains)))
    at_domain = known.with_columns(pl.col("code").replace(domains))
    columns = ("unit_id", "coder", "code")
    return pl.concat([known.select(columns), at_domain.select(columns)]).unique()
