"""A published version stays as it was, and the next one builds on it."""

from __future__ import annotations

import pytest
from running import prepare

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.events import VersionPublished
from pipeline.review import GivenDecision


def finish(review, reviewer, *included):
    """Decide everything that is open: include these titles, exclude the rest."""
    shown = review.snapshot().to_screen.select("citation_id", "title").rows()
    done = set(review.snapshot().labels["citation_id"])
    for citation_id, title in shown:
        if citation_id in done:
            continue
        if not any(title.startswith(one) for one in included):
            review.decide([GivenDecision(citation_id, "exclude")], reviewer=reviewer)
            continue
        given = [
            GivenDecision(citation_id, "include"),
            GivenDecision(citation_id, "retrieved", "retrieval"),
            GivenDecision(citation_id, "include", "full-text"),
        ]
        review.decide(given, reviewer=reviewer)


@pytest.fixture
def published(make_review, add, books):
    review = make_review()
    add(review, "Embase", embase="".join(one.ris() for one in books(4)))
    prepare(review)
    finish(review, "anna", "Evening", "Caffeine")
    review.publish("1", actor="anna")
    return review


def frozen(review):
    return [one.event.counts for one in review.workspace.ledger.read(VersionPublished)]


def test_an_update_counts_what_is_new_beside_what_was_published(published, add, books):
    before = frozen(published)
    everything = "".join(one.ris() for one in books(6))  # the old ones again, and two new
    add(published, "Embase", date="2026-11-22", later=everything)
    prepare(published)
    assert set(published.snapshot().queue["citation_id"]) <= set(
        published.snapshot().outcomes.filter(outcome="awaiting")["citation_id"]
    )
    assert published.snapshot().queue.height == 2  # nobody is asked twice

    finish(published, "anna", "Snoring")
    counts = published.counts()
    assert counts.template == "updated_v1"
    assert all(identity.holds for identity in counts.identities)
    keys = (
        "previous_studies",
        "previous_reports",
        "database_results",
        "duplicates",
        "records_screened",
        "new_studies",
        "total_studies",
        "total_reports",
    )
    assert [counts.n(key) for key in keys] == [2, 2, 6, 4, 2, 1, 3, 3]
    assert counts.n("duplicates", "already seen") == 4
    for box in counts.boxes:
        assert published.explain_box(box.key).height == box.n, box.key

    published.publish("2", actor="anna")
    assert frozen(published)[:1] == before
    assert published.verify() == []


def test_a_person_s_decision_outlasts_a_rule_that_comes_later(published):
    config = published.workspace.folder.config
    config.write_text(config.read_text("utf-8") + "\n[dates]\nfrom = 2024-01-01\n", "utf-8")
    from pipeline.review import Review

    with Review.open(published.path) as again:
        assert again.config.dates.from_ is not None
        assert again.counts().n("excluded_automatic") == 0
        assert again.counts().n("new_studies") == 2


def test_a_version_is_frozen_once_and_reprints_as_it_was(published, add, books):
    with pytest.raises(InputError, match="published already"):
        published.publish("1", actor="anna")
    first = published.published_counts("1")
    add(published, "Embase", date="2026-11-22", more=books(5)[4].ris())
    with pytest.raises(NotReadyError, match="thresher run"):
        published.publish("2", actor="anna")
    prepare(published)
    finish(published, "anna")
    second = published.publish("2", actor="anna")
    assert published.counts() == second  # the update's flow, also after it was published
    assert published.published_counts("1") == first
    with pytest.raises(UnknownNameError, match="published version"):
        published.published_counts("3")
