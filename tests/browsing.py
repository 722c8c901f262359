"""Drive the screening card in a real browser against real servers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
READY = '.th-article[data-record]:not([data-record=""])'
IDLE = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
SELECT = """(word) => {
  const walk = document.createTreeWalker(document.querySelector(".thc-text"), NodeFilter.SHOW_TEXT);
  let node = walk.nextNode();
  while (!node.data.includes(word)) node = walk.nextNode();
  const range = document.createRange(), start = node.data.indexOf(word);
  range.setStart(node, start); range.setEnd(node, start + word.length);
  const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
}"""
STUB = """<!doctype html><html lang="en"><title>Card</title><body data-jp-theme-light="true">
<style>%s</style><h1>Card</h1><main id="el"></main><script type="module">%s
const hears = []; window.toCard = (message) => hears.forEach((hear) => hear(message));
const model = {send: (m) => window.say(JSON.stringify(m)), on: (e, h) => hears.push(h), off() {}};
card.render({model, el: document.getElementById("el")});
</script>"""
PATIENCE = 120_000  # ms: a shared machine may be slow; a fast one does not wait
KIND = re.compile(r'"msg_type":\s*"(\w+)"')
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_browser():
    """Return the path of a browser, or None."""
    named = os.environ.get("THRESHER_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_browser():
    """Open a browser without windows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def serve_card(review, reviewer, home, *options):
    """Serve a card as ``thresher screen`` does; yield its address."""
    with serve_cards(review, reviewer, home, *options) as [url]:
        yield url


@contextmanager
def serve_cards(review, reviewer, home, *options):
    """Serve cards as ``thresher screen`` does; yield their addresses."""
    folders = {
        f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    environment = {
        **os.environ,
        **folders,
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [Path(sys.executable).with_name("thresher"), "screen", review, "--as", reviewer]
    process = subprocess.Popen(
        [*map(str, command), "--no-browser", "--json", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        lines = []
        while not lines or lines[-1].rstrip() != "]":
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"thresher screen ended: {''.join(lines)}")
            lines.append(line)
        yield [one["url"] for one in json.loads("".join(lines))]
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def watch_requests(page):
    """Return a set that collects every host that the page asks."""
    hosts = set()
    page.on(
        "request",
        lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None,
    )
    return hosts


def watch_kernel(page):
    """Keep what a page that is about to be opened and its kernel say to each other."""
    page.said, page.heard, page.troubles = [], [], []
    page.on("websocket", lambda socket: "/channels" in socket.url and _listen(page, socket))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))


def _listen(page, socket):
    socket.on("framesent", lambda frame: page.said.extend(_kinds(frame)))
    socket.on("framereceived", lambda frame: page.heard.extend(_kinds(frame)))


def _kinds(frame):
    text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
    return KIND.findall(text)[:1]


def run_the_cell(page, ready=READY):
    """Run the notebook's cell as a user does, once there is a kernel that answers.

    What is run while the page is connecting to its kernel is lost without a word, in Notebook 7
    behind a prompt that says it runs; and the page calls a kernel idle that it has not yet asked.
    So wait for its answer, and press again until the page has handed the cell over.
    """
    cell = page.locator(".jp-CodeCell .cm-content").first
    cell.wait_for(timeout=PATIENCE)
    _wait(page, lambda: "kernel_info_reply" in page.heard, "the kernel did not answer")
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    n_before = page.said.count("execute_request")

    def is_handed_over():
        if page.said.count("execute_request") == n_before:
            cell.click()
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(400)
        return page.said.count("execute_request") > n_before

    _wait(page, is_handed_over, "the cell was not run")
    _wait(page, lambda: page.locator(ready).count() > 0, "the card did not come")


def _wait(page, is_so, trouble):
    end = time.monotonic() + PATIENCE / 1000
    while not is_so():
        if time.monotonic() > end:
            prompts = page.locator(".jp-InputArea-prompt").all_inner_texts()
            outputs = page.locator(".jp-OutputArea-output").all_inner_texts()
            parts = (trouble, prompts, outputs, page.said, page.heard, page.troubles)
            raise AssertionError("; ".join(map(str, parts)))
        page.wait_for_timeout(100)


def shown(page):
    """Return the citation that is shown."""
    return page.locator(".th-article[data-record]").get_attribute("data-record")


def press(page, *keys):
    """Press keys, each on the citation that the one before led to."""
    for key in keys:
        page.keyboard.press(key)


def wait_saved(page):
    """Wait until the ledger has answered everything that any card on the page has said."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('.th-saved')].every(
          (one) => one.dataset.state === 'saved' && one.textContent.includes('Saved'))""",
        timeout=PATIENCE,
    )


class StubPage:
    """A card in a browser without a kernel: what the page says is handed over, and answered."""

    def __init__(self, browser, card):
        self.card, self.heard, self.said, self.troubles = card, [], [], []
        card.send = self.heard.append
        page = self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.expose_function("say", lambda text: self.said.append(json.loads(text)))
        page.set_content(STUB % (card._css, card._esm.replace("export default", "const card =")))
        self.settle()
        assert page.locator(".th-saved").inner_text() == "Saved ✓"
        page.focus(".thresher")

    def settle(self):
        self.page.wait_for_timeout(150)
        while self.said:
            self.card._hear(None, self.said.pop(0), [])
            while self.heard:
                self.page.evaluate("message => window.toCard(message)", self.heard.pop(0))

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.settle()

    def lose(self, key):
        """Press a key while what the page says is lost; it says it again by itself."""
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(100)
        lost = self.said.copy()
        self.said.clear()
        assert lost
        assert self.page.locator(".th-saved").get_attribute("data-state") == "busy"
        while not self.said:
            self.page.wait_for_timeout(100)
        assert self.said == lost
        self.settle()
        assert self.page.locator(".th-saved").get_attribute("data-state") == "saved"
