"""A served review runs by the clock, catches up, and runs again when people have decided."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.serving import is_run_missed, watch_decisions
from pipeline.errors import InputError
from pipeline.events import RunRecorded
from pipeline.review import GivenDecision, Review, SearchDetails

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
NEVER_NOW = "0 0 29 2 *"  # a leap day


@pytest.fixture
def review_path(tmp_path):
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - Naps by text message\nER  - \n")
    with Review.init(tmp_path / "review") as review:
        review.add([tmp_path / "a.ris"], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.run()
    return tmp_path / "review"


@pytest.mark.parametrize(
    ("cron", "zone", "hours_ago", "is_missed"),
    [
        ("0 11 * * *", "UTC", 2, True),
        ("0 11 * * *", "UTC", 0.5, False),
        ("0 13 * * *", "UTC", 2, False),
        ("0 13 * * *", "Europe/Berlin", 2, True),
        (NEVER_NOW, "UTC", 24 * 30, False),
    ],
)
def test_a_run_is_missed_when_the_clock_passed_it(cron, zone, hours_ago, is_missed):
    last = NOON - dt.timedelta(hours=hours_ago)
    assert is_run_missed(cron, last_run=last, now=NOON, timezone=zone) is is_missed


def test_a_review_that_never_ran_is_late():
    assert is_run_missed(NEVER_NOW, last_run=None, now=NOON)


@pytest.mark.parametrize(("cron", "zone"), [("every day", "UTC"), ("0 6 * * 1", "Mars/Olympus")])
def test_a_schedule_that_cannot_be_understood_is_one_sentence(cron, zone):
    with pytest.raises(InputError, match="minute hour day month weekday"):
        is_run_missed(cron, last_run=None, now=NOON, timezone=zone)


def decide(path, verdict):
    with Review.open(path) as review:
        [citation] = review.citations()["citation_id"]
        review.decide([GivenDecision(citation, verdict)], reviewer="anna")


def test_decisions_are_told_once_nobody_has_decided_for_a_while(review_path):
    told, stop = [], threading.Event()
    watcher = threading.Thread(
        target=watch_decisions,
        args=(review_path, lambda _path, n: told.append(n), stop),
        kwargs={"quiet_seconds": 0.3, "ask_again_seconds": 0.05},
    )
    watcher.start()
    try:
        time.sleep(0.3)
        assert told == []
        decide(review_path, "include")
        decide(review_path, "exclude")
        await_until(lambda: sum(told) == 2)
        decide(review_path, "include")
        await_until(lambda: sum(told) == 3)
    finally:
        stop.set()
        watcher.join(10)


def await_until(holds, *, seconds=30.0):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.1)


@contextmanager
def served(path, *options, environment):
    script = Path(sys.executable).with_name("thresher")
    command = [script, "serve", path, "--cron", NEVER_NOW, *options]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield process.stdout.readline().split()[-1] + "/api"
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(60)
        finally:
            process.stdout.close()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def n_runs(path):
    with Review.open(path) as review:
        return len(review.workspace.ledger.read(RunRecorded))


@contextmanager
def webhook():
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/told", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


SAVE_BLOCK = """
from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook
Hook(name="team", url="{url}", method="POST", json_data={{"text": "{{{{body}}}}"}}).save("team")
"""


@pytest.mark.exhaustive
def test_decisions_trigger_a_run_and_a_failure_is_told(review_path, tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    before = n_runs(review_path)
    with (
        webhook() as (url, heard),
        served(review_path, "--notify", "custom-webhook/team", environment=environment) as api,
    ):
        there = {**environment, "PREFECT_API_URL": api}
        block = SAVE_BLOCK.format(url=url)
        subprocess.run([sys.executable, "-c", block], env=there, check=True, timeout=120)
        decide(review_path, "include")
        await_until(lambda: n_runs(review_path) == before + 1, seconds=600)
        frames = list((review_path / "frames").glob("*.parquet"))
        (tmp_path / "b.ris").write_text("TY  - JOUR\nTI  - Diaries of sleep\nER  - \n")
        with Review.open(review_path) as review:
            review.add([tmp_path / "b.ris"], SearchDetails(dt.date(2026, 11, 21)))
        (review_path / "searches" / "2026-11-21" / "b.ris").unlink()  # before it was read
        decide(review_path, "exclude")
        await_until(lambda: heard, seconds=600)
    assert "last good state stands" in heard[0]["text"]
    assert set(frames) <= set((review_path / "frames").glob("*.parquet"))
