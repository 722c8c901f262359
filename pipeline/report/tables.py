"""The report's tables: searches, counts, duplicates, unique contributions, exclusions, rows.

Each is a frame with the headings that readers see, so that the HTML page, the Markdown page and a
spreadsheet say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report.boxes import BOXES
from pipeline.report.identification import list_retrieved
from pipeline.report.screening import WITHIN_SOURCE

if TYPE_CHECKING:
    from pipeline.report.counts import FlowCounts
    from pipeline.report.evidence import FlowEvidence

__all__ = [
    "tabulate_boxes",
    "tabulate_duplicates",
    "tabulate_exclusions",
    "tabulate_identities",
    "tabulate_open",
    "tabulate_rejected",
    "tabulate_rows",
    "tabulate_searches",
]

_INCLUDED: Final = ("new_reports", "new_reports_of_previous_studies")
_STATED: Final = "Limits, filters, review"  # of the search, as whoever ran it says
_ROW_COLUMNS: Final = {
    "id": "Id",
    "title": "Title",
    "source": "Source",
    "name": "Group",
    "event": "Event",
}


def tabulate_searches(evidence: FlowEvidence) -> pl.DataFrame:
    """List the searches as PRISMA-S asks: where, when, how, and hits reported against loaded."""
    loaded = evidence.entries.group_by("search_id").len("loaded")
    rejected = evidence.rejected.group_by("search_id").len("rejected")
    stated = pl.col("stated").list.join("\n").fill_null("")
    is_again = pl.struct("search_id", "record_id").is_first_distinct().not_()
    repeated = evidence.entries.filter(is_again).group_by("search_id").len("repeated")
    table = (
        evidence.searches.join(loaded, on="search_id", how="left")
        .join(rejected, on="search_id", how="left")
        .join(repeated, on="search_id", how="left")
        .with_columns(pl.col("loaded", "rejected", "repeated").fill_null(0))
        .sort("searched_on", "search_id")
        .select(
            pl.col("search_id").alias("Search"),
            pl.col("database").fill_null("as each record says").alias("Source"),
            pl.col("platform").fill_null("").alias("Platform"),
            pl.col("kind").cast(pl.String).alias("Kind"),
            pl.col("searched_on").cast(pl.String).alias("Searched on"),
            pl.col("hits_reported").alias("Hits reported"),
            pl.col("loaded").alias("Entries loaded"),
            pl.col("repeated").alias("Of these twice in the export"),
            pl.col("rejected").alias("Entries rejected"),
            _check_hits().alias("Check"),
            stated.alias(_STATED),
        )
    )
    return table if table.filter(pl.col(_STATED) != "").height else table.drop(_STATED)


def tabulate_boxes(counts: FlowCounts) -> pl.DataFrame:
    """List the boxes with their numbers, members indented beneath."""
    rows: list[tuple[str, str, int]] = []
    for box in counts.boxes:
        if box.n or box.key in ("records_screened", "new_studies", "new_reports"):
            rows.append((box.key, BOXES[box.key].name, box.n))
            rows += [(box.key, f"– {member.name}", member.n) for member in box.members]
    return pl.DataFrame(rows, schema=["Key", "Box", "n"], orient="row")


def tabulate_identities(counts: FlowCounts) -> pl.DataFrame:
    """List what the boxes must say about one another, and whether they do."""
    rows = [(i.name, "holds" if i.holds else "BROKEN", i.note) for i in counts.identities]
    return pl.DataFrame(rows, schema=["Identity", "Result", "Note"], orient="row")


def tabulate_duplicates(evidence: FlowEvidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Count for each source what it brought, how much of it was duplicate, and what it alone found.

    A source's unique contribution is the citations that no other source found.
    """
    identified = rows.filter(pl.col("unit") == "record", pl.col("box").str.ends_with("_results"))
    counted = (
        identified.group_by("source")
        .len("Records")
        .join(_count_duplicates(rows), on="source", how="left")
        .join(_count_found_alone(evidence), on="source", how="left")
        .join(_count_included_alone(rows), on="source", how="left")
        .sort("Records", "source", descending=[True, False])
    )
    return counted.rename({"source": "Source"}).with_columns(pl.exclude("Source").fill_null(0))


def _count_duplicates(rows: pl.DataFrame) -> pl.DataFrame:
    duplicates = rows.filter((pl.col("box") == "duplicates") & (pl.col("unit") == "record"))
    is_within = pl.col("name") == WITHIN_SOURCE
    return duplicates.group_by("source").agg(
        is_within.sum().alias("Duplicates within"),
        (~is_within).sum().alias("Duplicates of other sources"),
    )


