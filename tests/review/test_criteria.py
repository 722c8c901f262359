"""A changed criterion opens what it concerns again, where everybody sees it, and loses nothing."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline.config import read_config
from pipeline.errors import ConfigError, InputError
from pipeline.review import GivenDecision, Review

CRITERIA = """
[review]
title = "Text messages for sleep"

[criteria]
version = "{version}"
{more}

[[criteria.exclusion]]
id = "population"
text = "{population}"

[[criteria.exclusion]]
id = "design"
"""


def criteria(version, population="Not adults", more="", added=()):
    text = CRITERIA.format(version=version, population=population, more=more)
    return text + "".join(f'\n[[criteria.exclusion]]\nid = "{one}"\n' for one in added)


@pytest.fixture
def change():
    """Write a review's settings anew and open it again, as an editor and a restart would."""
    reopened = []

    def rewrite(review, text):
        (review.path / "review.toml").write_text(text, "utf-8")
        review.workspace.ledger.close()
        review = Review.open(review.path, clock=review.clock)
        reopened.append(review)
        return review

    yield rewrite
    for review in reopened:
        review.close()


@pytest.fixture
def decided(make_review, add, books, exclude, include):
    """Five citations: excluded for a reason each, for none, included, and unread."""
    review = make_review(criteria("1"))
    add(review, "Embase", embase="".join(one.ris() for one in books(5)))
    review.ingest()
    review.dedupe()
    review.rank()
    ids = review.snapshot().citations["citation_id"].to_list()
    given = [exclude(ids[0], "population"), exclude(ids[1], "design"), exclude(ids[2])]
    review.decide([*given, include(ids[3])], reviewer="anna")
    return review, ids


def outcomes(review, stage="title-abstract"):
    found = review.snapshot().outcomes.filter(pl.col("stage") == stage).sort("citation_id")
    return found["outcome"].to_list()


def test_a_changed_criterion_opens_what_names_it_and_what_names_nothing(decided, change):
    review, ids = decided
    assert outcomes(review) == ["exclude", "exclude", "exclude", "include", "awaiting"]
    review = change(review, criteria("2", population="Not grown-ups"))
    review.rank()
    assert outcomes(review) == ["awaiting", "exclude", "awaiting", "include", "awaiting"]
    counts = review.counts()
    assert (counts.n("records_excluded"), counts.n("awaiting", "screening")) == (1, 3)
    assert counts.n("dbr_sought_reports") == 1
    assert review.snapshot().decisions.height == 4  # nothing was overwritten
    queue = review.snapshot().queue["citation_id"].to_list()
    assert queue[:2] == [ids[0], ids[2]]  # read before: first in the order
    assert queue[2:] == [ids[4]]


def test_an_opened_decision_stands_once_it_is_said_again(decided, change, exclude):
    review, ids = decided
    review = change(review, criteria("2", population="Not grown-ups"))
    review.rank()
    assert review.decide([exclude(ids[0], "population")], reviewer="anna").n_taken == 1
    assert outcomes(review)[0] == "exclude"
    assert review.decide([exclude(ids[0], "population")], reviewer="anna").n_known == 1
    versions = review.snapshot().decisions["criteria_version"].to_list()
    assert versions == ["1"] * 4 + ["2"]


@pytest.mark.parametrize(
    "changed", [criteria("2", more='change = "narrowed"'), criteria("2", added=["language"])]
)
def test_narrowed_criteria_open_includes_where_they_were_last_decided(decided, change, changed):
    review, ids = decided
    read = [
        GivenDecision(ids[3], "retrieved", "retrieval"),
        GivenDecision(ids[3], "include", "full-text"),
        GivenDecision(ids[4], "include"),
    ]
    review.decide(read, reviewer="anna")
    review = change(review, changed)
    review.rank()
    assert outcomes(review) == ["exclude", "exclude", "awaiting", "include", "awaiting"]
    assert outcomes(review, "full-text")[3] == "awaiting"
    counts = review.counts()
    assert counts.n("new_studies") == 0
    assert counts.n("awaiting", "classification") == 1
    assert all(identity.holds for identity in counts.identities)


def test_better_wording_opens_nothing(decided, change):
    review, _ = decided
    before = outcomes(review)
    review = change(review, criteria("2", population="Not an adult", more='change = "wording"'))
    review.rank()
    assert outcomes(review) == before


