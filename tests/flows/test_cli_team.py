"""A team on the command line: who owes what, conflicts, agreement, criteria, hand-outs, reports."""

from __future__ import annotations

import csv

import pytest

from pipeline.review import Review

pytestmark = pytest.mark.exhaustive

RIS = (
    "TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nN2  - {title} in short\n"
    "DO  - 10.5555/x.{n}\nU2  - L20000{n}\nDB  - Embase\nER  - \n\n"
)
TITLES = (
    "Evening text messages for adults",
    "Whale songs in nurseries",
    "The price of curtains",
    "Hammocks on wards",
)
TEAM = """
[review]
title = "Naps"

[[criteria.exclusion]]
id = "design"

[[reviewers]]
id = "anna"

[[reviewers]]
id = "bo"

[[reviewers]]
id = "cy"
role = "arbiter"

[screening]
mode = "independent"
batch_size = 2
"""


@pytest.fixture
def review(thresher, tmp_path):
    """Return a review of four citations that two people read independently."""
    path, export = tmp_path / "review", tmp_path / "embase.ris"
    export.write_text("".join(RIS.format(title=t, n=n) for n, t in enumerate(TITLES)), "utf-8")
    assert thresher("init", path).code == 0
    (path / "review.toml").write_text(TEAM, "utf-8")
    added = thresher("add", path, export, "--searched-on", "2026-11-21", "--database", "Embase")
    assert added.code == 0, added.err
    with Review.open(path) as opened:
        opened.ingest()
        opened.dedupe()
        opened.rank()
    return path


def fill_in(path, *words):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, word in zip(rows, words, strict=True):
        row["decision"] = word
        row["reasons"] = "design" if word == "exclude" else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return [row["citation_id"] for row in rows]


def read(thresher, review, who, *words):
    sheet = review.parent / f"{who}.csv"
    assert thresher("handout", review, "--as", who, "--out", sheet).code == 0
    ids = fill_in(sheet, *words)
    assert thresher("decide", review, "--from", sheet, "--as", who).code == 0
    return ids


def test_from_hand_outs_to_a_resolution(thresher, review):
    ids = read(thresher, review, "anna", "include", "exclude")
    duties = thresher("team", review, "--json").json
    assert {one["reviewer"]: one["n_to_read"] for one in duties["duties"]} == {
        "anna": 0,
        "bo": 2,
        "cy": 0,
    }
    assert duties["is_batch_open"]
    assert "frozen until all have read it" in thresher("team", review).out
    assert read(thresher, review, "bo", "exclude", "exclude") == ids
    found = thresher("conflicts", review, "--json").json
    assert [one["citation_id"] for one in found["disputes"]] == [ids[0], ids[0]]
    assert "1 to settle" in thresher("conflicts", review).out
    settle = ("conflicts", review, "--resolve", ids[0], "--decision", "include")
    assert thresher(*settle).code == 2  # nobody answers for it
    assert thresher(*settle, "--as", "cy", "--note", "a trial after all").code == 0
    assert thresher(*settle, "--as", "cy").code == 2  # nothing is left to settle
    figures = thresher("agreement", review, "--json").json["figures"]
    assert [(one["scope"], one["n_first_only"]) for one in figures] == [("prioritised", 1)]
    assert "No random sample yet" in thresher("agreement", review).out

    sought = thresher("fulltext", review, "--json").json
    assert [one["report_id"] for one in sought] == [ids[0]]
    about = ("fulltext", review, "--report", ids[0])
    assert thresher(*about, "--requested").code == 2  # nobody answers for it
    anna = (*about, "--as", "anna")
    asked = thresher(*anna, "--requested", "--from-whom", "library", "--on", "2026-11-20")
    assert asked.code == 0, asked.err
    pdf = review.parent / "ek.pdf"
    pdf.write_bytes(b"%PDF-1.7 invented")
    assert thresher(*anna, "--retrieved", "--file", pdf, "--decision", "include").code == 2
    assert thresher(*anna, "--retrieved", "--file", pdf).code == 0
    assert thresher(*anna, "--state", "needs-translation").code == 0
    shown = thresher("fulltext", review, "--open").out
    assert "needs-translation" in shown
    assert "library" in shown
    assert thresher(*anna, "--decision", "exclude", "--reason", "design").code == 0
    bo = (*about, "--as", "bo", "--decision", "exclude", "--reason", "design")
    assert thresher(*bo).code == 0
    [row] = thresher("fulltext", review, "--json").json
    assert (row["decision"], row["reason"]) == ("exclude", "design")
    assert thresher("fulltext", review, "--other", "--json").json == []
    _disagree_about_a_report(thresher, review, ids[0])
    for wrong in (("--on", "2026-11-20"), ("--requested", "--retrieved"), ("--state", "lost")):
        assert thresher(*anna, *wrong).code == 2


def _disagree_about_a_report(thresher, review, citation):
    link = ("fulltext", review, "--report", "article-1", "--citation", citation, "--as", "anna")
    assert thresher(*link).code == 0
    bo = ("fulltext", review, "--report", "article-1", "--as", "bo")
    assert thresher(*bo, "--decision", "include", "--note", "controlled").code == 0
    assert "article-1" in thresher("conflicts", review).out
    assert thresher(*bo, "--undo", "--decision", "include").code == 2  # two changes at once
    assert thresher(*bo, "--undo").code == 0
    assert thresher("conflicts", review, "--json").json["disputes"] == []
    assert thresher(*bo, "--decision", "include").code == 0
    settle = ("conflicts", review, "--resolve", "article-1", "--decision", "exclude", "--as", "cy")
    settled = thresher(*settle, "--reason", "design")
    assert "Settled at full-text: article-1 is excluded, by cy." in settled.out
    [row] = thresher("fulltext", review, "--json").json
    assert (row["decision"], row["reason"]) == ("exclude", "design")
    taken = thresher("conflicts", review, "--undo", "article-1", "--as", "cy")
    assert "Taken back" in taken.out
    assert "1 to settle" in taken.out
    assert thresher(*settle, "--undo", "article-1").code == 2  # two changes


def test_people_leave_and_hand_over(thresher, review):
    assert thresher("team", review, "--leaves", "bo").code == 2
    gone = thresher("team", review, "--leaves", "bo", "--as", "cy")
    assert gone.code == 0, gone.err
    assert "left" in gone.out
    assert thresher("team", review, "--from", "bo", "--to", "anna", "--as", "cy").code == 2
    assert thresher("team", review, "--back", "bo", "--as", "cy").code == 0
    given = thresher("team", review, "--assign", "embase:l200000", "--to", "bo", "--as", "cy")
    assert given.code == 0, given.err


def test_a_pilot_and_the_lock(thresher, review):
    assert thresher("agreement", review, "--pilot", "2", "--sample", "2", "--as", "cy").code == 2
    drawn = thresher("agreement", review, "--pilot", "2", "--as", "cy")
    assert drawn.code == 0, drawn.err
    read(thresher, review, "anna", "include", "exclude")
    read(thresher, review, "bo", "include", "include")
    out = thresher("agreement", review).out
    assert "pilot" in out
    assert "design" in out
    assert thresher("criteria", review, "--lock").code == 2
    assert "Locked: version 1" in thresher("criteria", review, "--lock", "--as", "cy").out
    text = (review / "review.toml").read_text("utf-8")
    (review / "review.toml").write_text(text + '\n[criteria]\nversion = "2"\n', "utf-8")
    status = thresher("status", review)
    assert status.code == 0, status.err
    assert "locked since the pilot" in status.out
