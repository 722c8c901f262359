"""The flow at an earlier day by the rules of that day, between days, and against typed numbers."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from running import prepare

from pipeline.errors import InputError
from pipeline.report import compare_counts, read_prisma_csv, write_prisma_csv
from pipeline.review import GivenDecision, Review
from pipeline.review.periods import flow_between

pytestmark = pytest.mark.exhaustive

DAY = dt.timedelta(days=1)


class Days:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


CONFIG = """
[review]
title = "Text messages for sleep"

[criteria]
version = "1"

[[criteria.exclusion]]
id = "design"
text = "Not a controlled trial."
"""


@pytest.fixture
def over_days(tmp_path, add, books):
    """Decided by halves on two days; on the third the date window is narrowed."""
    clock = Days()
    review = Review.init(tmp_path / "review", config=CONFIG, clock=clock)
    add(review, "Embase", embase="".join(one.ris() for one in books(3)))
    prepare(review)
    first, second, _ = review.snapshot().to_screen["citation_id"].to_list()
    review.decide([GivenDecision(first, "include")], reviewer="anna")
    clock.now += DAY
    review.decide(
        [
            GivenDecision(second, "exclude", reasons=("design",)),
            GivenDecision(first, "retrieved", "retrieval"),
            GivenDecision(first, "exclude", "full-text", reasons=("design",)),
        ],
        reviewer="anna",
    )
    clock.now += DAY
    text = review.workspace.folder.config.read_text() + "\n[dates]\nfrom = 2024-01-01\n"
    review.workspace.folder.config.write_text(text)
    review.close()
    with Review.open(tmp_path / "review", clock=clock) as narrowed:
        prepare(narrowed)
        yield narrowed


def day(number):
    return dt.date(2026, 11, number)


def test_an_earlier_day_is_counted_by_the_rules_of_that_day(over_days):
    assert over_days.counts().n("excluded_automatic") == 1  # the third is from 2020
    then = over_days.counts(as_of=day(21))
    assert then.n("excluded_automatic") == 0
    assert then.n("records_excluded") == 1
    assert then.n("awaiting", "screening") == 1


def test_between_two_days_the_units_are_listed_that_came(over_days):
    period = flow_between(over_days.snapshot(as_of=day(20)), over_days.snapshot(as_of=day(21)))
    assert period.counts.n("records_excluded") == 1
    assert period.counts.n("dbr_excluded", "design") == 1
    assert period.counts.n("database_results") == 0
    for box in period.counts.boxes:
        assert period.came.filter(box=box.key).height == box.n
    assert {one["box"] for one in period.to_json()["left"]} == {"awaiting"}
    with pytest.raises(InputError, match="not before"):
        flow_between(over_days.snapshot(as_of=day(21)), over_days.snapshot(as_of=day(20)))


def test_a_period_and_what_came_before_it_make_the_whole(over_days):
    before, after = (over_days.snapshot(as_of=day(number)) for number in (20, 22))
    period = flow_between(before, after)
    rows = before.whole_flow.height - period.left.height + period.came.height
    assert rows == after.whole_flow.height


def test_reasons_are_words_for_people_and_ids_for_programs(over_days):
    files = {path.name: path for path in over_days.report()}
    for name in ("prisma.svg", "report.html", "report.md", "PRISMA.csv"):
        assert "Not a controlled trial" in files[name].read_text()
    counts = json.loads(files["prisma.json"].read_text())
    assert counts["dbr_excluded"] == [{"reason": "design", "n": 1}]
    assert files["prisma.pdf"].read_bytes().startswith(b"%PDF-")


def test_typed_numbers_are_compared_box_by_box(over_days):
    counts = over_days.counts()
    typed = write_prisma_csv(counts)
    assert list(compare_counts(read_prisma_csv(typed), counts)) == []
    spoken = counts.in_words({"design": "Sham, or none; at all"})  # the file holds no such signs
    assert list(compare_counts(read_prisma_csv(write_prisma_csv(spoken)), spoken)) == []
    wrong = typed.replace('"design, 1"', '"design, 4"').replace("design, 1", "design, 4")
    (whole, member) = compare_counts(read_prisma_csv(wrong), counts)
    assert (whole.key, whole.typed, whole.counted) == ("dbr_excluded", 4, 1)
    assert (member.key, member.typed, member.counted) == ("dbr_excluded:design", 4, 1)
