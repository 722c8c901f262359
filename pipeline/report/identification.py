"""Identification: which records the searches brought, and which citations they make up.

A record is counted once, however many searches brought it; the same accession twice in one
search's split files is export overlap. A rejected entry is counted by its database and its text,
so that exporting the same damaged entry again does not identify it again.

In an update, what the searches since the previous version brought is identified anew, and what was
known then is a duplicate "already seen". A record that is new but whose search is not (an entry
repaired after publication) is identified now: otherwise it would be screened from nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.errors import ContractError
from pipeline.report.boxes import IDENTIFIED_BOXES
from pipeline.report.rows import flow_rows
from pipeline.schemas import SEARCH_KINDS

if TYPE_CHECKING:
    from pipeline.report.evidence import FlowEvidence

__all__ = ["list_rejected", "list_retrieved", "list_searched", "trace_identification"]

BOX_BY_KIND: Final = {
    "database": "database_results",
    "register": "register_results",
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
}
_UNKNOWN: Final = "unknown"  # the database of a record that names none
_OTHER_KINDS: Final = ("website", "organisation", "citation")


def list_retrieved(evidence: FlowEvidence) -> pl.DataFrame:
    """List the records of the searches that stand, one row each.

    Columns: record_id, citation_id, database, title, kind (the first of `SEARCH_KINDS` that brought
    it), is_other, event (of the search that brought it), is_known (in the previous version) and
    is_identified (in this version).
    """
    brought = (
        _standing_searches(evidence)
        .join(evidence.entries.select("search_id", "record_id"), on="search_id")
        .group_by("record_id")
        .agg(_first_by_new("kind"), _first_by_new("event"), pl.col("is_new").any())
    )
    _require_known(brought, evidence)
    known = _known_record_ids(evidence)
    return (
        evidence.records.select("record_id", "database", "title")
        .join(brought, on="record_id")
        .join(evidence.clusters.select("record_id", "citation_id"), on="record_id", how="left")
        .with_columns(
            pl.coalesce("citation_id", "record_id").alias("citation_id"),
            pl.col("kind").replace_strict(list(range(len(SEARCH_KINDS))), list(SEARCH_KINDS)),
            pl.col("record_id").is_in(known.implode()).alias("is_known"),
        )
        .with_columns(
            pl.col("kind").is_in(_OTHER_KINDS).alias("is_other"),
            (pl.col("is_new") | ~pl.col("is_known")).alias("is_identified"),
        )
        .drop("is_new")
        .sort("record_id")
    )


def list_rejected(evidence: FlowEvidence) -> pl.DataFrame:
    """List the rejected entries of the searches that stand, one row for each database and text.

    Columns: entry_id (the first one), database, kind, is_other, event, is_known, is_identified,
    waiver (the reason, null if not waived) and waiver_event.
    """
    waivers = evidence.waivers.rename({"reason": "waiver", "event": "waiver_event"})
    return (
        evidence.rejected.select("entry_id", "search_id", "database", "raw")
        .join(_standing_searches(evidence), on="search_id")
        .join(waivers, on="entry_id", how="left")
        .sort("entry_id")
        .group_by("database", "raw", maintain_order=True)
        .agg(
            pl.col("entry_id").first(),
            _first_by_new("kind"),
            _first_by_new("event"),
            pl.col("is_new").any().alias("is_identified"),
            (~pl.col("is_new")).any().alias("is_known"),
            pl.col("waiver").drop_nulls().first(),
            pl.col("waiver_event").drop_nulls().first(),
        )
        .with_columns(
            pl.col("kind").replace_strict(list(range(len(SEARCH_KINDS))), list(SEARCH_KINDS))
        )
        .with_columns(pl.col("kind").is_in(_OTHER_KINDS).alias("is_other"))
        .drop("raw")
    )


def trace_identification(records: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """Trace the boxes "records identified from", by database.

    Parameters
    ----------
    records, rejected
        As `list_retrieved` and `list_rejected` return them.
    """
    box = pl.col("kind").replace_strict(BOX_BY_KIND, return_dtype=pl.String)
    database = pl.col("database")
    return pl.concat(
        [
            flow_rows(
                records.filter("is_identified"),
                box=box,
                name=database,
                unit="record",
                id_column="record_id",
                title=pl.col("title"),
                source=database,
            ),
            flow_rows(
                rejected.filter("is_identified"),
                box=box,
                name=database,
                unit="entry",
                id_column="entry_id",
                source=database,
            ),
        ]
    )


def list_searched(evidence: FlowEvidence) -> pl.DataFrame:
    """List the searches that stand, one row for each database that its records come from.

    A search that names its database is of that one alone; one that brought nothing and names none
    goes by its id.
    """
    standing = evidence.searches.filter(~pl.col("is_withdrawn"))
    said = (
        evidence.entries.select("search_id", "record_id")
        .join(evidence.records.select("record_id", said="database"), on="record_id")
        .filter(pl.col("said") != _UNKNOWN)
        .select("search_id", "said")
        .unique()
        .join(standing.filter(pl.col("database").is_null()), on="search_id", how="semi")
    )
    return (
        standing.join(said, on="search_id", how="left")
        .with_columns(pl.coalesce("database", "said", "search_id").alias("database"))
        .drop("said")
        .sort("search_id", "database")
    )


def _standing_searches(evidence: FlowEvidence) -> pl.DataFrame:
    """Return search_id, kind (as its place in `SEARCH_KINDS`), event and is_new."""
    earlier = sorted(evidence.previous.search_ids) if evidence.previous else []
    return evidence.searches.filter(~pl.col("is_withdrawn")).select(
        "search_id",
        pl.col("kind").to_physical().cast(pl.UInt32),
        "event",
        (~pl.col("search_id").is_in(earlier)).alias("is_new"),
    )


def _first_by_new(column: str) -> pl.Expr:
    """Return the first value among this version's searches; else, among the earlier ones."""
    values = pl.col(column)
    return pl.coalesce(values.filter("is_new").min(), values.min())


def _known_record_ids(evidence: FlowEvidence) -> pl.Series:
    if evidence.previous is None:
        return pl.Series("id", [], dtype=pl.String)
    return evidence.previous.rows.filter(
        pl.col("box").is_in(IDENTIFIED_BOXES) & (pl.col("unit") == "record")
    )["id"]


def _require_known(brought: pl.DataFrame, evidence: FlowEvidence) -> None:
    missing = brought.join(evidence.records, on="record_id", how="anti")
    if missing.height:
        example = missing["record_id"].sort()[0]
        raise ContractError(
            f"{missing.height} records have entries but no row in `records`, for example {example}"
        )
