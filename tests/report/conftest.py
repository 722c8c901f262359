"""Building small flows by hand: a sheet of what was found, judged and obtained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipeline.report import FlowEvidence, PreviousVersion, trace_flow
from pipeline.schemas import (
    BIBLIOGRAPHIC_FIELDS,
    Citation,
    CitationOutcome,
    Cluster,
    Entry,
    Record,
    RejectedEntry,
    Removal,
    ReportLink,
    Retrieval,
    Search,
    StudyLink,
    Waiver,
)

LISTS = ("authors", "issn", "keywords", "publication_types", "notes", "reasons")


def frame(schema, rows):
    """Build a validated frame of whatever columns matter; the rest is empty."""
    blank = schema.create_empty().schema
    filled = [
        {column: row.get(column, [] if column in LISTS else None) for column in blank}
        for row in rows
    ]
    return schema.validate(pl.DataFrame(filled, schema=blank))


@dataclass
class Sheet:
    """What was found, judged and obtained, in the order in which it happened."""

    searches: list[dict] = field(default_factory=list)
    entries: list[dict] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)
    waivers: list[dict] = field(default_factory=list)
    records: dict[str, dict] = field(default_factory=dict)
    clusters: list[set[str]] = field(default_factory=list)
    removals: list[dict] = field(default_factory=list)
    outcomes: list[dict] = field(default_factory=list)
    report_links: list[dict] = field(default_factory=list)
    retrievals: list[dict] = field(default_factory=list)
    study_links: list[dict] = field(default_factory=list)
    previous: PreviousVersion | None = None
    event: int = 0

    def next_event(self):
        self.event += 1
        return self.event

    def search(
        self, search_id, *records, kind="database", database=None, rejected=(), withdrawn=False
    ):
        """Add a search that brought these records; the same one twice is export overlap."""
        event = self.next_event()
        self.searches.append(
            {
                "search_id": search_id,
                "database": database,
                "kind": kind,
                "searched_on": date(2026, 1, 1),
                "added_at": datetime(2026, 1, 2, tzinfo=UTC),
                "event": event,
                "is_withdrawn": withdrawn,
            }
        )
        place = {"search_id": search_id, "file": f"{search_id}.ris", "line": 1}
        for position, record_id in enumerate(records, start=1):
            name = record_id.partition(":")[0]
            self.records[record_id] = {
                "record_id": record_id,
                "database": name,
                "title": f"On {record_id}",
                "year": 2020,
            }
            entry = {**place, "entry_id": f"{search_id}-{position}", "position": position}
            self.entries.append({**entry, "record_id": record_id})
        for position, raw in enumerate(rejected, start=len(records) + 1):
            entry = {**place, "entry_id": f"{search_id}-{position}", "position": position}
            self.rejected.append(
                {**entry, "raw": raw, "database": database or search_id, "reason": "no title"}
            )
        return self

    def same(self, *record_ids):
        """Say that these records are one publication, with whatever they were one with before."""
        joined = set(record_ids)
        for members in [each for each in self.clusters if each & joined]:
            self.clusters.remove(members)
            joined |= members
        self.clusters.append(joined)
        return self

    def waive(self, entry_id, reason="unreadable"):
        self.waivers.append({"entry_id": entry_id, "reason": reason, "event": self.next_event()})
        return self

    def remove(self, citation_id, box="excluded_automatic", reason="published before 2010"):
        self.removals.append({"citation_id": citation_id, "box": box, "reason": reason})
        return self

    def judge(self, outcome, *citation_ids, stage="title-abstract", reason=None):
        for citation_id in citation_ids:
            self.outcomes.append(
                {
                    "citation_id": citation_id,
                    "stage": stage,
                    "outcome": outcome,
                    "reason": reason,
                    "event": self.next_event(),
                }
            )
        return self

    def link(self, citation_id, *report_ids):
        self.report_links += [{"citation_id": citation_id, "report_id": r} for r in report_ids]
        return self

    def retrieve(self, status, *report_ids):
        for report_id in report_ids:
            self.retrievals.append(
                {"report_id": report_id, "status": status, "event": self.next_event()}
            )
        return self

    def study(self, study_id, *report_ids):
        self.study_links += [{"study_id": study_id, "report_id": r} for r in report_ids]
        return self

    def publish(self, name="1"):
        """Publish what there is as a version: what comes now is an update of it."""
        ids = frozenset(search["search_id"] for search in self.searches)
        whole = replace(self, previous=None)
        self.previous = PreviousVersion(name, ids, trace_flow(whole.evidence()))
        return self

    def evidence(self):
        members: dict[str, list[str]] = {}
        for record_id in sorted(self.records):
            members.setdefault(self.citation_of(record_id), []).append(record_id)
        return FlowEvidence(
            searches=frame(Search, self.searches),
            entries=frame(Entry, self.entries),
            rejected=frame(RejectedEntry, self.rejected),
            waivers=frame(Waiver, self.waivers),
            records=frame(Record, list(self.records.values())),
            clusters=frame(
                Cluster,
                [{"record_id": r, "citation_id": c} for c, rs in members.items() for r in rs],
            ),
            citations=frame(Citation, [self._citation(c, rs) for c, rs in members.items()]),
            removals=frame(Removal, self._renamed(self.removals, "citation_id")),
            outcomes=frame(CitationOutcome, self._renamed(self.outcomes, "citation_id", "stage")),
            report_links=frame(
                ReportLink, self._renamed(self.report_links, "citation_id", "report_id")
            ),
            retrievals=frame(Retrieval, self._renamed(self.retrievals, "report_id")),
            study_links=frame(StudyLink, self._renamed(self.study_links, "report_id", "study_id")),
            previous=self.previous,
        )

    def citation_of(self, record_id):
        """Return the citation that a record belongs to: it goes by its smallest record."""
        for members in self.clusters:
            if record_id in members:
                return min(members & set(self.records), default=record_id)
        return record_id

    def _renamed(self, rows, column, *rest):
        """Let any record stand for its citation; the last word counts."""
        renamed = [{**row, column: self.citation_of(row[column])} for row in rows]
        return list({tuple(row[c] for c in (column, *rest)): row for row in renamed}.values())

    def _citation(self, citation_id, record_ids):
        shown = self.records[citation_id]
        return {
            **{name: value for name, value in shown.items() if name in BIBLIOGRAPHIC_FIELDS},
            "citation_id": citation_id,
            "record_id": citation_id,
            "record_ids": record_ids,
            "databases": sorted({self.records[r]["database"] for r in record_ids}),
            "membership_hash": hashlib.sha256("|".join(record_ids).encode()).hexdigest(),
        }


@pytest.fixture
def sheet():
    """An empty sheet to fill in."""
    return Sheet()


@pytest.fixture(scope="session")
def new_sheet():
    """How to make an empty sheet, for tests that need many."""
    return Sheet


@pytest.fixture
def as_frame():
    """How to make a frame of a schema from rows that name only what matters."""
    return frame
