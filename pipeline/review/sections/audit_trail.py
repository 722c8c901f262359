"""The audit trail: who did what and when, straight from the ledger.

That reports were written and that the flow ran is left out: a report that mentioned its own
writing would never be the same twice. ``thresher export --format ledger`` gives every event whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.events import EVENT_TYPES, ReportRendered, RunRecorded
from pipeline.report import ReportSection, write_safe_csv
from pipeline.review.sections.contract import ReportFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.snapshot import Snapshot

__all__ = ["build_audit_trail", "write_audit_files"]

_SHOWN: Final = 300  # events on the page, the latest; the file beside it has all
_FILE: Final = "rows/audit_trail.csv"
_LONGEST: Final = 200  # characters of what an event says
_LEFT_OUT: Final = (ReportRendered, RunRecorded)
# From the canonical JSON of an event to a line: empty fields go, hashes are cut, signs go.
_EMPTY_FIELD: Final = r'"[a-z_0-9]+":(?:null|\[\]|""),?'
# Not for a line: its time, of which records a citation was made when it was shown, long texts.
_SAID_BESIDE: Final = (
    r'"(?:decided_at|judged_at|membership_hash|record_ids|quote|text)":'
    r'(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]),?'
)
_HASH: Final = r'"([0-9a-f]{12})[0-9a-f]{52}"'
_FIELD: Final = r'"([a-z_0-9]+)":'


def build_audit_trail(snapshot: Snapshot) -> ReportSection:
    """Show the latest events, with a filter where scripts run; the complete list lies beside."""
    events = _list_events(snapshot)
    n_left_out = max(0, events.height - _SHOWN)
    head = snapshot.workspace.ledger.head(without=_LEFT_OUT)
    said = (
        f"{events.height:,} events, each with the hash of the one before; "
        f"the last of them is number {head.seq}, {head.hash}."
    )
    return ReportSection(
        anchor="audit-trail",
        heading="Audit trail",
        text=said if events.height else "",
        table=events.reverse().head(_SHOWN),
        n_left_out=n_left_out,
        complete_list=_FILE if n_left_out else "",
        is_filterable=True,
    )


def write_audit_files(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give the whole trail as CSV, where it is longer than the page shows."""
    events = _list_events(snapshot)
    if events.height > _SHOWN:
        yield ReportFile(_FILE, write_safe_csv(events).encode())


def _list_events(snapshot: Snapshot) -> pl.DataFrame:
    ledger = snapshot.workspace.ledger
    parts = [
        ledger.frame(kind).with_columns(kind=pl.lit(name))
        for name, kind in EVENT_TYPES.items()
        if kind not in _LEFT_OUT
    ]
    return (
        pl.concat(parts)
        .sort("seq")
        .select(
            pl.col("seq").alias("Event"),
            pl.col("at").dt.strftime("%Y-%m-%d %H:%M:%S UTC").alias("When"),
            pl.col("actor").alias("Who"),
            pl.col("kind").alias("What"),
            _in_words(pl.col("body")).alias("Details"),
        )
    )


def _in_words(body: pl.Expr) -> pl.Expr:
    words = (
        body.str.replace_all(_EMPTY_FIELD, "")
        .str.replace_all(_SAID_BESIDE, "")
        .str.replace_all(_HASH, "$1…")
        .str.replace_all(_FIELD, "$1 ")
        .str.replace_all(r'[{}"\\]', "")
        .str.replace_all(",", ", ", literal=True)
        .str.strip_chars(", ")
    )
    return (
        pl.when(words.str.len_chars() > _LONGEST)
        .then(words.str.slice(0, _LONGEST - 1) + "…")
        .otherwise(words)
    )
