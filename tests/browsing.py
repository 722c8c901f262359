"""Drive the screening card in a real browser against real servers."""

from __future__ import annotations

import json
import os
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
PATIENCE = 120_000  # ms: a shared machine may be slow; a fast one does not wait
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
        yield json.loads("".join(lines))[0]["url"]
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
    """Notice when the kernel first speaks to a page that is about to be opened."""
    page.heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda _: _note(page, socket)))


def _note(page, socket):
    if "/channels" in socket.url:
        page.heard.append(socket.url)


def run_the_cell(page):
    """Run the notebook's cell as a user does, as soon as there is a kernel.

    What is run while the kernel is being connected to is lost without a word, in Notebook 7 behind
    a prompt that says it runs; and the page calls a kernel idle that it has not yet asked for. So
    wait until one has spoken.
    """
    cell = page.locator(".jp-CodeCell .cm-content").first
    cell.wait_for(timeout=PATIENCE)
    end = time.monotonic() + PATIENCE / 1000
    while not page.heard and time.monotonic() < end:
        page.wait_for_timeout(100)
    page.wait_for_selector(IDLE, timeout=PATIENCE)
    while time.monotonic() < end:
        cell.click()
        page.keyboard.press("Control+Enter")
        try:
            page.wait_for_selector(READY, timeout=PATIENCE if _is_running(page) else 2500)
        except Exception:  # noqa: BLE001, S112 - not taken: press again
            continue
        return
    raise AssertionError("the cell did not run")


def _is_running(page):
    page.wait_for_timeout(400)
    prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt").all_inner_texts()
    return any("*" in one or any(letter.isdigit() for letter in one) for one in prompts)


def shown(page):
    """Return the citation that is shown."""
    return page.locator(".th-article").get_attribute("data-record")


def press(page, *keys):
    """Press keys, each on the citation that the one before led to."""
    for key in keys:
        page.keyboard.press(key)


def wait_saved(page):
    """Wait until the ledger has answered everything."""
    page.wait_for_selector('.th-saved[data-state="saved"]', timeout=PATIENCE)
    page.wait_for_function(
        "document.querySelector('.th-saved').textContent.includes('Saved')", timeout=PATIENCE
    )
