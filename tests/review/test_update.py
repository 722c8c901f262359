"""What an update brought, against a count by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from running import prepare

from pipeline.errors import StoreError
from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.update import last_run, what_is_new

ENTRY = (
    "TY  - JOUR\nAN  - {n}\nTI  - {title}, part {n}\nAU  - Ek, Anna\nPY  - 2020\n"
    "JO  - Journal of Rest\nVL  - 3\nSP  - {n}1\nDO  - 10.1234/rest.{n}\nER  - \n"
)
TITLES = ["Naps by text message", "Diaries of sleep", "Apps for insomnia", "Trials of melatonin"]


def export(path, *numbers):
    entries = (ENTRY.format(n=n, title=TITLES[n % len(TITLES)]) for n in numbers)
    path.write_text("".join(entries))
    return path


@pytest.fixture
def review(tmp_path):
    with Review.init(tmp_path / "review") as opened:
        add(opened, export(tmp_path / "a.ris", 1, 2, 3))
        opened.run()
        yield opened


def add(review, path, database="Embase"):
    review.add([path], SearchDetails(dt.date(2026, 11, 1), database=database))


def test_nothing_new_is_said_to_be(review):
    assert (
        what_is_new(review.snapshot(), since=last_run(review.workspace)).sentence == "nothing new"
    )


def test_a_full_re_export_with_one_new_record_and_one_known_publication(review, tmp_path):
    since = last_run(review.workspace)
    add(review, export(tmp_path / "b.ris", 1, 2, 3, 4))
    add(review, export(tmp_path / "c.ris", 1), database="Scopus")  # the same publication elsewhere
    review.run()
    new = what_is_new(review.snapshot(), since=since)
    assert (new.n_entries, new.n_records, new.n_citations) == (5, 2, 1)


def test_likely_relevant_is_what_scores_as_decided_relevant_ones_do(tmp_path):
    asked, others = ("Naps by text message in ward {n}", "Prices of curtains in lorry {n}")
    old = [asked.format(n=n) for n in range(8)] + [others.format(n=n) for n in range(8)]
    with Review.init(tmp_path / "review") as review:
        add(review, titled(tmp_path / "a.ris", 100, old))
        prepare(review)
        since = last_run(review.workspace)
        add(review, titled(tmp_path / "b.ris", 200, [asked.format(n=90), others.format(n=90)]))
        prepare(review)
        assert what_is_new(review.snapshot(), since=since).n_likely_relevant is None
        for citation_id, title in review.citations().select("citation_id", "title").iter_rows():
            if not title.endswith("90"):
                word = "include" if title.startswith("Naps") else "exclude"
                review.decide([GivenDecision(citation_id, word)], reviewer="anna")
        review.rank()
        assert what_is_new(review.snapshot(), since=since).n_likely_relevant == 1


def titled(path, first, titles):
    entry = "TY  - JOUR\nAN  - {n}\nTI  - {title}\nAU  - Ek, A\nPY  - 2020\nSP  - {n}\nER  - \n"
    path.write_text("".join(entry.format(n=first + n, title=t) for n, t in enumerate(titles)))
    return path


def test_a_run_holds_the_review_alone(review):
    going_on = pytest.raises(StoreError, match="another run of this review is going on")
    with Review.open(review.path) as other, other.alone(), going_on:
        review.run()
