"""Any reference of the review, and everything that happened to it.

Reviewers are asked about one paper: did you have it, from where, who decided what, where is it in
the diagram? The answer is put together from the entries, the records, the clustering in force, the
decisions and the flow. Nothing is stored for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.ingest.identifiers import doi_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from pipeline.review.snapshot import Snapshot

__all__ = ["Found", "FoundDecision", "FoundEntry", "FoundPair", "FoundPlace", "find_references"]

_MOST: Final = 20  # references told in full; who finds more should ask more narrowly


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """One occurrence in an export."""

    record_id: str
    search_id: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Why two of its records are, or may be, the same publication."""

    left_id: str
    right_id: str
    verdict: str  # same | unsure, or what a person said
    probability: float
    is_judged: bool  # by a person


@dataclass(frozen=True, slots=True)
class FoundDecision:
    """One decision about it."""

    event: int
    stage: str
    reviewer: str
    decision: str
    reasons: tuple[str, ...]
    note: str | None
    decided_at: dt.datetime
    report_id: str | None = None  # it was about this report alone


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A box of the flow that counts it."""

    box: str
    name: str | None
    unit: str
    id: str
    event: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One citation with its history."""

    citation_id: str
    title: str | None
    year: int | None
    doi: str | None
    databases: tuple[str, ...]
    record_ids: tuple[str, ...]
    entries: tuple[FoundEntry, ...]
    pairs: tuple[FoundPair, ...]
    decisions: tuple[FoundDecision, ...]
    places: tuple[FoundPlace, ...]


def find_references(snapshot: Snapshot, wanted: str) -> tuple[list[Found], int]:
    """Find references by id, accession number, PMID, DOI, or words of the title.

    Parameters
    ----------
    snapshot
        The review as it stands.
    wanted
        An id or a number is looked up as it is; a DOI in any form; anything else as words, all of
        which the title has to hold.

    Returns
    -------
    tuple[list[Found], int]
        At most twenty of them, and how many there are.
    """
    record_ids = _matching(snapshot, wanted.strip())
    citations = snapshot.citations.filter(
        pl.col("citation_id").is_in(record_ids)
        | pl.col("record_ids").list.eval(pl.element().is_in(record_ids)).list.any()
    ).sort("citation_id")
    columns = ("citation_id", "title", "year", "doi", "databases", "record_ids")
    rows = citations.head(_MOST).select(columns).iter_rows(named=True)
    return [_told(snapshot, row) for row in rows], citations.height


def _matching(snapshot: Snapshot, wanted: str) -> list[str]:
    """Return the ids of the records that are meant."""
    records = snapshot.records
    number, doi = wanted.casefold(), doi_in(wanted)
    is_named = (
        (pl.col("record_id").str.to_lowercase() == number)
        | (pl.col("accession").str.to_lowercase() == number)
        | (pl.col("pmid") == number.removeprefix("pmid:").strip())
        | (pl.col("doi") == (doi or ""))
    )
    named = records.filter(is_named)["record_id"].to_list()
    if named or doi or not wanted:
        return named
    titles = pl.coalesce("title", "original_title").str.to_lowercase()
    words = [titles.str.contains(word, literal=True) for word in wanted.lower().split()]
    return records.filter(pl.all_horizontal(words))["record_id"].to_list()


def _told(snapshot: Snapshot, citation: Mapping[str, Any]) -> Found:
    citation_id, record_ids = citation["citation_id"], citation["record_ids"]
    entries = snapshot.entries.filter(pl.col("record_id").is_in(record_ids))
    entry_ids = entries["entry_id"].to_list()
    shown = entries.select("record_id", "search_id", "file", "line").sort(pl.all())
    reports = _reports(snapshot, citation_id)
    return Found(
        citation_id=citation_id,
        title=citation["title"],
        year=citation["year"],
        doi=citation["doi"],
        databases=tuple(citation["databases"]),
        record_ids=tuple(record_ids),
        entries=tuple(FoundEntry(*row) for row in shown.iter_rows()),
        pairs=_pairs(snapshot, record_ids),
        decisions=_decisions(snapshot, [citation_id, *record_ids], reports),
        places=_places(snapshot, [citation_id, *record_ids, *entry_ids, *reports]),
    )


def _pairs(snapshot: Snapshot, record_ids: list[str]) -> tuple[FoundPair, ...]:
    mine = pl.col("left_id").is_in(record_ids) | pl.col("right_id").is_in(record_ids)
    judged = {
        (left, right): verdict
        for left, right, verdict in snapshot.judgements.filter(mine)
        .select("left_id", "right_id", pl.col("verdict").cast(pl.String))
        .iter_rows()
    }
    compared = snapshot.pairs.filter(mine & (pl.col("verdict").cast(pl.String) != "distinct"))
    columns = ("left_id", "right_id", pl.col("verdict").cast(pl.String), "probability")
    return tuple(
        FoundPair(
            left, right, judged.get((left, right), verdict), probability, (left, right) in judged
        )
        for left, right, verdict, probability in compared.select(columns).sort(pl.all()).iter_rows()
    )


def _reports(snapshot: Snapshot, citation_id: str) -> list[str]:
    """Return the reports that were linked to a citation."""
    links = snapshot.report_links.filter(pl.col("citation_id") == citation_id)
    return links["report_id"].to_list()


def _decisions(snapshot: Snapshot, ids: list[str], reports: list[str]) -> tuple[FoundDecision, ...]:
    about = pl.col("citation_id").is_in(ids) | pl.col("record_id").is_in(ids)
    of_reports = snapshot.assessments.filter(pl.col("citation_id").is_in(reports))
    rows = pl.concat(
        [
            snapshot.decisions.filter(about).with_columns(report_id=pl.lit(None, pl.String)),
            of_reports.with_columns(report_id="citation_id"),
        ]
    ).sort("event")
    texts = ("stage", "reviewer", "decision")
    columns = rows.select(
        "event", *(pl.col(name).cast(pl.String) for name in texts),
        "reasons", "note", "decided_at", "report_id",
    )  # fmt: skip
    return tuple(
        FoundDecision(event, stage, who, word, tuple(reasons), note, at, report_id)
        for event, stage, who, word, reasons, note, at, report_id in columns.iter_rows()
    )


def _places(snapshot: Snapshot, ids: list[str]) -> tuple[FoundPlace, ...]:
    counted = snapshot.flow.filter(pl.col("id").is_in(ids))
    columns = ("box", "name", pl.col("unit").cast(pl.String), "id", "event")
    return tuple(FoundPlace(*row) for row in counted.select(columns).iter_rows())
