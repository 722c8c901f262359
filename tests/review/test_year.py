"""A year of a living review: a base search and twelve monthly updates, people deciding in between.

Every month re-exports everything and brings something new; publications come from two databases,
some records change, one is retracted, a criterion changes in month six, and a database changes the
layout of its exports in month nine. After each month the version is published.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from running import prepare

from pipeline.events import Decided
from pipeline.report import explain_box
from pipeline.review import GivenDecision, Review, SearchDetails
from pipeline.review.moving import write_store_url

pytestmark = pytest.mark.exhaustive  # a minute a store

N_BASE, N_MONTHLY = 12, 3
CHANGED_IN, RETRACTED_IN, CRITERIA_CHANGE_IN, LAYOUT_CHANGE_IN = 3, 4, 6, 9
SUBJECTS = ("Naps", "Diaries", "Melatonin", "Light", "Noise", "Apps", "Letters", "Coaching")
SETTINGS = ("wards", "schools", "ships", "farms", "offices", "prisons", "hotels")

REASONS = ("design", "population")

CONFIG = """
[review]
title = "Sleep by telephone"
question = "What keeps people from sleep coaching by telephone?"

[criteria]
version = "1"
inclusion = ["sleep coaching by telephone"]

[[criteria.exclusion]]
id = "design"
text = "not a study"

[[criteria.exclusion]]
id = "population"
text = "{population}"

