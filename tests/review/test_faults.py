"""A run that is killed, or finds the disk full, leaves the last good state; the next completes."""

from __future__ import annotations

import datetime as dt
import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.review import Review, SearchDetails

ROUNDS = int(os.environ.get("THRESHER_FAULTS", "5"))
PROGRAM = """
import sys
from pathlib import Path
from pipeline.review import Review
def done(stage):
    print(stage, flush=True)
with Review.open(Path(sys.argv[1])) as review, review.alone():
    done("ready")
    for stage in (review.ingest, review.dedupe, review.rank, review.tag, review.report):
        stage()
        done(stage.__name__)
    review.record_run(runner="none")
    done("run")
"""
BOUNDARIES = ("ready", "ingest", "dedupe", "rank", "tag", "report", "run")
ENTRY = (
    "TY  - JOUR\nAN  - {n}\nTI  - {word} of rest, study {n}\nAU  - Ek, A{n}\nPY  - 2025\n"
    "JO  - Journal of Rest\nVL  - 3\nSP  - {n}\nDO  - 10.1234/{n}\nAB  - We slept.\nER  - \n"
)
WORDS = ("Naps", "Diaries", "Light", "Noise", "Letters")


def export(path, first, n=40):
    numbers = range(first, first + n)
    path.write_text("".join(ENTRY.format(n=k, word=WORDS[k % len(WORDS)]) for k in numbers))
    return path


def add(review, path):
    review.add([path], SearchDetails(dt.date(2026, 11, 21), database="Embase"))


@pytest.fixture
def review_path(tmp_path):
    with Review.init(tmp_path / "review") as review:
        add(review, export(tmp_path / "base.ris", 0))
        review.run()
    return tmp_path / "review"


def test_a_run_that_is_killed_anywhere_is_completed_by_the_next(review_path, tmp_path):
    chance = random.Random(20261122)  # noqa: S311 - not for secrets
    for number in range(1, ROUNDS + 1):
        with Review.open(review_path) as review:
            add(review, export(tmp_path / f"{number}.ris", 10 * number, n=15))
        if number % 2:  # in the middle of something, else between two stages
            start_and_kill(review_path, seconds=chance.uniform(0.0, 1.5))
        else:
            start_and_kill(review_path, after=chance.choice(BOUNDARIES))
        with Review.open(review_path) as review:
            assert review.verify() == []
    with Review.open(review_path) as review:
        counts = review.run()
        assert review.verify() == []
    with Review.init(tmp_path / "undisturbed") as other:
        for name in ("base", *range(1, ROUNDS + 1)):
            add(other, tmp_path / f"{name}.ris")
        assert other.run() == counts
        assert other.citations().equals(review.citations())


def start_and_kill(path, *, after="ready", seconds=0.0):
    run = subprocess.Popen([sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, text=True)
    for line in run.stdout:
        if line.strip() == after:
            break
    time.sleep(seconds)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_cannot_be_written_is_one_sentence_and_changes_nothing(
    review_path, tmp_path, monkeypatch, code
):
    def fails(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    with Review.open(review_path) as review:
        add(review, export(tmp_path / "next.ris", 100))
        before = review.workspace.ledger.head()
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", fails)  # whatever is written, at the moment it must last
            with pytest.raises(StoreError, match=r"cannot be written .*free the disk"):
                review.run()
        after = [one.event.kind for one in review.workspace.ledger.read()][before.seq :]
        assert "run" not in after
        assert review.verify() == []
        assert review.run().n("database_results") == 80


def test_a_ledger_that_another_program_holds_is_one_sentence_and_changes_nothing(
    review_path, tmp_path
):
    settings = review_path / "review.toml"
    settings.write_text(settings.read_text().replace("_seconds = 30", "_seconds = 0.2"))
    with Review.open(review_path) as review:
        add(review, export(tmp_path / "next.ris", 100))
        before = review.workspace.ledger.head()
        with sqlite3.connect(review_path / "ledger.sqlite") as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"ledger\.sqlite"):
                review.run()
            assert review.workspace.ledger.head() == before
            other.rollback()
        other.close()
        assert review.run().n("database_results") == 80
        assert review.verify() == []


def test_a_clock_that_goes_backwards_changes_no_order(tmp_path):
    times = iter(dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in range(28, 0, -1))
    with Review.init(tmp_path / "review", clock=lambda: next(times)) as review:
        add(review, export(tmp_path / "base.ris", 0, n=3))
        review.run()
        stamps = [one.at for one in review.workspace.ledger.read()]
        assert stamps == sorted(stamps)
        assert review.verify() == []


def test_a_damaged_frame_and_a_cut_ledger_are_found_and_said(review_path):
    [frame, *_] = sorted((review_path / "frames").glob("*.parquet"))
    whole = frame.read_bytes()
    frame.write_bytes(whole[: len(whole) // 2])
    with Review.open(review_path) as review:
        assert any(frame.stem[:8] in str(found) for found in review.verify())
    frame.write_bytes(whole)
    ledger = Path(review_path / "ledger.sqlite")
    ledger.write_bytes(ledger.read_bytes()[:5000])
    with pytest.raises(StoreError, match=r"ledger\.sqlite"):
        Review.open(review_path)
