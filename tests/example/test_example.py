"""The example is exact in its counts, repeatable, varied, and knows every answer."""

from __future__ import annotations

import re
import tracemalloc

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import read_config
from pipeline.errors import InputError
from pipeline.example import Example, make_example
from pipeline.example.quota import MINIMUM_ENTRIES

MODEL_ENTRIES = 12_525
MODEL_STUDIES = 81


@pytest.fixture(scope="module")
def model() -> Example:
    return make_example()


def included_studies(example: Example) -> int:
    return example.truth.publications.filter("is_included")["study_id"].n_unique()


def copies(example: Example) -> int:
    """Entries beyond the first of each publication."""
    entries = example.truth.entries
    return entries.height - entries["publication_id"].n_unique()


def test_the_model_case_has_its_size_and_its_yield(model):
    truth = model.truth
    publications = truth.publications
    assert sum(export.hits for export in model.exports) == MODEL_ENTRIES
    assert truth.entries.height == MODEL_ENTRIES
    assert included_studies(model) == MODEL_STUDIES
    eligible = publications["is_eligible_abstract"].sum()
    assert 0.025 <= eligible / publications.height <= 0.035
    assert 0.25 <= copies(model) / MODEL_ENTRIES <= 0.35


def test_the_model_case_holds_what_makes_reviews_hard(model):
    publications = model.truth.publications
    titles = pl.Series(publications["title"])
    assert publications["exclusion_reason"].n_unique() == 7  # six reasons, and none
    assert 3 <= (~publications["is_retrievable"]).sum() <= 15
    assert titles.str.starts_with("Correction to: ").sum() > 10
    assert titles.str.contains("Part I:").sum() == titles.str.contains("Part II:").sum() > 10
    reports = publications.filter("is_included").group_by("study_id").len()
    assert reports["len"].max() == 2  # some studies have a second report
    assert publications.filter("is_included", ~pl.col("is_eligible_abstract")).is_empty()


def test_few_publications_share_a_title(model):
    titles = model.truth.publications["title"]
    assert titles.n_unique() / len(titles) > 0.97


def test_damage_is_rare_and_the_overlap_is_whole(model):
    entries = model.truth.entries
    assert entries["is_damaged"].sum() == 8
    wos = entries.filter(pl.col("file_name").str.starts_with("wos-"))
    twice = wos.group_by("accession").len().filter(pl.col("len") > 1)
    assert twice["len"].to_list() == [2, 2, 2]
    assert set(wos["file_name"].unique()) == {f"wos-{n}.txt" for n in range(1, 5)}
    assert wos.group_by("file_name").len()["len"].max() == 500
    damaged = entries.filter("is_damaged")["publication_id"].to_list()
    assert entries.filter(pl.col("publication_id").is_in(damaged)).height == len(damaged)


def test_no_other_accession_occurs_twice(model):
    entries = model.truth.entries.filter(~pl.col("file_name").str.starts_with("wos-"))
    accessions = entries["accession"].drop_nulls()
    assert accessions.n_unique() == len(accessions)


def test_each_database_holds_a_fair_part(model):
    hits = {}
    for export in model.exports:
        hits[export.database] = hits.get(export.database, 0) + export.hits
    shares = {database: n / MODEL_ENTRIES for database, n in hits.items()}
    assert len(shares) == 6
    assert min(shares.values()) > 0.02
    assert max(shares.values()) < 0.4


def test_the_protocol_is_a_valid_configuration_and_knows_every_reason(model):
    config = read_config(model.review_toml, where="review.toml")
    known = {reason.id for reason in config.criteria.exclusion}
    used = set(model.truth.publications["exclusion_reason"].drop_nulls())
    assert used <= known
    assert config.reviewers


@pytest.mark.parametrize("n_entries", [12, 13, 25, 99, 100, 299, 300, 1500])
def test_small_examples_are_exact_too(n_entries):
    example = make_example(n_entries=n_entries, seed=3)
    assert example.truth.entries.height == n_entries
    assert included_studies(example) >= 3
    assert example.truth.entries["is_damaged"].any() == (n_entries >= 300)
    assert {export.database for export in example.exports} == {
        "Medline",
        "Embase",
        "Scopus",
        "PsycInfo",
        "Web of Science",
        "Google Scholar",
    }


@given(
    n_entries=st.integers(MINIMUM_ENTRIES, 350),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_any_size_and_seed_is_exact(n_entries, seed):
    example = make_example(n_entries=n_entries, seed=seed)
    entries = example.truth.entries
    assert entries.height == n_entries == sum(export.hits for export in example.exports)
    assert 3 <= included_studies(example) <= n_entries / 4
    readable = set(entries.filter(~pl.col("is_damaged"))["publication_id"])
    eligible = example.truth.publications.filter("is_eligible_abstract")["publication_id"]
    assert readable.issuperset(eligible)  # whatever should be found can be found


def test_the_same_seed_gives_the_same_bytes():
    one, other = make_example(n_entries=400, seed=7), make_example(n_entries=400, seed=7)
    assert [export.data for export in one.exports] == [export.data for export in other.exports]
    assert one.truth.publications.equals(other.truth.publications)


def test_another_seed_gives_another_review():
    one, other = make_example(n_entries=400, seed=7), make_example(n_entries=400, seed=8)
    shared = set(one.truth.publications["title"]) & set(other.truth.publications["title"])
    assert len(shared) < 20
    assert one.exports[0].data != other.exports[0].data


def test_too_small_an_example_is_refused_in_one_sentence():
    with pytest.raises(InputError, match="too small for six databases; ask for 12 or more"):
        make_example(n_entries=11)


def test_everything_is_invented(model):
    for export in model.exports:
        text = export.data.decode("utf-8-sig")
        dois = set(re.findall(r"\b10\.\d{4,5}(?=/)", text))
        assert dois <= {"10.5555"}, export.file_name


def test_ids_tell_nothing_about_relevance(model):
    publications = model.truth.publications.sort("publication_id")
    first_half = publications.head(publications.height // 2)["is_eligible_abstract"].sum()
    assert 0.35 < first_half / publications["is_eligible_abstract"].sum() < 0.65


def test_memory_stays_near_the_size_of_the_files():
    make_example(n_entries=50)  # grammar and schemas are loaded once
    tracemalloc.start()
    example = make_example(n_entries=1500)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * sum(len(export.data) for export in example.exports)
