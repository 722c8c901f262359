"""Every update asks again whether what the review keeps was retracted; a person decides.

Two things say so: a record of the citation itself ("RETRACTED: …"), and the notice of its
retraction, a publication of its own that deduplication has linked with it. What the review keeps is
flagged once for each such record. A flag is settled when somebody says that the citation stays, and
why, or excludes it; then an updated review counts it as withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import InputError
from pipeline.events import RetractionFlagged, RetractionJudged
from pipeline.ingest import find_retraction_marks
from pipeline.review.decisions import require_reviewer
from pipeline.review.duplicates.relating import find_relations
from pipeline.review.entries import records_key
from pipeline.review.snapshot import Snapshot
from pipeline.review.workspace import cache_key
from pipeline.schemas.updates import STANDINGS, RetractedCitation, RetractionMark

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.review.workspace import Workspace

__all__ = ["KEPT", "flag_retractions", "judge_retraction", "list_retracted", "open_retractions"]

KEPT: Final = ("included", "sought")
"""How far those have come that the review relies on, or is about to."""

_OF_CITATION: Final = ["citation_id", "record_id", "is_notice", "evidence"]


def list_retracted(snapshot: Snapshot) -> dy.DataFrame[RetractedCitation]:
    """Return every citation that a record says is retracted, what the review keeps first."""
    marks = _marks(snapshot)
    if marks.is_empty():
        return RetractedCitation.create_empty()
    said = pl.concat([_marked_themselves(snapshot, marks), _with_notice(snapshot, marks)])
    said = said.unique(["citation_id", "record_id"], maintain_order=True)
    judged = pl.struct("citation_id", "record_id").is_in(_judged(snapshot).implode())
    found = _with_standing(snapshot, said).with_columns(is_judged=judged)
    columns = RetractedCitation.column_names()
    return RetractedCitation.validate(
        found.select(columns).sort("standing", "citation_id", "record_id")
    )


def open_retractions(snapshot: Snapshot) -> dy.DataFrame[RetractedCitation]:
    """Return those of which the review keeps the citation and nobody has said that it stays."""
    found = list_retracted(snapshot)
    return RetractedCitation.validate(
        found.filter(pl.col("standing").is_in(KEPT) & ~pl.col("is_judged"))
    )


def flag_retractions(workspace: Workspace, *, now: dt.datetime) -> int:
    """Record what is open and was not flagged yet, an event each; return how many are open."""
    found = open_retractions(Snapshot(workspace))
    events = [RetractionFlagged(**row) for row in found.select(_OF_CITATION).iter_rows(named=True)]
    uids = [f"retraction:{one.citation_id}:{one.record_id}" for one in events]
    if events:
        workspace.ledger.append(events, actor="thresher", now=now, uids=uids)
    return len(events)


def judge_retraction(
    workspace: Workspace, citation_id: str, *, note: str, actor: str, now: dt.datetime
) -> None:
    """Record that a citation stays in the review, whatever is said about it now, and why.

    Raises
    ------
    InputError
        Nothing open is said about this citation, or no reason is given.
    """
    require_reviewer(workspace, actor)
    if not note.strip():
        raise InputError("--note", "is empty", "say why the citation stays")
    found = open_retractions(Snapshot(workspace)).filter(pl.col("citation_id") == citation_id)
    if found.is_empty():
        raise InputError(
            citation_id, "has no open retraction", "thresher changes REVIEW lists those that are"
        )
    event = RetractionJudged(
        citation_id=citation_id, record_ids=tuple(found["record_id"]), note=note.strip()
    )
    workspace.ledger.append([event], actor=actor, now=now)


def _marks(snapshot: Snapshot) -> dy.DataFrame[RetractionMark]:
    key = cache_key("retraction-marks", records_key(snapshot.workspace, as_of=snapshot.as_of))
    return snapshot.workspace.cache.frame(
        key, "retraction-marks", RetractionMark, lambda: find_retraction_marks(snapshot.records)
    )


def _marked_themselves(snapshot: Snapshot, marks: pl.DataFrame) -> pl.DataFrame:
    """Return the citations of marked records; a notice counts only where it was merged in."""
    members = snapshot.clusters.join(marks, on="record_id")
    size = snapshot.clusters.group_by("citation_id").len("n_members")
    n_notices = members.group_by("citation_id").agg(pl.col("is_notice").sum().alias("n_notices"))
    counted = members.join(size, on="citation_id").join(n_notices, on="citation_id")
    says_so = ~pl.col("is_notice") | (pl.col("n_notices") < pl.col("n_members"))
    return counted.filter(says_so).select(_OF_CITATION)


def _with_notice(snapshot: Snapshot, marks: pl.DataFrame) -> pl.DataFrame:
    """Return the citations that deduplication has linked with the notice of their retraction."""
    relation = pl.col("relation").cast(pl.String)
    linked = find_relations(snapshot).filter(relation == "retraction-notice")
    notices = marks.filter("is_notice").join(snapshot.clusters, on="record_id")
    notices = notices.rename({"citation_id": "notice"})
    ends = pl.concat(
        [
            linked.select(citation_id="left_id", notice="right_id"),
            linked.select(citation_id="right_id", notice="left_id"),
        ]
    )
    retracts = ends.join(notices, on="notice")
    own = notices.select(citation_id="notice")  # a notice beside a notice retracts nothing
    return retracts.join(own, on="citation_id", how="anti").select(_OF_CITATION)


def _with_standing(snapshot: Snapshot, said: pl.DataFrame) -> pl.DataFrame:
    """Put beside each citation how far it has come in the review."""
    outcome = snapshot.outcomes.select("citation_id", "stage", pl.col("outcome").cast(pl.String))
    for column, stage in (("abstract", "title-abstract"), ("text", "full-text")):
        at_stage = outcome.filter(pl.col("stage") == stage)
        folded = at_stage.select("citation_id", pl.col("outcome").alias(column))
        said = said.join(folded, on="citation_id", how="left", maintain_order="left")
    standing = (
        pl.when((pl.col("abstract") == "exclude") | (pl.col("text") == "exclude"))
        .then(pl.lit("excluded"))
        .when(pl.col("text") == "include")
        .then(pl.lit("included"))
        .when(pl.col("abstract") == "include")
        .then(pl.lit("sought"))
        .otherwise(pl.lit("undecided"))
    )
    return said.with_columns(standing=standing.cast(pl.Enum(STANDINGS)))


def _judged(snapshot: Snapshot) -> pl.Series:
    """Return the citations and records of which a person has said that the citation stays."""
    said = [
        {"citation_id": one.event.citation_id, "record_id": record_id}
        for one in snapshot.workspace.ledger.read(RetractionJudged, as_of=snapshot.as_of)
        if isinstance(one.event, RetractionJudged)
        for record_id in one.event.record_ids
    ]
    ids = {"citation_id": pl.String, "record_id": pl.String}
    return pl.DataFrame(said, schema=ids).to_struct()
