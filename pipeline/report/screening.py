"""Screening: what became of each citation before and at title–abstract screening.

The two arms of the diagram differ. Records from databases and registers are removed, screened and
excluded in boxes of their own; the official template has no such boxes for other methods, so that
whatever was not sought there is kept, with its reason, in the row list "other_not_sought", which
the diagram turns into a footnote. A citation that both arms found belongs to the first.

What a person decided stays a person's: a rule that would remove a citation which somebody has
already judged removes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.rows import flow_rows

if TYPE_CHECKING:
    from pipeline.report.evidence import FlowEvidence

__all__ = ["list_citations", "trace_duplicates", "trace_rejected", "trace_screening"]

WITHIN_SOURCE: Final = "within source"
BETWEEN_SOURCES: Final = "between sources"
ALREADY_SEEN: Final = "already seen"

_JUDGED: Final = ("include", "exclude", "conflict")
_BEFORE_SCREENING: Final = ("excluded_automatic", "excluded_other")


def list_citations(evidence: FlowEvidence, records: pl.DataFrame) -> pl.DataFrame:
    """List the citations that the records make up, with where each one stands.

    Columns: citation_id, title, source, is_other, is_known, removal (box), removal_reason,
    removal_event, outcome, event (of the decision).
    """
    screened = evidence.outcomes.filter(pl.col("stage") == "title-abstract").select(
        "citation_id", "outcome", "event"
    )
    removals = evidence.removals.select(
        "citation_id",
        pl.col("box").cast(pl.String).alias("removal"),
        pl.col("reason").alias("removal_reason"),
        pl.col("event").alias("removal_event"),
    )
    is_judged = pl.col("outcome").is_in(_JUDGED).fill_null(value=False)
    stands = (pl.col("removal") == "excluded_other") | ~is_judged
    return (
        _group_by_citation(evidence, records)
        .join(removals, on="citation_id", how="left")
        .join(screened, on="citation_id", how="left")
        .with_columns(pl.when(stands).then("removal").alias("removal"))
        .sort("citation_id")
    )


def trace_duplicates(records: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    """Trace the duplicates: all but one record of each citation.

    A duplicate is "within source" if another record of its own database stands for the
    publication, "between sources" if it is its database's first, and "already seen" if the
    previous version knew the publication.
    """
    duplicates = _name_duplicates(records, citations).filter(pl.col("name").is_not_null())
    in_other_arm = pl.col("is_other")
    return flow_rows(
        duplicates,
        box=pl.when(in_other_arm).then(pl.lit("other_not_sought")).otherwise(pl.lit("duplicates")),
        name=pl.when(in_other_arm).then(pl.lit("Duplicate records")).otherwise(pl.col("name")),
        unit="record",
        id_column="record_id",
        title=pl.col("title"),
        source=pl.col("database"),
        event=pl.lit(None),
    )


def trace_rejected(rejected: pl.DataFrame) -> pl.DataFrame:
    """Trace the entries that could not be read: seen before, waived, or awaiting repair."""
    is_waived = pl.col("waiver").is_not_null()
    in_other_arm = pl.col("is_other")
    seen, waived, awaiting = (
        pl.lit("duplicates"),
        pl.lit("excluded_other"),
        pl.lit("awaiting"),
    )
    box = pl.when("is_known").then(seen).when(is_waived).then(waived).otherwise(awaiting)
    name = (
        pl.when("is_known")
        .then(pl.lit(ALREADY_SEEN))
        .when(is_waived)
        .then("waiver")
        .otherwise(pl.lit("repair"))
    )
    return flow_rows(
        rejected.filter("is_identified"),
        box=pl.when(in_other_arm & (pl.col("is_known") | is_waived))
        .then(pl.lit("other_not_sought"))
        .otherwise(box),
        name=name,
        unit="entry",
        id_column="entry_id",
        source=pl.col("database"),
        event=pl.coalesce("waiver_event", "event"),
    )


def trace_screening(citations: pl.DataFrame) -> pl.DataFrame:
    """Trace removals before screening, screening, its exclusions, and what still awaits it."""
    new = citations.filter(~pl.col("is_known"))
    by_databases = new.filter(~pl.col("is_other"))
    screened = by_databases.filter(~_is_removed())
    awaiting = citations.filter(
        pl.col("removal").is_null()
        & ~pl.col("outcome").is_in(["include", "exclude"]).fill_null(value=False)
    )
    return pl.concat(
        [
            _citation_rows(
                by_databases.filter(_is_removed()),
                box=pl.col("removal"),
                name=pl.col("removal_reason"),
                event=pl.col("removal_event"),
            ),
            _citation_rows(screened, box="records_screened", event=pl.col("event")),
            *_trace_exclusions(screened),
            *_trace_not_sought(new.filter("is_other")),
            _citation_rows(awaiting, box="awaiting", name=pl.lit("screening")),
        ]
    )


def _group_by_citation(evidence: FlowEvidence, records: pl.DataFrame) -> pl.DataFrame:
    titles = evidence.citations.select("citation_id", pl.col("title").alias("shown"))
    sources = (
        records.select("citation_id", "database")
        .unique()
        .sort("database")
        .group_by("citation_id")
        .agg(pl.col("database").str.join("; ").alias("source"))
    )
    return (
        records.group_by("citation_id")  # keeps the order of records, which is that of their ids
        .agg(
            pl.col("title").drop_nulls().first(),
            pl.col("is_other").all(),
            pl.col("is_known").any(),
        )
        .join(sources, on="citation_id")
        .join(titles, on="citation_id", how="left")
        .with_columns(pl.coalesce("shown", "title").alias("title"))
        .drop("shown")
    )


def _name_duplicates(records: pl.DataFrame, citations: pl.DataFrame) -> pl.DataFrame:
    """Return the identified records with the kind of duplicate each is; null for the one kept."""
    whole = citations.select(
        "citation_id",
        pl.col("is_other").alias("is_found_by_other_only"),
        pl.col("is_known").alias("is_known_citation"),
    )
    place = pl.int_range(pl.len())
    return (
        records.filter("is_identified")
        .join(whole, on="citation_id")
        .sort("citation_id", pl.col("record_id") != pl.col("citation_id"), "record_id")
        .with_columns(
            place.over("citation_id", "is_other").alias("place"),
            place.over("citation_id", "is_other", "database").alias("place_in_database"),
        )
        .with_columns(
            pl.when("is_known_citation")
            .then(pl.lit(ALREADY_SEEN))
            .when(pl.col("place_in_database") > 0)
            .then(pl.lit(WITHIN_SOURCE))
            .when((pl.col("place") > 0) | (pl.col("is_other") & ~pl.col("is_found_by_other_only")))
            .then(pl.lit(BETWEEN_SOURCES))
            .alias("name")
        )
    )


def _is_removed() -> pl.Expr:
    return pl.col("removal").is_in(_BEFORE_SCREENING).fill_null(value=False)


def _trace_exclusions(screened: pl.DataFrame) -> list[pl.DataFrame]:
    by_automation = pl.col("removal").is_not_null()
    excluded = screened.filter(by_automation | (pl.col("outcome") == "exclude"))
    name = pl.when(by_automation).then(pl.lit("automation")).otherwise(pl.lit("human"))
    event = pl.coalesce("removal_event", "event")
    return [_citation_rows(excluded, box="records_excluded", name=name, event=event)]


def _trace_not_sought(citations: pl.DataFrame) -> list[pl.DataFrame]:
    """Trace the citations of other methods that no report was sought for."""
    is_removed = pl.col("removal").is_not_null()
    dropped = citations.filter(is_removed | (pl.col("outcome") == "exclude"))
    name = (
        pl.when(is_removed)
        .then("removal_reason")
        .otherwise(pl.lit("Excluded on title and abstract"))
    )
    event = pl.when(is_removed).then("removal_event").otherwise("event")
    return [_citation_rows(dropped, box="other_not_sought", name=name, event=event)]


def _citation_rows(
    citations: pl.DataFrame,
    *,
    box: str | pl.Expr,
    name: pl.Expr | None = None,
    event: pl.Expr | None = None,
) -> pl.DataFrame:
    return flow_rows(
        citations,
        box=box,
        name=pl.lit(None) if name is None else name,
        unit="citation",
        id_column="citation_id",
        title=pl.col("title"),
        source=pl.col("source"),
        event=pl.lit(None) if event is None else event,
    )
