"""``verify`` finds what was tampered with, and says what and where; a snapshot shows one moment."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from pipeline.errors import ContractError
from pipeline.events import ClusteringAccepted, RunRecorded
from pipeline.review import GivenDecision


def tamper(review, statement):
    """Change the ledger behind its own back, its guards taken away."""
    with sqlite3.connect(review.path / "ledger.sqlite") as database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in guards.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
    database.close()


def found(review):
    return [(one.where, one.what) for one in review.verify()]


def test_an_untouched_review_has_no_findings(review):
    assert found(review) == []


def test_a_tampered_event_is_found_even_where_it_cannot_be_read(review):
    tamper(review, "UPDATE event SET body = '{}' WHERE kind = 'clustering accepted'")
    seqs = [seq for seq, _ in review.workspace.ledger.broken_links()]
    said = found(review)
    assert (f"ledger, event {seqs[0]}", "was changed after it was written") in said
    assert any(where == "frames" and "cannot be checked" in what for where, what in said)


def test_a_changed_and_a_missing_input_are_found(review):
    for name, harm, what in (
        ("searches/2026-11-20/embase.ris", lambda path: path.write_text("x"), "was changed"),
        ("searches/2026-11-21/later.ris", lambda path: path.unlink(), "is missing"),
    ):
        harm(review.path / name)
        assert any(where == name and said.startswith(what) for where, said in found(review))


def test_a_deleted_and_a_damaged_frame_are_found_with_the_event_that_needs_them(review):
    events = review.workspace.ledger.read(ClusteringAccepted)
    gone, damaged = (review.workspace.frames.path_of(one.event.frame) for one in events[:2])
    gone.unlink()
    damaged.write_bytes(b"no frame")
    assert found(review) == [
        (
            f"frames/{gone.name}",
            f"is missing; event {events[0].seq} of the ledger refers to it",
        ),
        (
            f"frames/{damaged.name}",
            f"is damaged; event {events[1].seq} of the ledger refers to it",
        ),
    ]


def test_a_snapshot_does_not_see_what_others_append(review):
    citation = review.snapshot().queue["citation_id"][0]
    snapshot = review.snapshot()
    decide = threading.Thread(
        target=lambda: review.decide([GivenDecision(citation, "include")], reviewer="bo")
    )
    decide.start()
    decide.join()
    assert citation not in snapshot.decisions["citation_id"]
    assert snapshot.counts.n("awaiting", "screening") == 1
    assert citation in review.snapshot().decisions["citation_id"]
    event = RunRecorded(configuration="0" * 64, lock=None, runner="none")
    with pytest.raises(ContractError, match="pinned ledger"):
        snapshot.workspace.ledger.append([event], actor="anna", now=review._clock())


def test_the_same_ledger_gives_the_same_report(review):
    files = {path: path.read_bytes() for path in review.report()}
    head = review.workspace.ledger.head()
    assert {path: path.read_bytes() for path in review.report()} == files
    assert review.workspace.ledger.head() == head  # nothing changed: no event
