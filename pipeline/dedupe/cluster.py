"""Group records into citations from judged pairs, without chaining.

Plain connected components merge A with C because both resemble B. Here pairs are taken best first
and two groups stay apart when any compared pair across them is clearly distinct, or a person said
so. Only components in which such a pair exists need that care; all others are plain components.
The order of rows never matters: ties are broken by record id, and a citation is named after the
smallest record id in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.schemas import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterable

    import dataframely as dy

__all__ = ["cluster"]


def cluster(
    record_ids: pl.Series, links: pl.DataFrame, barriers: pl.DataFrame
) -> dy.DataFrame[Cluster]:
    """Return the citation of every record, singletons included.

    Parameters
    ----------
    record_ids
        Every record, in any order.
    links
        ``left_id, right_id, strength``: pairs that may merge; a person's "same" has strength
        above 1 and is taken first.
    barriers
        ``left_id, right_id``: pairs that must not end up together.

    >>> links = pl.DataFrame(
    ...     {"left_id": ["a", "b"], "right_id": ["b", "c"], "strength": [0.9, 0.8]})
    >>> barriers = pl.DataFrame({"left_id": ["a"], "right_id": ["c"]})
    >>> cluster(pl.Series(["c", "b", "a"]), links, barriers)["citation_id"].to_list()
    ['a', 'a', 'c']
    """
    ordered = record_ids.sort()
    joined = _rows(links, ordered).sort(
        "strength", "left", "right", descending=[True, False, False]
    )
    apart = _rows(barriers, ordered)
    groups = _components(joined, ordered.len())
    is_guarded = _is_guarded(apart, joined, groups)
    guarded = joined.filter(is_guarded)
    if guarded.height:
        groups = _components(_accepted(joined, guarded, is_guarded, apart), ordered.len())
    named = pl.DataFrame({"record_id": ordered, "group": groups})
    # Records are sorted, so the first of a group is its smallest.
    clusters = named.select("record_id", citation_id=pl.col("record_id").first().over("group"))
    return Cluster.validate(clusters)


def _rows(pairs: pl.DataFrame, ordered: pl.Series) -> pl.DataFrame:
    numbers = pl.DataFrame({"id": ordered}).with_row_index("row")
    left = numbers.rename({"id": "left_id", "row": "left"})
    right = numbers.rename({"id": "right_id", "row": "right"})
    return pairs.join(left, on="left_id").join(right, on="right_id")


def _components(links: pl.DataFrame, n_records: int) -> pl.Series:
    left, right = links["left"].to_numpy(), links["right"].to_numpy()
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(n_records, n_records))
    _, labels = connected_components(graph, directed=False)
    return pl.Series("group", labels)


def _is_guarded(apart: pl.DataFrame, joined: pl.DataFrame, groups: pl.Series) -> pl.Series:
    """Whether a link lies in a component that also holds a barrier."""
    inside = apart.filter(groups.gather(apart["left"]) == groups.gather(apart["right"]))
    return groups.gather(joined["left"]).is_in(groups.gather(inside["left"]).implode())


def _accepted(
    joined: pl.DataFrame, guarded: pl.DataFrame, is_guarded: pl.Series, apart: pl.DataFrame
) -> pl.DataFrame:
    """Return the links that stand: unguarded ones, and guarded ones that cross no barrier."""
    pairs = guarded.select("left", "right").iter_rows()
    barriers = apart.select("left", "right").iter_rows()
    stands = pl.Series(_merge_best_first(pairs, barriers), dtype=pl.Boolean)
    return pl.concat([joined.filter(~is_guarded), guarded.filter(stands)])


def _merge_best_first(
    links: Iterable[tuple[int, int]], barriers: Iterable[tuple[int, int]]
) -> list[bool]:
    """Say for each link, best first, whether its two groups may merge."""
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    forbidden: dict[int, set[int]] = defaultdict(set)
    for left, right in barriers:
        forbidden[left].add(right)
        forbidden[right].add(left)
    stands = []
    for left, right in links:
        one, other = (_open_group(row, group, members) for row in (left, right))
        may_merge = one == other or not any(
            group.get(row) == other for member in members[one] for row in forbidden[member]
        )
        if may_merge and one != other:
            for row in members[other]:
                group[row] = one
            members[one].extend(members.pop(other))
        stands.append(may_merge)
    return stands


def _open_group(row: int, group: dict[int, int], members: dict[int, list[int]]) -> int:
    if row not in group:
        group[row] = row
        members[row] = [row]
    return group[row]
