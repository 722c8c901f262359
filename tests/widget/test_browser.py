"""The card in JupyterLab, Notebook 7 and Voilà, in a real browser; the ledger is the witness."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from browsing import (
    PATIENCE,
    READY,
    SELECT,
    find_browser,
    open_browser,
    press,
    run_the_cell,
    serve_card,
    shown,
    wait_saved,
    watch_kernel,
    watch_requests,
)
from screenable import make_hostile_review

from flows.screening_server import write_notebook
from pipeline.events import CitationMarked, Decided, DecisionUndone, TagJudged, TagUndone
from pipeline.review import GivenDecision, Review

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        find_browser() is None, reason="no Chromium on the path (or name one in THRESHER_BROWSER)"
    ),
]


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A review to copy."""
    return make_hostile_review(tmp_path_factory.mktemp("hostile") / "review")


@pytest.fixture(scope="module")
def lab(hostile, tmp_path_factory):
    """Serve one review in Jupyter: its notebook has a screening and a coding card.

    Servers, kernels and pages cost more than what is looked at: the tests of JupyterLab, of the
    coding card and of Notebook 7 share one server and one notebook with its kernel, in this order.
    """
    home = tmp_path_factory.mktemp("lab")
    folder = shutil.copytree(hostile, home / "review")
    with serve_card(folder, "anna", home / "lab") as url:
        yield Lab(url, folder, _add_coding_card(folder))


@dataclass(frozen=True)
class Lab:
    url: str
    folder: Path
    notebook: Path

    def page(self, path):
        """Return the address of the notebook on another page of the server."""
        return self.url.replace("/lab/tree/", f"/{path}/")


def _add_coding_card(folder):
    """Include one report, and add a cell with its coding card to the notebook."""
    with Review.open(folder) as review:
        titled = review.snapshot().to_screen.filter(pl.col("title").str.starts_with("Apps and"))
        [one] = titled["citation_id"]
        for stage in ("title-abstract", "full-text"):
            review.decide([GivenDecision(one, "include", stage)], reviewer="cy")
    path = folder / "work" / "screening" / "anna.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    code = "from pipeline.widget import CodingCard\n\nCodingCard(review, coder='cy')"
    notebook["cells"].append({**notebook["cells"][-1], "id": "coding", "source": code})
    path.write_text(json.dumps(notebook), "utf-8")
    return path


@pytest.fixture(scope="module")
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def lab_page(lab, context):
    """The notebook in JupyterLab, its first cell run."""
    page = context.new_page()
    watch_kernel(page)
    page.hosts = watch_requests(page)
    page.goto(lab.url, wait_until="commit")
    run_the_cell(page)
    return page


def screening(page):
    return page.locator('.thresher[aria-label^="Screening card"]')


def coding(page):
    return page.locator('.thresher[aria-label="Coding card"]')


def recorded(folder, reviewer, *kinds, by="reviewer"):
    with Review.open(folder) as review:
        events = [one.event for one in review.workspace.ledger.read(*kinds)]
        assert list(review.workspace.ledger.broken_links()) == []
    return [one for one in events if getattr(one, by) == reviewer]


def said(folder, reviewer):
    return [(one.decision, one.reasons, one.note) for one in recorded(folder, reviewer, Decided)]


def test_jupyterlab_takes_every_key_once_and_keeps_its_own(lab, lab_page):
    page, folder = lab_page, lab.folder
    n_cells = page.locator(".jp-Cell").count()
    page.locator(".th-title").click()
    first = shown(page)
    press(page, "2", "1", "n")
    page.keyboard.type("bxz a note, dd")  # in a note, keys are letters
    press(page, "Escape", "e")
    assert shown(page) != first  # at once, whatever the kernel does
    page.keyboard.down("i")
    page.keyboard.down("i")
    page.keyboard.down("i")  # a held key
    page.keyboard.up("i")
    press(page, "m", "u")
    wait_saved(page)
    press(page, "b", "Shift+3")
    wait_saved(page)
    assert said(folder, "anna") == [
        ("exclude", ("population", "design"), "bxz a note, dd"),
        ("include", (), None),
        ("maybe", (), None),
        ("exclude", ("language",), None),
    ]
    maybe, last = recorded(folder, "anna", Decided)[2:]
    assert maybe.citation_id == last.citation_id
    assert len(recorded(folder, "anna", DecisionUndone)) == 1
    [mark] = recorded(folder, "anna", CitationMarked)
    assert (mark.mark, mark.citation_id) == ("background", last.citation_id)
    press(page, "a", "x", "z", "d", "d", "c", "v", "y", "ArrowDown")
    assert page.locator(".jp-Cell").count() == n_cells
    _save(page, lab.notebook)
    assert "insomnia" not in lab.notebook.read_text("utf-8")  # no title, no abstract
    assert {host.split(":")[0] for host in page.hosts} == {"127.0.0.1"}
    _look_in_a_second_window(page, lab.url, folder)
    _change_ones_mind_after_a_reload(page, folder)
    _go_on_with_a_new_kernel(page, folder)


