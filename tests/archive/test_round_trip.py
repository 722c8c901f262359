"""What goes into an archive comes out of it: every number, by whatever version."""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile

import pytest

from pipeline.errors import InputError, StoreError
from pipeline.events import QueueMade
from pipeline.review import GivenDecision
from pipeline.review.archive import Manifest, replay_archive, replaying

pytestmark = pytest.mark.exhaustive

ABSTRACT = "An abstract that no database would let us share"


def manifest_of(path):
    with zipfile.ZipFile(path) as archive:
        return Manifest.model_validate_json(archive.read("manifest.json"))


def test_the_same_versions_compute_everything_again(finished):
    done = replay_archive(finished.whole.file)
    assert done.findings == ()
    assert done.depth == "recomputed"
    said = " ".join(done.checked)
    for what in (
        "computed/",
        "clustering, event",
        "order, event",
        "reports/report.html",
        "version 1",
    ):
        assert what in said


def test_another_version_counts_again_what_was_read(finished, monkeypatch):
    monkeypatch.setattr(replaying, "lock_fingerprint", lambda: "0" * 64)
    done = replay_archive(finished.whole.file)
    assert done.findings == ()
    assert done.depth == "recounted"
    assert "version 1: counts" in done.checked


def test_an_archive_without_abstracts_holds_none_and_counts_the_same(finished):
    with zipfile.ZipFile(finished.reduced.file) as archive:
        for name in archive.namelist():
            assert ABSTRACT.encode() not in archive.read(name), name
        assert not any(name.startswith("searches/") for name in archive.namelist())
    withheld = {one.file for one in finished.reduced.manifest.withheld}
    assert {"searches/2026-11-20/embase.ris", "searches/2026-11-21/later.ris"} <= withheld
    assert finished.reduced.manifest.withheld_events != ()  # the mended entry's text
    done = replay_archive(finished.reduced.file)
    assert (done.findings, done.depth) == ((), "recounted")
    assert done.manifest.counts == finished.whole.manifest.counts


def test_the_manifest_names_every_file_and_the_zip_holds_no_other(finished):
    manifest = manifest_of(finished.whole.file)
    with zipfile.ZipFile(finished.whole.file) as archive:
        assert {one.file for one in manifest.files} == set(archive.namelist()) - {"manifest.json"}
        events = archive.read("exports/ledger.jsonl").splitlines()
    assert len(events) == manifest.n_events
    assert json.loads(events[0])["seq"] == 1


def test_the_same_review_gives_the_same_bytes_but_for_the_time(review, tmp_path):
    one, two = (review.archive(tmp_path / f"{name}.zip") for name in ("one", "two"))
    assert one.manifest.files == two.manifest.files


def test_an_archive_taken_while_others_decide_shows_one_moment(review, tmp_path):
    last = review.snapshot().queue["citation_id"][0]
    stop = threading.Event()

    def keep_deciding():
        while not stop.is_set():
            review.decide([GivenDecision(last, "exclude", reasons=("design",))], reviewer="bo")
            review.decide([GivenDecision(last, "include")], reviewer="bo")

    writer = threading.Thread(target=keep_deciding)
    before = review.workspace.ledger.head().seq
    writer.start()
    try:
        made = review.archive(tmp_path / "busy.zip")
    finally:
        stop.set()
        writer.join()
    assert before <= made.manifest.n_events < review.workspace.ledger.head().seq
    done = replay_archive(made.file)
    assert (done.findings, done.depth) == ((), "recomputed")


def test_nothing_is_left_half_made(review, tmp_path):
    with pytest.raises(InputError, match="exists already"):
        review.archive(review.path / "review.toml")
    with pytest.raises(InputError, match="is not a folder"):
        review.archive(tmp_path / "nowhere" / "a.zip")
    export = review.path / "searches/2026-11-20/embase.ris"
    export.write_text(export.read_text() + "\n")
    with pytest.raises(StoreError, match=r"embase\.ris: was changed"):
        review.archive(tmp_path / "changed.zip")
    export.unlink()
    with pytest.raises(StoreError, match=r"embase\.ris: is missing"):
        review.archive(tmp_path / "missing.zip")
    assert not list(tmp_path.glob("*.zip"))
    assert not list(tmp_path.glob(".*"))


def test_a_ledger_on_postgresql_is_archived_as_a_file(review, postgres_url, tmp_path, monkeypatch):
    from pipeline.review import Review

    review.move(postgres_url)
    with Review.open(review.path) as moved:
        made = moved.archive(tmp_path / "team.zip")
    assert (
        made.manifest.head
        == review.workspace.ledger.pinned(last=made.manifest.n_events).head().hash
    )
    monkeypatch.setenv("THRESHER_STORE", "sqlite:////nowhere/at/all.sqlite")  # not the archive's
    assert replay_archive(made.file).findings == ()


def test_a_ledger_in_an_archive_is_a_database_that_opens(finished, tmp_path):
    with zipfile.ZipFile(finished.whole.file) as archive:
        archive.extract("ledger.sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_drawn_or_frozen_is_made_again(team, tmp_path):
    """A pilot drawn by chance, and the batches that two people read independently."""
    made = team.archive(tmp_path / "team.zip")
    done = replay_archive(made.file)
    assert done.findings == ()
    orders = [one.seq for one in team.workspace.ledger.read(QueueMade)]
    assert len(orders) == 3
    assert [one for one in done.checked if one.startswith("order")] == [
        f"order, event {seq}" for seq in orders
    ]
