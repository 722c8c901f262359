"""Proof at the command line: counts of a day and of a period, checks, one zip for an auditor."""

from __future__ import annotations

import csv
import datetime as dt
import shutil

import pytest
from openpyxl import load_workbook

from pipeline.review import Review, SearchDetails

DAY = "2026-11-21"
RIS = (
    "TY  - JOUR\nT1  - {title}\nA1  - Ek, Anna\nY1  - 2020\nN2  - {title} in short\n"
    "DO  - 10.5555/x.{n}\nU2  - L20000{n}\nDB  - Embase\nER  - \n\n"
)
TITLES = ("Evening text messages for adults", "Whale songs in nurseries", "The price of curtains")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A review that ran once, and its archive; not to be changed."""
    root = tmp_path_factory.mktemp("proof")
    export = root / "embase.ris"
    export.write_text("".join(RIS.format(title=t, n=n) for n, t in enumerate(TITLES)), "utf-8")
    now = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    with Review.init(root / "review", clock=lambda: now) as review:
        review.add([export], SearchDetails(dt.date(2026, 11, 21), database="Embase"))
        review.ingest()
        review.dedupe()
        review.rank()
        review.archive(root / "review.zip")
    return root


@pytest.fixture
def review(finished, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(finished / "review", tmp_path / "review")


def test_counts_of_a_period_and_of_an_earlier_day(thresher, finished):
    review = finished / "review"
    nothing = thresher("prisma", review, "--since", DAY, "--json").json
    assert (nothing["database_results"], nothing["left"]) == (0, [])
    came = thresher("prisma", review, "--since", "2026-11-20", "--as-of", DAY, "--json").json
    assert came["database_results"] == 3
    shown = thresher("prisma", review, "--since", "2026-11-20", "--explain", "records_screened")
    assert "3" in shown.out.splitlines()[0]
    before = thresher("prisma", review, "--as-of", "2026-11-20", "--json").json
    assert (before["database_results"], before["as_of"]) == (0, "2026-11-20")


def test_the_report_of_a_day_lies_in_its_folder(thresher, review):
    files = thresher("report", review, "--as-of", DAY, "--json").json
    page = review / "reports" / DAY / "report.html"
    assert str(page) in files
    assert DAY in page.read_text()
    assert thresher("verify", review).code == 0


def test_typed_numbers_are_held_against_the_counted_ones(thresher, review, tmp_path):
    typed = tmp_path / "typed.csv"
    thresher("export", review, "--format", "prisma-csv", "--out", typed)
    assert thresher("prisma", review, "--check", typed).code == 0
    rows = list(csv.reader(typed.read_text().splitlines()))
    at = rows[0].index("n")
    changed = [[*r[:at], "4", *r[at + 1 :]] if "records_screened" in r else r for r in rows]
    with typed.open("w", newline="") as file:
        csv.writer(file).writerows(changed)
    result = thresher("prisma", review, "--check", typed, "--json")
    assert result.code == 1
    assert [(one["key"], one["typed"], one["counted"]) for one in result.json] == [
        ("records_screened", 4, 3)
    ]


@pytest.mark.exhaustive
def test_an_archive_names_what_it_leaves_out(thresher, review, tmp_path):
    made = thresher("archive", review, tmp_path / "a.zip", "--without-abstracts", "--json").json
    assert "searches/2026-11-21/embase.ris" in made["withheld"]
    again = thresher("archive", review, tmp_path / "a.zip")
    assert (again.code, "exists already" in again.err) == (2, True)


@pytest.mark.exhaustive
def test_replay_counts_the_same(thresher, finished):
    done = thresher("replay", finished / "review.zip", "--json")
    assert (done.code, done.json["depth"], done.json["findings"]) == (0, "recomputed", [])


def test_replay_of_a_damaged_archive_exits_1(thresher, finished, tmp_path):
    cut = tmp_path / "cut.zip"
    shutil.copy(finished / "review.zip", cut)
    data = bytearray(cut.read_bytes())
    place = data.find(b"review.toml") + 40
    data[place] ^= 0xFF  # within the first file
    cut.write_bytes(data)
    bad = thresher("replay", cut)
    assert bad.code in (1, 2)
    assert "review.toml" in bad.err


def test_every_table_of_the_report_is_a_sheet(thresher, review, tmp_path):
    out = tmp_path / "tables.xlsx"
    assert thresher("export", review, "--format", "tables", "--out", out).code == 0
    workbook = load_workbook(out)
    assert {"searches", "counts", "prisma-s", "records_screened"} <= set(workbook.sheetnames)
    assert workbook["records_screened"].max_row == 1 + 3


def test_a_list_for_a_tool_that_takes_one_outcome_at_a_time(thresher, review, tmp_path):
    out = tmp_path / "unread.ris"
    asked = ("export", review, "--format", "ris", "--out", out, "--only")
    assert thresher(*asked, "awaiting").code == 0
    assert out.read_text().count("TY  - ") == 3
    assert thresher(*asked, "include").code == 0
    assert out.read_text() == ""
    refused = thresher(*asked, "included")
    assert (refused.code, "did you mean 'include'" in refused.err) == (2, True)
    asked = ("export", review, "--format", "ledger", "--out", out, "--only", "include")
    assert "is no list of citations" in thresher(*asked).err
