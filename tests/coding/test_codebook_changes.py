"""Codes are added, renamed, merged and split while people code; tags follow or are asked about."""

import polars as pl
import pytest

from pipeline.errors import InputError
from pipeline.events.coding import CodeEntry
from pipeline.review.coding import GivenTag, read_change_file
from pipeline.tag import CODEBOOKS
from pipeline.tag.codes import read_codes

FIRST_CHANGE = f"{CODEBOOKS['berardi-2024'].version}+1"
ONE, TWO = "embase:l1", "embase:l2"


def tag(desk, code, report=ONE, quote="Nurses trusted the app"):
    given = GivenTag(report_id=report, quote=quote, code=code, polarity="facilitator")
    return desk.take([given], coder="ada").events[0]


def add(desk, id_, parent="CBAE", **more):
    entry = CodeEntry(id=id_, label=id_.title(), parent=parent, **more)
    return desk.revise("add", after=[entry], memo="seen in report one", actor="ada")


def codes_of(desk):
    return desk.extracts().sort("event")["code"].to_list()


def test_a_new_code_hangs_below_its_parent_and_has_its_memo(desk):
    version = add(desk, "trust", memo="Nurses, not patients.").version
    codebook = desk.codebook()
    assert codebook.version == version == FIRST_CHANGE
    assert read_codes(codebook).parents["trust"] == "CBAE"
    add(desk, "blind-trust", parent="trust")
    assert read_codes(desk.codebook()).domain_of("blind-trust") == "CBAE"
    tag(desk, "blind-trust")
    assert desk.extracts()["domain"].to_list() == ["CBAE"]


def test_a_code_may_hang_below_nothing_yet(desk):
    add(desk, "owls", parent=None)
    add(desk, "hoots", parent="owls")
    tree = read_codes(desk.codebook())
    assert tree.domain_of("hoots") == "does-not-fit"
    assert list(tree.labels)[-3:] == ["owls", "hoots", "does-not-fit"]


def test_tags_follow_a_renaming_and_a_merger_by_themselves(desk):
    for name in ("trust", "faith"):
        add(desk, name, definition=f"What {name} is.")
    tag(desk, "trust")
    tag(desk, "faith", TWO, "not having to travel")
    desk.revise("rename", before=["trust"], after=[CodeEntry(id="belief", label="B")], actor="ada")
    assert codes_of(desk) == ["belief", "faith"]
    renamed = [code for one in desk.codebook().domains for code in one.codes if code.id == "belief"]
    assert renamed[0].definition == "What trust is."
    merged = CodeEntry(id="reliance", label="Reliance", parent="CBAE")
    desk.revise("merge", before=["belief", "faith"], after=[merged], actor="ada")
    assert codes_of(desk) == ["reliance", "reliance"]
    assert not desk.code_changes()["is_open"].any()
    assert desk.code_changes()["why"].to_list() == ["rename, then merge", "merge"]


def test_after_a_split_a_person_chooses_and_the_queue_empties(desk):
    add(desk, "trust")
    event = tag(desk, "trust")
    halves = [CodeEntry(id=name, label=name, parent="CBAE") for name in ("t1", "t2")]
    desk.revise("split", before=["trust"], after=halves, actor="ada")
    [row] = desk.code_changes().to_dicts()
    assert (row["candidates"], row["is_open"]) == (["t1", "t2"], True)
    assert codes_of(desk) == ["CBAE"]
    desk.take([GivenTag(replaces=event, code="t2", verdict="changed")], coder="ada")
    assert codes_of(desk) == ["t2"]
    assert desk.code_changes().is_empty()


def test_a_new_definition_asks_for_a_second_look(desk):
    add(desk, "trust")
    event = tag(desk, "trust")
    again = CodeEntry(id="trust", label="Trust", definition="In the app only.")
    desk.revise("describe", before=["trust"], after=[again], actor="ada")
    assert desk.code_changes()["is_open"].to_list() == [True]
    assert codes_of(desk) == ["trust"]
    desk.take([GivenTag(replaces=event, verdict="accepted")], coder="ada")
    assert desk.code_changes().is_empty()


def test_children_move_with_the_code_they_hang_below(desk):
    add(desk, "trust")
    add(desk, "blind-trust", parent="trust")
    heir = CodeEntry(id="faith", label="Faith", parent="PROF")
    desk.revise("rename", before=["trust"], after=[heir], actor="ada")
    assert read_codes(desk.codebook()).parents["blind-trust"] == "faith"
    assert read_codes(desk.codebook()).domain_of("faith") == "PROF"


@pytest.mark.parametrize(
    ("change", "before", "after", "words"),
    [
        ("add", [], [("SR", None)], "is there already"),
        ("add", ["trust"], [("x", None)], "names 1 codes"),
        ("add", [], [("x", "SRR")], "did you mean 'SR'"),
        ("rename", ["SR"], [("x", None)], "belongs to the framework"),
        ("rename", ["trrust"], [("x", None)], "did you mean 'trust'"),
        ("split", ["trust"], [("x", None)], "two or more"),
        ("merge", ["trust"], [("x", None)], "two or more"),
        ("describe", ["trust"], [("x", None)], "also renames"),
        ("rename", ["trust"], [("x", "trust")], "goes with this change"),
        ("forget", ["trust"], [("x", None)], "Input should be"),
        ("add", [], [("not an id", "SR")], "not an id"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(desk, change, before, after, words):
    add(desk, "trust")
    entries = [CodeEntry(id=id_, label=id_, parent=parent) for id_, parent in after]
    with pytest.raises((InputError, ValueError), match=words):
        desk.revise(change, before=before, after=entries, actor="ada")
    assert desk.codebook().version == FIRST_CHANGE


def test_a_change_is_read_from_json_or_says_what_is_wrong():
    with pytest.raises(InputError, match=r"c.json: after: Field required"):
        read_change_file('{"change": "add"}', where="c.json")


def test_saturation_lists_what_each_study_was_the_first_to_need(desk):
    add(desk, "trust")
    tag(desk, "trust")
    tag(desk, "SR", quote="Cost was a barrier")
    tag(desk, "trust", TWO, "not having to travel")
    tag(desk, "PAT", TWO, "Patients valued")
    steps = desk.saturation().select("study_id", "new_codes", "n_codes").rows()
    assert steps == [(ONE, ["trust", "SR"], 2), (TWO, ["PAT"], 3)]


def test_a_code_that_a_new_file_lacks_does_not_fit_and_is_asked_about(review):
    desk = review.coding
    tag(desk, "SR", quote="Cost was a barrier")
    path = review.path / "review.toml"
    path.write_text(path.read_text().replace("berardi-2024", "cfir-2"))
    from pipeline.review import Review

    with Review.open(review.path) as again:
        assert again.coding.extracts()["domain"].to_list() == ["does-not-fit"]
        [row] = again.coding.code_changes().to_dicts()
        assert (row["is_open"], row["why"]) == (True, "not in the codebook in force")
        assert isinstance(again.coding.matrix(), pl.DataFrame)
