"""Decides which tags are confirmed: one coder's, those two agree on, or kept in reconciliation.

Two coders work blind to one another. They agree on a tag when both give the same code and direction
to stretches of one text that overlap: people rarely draw the same borders. What only one of them
gave is a disagreement until somebody settles it. A level is kept where both say the same, else it
stays open. Suggestions never come this way: only what a person judged does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas.coding import Disagreement, Extract
from pipeline.tag.codebook import DOES_NOT_FIT
from pipeline.tag.codes import read_codes

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas.coding import CodingCoverage, JudgedTag
    from pipeline.tag.codebook import Codebook

__all__ = ["ConfirmedTags", "confirm_tags", "list_double_coded"]

_TEXT: Final = ("report_id", "source")
_PLACE: Final = (*_TEXT, "text_sha256", "start", "end", "quote", "page", "extract_kind")
_SAID: Final = ("code", "level", "polarity", "codebook_version", "note")
_TAG: Final = (*_PLACE, *_SAID)
_N_BLIND: Final = 2


@dataclass(frozen=True, slots=True)
class ConfirmedTags:
    """What is confirmed, and what two coders still have to settle.

    Attributes
    ----------
    extracts
        The confirmed tags, in the order of the texts.
    disagreements
        What only one of two coders gave, and nobody has settled.
    """

    extracts: dy.DataFrame[Extract]
    disagreements: dy.DataFrame[Disagreement]


def confirm_tags(
    tags: dy.DataFrame[JudgedTag],
    *,
    coverage: dy.DataFrame[CodingCoverage],
    settled: pl.DataFrame,
    studies: pl.DataFrame,
    codebook: Codebook,
    n_coders: int = 1,
) -> ConfirmedTags:
    """Return the confirmed tags and the open disagreements.

    Parameters
    ----------
    tags
        The judgements of all coders that stand.
    coverage
        Who has read which text to its end.
    settled
        What reconciliation said: the columns of a tag, with ``event``, ``settles`` (the judgements
        that it settles), ``is_kept`` and ``reviewer``.
    studies
        Columns ``report_id`` and ``study_id``: the included reports; tags of others are left out.
    codebook
        Gives each code its domain.
    n_coders
        How many people code each text: with two, a text counts once both have finished it.
    """
    given = tags.filter(pl.col("verdict") != "rejected").join(studies, on="report_id", how="semi")
    if n_coders < _N_BLIND:
        return ConfirmedTags(_extracts(_of_one(given), studies, codebook), _no_disagreements())
    both = given.join(list_double_coded(coverage), on=list(_TEXT), how="semi")
    pairs = _pair_up(both)
    matched = [*pairs["event"], *pairs["event_other"]]
    done = settled["settles"].explode().drop_nulls().to_list()
    open_tags = both.filter(~pl.col("event").is_in([*matched, *done]))
    kept = settled.filter(pl.col("is_kept")).join(studies, on="report_id", how="semi")
    kept = kept.select(*_TAG, "event", coders=pl.concat_list("reviewer"))
    confirmed = pl.concat([_of_two(pairs), kept], how="vertical_relaxed")
    disagreements = _with_domain(open_tags, codebook).select(Disagreement.column_names())
    return ConfirmedTags(
        _extracts(confirmed, studies, codebook),
        Disagreement.validate(disagreements.sort("report_id", "source", "start", "event")),
    )


def list_double_coded(coverage: dy.DataFrame[CodingCoverage]) -> pl.DataFrame:
    """Return the texts that two coders have read to the end: ``report_id, source``, sorted.

    Examples
    --------
    >>> from pipeline.schemas.coding import CodingCoverage
    >>> list_double_coded(CodingCoverage.create_empty()).columns
    ['report_id', 'source']
    """
    n_coders = coverage.group_by(_TEXT).agg(pl.col("coder").n_unique())
    return n_coders.filter(pl.col("coder") >= _N_BLIND).select(_TEXT).sort(_TEXT)


def _of_one(given: pl.DataFrame) -> pl.DataFrame:
    """Join the same tag of several people into one extract: coding need not be double."""
    key = [*_TEXT, "start", "end", "code", "polarity"]
    others = [pl.col(name).last() for name in _TAG if name not in key]
    joined = given.sort("event").group_by(key, maintain_order=True)
    found = joined.agg(*others, pl.col("event").max(), coders=pl.col("coder").unique().sort())
    return found.select(*_TAG, "event", "coders")


def _pair_up(both: pl.DataFrame) -> pl.DataFrame:
    """Join the tags of two coders that overlap and say the same; the other's have a suffix."""
    key = [*_TEXT, "code", "polarity"]
    return both.join(both, on=key, suffix="_other").filter(
        (pl.col("coder") < pl.col("coder_other"))
        & (pl.col("start") < pl.col("end_other"))
        & (pl.col("start_other") < pl.col("end"))
    )


def _of_two(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return one extract for each tag of the first coder that the second gave, too."""
    both = pairs.sort("event", "event_other").unique("event", keep="first", maintain_order=True)
    same_level = pl.col("level") == pl.col("level_other")
    joined = both.with_columns(
        level=pl.when(same_level).then("level"),
        event=pl.max_horizontal("event", "event_other"),
        coders=pl.concat_list("coder", "coder_other"),
    )
    return joined.unique("event", keep="first", maintain_order=True).select(
        *_TAG, "event", "coders"
    )


def _extracts(
    confirmed: pl.DataFrame, studies: pl.DataFrame, codebook: Codebook
) -> dy.DataFrame[Extract]:
    found = _with_domain(confirmed, codebook).join(
        studies.unique("report_id"), on="report_id", how="left"
    )
    found = found.select(Extract.column_names()).sort("report_id", "source", "start", "event")
    return Extract.validate(found, cast=True)


def _with_domain(tags: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Give each code its domain; what the codebook in force has lost does not fit."""
    domains = read_codes(codebook).domains
    domain = pl.col("code").replace_strict(domains, default=DOES_NOT_FIT, return_dtype=pl.String)
    return tags.with_columns(domain=domain)


def _no_disagreements() -> dy.DataFrame[Disagreement]:
    return Disagreement.create_empty()
