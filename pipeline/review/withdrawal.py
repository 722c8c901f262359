"""A search that should not have been added is withdrawn: counted nowhere, its decisions kept.

Nothing is deleted. The export stays in its folder, the events stay in the ledger, and decisions on
its citations stand again as soon as another search brings the same records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import ClusteringAccepted, SearchWithdrawn
from pipeline.review.state import read_searches
from pipeline.schemas import Cluster, Decision

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import dataframely as dy

    from pipeline.review.workspace import Workspace
    from pipeline.schemas import Record

__all__ = ["follow_surviving_records", "name_after_surviving", "withdraw_search"]


def withdraw_search(
    workspace: Workspace, search_id: str, *, reason: str, actor: str, now: dt.datetime
) -> None:
    """Withdraw a search, for a reason.

    Raises
    ------
    UnknownNameError
        There is no such search.
    InputError
        It was withdrawn already, or no reason is given.
    """
    searches = dict(read_searches(workspace.ledger).select("search_id", "is_withdrawn").iter_rows())
    if search_id not in searches:
        raise UnknownNameError("search", search_id, searches)
    if searches[search_id]:
        raise InputError(f"search {search_id}", "is withdrawn already", "add the exports again")
    if not reason.strip():
        raise InputError("--reason", "is empty", "say why the search is withdrawn")
    event = SearchWithdrawn(search_id=search_id, reason=reason.strip())
    uid = f"withdraw:{search_id}"  # two people at once withdraw it once
    workspace.ledger.append([event], actor=actor, now=now, uids=[uid])


def follow_surviving_records(
    workspace: Workspace,
    decisions: dy.DataFrame[Decision],
    record_ids: pl.Series,
    *,
    as_of: dt.datetime | None = None,
) -> dy.DataFrame[Decision]:
    """Return the decisions, those on a record that is gone moved to a record that survives it.

    A decision is about a publication. Where the record that was shown came from a withdrawn search
    and another search brought the same publication, the decision stands for that one: the last
    deduplication that knew both says so.
    """
    lost = set(decisions["record_id"]) - set(record_ids)
    survivors: dict[str, str] = {}
    for clusters in _accepted_clusters(workspace, as_of=as_of) if lost else ():
        heirs = clusters.filter(pl.col("record_id").is_in(record_ids.implode()))
        together = clusters.filter(pl.col("record_id").is_in(list(lost))).join(
            heirs.group_by("citation_id").agg(heir=pl.col("record_id").min()),
            on="citation_id",
            how="left",
        )
        found = dict(together.select("record_id", "heir").iter_rows())
        survivors |= {one: heir for one, heir in found.items() if heir is not None}
        lost -= set(found)
        if not lost:
            break
    moved = decisions.with_columns(
        pl.col("record_id").replace(survivors),
        pl.col("record_ids").list.eval(pl.element().replace(survivors)),
    )
    return Decision.validate(moved)


def name_after_surviving(
    records: dy.DataFrame[Record], accepted: dy.DataFrame[Cluster]
) -> dy.DataFrame[Cluster]:
    """Return the citation of every record; one that was not compared yet is one of its own.

    A citation whose name-giving record was withdrawn is named after the smallest that is left.

    >>> accepted = pl.DataFrame({"record_id": ["a", "b", "c"], "citation_id": ["a", "a", "a"]})
    >>> records = pl.DataFrame({"record_id": ["b", "c", "d"]})
    >>> name_after_surviving(records, accepted).rows()
    [('b', 'b'), ('c', 'b'), ('d', 'd')]
    """
    clusters = records.select("record_id").join(accepted, on="record_id", how="left")
    name = pl.coalesce("citation_id", "record_id")
    is_there = (pl.col("record_id") == name).any().over(name)
    smallest = pl.col("record_id").min().over(name)
    named = pl.when(is_there).then(name).otherwise(smallest)
    return Cluster.validate(clusters.select("record_id", citation_id=named).sort("record_id"))


def _accepted_clusters(
    workspace: Workspace, *, as_of: dt.datetime | None
) -> Iterator[dy.DataFrame[Cluster]]:
    """Yield the clusterings that were ever in force, the latest first."""
    for recorded in reversed(workspace.ledger.read(ClusteringAccepted, as_of=as_of)):
        if isinstance(recorded.event, ClusteringAccepted):
            yield workspace.frames.get(recorded.event.frame, Cluster)