def _look_in_a_second_window(page, lab, folder):
    second = page.context.new_page()
    second.goto(lab, wait_until="commit")
    second.wait_for_selector(READY, timeout=PATIENCE)
    n_before = len(recorded(folder, "anna", Decided))
    assert shown(second) == shown(page)
    page.bring_to_front()
    page.locator(".th-title").click()
    press(page, "e")
    wait_saved(page)
    second.wait_for_function(
        "(id) => document.querySelector('.th-article').dataset.record === id",
        arg=shown(page),
        timeout=PATIENCE,
    )
    assert len(recorded(folder, "anna", Decided)) == n_before + 1
    second.close()


def _change_ones_mind_after_a_reload(page, folder):
    page.reload(wait_until="commit")
    page.wait_for_selector(READY, timeout=PATIENCE)
    page.locator(".th-title").click()
    press(page, "ArrowLeft")
    page.wait_for_selector('.thresher[data-back="yes"]', timeout=PATIENCE)
    press(page, "i")  # a changed mind: a later word
    wait_saved(page)
    assert [word[0] for word in said(folder, "anna")][-2:] == ["exclude", "include"]


def _go_on_with_a_new_kernel(page, folder):
    before = recorded(folder, "anna", Decided)
    screening(page).evaluate("(card) => { card.dataset.old = 'yes'; }")
    page.locator('.jp-ToolbarButtonComponent[data-command="notebook:restart-run-all"]').click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_selector(f".thresher:not([data-old]) {READY}", timeout=PATIENCE)
    wait_saved(page)
    # The next one may be another one: a new kernel starts with the order that was learnt last.
    assert screening(page).get_attribute("data-back") == "no"
    assert shown(page) not in {one.citation_id for one in before}
    assert recorded(folder, "anna", Decided) == before


def _save(page, notebook):
    before = notebook.stat().st_mtime_ns
    press(page, "Control+s")
    for _ in range(100):
        if notebook.stat().st_mtime_ns != before and "widget-view" in notebook.read_text("utf-8"):
            return
        page.wait_for_timeout(100)
    pytest.fail("Ctrl+S did not save the notebook")


def test_the_coding_card_takes_keys_and_selections_in_jupyterlab(lab, lab_page):
    page, card = lab_page, coding(lab_page)
    card.locator(".thc-tag").first.wait_for(timeout=PATIENCE)  # the new kernel ran its cell, too
    n_cells = page.locator(".jp-Cell").count()
    card.focus()
    press(page, "b", "x", "d", "d", "A")
    _wait_coded(card)
    press(page, "c")
    page.select_option("select[name=polarity]", "unspecified")
    page.locator("input[name=note]").fill("a note, dd")
    press(page, "Enter")
    _wait_coded(card)
    page.evaluate(SELECT, "hindered")  # after an owl: two UTF-16 units, one code point
    press(page, "t")
    page.select_option("select[name=code]", "does-not-fit")
    page.locator("select[name=code]").press("Enter")
    _wait_coded(card)
    press(page, "j", "r")
    _wait_coded(card)
    press(page, "u", "f")
    _wait_coded(card)
    assert page.locator(".jp-Cell").count() == n_cells
    assert page.evaluate("() => window.hacked") is None
    judged = recorded(lab.folder, "cy", TagJudged, by="coder")
    assert [one.verdict for one in judged] == ["accepted", "changed", "added", "rejected"]
    assert (judged[1].polarity, judged[1].note) == ("unspecified", "a note, dd")
    assert (judged[2].quote, judged[2].code) == ("hindered", "does-not-fit")
    assert len(recorded(lab.folder, "cy", TagUndone, by="coder")) == 1
    _save(page, lab.notebook)
    page.close()


def _wait_coded(card):
    card.locator('.th-saved[data-state="saved"]').wait_for(timeout=PATIENCE)


def test_notebook_7_does_not_steal_the_keys(lab, context):
    page = context.new_page()
    page.goto(lab.page("notebooks"), wait_until="commit")
    page.wait_for_selector(READY, timeout=PATIENCE)  # its kernel is running
    wait_saved(page)
    n_before = len(said(lab.folder, "anna"))
    n_cells = page.locator(".jp-Cell").count()
    for part in (".th-title", ".th-saved", ".th-marks"):  # whatever in the card has the focus
        screening(page).locator(part).click()
        press(page, "b", "a", "x", "z", "d", "d", "c", "v", "y", "ArrowDown")
    press(page, "m")
    wait_saved(page)
    assert page.locator(".jp-Cell").count() == n_cells
    assert [word[0] for word in said(lab.folder, "anna")][n_before:] == ["maybe"]
    _save(page, lab.notebook)


