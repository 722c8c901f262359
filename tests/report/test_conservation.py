"""Whatever happened, every unit that came in can be found again, and every count lists its rows."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.report import FLOW_TEMPLATES, count_flow, draw_flow, explain_box, trace_flow

DATABASE_ARM = {"database": "database_results", "register": "register_results"}
OTHER_ARM = {
    "website": "website_results",
    "organisation": "organisation_results",
    "citation": "citations_results",
}
KINDS = (*DATABASE_ARM, *OTHER_ARM)
RECORDS = tuple(f"{name}:{i}" for name in ("m", "e", "s", "web") for i in range(4))
JUDGED = ("include", "exclude", "conflict")
EFFORT = int(os.environ.get("THRESHER_EFFORT", "1"))  # how many times the daily examples
SOME = st.lists(st.sampled_from(RECORDS), max_size=8)


def draw_found(draw, sheet, number):
    """Add to the sheet what searches may bring and what may become of it unread."""
    for i in range(draw(st.integers(1, 3))):
        sheet.search(
            f"S{number}.{i}",
            *draw(SOME),
            kind=draw(st.sampled_from(("database", "database", *KINDS))),
            database=draw(st.sampled_from(["m", "e"])),
            rejected=draw(st.lists(st.sampled_from("?!%"), max_size=2)),
            withdrawn=draw(st.integers(0, 4)) == 4,
        )
    draw_grouped(draw, sheet)
    waived = {waiver["entry_id"] for waiver in sheet.waivers}
    for entry in sheet.rejected:
        if entry["entry_id"] not in waived and draw(st.booleans()):
            sheet.waive(entry["entry_id"])
    boxes = st.sampled_from(["excluded_automatic", "excluded_other", "records_excluded"])
    for record_id in draw(SOME):
        sheet.remove(record_id, box=draw(boxes), reason=draw(st.sampled_from(["x", "y"])))


def draw_grouped(draw, sheet):
    """Merge some records; splitting and withdrawing is what an update may do to an old version."""
    for members in draw(st.lists(st.lists(st.sampled_from(RECORDS), min_size=2, max_size=3))):
        sheet.same(*members)


def draw_second_thoughts(draw, sheet):
    """Split a cluster of the published version, withdraw one of its searches."""
    if sheet.clusters and draw(st.booleans()):
        sheet.clusters.remove(draw(st.sampled_from(sheet.clusters)))
    if draw(st.integers(0, 3)) == 3:
        draw(st.sampled_from(sheet.searches))["is_withdrawn"] = True


def draw_judged(draw, sheet):
    """Add to the sheet what people may have decided, obtained and linked."""
    outcomes = st.sampled_from(("include", *JUDGED, "awaiting"))
    reasons = st.sampled_from([None, "design", "setting"])
    reports = st.sampled_from([*RECORDS, "r1", "r2"])
    statuses = st.sampled_from(["requested", "retrieved", "not_retrieved"])
    for stage in ("title-abstract", "full-text"):
        for record_id in draw(SOME):
            sheet.judge(draw(outcomes), record_id, stage=stage, reason=draw(reasons))
    for record_id in draw(SOME):
        sheet.link(record_id, *draw(st.lists(st.sampled_from(["r1", "r2"]), max_size=2)))
    for report_id in draw(st.lists(reports, max_size=8)):
        sheet.retrieve(draw(statuses), report_id)
    for report_id in draw(st.lists(reports, max_size=4)):
        sheet.study(draw(st.sampled_from(["s1", "s2"])), report_id)


@pytest.fixture
def over_reviews(new_sheet):
    """Run a check over reviews at random; half of them are updates of a published version."""

    @st.composite
    def reviews(draw):
        sheet = new_sheet()
        draw_found(draw, sheet, 1)
        draw_judged(draw, sheet)
        if draw(st.booleans()):
            draw_second_thoughts(draw, sheet.publish())
            draw_found(draw, sheet, 2)
            draw_judged(draw, sheet)
        return sheet

    def run(check, n):
        quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
        decorated = given(sheet=reviews())(check)
        settings(max_examples=n * EFFORT, deadline=None, suppress_health_check=quiet)(decorated)()

    return run


def test_identities_hold_and_nothing_is_lost_or_counted_twice(over_reviews):
    def check(sheet):
        rows = trace_flow(sheet.evidence())
        count_flow(rows).require_balanced()
        counted = Counter(zip(rows["box"], rows["unit"], rows["id"], strict=True))
        assert set(counted.values()) <= {1}
        for arm in (DATABASE_ARM, OTHER_ARM):
            found = rows.filter(rows["box"].is_in(list(arm.values())))
            assert found.height == len(fates(sheet, rows, found, arm))

    over_reviews(check, 35)


def fates(sheet, rows, found, arm):
    """What became of one arm's units before anything was sought, one of each."""
    entries = set(found.filter(found["unit"] == "entry")["id"])
    unread = entries & set(rows.filter(rows["box"] == "awaiting")["id"])
    if arm is DATABASE_ARM:
        boxes = ["duplicates", "excluded_automatic", "excluded_other", "records_screened"]
        return [*rows.filter(rows["box"].is_in(boxes))["id"], *unread]
    dropped = rows.filter(rows["box"] == "other_not_sought")
    records = set(found.filter(found["unit"] == "record")["id"])
    records -= set(dropped.filter(dropped["unit"] == "record")["id"])
    citations = {sheet.citation_of(record) for record in records} - set(dropped["id"])
    return [*dropped["id"], *unread, *citations]


