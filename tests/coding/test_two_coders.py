"""Two coders work blind; agreement comes before reconciliation, confirmation after."""

import numpy as np
import polars as pl
import pytest

from pipeline.errors import InputError, NotReadyError, UnknownNameError
from pipeline.review.coding import GivenTag, Settlement, read_settlements_table

ONE, TWO, THREE = "embase:l1", "embase:l2", "embase:l3"
TRAINING = "Lack of training hindered uptake"


def tag(report, quote, code, polarity="barrier", **more):
    return GivenTag(report_id=report, quote=quote, code=code, polarity=polarity, **more)


@pytest.fixture
def both(blind):
    """Ada and Bo have coded report one: they agree on training and differ on the rest."""
    blind.take(
        [tag(ONE, TRAINING, "SR", level="meso"), tag(ONE, "Cost was a barrier", "SR")], coder="ada"
    )
    blind.take(
        [
            tag(ONE, "training hindered uptake.", "SR", level="micro"),
            tag(ONE, "Nurses trusted the app", "CBAE", "facilitator"),
        ],
        coder="bo",
    )
    return blind


def finish(desk, *coders, report=ONE):
    for coder in coders:
        desk.finish(report, coder=coder)


def test_each_sees_only_their_own_and_nothing_is_confirmed_before_both_are_done(both):
    assert both.tags(coder="ada")["coder"].unique().to_list() == ["ada"]
    finish(both, "ada")
    assert both.extracts().is_empty()
    assert both.disagreements().is_empty()
    with pytest.raises(NotReadyError, match="finished by two coders"):
        both.agreement(rng=np.random.default_rng(0))


def test_what_overlaps_and_says_the_same_is_confirmed_and_the_rest_is_open(both):
    finish(both, "ada", "bo")
    [row] = both.extracts().to_dicts()
    assert (row["quote"], row["coders"], row["level"]) == (TRAINING, ["ada", "bo"], None)
    opened = both.disagreements().select("coder", "code", "polarity").rows()
    assert sorted(opened) == [("ada", "SR", "barrier"), ("bo", "CBAE", "facilitator")]


def test_agreement_is_counted_by_sentence_and_stays_what_it_was(both):
    finish(both, "ada", "bo")
    measured = {row["code"]: row for row in both.agreement(rng=np.random.default_rng(0)).to_dicts()}
    assert (measured["SR"]["n_both"], measured["SR"]["n_first_only"]) == (1, 1)
    assert measured["SR"]["n_units"] == 5
    assert measured["CBAE"]["kappa"] == pytest.approx(0.0)
    events = both.disagreements()["event"].to_list()
    both.settle([Settlement(events=(one,), is_kept=True) for one in events], reviewer="ada")
    after = {row["code"]: row for row in both.agreement(rng=np.random.default_rng(0)).to_dicts()}
    assert after == measured


def test_reconciliation_keeps_drops_or_changes(both):
    finish(both, "ada", "bo")
    cost, trust = both.disagreements().sort("coder")["event"].to_list()
    table = pl.DataFrame(
        {
            "event": [str(cost), str(trust)],
            "decision": ["keep", "drop"],
            "code": ["SP", ""],
            "note": ["a payer's cost", ""],
        }
    )
    both.settle(read_settlements_table(table, where="s.csv"), reviewer="cy")
    assert both.disagreements().is_empty()
    codes = both.extracts().select("code", "coders").rows()
    assert sorted(codes) == [("SP", ["cy"]), ("SR", ["ada", "bo"])]
    with pytest.raises(InputError, match="no open disagreement"):
        both.settle([Settlement(events=(cost,), is_kept=True)], reviewer="cy")


def test_a_finished_text_cannot_be_changed_behind_the_other_s_back(both):
    [event] = both.take([tag(ONE, "Nurses trusted", "CBAE")], coder="ada").events
    finish(both, "ada", "bo")
    with pytest.raises(NotReadyError, match="reconciliation"):
        both.take([tag(ONE, "Cost", "SP")], coder="ada")
    with pytest.raises(NotReadyError, match="reconciliation"):
        both.undo(event, coder="ada")


def test_a_third_coder_is_refused(both):
    with pytest.raises(InputError, match="is coded by ada and bo"):
        both.take([tag(ONE, "Cost", "SP")], coder="cy")
    with pytest.raises(InputError, match="is coded by ada and bo"):
        finish(both, "cy")


def test_two_who_tag_nothing_have_nothing_to_compare(blind):
    finish(blind, "ada", "bo", report=THREE)
    with pytest.raises(NotReadyError, match="only one coder"):
        blind.agreement(rng=np.random.default_rng(0))
    assert set(blind.matrix().filter(pl.col("study_id") == THREE)["state"]) == {"abstract only"}


@pytest.mark.parametrize(
    ("settlement", "words"),
    [
        (Settlement(events=(), is_kept=True), "names no judgement"),
        (Settlement(events=(99999,), is_kept=True), "no open disagreement"),
    ],
)
def test_an_empty_or_unknown_settlement_is_refused(both, settlement, words):
    finish(both, "ada", "bo")
    with pytest.raises(InputError, match=words):
        both.settle([settlement], reviewer="ada")


def test_a_settlement_with_a_wrong_word_changes_nothing(both):
    finish(both, "ada", "bo")
    one, two = both.disagreements()["event"].to_list()
    good = Settlement(events=(one,), is_kept=True)
    for wrong in ({"code": "SPP"}, {"polarity": "mixed"}):
        bad = Settlement(events=(two,), is_kept=True, **wrong)
        with pytest.raises(UnknownNameError):
            both.settle([good, bad], reviewer="ada")
    assert both.disagreements().height == 2


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"event": ["1"]}, "column decision"),
        ({"event": ["1"], "decision": ["perhaps"]}, "line 2: decision 'perhaps'"),
        ({"event": ["x"], "decision": ["keep"]}, "event is 'x'"),
    ],
)
def test_a_table_of_settlements_says_where_it_is_wrong(columns, words):
    with pytest.raises(InputError, match=words):
        read_settlements_table(pl.DataFrame(columns), where="s.csv")
