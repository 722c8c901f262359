"""The duplicates card: what the browser says, what the session shows, what the ledger keeps."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from itertools import count

import pytest

pytest.importorskip("anywidget", reason="needs the extra ui")

from screenable import CONFIG, START

from pipeline.errors import InputError, UnknownNameError
from pipeline.events import PairJudged, PairJudgementUndone
from pipeline.review import Review, SearchDetails
from pipeline.widget import DuplicatesCard

TITLES = (
    "Evening text messages for adults with insomnia: a randomised controlled trial",
    "Weighted blankets in long-haul lorries: <img src=x onerror='window.hacked=1'>",
)


def entry(number, title):
    return (
        f"TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nA1  - Ruiz, Bo\nY1  - 2020\nVL  - 4\n"
        f"JF  - Journal of Invented Sleep\nSP  - 41\nEP  - 49\nU2  - L{number:09d}\n"
        f"DO  - 10.5555/nap.{number}\nDB  - Embase\nER  - \n\n"
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A review to copy, with a pair and a triplet that differ by nothing but their DOIs."""
    folder = tmp_path_factory.mktemp("duplicates") / "review"
    export = folder.parent / "e.ris"
    export.write_text(
        "".join(entry(n, TITLES[n % 2]) for n in range(1, 6)),
        "utf-8",
    )
    with Review.init(folder, config=CONFIG) as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.ingest()
        review.dedupe()
    return folder


@pytest.fixture
def review(template, tmp_path):
    ticks = count()
    clock = lambda: START + dt.timedelta(seconds=next(ticks))  # noqa: E731
    with Review.open(shutil.copytree(template, tmp_path / "review"), clock=clock) as review:
        yield review


IDS = count()  # no two words of any browser have the same


class Browser:
    """Says what a browser would, and hears what it would."""

    def __init__(self, card):
        self.card, self.heard = card, []
        card.send = self.heard.append

    def say(self, kind, id_=None, **content):
        self.card._hear(None, {"kind": kind, "id": id_ or f"m{next(IDS)}", **content}, [])
        return self.heard[-1]["state"]

    @property
    def notice(self):
        return next(one["notice"] for one in reversed(self.heard) if one["kind"] == "answer")


@pytest.fixture
def browser(review):
    return Browser(DuplicatesCard(review, reviewer="anna"))


def judged(review):
    return [one.event.verdict for one in review.workspace.ledger.read(PairJudged)]


def test_clusters_are_shown_side_by_side_with_what_differs(browser):
    state = browser.say("hello")
    cluster = state["cluster"]
    assert (state["position"], state["n_batch"], state["n_left"]) == (1, 2, 2)
    [doi] = [one for one in cluster["fields"] if one["name"] == "doi"]
    assert all(any(span["is_different"] for span in value) for value in doi["values"])
    [title] = [one for one in cluster["fields"] if one["name"] == "title"]
    assert not any(span["is_different"] for value in title["values"] for span in value)
    assert cluster["reasons"] == ("doi-conflict",)
    json.dumps(state)


def test_an_answer_is_in_the_ledger_once_and_taken_back_whole(browser, review):
    state = browser.say("hello")
    cluster = {"cluster_id": state["cluster"]["cluster_id"]}
    ids = state["cluster"]["citation_ids"]
    for _ in range(2):  # said twice: it is one answer
        after = browser.say("group", "one", **cluster, groups=[ids])
    assert (after["n_decided"], after["n_left"]) == (1, 1)
    assert after["cluster"]["cluster_id"] != state["cluster"]["cluster_id"]
    assert set(judged(review)) == {"same"}
    for _ in range(2):
        again = browser.say("undo", uid=after["last_uid"])
    assert again["cluster"] == state["cluster"]
    assert (again["n_decided"], again["n_left"], again["position"]) == (0, 2, 1)
    assert len(review.workspace.ledger.read(PairJudgementUndone)) == len(judged(review))


def test_what_was_said_before_a_restart_is_taken_once_by_the_new_kernel(browser, review):
    first = browser.say("hello")["cluster"]
    said = {"cluster_id": first["cluster_id"], "groups": [first["citation_ids"]]}
    browser.say("group", "known", **said)  # the ledger had it, the answer was lost
    restarted = Browser(DuplicatesCard(review, reviewer="anna"))
    second = restarted.say("group", "known", **said)["cluster"]
    assert restarted.notice == ""
    assert set(judged(review)) == {"same"}
    apart = [[citation] for citation in second["citation_ids"]]
    state = restarted.say("group", "lost", cluster_id=second["cluster_id"], groups=apart)
    assert state["cluster"] is None
    assert set(judged(review)) == {"same", "distinct"}


