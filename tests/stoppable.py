"""A review of invented records of which a known eighth is relevant: what tests of stopping need."""

from __future__ import annotations

import datetime as dt
from itertools import count

import numpy as np

from pipeline.review import Review, SearchDetails

__all__ = ["N_RECORDS", "N_RELEVANT", "Clock", "export", "is_relevant", "rank_review"]

N_RECORDS, N_RELEVANT = 200, 24


class Clock:
    """A clock that goes one second further each time it is asked."""

    def __init__(self):
        self._seconds = count()

    def __call__(self):
        seconds = dt.timedelta(seconds=next(self._seconds))
        return dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC) + seconds


def export(*, first=0, n=N_RECORDS):
    """Return records that no deduplication would take for one another, as RIS."""
    rng = np.random.default_rng(5 + first)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    entries = []
    for number in range(first, first + n):
        words = " ".join("".join(rng.choice(letters, 7)) for _ in range(6))
        topic = "text messages for sleep" if number < N_RELEVANT else "curtains and lorries"
        entries.append(
            f"TY  - JOUR\nT1  - {words}\nN2  - {topic} {words}\nA1  - {words[:7].title()}, A\n"
            f"Y1  - {1980 + number % 40}\nU2  - L{number:06d}\nDB  - Embase\nER  - \n\n"
        )
    return "".join(entries)


def is_relevant(citation_id):
    return int(citation_id.rsplit("l", 1)[1]) < N_RELEVANT


def rank_review(path, *, config):
    """Make the review at a path, up to its order; nobody has read anything."""
    file = path.with_name("embase.ris")
    file.write_text(export(), encoding="utf-8")
    with Review.init(path, config=config, clock=Clock()) as review:
        review.add([file], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.ingest()
        review.dedupe()
        review.rank()
    return path
