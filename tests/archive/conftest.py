"""A finished review with everything in it, and its archive, made once for all tests here."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import count
from types import SimpleNamespace

import pytest
from running import prepare

from pipeline.review import GivenDecision, Review, SearchDetails

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
CONFIG = """
[review]
title = "Text messages for sleep"
question = "Do text messages help people sleep?"

[criteria]
version = "1"

[[criteria.exclusion]]
id = "design"
"""
TEAM = """
[screening]
mode = "independent"
batch_size = 2

[[reviewers]]
id = "anna"

[[reviewers]]
id = "bo"
"""
ABSTRACT = "An abstract that no database would let us share"


def entry(number: int, title: str) -> str:
    """Write an invented publication as Embase.com does."""
    return (
        f"TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nJF  - Journal of Invented Sleep\n"
        f"VL  - {number}\nSP  - {number}1\nDO  - 10.5555/sleep.{number}\n"
        f"N2  - {ABSTRACT} {number}.\nU2  - L20{number:05d}\nDB  - Embase\nER  - \n\n"
    )


TITLES = (
    "Evening text messages for adults with insomnia",
    "A library of whale songs and the quality of naps in nurseries",
    "Caffeine, night shifts and the price of curtains",
    "Weighted blankets in long-haul lorries",
)
DAMAGED = "TY  - JOUR\nT1  - Cut off"  # an entry without an end


def clock():
    """Tell the time, a second later each time."""
    seconds = count()
    return lambda: START + dt.timedelta(seconds=next(seconds))


def make_review(folder):
    """Make a review with a damaged entry, a version, a late search, decisions and a queue."""
    export = folder.parent / "embase.ris"
    export.write_text("".join(entry(i, t) for i, t in enumerate(TITLES, start=1)) + DAMAGED)
    review = Review.init(folder, config=CONFIG, clock=clock())
    review.add([export], SearchDetails(dt.date(2026, 11, 20), database="Embase"))
    prepare(review)
    rejected = review.snapshot().unresolved["entry_id"].to_list()
    review.repair(rejected[0], entry(7, "Dream diaries kept by lighthouse keepers"), actor="anna")
    prepare(review)
    first, *rest = review.snapshot().to_screen["citation_id"].to_list()
    included = [
        GivenDecision(first, "include"),
        GivenDecision(first, "retrieved", "retrieval"),
        GivenDecision(first, "include", "full-text"),
    ]
    excluded = [GivenDecision(one, "exclude", reasons=("design",)) for one in rest]
    review.decide([*included, *excluded], reviewer="anna")
    review.publish("1", actor="anna")
    later = folder.parent / "later.ris"
    later.write_text(entry(9, "Hammocks for post-operative wards") + entry(1, TITLES[0]))
    review.add([later], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
    review.run()
    return review


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The review's folder, its archive and the reduced one; not to be changed."""
    root = tmp_path_factory.mktemp("archive")
    with make_review(root / "review") as review:
        whole = review.archive(root / "whole.zip")
        reduced = review.archive(root / "reduced.zip", without_abstracts=True)
    return SimpleNamespace(folder=root / "review", whole=whole, reduced=reduced)


@pytest.fixture
def team(tmp_path):
    """A review that two people read independently: a pilot by chance, then two frozen batches."""
    export = tmp_path / "embase.ris"
    export.write_text("".join(entry(i, t) for i, t in enumerate(TITLES * 2, start=1)))
    folder = tmp_path / "team"
    with Review.init(folder, config=CONFIG + TEAM, clock=clock()) as opened:
        opened.add([export], SearchDetails(dt.date(2026, 11, 20), database="Embase"))
        opened.ingest()
        opened.dedupe()
        opened.team.draw(2, purpose="pilot", actor="anna", seed=3)
        for _ in range(2):
            queue = opened.snapshot().queue["citation_id"].head(2).to_list()
            for who in ("anna", "bo"):
                opened.decide([GivenDecision(one, "include") for one in queue], reviewer=who)
            opened.rank()
        opened.record_run(runner="plain")
        yield opened


@pytest.fixture
def review(finished, tmp_path):
    """A copy of the review that a test may change."""
    shutil.copytree(finished.folder, tmp_path / "review")
    with Review.open(tmp_path / "review", clock=clock()) as opened:
        yield opened
