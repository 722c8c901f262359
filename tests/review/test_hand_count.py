"""The flow of a small review, worked by hand, from files to boxes.

Source A has 6 entries (one accession twice, through overlapping split files), B has 5 (two of them
also in A), C has 3, of which one cannot be read. A date rule removes one citation.
"""

from __future__ import annotations

import pytest
from running import prepare

from pipeline.errors import NotReadyError
from pipeline.review import GivenDecision

CONFIG = """
[review]
title = "Text messages for sleep"

[dates]
from = 2010-01-01
"""
UNREADABLE = "PT J\nAU Cut, Off\nTI Hammocks for"  # the download broke off here


@pytest.fixture
def small_review(make_review, add, books):
    def make(old_year):
        review = make_review(CONFIG)
        works = books(10)
        works[9].year = old_year
        first, second = works[:3], works[2:5]
        add(
            review,
            "Embase",
            embase_1="".join(one.ris() for one in first),
            embase_2="".join(one.ris() for one in second),
        )
        add(review, "Medline", medline="".join(one.nbib() for one in works[3:8]))
        isi = works[8].isi() + works[9].isi() + UNREADABLE
        add(review, "Web of Science", wos=f"FN Clarivate Analytics\nVR 1.0\n{isi}")
        prepare(review)
        return review

    return make


def boxes(review, *keys):
    counts = review.counts()
    return [counts.n(key) for key in keys]


BEFORE_SCREENING = (
    "database_results",
    "duplicates",
    "excluded_automatic",
    "excluded_other",
    "records_screened",
)


def test_the_small_review_is_counted_as_by_hand(small_review):
    review = small_review(2005)
    n_entries = review.snapshot().entries.height + review.snapshot().rejected.height
    assert n_entries == 14
    unresolved = review.snapshot().unresolved
    assert unresolved.height == 1
    with pytest.raises(NotReadyError, match="neither repaired nor waived"):
        review.publish("1", actor="anna")

    review.waive(unresolved["entry_id"].to_list(), reason="cut off", actor="anna")

    assert boxes(review, *BEFORE_SCREENING) == [13, 2, 1, 1, 9]
    counts = review.counts()
    by_source = {one.name: one.n for one in counts.box("database_results").members}
    assert by_source == {"Embase": 5, "Medline": 5, "Web of Science": 3}
    assert all(identity.holds for identity in counts.identities)


def test_a_missing_year_never_removes(small_review):
    review = small_review(None)
    review.waive(review.snapshot().unresolved["entry_id"].to_list(), reason="cut", actor="anna")
    assert boxes(review, *BEFORE_SCREENING) == [13, 2, 0, 1, 10]


@pytest.mark.exhaustive
def test_explain_lists_exactly_what_each_box_counts(small_review):
    review = small_review(2005)
    review.waive(review.snapshot().unresolved["entry_id"].to_list(), reason="cut", actor="anna")
    for box in review.counts().boxes:
        rows = review.explain_box(box.key)
        assert rows.height == box.n, box.key
        for member in box.members:
            assert review.explain_box(f"{box.key}:{member.name}").height == member.n
    (removed,) = review.explain_box("excluded_automatic").iter_rows(named=True)
    assert removed["title"].startswith("Counting sheep")
    assert removed["name"] == "published before 2010-01-01"


def test_the_flow_reaches_included_and_can_then_be_published(small_review):
    review = small_review(2005)
    review.waive(review.snapshot().unresolved["entry_id"].to_list(), reason="cut", actor="anna")
    ids = review.snapshot().to_screen["citation_id"].to_list()
    kept, dropped = ids[:4], ids[4:]
    given = [GivenDecision(one, "include") for one in kept]
    given += [GivenDecision(one, "exclude") for one in dropped]
    given += [GivenDecision(one, "retrieved", "retrieval") for one in kept[:3]]
    given += [GivenDecision(kept[3], "not_retrieved", "retrieval")]
    given += [GivenDecision(kept[0], "include", "full-text")]
    given += [GivenDecision(kept[1], "include", "full-text")]
    review.decide(given, reviewer="anna")
    assert review.counts().is_interim  # one full text is still to be assessed
    with pytest.raises(NotReadyError, match="still awaiting"):
        review.publish("1", actor="anna")

    review.decide([GivenDecision(kept[2], "exclude", "full-text", ("late",))], reviewer="anna")
    review.link_study("study-1", kept[:2], actor="anna")

    counts = review.publish("1", actor="anna")
    assert boxes(
        review,
        "records_screened",
        "records_excluded",
        "dbr_sought_reports",
        "dbr_notretrieved_reports",
        "dbr_assessed",
        "dbr_excluded",
        "new_studies",
        "new_reports",
    ) == [9, 5, 4, 1, 3, 1, 1, 2]
    assert not counts.is_interim
    assert all(identity.holds for identity in counts.identities)
