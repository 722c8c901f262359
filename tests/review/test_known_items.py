"""The key publications of the protocol: which source found each, and which none did."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.report import find_known_items, tabulate_known_items
from pipeline.schemas import Citation, Record

CONFIG = """
[review]
title = "Text messages for sleep"
key_papers = [
    "https://doi.org/10.5555/SLEEP.3",
    "evening TEXT messages, for adults with insomnia!",
    "10.5555/nobody.has.this",
    "A title that no source has",
]
"""


@pytest.fixture
def review(make_review, add, books):
    review = make_review(CONFIG)
    one, two, three, four = books(4)
    add(review, "Embase", embase=one.ris() + two.ris() + three.ris())
    add(review, "Medline", medline=three.nbib() + four.nbib())
    review.ingest()
    review.dedupe()
    return review


def test_each_key_publication_names_its_sources_in_the_protocol_s_order(review):
    items = review.snapshot().known_items
    assert items.select("kind", "databases").rows() == [
        ("doi", ["Embase", "Medline"]),
        ("title", ["Embase"]),
        ("doi", []),
        ("title", []),
    ]
    assert items["title"].is_not_null().to_list() == [True, True, False, False]
    citation_ids = review.citations()["citation_id"].to_list()
    assert all(one in citation_ids for one in items["citation_ids"].explode().drop_nulls())


def test_status_says_what_was_missed_and_still_what_comes_next(review):
    status = review.status()
    assert status.known_items.height == 4
    assert status.next_steps[0].startswith("key publications that no search found: 2 of 4")
    assert len(status.next_steps) > 1


def test_the_report_shows_found_by_and_missed_by(review):
    snapshot = review.snapshot()
    table = tabulate_known_items(snapshot.known_items, snapshot.records)
    assert table.select("Found by", "Missed by").rows() == [
        ("Embase, Medline", ""),
        ("Embase", "Medline"),
        ("no source", "Embase, Medline"),
        ("no source", "Embase, Medline"),
    ]
    review.run()
    page = (review.path / "reports" / "report.md").read_text("utf-8")
    assert "found 2 of the 4 key publications" in page


def test_a_review_without_key_publications_says_nothing_of_them(make_review, add, books):
    review = make_review()
    add(review, "Embase", embase=books(1)[0].ris())
    review.run()
    assert review.status().known_items.is_empty()
    assert "Key publications" not in (review.path / "reports" / "report.md").read_text("utf-8")


def test_a_repeated_key_publication_counts_once_and_an_empty_title_finds_nothing():
    empty = find_known_items(
        ["On naps", "On naps", "!?"], Citation.create_empty(), Record.create_empty()
    )
    assert empty["key_paper"].to_list() == ["On naps", "!?"]


def test_a_translated_title_is_found_by_its_original(review):
    snapshot = review.snapshot()
    translated = Record.validate(
        snapshot.records.with_columns(original_title=pl.lit("Über das Nickerchen"))
    )
    items = find_known_items(["uber das nickerchen"], snapshot.citations, translated)
    assert items["citation_ids"].list.len().item() == snapshot.citations.height


def test_a_key_publication_that_was_found_leads_the_first_order(review):
    review.rank()
    known = review.snapshot().known_items["citation_ids"].explode().drop_nulls().to_list()
    queue = review.snapshot().queue
    assert queue["citation_id"][0] in known, (known, queue.rows())
