"""Where each citation stands once decisions are folded by the declared rule."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError, UnknownNameError
from pipeline.screen import fold_outcomes, fold_words
from pipeline.screen.words import find_standing_words

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _said(reviewer, decision, citation_id="a", **more):
    return {"reviewer": reviewer, "decision": decision, "citation_id": citation_id} | more


def _outcome(frame, citation_id="a"):
    return frame.row(by_predicate=pl.col("citation_id") == citation_id, named=True)


@pytest.mark.parametrize(
    ("words", "n_excludes", "expected"),
    [
        ([], 1, "awaiting"),
        ([("ann", "include")], 1, "include"),
        ([("ann", "include")], 2, "include"),  # one include keeps
        ([("ann", "exclude")], 1, "exclude"),
        ([("ann", "exclude")], 2, "awaiting"),  # two must agree to drop
        ([("ann", "exclude"), ("ann", "exclude")], 2, "awaiting"),  # the same person twice
        ([("ann", "exclude"), ("bo", "exclude")], 2, "exclude"),
        ([("ann", "maybe")], 1, "awaiting"),
        ([("ann", "maybe"), ("bo", "include")], 2, "include"),
        ([("ann", "include"), ("bo", "exclude")], 2, "conflict"),
        ([("ann", "include"), ("bo", "exclude")], 1, "conflict"),
        ([("ann", "include"), ("ann", "exclude")], 1, "exclude"),  # the latest word counts
        ([("ann", "exclude"), ("ann", "maybe")], 1, "awaiting"),
    ],
)
def test_the_declared_rule(words, n_excludes, expected, citations, decisions):
    said = decisions(*(_said(*word) for word in words))
    folded = fold_outcomes(said, citations("a"), stage="title-abstract", n_excludes=n_excludes)
    assert _outcome(folded)["outcome"] == expected


_OTHER = {"include": "exclude", "exclude": "include"}


@pytest.mark.parametrize("settled", ["include", "exclude"])
def test_a_resolution_settles_a_conflict_until_somebody_disagrees_anew(
    settled, citations, decisions
):
    words = [
        _said("ann", "include"),
        _said("bo", "exclude"),
        _said("cy", settled, is_resolution=True),
    ]

    def fold():
        return _outcome(fold_outcomes(decisions(*words), citations("a"), stage="title-abstract"))

    assert (fold()["outcome"], fold()["event"]) == (settled, 3)
    words.append(_said("di", settled))  # whoever agrees later changes nothing
    assert (fold()["outcome"], fold()["event"]) == (settled, 3)
    words.append(_said("bo", _OTHER[settled]))
    assert (fold()["outcome"], fold()["event"]) == ("conflict", None)
    words.append(_said("cy", _OTHER[settled], is_resolution=True))
    assert (fold()["outcome"], fold()["event"]) == (_OTHER[settled], 6)


def test_who_comes_round_closes_the_conflict_that_they_opened(citations, decisions):
    words = [
        _said("cy", "exclude", is_resolution=True),
        _said("bo", "include"),
        _said("bo", "exclude"),
    ]
    folded = _outcome(fold_outcomes(decisions(*words), citations("a"), stage="title-abstract"))
    assert (folded["outcome"], folded["event"]) == ("exclude", 1)


def test_what_was_decided_later_stands_whenever_it_reached_the_ledger(citations, decisions):
    on_screen = _said("ann", "include", decided_at=NOON)
    imported = _said("ann", "exclude", decided_at=NOON - timedelta(days=30))
    folded = fold_outcomes(decisions(on_screen, imported), citations("a"), stage="title-abstract")
    assert (_outcome(folded)["outcome"], _outcome(folded)["event"]) == ("include", 1)
    at_once = [_said("ann", "include"), _said("ann", "exclude")]
    folded = fold_outcomes(decisions(*at_once), citations("a"), stage="title-abstract")
    assert _outcome(folded)["outcome"] == "exclude"  # the ledger breaks the tie


def _whole(*record_ids):
    return {"record_ids": list(record_ids), "membership_hash": "+".join(record_ids)}


@pytest.mark.parametrize("third", [[], [_said("ann", "include", "c", **_whole("c"))]])
def test_a_settled_contradiction_stays_settled_when_a_third_record_joins(
    third, citations, decisions
):
    apart = [
        _said("ann", "include", "a", **_whole("a")),
        _said("ann", "exclude", "b", **_whole("b")),
    ]
    for settling in (
        _said("ann", "include", "a", **_whole("a", "b")),
        _said("cy", "include", "a", is_resolution=True, **_whole("a", "b")),
    ):
        said = decisions(*apart, settling, *third)
        for cluster in ("ab", "abc"):
            folded = fold_outcomes(said, citations(cluster), stage="title-abstract")
            assert _outcome(folded)["outcome"] == "include", (settling, cluster)


def test_a_third_record_that_brings_a_disagreement_of_its_own_opens_a_conflict(
    citations, decisions
):
    said = decisions(
        _said("bo", "exclude", "c", **_whole("c")),
        _said("cy", "include", "a", is_resolution=True, **_whole("a", "b")),
    )
    apart = fold_outcomes(said, citations("ab", "c"), stage="title-abstract")
    assert sorted(apart["outcome"]) == ["exclude", "include"]
    merged = fold_outcomes(said, citations("abc"), stage="title-abstract")
    assert merged["outcome"].to_list() == ["conflict"]


def test_a_word_on_what_was_split_off_leaves_the_other_part_alone(citations, decisions):
    said = decisions(
        _said("ann", "exclude", "a", record_id="b", **_whole("a", "b")),
        _said("ann", "include", "a", **_whole("a")),  # after the split
    )
    split = fold_outcomes(said, citations("a", "b"), stage="title-abstract")
    assert [_outcome(split, one)["outcome"] for one in "ab"] == ["include", "exclude"]


def test_a_reopened_word_settles_nothing_and_revives_nothing(citations, decisions):
    said = decisions(_said("ann", "include"), _said("ann", "exclude"), _said("bo", "exclude", "b"))
    words = find_standing_words(
        said, citations("a", "b"), stage="title-abstract", reopened=pl.Series([2], dtype=pl.UInt64)
    )
    assert words.select("event", "is_reopened").rows() == [(2, True), (3, False)]
    folded = fold_words(words, citations("a", "b"), stage="title-abstract")
    assert [_outcome(folded, one)["outcome"] for one in "ab"] == ["awaiting", "exclude"]


def test_with_a_resolution_everything_that_it_answered_is_reopened(citations, decisions):
    said = decisions(
        _said("ann", "include"), _said("bo", "exclude"), _said("cy", "exclude", is_resolution=True)
    )
    words = find_standing_words(
        said, citations("a"), stage="title-abstract", reopened=pl.Series([3], dtype=pl.UInt64)
    )
    assert words["is_reopened"].all()
    assert _outcome(fold_words(words, citations("a"), stage="title-abstract"))["outcome"] == (
        "awaiting"
    )


def test_a_resolution_left_open_awaits(citations, decisions):
    said = decisions(_said("ann", "include"), _said("cy", "maybe", is_resolution=True))
    folded = _outcome(fold_outcomes(said, citations("a"), stage="title-abstract"))
    assert (folded["outcome"], folded["event"]) == ("awaiting", None)


def test_one_reviewer_at_odds_over_merged_citations_is_a_conflict(citations, decisions):
    said = decisions(_said("ann", "include", "a"), _said("ann", "exclude", "b"))
    apart = fold_outcomes(said, citations("a", "b"), stage="title-abstract")
    assert sorted(apart["outcome"]) == ["exclude", "include"]
    merged = fold_outcomes(said, citations("ab"), stage="title-abstract")
    assert merged["outcome"].to_list() == ["conflict"]


def test_a_decision_on_the_merged_citation_replaces_those_on_its_parts(citations, decisions):
    said = decisions(
        _said("ann", "include", "a"),
        _said("ann", "exclude", "b"),
        _said("ann", "include", "a", membership_hash="a+b"),
    )
    merged = _outcome(fold_outcomes(said, citations("ab"), stage="title-abstract"))
    assert (merged["outcome"], merged["event"]) == ("include", 3)


def test_resolutions_at_odds_over_merged_citations_need_a_new_one(citations, decisions):
    words = [
        _said("cy", "include", "a", is_resolution=True),
        _said("cy", "exclude", "b", is_resolution=True),
    ]
    merged = fold_outcomes(decisions(*words), citations("ab"), stage="title-abstract")
    assert merged["outcome"].to_list() == ["conflict"]
    words.append(_said("di", "exclude", "a", is_resolution=True, membership_hash="a+b"))
    settled = fold_outcomes(decisions(*words), citations("ab"), stage="title-abstract")
    assert settled["outcome"].to_list() == ["exclude"]


def test_after_a_split_a_decision_stays_with_the_record_shown(citations, decisions):
    said = decisions(_said("ann", "include", "a", record_id="b", membership_hash="a+b"))
    split = fold_outcomes(said, citations("a", "b"), stage="title-abstract")
    assert _outcome(split, "a")["outcome"] == "awaiting"
    assert _outcome(split, "b")["outcome"] == "include"


def test_stages_are_folded_apart(citations, decisions):
    said = decisions(_said("ann", "include"), _said("ann", "exclude", stage="full-text"))
    for stage, expected in (("title-abstract", "include"), ("full-text", "exclude")):
        assert _outcome(fold_outcomes(said, citations("a"), stage=stage))["outcome"] == expected


def test_the_counted_reason_is_the_first_of_the_exclusion_that_settled_it(citations, decisions):
    said = decisions(
        _said("ann", "exclude", reasons=["setting", "outcome"]),
        _said("bo", "exclude", reasons=["design"]),
    )
    folded = fold_outcomes(said, citations("a"), stage="title-abstract", n_excludes=2)
    assert (_outcome(folded)["reason"], _outcome(folded)["event"]) == ("design", 2)


def test_the_protocol_decides_which_reason_is_counted(citations, decisions):
    said = decisions(
        _said("ann", "exclude", reasons=["setting", "outcome"]),
        _said("bo", "exclude", reasons=["unlisted"]),
    )
    folded = fold_outcomes(
        said,
        citations("a"),
        stage="title-abstract",
        n_excludes=2,
        reason_order=["outcome", "setting"],
    )
    assert _outcome(folded)["reason"] == "outcome"


def test_the_reason_of_a_resolution_is_its_own(citations, decisions):
    said = decisions(
        _said("ann", "exclude", reasons=["design"]),
        _said("bo", "include"),
        _said("cy", "exclude", reasons=["setting"], is_resolution=True),
    )
    folded = fold_outcomes(
        said, citations("a"), stage="title-abstract", reason_order=["design", "setting"]
    )
    assert _outcome(folded)["reason"] == "setting"


def test_an_included_citation_has_no_reason(citations, decisions):
    said = decisions(_said("ann", "exclude", reasons=["design"]), _said("ann", "include"))
    assert _outcome(fold_outcomes(said, citations("a"), stage="title-abstract"))["reason"] is None


_WORDS = st.lists(
    st.fixed_dictionaries(
        {
            "citation_id": st.sampled_from("abcdz"),  # z is in no citation any more
            "reviewer": st.sampled_from(["ann", "bo", "cy"]),
            "decision": st.sampled_from(["include", "exclude", "maybe"]),
            "reasons": st.lists(st.sampled_from(["design", "setting"]), max_size=2),
            "is_resolution": st.booleans(),
            "membership_hash": st.sampled_from(["a", "a+b", "c+d"]),
            "record_ids": st.none() | st.lists(st.sampled_from("abcd"), min_size=1, unique=True),
            "decided_at": st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),
        }
    ),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(words=_WORDS, n_excludes=st.integers(1, 3), order=st.randoms(use_true_random=False))
def test_every_citation_has_one_outcome_whatever_the_order_of_rows(
    words, n_excludes, order, citations, decisions
):
    said, clusters = decisions(*words), citations("ab", "c", "d", "e")
    folded = fold_outcomes(said, clusters, stage="title-abstract", n_excludes=n_excludes)
    assert sorted(folded["citation_id"]) == sorted(clusters["citation_id"])
    rows = list(range(said.height))
    order.shuffle(rows)
    again = fold_outcomes(
        said[rows], clusters.reverse(), stage="title-abstract", n_excludes=n_excludes
    )
    assert folded.sort("citation_id").equals(again.sort("citation_id"))
    settled = folded["outcome"].is_in(["include", "exclude"])
    assert (folded["event"].is_not_null() == settled).all()
    assert folded.filter(pl.col("outcome") != "exclude")["reason"].is_null().all()


def test_an_unknown_stage_is_refused(citations, decisions):
    with pytest.raises(UnknownNameError, match="did you mean 'full-text'"):
        fold_outcomes(decisions(), citations("a"), stage="fulltext")


def test_no_reviewer_at_all_cannot_exclude(citations, decisions):
    with pytest.raises(InputError, match="at least 1"):
        fold_outcomes(decisions(), citations("a"), stage="full-text", n_excludes=0)


def test_a_hundred_thousand_decisions_are_folded_in_seconds(citations, decisions):
    n = 100_000
    ids = pl.Series([f"r{number:06d}" for number in range(n // 2)])
    clusters = citations("a")
    many = clusters.select(pl.all().repeat_by(n // 2).list.explode()).with_columns(
        citation_id=ids, record_id=ids, record_ids=ids.reshape((-1, 1)).arr.to_list()
    )
    one = decisions(_said("ann", "exclude", reasons=["design"]))
    said = one.select(pl.all().repeat_by(n).list.explode()).with_columns(
        event=pl.int_range(n, dtype=pl.UInt64),
        citation_id=pl.concat([ids, ids]),
        record_id=pl.concat([ids, ids]),
        reviewer=pl.concat(
            [pl.repeat("ann", n // 2, eager=True), pl.repeat("bo", n // 2, eager=True)]
        ),
    )
    started = time.process_time()
    folded = fold_outcomes(said, many, stage="title-abstract", n_excludes=2)
    assert (folded["outcome"] == "exclude").all()
    assert time.process_time() - started < 20
