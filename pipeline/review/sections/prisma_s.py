"""The search, item by item, as PRISMA-S asks.

What the ledger knows is said; what only people know is a visible blank
(Rethlefsen et al. 2021, doi 10.1186/s13643-020-01542-z).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.report import ReportSection
from pipeline.report.blanks import leave_blank
from pipeline.report.identification import list_searched
from pipeline.review.sections.contract import ReportFile
from pipeline.review.state import added_searches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.review.snapshot import Snapshot

__all__ = ["build_prisma_s", "write_search_file"]

_BLANK: Final = leave_blank()
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
    said = (
        _say_sources(list_searched(snapshot.evidence))
        | _say_running(snapshot, searches)
        | _say_stated(snapshot)
    )
    rows = [(item, said.get(item.partition(" ")[0], _BLANK)) for item in _ITEMS]
    return ReportSection(
        anchor="prisma-s",
        heading="PRISMA-S: the search, item by item",
        table=pl.DataFrame(rows, schema=["Item", "What is known"], orient="row"),
    )


def _say_sources(searches: pl.DataFrame) -> dict[str, str]:
    named = pl.format("{} ({})", pl.col("database"), pl.col("platform"))
    sources = searches.with_columns(source=pl.coalesce(named, "database"))
    by_kind = {
        str(kind): ", ".join(part["source"].unique().sort())
        for (kind,), part in sources.group_by("kind")
    }
    others = "; ".join(by_kind[kind] for kind in ("website", "organisation") if kind in by_kind)
    shared = sources.filter(pl.col("search_id").is_duplicated())["search_id"].unique().sort()
    return {
        "1": by_kind.get("database", "None."),
        "2": f"One export of several databases: {', '.join(shared)}." if shared.len() else "None.",
        "3": by_kind.get("register", "None."),
        "4": others or "None.",
        "5": by_kind.get("citation", "None."),
    }


def _say_stated(snapshot: Snapshot) -> dict[str, str]:
    """Say what whoever ran a search stated of it, and for which searches nobody did."""
    added = [event for _, event in added_searches(snapshot.workspace.ledger)]
    n_days = len({one.searched_on for one in added})
    runs = f"Searches were run on {n_days} days. " if n_days > 1 else ""
    return {
        "9": _by_search({one.search_id: "; ".join(one.limits) for one in added}),
        "10": _by_search({one.search_id: "; ".join(one.filters) for one in added}),
        "12": runs + _by_search({one.search_id: one.updates_planned or "" for one in added}),
        "14": _by_search({one.search_id: one.peer_review or "" for one in added}),
    }


def _by_search(stated: Mapping[str, str]) -> str:
    r"""Return what is stated of each search, a line each; whatever nobody stated is a blank.

    >>> print(_by_search({"S1": "English (no translator)", "S2": ""}))
    S1: English (no translator)
    [To be written.] for S2
    """
    lines = [f"{search_id}: {text}" for search_id, text in sorted(stated.items()) if text]
    if not lines:
        return _BLANK
    silent = sorted(search_id for search_id, text in stated.items() if not text)
    return "\n".join([*lines, f"{_BLANK} for {', '.join(silent)}"] if silent else lines)


def write_search_file(snapshot: Snapshot) -> Iterator[ReportFile]:
    """Give every search that stands, with all that is stated of it, as JSON."""
    loaded = snapshot.entries.group_by("search_id").len()
    rejected = snapshot.rejected.group_by("search_id").len()
    n_loaded, n_rejected = (dict(one.iter_rows()) for one in (loaded, rejected))
    searches = [
        event.model_dump(mode="json")
        | {
            "entries_loaded": n_loaded.get(event.search_id, 0),
            "entries_rejected": n_rejected.get(event.search_id, 0),
        }
        for _, event in added_searches(snapshot.workspace.ledger)
    ]
    text = json.dumps(searches, indent=2, ensure_ascii=False) + "\n"
    yield ReportFile("searches.json", text.encode())


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
        "13": ", ".join(day.isoformat() for day in days),
        "15": f"{loaded}; hits against entries loaded under “Searches”.",
        "16": f"{n_duplicates:,} removed; model {software}; see “Sources and duplicates”.",
    }
