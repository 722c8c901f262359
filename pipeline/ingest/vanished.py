"""Records that a search brought once and does not bring any more.

Databases drop records: duplicates are cleaned up, journals leave, retracted papers are withdrawn. A
later search of the same database counts as the same search run in full when it brings back at least
half of all that the database gave before; a search of new records only does not, and says nothing
about the rest. What it does not bring is listed here. Nothing is removed for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.schemas.updates import VanishedRecord

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.schemas import Cluster, Entry, Record, Search

__all__ = ["find_vanished"]

_IN_FULL: Final = 0.5  # share of a database's known records from which a run is one in full


def find_vanished(
    entries: dy.DataFrame[Entry],
    records: dy.DataFrame[Record],
    searches: dy.DataFrame[Search],
    clusters: dy.DataFrame[Cluster],
) -> dy.DataFrame[VanishedRecord]:
    """Return the records of publications that the latest runs in full of a database miss.

    Parameters
    ----------
    entries, records, searches
        Of the searches that stand. Searches of one database on one day are one run.
    clusters
        The citation of each record: a record that came back under another number has not vanished.

    >>> from pipeline.schemas import Cluster, Entry, Record, Search
    >>> nothing = (frame.create_empty() for frame in (Entry, Record, Search, Cluster))
    >>> find_vanished(*nothing).height
    0
    """
    if searches["searched_on"].n_unique() <= 1:  # nothing was searched twice
        return VanishedRecord.create_empty()
    brought = _brought(entries, records, searches, clusters)
    full = _runs_in_full(brought)
    publication = ["database", "citation_id"]
    last = brought.sort("run", "search_id").unique([*publication, "record_id"], keep="last")
    last = last.with_columns(last_run=pl.col("run").max().over(publication))
    missed = last.join(full, on="database").filter(pl.col("full_run") > pl.col("last_run"))
    first = missed.sort("full_run").unique([*publication, "record_id"], keep="first")
    return _described(first, searches)


def _brought(
    entries: pl.DataFrame, records: pl.DataFrame, searches: pl.DataFrame, clusters: pl.DataFrame
) -> pl.DataFrame:
    """Return which run of which database brought which record; runs are numbered from 1."""
    dated = searches.select("search_id", "searched_on")
    return (
        entries.select("record_id", "search_id")
        .unique()
        .join(dated, on="search_id")
        .join(records.select("record_id", "database"), on="record_id")
        .join(clusters, on="record_id")
        .with_columns(run=pl.col("searched_on").rank("dense").over("database"))
    )


def _runs_in_full(brought: pl.DataFrame) -> pl.DataFrame:
    """Return the later runs that brought most of what their database had given before."""
    seen = brought.select("database", "record_id", "run").unique()
    seen = seen.with_columns(first=pl.col("run").min().over("record_id"))
    new = seen.filter(pl.col("run") == pl.col("first")).group_by("database", "run").len("n_new")
    again = seen.filter(pl.col("run") > pl.col("first")).group_by("database", "run").len("n_again")
    of_run = brought.group_by("database", "run", "searched_on").agg(pl.col("search_id").min())
    counted = (
        of_run.join(new, on=["database", "run"], how="left")
        .join(again, on=["database", "run"])
        .sort("database", "run")
    )
    known = (
        new.sort("run")
        .with_columns(n_known=pl.col("n_new").cum_sum().over("database"))
        .select("database", known_run=pl.col("run"), n_known="n_known")
    )
    before = counted.join_where(
        known.rename({"database": "of"}),
        pl.col("database") == pl.col("of"),
        pl.col("known_run") < pl.col("run"),
    )
    before = before.group_by("database", "run").agg(pl.col("n_known").max())
    full = counted.join(before, on=["database", "run"]).filter(
        pl.col("n_again") >= _IN_FULL * pl.col("n_known")
    )
    return full.select(
        "database", full_run="run", missed_search="search_id", missed_on="searched_on"
    )


def _described(missed: pl.DataFrame, searches: pl.DataFrame) -> dy.DataFrame[VanishedRecord]:
    strategy = dict(searches.select("search_id", "strategy").iter_rows())
    said = missed.with_columns(
        before=pl.col("search_id").replace_strict(strategy, return_dtype=pl.String),
        now=pl.col("missed_search").replace_strict(strategy, return_dtype=pl.String),
    )
    differs = (pl.col("before") != pl.col("now")).fill_null(value=False)
    described = said.rename({"search_id": "last_search", "searched_on": "last_seen_on"})
    return VanishedRecord.validate(
        described.with_columns(has_new_strategy=differs)
        .select(VanishedRecord.column_names())
        .sort("database", "record_id")
    )
