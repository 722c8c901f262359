"""Contract of every export dialect: the project's own readers get back what is known to be true."""
# ruff: noqa: S311 - seeds, not secrets

from __future__ import annotations

import re
from random import Random

import polars as pl
import pytest

from pipeline.example import make_example
from pipeline.example.composing import compose
from pipeline.example.dialects import DIALECTS
from pipeline.example.dialects.base import plain_ascii, wrap
from pipeline.example.plan import Plan
from pipeline.ingest import parse_export

EXAMPLE = make_example(n_entries=4500, seed=11)  # three damaged entries in the first dialects
EXPORTS = {export.file_name: export for export in EXAMPLE.exports}


@pytest.fixture(scope="module")
def parsed():
    return {name: parse_export(export.data, name=name) for name, export in EXPORTS.items()}


def truth_of(file_name):
    return EXAMPLE.truth.entries.filter(pl.col("file_name") == file_name)


@pytest.mark.parametrize("file_name", EXPORTS)
def test_every_entry_is_read_or_rejected_as_known(file_name, parsed):
    truth, export = truth_of(file_name), parsed[file_name]
    sound = truth.filter(~pl.col("is_damaged"))
    damaged = truth.filter("is_damaged")
    assert export.entries["position"].to_list() == sound["position"].to_list()
    assert export.rejected["position"].to_list() == damaged["position"].to_list()
    assert export.n_expected == EXPORTS[file_name].hits


@pytest.mark.parametrize("file_name", EXPORTS)
def test_database_platform_and_accession_are_recognised(file_name, parsed):
    export, known = parsed[file_name], EXPORTS[file_name]
    assert (export.database, export.platform) == (known.database, known.platform)
    both = truth_of(file_name).join(
        export.entries.select("position", read="accession"), on="position"
    )
    assert both.filter(pl.col("accession").ne_missing(pl.col("read"))).is_empty()


@pytest.mark.parametrize("file_name", EXPORTS)
def test_entries_are_described_as_the_platform_does(file_name, parsed):
    entries = parsed[file_name].entries
    from_scholar = file_name.startswith("scholar")
    assert entries["title"].null_count() == 0
    assert entries["journal"].null_count() == 0
    assert entries["authors"].list.len().min() >= 1
    assert entries["pages"].null_count() < 0.5 * entries.height
    assert entries["year"].null_count() <= (0.2 if from_scholar else 0) * entries.height
    has_abstract = entries["abstract"].is_not_null().mean()
    assert has_abstract == 0 if from_scholar else has_abstract > 0.8
    has_doi = entries["doi"].is_not_null().mean()
    assert has_doi == 0 if from_scholar else 0.6 < has_doi < 1


def test_titles_come_back_as_known_but_for_indexing(parsed):
    publications = EXAMPLE.truth.publications.select("publication_id", known="title")
    for file_name, export in parsed.items():
        both = (
            truth_of(file_name)
            .join(publications, on="publication_id")
            .join(export.entries.select("position", "title"), on="position")
        )
        pairs = zip(both["known"], both["title"], strict=True)
        same = [spelling(known) == spelling(title) for known, title in pairs]
        assert sum(same) > 0.6 * len(same), file_name  # Scholar cuts and prefers the original


def spelling(title):
    return "".join(letter for letter in plain_ascii(title).lower() if letter.isalnum())


def test_no_slot_or_blank_is_left_in_the_prose(parsed):
    for export in parsed.values():
        for text in [*export.entries["title"], *export.entries["abstract"].drop_nulls()]:
            assert "{" not in text
            assert "  " not in text
            assert " a a " not in text
            assert not re.search(r" [.,;](?!\d)", text)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_survives_damage_in_the_midst_of_others(name):
    dialect = DIALECTS[name]
    plans = [Plan(n, "views", n) for n in range(5)]
    publications = [compose(plan, 5) for plan in plans]
    texts = [
        dialect.write_entry(publication, dialect.accession(n, publication), Random(n))
        for n, publication in enumerate(publications, 1)
    ]
    broken = 4 if dialect.breaks_only_at_the_end else 2
    texts[broken] = dialect.damage_entry(texts[broken])
    export = parse_export(dialect.join_entries(texts), name=name)
    assert export.rejected["position"].to_list() == [broken + 1]
    assert export.entries.height == 4


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_writes_the_same_entry_again(name):
    dialect = DIALECTS[name]
    publication = compose(Plan(3, "survey", 3), 5)
    once, again = (dialect.write_entry(publication, "1", Random(9)) for _ in range(2))
    assert once == again


def test_ovid_writes_ascii_only():
    assert EXPORTS["psycinfo-ovid.ris"].data.isascii()
    assert not EXPORTS["embase.ris"].data.isascii()


def test_scopus_says_so_where_an_abstract_is_missing():
    assert b"[No abstract available]" in EXPORTS["scopus-1.csv"].data


def test_scholar_cuts_some_titles():
    assert " …" in EXPORTS["scholar-1.bib"].data.decode()


def test_a_word_longer_than_the_line_stays_whole():
    assert wrap("short incomprehensibilities end", width=10, indent=" ") == (
        "short\n incomprehensibilities\n end"
    )
