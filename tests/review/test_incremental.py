"""An update touches what is new and nothing else, and says what it did."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.events import ClusteringAccepted
from pipeline.review import SearchDetails

FORMS = {"r": ("Embase", "ris"), "n": ("Medline", "nbib"), "i": ("Web of Science", "isi")}


@pytest.fixture
def read_in(add):
    """Add exports as one search, read them and deduplicate."""

    def add_and_dedupe(review, database, **exports):
        add(review, database, **exports)
        review.ingest()
        return review.dedupe()

    return add_and_dedupe


def clusterings(review) -> list[ClusteringAccepted]:
    return [one.event for one in review.workspace.ledger.read(ClusteringAccepted)]


def partition(review) -> set[frozenset[str]]:
    groups = review.snapshot().clusters.group_by("citation_id")
    return {frozenset(rows["record_id"]) for _, rows in groups}


def test_a_citation_keeps_its_id_when_a_smaller_record_joins_it(make_review, read_in, books):
    review = make_review()
    one, two = books(2)
    read_in(review, "Medline", medline=one.nbib() + two.nbib())
    ids = review.snapshot().citations["citation_id"].to_list()
    accepted = read_in(review, "Embase", embase=one.ris())
    assert (accepted.n_new, accepted.n_merged, accepted.n_split) == (1, 0, 0)
    assert review.snapshot().citations["citation_id"].to_list() == ids
    assert review.duplicates.moves().is_empty()


def test_the_same_file_again_adds_nothing(make_review, read_in, books):
    review = make_review()
    text = "".join(one.ris() for one in books(3))
    read_in(review, "Embase", embase=text)
    before = review.snapshot().clusters
    accepted = read_in(review, "Embase", again=text)
    assert not accepted.is_new
    assert not review.dedupe().is_new
    assert len(clusterings(review)) == 1
    assert review.snapshot().clusters.equals(before)
    assert review.duplicates.changes().is_empty()


def test_a_merge_and_a_split_of_known_citations_are_told(make_review, read_in, books):
    review = make_review()
    one, two, three = books(3)
    read_in(review, "Embase", embase=one.ris() + two.ris() + three.ris())
    first, second, third = review.snapshot().citations["citation_id"].to_list()
    review.judge_pair(first, second, "same", actor="anna")
    assert review.dedupe().n_merged == 1
    assert review.duplicates.moves().row(0) == (second, second, first, "merged")
    assert any("merged 1 citations" in notice for notice in review.status().notices)
    review.judge_pair(first, second, None, actor="anna")
    accepted = review.dedupe()
    assert (accepted.n_merged, accepted.n_split) == (0, 1)
    assert review.duplicates.moves()["change"].to_list() == ["split"]
    assert review.snapshot().citations["citation_id"].to_list() == [first, second, third]


def test_a_record_that_changed_is_flagged_and_compared_again(make_review, read_in, books):
    review = make_review()
    one, two = books(2)
    in_press = one.ris().replace("VL  - 1\nSP  - 11\n", "").replace(f"N2  - {one.title}\n", "")
    read_in(review, "Embase", first=in_press + two.ris())
    read_in(review, "Embase", later=one.ris().replace("M3  - Article", "M3  - Retracted article"))
    changes = review.duplicates.changes()
    kinds = set(changes["kind"].cast(str))
    assert {"abstract added", "published in a volume", "retracted"} <= kinds
    assert changes["export"].unique().len() == 1
    assert any("came again with other content" in one for one in review.status().notices)
    assert review.snapshot().citations.height == 2


def test_without_its_cache_a_review_comes_to_the_same(make_review, read_in, books):
    review = make_review()
    one, two, three = books(3)
    read_in(review, "Embase", embase=one.ris() + two.ris())
    read_in(review, "Medline", medline=two.nbib() + three.nbib())
    before, events = partition(review), len(clusterings(review))
    shutil.rmtree(review.workspace.folder.work)
    assert not review.dedupe().is_new
    assert (partition(review), len(clusterings(review))) == (before, events)


def test_a_withdrawn_search_leaves_the_rest_as_it_was(make_review, add, read_in, books):
    review = make_review()
    one, two = books(2)
    read_in(review, "Medline", medline=one.nbib() + two.nbib())
    before = partition(review)
    added = add(review, "Embase", embase=one.ris() + two.ris())
    review.ingest()
    review.dedupe()
    assert partition(review) != before
    review.withdraw(added.search_id, reason="wrong database", actor="anna")
    review.dedupe()
    assert partition(review) == before


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    chosen=st.lists(st.tuples(st.integers(0, 4), st.sampled_from("rni")), min_size=2, max_size=8),
    cut=st.integers(1, 7),
)
def test_updates_give_the_citations_of_one_batch(make_review, books, tmp_path, chosen, cut):
    five = books(5)
    run = len(list(tmp_path.iterdir()))  # a name for each example

    def search(review, wanted, name):
        for form, (database, method) in FORMS.items():
            texts = [getattr(five[n], method)() for n, one in wanted if one == form]
            if texts:
                path = tmp_path / f"{run}-{name}-{form}.txt"
                path.write_text("".join(texts), encoding="utf-8")
                review.add([path], SearchDetails(dt.date(2026, 11, 21), database=database))
        review.ingest()
        review.dedupe()

    whole = make_review(name=f"whole-{run}")
    search(whole, chosen, "whole")
    parts = make_review(name=f"parts-{run}")
    for number, wanted in enumerate((chosen[:cut], chosen[cut:])):
        search(parts, wanted, f"part-{number}")
    assert partition(parts) == partition(whole)
