"""What two reviewers said of the same citation before either could know of the other's word.

Agreement is measured on the last word before unblinding: in a frozen batch, when its last reader
had read its last citation; elsewhere, when the second reader spoke. What somebody says after that,
a resolution above all, is agreement made, not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import QueueMade
from pipeline.review.team.batches import list_batches
from pipeline.review.team.duties import list_overlap
from pipeline.schemas.team import DoubleReading

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot
    from pipeline.review.team.batches import Batch

__all__ = ["list_double_readings"]

_NEVER = 2**63  # later than every event
_PAIR = 2


def list_double_readings(snapshot: Snapshot) -> dy.DataFrame[DoubleReading]:
    """Return each pair of words on a citation that two reviewers read, with how it was chosen.

    The origin is ``pilot``, ``sample`` or ``overlap`` where chance chose the citation, and
    ``prioritised`` where the reading order did.
    """
    said = _said(snapshot)
    batches = list_batches(snapshot)
    blind = (
        said.join(_unblinded(snapshot, said, batches), on="citation_id")
        .filter(pl.col("event") <= pl.col("unblinded_at"))
        .sort("decided_at", "event")
        .group_by("citation_id", "reviewer")
        .agg(pl.col("decision", "reasons").last())
    )
    pairs = (
        blind.join(blind, on="citation_id", suffix="_second")
        .filter(pl.col("reviewer") < pl.col("reviewer_second"))
        .join(_origins(snapshot, batches), on="citation_id", how="left")
        .select(
            "citation_id",
            first="reviewer",
            second="reviewer_second",
            first_decision="decision",
            second_decision="decision_second",
            reasons=pl.col("reasons").list.set_union("reasons_second").list.sort(),
            origin=pl.col("origin").fill_null("prioritised"),
        )
        .sort("citation_id", "first", "second")
    )
    return DoubleReading.validate(pairs, cast=True)


def _said(snapshot: Snapshot) -> pl.DataFrame:
    """Return all that reviewers said at title and abstract, with the citation as it is now."""
    return (
        snapshot.decisions.filter((pl.col("stage") == "title-abstract") & ~pl.col("is_resolution"))
        .select("event", "record_id", "reviewer", "decision", "reasons", "decided_at")
        .join(snapshot.clusters, on="record_id")
    )


def _unblinded(snapshot: Snapshot, said: pl.DataFrame, batches: list[Batch]) -> pl.DataFrame:
    """Return since which event the reviewers of a citation may have known one another's words."""
    first_words = said.group_by("citation_id", "reviewer").agg(pl.col("event").min())
    second = (
        first_words.sort("event")
        .group_by("citation_id")
        .agg(unblinded_at=pl.col("event").get(_PAIR - 1, null_on_oob=True))
        .drop_nulls()
    )
    in_batch = [
        batch.citations.select(
            "citation_id",
            batched_at=pl.lit(_closed_at(snapshot, batch, first_words), dtype=pl.UInt64),
        )
        for batch in batches
    ]
    schema = {"citation_id": pl.String, "batched_at": pl.UInt64}
    closing = pl.concat([pl.DataFrame(schema=schema), *in_batch])
    closing = closing.group_by("citation_id").agg(pl.col("batched_at").min())
    return second.join(closing, on="citation_id", how="left").select(
        "citation_id", unblinded_at=pl.coalesce("batched_at", "unblinded_at")
    )


def _closed_at(snapshot: Snapshot, batch: Batch, first_words: pl.DataFrame) -> int:
    """Return the event that closed a batch: the last first word, or the order that replaced it."""
    later = [one.seq for one in snapshot.workspace.ledger.read(QueueMade, after=batch.event)]
    replaced_at = later[0] if later else _NEVER
    words = first_words.filter(pl.col("event") > batch.event).join(
        batch.citations, on="citation_id", how="semi"
    )
    n_readers = first_words.join(batch.citations, on="citation_id", how="semi")
    counts = n_readers.group_by("citation_id").len()
    is_read = counts.height == batch.citations.height and (counts["len"] >= batch.n_readers).all()
    last = words["event"].max() if is_read else None
    return min(replaced_at, last) if isinstance(last, int) else replaced_at


def _origins(snapshot: Snapshot, batches: list[Batch]) -> pl.DataFrame:
    """Return how chance chose the citations that it chose: citation_id, origin."""
    drawn = [
        batch.citations.select("citation_id", origin=pl.lit(batch.purpose))
        for batch in batches
        if batch.purpose != "screening"
    ]
    overlap = list_overlap(snapshot).alias("citation_id").to_frame()
    schema = {"citation_id": pl.String, "origin": pl.String}
    chosen = pl.concat(
        [pl.DataFrame(schema=schema), *drawn, overlap.with_columns(origin=pl.lit("overlap"))]
    )
    return chosen.unique("citation_id", keep="first", maintain_order=True)
