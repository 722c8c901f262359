"""Which words stand: the latest of each reviewer on each citation as it is clustered now.

A decision belongs to the record that was shown, not to the cluster it sat in that day: it finds its
citation again through the record, whatever was merged or split since. A later word replaces an
earlier one of the same reviewer if it was said of a citation that held the earlier one's record;
"later" is when it was decided, not when it reached the ledger. A resolution answers the words that
the ledger held when it was given, about the records that it was given for; whoever disagrees after
that, or brings another disagreement by a merge, is not answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import UnknownNameError
from pipeline.schemas import STAGES
from pipeline.schemas.team import StandingWord

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Citation, Decision

__all__ = ["find_standing_words"]

_SPEAKER: Final = ("citation_id", "speaker", "is_resolution")
_NOTHING: Final = pl.Series("event", [], dtype=pl.UInt64)


def find_standing_words(
    decisions: dy.DataFrame[Decision],
    citations: dy.DataFrame[Citation],
    *,
    stage: str,
    reopened: pl.Series = _NOTHING,
) -> dy.DataFrame[StandingWord]:
    """Return the words that stand at a stage, each with the citation it is about now.

    Parameters
    ----------
    decisions
        Those that were not undone.
    citations
        The citations as they are clustered now.
    stage
        The screening stage.
    reopened
        The events of decisions that changed criteria opened again. What such a resolution had
        answered is open again, too.

    Raises
    ------
    UnknownNameError
        If there is no such stage.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Decision
    >>> find_standing_words(
    ...     Decision.create_empty(), Citation.create_empty(), stage="full-text"
    ... ).height
    0
    """
    if stage not in STAGES:
        raise UnknownNameError("stage", stage, STAGES)
    said = decisions.filter(pl.col("stage") == stage)
    if said.is_empty():
        return StandingWord.create_empty()
    words = _without_replaced(_at_home(said.lazy(), citations.lazy()).collect())
    opened = pl.col("event").is_in(reopened.implode())
    words = words.with_columns(is_reopened=opened)
    answers = words.filter("is_resolution").select(
        "citation_id", "is_reopened", answer="event", record_id="covered"
    )
    answered = (
        answers.explode("record_id")
        .group_by("citation_id", "record_id")
        .agg(
            pl.col("answer").filter(~pl.col("is_reopened")).max().alias("answered_at"),
            pl.col("answer").filter("is_reopened").max().alias("opened_at"),
        )
    )
    is_answered = ~pl.col("is_resolution") & (pl.col("event") < pl.col("answered_at"))
    is_opened = ~pl.col("is_resolution") & (pl.col("event") < pl.col("opened_at"))
    standing = (
        words.join(answered, on=["citation_id", "record_id"], how="left")
        .with_columns(is_answered=is_answered.fill_null(value=False))
        .with_columns(
            is_reopened=pl.col("is_reopened")
            | (is_opened.fill_null(value=False) & ~pl.col("is_answered"))
        )
    )
    return StandingWord.validate(standing.select(*StandingWord.columns()).sort("event"))


def _at_home(decisions: pl.LazyFrame, citations: pl.LazyFrame) -> pl.LazyFrame:
    """Return each decision with today's citation and the records that it was said of."""
    homes = citations.select(
        pl.col("citation_id").alias("home"),
        pl.col("membership_hash").alias("home_hash"),
        pl.col("record_ids").alias("home_ids"),
        pl.col("record_ids").alias("record_id"),
    ).explode("record_id")
    is_current = pl.col("membership_hash") == pl.col("home_hash")
    own = pl.concat_list("record_id")
    return (
        decisions.join(homes, on="record_id", how="inner", validate="m:1")
        .with_columns(
            speaker=pl.when(~pl.col("is_resolution")).then("reviewer").otherwise(pl.lit("")),
            covered=pl.when(is_current)
            .then("home_ids")
            .otherwise(pl.coalesce("record_ids", own).list.set_union(own)),
            is_old=pl.col("record_ids").is_null(),
            said_of="citation_id",
        )
        .with_columns(citation_id="home")
        .sort("decided_at", "event")
        .with_row_index("order")
    )


def _without_replaced(words: pl.DataFrame) -> pl.DataFrame:
    """Drop what the same speaker replaced; only who spoke more than once can have."""
    repeated = words.filter(pl.len().over(_SPEAKER) > 1)
    if repeated.is_empty():
        return words
    latest = (
        repeated.select(*_SPEAKER, "order", record_id="covered")
        .explode("record_id")
        .group_by(*_SPEAKER, "record_id")
        .agg(pl.col("order").max().alias("replaced_at"))
    )
    # an older ledger does not say which records a citation held: the citation's name must do
    in_old = pl.col("order").filter("is_old").max().over(*_SPEAKER, "said_of")
    replaced = (
        repeated.with_columns(in_old=in_old)
        .join(latest, on=[*_SPEAKER, "record_id"], how="left")
        .filter(pl.col("order") < pl.max_horizontal("replaced_at", "in_old"))
    )
    key = ["event", "citation_id"]  # a word on a citation is one on each of its reports
    return words.join(replaced.select(key), on=key, how="anti", maintain_order="left")
