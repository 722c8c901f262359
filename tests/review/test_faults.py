"""A run that is killed, or finds the disk full, leaves the last good state; the next completes."""

from __future__ import annotations

import datetime as dt
import errno
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from forking import Forks
from killed_run import BOUNDARIES
from running import prepare

from pipeline.errors import StoreError
from pipeline.events import EntriesIngested
from pipeline.review import Review, SearchDetails

ROUNDS = int(os.environ.get("THRESHER_FAULTS", "5"))
ROUNDS_A_REVIEW = 20  # then another is begun: a run costs what the review holds
LONGEST = 1.0  # seconds into a stage, or the ones after it
OFTEN = [1 if stage in {"report", "run"} else 4 for stage in BOUNDARIES]  # little is left to lose
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


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A review of one export, ready to be read."""
    folder = tmp_path_factory.mktemp("base")
    with Review.init(folder / "review") as review:
        add(review, export(folder / "base.ris", 0))
        prepare(review)
    return folder


@pytest.fixture
def review_path(base, tmp_path):
    return shutil.copytree(base / "review", tmp_path / "review")


@pytest.fixture(scope="module")
def runs():
    with Forks("killed_run") as forks:
        yield forks


@pytest.mark.parametrize("first", range(0, ROUNDS, ROUNDS_A_REVIEW))
def test_a_run_that_is_killed_anywhere_is_completed_by_the_next(
    runs, base, review_path, tmp_path, first
):
    chance = random.Random(20261122 + first)  # noqa: S311 - not for secrets
    exports = [base / "base.ris"]
    for number in range(first, min(first + ROUNDS_A_REVIEW, ROUNDS)):
        exports.append(export(tmp_path / f"{number}.ris", 10 * len(exports), n=15))
        with Review.open(review_path) as review:
            add(review, exports[-1])
        [after] = chance.choices(BOUNDARIES, OFTEN)
        # in the middle of something, else between two stages
        reached = run_and_kill(runs, review_path, after, chance.uniform(0, LONGEST) * (number % 2))
        with Review.open(review_path) as review:
            assert review.verify() == []
            if reached != "ready":
                assert len(review.workspace.ledger.read(EntriesIngested)) == len(exports)
    with Review.open(review_path) as review:
        counts = review.run()
        assert review.verify() == []
        with Review.init(tmp_path / "undisturbed") as other:
            for path in exports:
                add(other, path)
            prepare(other)
            assert other.counts() == counts
            assert other.citations().equals(review.citations())


def run_and_kill(runs, path, after, seconds):
    """Kill a run some seconds after a boundary; return the last one it reached."""
    runs.start(path)
    said = runs.said()
    reached = next(stage for stage in said if stage == after)
    time.sleep(seconds)
    runs.kill()
    return [reached, *said][-1]


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
        prepare(review)
        assert review.counts().n("database_results") == 80


@pytest.mark.exhaustive
def test_a_disk_that_fills_up_at_any_file_is_the_last_good_state(
    review_path, tmp_path, monkeypatch
):
    """Each attempt finds room for one file more than the one before, until a run is through."""
    room, really_sync = 0, os.fsync

    def sync(file):
        nonlocal room
        room -= 1
        if room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        really_sync(file)

    with Review.open(review_path) as review:
        add(review, export(tmp_path / "next.ris", 100))
        monkeypatch.setattr(os, "fsync", sync)
        for n_files in range(1, 200):
            room = n_files
            try:
                counts = review.run()
            except StoreError:
                room = 200
                assert review.verify() == []
            else:
                break
        assert n_files > len(BOUNDARIES)
        assert counts.n("database_results") == 80
        assert review.verify() == []


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
        prepare(review)
        assert review.counts().n("database_results") == 80
        assert review.verify() == []


def test_a_clock_that_goes_backwards_changes_no_order(tmp_path):
    times = iter(dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in range(28, 0, -1))
    with Review.init(tmp_path / "review", clock=lambda: next(times)) as review:
        add(review, export(tmp_path / "base.ris", 0, n=3))
        prepare(review)
        review.record_run(runner="none")
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
