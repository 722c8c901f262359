"""The coding card: what the browser says, what the session shows, what the ledger keeps."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import count

import pytest

pytest.importorskip("anywidget", reason="needs the extra ui")

from coding_review import START, make_included_review, make_review

from pipeline.errors import InputError
from pipeline.review import Review
from pipeline.review.coding.session import CodingSession
from pipeline.widget.coding import CodingCard


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A review to copy: making one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("coding") / "review"
    make_included_review(folder).close()
    return folder


@pytest.fixture
def review(template, tmp_path):
    shutil.copytree(template, tmp_path / "review")
    ticks = count()
    clock = lambda: START + dt.timedelta(days=1, seconds=next(ticks))  # noqa: E731
    with Review.open(tmp_path / "review", clock=clock) as review:
        yield review


class Browser:
    """Says what a browser would, and hears what it would."""

    def __init__(self, card):
        self.card, self.heard, self._ids = card, [], count()
        card.send = self.heard.append

    def say(self, kind, id_=None, **content):
        self.card._hear(None, {"kind": kind, "id": id_ or f"m{next(self._ids)}", **content}, [])
        return self.state

    @property
    def state(self):
        return next(one["state"] for one in reversed(self.heard) if one["kind"] == "state")

    @property
    def notice(self):
        return next(one["notice"] for one in reversed(self.heard) if one["kind"] == "answer")


@pytest.fixture
def browser(review):
    return Browser(CodingCard(review, coder="ada"))


def test_hello_is_answered_with_the_setup_and_the_first_text(browser):
    state = browser.say("hello")
    assert browser.heard[0]["setup"]["coder"] == "ada"
    assert (state["position"], state["n_texts"]) == (1, 2)
    assert {tag["verdict"] for tag in state["tags"]} == {"open"}
    tag = state["tags"][0]
    assert state["text"][tag["start"] : tag["end"]].endswith("hindered uptake.")


def test_accept_change_reject_and_undo(browser, review):
    one, *_, last = browser.say("hello")["tags"]
    browser.say("judge", verdict="accepted", suggestion_id=one["suggestion_id"])
    state = browser.say(
        "judge", verdict="changed", suggestion_id=last["suggestion_id"], code="PROF", level="micro"
    )
    said = {tag["key"]: tag for tag in state["tags"]}
    assert said[one["key"]]["verdict"] == "accepted"
    changed = said[last["key"]]
    assert (changed["code"], changed["level"], changed["verdict"]) == ("PROF", "micro", "changed")
    assert review.coding.extracts()["code"].to_list() == ["SR", "PROF"]
    state = browser.say("undo", event=changed["event"])
    assert {tag["key"]: tag for tag in state["tags"]}[last["key"]]["verdict"] == "open"
    browser.say("judge", verdict="rejected", suggestion_id=one["suggestion_id"])
    assert review.coding.extracts().is_empty()


def test_a_selection_is_added_where_it_stands(browser, review):
    state = browser.say("hello")
    start = state["text"].index("trusted")
    place = {"start": start, "end": start + 7, "quote": "trusted"}
    said = {"code": "CBAE", "polarity": "facilitator", "report_id": state["report_id"]}
    state = browser.say("judge", verdict="added", **place, **said)
    assert review.coding.extracts()["quote"].to_list() == ["trusted"]
    assert "added" in {tag["verdict"] for tag in state["tags"]}
    browser.say("judge", verdict="added", **(place | {"start": start + 1}), **said)
    assert "not as" in browser.notice or "does not stand" in browser.notice


def test_a_message_said_twice_is_one_judgement(browser, review):
    one = browser.say("hello")["tags"][0]["suggestion_id"]
    for _ in range(2):
        browser.say("judge", id_="click", verdict="accepted", suggestion_id=one)
    assert review.coding.snapshot().judged.height == 1


def test_finishing_opens_the_next_text_and_moving_stays_inside(browser, review):
    first = browser.say("hello")["report_id"]
    for _ in range(2):  # said again: no second text is finished
        state = browser.say("finish", "once", report_id=first, source="abstract")
        assert state["report_id"] != first
        assert state["n_finished"] == 1
    browser.say("finish", report_id=first, source="full-text")
    assert "full-text" in browser.notice
    assert browser.say("move", position=3)["position"] == 2
    assert browser.say("move", position=1)["is_finished"]
    assert browser.say("move", "again", position=2)["position"] == 2
    assert browser.say("move", position=1)["position"] == 1
    assert browser.say("move", "again", position=2)["position"] == 1  # heard already
    assert CodingSession(review, coder="ada").state().position == 2
    assert CodingSession(review, coder="bo").state().position == 1


def test_a_new_kernel_takes_what_an_old_one_may_have_taken_once(browser, review):
    one, *_, last = browser.say("hello")["tags"]
    text = {"report_id": browser.state["report_id"], "source": "abstract"}
    said = [
        ("judge", "a", {"verdict": "accepted", "suggestion_id": one["suggestion_id"]}),
        ("judge", "b", {"verdict": "rejected", "suggestion_id": last["suggestion_id"]}),
        ("add_code", "c", {"code": "owls", "label": "Owls", "memo": "text one"}),
        ("finish", "e", text),
    ]
    for kind, id_, words in said:
        browser.say(kind, id_, **words)
    taken = next(tag["event"] for tag in browser.say("move", position=1)["tags"] if tag["event"])
    said.append(("undo", "d", {"event": taken}))
    browser.say("undo", "d", event=taken)
    before = review.workspace.ledger.head()
    restarted = Browser(CodingCard(review, coder="ada"))
    for kind, id_, words in said:
        restarted.say(kind, id_, **words)
        assert restarted.notice == "", kind
    assert review.workspace.ledger.head() == before


def test_another_coder_s_tags_are_not_shown(browser, review):
    one = browser.say("hello")["tags"][0]["suggestion_id"]
    browser.say("judge", verdict="accepted", suggestion_id=one)
    others = CodingSession(review, coder="bo").state().tags
    assert {tag.verdict for tag in others} == {"open"}


def test_a_new_code_can_be_chosen_at_once(browser):
    browser.say("hello")
    state = browser.say("add_code", code="owls", label="Owls", parent="SR", memo="text one")
    names = [code["id"] for code in state["codes"]]
    assert names.index("owls") == names.index("SR") + 1
    assert next(code["depth"] for code in state["codes"] if code["id"] == "owls") == 1
    browser.say("add_code", code="SR", label="Again")
    assert "is there already" in browser.notice


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"kind": "explode", "id": "1"},
        {"kind": "judge", "id": "1", "verdict": "perhaps"},
        {"kind": "move", "id": "1", "position": 0},
        {"kind": "judge", "id": "1", "verdict": "accepted", "html": "<b>"},
        "nonsense",
    ],
)
def test_junk_is_refused_and_nothing_breaks(browser, content):
    browser.card._hear(None, content, [])
    assert "not understood" in browser.notice
    assert browser.say("hello")["position"] == 1


def test_nothing_of_a_text_is_kept_in_the_notebook(browser):
    browser.say("hello")
    assert "training" not in repr(browser.card.get_state(key=["_model_name", "_view_name"]))
    assert not [name for name in browser.card.trait_names(sync=True) if "text" in name]


def test_there_has_to_be_something_to_code(tmp_path):
    with make_review(tmp_path / "empty") as review, pytest.raises(InputError, match="full text"):
        CodingCard(review, coder="ada")
