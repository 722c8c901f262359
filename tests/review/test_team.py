"""Two or more reviewers: who reads what, what nobody may see, and nothing stranded."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.config import read_config
from pipeline.errors import ConfigError, InputError, NotReadyError, UnknownNameError
from pipeline.review import GivenDecision, Review, read_decisions_table
from pipeline.review.reading import reading_list
from pipeline.review.team.batches import draw_batch
from pipeline.review.team.duties import list_overlap

TEAM = """
[review]
title = "Text messages for sleep"
question = "Do text messages help people sleep?"

[criteria]
version = "1"

[[criteria.exclusion]]
id = "population"

[[criteria.exclusion]]
id = "design"

[screening]
{screening}
"""


def team(screening, readers=("anna", "bo"), others=("cy",)):
    people = [f'\n[[reviewers]]\nid = "{one}"\n' for one in readers]
    people += [f'\n[[reviewers]]\nid = "{one}"\nrole = "arbiter"\n' for one in others]
    return TEAM.format(screening=screening) + "".join(people)


INDEPENDENT = 'mode = "independent"\nbatch_size = 4'


@pytest.fixture
def make_team(make_review, add, books):
    """Make a review of eleven citations that a team is to screen."""

    def make(screening, n=11, **people):
        review = make_review(team(screening, **people))
        add(review, "Embase", embase="".join(one.ris() for one in books(n)))
        review.ingest()
        review.dedupe()
        review.rank()
        return review

    return make


def reading(review, reviewer):
    return reading_list(review.snapshot(), reviewer).citations["citation_id"].to_list()


def is_blind(review, reviewer):
    return reading_list(review.snapshot(), reviewer).is_blind


def outcome(review, citation_id, stage="title-abstract"):
    return review.snapshot().outcomes.row(
        by_predicate=(pl.col("citation_id") == citation_id) & (pl.col("stage") == stage),
        named=True,
    )["outcome"]


def owed(review):
    return {one["reviewer"]: one["n_to_read"] for one in review.team.duties().iter_rows(named=True)}


@pytest.mark.exhaustive
def test_two_reviewers_from_a_blind_batch_to_the_counts(make_team, include, exclude):
    review = make_team(INDEPENDENT)
    batch = reading(review, "anna")
    assert len(batch) == 4
    assert reading(review, "bo") == batch  # the same citations in the same order
    assert reading(review, "cy") == []  # who only resolves reads nothing
    assert is_blind(review, "anna") and is_blind(review, "bo")  # noqa: PT018 - one claim

    kept, dropped, disputed, unclear = batch
    before = reading_list(review.snapshot(), "bo")
    anna = [include(kept), exclude(dropped, "design"), include(disputed), exclude(unclear)]
    review.decide(anna, reviewer="anna")
    assert reading(review, "anna") == []  # nothing to run ahead to
    assert not review.rank().is_new  # the model learns nothing before both have finished
    after = reading_list(review.snapshot(), "bo")
    assert after.citations.equals(before.citations)
    assert after.is_blind
    assert owed(review) == {"anna": 0, "bo": 4, "cy": 0}
    assert review.counts().n("records_excluded") == 0

    bo = [include(kept), exclude(dropped, "population"), exclude(disputed, "population", note="a")]
    review.decide(bo, reviewer="bo")
    assert review.team.disputes().is_empty()  # the batch is still open
    assert review.team.n_hidden() == 1
    review.decide([GivenDecision(unclear, "maybe")], reviewer="bo")
    assert not is_blind(review, "bo")
    assert [outcome(review, one) for one in batch] == [
        "include",
        "exclude",
        "conflict",
        "awaiting",
    ]
    disputes = review.team.disputes()
    assert disputes.select("kind", "reviewer", "note").rows() == [
        ("conflict", "anna", None),
        ("conflict", "bo", "a"),
        ("undecided", "anna", None),
        ("undecided", "bo", None),
    ]

    review.team.resolve(disputed, "exclude", reviewer="cy", reasons=["design"], note="a protocol")
    review.team.resolve(unclear, "include", reviewer="anna", note="discussed")
    assert review.team.disputes().is_empty()
    assert [outcome(review, one) for one in (disputed, unclear)] == ["exclude", "include"]
    assert review.snapshot().decisions.height == 10  # nothing was overwritten

    assert any("freeze the next" in step for step in review.status().next_steps)
    assert review.rank().is_new  # now it learns, and the next batch is frozen
    second = reading(review, "bo")
    assert len(second) == 4
    assert not set(second) & set(batch)
    counts = review.counts()
    assert (counts.n("records_excluded"), counts.n("dbr_sought_reports")) == (2, 2)
    assert counts.n("awaiting", "screening") == 7
    assert all(one.holds for one in counts.identities)
    assert not review.verify()


def test_a_batch_is_repeatable_from_the_ledger(make_team):
    review = make_team(INDEPENDENT)
    queue = review.snapshot().queue_in_force
    assert (queue.batch_size, queue.purpose, queue.n_queued) == (4, "screening", 11)
    frozen = review.snapshot().frozen_queue.filter(pl.col("position") <= 4)
    assert frozen.sort("position")["citation_id"].to_list() == reading(review, "anna")


def test_new_records_wait_for_the_next_batch(make_team, add, books):
    review = make_team(INDEPENDENT, n=8)
    batch = reading(review, "anna")
    review.decide([GivenDecision(batch[0], "exclude")], reviewer="anna")
    add(review, "Embase", date="2026-11-22", later="".join(one.ris() for one in books(11)[8:]))
    review.ingest()
    review.dedupe()
    review.rank()
    assert reading(review, "bo") == batch
    assert reading(review, "anna") == batch[1:]


def test_who_leaves_strands_nothing(make_team, exclude):
    review = make_team(INDEPENDENT, readers=("anna", "bo", "dag"))
    before = {who: set(reading(review, who)) for who in ("anna", "bo", "dag")}
    assert sum(map(len, before.values())) == 8  # two of the three read each
    first = min(before["bo"])
    review.decide([exclude(first)], reviewer="bo")
    review.team.leave("bo", actor="cy", note="parental leave")
    assert reading(review, "bo") == []
    after = {who: set(reading(review, who)) for who in ("anna", "dag")}
    assert before["anna"] <= after["anna"]
    assert before["dag"] <= after["dag"]
    assert sum(map(len, after.values())) == 7  # bo's word counts
    with pytest.raises(InputError, match="has left already"):
        review.team.leave("bo", actor="cy")
    review.team.come_back("bo", actor="cy")
    assert set(reading(review, "bo")) == before["bo"] - {first}


def test_a_citation_without_a_second_reader_is_named(make_team, exclude):
    review = make_team(INDEPENDENT)
    batch = reading(review, "anna")
    review.decide([exclude(one) for one in batch], reviewer="anna")
    review.team.leave("bo", actor="cy")
    assert not review.team.is_batch_open()
    assert sorted(review.team.lacking_readers()) == sorted(batch)
    assert any("need another reviewer" in step for step in review.status().next_steps)
    assert set(review.team.disputes()["kind"]) == {"undecided"}  # a third person may settle it
    review.team.come_back("bo", actor="cy")
    assert reading(review, "bo") == batch


def test_citations_are_handed_over(make_team):
    review = make_team('mode = "shared"\noverlap = 0.0', readers=("anna", "bo", "dag"))
    bos, dags = reading(review, "bo"), reading(review, "dag")
    assert bos
    assert review.team.reassign("bo", to="dag", actor="cy") == len(bos)
    assert reading(review, "bo") == []
    assert sorted(reading(review, "dag")) == sorted(bos + dags)
    with pytest.raises(InputError, match="owes nothing"):
        review.team.reassign("bo", to="dag", actor="cy")
    with pytest.raises(UnknownNameError, match="available reviewer 'cy'"):
        review.team.assign(bos, to="cy", actor="cy")
    with pytest.raises(UnknownNameError, match="citation"):
        review.team.assign(["nobody:1"], to="bo", actor="cy")
    with pytest.raises(InputError, match="names no citation"):
        review.team.assign([], to="bo", actor="cy")


def test_a_shared_queue_is_read_once_and_its_overlap_twice(make_team, exclude):
    review = make_team('mode = "shared"\noverlap = 0.4', n=6)
    annas, bos = reading(review, "anna"), reading(review, "bo")
    overlap = set(annas) & set(bos)
    assert 0 < len(overlap) < 6
    assert len(set(annas) | set(bos)) == 6
    for who, share in (("anna", annas), ("bo", bos)):
        review.decide([exclude(one) for one in share], reviewer=who)
    twice = review.snapshot().decisions.filter(pl.col("citation_id").is_duplicated())
    assert set(twice["citation_id"]) == overlap
    assert owed(review) == {"anna": 0, "bo": 0, "cy": 0}
    assert review.team.agreement().figures["scope"].to_list() == ["random sample"]


def test_in_a_queue_that_is_not_split_whoever_comes_first_reads(make_team, exclude):
    review = make_team('mode = "shared"\noverlap = 0.4\nsplit = false', n=6)
    annas, bos = reading(review, "anna"), reading(review, "bo")
    overlap = set(annas) & set(bos) & set(list_overlap(review.snapshot()))
    assert set(annas) == set(bos)
    assert annas != bos  # each begins with their own part
    alone = [one for one in bos if one not in overlap]
    review.decide([exclude(one) for one in alone], reviewer="anna")  # bo's part, too
    assert set(reading(review, "bo")) == set(reading(review, "anna")) == overlap


def test_a_maybe_in_a_shared_queue_goes_to_the_next_reader(make_team):
    review = make_team('mode = "shared"\noverlap = 0.0')
    first = reading(review, "anna")[0]
    review.decide([GivenDecision(first, "maybe")], reviewer="anna")
    assert first in reading(review, "bo")
    assert first not in reading(review, "anna")
    review.decide([GivenDecision(first, "maybe")], reviewer="bo")
    assert review.team.disputes()["kind"].unique().to_list() == ["undecided"]
    review.team.resolve(first, "include", reviewer="cy")
    assert outcome(review, first) == "include"


def test_a_pilot_is_read_by_all_and_locks_the_criteria(make_team, include, exclude):
    review = make_team("", n=8)
    assert len(reading(review, "anna")) == 8
    review.team.draw(5, purpose="pilot", actor="cy", seed=3)
    pilot = reading(review, "anna")
    assert len(pilot) == 5
    assert reading(review, "bo") == pilot
    assert is_blind(review, "anna")
    with pytest.raises(NotReadyError, match="still being read"):
        review.team.draw(2, purpose="sample", actor="cy")
    review.decide([include(one) for one in pilot], reviewer="anna")
    assert not review.rank().is_new
    bo = [include(one) for one in pilot[:2]] + [exclude(one, "design") for one in pilot[2:]]
    review.decide(bo, reviewer="bo")
    report = review.team.agreement()
    row = report.figures.row(0, named=True)
    assert (row["scope"], row["n_both"], row["n_first_only"]) == ("pilot", 2, 3)
    assert report.disagreements.rows() == [("pilot", "design", 3)]
    assert review.team.lock_criteria(actor="cy", note="3 of 5 on design, text made plain") == "1"
    assert review.team.agreement().locked_version == "1"
    assert review.rank().is_new
    assert not is_blind(review, "anna")


def test_draws_vary_by_seed_and_repeat(make_team):
    snapshot = make_team("").snapshot()
    drawn = [draw_batch(snapshot, 5, purpose="pilot", seed=seed).frame for seed in (3, 3, 4)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_sample_is_drawn_from_all_and_read_by_those_who_have_not(make_team):
    review = make_team("")
    first = reading(review, "anna")[0]
    review.decide([GivenDecision(first, "exclude")], reviewer="anna")
    review.team.draw(11, purpose="sample", actor="cy")
    assert len(reading(review, "anna")) == 10
    assert len(reading(review, "bo")) == 11


def test_a_batch_that_nobody_has_begun_gives_way_to_a_pilot(make_team, exclude):
    review = make_team(INDEPENDENT)
    review.team.draw(3, purpose="pilot", actor="cy")
    pilot = reading(review, "anna")
    assert len(pilot) == 3
    for who in ("anna", "bo"):
        review.decide([exclude(one) for one in pilot], reviewer=who)
    review.rank()
    review.decide([exclude(reading(review, "anna")[0])], reviewer="anna")
    with pytest.raises(NotReadyError, match="still being read"):
        review.team.draw(3, purpose="pilot", actor="cy")


@pytest.mark.parametrize("n", [0, 12])
def test_a_draw_of_more_than_there_are_is_refused(make_team, n):
    review = make_team("")
    before = review.workspace.ledger.head()
    with pytest.raises(InputError, match=f"{n} cannot be drawn from 11"):
        review.team.draw(n, purpose="pilot", actor="cy")
    assert review.workspace.ledger.head() == before


def test_one_person_draws_no_pilot(make_team):
    review = make_team("", readers=("anna",))
    with pytest.raises(NotReadyError, match="takes two reviewers"):
        review.team.draw(2, purpose="pilot", actor="cy")


def test_agreement_is_that_before_unblinding(make_team, include, exclude):
    review = make_team(INDEPENDENT)
    batch = reading(review, "anna")
    review.decide([include(one) for one in batch], reviewer="anna")
    review.decide([exclude(one, "design") for one in batch[:3]], reviewer="bo")
    review.decide([exclude(batch[0], "design")], reviewer="anna")  # still blind: counts
    review.decide([include(batch[3])], reviewer="bo")  # the batch is over
    review.decide([exclude(batch[1], "design")], reviewer="anna")  # after a discussion
    row = review.team.agreement().figures.row(0, named=True)
    assert (row["scope"], row["first"], row["second"]) == ("prioritised", "anna", "bo")
    assert [row[f"n_{one}"] for one in ("both", "first_only", "second_only", "neither")] == [
        1,
        2,
        0,
        1,
    ]


def test_a_merge_keeps_what_was_read_read(make_team, exclude):
    review = make_team(INDEPENDENT)
    batch = reading(review, "anna")
    review.decide([exclude(batch[0])], reviewer="anna")
    review.judge_pair(batch[0], batch[1], "same", actor="anna")
    review.dedupe()
    gone = max(batch[:2])
    assert gone not in reading(review, "bo")
    assert len(reading(review, "bo")) == 3


def test_nothing_to_resolve_is_said(make_team):
    review = make_team(INDEPENDENT)
    one = reading(review, "anna")[0]
    with pytest.raises(InputError, match="has no conflict to resolve"):
        review.team.resolve(one, "include", reviewer="cy")
    with pytest.raises(UnknownNameError, match="resolution 'maybe'"):
        review.team.resolve(one, "maybe", reviewer="cy")
    with pytest.raises(UnknownNameError, match="did you mean 'full-text'"):
        review.team.resolve(one, "include", reviewer="cy", stage="fulltext")
    with pytest.raises(UnknownNameError, match="citation, record or report"):
        review.team.resolve("nobody:1", "include", reviewer="cy")


def test_a_handout_comes_back_and_an_empty_row_is_left_unread(make_team):
    review = make_team(INDEPENDENT)
    batch = reading(review, "anna")
    data, n = review.team.hand_out("anna")
    table = pl.read_csv(data, infer_schema=False)
    assert (n, table["citation_id"].to_list()) == (4, batch)
    filled = table.with_columns(
        decision=pl.Series(["include", "exclude", None, ""]),
        reasons=pl.Series(["", "design; population", "", ""]),
    )
    given = read_decisions_table(filled, where="anna.csv")
    assert review.decide(given, reviewer="anna").n_taken == 2
    assert reading(review, "anna") == batch[2:]
    noted = filled.with_columns(note=pl.Series([None, None, "?", None]))
    with pytest.raises(InputError, match=r"anna.csv, line 4: has a reason or a note"):
        read_decisions_table(noted, where="anna.csv")
    ris, n = review.team.hand_out("bo", file_format="ris")
    assert (n, ris.decode().count("\nER  -")) == (4, 4)
    assert b"include" not in ris  # nothing of what anna said
    with pytest.raises(UnknownNameError, match="hand-out format"):
        review.team.hand_out("bo", file_format="docx")


@pytest.mark.parametrize(
    ("screening", "readers", "message"),
    [
        ('mode = "shared"', ("anna",), "takes 2 reviewers, there are 1"),
        ('mode = "independent"', (), "takes 2 reviewers, there are 0"),
        ('mode = "independent"\nn_excludes = 1', ("anna", "bo"), "needs n_excludes = 2"),
        ('mode = "dual"', ("anna", "bo"), "mode"),
    ],
)
def test_a_team_that_cannot_be_is_refused(screening, readers, message):
    with pytest.raises(ConfigError, match=message):
        read_config(team(screening, readers=readers), where="review.toml")


def test_a_ledger_of_before_teams_still_reads(make_team, include):
    review = make_team("")
    review.decide([include(reading(review, "anna")[0])], reviewer="anna")
    bodies = pl.col("body").str.contains("record_ids")
    assert (
        review.workspace.ledger.frame(type(review.workspace.ledger.read()[-1].event))
        .select(bodies)
        .item()
    )
    with Review.open(review.path) as again:
        assert again.snapshot().decisions["record_ids"].list.len().to_list() == [1]
