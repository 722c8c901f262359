"""Shards on a Dask cluster: what one process finds, also where a worker dies in the middle."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time

import pytest
from forking import Forks

from benchmarks.synthetic import synthetic_records
from pipeline.review import Review, SearchDetails

pytestmark = pytest.mark.exhaustive

CLUSTER = """
import sys
from dask.distributed import LocalCluster
if __name__ == "__main__":
    quiet = {"dashboard_address": "127.0.0.1:0"}  # any free port
    with LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.read()
"""
N_RECORDS = 500
PATIENCE = 600.0  # seconds, of a busy machine


@pytest.fixture
def cluster(tmp_path, prefect_server):
    """A cluster of two processes, as an administrator would have started it: address, workers."""
    program = tmp_path / "cluster.py"
    program.write_text(CLUSTER)
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=prefect_server,
    )
    try:
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def flows(prefect_server):
    with Forks("killed_flow", environment=prefect_server) as forks:
        yield forks


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """An invented export with a third of duplicates."""
    path = tmp_path_factory.mktemp("export") / "records.csv"
    synthetic_records(N_RECORDS, seed=1).drop("record_id", "cluster_id").write_csv(path)
    return path


@pytest.fixture(scope="module")
def expected(export, tmp_path_factory):
    with make_review(tmp_path_factory.mktemp("one") / "review", export) as review:
        review.ingest()
        review.dedupe()
        return frames(review)


@pytest.fixture
def review_path(tmp_path, export):
    make_review(tmp_path / "review", export).close()
    return tmp_path / "review"


def make_review(path, export):
    review = Review.init(path)
    review.add([export], SearchDetails(dt.date(2026, 11, 1), database="Scopus"))
    return review


def frames(review):
    clustering = review.snapshot().clustering
    return clustering.frame, clustering.pairs_frame, clustering.n_citations


def frames_of(path):
    with Review.open(path) as review:
        return frames(review)


def test_a_cluster_finds_what_one_process_finds(
    thresher_process, prefect_server, cluster, expected, review_path
):
    address, _ = cluster
    ended = thresher_process(
        "run",
        review_path,
        *("--runner", "dask", "--scheduler", address, "--json"),
        PREFECT_API_URL=prefect_server["PREFECT_API_URL"],
    )
    assert ended.code == 0, ended.err
    assert frames_of(review_path) == expected


def test_a_worker_that_is_killed_costs_a_retry(flows, cluster, expected, review_path):
    address, [worker, _] = cluster
    flows.start(review_path, "dask", address)
    await_shard(review_path)
    os.kill(worker, signal.SIGKILL)
    said = list(flows.said())
    assert len(said) == 2, "the flow did not end"
    assert frames_of(review_path) == expected


def await_shard(path):
    """Wait for the first shard of a comparison, of which others are to come."""
    until = time.monotonic() + PATIENCE
    while not list(path.glob("work/comparison/*/normalised-*.parquet")):
        assert time.monotonic() < until, "no shard was ever done"
        time.sleep(0.01)


def test_two_processes_find_what_one_finds(flows, expected, review_path):
    flows.start(review_path, "process")
    assert len(list(flows.said())) == 2, "the flow did not end"
    assert frames_of(review_path) == expected
