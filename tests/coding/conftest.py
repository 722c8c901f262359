"""A review with included reports whose abstracts name barriers and facilitators."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from pipeline.review import GivenDecision, Review, SearchDetails

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
ABSTRACTS = {
    1: "Aim: To learn what nurses think. Results: Lack of training hindered uptake. "
    "Nurses trusted the app. Cost was a barrier. Conclusion: Managers should offer supervision.",
    2: "Results: Lack of training hindered uptake. Patients valued not having to travel.",
    3: "Results: The tool made a hoot 🦉 at night & nothing else was said about it.",
}
CONFIG = """
[review]
title = "Apps <on> wards"

[tagging]
codebook = "berardi-2024"
n_coders = {n_coders}
"""


class Clock:
    """A clock that goes one second further each time it is asked."""

    def __init__(self) -> None:
        self._seconds = count()

    def __call__(self) -> dt.datetime:
        return START + dt.timedelta(seconds=next(self._seconds))


def _ris(number: int, abstract: str) -> str:
    return (
        f"TY  - JOUR\nM3  - Article\nT1  - Study {number} of apps on {'abc'[number - 1]} wards\n"
        f"A1  - {('Ek, Anna', 'Ruiz, Bo', 'Okafor, Chi')[number - 1]}\nY1  - 202{number}\n"
        f"JF  - Journal {number}\nDO  - 10.5555/w.{number}\nN2  - {abstract}\nU2  - L{number}\n"
        "DB  - Embase\nER  - \n\n"
    )


@pytest.fixture(scope="session")
def _template(tmp_path_factory):
    """Two finished reviews to copy: making one takes longer than most tests."""
    folders = {}
    for n_coders in (1, 2):
        folder = tmp_path_factory.mktemp("coding") / f"review{n_coders}"
        export = folder.parent / "embase.ris"
        export.write_text("".join(_ris(n, text) for n, text in ABSTRACTS.items()), "utf-8")
        review = Review.init(folder, config=CONFIG.format(n_coders=n_coders), clock=Clock())
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.ingest()
        review.dedupe()
        ids = review.snapshot().citations["citation_id"].to_list()
        for stage in ("title-abstract", "full-text"):
            review.decide([GivenDecision(one, "include", stage) for one in ids], reviewer="ada")
        review.close()
        folders[n_coders] = folder
    return folders


@pytest.fixture
def open_review(_template, tmp_path):
    """Open a review of three included reports, for one coder or for two."""
    import shutil

    opened = []

    def make(n_coders: int = 1) -> Review:
        folder = tmp_path / f"review{n_coders}"
        shutil.copytree(_template[n_coders], folder)
        opened.append(Review.open(folder, clock=Clock()))
        return opened[-1]

    yield make
    for review in opened:
        review.close()


@pytest.fixture
def review(open_review):
    return open_review()


@pytest.fixture
def desk(review):
    return review.coding


@pytest.fixture
def blind(open_review):
    """The desk of a review that two people code blind to one another."""
    return open_review(2).coding
