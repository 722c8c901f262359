"""Exports and reviews made for a test, in a few words."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

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
id = "population"

[[criteria.exclusion]]
id = "design"
"""


class Clock:
    """A clock that goes one second further each time it is asked."""

    def __init__(self, first: int = 0) -> None:
        self._seconds = count(first)

    def __call__(self) -> dt.datetime:
        return START + dt.timedelta(seconds=next(self._seconds))


@dataclass
class Publication:
    """What an invented publication's exports are written from."""

    number: int
    title: str
    author: str
    year: int | None = 2020
    abstract: str = field(default="")

    def ris(self) -> str:
        """Write it as Embase.com does."""
        year = f"Y1  - {self.year}\n" if self.year else ""
        return (
            f"TY  - JOUR\nM3  - Article\nT1  - {self.title}\nA1  - {self.author}\n{year}"
            f"JF  - Journal of Invented Sleep\nVL  - {self.number}\nSP  - {self.number}1\n"
            f"DO  - 10.5555/sleep.{self.number}\nN2  - {self.abstract or self.title}\n"
            f"U2  - L20{self.number:05d}\nDB  - Embase\nER  - \n\n"
        )

    def nbib(self) -> str:
        """Write it as PubMed does."""
        date = f"DP  - {self.year} Mar\n" if self.year else ""
        return (
            f"PMID- 30{self.number:05d}\nOWN - NLM\nTI  - {self.title}.\n"
            f"LID - 10.5555/sleep.{self.number} [doi]\nAB  - {self.abstract or self.title}\n"
            f"FAU - {self.author}\n{date}JT  - Journal of Invented Sleep\n"
            f"VI  - {self.number}\nPG  - {self.number}1\nSO  - J Invent Sleep\n\n"
        )

    def isi(self) -> str:
        """Write it as Web of Science does."""
        year = f"PY {self.year}\n" if self.year else ""
        return (
            f"PT J\nAU {self.author}\nTI {self.title}\nSO JOURNAL OF INVENTED SLEEP\n{year}"
            f"VL {self.number}\nBP {self.number}1\nDI 10.5555/sleep.{self.number}\n"
            f"AB {self.abstract or self.title}\nUT WOS:0004{self.number:011d}\nER\n\n"
        )


TITLES = (
    "Evening text messages for adults with insomnia",
    "A library of whale songs and the quality of naps in nurseries",
    "Caffeine, night shifts and the price of curtains",
    "Weighted blankets in long-haul lorries",
    "Dream diaries kept by lighthouse keepers",
    "Snoring partners: a mixed-methods study of patience",
    "Melatonin gummies and the spelling of teenagers",
    "Bedtime stories read by grandparents over the telephone",
    "Blue light from refrigerators at midnight",
    "Counting sheep in a second language",
    "Hammocks for post-operative wards",
)
AUTHORS = ("Ek, Anna", "Ruiz, Bo", "Okafor, Chi", "Lund, Dag", "Moreau, Eve", "Silva, Fia")


def publications(n: int) -> list[Publication]:
    """Return n publications that nobody could take for one another."""
    return [
        Publication(number + 1, TITLES[number], AUTHORS[number % len(AUTHORS)])
        for number in range(n)
    ]


@pytest.fixture
def make_review(tmp_path):
    """Make reviews; they are closed when the test ends."""
    opened: list[Review] = []

    def make(config: str = CONFIG, *, name: str = "review") -> Review:
        review = Review.init(tmp_path / name, config=config, clock=Clock())
        opened.append(review)
        return review

    yield make
    for review in opened:
        review.close()


@pytest.fixture
def add(tmp_path):
    """Write exports to files and add them to a review as one search."""

    def add_files(review: Review, database: str, date: str = "2026-11-21", **exports: str):
        paths = []
        for name, text in exports.items():
            path = Path(tmp_path / "downloads" / f"{name}.txt")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        details = SearchDetails(dt.date.fromisoformat(date), database=database)
        return review.add(paths, details)

    return add_files


@pytest.fixture
def screened(make_review, add):
    """A review of four publications in two databases, deduplicated and not yet screened."""
    review = make_review()
    one, two, three, four = publications(4)
    add(review, "Embase", embase=one.ris() + two.ris() + three.ris())
    add(review, "Medline", medline=three.nbib() + four.nbib())
    prepare(review)
    return review


@pytest.fixture(scope="session")
def sought_folder(tmp_path_factory):
    """The folder of a review of four citations, all of them sought, and their ids."""
    home = tmp_path_factory.mktemp("sought")
    export = home / "embase.txt"
    export.write_text("".join(one.ris() for one in publications(4)), "utf-8")
    with Review.init(home / "review", config=CONFIG, clock=Clock()) as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        prepare(review)
        ids = review.snapshot().citations["citation_id"].to_list()
        review.decide([GivenDecision(one, "include") for one in ids], reviewer="anna")
        return review.path, ids


@pytest.fixture
def sought(sought_folder, tmp_path):
    """Open a copy of it: the review and the ids of its citations."""
    folder, ids = sought_folder
    path = shutil.copytree(folder, tmp_path / "review")
    with Review.open(path, clock=Clock(3600)) as review:
        yield review, ids


@pytest.fixture
def exclude():
    """Say that a citation is excluded, for these reasons."""
    return lambda id_, *reasons, **more: GivenDecision(id_, "exclude", reasons=reasons, **more)


@pytest.fixture
def include():
    """Say that a citation is included."""
    return lambda id_, **more: GivenDecision(id_, "include", **more)


@pytest.fixture(scope="session")
def books():
    """Return n publications that nobody could take for one another."""
    return publications
