"""Judgements go into the ledger, are undone, and are all that a confirmed tag comes from."""

import polars as pl
import pytest

from pipeline.errors import InputError, StoreError, UnknownNameError
from pipeline.review.coding import GivenTag, read_tags_table

ONE, TWO, THREE = "embase:l1", "embase:l2", "embase:l3"


def suggestion(desk, report, phrase, coder="ada"):
    found = desk.suggestions(coder=coder).filter(
        (pl.col("report_id") == report) & (pl.col("phrase") == phrase)
    )
    return found.row(0, named=True)


def added(report=ONE, quote="Nurses trusted the app", code="CBAE", **more):
    return GivenTag(report_id=report, quote=quote, code=code, polarity="facilitator", **more)


def test_nothing_is_confirmed_until_a_person_says_so(desk):
    assert desk.suggestions(coder="ada").height > 3
    assert desk.extracts().is_empty()
    assert desk.matrix()["state"].unique().to_list() == ["not coded yet"]


def test_an_accepted_suggestion_is_an_extract_without_the_level_filled_in(desk):
    one = suggestion(desk, ONE, "training")
    desk.take([GivenTag(suggestion_id=one["suggestion_id"], verdict="accepted")], coder="ada")
    [row] = desk.extracts().to_dicts()
    assert row["quote"] == one["sentence"] == "Lack of training hindered uptake."
    assert (row["code"], row["polarity"], row["level"]) == ("SR", "barrier", None)
    assert (row["coders"], row["study_id"]) == (["ada"], ONE)
    assert one["suggestion_id"] not in desk.suggestions(coder="ada")["suggestion_id"].to_list()
    assert one["suggestion_id"] in desk.suggestions(coder="bo")["suggestion_id"].to_list()


def test_a_rejected_suggestion_is_kept_in_the_ledger_and_confirms_nothing(desk):
    one = suggestion(desk, ONE, "training")
    desk.take([GivenTag(suggestion_id=one["suggestion_id"], verdict="rejected")], coder="ada")
    assert desk.extracts().is_empty()
    assert desk.tags(coder="ada")["verdict"].to_list() == ["rejected"]


def test_saying_something_else_makes_it_changed(desk):
    one = suggestion(desk, ONE, "training")["suggestion_id"]
    given = GivenTag(suggestion_id=one, verdict="accepted", polarity="unspecified", level="meso")
    desk.take([given], coder="ada")
    [row] = desk.tags(coder="ada").to_dicts()
    assert (row["verdict"], row["polarity"], row["level"]) == ("changed", "unspecified", "meso")


def test_a_later_word_replaces_the_first_and_both_stay(desk):
    one = suggestion(desk, ONE, "training")["suggestion_id"]
    for verdict in ("accepted", "rejected"):
        desk.take([GivenTag(suggestion_id=one, verdict=verdict)], coder="ada")
    assert desk.tags(coder="ada")["verdict"].to_list() == ["rejected"]
    assert desk.snapshot().judged.height == 2


def test_a_judgement_is_undone_by_its_coder_only(desk):
    [event] = desk.take([added()], coder="ada").events
    with pytest.raises(InputError, match="no judgement of bo"):
        desk.undo(event, coder="bo")
    desk.undo(event, coder="ada")
    assert desk.extracts().is_empty()
    before = desk.workspace.ledger.head()
    desk.undo(event, coder="ada")  # a message that came twice
    assert desk.workspace.ledger.head() == before
    with pytest.raises(InputError, match="no judgement of ada"):
        desk.undo(event + 1, coder="ada")


def test_an_added_tag_stands_where_its_words_do(desk):
    desk.take([added(THREE, "made a hoot   🦉 at night &", "does-not-fit")], coder="ada")
    [row] = desk.extracts().to_dicts()
    text = desk.snapshot().texts.filter(pl.col("report_id") == THREE)["text"][0]
    assert text[row["start"] : row["end"]] == row["quote"] == "made a hoot 🦉 at night &"
    assert row["domain"] == "does-not-fit"