def _count_found_alone(evidence: FlowEvidence) -> pl.DataFrame:
    """Count for each source the citations that no other source found."""
    return (
        list_retrieved(evidence)
        .group_by("citation_id")
        .agg(pl.col("database").unique())
        .filter(pl.col("database").list.len() == 1)
        .select(pl.col("database").list.first().alias("source"))
        .group_by("source")
        .len("Citations found by it alone")
    )


def _count_included_alone(rows: pl.DataFrame) -> pl.DataFrame:
    """Count for each source the included reports that no other source found."""
    is_alone = ~pl.col("source").str.contains("; ", literal=True)
    included = rows.filter(pl.col("box").is_in(_INCLUDED) & is_alone)
    return included.group_by("source").len("Included reports found by it alone")


def tabulate_exclusions(evidence: FlowEvidence, rows: pl.DataFrame) -> pl.DataFrame:
    """List the reports excluded at full text, cited, with the one reason counted (item 16b)."""
    excluded = rows.filter(pl.col("box").is_in(["dbr_excluded", "other_excluded"]))
    cited = excluded.join(_cite_reports(evidence), on="id", how="left")
    return cited.sort("name", "title", "id", nulls_last=True).select(
        pl.col("name").alias("Reason"),
        pl.col("title").fill_null("").alias("Report"),
        pl.col("cited").fill_null("").alias("Cited as"),
        pl.col("source").fill_null("").alias("Source"),
        pl.col("id").alias("Id"),
    )


def _cite_reports(evidence: FlowEvidence) -> pl.DataFrame:
    """Say for each report who wrote it, when, where, and its DOI: id, cited."""
    n_authors, first = pl.col("authors").list.len(), pl.col("authors").list.first()
    others = pl.when(n_authors > 1).then(pl.lit(" et al.")).otherwise(pl.lit(""))
    place = (
        (first + others).fill_null(""),
        pl.col("year").cast(pl.String).fill_null(""),
        pl.col("journal").fill_null(""),
        pl.format("doi:{}", "doi").fill_null(""),
    )
    parts = pl.concat_list(place)
    cited = evidence.citations.select(
        pl.col("citation_id").alias("id"),
        parts.list.eval(pl.element().filter(pl.element() != "")).list.join(", ").alias("cited"),
    )
    linked = evidence.report_links.select("report_id", pl.col("citation_id").alias("id"))
    of_links = linked.join(cited, on="id").select(pl.col("report_id").alias("id"), "cited")
    return pl.concat([cited, of_links]).unique("id", keep="first", maintain_order=True)


def tabulate_open(rows: pl.DataFrame) -> pl.DataFrame:
    """List what still awaits a step."""
    return rows.filter(pl.col("box") == "awaiting").select(
        pl.col("name").alias("Awaiting"),
        pl.col("title").fill_null("").alias("Title"),
        pl.col("source").fill_null("").alias("Source"),
        pl.col("id").alias("Id"),
    )


def tabulate_rejected(evidence: FlowEvidence) -> pl.DataFrame:
    """List the entries that could not be read, where they stand and what became of them."""
    waivers = evidence.waivers.select("entry_id", pl.col("reason").alias("waiver"))
    return (
        evidence.rejected.join(waivers, on="entry_id", how="left")
        .sort("file", "position")
        .select(
            pl.col("entry_id").alias("Entry"),
            pl.col("file").alias("File"),
            pl.col("line").alias("Line"),
            pl.col("database").alias("Source"),
            pl.col("reason").alias("Why it could not be read"),
            pl.col("waiver").fill_null("awaiting repair").alias("Waived because"),
        )
    )


def tabulate_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """List the units behind one box."""
    return rows.select(pl.col(old).alias(new) for old, new in _ROW_COLUMNS.items()).drop(
        [] if rows["name"].count() else ["Group"]
    )


def _check_hits() -> pl.Expr:
    """Compare what the database said it found with what was loaded (NICE appendix C)."""
    parsed = pl.col("loaded") + pl.col("rejected")
    missing = pl.col("hits_reported").cast(pl.Int64) - parsed.cast(pl.Int64)
    return (
        pl.when("is_withdrawn")
        .then(pl.lit("withdrawn"))
        .when(missing.is_null())
        .then(pl.lit("hits not stated"))
        .when(missing == 0)
        .then(pl.lit("complete"))
        .when(missing > 0)
        .then(pl.format("{} missing", missing))
        .otherwise(pl.format("{} more than reported", -missing))
    )