def test_every_count_lists_its_rows_in_every_template(over_reviews):
    def check(sheet):
        rows = trace_flow(sheet.evidence())
        counts = [count_flow(rows, template=template) for template in FLOW_TEMPLATES]
        assert all(each.boxes == counts[0].boxes for each in counts)
        for box in counts[0].boxes:
            assert explain_box(rows, box.key).height == box.n
            for member in box.members:
                assert explain_box(rows, f"{box.key}:{member.name}").height == member.n
        for name in ("human", "automation"):
            behind = explain_box(rows, f"records_excluded_{name}")
            assert behind.height == counts[0].to_json()[f"records_excluded_{name}"]
        assert all(draw_flow(each).startswith("<svg") for each in counts)

    over_reviews(check, 10)


def test_the_order_of_rows_does_not_matter(over_reviews):
    def check(sheet):
        before = trace_flow(sheet.evidence())
        for rows in (sheet.searches, sheet.entries, sheet.rejected, sheet.waivers):
            rows.reverse()
        sheet.records = dict(reversed(sheet.records.items()))
        assert before.equals(trace_flow(sheet.evidence()))

    over_reviews(check, 12)


def test_a_plain_recount_agrees(over_reviews):
    """An independent count of a first version, record by record in plain Python."""

    def check(sheet):
        sheet.previous = None
        sheet.rejected, sheet.waivers = [], []
        counts = count_flow(trace_flow(sheet.evidence()))
        assert {key: counts.n(key) for key in recount(sheet)} == recount(sheet)

    over_reviews(check, 25)


def recount(sheet):
    standing = {s["search_id"]: s["kind"] for s in sheet.searches if not s["is_withdrawn"]}
    kinds = {}
    for entry in sheet.entries:
        if entry["search_id"] in standing:
            kinds.setdefault(entry["record_id"], set()).add(standing[entry["search_id"]])
    records = {record for record, of in kinds.items() if of & set(DATABASE_ARM)}
    boxes = Counter(sheet_fate(sheet, c) for c in {sheet.citation_of(record) for record in records})
    return {
        "duplicates": len(records) - sum(boxes.values()),
        "excluded_automatic": boxes["excluded_automatic"],
        "records_screened": boxes["open"] + boxes["records_excluded"] + boxes["include"],
        "records_excluded": boxes["records_excluded"],
    }


def sheet_fate(sheet, citation):
    """What became of a citation, by the counting rules as they are written."""
    said = [o["outcome"] for o in sheet.outcomes if stands_for(sheet, o, citation)]
    box = [r["box"] for r in sheet.removals if sheet.citation_of(r["citation_id"]) == citation]
    outcome = said[-1] if said else "awaiting"
    if box and (box[-1] == "excluded_other" or outcome not in JUDGED):
        return box[-1]
    return {"include": "include", "exclude": "records_excluded"}.get(outcome, "open")


def stands_for(sheet, outcome, citation):
    is_screening = outcome["stage"] == "title-abstract"
    return is_screening and sheet.citation_of(outcome["citation_id"]) == citation
