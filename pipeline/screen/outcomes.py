"""Fold decisions into where each citation stands at a stage.

What the reviewers' standing words (`pipeline.screen.words`) amount to is a declared rule: one
include keeps, ``n_excludes`` reviewers must agree to drop, a contradiction waits for a resolution,
and whoever contradicts a resolution later opens the conflict again. The result is a function of the
frames alone: the order of their rows is of no consequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError
from pipeline.schemas import OUTCOMES, STAGES, CitationOutcome
from pipeline.screen.words import find_standing_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.schemas import Citation, Decision
    from pipeline.schemas.team import StandingWord

__all__ = ["fold_outcomes", "fold_words"]

_UNLISTED: Final = 2**31  # rank of a reason that the protocol does not list: after all that it does
_NOTHING_SETTLED: Final = pl.LazyFrame(
    schema={
        "citation_id": pl.String,
        "outcome": pl.String,
        "reason": pl.String,
        "event": pl.UInt64,
    }
)
_INCLUDE, _EXCLUDE = (pl.col("decision") == word for word in ("include", "exclude"))


def fold_outcomes(
    decisions: dy.DataFrame[Decision],
    citations: dy.DataFrame[Citation],
    *,
    stage: str,
    n_excludes: int = 1,
    reason_order: Sequence[str] = (),
) -> dy.DataFrame[CitationOutcome]:
    """Return one outcome for every citation at a stage.

    Parameters
    ----------
    decisions
        The decisions that stand; one that was undone is not among them.
    citations
        The citations as they are clustered now.
    stage
        The screening stage to fold.
    n_excludes, reason_order
        As for `fold_words`.

    Raises
    ------
    UnknownNameError
        If there is no such stage.
    InputError
        If ``n_excludes`` is below 1.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Decision
    >>> fold_outcomes(Decision.create_empty(), Citation.create_empty(), stage="full-text").height
    0
    """
    return fold_words(
        find_standing_words(decisions, citations, stage=stage),
        citations,
        stage=stage,
        n_excludes=n_excludes,
        reason_order=reason_order,
    )


def fold_words(
    words: dy.DataFrame[StandingWord],
    citations: dy.DataFrame[Citation],
    *,
    stage: str,
    n_excludes: int = 1,
    reason_order: Sequence[str] = (),
) -> dy.DataFrame[CitationOutcome]:
    """Return one outcome for every citation at a stage, of the words that stand.

    A resolution settles a citation until somebody contradicts it who was not heard by it. Without
    one, an include and an exclude together are a conflict (also when one reviewer decided
    differently on two citations that were merged later), an include keeps, and ``n_excludes``
    reviewers drop; everything else is awaiting.

    Parameters
    ----------
    words
        As `find_standing_words` returns them for this stage.
    citations
        The citations as they are clustered now.
    stage
        The screening stage to fold.
    n_excludes
        How many reviewers must exclude before a citation is dropped; at least 1.
    reason_order
        The exclusion reasons in the protocol's order: the earliest one given is counted. Without
        it, the first reason of the exclusion that settled the matter.

    Raises
    ------
    InputError
        If ``n_excludes`` is below 1.

    Examples
    --------
    >>> from pipeline.schemas import Citation
    >>> from pipeline.schemas.team import StandingWord
    >>> fold_words(StandingWord.create_empty(), Citation.create_empty(), stage="full-text").height
    0
    """
    if n_excludes < 1:
        raise InputError("n_excludes", f"is {n_excludes}", "at least 1 reviewer must exclude")
    settled = _NOTHING_SETTLED if words.is_empty() else _settle(words, n_excludes, reason_order)
    folded = (
        citations.lazy()
        .select("citation_id")
        .join(settled, on="citation_id", how="left", validate="1:1")
        .select(
            "citation_id",
            pl.lit(stage).cast(pl.Enum(STAGES)).alias("stage"),
            pl.col("outcome").fill_null("awaiting").cast(pl.Enum(OUTCOMES)),
            "reason",
            "event",
        )
    )
    return CitationOutcome.validate(folded.collect())


def _settle(
    words: dy.DataFrame[StandingWord], n_excludes: int, reason_order: Sequence[str]
) -> pl.LazyFrame:
    """Return what the words amount to, with the reason that counts, for each citation with any."""
    valid = words.lazy().filter(~pl.col("is_reopened"))
    settled = pl.concat(
        [_fold_resolutions(valid), _fold_reviewers(valid, n_excludes)], how="vertical"
    )
    reasons = _counted_reasons(valid, settled, reason_order)
    return _prefer_resolutions(settled).join(reasons, on="citation_id", how="left")


def _fold_resolutions(words: pl.LazyFrame) -> pl.LazyFrame:
    """Return the citations settled by a resolution.

    Two resolutions that differ (after a merge) conflict, and so does a word that the resolution
    did not answer.
    """
    settled = pl.col("decision").cast(pl.String).filter("is_resolution")
    is_unheard = ~pl.col("is_resolution") & ~pl.col("is_answered")
    unheard = pl.col("decision").cast(pl.String).filter(is_unheard)
    contradicting = unheard.is_in(["include", "exclude"]) & (unheard != settled.first())
    is_open = pl.col("settled").is_in(["include", "exclude"]) & pl.col("is_contradicted")
    return (
        words.group_by("citation_id")
        .agg(
            settled.first().alias("settled"),
            settled.n_unique().alias("n_settled"),
            contradicting.any().alias("is_contradicted"),
            pl.col("event").filter("is_resolution").max(),
        )
        .filter(pl.col("settled").is_not_null())
        .select(
            "citation_id",
            pl.when((pl.col("n_settled") > 1) | is_open)
            .then(pl.lit("conflict"))
            .otherwise(pl.col("settled").replace({"maybe": "awaiting"}))
            .alias("outcome"),
            "event",
            pl.lit(True).alias("is_resolution"),
        )
        .with_columns(_event_if_settled())
    )


def _fold_reviewers(words: pl.LazyFrame, n_excludes: int) -> pl.LazyFrame:
    """Return what the reviewers' own decisions amount to under the declared rule."""
    return (
        words.filter(~pl.col("is_resolution"))
        .group_by("citation_id", "reviewer", "decision")
        .agg(pl.col("event").min())
        .group_by("citation_id")
        .agg(
            pl.col("event").filter(_INCLUDE).min().alias("first_include"),
            pl.col("event").filter(_EXCLUDE).sort().alias("excludes"),
        )
        .with_columns(
            n_excluding=pl.col("excludes").list.len(),
            last_exclude=pl.col("excludes").list.get(n_excludes - 1, null_on_oob=True),
        )
        .with_columns(
            outcome=pl.when(pl.col("first_include").is_not_null() & (pl.col("n_excluding") > 0))
            .then(pl.lit("conflict"))
            .when(pl.col("first_include").is_not_null())
            .then(pl.lit("include"))
            .when(pl.col("n_excluding") >= n_excludes)
            .then(pl.lit("exclude"))
            .otherwise(pl.lit("awaiting")),
            event=pl.coalesce("first_include", "last_exclude"),
            is_resolution=pl.lit(False),
        )
        .select("citation_id", "outcome", "event", "is_resolution")
        .with_columns(_event_if_settled())
    )


