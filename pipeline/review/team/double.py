"""What two reviewers said of the same thing before either could know of the other's word.

Agreement is measured on the last word before unblinding: in a frozen batch, when its last reader
had read its last citation; elsewhere, when the second reader spoke. What somebody says after that,
a resolution above all, is agreement made, not found. At title and abstract the thing is a citation,
in full text it is a report: a decision on a citation is a word on each of its reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import QueueMade
from pipeline.review.retrieval.saying import gather_words, link_all
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
    """Return each pair of words on what two reviewers read, with how it was chosen.

    The origin is ``pilot``, ``sample`` or ``overlap`` where chance chose the citation,
    ``prioritised`` where the reading order did, and ``full-text`` for reports, which nobody chose:
    all that were sought are read.
    """
    said = _said(snapshot)
    batches = list_batches(snapshot)
    abstracts = _pairs(said, _unblinded(snapshot, said, batches)).join(
        _origins(snapshot, batches), on="citation_id", how="left"
    )
    of_reports = _said_of_reports(snapshot)
    full_texts = _pairs(of_reports, _second_words(of_reports))
    readings = [
        abstracts.with_columns(pl.col("origin").fill_null("prioritised"), unit=pl.lit("citation")),
        full_texts.with_columns(origin=pl.lit("full-text"), unit=pl.lit("report")),
    ]
    columns = DoubleReading.column_names()
    return DoubleReading.validate(pl.concat([one.select(columns) for one in readings]), cast=True)


def _pairs(said: pl.DataFrame, unblinded: pl.DataFrame) -> pl.DataFrame:
    """Pair the last words before unblinding, each reviewer with each who comes later by name."""
    blind = (
        said.join(unblinded, on="citation_id")
        .filter(pl.col("event") <= pl.col("unblinded_at"))
        .sort("decided_at", "event")
        .group_by("citation_id", "reviewer")
        .agg(pl.col("decision", "reasons").last())
    )
    return (
        blind.join(blind, on="citation_id", suffix="_second")
        .filter(pl.col("reviewer") < pl.col("reviewer_second"))
        .select(
            "citation_id",
            first="reviewer",
            second="reviewer_second",
            first_decision="decision",
            second_decision="decision_second",
            reasons=pl.col("reasons").list.set_union("reasons_second").list.sort(),
        )
        .sort("citation_id", "first", "second")
    )


def _said(snapshot: Snapshot) -> pl.DataFrame:
    """Return all that reviewers said at title and abstract, with the citation as it is now."""
    return (
        snapshot.decisions.filter((pl.col("stage") == "title-abstract") & ~pl.col("is_resolution"))
        .select("event", "record_id", "reviewer", "decision", "reasons", "decided_at")
        .join(snapshot.clusters, on="record_id")
    )


def _said_of_reports(snapshot: Snapshot) -> pl.DataFrame:
    """Return all that reviewers said in full text, report by report."""
    said = gather_words(
        snapshot.assessments, snapshot.surviving_decisions, link_all(snapshot), snapshot.clusters
    )
    return said.filter(~pl.col("is_resolution"))


def _unblinded(snapshot: Snapshot, said: pl.DataFrame, batches: list[Batch]) -> pl.DataFrame:
    """Return since which event the reviewers of a citation may have known one another's words."""
    first_words = _first_words(said)
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
    return (
        _second_words(said)
        .join(closing, on="citation_id", how="left")
        .select("citation_id", unblinded_at=pl.coalesce("batched_at", "unblinded_at"))
    )


def _first_words(said: pl.DataFrame) -> pl.DataFrame:
    return said.group_by("citation_id", "reviewer").agg(pl.col("event").min())


def _second_words(said: pl.DataFrame) -> pl.DataFrame:
    """Return the event at which the second reviewer of each citation or report first spoke."""
    return (
        _first_words(said)
        .sort("event")
        .group_by("citation_id")
        .agg(unblinded_at=pl.col("event").get(_PAIR - 1, null_on_oob=True))
        .drop_nulls()
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