@pytest.fixture(scope="module")
def app_page(hostile, tmp_path_factory, browser):
    """An app that the tests below share: each looks only at what it said itself."""
    home = tmp_path_factory.mktemp("app")
    folder = shutil.copytree(hostile, home / "review")
    with serve_card(folder, "bo", home / "app", "--app") as url:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.hosts, page.address, page.folder = watch_requests(page), url, folder
        page.goto(url, wait_until="commit")
        page.wait_for_selector(READY, timeout=PATIENCE)
        yield page
        context.close()


def test_the_app_shows_hostile_records_as_text_and_asks_nobody(app_page):
    page, seen = app_page, ""  # the first of these tests: nothing is decided yet
    with Review.open(page.folder) as review:
        n = review.snapshot().to_screen.height
    for _ in range(n):
        seen += page.locator(".th-article").inner_text()
        box = page.locator(".th-include").bounding_box()
        press(page, "s")
        page.wait_for_timeout(120)
        assert page.locator(".th-include").bounding_box() == box  # the buttons never move
    assert page.evaluate("() => window.hacked") is None
    assert "IL-6<IL-8 and p<.05; bold" in seen  # formatting goes when a record is imported
    assert '<img src=x onerror="window.hacked=1"> & naps' in seen
    assert "النوم والرسائل النصية" in seen
    assert seen.count("Naps and text messages were measured.") >= 3000
    assert {href.split("/")[2] for href in _links(page)} <= {"doi.org"}
    assert {host.split(":")[0] for host in page.hosts} == {"127.0.0.1"}


def _links(page):
    return page.eval_on_selector_all(".thresher a", "(links) => links.map((link) => link.href)")


def test_the_app_is_used_with_the_keyboard_alone(app_page):
    page, folder = app_page, app_page.folder
    n_before = len(said(folder, "bo"))
    page.keyboard.press("Tab")
    page.locator(".th-include").focus()
    press(page, "Enter", "e", "?")
    assert page.locator("dialog[open]").count() == 1
    press(page, "e", "?")  # nothing is decided behind the help
    press(page, "ArrowLeft")
    page.wait_for_selector('.thresher[data-back="yes"]', timeout=PATIENCE)
    press(page, "ArrowRight")
    page.wait_for_selector('.thresher[data-back="no"]', timeout=PATIENCE)
    wait_saved(page)
    assert [word[0] for word in said(folder, "bo")][n_before:] == ["include", "exclude"]
    assert "Excluded" in page.locator(".th-message").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(app_page, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = app_page
    for _ in range(3):
        if page.locator(".thresher").get_attribute("data-theme") == theme:
            break
        page.locator('[aria-label="Light or dark"]').click()
    press(page, "1", "b")
    page.wait_for_timeout(500)
    results = Axe().run(page, context=".thresher")
    assert results.violations_count == 0, results.generate_report()
    press(page, "1", "b", "?")
    results = Axe().run(page, context=".thresher")
    assert results.violations_count == 0, results.generate_report()
    press(page, "?")
    wait_saved(page)


def test_what_was_said_while_the_network_was_down_arrives_once(app_page):
    page, folder = app_page, app_page.folder
    wait_saved(page)
    n_before = len(said(folder, "bo"))
    page.context.set_offline(True)
    page.evaluate(
        "() => { window.send = WebSocket.prototype.send; WebSocket.prototype.send = () => {}; }"
    )
    press(page, "e", "i")
    page.wait_for_selector('.th-saved[data-state="busy"]', timeout=PATIENCE)
    assert len(said(folder, "bo")) == n_before
    kept = page.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('thresher:outbox'))"
    )
    assert len(kept) == 1
    page.context.set_offline(False)
    page.evaluate("() => { WebSocket.prototype.send = window.send; }")
    wait_saved(page)
    assert [word[0] for word in said(folder, "bo")][n_before:] == ["exclude", "include"]


def test_without_the_token_there_is_nothing_to_see(app_page, lab, browser):
    context = browser.new_context()
    for url in (app_page.address, lab.url):
        answer = context.request.get(url.split("?", maxsplit=1)[0])
        assert "Text messages for sleep" not in answer.text()
        assert answer.status == 403 or "login" in answer.url
    context.close()


def test_the_notebook_is_kept_where_it_can_be_made_again(tmp_path):
    path = write_notebook(tmp_path, "anna", is_app=False)
    assert path == tmp_path / "work" / "screening" / "anna.ipynb"
    assert json.loads(path.read_text("utf-8"))["cells"][0]["cell_type"] == "markdown"
