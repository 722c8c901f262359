"""Clusters: the components that networkx finds, and never chained across a barrier."""

from __future__ import annotations

import networkx as nx
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe.cluster import cluster

IDS = [f"r{number:02d}" for number in range(12)]
PAIRS = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1])
LINKS = st.dictionaries(PAIRS, st.floats(0.5, 1), max_size=20)

CALM = settings(deadline=None, max_examples=50)


def _links(links):
    return pl.DataFrame(
        [(IDS[left], IDS[right], strength) for (left, right), strength in links.items()],
        schema={"left_id": pl.String, "right_id": pl.String, "strength": pl.Float64},
        orient="row",
    )


def _barriers(pairs):
    return pl.DataFrame(
        [(IDS[left], IDS[right]) for left, right in pairs],
        schema={"left_id": pl.String, "right_id": pl.String},
        orient="row",
    )


def _groups(clusters):
    return {frozenset(rows["record_id"]) for _, rows in clusters.group_by("citation_id")}


@CALM
@given(LINKS)
def test_without_barriers_they_are_the_components_of_the_graph(links):
    graph = nx.Graph(list(links))
    graph.add_nodes_from(range(12))
    expected = {
        frozenset(IDS[node] for node in component) for component in nx.connected_components(graph)
    }
    assert _groups(cluster(pl.Series(IDS), _links(links), _barriers([]))) == expected


@CALM
@given(LINKS, st.sets(PAIRS, max_size=8))
def test_a_barrier_is_never_crossed(links, barriers):
    clusters = cluster(pl.Series(IDS), _links(links), _barriers(barriers))
    together = dict(clusters.iter_rows())
    assert all(together[IDS[left]] != together[IDS[right]] for left, right in barriers)


@CALM
@given(LINKS, st.sets(PAIRS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(links, barriers, random):
    expected = cluster(pl.Series(IDS), _links(links), _barriers(barriers))
    shuffled = list(links.items())
    random.shuffle(shuffled)
    ids = random.sample(IDS, len(IDS))
    assert cluster(pl.Series(ids), _links(dict(shuffled)), _barriers(barriers)).equals(expected)


@CALM
@given(LINKS)
def test_a_citation_is_named_after_its_smallest_record(links):
    clusters = cluster(pl.Series(IDS), _links(links), _barriers([]))
    assert all(min(group) in group for group in _groups(clusters))
    smallest = clusters.group_by("citation_id").agg(pl.col("record_id").min())
    assert (smallest["citation_id"] == smallest["record_id"]).all()


def test_the_better_pair_wins_where_a_barrier_forces_a_choice():
    clusters = cluster(
        pl.Series(["a", "b", "c"]),
        pl.DataFrame({"left_id": ["a", "b"], "right_id": ["b", "c"], "strength": [0.6, 0.9]}),
        pl.DataFrame({"left_id": ["a"], "right_id": ["c"]}),
    )
    assert _groups(clusters) == {frozenset("a"), frozenset("bc")}