def _event_if_settled() -> pl.Expr:
    return pl.when(pl.col("outcome").is_in(["include", "exclude"])).then("event").alias("event")


def _prefer_resolutions(settled: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row a citation: the resolution where there is one."""
    return settled.sort("is_resolution", descending=True).unique(
        "citation_id", keep="first", maintain_order=True
    )


def _counted_reasons(
    words: pl.LazyFrame, settled: pl.LazyFrame, reason_order: Sequence[str]
) -> pl.LazyFrame:
    """Return the one reason that is counted for each excluded citation."""
    exclusions = _prefer_resolutions(settled).filter(pl.col("outcome") == "exclude")
    ranks = {reason: rank for rank, reason in enumerate(reason_order)}
    return (
        words.filter(_EXCLUDE)
        .join(
            exclusions.select("citation_id", "is_resolution", settling="event"),
            on=["citation_id", "is_resolution"],
            how="inner",
        )
        .select("citation_id", "event", "settling", reason="reasons", place=_places())
        .explode("reason", "place")
        .drop_nulls("reason")
        .with_columns(
            rank=pl.col("reason").replace_strict(ranks, default=_UNLISTED, return_dtype=pl.Int64),
            is_settling=pl.col("event") == pl.col("settling"),
        )
        .sort("rank", ~pl.col("is_settling"), "event", "place")
        .group_by("citation_id", maintain_order=True)
        .agg(pl.col("reason").first())
    )


def _places() -> pl.Expr:
    """Return 0, 1, 2, … for the reasons of each decision."""
    return pl.int_ranges(0, pl.col("reasons").list.len())
