"""A comparison in shards comes to what one process finds, and goes on where it was cut off."""

from __future__ import annotations

import polars as pl
import pytest
from running import prepare

from pipeline.dedupe import (
    blocking_keys,
    candidate_pairs,
    normalise,
    read_records_table,
    unite_pairs,
)
from pipeline.review.sharding import cut_pairs, find_pairs, judge_part, normalise_part


def compare(plan):
    for step in (normalise_part, find_pairs):
        for shard in range(plan.n_shards):
            step(plan, shard)
    n_pairs = cut_pairs(plan)
    assert sum(judge_part(plan, shard) for shard in range(plan.n_shards)) == n_pairs


def written(plan):
    return {path.name: path.stat().st_mtime_ns for path in plan.folder.iterdir()}


@pytest.fixture
def two_databases(make_review, add, books):
    """Make a review of eleven publications, six of them in both databases."""

    def make(name):
        made = make_review(name=name)
        add(made, "Embase", **{f"{name}-embase": "".join(one.ris() for one in books(8))})
        add(made, "Medline", **{f"{name}-medline": "".join(one.nbib() for one in books(11)[2:])})
        made.ingest()
        return made

    return make


@pytest.mark.parametrize("n_shards", [1, 2, 7])
def test_shards_come_to_what_one_process_finds(two_databases, n_shards):
    one, sharded = two_databases("one"), two_databases("sharded")
    plan = sharded.duplicates.plan_comparison(n_shards=n_shards)
    compare(plan)
    for review in (one, sharded):
        review.dedupe()
    clusterings = [review.snapshot().clustering for review in (one, sharded)]
    assert clusterings[0].n_citations == 11
    assert clusterings[0].frame == clusterings[1].frame
    assert clusterings[0].pairs_frame == clusterings[1].pairs_frame
    assert not plan.folder.exists()


def test_the_stage_takes_what_the_shards_have_left(two_databases):
    review = two_databases("review")
    plan = review.duplicates.plan_comparison(n_shards=2)
    compare(plan)
    for shard in range(2):  # what no comparison would say
        judged = pl.read_parquet(plan.path("judged", shard))
        judged.with_columns(
            verdict=pl.lit("distinct").cast(judged.schema["verdict"])
        ).write_parquet(plan.path("judged", shard))
    assert review.dedupe().n_citations == 17


def test_a_shard_that_was_lost_is_the_only_one_done_again(two_databases):
    review = two_databases("review")
    plan = review.duplicates.plan_comparison(n_shards=3)
    compare(plan)
    before = written(plan)
    plan.path("judged", 1).unlink()
    compare(review.duplicates.plan_comparison(n_shards=3))
    changed = {name for name, time in written(plan).items() if before[name] != time}
    assert changed == {plan.path("judged", 1).name}


def test_shards_that_are_not_all_there_are_not_taken(two_databases):
    review = two_databases("review")
    plan = review.duplicates.plan_comparison(n_shards=3)
    compare(plan)
    plan.path("judged", 2).unlink()
    assert review.dedupe().n_citations == 11


def test_an_update_is_not_cut_into_shards(two_databases, add, books):
    review = two_databases("review")
    prepare(review)
    add(review, "Scopus", later=books(1)[0].ris())
    review.ingest()
    assert review.duplicates.plan_comparison(n_shards=2) is None


def test_a_block_that_is_too_large_is_in_one_shard():
    table = pl.DataFrame(
        {
            "record_id": [f"r{n:03d}" for n in range(90)],
            "title": [f"Editorial number {n % 70}" for n in range(90)],
            "doi": ["10.1000/the-same"] * 90,
        }
    )
    fields = normalise(read_records_table(table))
    whole = candidate_pairs(fields)
    keys = pl.concat([blocking_keys(part) for part in fields.iter_slices(40)])
    titles = fields.select("title_key")  # all that is left to ask for
    shards = [candidate_pairs(titles, shard=(one, 4), keys=keys) for one in range(4)]
    assert unite_pairs(shards).equals(whole)