def test_a_changed_inclusion_criterion_names_the_reasons_that_it_concerns(decided, change):
    review, _ = decided
    more = 'inclusion = ["Any design"]\nreopens = ["design"]'
    review = change(review, criteria("2", more=more))
    review.rank()
    assert outcomes(review) == ["exclude", "awaiting", "awaiting", "include", "awaiting"]


def test_other_criteria_under_the_same_version_are_refused(decided, change, exclude):
    review, ids = decided
    review = change(review, criteria("1", population="Not grown-ups"))
    before = review.workspace.ledger.head()
    for act in (review.rank, lambda: review.decide([exclude(ids[4])], reviewer="anna")):
        with pytest.raises(ConfigError, match="give the changed criteria a version of their own"):
            act()
    assert review.workspace.ledger.head() == before
    assert "version of their own" in " ".join(review.status().next_steps)


def test_a_draft_may_change_until_somebody_has_decided(make_review, change, add, books, exclude):
    review = change(make_review(criteria("1")), criteria("1", "Not grown-ups", added=["language"]))
    add(review, "Embase", embase=books(1)[0].ris())
    review.ingest()
    review.dedupe()
    review.rank()
    [only] = review.snapshot().citations["citation_id"]
    early = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    review.decide([exclude(only, decided_at=early)], reviewer="anna")
    assert outcomes(review) == ["exclude"]


def test_a_decision_made_before_a_change_is_opened_whenever_it_comes_in(decided, change, exclude):
    review, ids = decided
    review = change(review, criteria("2", population="Not grown-ups"))
    review.rank()
    early = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    review.decide([exclude(ids[4], "population", decided_at=early)], reviewer="anna")
    assert outcomes(review)[4] == "awaiting"
    assert review.snapshot().decisions["criteria_version"].to_list()[-1] == "1"


def test_published_versions_reprint_after_a_change(decided, change, exclude):
    review, ids = decided
    lost = GivenDecision(ids[3], "not-retrieved", "retrieval")
    review.decide([exclude(ids[4], "design"), lost], reviewer="anna")
    review.publish("1", actor="anna")
    frozen = review.published_counts("1")
    review = change(review, criteria("2", population="Not grown-ups"))
    review.rank()
    assert review.counts().is_interim
    assert review.published_counts("1") == frozen


def test_locked_criteria_change_only_with_a_reason(decided, change):
    review, _ = decided
    assert review.team.lock_criteria(actor="anna") == "1"
    with pytest.raises(InputError, match="is locked already"):
        review.team.lock_criteria(actor="anna")
    review = change(review, criteria("2"))
    with pytest.raises(ConfigError, match="say why they are amended"):
        review.rank()
    review = change(review, criteria("2", more='amendment = "too narrow for adolescents"'))
    review.rank()
    assert review.snapshot().revisions[-1].amendment == "too narrow for adolescents"


def test_a_word_that_was_taken_back_is_not_revived_by_the_same_dated_file(decided, exclude):
    review, ids = decided
    dated = exclude(ids[4], "design", decided_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert review.decide([dated], reviewer="anna").n_taken == 1
    review.undo(review.snapshot().decisions["event"].max(), reviewer="anna")
    again = review.decide([dated], reviewer="anna")
    assert (again.n_taken, again.n_known) == (0, 1)
    assert outcomes(review)[4] == "awaiting"


def test_a_clock_that_ran_ahead_does_not_outrank_what_is_decided_next(decided, exclude, include):
    review, ids = decided
    ahead = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
    review.decide([exclude(ids[4], decided_at=ahead)], reviewer="anna")
    review.decide([include(ids[4])], reviewer="anna")
    assert outcomes(review)[4] == "include"


def test_the_canonical_text_says_only_what_is_eligible():
    plain, declared = (
        read_config(criteria("1", more=more), where="review.toml").criteria.text
        for more in ("", 'change = "narrowed"\namendment = "why"\nreopens = ["design"]')
    )
    assert plain == declared


def test_a_clock_that_lags_behind_another_opens_nothing(decided, change, exclude):
    review, ids = decided
    review = change(review, criteria("2", population="Not grown-ups"))
    review.rank()
    now = review.clock()
    lagging = Review(review.workspace, clock=lambda: now - dt.timedelta(minutes=5))
    lagging.decide([exclude(ids[4], "population")], reviewer="anna")
    assert outcomes(review)[4] == "exclude"
