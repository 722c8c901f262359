"""A review of real exports: at least one native file of each of the six databases."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from pipeline.review import Review, SearchDetails

FILES = {
    "Medline": ["MEDLINE__PUBMED__NBIB__synthesisr.txt"],
    "Embase": ["EMBASE__EMBASECOM__RIS__asrcff.ris"],
    "Scopus": ["SCOPUS__SCOPUS__RIS__bibliotobler.ris", "SCOPUS__SCOPUS__CSV__dimitrov.csv"],
    "PsycInfo": ["PSYCINFO__OVID__RIS__asrcff.ris", "PSYCINFO__OVID__RIS__asreview.ris"],
    "Web of Science": ["WOS__WOS__ISI__knh-r0001.txt", "WOS__WOS__ISI__knh-r4001.txt"],
    "Google Scholar": [
        "GSCHOLAR__GSCHOLAR__BIBTEX__p1m.bib",
        "GSCHOLAR__GSCHOLAR__CSV__asrcff.csv",
    ],
}


@pytest.fixture(scope="module")
def review(tmp_path_factory, shared):
    folder = tmp_path_factory.mktemp("real") / "review"
    with Review.init(folder, config='[review]\ntitle = "Whatever these are about"\n') as review:
        for names in FILES.values():
            paths = [shared / "exports" / name for name in names]
            review.add(paths, SearchDetails(dt.date(2026, 11, 21)))
        review.run()
        yield review


@pytest.fixture
def expected(shared):
    with (shared / "exports" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["n_records"]) for row in csv.DictReader(file)}


def test_every_count_is_that_of_the_independent_counter(review, expected):
    snapshot = review.snapshot()
    for database, names in FILES.items():
        for name in names:
            n_parsed = snapshot.entries["file"].str.ends_with(name).sum()
            n_rejected = snapshot.rejected["file"].str.ends_with(name).sum()
            assert n_parsed + n_rejected == expected[name], name
        n_identified = review.counts().n("database_results", database)
        assert n_identified == sum(expected[name] for name in names), database
    assert all(identity.holds for identity in review.counts().identities)


def test_running_again_changes_no_count_and_adds_only_the_run(review):
    before, counts = review.workspace.ledger.head().seq, review.counts()
    review.run()
    added = review.workspace.ledger.read()[before:]
    assert [one.event.kind for one in added] == ["run"]
    assert review.counts() == counts


def test_every_box_lists_exactly_what_it_counts(review):
    for box in review.counts().boxes:
        assert review.explain_box(box.key).height == box.n, box.key
    assert review.verify() == []


def test_what_the_machine_computed_can_be_deleted(review):
    counts = review.counts()
    for path in sorted(review.workspace.folder.work.rglob("*.parquet")):
        path.unlink()
    assert review.counts() == counts
