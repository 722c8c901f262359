"""Twenty reviewers decide at once, one decision a second each, while the review is run.

Each reviewer is a screening session of its own, as behind a card; they are spread over processes
that share nothing but the ledger. Meanwhile new exports are added and the flow is run, again and
again. Timed is every decision, from the moment at which its second began to its acknowledgement, so
that waiting in line counts. Afterwards the ledger is asked whether every acknowledged decision is
there, once, and nothing else.

    python -m benchmarks.load sqlite|postgresql [--reviewers 20] [--seconds 60] [--records 12525]

PostgreSQL is a server of our own, on this machine, that writes to the disk before it acknowledges.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.synthetic import synthetic_records
from pipeline.events import Decided, RunRecorded
from pipeline.example import make_example
from pipeline.review import Review, SearchDetails
from pipeline.review.session import SaidDecision, ScreeningSession

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier

__all__ = ["main"]

_N_PROCESSES: Final = 4
_N_NEW: Final = 500  # records of each export that is added meanwhile
_SHARE_INCLUDED: Final = 0.1
_DECISIONS: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A decision that a session called saved."""

    uid: str
    seconds: float


def main() -> None:
    """Measure one store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", choices=["sqlite", "postgresql"])
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--records", type=int, default=12_525)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = _make_review(folder, options.records, options.reviewers)
        if options.store == "postgresql":
            with Review.open(path) as review:
                review.move(stack.enter_context(_postgresql()))
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        os.environ["PREFECT_API_URL"] = stack.enter_context(_prefect_server(path))
        load = os.getloadavg()[0]
        ended = threading.Event()
        flow = threading.Thread(target=_run_on_and_on, args=(path, folder, ended))
        flow.start()
        try:
            said = _decide_together(path, options.reviewers, options.seconds)
        finally:
            ended.set()
            flow.join()
        measured = {"store": options.store, "load_before": load} | _judge(path, said)
    print(json.dumps(measured))  # noqa: T201 - a command


def _make_review(folder: Path, n_records: int, n_reviewers: int) -> Path:
    """Make the example review up to its order, nobody having read, and name the reviewers."""
    path = folder / "review"
    example = make_example(n_entries=n_records)
    with Review.init(path, config=example.review_toml) as review:
        for one in example.exports:
            export = folder / one.file_name
            export.parent.mkdir(parents=True, exist_ok=True)
            export.write_bytes(one.data)
            review.add([export], SearchDetails(one.searched_on, database=one.database))
        review.ingest()
        review.dedupe()
        review.rank()
    with (path / "review.toml").open("a") as file:
        file.writelines(f'\n[[reviewers]]\nid = "{name}"\n' for name in _names(n_reviewers))
    return path


def _names(n_reviewers: int) -> list[str]:
    return [f"reviewer-{number:02d}" for number in range(n_reviewers)]


def _prefect_server(path: Path) -> AbstractContextManager[str]:
    """Return a server that all runs share, so that they begin at once."""
    from flows.prefect_settings import prepare_prefect
    from flows.serving import serving_address

    prepare_prefect(path)
    return serving_address()


def _postgresql() -> AbstractContextManager[str]:
    """Return a server of our own, as the tests start one, but with durable writes."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    made = importlib.import_module("postgres_server")
    server: AbstractContextManager[str] = made.running_server(made.find_programs(), is_durable=True)
    return server


def _decide_together(path: Path, n_reviewers: int, seconds: int) -> dict[str, list[Acknowledged]]:
    """Let the reviewers decide, some in each process; return what was acknowledged to whom."""
    context = multiprocessing.get_context("spawn")
    told: Queue[dict[str, list[Acknowledged]]] = context.Queue()
    names = _names(n_reviewers)
    ready = context.Barrier(n_reviewers)
    processes = [
        context.Process(target=_screen, args=(path, names[n::_N_PROCESSES], ready, seconds, told))
        for n in range(_N_PROCESSES)
    ]
    for process in processes:
        process.start()
    said: dict[str, list[Acknowledged]] = {}
    for _ in processes:
        said |= told.get()
    for process in processes:
        process.join()
    return said


def _screen(
    path: Path,
    names: list[str],
    ready: Barrier,
    seconds: int,
    told: Queue[dict[str, list[Acknowledged]]],
) -> None:
    """Screen as several reviewers, each in a thread with a connection of its own."""
    said: dict[str, list[Acknowledged]] = {name: [] for name in names}
    threads = [
        threading.Thread(target=_read_on, args=(path, name, ready, seconds, said[name]))
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(said)


def _read_on(path: Path, name: str, ready: Barrier, seconds: int, said: list[Acknowledged]) -> None:
    """Decide once a second; a decision that is due while another is under way waits, timed."""
    rng = np.random.default_rng(int(name[-2:]))
    with Review.open(path) as review:
        session = ScreeningSession(review, reviewer=name)
        shown = session.state().queue[0]
        ready.wait()
        start = time.time() + 1.0
        for second in range(seconds):
            due = start + second + int(name[-2:]) / 20  # not all at the same moment
            time.sleep(max(0.0, due - time.time()))
            decision = _DECISIONS[int(rng.random() > _SHARE_INCLUDED)]
            answer = session.decide(SaidDecision(shown.citation_id, shown.uid, decision))
            if answer.is_taken:
                said.append(Acknowledged(shown.uid, time.time() - due))
            shown = session.state().queue[0]
        session.close()


def _run_on_and_on(path: Path, folder: Path, ended: threading.Event) -> None:
    """Add an export and run the flow, over and over."""
    thresher = Path(sys.executable).with_name("thresher")
    number = 0
    while not ended.is_set():
        number += 1
        export = folder / f"new-{number}.csv"
        records = synthetic_records(_N_NEW, seed=number)
        records.drop("record_id", "cluster_id").write_csv(export)
        with Review.open(path) as review:
            review.add([export], SearchDetails(dt.date(2026, 11, 1), database=f"New {number}"))
        command = [str(thresher), "run", str(path), "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _judge(path: Path, said: dict[str, list[Acknowledged]]) -> dict[str, object]:
    """Compare what was acknowledged with the ledger, and say how long it took."""
    with Review.open(path) as review:
        ledger = review.workspace.ledger
        kept = Counter(one.uid for one in ledger.read(Decided) if one.actor in said)
        n_runs = len(ledger.read(RunRecorded))
        broken = len(list(ledger.broken_links()))
    acknowledged = Counter(one.uid for some in said.values() for one in some)
    took = np.array([one.seconds for some in said.values() for one in some]) * 1000
    median, high, highest = np.percentile(took, [50, 95, 99]).round(1)
    return {
        "reviewers": len(said),
        "acknowledged": acknowledged.total(),
        "lost": (acknowledged - kept).total(),
        "twice": sum(n - 1 for n in kept.values()),
        "unasked": (kept - acknowledged).total(),
        "broken_links": broken,
        "runs_ended": n_runs,
        "median_ms": median,
        "p95_ms": high,
        "p99_ms": highest,
        "worst_ms": round(float(took.max()), 1),
    }


if __name__ == "__main__":
    main()
