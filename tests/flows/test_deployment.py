"""``prefect.yaml`` as it stands: a server, a process worker, a run that is asked for, an event."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.prefect_settings import prepare_prefect
from flows.serving import serving_address
from pipeline.events import RunRecorded
from pipeline.review import GivenDecision, Review, SearchDetails

pytestmark = pytest.mark.exhaustive

ROOT = Path(__file__).resolve().parents[2]
PREFECT = (sys.executable, "-m", "prefect", "--no-prompt")
PATIENCE = 600.0  # seconds, of a busy machine


@pytest.fixture
def review_path(tmp_path):
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - Naps by text message\nER  - \n")
    with Review.init(tmp_path / "review") as review:
        review.add([tmp_path / "a.ris"], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
    return tmp_path / "review"


@pytest.fixture
def environment(tmp_path, review_path, monkeypatch):
    """Whatever a person would export; a server of our own answers there."""
    for name in ("PREFECT_HOME", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    prepare_prefect(review_path)
    with serving_address() as address:
        yield {
            **os.environ,
            "PREFECT_API_URL": address,
            "THRESHER_HOME": str(ROOT),
            "THRESHER_REVIEW": str(review_path),
        }


def prefect(*arguments, environment):
    command = [*PREFECT, *arguments]
    subprocess.run(
        command, env=environment, cwd=ROOT, check=True, timeout=PATIENCE, capture_output=True
    )


@contextmanager
def running(command, environment, log):
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def await_runs(path, n, log):
    until = time.monotonic() + PATIENCE
    while n_runs(path) < n:
        assert time.monotonic() < until, log.read_text(errors="replace")[-3000:]
        time.sleep(0.5)


def n_runs(path):
    with Review.open(path) as review:
        return len(review.workspace.ledger.read(RunRecorded))


def test_a_worker_runs_the_review_when_asked_and_when_decisions_were_saved(
    review_path, environment, tmp_path
):
    prefect("work-pool", "create", "reviews", "--type", "process", environment=environment)
    prefect("deploy", "--name", "weekly", environment=environment)
    worker = [*PREFECT, "worker", "start", "--pool", "reviews"]
    watcher = [str(Path(sys.executable).with_name("thresher")), "serve", str(review_path)]
    log = tmp_path / "worker.log"
    with running(worker, environment, log):
        prefect("deployment", "run", "review/weekly", environment=environment)
        await_runs(review_path, 1, log)
        with running(watcher, environment, tmp_path / "watcher.log"):
            time.sleep(30)  # it looks from when it started
            with Review.open(review_path) as review:
                [citation] = review.citations()["citation_id"]
                review.decide([GivenDecision(citation, "include")], reviewer="anna")
            await_runs(review_path, 2, log)
    with Review.open(review_path) as review:
        assert review.verify() == []
        assert (review_path / "reports" / "report.html").is_file()
