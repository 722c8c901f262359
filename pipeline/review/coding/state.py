"""What coding has come to, as folds over its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import (
    CodebookRevised,
    CodingFinished,
    FindingRecorded,
    FindingWithdrawn,
    FullTextKept,
    TagJudged,
    TagReconciled,
    TagUndone,
)
from pipeline.schemas.coding import CodingCoverage

if TYPE_CHECKING:
    import datetime as dt

    import dataframely as dy

    from pipeline.store import Ledger

__all__ = [
    "read_coverage",
    "read_findings",
    "read_full_texts",
    "read_judged",
    "read_reconciled",
    "read_revisions",
    "standing_tags",
]

_EXTRACT: Final = {
    "report_id": pl.String,
    "source": pl.String,
    "text_sha256": pl.String,
    "start": pl.UInt32,
    "end": pl.UInt32,
    "quote": pl.String,
    "page": pl.UInt32,
    "extract_kind": pl.String,
    "code": pl.String,
    "level": pl.String,
    "polarity": pl.String,
    "codebook_version": pl.String,
    "note": pl.String,
}
_JUDGED: Final = pl.Struct(
    {
        **_EXTRACT,
        "verdict": pl.String,
        "coder": pl.String,
        "suggestion_id": pl.String,
        "replaces": pl.UInt64,
        "judged_at": pl.String,
    }
)
_RECONCILED: Final = pl.Struct(
    {**_EXTRACT, "settles": pl.List(pl.UInt64), "is_kept": pl.Boolean, "reviewer": pl.String}
)
_COVERED: Final = pl.Struct(
    {
        "report_id": pl.String,
        "source": pl.String,
        "coder": pl.String,
        "text_sha256": pl.String,
    }
)


def read_judged(ledger: Ledger, *, as_of: dt.datetime | None = None) -> pl.DataFrame:
    """Return every judgement that was not undone, also those that a later one replaced."""
    undone = [
        one.event.judgement
        for one in ledger.read(TagUndone, as_of=as_of)
        if isinstance(one.event, TagUndone)
    ]
    judged = _decoded(ledger.frame(TagJudged, as_of=as_of), _JUDGED).filter(
        ~pl.col("event").is_in(undone)
    )
    moment = pl.col("judged_at").str.to_datetime(time_unit="us", time_zone="UTC")
    return judged.with_columns(moment, given_code="code")


def standing_tags(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the judgements that stand: a coder's later word on the same thing replaces the first.

    The same thing is the same suggestion, or else the same place, code and direction.
    """
    replaced = judged["replaces"].drop_nulls().to_list()
    place = pl.concat_str("report_id", "source", "start", "end", "code", "polarity", separator="|")
    thing = pl.coalesce("suggestion_id", place)
    kept = judged.filter(~pl.col("event").is_in(replaced)).with_columns(thing=thing)
    latest = kept.sort("event").unique(["coder", "thing"], keep="last", maintain_order=True)
    return latest.drop("thing", "replaces")


def read_reconciled(ledger: Ledger, *, as_of: dt.datetime | None = None) -> pl.DataFrame:
    """Return what reconciliation said; a later word on the same judgements replaces the first."""
    said = _decoded(ledger.frame(TagReconciled, as_of=as_of), _RECONCILED)
    by_settled = said.with_columns(key=pl.col("settles").list.sort().cast(pl.List(pl.String)))
    by_settled = by_settled.with_columns(pl.col("key").list.join(","))
    return by_settled.unique("key", keep="last", maintain_order=True).drop("key")


def read_coverage(
    ledger: Ledger, *, as_of: dt.datetime | None = None
) -> dy.DataFrame[CodingCoverage]:
    """Return who has read which text to its end, and when first."""
    finished = _decoded(ledger.frame(CodingFinished, as_of=as_of), _COVERED)
    key = ["report_id", "source", "coder"]
    first = finished.unique(key, keep="first", maintain_order=True)
    return CodingCoverage.validate(first.select(CodingCoverage.column_names()), cast=True)


def read_revisions(
    ledger: Ledger, codebook: str, *, as_of: dt.datetime | None = None
) -> list[tuple[int, CodebookRevised]]:
    """Return the changes of a codebook with their sequence numbers, in order."""
    return [
        (one.seq, one.event)
        for one in ledger.read(CodebookRevised, as_of=as_of)
        if isinstance(one.event, CodebookRevised) and one.event.codebook == codebook
    ]


def read_full_texts(ledger: Ledger, *, as_of: dt.datetime | None = None) -> dict[str, FullTextKept]:
    """Return the full text of each report that has one: the last that was given."""
    return {
        one.event.report_id: one.event
        for one in ledger.read(FullTextKept, as_of=as_of)
        if isinstance(one.event, FullTextKept)
    }


def read_findings(ledger: Ledger, *, as_of: dt.datetime | None = None) -> list[FindingRecorded]:
    """Return the findings that stand, in the order in which they were first made."""
    findings: dict[str, FindingRecorded] = {}
    for one in ledger.read(FindingRecorded, FindingWithdrawn, as_of=as_of):
        if isinstance(one.event, FindingRecorded):
            findings[one.event.finding_id] = one.event
        elif isinstance(one.event, FindingWithdrawn):
            findings.pop(one.event.finding_id, None)
    return list(findings.values())


def _decoded(frame: pl.DataFrame, body: pl.Struct) -> pl.DataFrame:
    return frame.select(event="seq", body=pl.col("body").str.json_decode(body)).unnest("body")
