"""Several large files are read by several processes, and nobody can tell from the result."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.errors import StoreError
from pipeline.review import SearchDetails

_DETAILS = SearchDetails(dt.date(2026, 11, 21), database="Embase")
_LONG = "We slept and wrote it down. " * 40_000  # so that few entries are worth a process


def _add(review, books, folder):
    for number in (0, 1):
        publications = books(10)[number * 5 : number * 5 + 5]
        for one in publications:
            one.abstract = f"{_LONG}{one.number}"
        path = folder / f"part-{number}.ris"
        path.write_text("".join(one.ris() for one in publications) + "TY  - JOUR\nTI  - cut")
        review.add([path], _DETAILS)


def events_of(review):
    return [(one.at, one.actor, one.event) for one in review.workspace.ledger.read()]


def test_processes_give_what_one_reader_gives(make_review, books, tmp_path):
    alone, together = make_review(name="alone"), make_review(name="together")
    for review in (alone, together):
        _add(review, books, tmp_path)
    told = []
    one_by_one = alone.ingest()
    side_by_side = together.ingest(workers=2, progress=lambda done, n: told.append((done, n)))
    assert side_by_side == one_by_one
    assert told == [(1, 2), (2, 2)]
    assert events_of(alone) == events_of(together)
    assert alone.snapshot().records.equals(together.snapshot().records)
    assert (together.snapshot().records.height, together.snapshot().rejected.height) == (10, 2)


def test_a_changed_file_stops_the_reading_and_what_was_read_is_kept(make_review, books, tmp_path):
    review = make_review()
    _add(review, books, tmp_path)
    last = max(review.path.glob("searches/*/*.ris"))
    last.write_text(last.read_text() + "\n")
    with pytest.raises(StoreError, match="was changed after it was added"):
        review.ingest()
    assert len(review.snapshot().entries) == 5
