"""What must hold for any records: nothing is lost, order is nothing, twice is once."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.dedupe import (
    build_citations,
    deduplicate,
    deduplicate_increment,
    read_records_table,
)

TITLES = [
    "Barriers to remote monitoring of heart failure in rural clinics",
    "Barriers to remote monitoring of heart failure in rural clinics.",
    "Erratum: Barriers to remote monitoring of heart failure in rural clinics",
    "Costs of remote monitoring in nine rural clinics: an economic evaluation",
    "Preface",
    None,
]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(TITLES),
            "authors": st.sampled_from(["Okafor, N; Lind, P", "Okafor N, Lind P", None]),
            "year": st.sampled_from(["2018", "2019", None]),
            "journal": st.sampled_from(["Journal of Rural Telehealth", "J Rural Telehealth", None]),
            "volume": st.sampled_from(["14", "15", None]),
            "pages": st.sampled_from(["221-228", "221-8", "300", None]),
            "doi": st.sampled_from(["10.1000/1", "10.1000/2", None]),
        }
    ),
    min_size=1,
    max_size=8,
)
CALM = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _records(rows):
    ids = pl.Series([f"r{number}" for number in range(len(rows))])
    names = ("title", "authors", "year", "journal", "volume", "pages", "doi")
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    return read_records_table(table.with_columns(record_id=ids))


@CALM
@given(ROWS)
def test_every_record_is_in_one_cluster_and_every_citation_keeps_its_records(rows):
    records = _records(rows)
    clusters = deduplicate(records).clusters
    citations = build_citations(records, clusters).citations
    assert clusters["record_id"].to_list() == records["record_id"].sort().to_list()
    assert citations["record_ids"].explode().sort().to_list() == clusters["record_id"].to_list()
    assert citations["citation_id"].to_list() == citations["record_ids"].list.first().to_list()


@CALM
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(rows, random):
    records = _records(rows)
    shuffled = records[random.sample(range(len(rows)), len(rows))]
    one, other = deduplicate(records), deduplicate(shuffled)
    assert one.clusters.equals(other.clusters)
    assert one.pairs.equals(other.pairs)


@CALM
@given(ROWS)
def test_citations_deduplicate_no_further(rows):
    records = _records(rows)
    clusters = deduplicate(records).clusters
    kept = records.filter(pl.col("record_id").is_in(clusters["citation_id"].implode()))
    judged = deduplicate(records).pairs.filter(pl.col("verdict") == "same")
    between = judged.filter(
        pl.all_horizontal(pl.col("left_id", "right_id").is_in(kept["record_id"].implode()))
    )
    # Representatives may still be alike only where a guard kept their clusters apart.
    again = deduplicate(kept).clusters["citation_id"].n_unique()
    assert again >= kept.height - between.height


@CALM
@given(ROWS, st.integers(0, 7))
def test_an_exact_copy_never_splits_a_cluster(rows, chosen):
    records = _records(rows)
    copy = records[chosen % len(rows)].with_columns(record_id=pl.lit("z-copy"))
    before = dict(deduplicate(records).clusters.iter_rows())
    after = dict(deduplicate(pl.concat([records, copy])).clusters.iter_rows())
    for one, its in before.items():
        for other, theirs in before.items():
            if its == theirs:
                assert after[one] == after[other]


@CALM
@given(ROWS, st.lists(st.integers(0, 8), max_size=3), st.randoms(use_true_random=False))
def test_any_split_into_increments_gives_the_clusters_of_the_batch(rows, cuts, random):
    records = _records(rows)
    shuffled = records[random.sample(range(len(rows)), len(rows))]
    first, *later = sorted(cuts) or [0]
    found = deduplicate(shuffled[:first])
    for start, stop in pairwise([first, *later, len(rows)]):
        step = deduplicate_increment(
            shuffled[start:stop], shuffled[:start], pairs=found.pairs, clusters=found.clusters
        )
        found = step.outcome
    assert found.clusters.equals(deduplicate(records).clusters)


@CALM
@given(ROWS)
def test_importing_the_same_records_again_adds_nothing(rows):
    records = _records(rows)
    before = deduplicate(records)
    after = deduplicate_increment(records, records, pairs=before.pairs, clusters=before.clusters)
    assert after.outcome.clusters.equals(before.clusters)
    assert after.outcome.pairs.equals(before.pairs)
    assert after.moved == ()
