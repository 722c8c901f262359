"""What holds now, as a fold over the ledger's events: typed frames for the stages.

Nothing is stored twice: a later word replaces an earlier one here, in the fold, while the ledger
keeps both. ``as_of`` gives the state at an earlier time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import dataframely as dy
import polars as pl

from pipeline.events import (
    ClusteringAccepted,
    ConflictResolved,
    Decided,
    DecisionUndone,
    EntriesIngested,
    EntryWaived,
    PairJudged,
    PairJudgementUndone,
    ReportClassified,
    ReportLinked,
    Retrieved,
    SearchAdded,
    SearchWithdrawn,
    StudyLinked,
)
from pipeline.review.prisma_s import Statement, stated_lines
from pipeline.schemas import (
    Decision,
    PairJudgement,
    ReportLink,
    Retrieval,
    Search,
    StudyLink,
    Waiver,
)
from pipeline.schemas.retrieval import ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pipeline.store import Ledger, RecordedEvent

__all__ = [
    "added_searches",
    "ingested_files",
    "latest_clustering",
    "read_decisions",
    "read_judgements",
    "read_report_links",
    "read_report_states",
    "read_retrievals",
    "read_said",
    "read_searches",
    "read_study_links",
    "read_waivers",
]

SchemaT = TypeVar("SchemaT", bound=dy.Schema)

_DECISION_BODY: Final = pl.Struct(
    {
        "citation_id": pl.String,
        "record_id": pl.String,
        "membership_hash": pl.String,
        "stage": pl.String,
        "reviewer": pl.String,
        "decision": pl.String,
        "reasons": pl.List(pl.String),
        "note": pl.String,
        "seconds": pl.Float64,
        "criteria_version": pl.String,
        "queue_position": pl.UInt32,
        "decided_at": pl.String,
        "record_ids": pl.List(pl.String),
    }
)


def added_searches(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> list[tuple[RecordedEvent, SearchAdded]]:
    """Return every search that was added and not withdrawn, in order."""
    events = ledger.read(SearchAdded, SearchWithdrawn, as_of=as_of)
    withdrawn = _withdrawn(events)
    return [
        (recorded, recorded.event)
        for recorded in events
        if isinstance(recorded.event, SearchAdded) and recorded.event.search_id not in withdrawn
    ]


def _withdrawn(events: Sequence[RecordedEvent]) -> set[str]:
    return {one.event.search_id for one in events if isinstance(one.event, SearchWithdrawn)}


def read_searches(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Search]:
    """Return all searches, the withdrawn ones marked."""
    events = ledger.read(SearchAdded, SearchWithdrawn, as_of=as_of)
    withdrawn = _withdrawn(events)
    rows = [
        {
            "search_id": added.search_id,
            "database": added.database,
            "platform": added.platform,
            "kind": added.search_kind,
            "searched_on": added.searched_on,
            "strategy": added.strategy,
            "hits_reported": added.hits_reported,
            "added_at": recorded.at,
            "event": recorded.seq,
            "is_withdrawn": added.search_id in withdrawn,
            "stated": _stated(added),
        }
        for recorded in events
        if isinstance(added := recorded.event, SearchAdded)
    ]
    return _frame(rows, Search)


def _stated(added: SearchAdded) -> list[str]:
    assumed = ["Not declared: found in the folder of its date"] if added.is_assumed else []
    statement = Statement(
        added.limits, added.filters, added.searcher, added.peer_review, added.updates_planned
    )
    return [*stated_lines(statement), *assumed]


def ingested_files(ledger: Ledger, *, as_of: dt.datetime | None = None) -> list[EntriesIngested]:
    """Return the files that were read, of the searches that stand, in order."""
    standing = {added.search_id for _, added in added_searches(ledger, as_of=as_of)}
    return [
        recorded.event
        for recorded in ledger.read(EntriesIngested, as_of=as_of)
        if isinstance(recorded.event, EntriesIngested) and recorded.event.search_id in standing
    ]


def latest_clustering(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> ClusteringAccepted | None:
    """Return the deduplication in force, or None before the first."""
    events = ledger.read(ClusteringAccepted, as_of=as_of)
    event = events[-1].event if events else None
    return event if isinstance(event, ClusteringAccepted) else None


def read_waivers(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Waiver]:
    """Return the rejected entries that were waived, with the reason and the event."""
    rows = {
        waived.entry_id: {"entry_id": waived.entry_id, "reason": waived.reason, "event": one.seq}
        for one in ledger.read(EntryWaived, as_of=as_of)
        if isinstance(waived := one.event, EntryWaived)
    }
    return _frame(list(rows.values()), Waiver)


def read_judgements(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[PairJudgement]:
    """Return what people said about pairs of records: the latest word on each."""
    latest: dict[tuple[str, str], str] = {}
    for one in ledger.read(PairJudged, PairJudgementUndone, as_of=as_of):
        event = one.event
        if isinstance(event, PairJudged):
            latest[event.left_id, event.right_id] = event.verdict
        elif isinstance(event, PairJudgementUndone):
            latest.pop((event.left_id, event.right_id), None)
    rows = [
        {"left_id": left, "right_id": right, "verdict": verdict}
        for (left, right), verdict in sorted(latest.items())
    ]
    return _frame(rows, PairJudgement)


def read_decisions(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Decision]:
    """Return every decision that stands: undone ones are left out, resolutions are in."""
    undone = [
        one.event.decision
        for one in ledger.read(DecisionUndone, as_of=as_of)
        if isinstance(one.event, DecisionUndone)
    ]
    parts = [
        _decoded(ledger.frame(kind, as_of=as_of)).with_columns(is_resolution=pl.lit(is_resolution))
        for kind, is_resolution in ((Decided, False), (ConflictResolved, True))
    ]
    decisions = pl.concat(parts).filter(~pl.col("event").is_in(undone)).sort("event")
    return Decision.validate(decisions, cast=True)


def read_said(ledger: Ledger, reviewer: str) -> pl.DataFrame:
    """Return all that a reviewer ever decided, taken back or not, with the times as given.

    Columns: record_id, stage, decision, reasons, decided_at (ISO 8601, as the event has it).
    """
    columns = ("record_id", "stage", "reviewer", "decision", "reasons", "decided_at")
    body = pl.col("body").str.json_decode(_DECISION_BODY)
    said = ledger.frame(Decided).select(body).unnest("body").select(columns)
    return said.filter(pl.col("reviewer") == reviewer).drop("reviewer")


def _decoded(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.select("at", event="seq", body=pl.col("body").str.json_decode(_DECISION_BODY))
        .unnest("body")
        .with_columns(
            pl.col("reasons").fill_null([]),
            # a clock that ran ahead must not outrank what is decided from now on
            pl.min_horizontal(
                pl.col("decided_at").str.to_datetime(time_unit="us", time_zone="UTC"), "at"
            ).alias("decided_at"),
            pl.when(pl.col("record_ids").list.len() > 0).then("record_ids").alias("record_ids"),
        )
        .drop("at")
    )


def read_retrievals(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dy.DataFrame[Retrieval]:
    """Return the latest word on each report that was sought."""
    rows = {
        found.report_id: {"report_id": found.report_id, "status": found.status, "event": one.seq}
        for one in ledger.read(Retrieved, as_of=as_of)
        if isinstance(found := one.event, Retrieved)
    }
    return _frame(list(rows.values()), Retrieval)


def read_report_links(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[ReportLink]:
    """Return which citations point to which report, where a person said so."""
    latest = {
        one.event.report_id: one.event.citation_ids
        for one in ledger.read(ReportLinked, as_of=as_of)
        if isinstance(one.event, ReportLinked)
    }
    rows = [
        {"report_id": report, "citation_id": citation}
        for report, citations in latest.items()
        for citation in citations
    ]
    return _frame(rows, ReportLink)


def read_report_states(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[ReportState]:
    """Return what people declared of reports that can be neither included nor excluded yet."""
    latest = {
        said.report_id: {
            "report_id": said.report_id, "state": said.state, "note": said.note, "event": one.seq
        }
        for one in ledger.read(ReportClassified, as_of=as_of)
        if isinstance(said := one.event, ReportClassified)
    }  # fmt: skip
    rows = [row for row in latest.values() if row["state"] != "clear"]
    return _frame(rows, ReportState)


def read_study_links(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[StudyLink]:
    """Return which reports belong to which study, where a person said so."""
    latest = {
        one.event.study_id: one.event.report_ids
        for one in ledger.read(StudyLinked, as_of=as_of)
        if isinstance(one.event, StudyLinked)
    }
    rows = [
        {"study_id": study, "report_id": report}
        for study, reports in latest.items()
        for report in reports
    ]
    return _frame(rows, StudyLink)


def _frame(rows: Sequence[Mapping[str, object]], schema: type[SchemaT]) -> dy.DataFrame[SchemaT]:
    return schema.validate(pl.DataFrame(rows, schema=schema.create_empty().schema))
