"""A flow of Prefect that is killed leaves the last good state; the next one goes on from there."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.synthetic import synthetic_records
from pipeline.events import ClusteringAccepted, EntriesIngested, QueueMade, ReportRendered
from pipeline.review import Review, SearchDetails

pytestmark = pytest.mark.exhaustive

PATIENCE = 300.0  # seconds, of a busy machine


@pytest.fixture
def review_path(tmp_path):
    export = tmp_path / "records.csv"
    synthetic_records(40, seed=1).drop("record_id", "cluster_id").write_csv(export)
    with Review.init(tmp_path / "review") as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Scopus"))
    return tmp_path / "review"


@pytest.mark.parametrize("stage", [EntriesIngested, ClusteringAccepted, QueueMade, ReportRendered])
def test_a_flow_that_is_killed_after_a_stage_is_completed_by_the_next(
    review_path, thresher_process, tmp_path, stage
):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    script = Path(sys.executable).with_name("thresher")
    run = subprocess.Popen([script, "run", review_path], env=environment, start_new_session=True)
    await_event(review_path, stage)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    with Review.open(review_path) as review:
        assert review.verify() == []
        [before] = review.workspace.ledger.read(stage)
    ended = thresher_process("run", review_path, "--json")
    assert ended.code == 0, ended.err
    with Review.open(review_path) as review:
        assert review.verify() == []
        assert review.workspace.ledger.read(stage)[0] == before
        assert review.counts().n("database_results") == 40


def await_event(path, stage):
    until = time.monotonic() + PATIENCE
    with Review.open(path) as review:
        while not review.workspace.ledger.read(stage):
            assert time.monotonic() < until, "the stage never ended"
            time.sleep(0.02)
