"""The conflicts card: what the browser says, what the session shows, what the ledger keeps."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from itertools import count

import pytest

pytest.importorskip("anywidget", reason="needs the extra ui")

from screenable import CONFIG, START, make_screenable

from pipeline.errors import InputError, UnknownNameError
from pipeline.review import GivenDecision, Review
from pipeline.widget import ConflictsCard

PEOPLE = "".join(f'\n[[reviewers]]\nid = "{one}"\n' for one in ("anna", "bo", "cy"))
HOSTILE = "<img src=x onerror='window.hacked=1'>"
IDS = count()  # no two words of any browser have the same


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A review to copy: anna and bo disagree about two citations, and about a report."""
    folder = tmp_path_factory.mktemp("conflicts") / "review"
    with make_screenable(folder, config=CONFIG + PEOPLE) as review:
        one, two, three = review.snapshot().queue["citation_id"][:3]
        review.decide([GivenDecision(id_, "include") for id_ in (one, two, three)], reviewer="anna")
        said = [GivenDecision(one, "exclude", reasons=("design",), note=HOSTILE)]
        review.decide([*said, GivenDecision(two, "exclude")], reviewer="bo")
        review.link_report("article-1", [three], actor="anna")
        for who, word in (("anna", "include"), ("bo", "exclude")):
            review.retrieval.assess("article-1", word, reviewer=who, note=f"as {who} reads it")
    return folder


@pytest.fixture
def review(template, tmp_path):
    ticks = count(3600)
    clock = lambda: START + dt.timedelta(seconds=next(ticks))  # noqa: E731
    with Review.open(shutil.copytree(template, tmp_path / "review"), clock=clock) as review:
        yield review


class Browser:
    """Says what a browser would, and hears what it would."""

    def __init__(self, card):
        self.card, self.heard = card, []
        card.send = self.heard.append

    def say(self, kind, id_=None, **content):
        self.card._hear(None, {"kind": kind, "id": id_ or f"m{next(IDS)}", **content}, [])
        return self.heard[-1]["state"]

    def settle(self, dispute, decision, **more):
        about = {"dispute": dispute["id"], "stage": dispute["stage"], "decision": decision}
        return self.say("settle", **about, **more)

    @property
    def notice(self):
        return next(one["notice"] for one in reversed(self.heard) if one["kind"] == "answer")


def test_both_words_are_shown_and_settled_stage_by_stage(review):
    browser = Browser(ConflictsCard(review, reviewer="cy"))
    state = browser.say("hello")
    json.dumps(state)
    assert (state["position"], state["n_open"]) == (1, 3)
    words = [[word["note"] for word in state["dispute"]["words"]]]
    after = browser.settle(state["dispute"], "exclude", id_="once", reasons=["design"], note="so")
    assert browser.say("settle", "once", dispute="x", stage="y", decision="include") == after
    assert (after["n_open"], after["last_uid"]) == (2, "once")
    words.append([word["note"] for word in after["dispute"]["words"]])
    assert sorted(words) == [["", ""], ["", HOSTILE]]
    last = browser.say("move", position=9)["dispute"]
    assert (last["id"], last["unit"], last["stage"]) == ("article-1", "report", "full-text")
    assert [word["note"] for word in last["words"]] == ["as anna reads it", "as bo reads it"]
    assert browser.settle(last, "include")["n_open"] == 1
    again = browser.say("undo", uid=browser.heard[-1]["state"]["last_uid"])
    assert (again["dispute"], again["n_open"]) == (last, 2)
    assert browser.say("undo", uid="once")["dispute"]["id"] == state["dispute"]["id"]
    assert browser.heard[-1]["state"]["n_settled"] == 0
    with pytest.raises(InputError, match="no resolution of cy"):
        review.team.undo_resolution("article-1", reviewer="cy")


def test_what_somebody_else_settled_is_told_and_junk_is_refused(review):
    browser = Browser(ConflictsCard(review, reviewer="cy"))
    one = browser.say("hello")["dispute"]
    review.team.resolve(one["id"], "include", reviewer="anna")
    assert browser.settle(one, "exclude")["n_open"] == 2
    assert "no conflict to resolve" in browser.notice
    browser.card._hear(None, {"kind": "settle", "id": "1", "decision": "maybe"}, [])
    assert "not understood" in browser.notice
    with pytest.raises(UnknownNameError, match="cy"):
        ConflictsCard(review, reviewer="cyy")


@pytest.mark.browser
def test_a_third_person_settles_by_keyboard(review):
    pytest.importorskip("playwright", reason="playwright is not installed")
    from axe_playwright_python.sync_playwright import Axe
    from browsing import StubPage, find_browser, open_browser

    if find_browser() is None:
        pytest.skip("no Chromium on the path")
    with open_browser() as browser:
        stub = StubPage(browser, ConflictsCard(review, reviewer="cy"))
        page = stub.page
        for theme in ("true", "false"):
            page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme)
            page.wait_for_timeout(100)
            found = Axe().run(page, context=".thresher")
            assert found.violations_count == 0, found.generate_report()
        stub.press("2", "n")
        page.keyboard.type("discussed: e, i, u")
        stub.press("Escape")
        stub.lose("e")
        stub.press("u", "ArrowRight", "ArrowRight", "ArrowLeft", "i", "i", "i")
        assert "Nothing is left to settle" in page.inner_text(".th-article")
        assert page.evaluate("() => window.hacked") is None
        assert not stub.troubles
    assert review.team.disputes().is_empty()
    taken_back = review.workspace.ledger.read()
    notes = {getattr(one.event, "note", None) for one in taken_back}
    assert "discussed: e, i, u" in notes
    assert list(review.workspace.ledger.broken_links()) == []
