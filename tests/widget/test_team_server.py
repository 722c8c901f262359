"""A server for a team: a token a reviewer, on an address that is not this machine's own."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from browsing import (
    PATIENCE,
    READY,
    find_browser,
    open_browser,
    press,
    serve_cards,
    shown,
    wait_saved,
)
from screenable import CONFIG, make_hostile_review, make_screenable

from flows.screening_server import LOCAL
from pipeline.events import Decided
from pipeline.review import Review

pytestmark = [
    pytest.mark.browser,
    pytest.mark.exhaustive,
    pytest.mark.skipif(find_browser() is None, reason="no Chromium on the path"),
]
# What a page could try that wants more than the card: run code in the kernel behind it.
RUN_CODE = """async ([kernel, code]) => {
  const socket = new WebSocket(kernel);
  await new Promise((done) => { socket.onopen = done; socket.onerror = done; });
  const header = {msg_id: "q", msg_type: "execute_request", username: "", session: "s",
    date: "2026-11-22T00:00:00Z", version: "5.3"};
  const content = {code, silent: false, store_history: false, user_expressions: {}};
  const more = {parent_header: {}, metadata: {}, channel: "shell", buffers: []};
  if (socket.readyState === 1) socket.send(JSON.stringify({header, content, ...more}));
  await new Promise((done) => setTimeout(done, 5000));
}"""


def own_address():
    """Return an address of this machine that others could reach, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation: nothing is sent
        except OSError:
            return LOCAL
        return probe.getsockname()[0]


PAIR = CONFIG + (
    '[screening]\nmode = "independent"\nn_excludes = 2\nbatch_size = 2\n'
    '[[reviewers]]\nid = "anna"\n[[reviewers]]\nid = "bo"\n'
    '[[reviewers]]\nid = "cy"\nrole = "arbiter"\n'
)


def test_a_blind_pair_each_with_a_token_and_their_conflict_resolved(tmp_path):
    address = own_address()
    folder = tmp_path / "review"
    make_screenable(folder, config=PAIR).close()
    options = ("--as", "bo", "--app", "--bind", address)
    with (
        serve_cards(folder, "anna", tmp_path / "home", *options) as (anna, bo),
        open_browser() as browser,
    ):
        _require_own_token(browser, anna, bo)
        here, there = _open(browser, anna), _open(browser, bo)
        assert shown(here) == shown(there)
        conflict = shown(here)
        _read_batch(here, "e", "e")
        assert "Blinded" in there.inner_text(".th-outlook")
        with Review.open(folder) as review:
            assert review.team.disputes().is_empty()  # bo is still reading
        _read_batch(there, "i", "e")
        _refuse_code(here, tmp_path / "ran")
    with Review.open(folder) as review:
        words = [one.event for one in review.workspace.ledger.read(Decided)]
        assert [(one.reviewer, one.decision) for one in words] == [
            ("anna", "exclude"), ("anna", "exclude"), ("bo", "include"), ("bo", "exclude")
        ]  # fmt: skip
        assert set(review.team.disputes()["citation_id"]) == {conflict}
        review.team.resolve(conflict, "include", reviewer="cy", note="adults after all")
        assert review.team.disputes().is_empty()


def _require_own_token(browser, anna, bo):
    strangers = browser.new_context()
    place, token = bo.split("token=")[0], anna.split("token=")[1]
    for url in (anna.split("?")[0], f"{place}token={token}", f"{place}token=x"):
        answer = strangers.request.get(url)
        assert "login" in answer.url
        assert "Text messages for sleep" not in answer.text()


def _open(browser, url):
    page = browser.new_context().new_page()
    page.sockets = set()
    page.on("websocket", lambda one: page.sockets.add(one.url))
    page.goto(url, wait_until="commit")
    page.wait_for_selector(READY, timeout=PATIENCE)
    return page


def _read_batch(page, *keys):
    press(page, *keys)
    wait_saved(page)


def _refuse_code(page, ran):
    """Let a page try to run code in the kernel behind its card."""
    [kernel] = {one for one in page.sockets if "/channels" in one}
    page.evaluate(RUN_CODE, [kernel, f"open({str(ran)!r}, 'w').close()"])
    assert not ran.exists()


def test_a_notebook_is_not_served_to_others(tmp_path):
    folder = make_hostile_review(tmp_path / "review")
    thresher = Path(sys.executable).with_name("thresher")
    command = [thresher, "screen", folder, "--as", "anna", "--bind", "0.0.0.0"]  # noqa: S104 - refused
    refused = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "add --app" in refused.stderr
