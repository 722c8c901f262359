"""Small reviews to code."""

from __future__ import annotations

import datetime as dt
from itertools import count

from pipeline.review import GivenDecision, Review, SearchDetails

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
ABSTRACTS = (
    "Results: 🦉 Lack of training hindered uptake. Nurses trusted the app.",
    "Results: <img src=x onerror='window.hacked=1'> Cost was a barrier.",
)


def make_review(folder):
    ticks = count()
    review = Review.init(
        folder,
        config='[review]\ntitle = "Apps"\n',
        clock=lambda: START + dt.timedelta(seconds=next(ticks)),
    )
    entries = (
        f"TY  - JOUR\nT1  - Study {n} of {'ab'[n]} apps\nPY  - 2020\nN2  - {text}\nU2  - L{n}\n"
        "DB  - Embase\nER  - \n\n"
        for n, text in enumerate(ABSTRACTS)
    )
    export = folder.parent / "e.ris"
    export.write_text("".join(entries), "utf-8")
    review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
    review.ingest()
    review.dedupe()
    return review


def make_included_review(folder):
    review = make_review(folder)
    ids = review.snapshot().citations["citation_id"].to_list()
    for stage in ("title-abstract", "full-text"):
        review.decide([GivenDecision(one, "include", stage) for one in ids], reviewer="ada")
    return review