def test_one_click_is_one_judgement(desk):
    first = desk.take([added(uid="click-1")], coder="ada").events
    assert desk.take([added(uid="click-1")], coder="ada").events == first
    assert desk.snapshot().judged.height == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (GivenTag(suggestion_id="nowhere", verdict="accepted"), "suggestion 'nowhere'"),
        (GivenTag(verdict="accepted", report_id=ONE), "name the suggestion"),
        (GivenTag(verdict="agreed", report_id=ONE), "verdict 'agreed'"),
        (added("embase:l9"), "included report 'embase:l9'"),
        (added(code="SRR"), "did you mean 'SR'"),
        (added(quote="Nurses mistrusted"), "stands 0 times"),
        (added(quote="a"), "times in the text"),
        (added(quote=" "), "needs a quote"),
        (added(quote=None, start=5, end=5), "no place"),
        (added(quote=None, start=5, end=9999), "no place"),
        (added(quote="other words", start=5, end=16), "does not stand"),
        (added(level="messo"), "did you mean 'meso'"),
        (added(extract_kind="rumour"), "kind of extract"),
        (added(source="full-text"), "no full text of embase:l1 is kept"),
        (added(source="appendix"), "source 'appendix'"),
        (added(replaces=1), "event 1 is no judgement"),
        (GivenTag(report_id=ONE, quote="Cost was a barrier"), "needs report_id, code and"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(desk, given, words):
    with pytest.raises(InputError, match=words):
        desk.take([added(), given], coder="ada")
    assert desk.snapshot().judged.is_empty()


def test_only_declared_reviewers_code_once_there_are_any(open_review):
    path = open_review().path / "review.toml"
    path.write_text(path.read_text() + '\n[[reviewers]]\nid = "ada"\n')
    from pipeline.review import Review

    with Review.open(path.parent) as review, pytest.raises(UnknownNameError, match="'adda'"):
        review.coding.take([added()], coder="adda")


def test_a_table_is_read_and_rows_left_open_are_passed_over(desk):
    ids = desk.suggestions(coder="ada")["suggestion_id"].to_list()
    table = pl.DataFrame(
        {
            "suggestion_id": [ids[0], ids[1], ""],
            "verdict": ["Accepted", "", ""],
            "report_id": ["", "", TWO],
            "quote": ["", "", "not having to travel"],
            "code": ["", "", "PAT"],
            "polarity": ["", "", "facilitator"],
        }
    )
    given = read_tags_table(table, where="t.csv")
    assert [one.verdict for one in given] == ["accepted", "added"]
    assert desk.take(given, coder="ada").n_taken == 2


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pl.DataFrame({"code": ["SR"]}), "lacks a column"),
        (pl.DataFrame({"report_id": [ONE], "start": ["five"]}), "line 2: start is 'five'"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(table, words):
    with pytest.raises(InputError, match=words):
        read_tags_table(table, where="t.csv")


def test_a_stored_text_that_was_changed_is_found_out(desk):
    from pipeline.review.coding.texts import read_text

    desk.take([added()], coder="ada")
    name = desk.extracts()["text_sha256"][0]
    path = desk.workspace.folder.texts / f"{name}.txt"
    path.write_text("something else")
    from pipeline.review.verification import verify

    assert [one.where for one in verify(desk.workspace)] == [f"texts/{name}.txt"]
    with pytest.raises(StoreError, match="was changed"):
        read_text(desk.workspace, name)
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        read_text(desk.workspace, name)


def test_the_ledger_still_verifies_and_the_stages_before_are_left_alone(review):
    from pipeline.review.stage_keys import stage_key

    before = {stage: stage_key(review.workspace, stage) for stage in ("ingest", "dedupe", "rank")}
    report = stage_key(review.workspace, "report")
    review.coding.take([added()], coder="ada")
    assert before == {stage: stage_key(review.workspace, stage) for stage in before}
    assert report != stage_key(review.workspace, "report")
    assert not review.verify()
