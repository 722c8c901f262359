"""What the card answers to a browser, without one."""

from __future__ import annotations

import json

import pytest
from screenable import CONFIG, Here, make_screenable

from pipeline.errors import StoreError
from pipeline.events import Decided
from pipeline.review.session import ScreeningSession

pytest.importorskip("anywidget", reason="needs the extra ui")

from pipeline.widget import ScreeningCard  # after the skip


class Browser:
    """Says things to a card and keeps what it is told."""

    def __init__(self, session):
        self.session = session
        self.card = ScreeningCard(None, reviewer="anna", session=session)
        self.heard = []
        self.card.send = lambda message, _buffers=None: self.heard.append(message)

    def say(self, **content):
        self.heard.clear()
        self.card._handle_custom_msg(content, [])
        return list(self.heard)


@pytest.fixture
def browser(open_session):
    return Browser(open_session())


def decide(shown, decision="include", **more):
    named = {"citation_id": shown["citation_id"], "uid": shown["uid"], "decision": decision}
    said = {"id": shown["uid"], "kind": "decide"}
    return {**said, "reasons": [], "note": "", "seconds": 1.5, **named, **more}


def test_a_view_that_opens_is_told_everything(browser):
    setup, answer, state = browser.say(id="1", kind="hello")
    assert answer["notice"] == ""
    assert (setup["kind"], setup["to"], setup["setup"]["reviewer"]) == ("setup", "1", "anna")
    assert len(state["state"]["queue"]) == 4
    assert state["state"]["outlook"]["n_records"] == 8
    json.dumps([setup, state])


def test_a_decision_is_answered_after_it_is_in_the_ledger(browser):
    shown = browser.say(id="1", kind="hello")[-1]["state"]["queue"][0]
    answer, state = browser.say(**decide(shown, "exclude", reasons=["design"], note="n"))
    assert answer == {"kind": "answer", "to": shown["uid"], "is_final": True, "notice": ""}
    assert state["state"]["history"][0]["uid"] == shown["uid"]
    assert len(browser.session.workspace.ledger.read(Decided)) == 1
    [record, _, _] = browser.say(id="3", kind="recall", citation_id=shown["citation_id"])
    assert record["record"]["word"]["note"] == "n"
    assert browser.say(id="4", kind="undo", uid=shown["uid"])[0]["notice"] == ""
    assert browser.say(id="4", kind="undo", uid=shown["uid"])[0]["notice"] == ""  # heard again
    assert "already" in browser.say(id="4b", kind="undo", uid=shown["uid"])[0]["notice"]
    assert browser.say(id="5", kind="skip", citation_id=shown["citation_id"])[0]["notice"] == ""
    marked = browser.say(
        id="6", kind="mark", citation_id=shown["citation_id"], mark="background", is_on=True
    )
    assert marked[0]["notice"] == ""


NOT_UNDERSTOOD = (
    {"id": "1", "kind": "run", "code": "1"},
    {"id": "1", "kind": "decide"},
    {"id": "1", "kind": "hello", "more": 1},
    {
        "id": "1",
        "kind": "decide",
        "citation_id": "x",
        "uid": "u",
        "decision": "include",
        "seconds": -1,
    },
    {},
)


def test_what_is_not_understood_is_refused_and_changes_nothing(browser):
    for content in NOT_UNDERSTOOD:
        [answer] = browser.say(**content)
        assert "not understood" in answer["notice"]
        assert answer["is_final"]
    assert browser.session.workspace.ledger.read(Decided) == []


def test_a_name_that_is_not_known_is_refused_for_good(browser):
    answer, _state = browser.say(**decide({"citation_id": "no", "uid": "u"}))
    assert answer["is_final"]
    assert "not known" in answer["notice"]


def test_a_busy_ledger_is_no_last_word(browser, monkeypatch):
    shown = browser.say(id="1", kind="hello")[-1]["state"]["queue"][0]

    def busy(*_args, **_more):
        raise StoreError("ledger.sqlite", "is held by another process", "wait")

    with monkeypatch.context() as held:
        held.setattr(browser.session.workspace.ledger, "append", busy)
        [answer] = browser.say(**decide(shown))
    assert not answer["is_final"]  # the browser keeps it, and says it again
    assert browser.say(**decide(shown))[0]["is_final"]


def test_a_saved_notebook_holds_no_titles(browser):
    browser.say(id="1", kind="hello")
    kept = browser.card.get_state()
    assert "insomnia" not in json.dumps({name: str(value) for name, value in kept.items()})


def test_independent_readers_are_blind_until_both_have_finished(tmp_path):
    config = CONFIG + (
        '[screening]\nmode = "independent"\nn_excludes = 2\nbatch_size = 3\n'
        '[[reviewers]]\nid = "anna"\n[[reviewers]]\nid = "bo"\n'
    )
    with make_screenable(tmp_path / "review", config=config) as review:
        readers = {
            name: Browser(ScreeningSession(review, reviewer=name, make_executor=Here))
            for name in ("anna", "bo")
        }
        anna, bo = readers.values()
        batch = queue(anna)
        assert [one["citation_id"] for one in queue(bo)] == [one["citation_id"] for one in batch]
        assert len(batch) == 3
        for shown in batch:
            state = anna.say(**decide(shown, "include"))[-1]["state"]
            assert state["is_blind"]
            assert state["outlook"] is None
            assert "score" not in json.dumps(state)
        assert not queue(anna)  # bo still owes the batch
        for shown in queue(bo):
            bo.say(**decide(shown, "include"))
        assert len(queue(anna)) == 3
        assert not {one["citation_id"] for one in queue(anna)} & {
            one["citation_id"] for one in batch
        }


def queue(browser):
    """Return what a view that opens now is told to show, learning included."""
    browser.say(id="1", kind="hello")
    return browser.say(id="2", kind="hello")[-1]["state"]["queue"]
