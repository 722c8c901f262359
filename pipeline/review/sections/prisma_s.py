"""The search, item by item, as PRISMA-S asks.

What the ledger knows is said; what only people know is a visible blank
(Rethlefsen et al. 2021, doi 10.1186/s13643-020-01542-z).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection

if TYPE_CHECKING:
    from pipeline.review.snapshot import Snapshot

__all__ = ["build_prisma_s"]

_BLANK: Final = "[To be written.]"
_ITEMS: Final = (
    "1 Database name and platform",
    "2 Databases searched together on one platform",
    "3 Study registries",
    "4 Online resources and browsing",
    "5 Citation searching",
    "6 Contacts",
    "7 Other methods",
    "8 Full search strategies",
    "9 Limits and restrictions",
    "10 Search filters",
    "11 Strategies of earlier work",
    "12 Updates",
    "13 Dates of searches",
    "14 Peer review of the search",
    "15 Total records, source by source",
    "16 Deduplication",
)


def build_prisma_s(snapshot: Snapshot) -> ReportSection:
    """Fill the sixteen items from the searches that stand."""
    searches = snapshot.evidence.searches.filter(~pl.col("is_withdrawn"))
    if searches.is_empty():
        return ReportSection(anchor="prisma-s", heading="PRISMA-S")
    said = _say_sources(searches) | _say_running(snapshot, searches)
    rows = [(item, said.get(item.partition(" ")[0], _BLANK)) for item in _ITEMS]
    return ReportSection(
        anchor="prisma-s",
        heading="PRISMA-S: the search, item by item",
        table=pl.DataFrame(rows, schema=["Item", "What is known"], orient="row"),
    )


def _say_sources(searches: pl.DataFrame) -> dict[str, str]:
    named = pl.format("{} ({})", pl.coalesce("database", "search_id"), pl.col("platform"))
    sources = searches.with_columns(source=pl.coalesce(named, "database", "search_id"))
    by_kind = {
        str(kind): ", ".join(part["source"].unique().sort())
        for (kind,), part in sources.group_by("kind")
    }
    others = "; ".join(by_kind[kind] for kind in ("website", "organisation") if kind in by_kind)
    shared = sources.filter(pl.col("database").is_null())["search_id"].sort().to_list()
    return {
        "1": by_kind.get("database", "None."),
        "2": f"One export of several databases: {', '.join(shared)}." if shared else "None.",
        "3": by_kind.get("register", "None."),
        "4": others or "None.",
        "5": by_kind.get("citation", "None."),
    }


def _say_running(snapshot: Snapshot, searches: pl.DataFrame) -> dict[str, str]:
    missing = searches.filter(pl.col("strategy").is_null())["search_id"].sort().to_list()
    days = searches["searched_on"].unique().sort()
    by_source = {one.name: one.n for one in snapshot.counts.box("database_results").members}
    loaded = ", ".join(f"{name} {n:,}" for name, n in by_source.items())
    n_duplicates = snapshot.counts.n("duplicates")
    strategies = "In full under “Search strategies as run”"
    software = snapshot.clustering.model_version if snapshot.clustering else "not run yet"
    return {
        "8": f"{strategies}; {_BLANK} for {', '.join(missing)}" if missing else f"{strategies}.",
        "12": f"Searches were run on {len(days)} days; the same search run again adds what is new."
        if len(days) > 1
        else _BLANK,
        "13": ", ".join(day.isoformat() for day in days),
        "15": f"{loaded}; hits against entries loaded under “Searches”.",
        "16": f"{n_duplicates:,} removed; model {software}; see “Sources and duplicates”.",
    }
