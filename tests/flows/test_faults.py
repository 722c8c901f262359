"""A flow of Prefect that is killed leaves the last good state; the next one goes on from there."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forking import Forks
from running import prepare

from benchmarks.synthetic import synthetic_records
from pipeline.events import ClusteringAccepted, EntriesIngested, QueueMade, ReportRendered
from pipeline.review import Review, SearchDetails

pytestmark = pytest.mark.exhaustive

ROUNDS = max(8, int(os.environ.get("THRESHER_FAULTS", "5")) // 5)
PATIENCE = 300.0  # seconds, of a busy machine
LONGEST = 1.0  # seconds after a stage has left its event
STAGES = (EntriesIngested, ClusteringAccepted, QueueMade, ReportRendered)
NEW = 10  # records a round


@pytest.fixture
def review_path(tmp_path):
    with Review.init(tmp_path / "review"):
        return tmp_path / "review"


def add(path, records):
    export = path.parent / f"{records['record_id'][0]}.csv"
    records.drop("record_id", "cluster_id").write_csv(export)
    with Review.open(path) as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Scopus"))
        return review.workspace.ledger.head().seq


@pytest.fixture(scope="module")
def flows(prefect_server):
    """Flows in processes of their own, all of them on one server."""
    with Forks("killed_flow", environment=prefect_server) as forks:
        yield forks


def test_a_flow_that_is_killed_anywhere_is_completed_by_the_next(flows, review_path):
    chance = random.Random(20261122)  # noqa: S311 - not for secrets
    records = synthetic_records(NEW * ROUNDS, seed=1)
    for number in range(ROUNDS):
        since = add(review_path, records.slice(NEW * number, NEW))
        stage = STAGES[number // 2 % len(STAGES)]
        flows.start(review_path)
        before = await_event(review_path, stage, since)
        time.sleep(number % 2 * chance.uniform(0, LONGEST))  # between two stages, or in the middle
        flows.kill()
        assert list(flows.said())[:1] == ["ready"]
        assert_sound(review_path, stage, since, before)
        flows.start(review_path)
        said = list(flows.said())
        assert len(said) == 2, "the next flow did not end"
        assert_sound(review_path, stage, since, before)
    assert_undisturbed(review_path, records)


def await_event(path, stage, since):
    """Wait for a stage's new event, and return it."""
    until = time.monotonic() + PATIENCE
    with Review.open(path) as review:
        while not (found := review.workspace.ledger.read(stage, after=since)):
            assert time.monotonic() < until, "the stage never ended"
            time.sleep(0.02)
    return found[0]


def assert_sound(path, stage, since, before):
    """Nothing is damaged, and what the stage has left is there, once."""
    with Review.open(path) as review:
        assert review.verify() == []
        assert review.workspace.ledger.read(stage, after=since) == [before]


def assert_undisturbed(path, records):
    """The review is what it would be if nothing had ever been killed."""
    with Review.open(path) as review, Review.init(path.parent / "undisturbed") as other:
        for number in range(ROUNDS):
            add(other.path, records.slice(NEW * number, NEW))
        prepare(other)
        assert other.snapshot().entries.height == records.height
        assert other.counts() == review.counts()
        assert clusters(other) == clusters(review)


def clusters(review):
    """The records of each citation; a citation's name tells in which order they came."""
    return {frozenset(ids) for ids in review.citations()["record_ids"].to_list()}


def test_a_command_that_is_killed_with_its_server_is_completed_by_the_next(
    review_path, thresher_process, tmp_path
):
    since = add(review_path, synthetic_records(40, seed=1))
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    script = Path(sys.executable).with_name("thresher")
    run = subprocess.Popen([script, "run", review_path], env=environment, start_new_session=True)
    before = await_event(review_path, ClusteringAccepted, since)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert_sound(review_path, ClusteringAccepted, since, before)
    ended = thresher_process("run", review_path, "--json")
    assert ended.code == 0, ended.err
    assert_sound(review_path, ClusteringAccepted, since, before)
    with Review.open(review_path) as review:
        assert review.snapshot().entries.height == 40