[[reviewers]]
id = "anna"
"""


class Clock:
    """Moves on by a minute whenever it is looked at, so that words have an order."""

    def __init__(self):
        self.now = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)

    def __call__(self):
        self.now += dt.timedelta(minutes=1)
        return self.now

    def month(self, number):
        self.now = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC) + dt.timedelta(days=30 * number)


def publication(n, *, month):
    """Return an invented publication; every fourth is about coaching, the rest is not."""
    subject, setting = SUBJECTS[n % len(SUBJECTS)], SETTINGS[n % len(SETTINGS)]
    is_about = n % 4 == 0
    kind = "Sleep coaching by telephone" if is_about else f"{subject} and rest"
    retracted = n == 4 and month >= RETRACTED_IN
    abstract = f"We followed {20 + n} people on {setting}." if month >= CHANGED_IN or n % 3 else ""
    return {
        "AN": f"{9000 + n}",
        "TI": f"{'RETRACTED: ' if retracted else ''}{kind} in {setting}: study {n} of {subject}",
        "AU": f"Ek, Anna{n}",
        "PY": "2025",
        "JO": "Journal of Rest",
        "VL": f"{1 + n % 9}",
        "SP": f"{100 + 7 * n}",
        "DO": f"10.1234/rest.{n}",
        "AB": abstract,
    }


def as_ris(found):
    entries = (
        "".join(f"{tag}  - {value}\n" for tag, value in one.items() if value) for one in found
    )
    return "".join(f"TY  - JOUR\n{entry}ER  - \n" for entry in entries)


def as_csv(found):
    columns = {"TI": "Title", "AU": "Authors", "PY": "Year", "JO": "Source title", "VL": "Volume"}
    columns |= {"SP": "Page start", "DO": "DOI", "AB": "Abstract", "AN": "EID"}
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns.values())
    writer.writerows([one[tag] for tag in columns] for one in found)
    return text.getvalue()


class Year:
    """The world outside the review: what databases hold, and what the reviewer would say."""

    def __init__(self, folder, review_path, clock):
        self.folder, self.path, self.clock = folder, review_path, clock
        self.said = {}

    def exports(self, month):
        """Two databases export all they have: Embase everything, Scopus two of three."""
        found = [publication(n, month=month) for n in range(N_BASE + N_MONTHLY * month)]
        embase = self.folder / f"embase-{month}.ris"
        embase.write_text(as_ris(found))
        some = [one | {"AN": f"2-s2.0-{one['AN']}"} for n, one in enumerate(found) if n % 3]
        has_new_layout = month >= LAYOUT_CHANGE_IN
        scopus = self.folder / f"scopus-{month}.{'csv' if has_new_layout else 'ris'}"
        scopus.write_text(as_csv(some) if has_new_layout else as_ris(some))
        return {"Embase": embase, "Scopus": scopus}

    def search(self, review, month):
        for database, path in self.exports(month).items():
            review.add([path], SearchDetails(self.clock.now.date(), database=database))

    def judge_pairs(self, review):
        for left, right in review.snapshot().unsure_pairs.select("left_id", "right_id").rows():
            verdict = "same" if left[-4:] == right[-4:] else "distinct"  # accessions end alike
            review.judge_pair(left, right, verdict, actor="anna")
        review.dedupe()

    def screen(self, review):
        """Read what the review asks for, and remember each word: nobody is asked twice in vain."""
        snapshot = review.snapshot()
        reopened = set(snapshot.words.filter("is_reopened")["citation_id"])
        for stage in ("title-abstract", "full-text"):
            given = []
            for citation, title in self.awaiting(review, stage):
                asked = (citation, stage)
                assert asked not in self.said or citation in reopened, f"{asked} is asked for again"
                self.said[asked] = "coaching by telephone" in title
                given += self.words(citation, stage)
            review.decide(given, reviewer="anna")

    def words(self, citation, stage):
        if not self.said[citation, stage]:
            reason = REASONS[len(self.said) % 2]
            return [GivenDecision(citation, "exclude", stage=stage, reasons=(reason,))]
        keep = GivenDecision(citation, "include", stage=stage)
        had = GivenDecision(citation, "retrieved", "retrieval")
        return [keep, had] if stage == "title-abstract" else [keep]

    def awaiting(self, review, stage):
        name = {"title-abstract": "screening", "full-text": "classification"}[stage]
        rows = review.explain_box(f"awaiting:{name}")
        return rows.select("id", "title").rows()


@pytest.fixture(params=["sqlite", "postgresql"])
def year(request, tmp_path):
    clock = Clock()
    config = CONFIG.format(population="no adults")
    if request.param == "postgresql":
        config = write_store_url(config, request.getfixturevalue("postgres_url"))
    with Review.init(tmp_path / "review", config=config, clock=clock):
        pass
    return Year(tmp_path, tmp_path / "review", clock)


def change_criteria(path):
    text = (path / "review.toml").read_text()
    text = text.replace('version = "1"', 'version = "2"').replace("no adults", "nobody over 65")
    (path / "review.toml").write_text(text)


def test_a_year_adds_up_month_by_month(year):
    published, decisions = {}, 0
    for month in range(13):
        year.clock.month(month)
        if month == CRITERIA_CHANGE_IN:
            change_criteria(year.path)
        with Review.open(year.path, clock=year.clock) as review:
            year.search(review, month)
            prepare(review)
            year.judge_pairs(review)
            prepare(review)
            year.screen(review)
            counts = review.publish(f"month {month}", actor="anna")
            published[f"month {month}"] = review.published_counts(f"month {month}")
            assert_every_number_is_explained(review, counts)
            now = len(review.workspace.ledger.read(Decided))
            assert now >= decisions
            decisions = now
    assert_the_year(year, published)


def assert_every_number_is_explained(review, counts):
    assert all(one.holds for one in counts.identities)
    rows = review.snapshot().flow
    for box in counts.boxes:
        if box.n:
            assert explain_box(rows, box.key).height == box.n, box.key


def assert_the_year(year, published):
    with Review.open(year.path, clock=year.clock) as review:
        assert {name: review.published_counts(name) for name in published} == published
        n = N_BASE + 12 * N_MONTHLY
        assert review.citations().height == n
        assert review.counts().n("total_studies") == len(range(0, n, 4))
        assert review.verify() == []
        retracted = review.updates.open_retractions()
        assert retracted["standing"].unique().to_list() == ["included"]
        assert set(retracted["record_id"].str.slice(-4)) == {"9004"}
        assert review.updates.vanished().is_empty()
        said = review.snapshot().decisions
        assert said["citation_id"].n_unique() == n
