"""Fold decisions into where each citation stands at a stage.

A decision belongs to the record that was shown, not to the cluster it sat in that day: it finds its
citation again through the record, whatever was merged or split since. The latest word of a reviewer
on a citation counts; what the reviewers said is then folded by the declared rule (one include
keeps, ``n_excludes`` reviewers must agree to drop, a contradiction waits for a resolution). The
result is a function of the frames alone: the order of their rows is of no consequence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.schemas import OUTCOMES, STAGES, CitationOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dataframely as dy

    from pipeline.schemas import Citation, Decision

__all__ = ["fold_outcomes"]

_UNLISTED: Final = 2**31  # rank of a reason that the protocol does not list: after all that it does


def fold_outcomes(
    decisions: dy.DataFrame[Decision],
    citations: dy.DataFrame[Citation],
    *,
    stage: str,
    n_excludes: int = 1,
    reason_order: Sequence[str] = (),
) -> dy.DataFrame[CitationOutcome]:
    """Return one outcome for every citation at a stage.

    A resolution settles a citation. Otherwise an include and an exclude together are a conflict
    (also when one reviewer decided differently on two citations that were merged later), an include
    keeps, and ``n_excludes`` reviewers drop; everything else is awaiting.

    Parameters
    ----------
    decisions
        The decisions that stand; one that was undone is not among them.
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
    if stage not in STAGES:
        raise UnknownNameError("stage", stage, STAGES)
    if n_excludes < 1:
        raise InputError("n_excludes", f"is {n_excludes}", "at least 1 reviewer must exclude")
    standing = _standing(decisions.lazy().filter(pl.col("stage") == stage), citations.lazy())
    settled = pl.concat(
        [_fold_resolutions(standing), _fold_reviewers(standing, n_excludes)], how="vertical"
    )
    folded = (
        citations.lazy()
        .select("citation_id")
        .join(_prefer_resolutions(settled), on="citation_id", how="left", validate="1:1")
        .join(_counted_reasons(standing, settled, reason_order), on="citation_id", how="left")
        .select(
            "citation_id",
            pl.lit(stage).cast(pl.Enum(STAGES)).alias("stage"),
            pl.col("outcome").fill_null("awaiting").cast(pl.Enum(OUTCOMES)),
            "reason",
            "event",
        )
    )
    return CitationOutcome.validate(folded.collect())


def _standing(decisions: pl.LazyFrame, citations: pl.LazyFrame) -> pl.LazyFrame:
    """Return the latest word of each reviewer on each citation as it was, with today's citation.

    A resolution is a word of its own: whoever gave it may also have screened.
    """
    homes = citations.select(
        pl.col("citation_id").alias("home"),
        pl.col("membership_hash").alias("home_hash"),
        pl.col("record_ids").alias("record_id"),
    ).explode("record_id")
    latest = (
        decisions.sort("event")
        .group_by("reviewer", "citation_id", "is_resolution")
        .agg(
            pl.col("event", "record_id", "membership_hash", "reasons").last(),
            pl.col("decision").last().cast(pl.String),
        )
        .join(homes, on="record_id", how="inner", validate="m:1")
        .with_columns(is_current=pl.col("membership_hash") == pl.col("home_hash"))
    )
    same_word = ["home", "reviewer", "is_resolution"]
    revised_at = pl.col("event").filter("is_current").max().over(same_word)
    return latest.filter(revised_at.is_null() | (pl.col("event") >= revised_at))


def _fold_resolutions(standing: pl.LazyFrame) -> pl.LazyFrame:
    """Return the citations settled by a resolution; two that differ (after a merge) conflict."""
    resolutions = standing.filter("is_resolution")
    revised_at = pl.col("event").filter("is_current").max().over("home")
    return (
        resolutions.filter(revised_at.is_null() | (pl.col("event") >= revised_at))
        .group_by("home")
        .agg(
            pl.when(pl.col("decision").n_unique() > 1)
            .then(pl.lit("conflict"))
            .otherwise(pl.col("decision").first().replace({"maybe": "awaiting"}))
            .alias("outcome"),
            pl.col("event").max(),
            pl.lit(True).alias("is_resolution"),
        )
        .with_columns(_event_if_settled())
    )


def _fold_reviewers(standing: pl.LazyFrame, n_excludes: int) -> pl.LazyFrame:
    """Return what the reviewers' own decisions amount to under the declared rule."""
    is_include, is_exclude = (pl.col("decision") == word for word in ("include", "exclude"))
    return (
        standing.filter(~pl.col("is_resolution"))
        .group_by("home", "reviewer", "decision")
        .agg(pl.col("event").min())
        .group_by("home")
        .agg(
            pl.col("event").filter(is_include).min().alias("first_include"),
            pl.col("event").filter(is_exclude).sort().alias("excludes"),
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
        .select("home", "outcome", "event", "is_resolution")
        .with_columns(_event_if_settled())
    )


def _event_if_settled() -> pl.Expr:
    return pl.when(pl.col("outcome").is_in(["include", "exclude"])).then("event").alias("event")


def _prefer_resolutions(settled: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row a citation: the resolution where there is one."""
    return (
        settled.sort("is_resolution", descending=True)
        .unique("home", keep="first", maintain_order=True)
        .rename({"home": "citation_id"})
    )


def _counted_reasons(
    standing: pl.LazyFrame, settled: pl.LazyFrame, reason_order: Sequence[str]
) -> pl.LazyFrame:
    """Return the one reason that is counted for each excluded citation."""
    exclusions = _prefer_resolutions(settled).filter(pl.col("outcome") == "exclude")
    ranks = {reason: rank for rank, reason in enumerate(reason_order)}
    return (
        standing.filter(pl.col("decision") == "exclude")
        .join(
            exclusions.select("citation_id", "is_resolution", settling="event"),
            left_on=["home", "is_resolution"],
            right_on=["citation_id", "is_resolution"],
            how="inner",
        )
        .select("home", "event", "settling", reason="reasons", place=_places())
        .explode("reason", "place")
        .drop_nulls("reason")
        .with_columns(
            rank=pl.col("reason").replace_strict(ranks, default=_UNLISTED, return_dtype=pl.Int64),
            is_settling=pl.col("event") == pl.col("settling"),
        )
        .sort("rank", ~pl.col("is_settling"), "event", "place")
        .group_by("home", maintain_order=True)
        .agg(pl.col("reason").first())
        .rename({"home": "citation_id"})
    )


def _places() -> pl.Expr:
    """Return 0, 1, 2, … for the reasons of each decision."""
    return pl.int_ranges(0, pl.col("reasons").list.len())