def test_an_undo_takes_back_the_last_answer_of_its_own_session(browser, review):
    one = browser.say("hello")["cluster"]
    mine = browser.say("group", cluster_id=one["cluster_id"], groups=[one["citation_ids"]])
    window = Browser(DuplicatesCard(review, reviewer="anna"))
    two = window.say("hello")["cluster"]
    apart = [[citation] for citation in two["citation_ids"]]
    theirs = window.say("group", cluster_id=two["cluster_id"], groups=apart)
    assert browser.say("undo", uid=mine["last_uid"])["cluster"] == one
    [undecided] = review.duplicates.unsure_clusters()
    assert undecided.cluster_id == one["cluster_id"]  # what the other window said stands
    browser.say("undo", uid=theirs["last_uid"])
    assert len(review.duplicates.unsure_clusters()) == 1
    with pytest.raises(InputError, match="none of bo"):
        review.duplicates.undo(theirs["last_uid"], actor="bo")


def test_groups_and_later_lead_through_batches(review):
    browser = Browser(DuplicatesCard(review, reviewer="anna", n_batch=1))
    state = browser.say("hello")
    assert browser.say("leave", cluster_id=state["cluster"]["cluster_id"])["cluster"] is None
    state = browser.say("batch")  # what was left comes again
    while state["cluster"]:
        first, *others = state["cluster"]["citation_ids"]
        state = browser.say(
            "group", cluster_id=state["cluster"]["cluster_id"], groups=[[first], others]
        )
        state = browser.say("batch")
    assert state["n_left"] == 0
    assert sorted(judged(review)) == ["distinct", "distinct", "distinct", "same"]


def test_what_somebody_else_decided_meanwhile_is_told(browser, review):
    cluster = browser.say("hello")["cluster"]
    review.duplicates.answer(cluster["cluster_id"], [cluster["citation_ids"]], actor="bo")
    state = browser.say(
        "group", cluster_id=cluster["cluster_id"], groups=[[one] for one in cluster["citation_ids"]]
    )
    assert "no cluster that awaits" in browser.notice
    assert state["cluster"]["cluster_id"] != cluster["cluster_id"]
    assert set(judged(review)) == {"same"}


def test_junk_and_strangers_are_refused(browser, review):
    browser.say("hello")
    for content in ({"kind": "run", "id": "1"}, {"kind": "group", "id": "1", "groups": []}, {}):
        browser.card._hear(None, content, [])
        assert "not understood" in browser.notice
    cluster = browser.say("hello")["cluster"]
    browser.say("group", cluster_id=cluster["cluster_id"], groups=[["embase:none"]])
    assert "not of this cluster" in browser.notice
    assert judged(review) == []
    listed = review.path / "review.toml"
    listed.write_text(listed.read_text("utf-8") + '\n[[reviewers]]\nid = "anna"\n', "utf-8")
    with Review.open(review.path) as opened, pytest.raises(UnknownNameError, match="anna"):
        DuplicatesCard(opened, reviewer="ana")


@pytest.mark.browser
def test_a_person_decides_by_keyboard(review):
    pytest.importorskip("playwright", reason="playwright is not installed")
    from axe_playwright_python.sync_playwright import Axe
    from browsing import StubPage, find_browser, open_browser

    if find_browser() is None:
        pytest.skip("no Chromium on the path")
    with open_browser() as browser:
        stub = StubPage(browser, DuplicatesCard(review, reviewer="anna"))
        page = stub.page
        for theme in ("true", "false"):
            page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", theme)
            page.wait_for_timeout(100)
            found = Axe().run(page, context=".thresher")
            assert found.violations_count == 0, found.generate_report()
        n_first = page.locator(".thd-group").count()
        page.locator(".thd-group").nth(1).click()
        page.locator(".thd-group").nth(1).click()
        stub.press("l", "s", "b")  # painted anew after a click: the keys still reach the card
        assert page.locator(".thd-group").count() == n_first
        stub.press("1", "1", "1") if n_first == 3 else stub.press("1", "1")  # round to where it was
        stub.press("d", "u", "2", "g")
        stub.press("u")
        stub.lose("d")  # the connection is gone, and comes back: it is said again
        stub.press("b")
        assert "No cluster is left" in page.inner_text(".thd-done")
        assert page.evaluate("() => window.hacked") is None
        assert not stub.troubles
    assert set(judged(review)) == {"same", "distinct"}
    assert list(review.workspace.ledger.broken_links()) == []
