"""Names of citations outlast an update, and what moved is told; marked differences lose nothing."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import find_moves, keep_citation_ids, mark_differences

GROUPS = st.lists(st.integers(0, 3), min_size=6, max_size=6)


def _clusters(groups, *, ids="abcdef"):
    named = pl.DataFrame({"record_id": list(ids), "group": groups[: len(ids)]})
    return named.select("record_id", citation_id=pl.col("record_id").min().over("group"))


@settings(deadline=None, max_examples=60)
@given(GROUPS, GROUPS)
def test_names_are_kept_where_they_can_be_and_the_clusters_are_the_same(before, after):
    old, new = _clusters(before, ids="cdef"), _clusters(after)
    kept = keep_citation_ids(new, old)
    both = kept.join(new, on="record_id", suffix="_new")
    assert both.select("citation_id", "citation_id_new").n_unique() == new["citation_id"].n_unique()
    homes = dict(kept.iter_rows())
    assert all(homes[home] == home for home in homes.values())
    surviving = set(old["citation_id"]) & set(homes.values())
    assert surviving == {min(x for x in group if x in set(old["citation_id"]))
                         for group in _groups(kept) if group & set(old["citation_id"])}  # fmt: skip
    assert find_moves(kept, kept).is_empty()


def _groups(clusters):
    return [set(rows["record_id"]) for _, rows in clusters.group_by("citation_id")]


def test_a_part_that_goes_to_another_citation_is_neither_merged_nor_split():
    before = pl.DataFrame({"record_id": list("abcd"), "citation_id": list("aacc")})
    after = pl.DataFrame({"record_id": list("abcd"), "citation_id": list("accc")})
    assert find_moves(before, after).rows() == [("b", "a", "c", "moved")]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.none() | st.text("abc Ä1-", max_size=12), max_size=4))
def test_spans_are_the_value_again(values):
    marked = mark_differences(values)
    assert ["".join(span.text for span in spans) for spans in marked] == [v or "" for v in values]
