"""Shards on a Dask cluster: what one process finds, also where a worker dies in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.review import Review, SearchDetails

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.exhaustive

CLUSTER = """
import sys
from dask.distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.read()
"""
N_RECORDS = 2000


@contextmanager
def cluster(tmp_path):
    """A cluster of two processes, as an administrator would have started it."""
    program = tmp_path / "cluster.py"
    program.write_text(CLUSTER)
    process = subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address, *pids = process.stdout.readline().split()
        yield address, [int(pid) for pid in pids]
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """An invented export with a third of duplicates."""
    from benchmarks.synthetic import synthetic_records

    folder = tmp_path_factory.mktemp("export")
    path = folder / "records.csv"
    synthetic_records(N_RECORDS, seed=1).drop("record_id", "cluster_id").write_csv(path)
    return path


@pytest.fixture(scope="module")
def expected(export, tmp_path_factory):
    with make_review(tmp_path_factory.mktemp("one") / "review", export) as review:
        review.ingest()
        review.dedupe()
        return review.snapshot().clustering


def make_review(path, export):
    import datetime as dt

    review = Review.init(path)
    review.add([export], SearchDetails(dt.date(2026, 11, 1), database="Scopus"))
    return review


def frames(clustering):
    return clustering.frame, clustering.pairs_frame, clustering.n_citations


def test_a_cluster_finds_what_one_process_finds(thresher_process, export, expected, tmp_path):
    make_review(tmp_path / "review", export).close()
    with cluster(tmp_path) as (address, _):
        ended = thresher_process(
            "run", tmp_path / "review", "--runner", "dask", "--scheduler", address, "--json"
        )
    assert ended.code == 0, ended.err
    assert frames(clustering_of(tmp_path / "review")) == frames(expected)


def clustering_of(path):
    with Review.open(path) as review:
        return review.snapshot().clustering


def test_a_worker_that_is_killed_costs_a_retry(thresher_process, export, expected, tmp_path):
    make_review(tmp_path / "review", export).close()
    killed, ended_early = [], threading.Event()
    with cluster(tmp_path) as (address, pids):
        watcher = threading.Thread(
            target=kill_in_the_middle,
            args=(tmp_path / "review" / "work", pids[0], killed, ended_early),
        )
        watcher.start()
        ended = thresher_process(
            "run", tmp_path / "review", "--runner", "dask", "--scheduler", address, "--json"
        )
        ended_early.set()
        watcher.join(10)
    assert ended.code == 0, ended.err
    assert killed
    assert frames(clustering_of(tmp_path / "review")) == frames(expected)


def kill_in_the_middle(work: Path, worker: int, killed: list[int], ended: threading.Event) -> None:
    """Kill a worker while a step of the comparison is going on: some shards done, not all."""
    while not ended.is_set():
        if list(work.glob("comparison/*/normalised-*.parquet")):
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)
            return
        time.sleep(0.02)


def test_two_processes_find_what_one_finds(thresher_process, export, expected, tmp_path):
    make_review(tmp_path / "review", export).close()
    ended = thresher_process("run", tmp_path / "review", "--runner", "process", "--json")
    assert ended.code == 0, ended.err
    assert frames(clustering_of(tmp_path / "review")) == frames(expected)
