"""Whatever happened, every unit that came in can be found again, and every count lists its rows."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.report import BOXES, FLOW_TEMPLATES, count_flow, draw_flow, explain_box, trace_flow

RECORDS = tuple(f"{name}:{i}" for name in ("m", "e", "s", "web") for i in range(4))
KINDS = ("database", "database", "database", "register", "website", "organisation", "citation")
OUTCOMES = ("include", "include", "exclude", "conflict", "awaiting")
SOME = st.lists(st.sampled_from(RECORDS), max_size=8)


def draw_version(draw, sheet, number):
    """Add to the sheet what may happen between two publications."""
    for i in range(draw(st.integers(1, 3))):
        sheet.search(
            f"S{number}.{i}",
            *draw(SOME),
            kind=draw(st.sampled_from(KINDS)),
            database=draw(st.sampled_from(["m", "e"])),
            rejected=draw(st.lists(st.sampled_from("?!%"), max_size=2)),
            withdrawn=draw(st.booleans()) and draw(st.booleans()),
        )
    for _ in range(draw(st.integers(0, 3))):
        sheet.same(*draw(st.lists(st.sampled_from(RECORDS), min_size=2, max_size=3)))
    for entry in sheet.rejected:
        if draw(st.booleans()):
            sheet.waive(entry["entry_id"])
    boxes = st.sampled_from(["excluded_automatic", "excluded_other", "records_excluded"])
    for record_id in draw(SOME):
        sheet.remove(record_id, box=draw(boxes), reason=draw(st.sampled_from(["x", "y"])))
    for stage in ("title-abstract", "full-text"):
        for record_id in draw(SOME):
            reason = draw(st.sampled_from([None, "design", "setting"]))
            sheet.judge(draw(st.sampled_from(OUTCOMES)), record_id, stage=stage, reason=reason)
    for record_id in draw(SOME):
        sheet.link(record_id, *draw(st.lists(st.sampled_from(["r1", "r2"]), max_size=2)))
    for report_id in draw(st.lists(st.sampled_from([*RECORDS, "r1", "r2"]), max_size=8)):
        status = draw(st.sampled_from(["requested", "retrieved", "not_retrieved"]))
        sheet.retrieve(status, report_id)
    for report_id in draw(st.lists(st.sampled_from([*RECORDS, "r1", "r2"]), max_size=4)):
        sheet.study(draw(st.sampled_from(["s1", "s2"])), report_id)


def sheets(new_sheet):
    @st.composite
    def build(draw):
        sheet = new_sheet()
        draw_version(draw, sheet, 1)
        if draw(st.booleans()):
            draw_version(draw, sheet.publish(), 2)
        waivers = {waiver["entry_id"]: waiver for waiver in sheet.waivers}
        sheet.waivers = list(waivers.values())
        return sheet

    return build()


def anything(new_sheet):
    return given(sheet=sheets(new_sheet))


def checked(new_sheet, check, n=60):
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    settings(max_examples=n, deadline=None, suppress_health_check=quiet)(
        anything(new_sheet)(check)
    )()


def test_every_identity_holds(new_sheet):
    def check(sheet):
        count_flow(trace_flow(sheet.evidence())).require_balanced()

    checked(new_sheet, check)


def test_every_count_of_every_template_lists_its_rows(new_sheet):
    def check(sheet):
        rows = trace_flow(sheet.evidence())
        for template in FLOW_TEMPLATES:
            counts = count_flow(rows, template=template)
            document = counts.to_json()
            for box in counts.boxes:
                assert explain_box(rows, box.key).height == box.n
                for member in box.members:
                    assert explain_box(rows, f"{box.key}:{member.name}").height == member.n
            for key in ("records_excluded_human", "records_excluded_automation"):
                assert explain_box(rows, key).height == document[key]

    checked(new_sheet, check, n=30)


def test_no_record_is_lost_and_none_is_counted_twice(new_sheet):
    """Each identified record is a duplicate, or stands for a citation that has one fate."""

    def check(sheet):
        rows = trace_flow(sheet.evidence())
        counted = Counter(zip(rows["box"], rows["unit"], rows["id"], strict=True))
        assert not counted or max(counted.values()) == 1
        for arm in (["database", "register"], ["website", "organisation", "citations"]):
            keys = [f"{name}_results" for name in arm]
            identified = sum(count_flow(rows).n(key) for key in keys)
            assert identified == len(fates(rows, keys))

    checked(new_sheet, check)


def fates(rows, keys):
    """What became of the units of one arm before anything was sought."""
    is_other = "website_results" in keys
    if not is_other:
        boxes = {"duplicates", "excluded_automatic", "excluded_other", "records_screened"}
        entries = ids(rows, {"awaiting"}, unit="entry") & ids(rows, set(keys), unit="entry")
        return [*rows.filter(rows["box"].is_in(list(boxes)))["id"], *entries]
    dropped = rows.filter(rows["box"] == "other_not_sought")["id"].to_list()
    entries = ids(rows, {"awaiting"}, unit="entry") & ids(rows, set(keys), unit="entry")
    citations = ids(rows, set(keys), unit="record") - set(dropped)
    return [*dropped, *entries, *citations]


def ids(rows, boxes, *, unit):
    return set(rows.filter(rows["box"].is_in(list(boxes)), rows["unit"] == unit)["id"])


def test_a_plain_recount_agrees(new_sheet):
    """An independent count of a first version, record by record in plain Python."""

    def check(sheet):
        sheet.previous = None
        counts = count_flow(trace_flow(sheet.evidence()))
        for key, n in recount(sheet).items():
            assert counts.n(key) == n, key

    checked(new_sheet, check)


def recount(sheet):
    arm_of = {}
    for search in sorted(sheet.searches, key=lambda each: KINDS.index(each["kind"])):
        if search["is_withdrawn"]:
            continue
        for entry in sheet.entries:
            if entry["search_id"] == search["search_id"]:
                arm_of.setdefault(entry["record_id"], search["kind"])
    by_databases = {r for r, kind in arm_of.items() if kind in ("database", "register")}
    citations = {sheet._now(r) for r in by_databases}
    said = {}
    for outcome in sheet.outcomes:
        said[sheet._now(outcome["citation_id"]), outcome["stage"]] = outcome["outcome"]
    screened = {c: said.get((c, "title-abstract")) for c in citations}
    removed = {}
    for removal in sheet.removals:
        removed[sheet._now(removal["citation_id"])] = removal["box"]
    for citation, outcome in screened.items():
        is_judged = outcome in ("include", "exclude", "conflict")
        if is_judged and removed.get(citation) != "excluded_other":
            removed.pop(citation, None)
    left = {c for c in citations if removed.get(c) not in ("excluded_automatic", "excluded_other")}
    excluded = {c for c in left if screened[c] == "exclude" or c in removed}
    rejected = [
        (entry["database"], entry["raw"])
        for entry in sheet.rejected
        for search in sheet.searches
        if search["search_id"] == entry["search_id"]
        and search["kind"] in ("database", "register")
        and not search["is_withdrawn"]
    ]
    databases = [r for r in arm_of if arm_of[r] in ("database", "register")]
    return {
        "duplicates": len(databases) - len(citations),
        "records_screened": len(left),
        "records_excluded": len(excluded),
        "excluded_automatic": len({c for c in citations if removed.get(c) == "excluded_automatic"}),
    } | ({"database_results": len(databases)} if not rejected and not registers(arm_of) else {})


def registers(arm_of):
    return "register" in arm_of.values()


def test_the_order_of_rows_does_not_matter(new_sheet):
    def check(sheet):
        before = trace_flow(sheet.evidence())
        for rows in (sheet.searches, sheet.entries, sheet.rejected, sheet.waivers):
            rows.reverse()
        sheet.records = dict(reversed(sheet.records.items()))
        after = trace_flow(sheet.evidence())
        assert before.equals(after)

    checked(new_sheet, check, n=30)


def test_any_flow_can_be_drawn(new_sheet):
    def check(sheet):
        counts = count_flow(trace_flow(sheet.evidence()))
        assert draw_flow(counts).startswith("<svg")
        assert {box.key for box in counts.boxes} == set(BOXES)

    checked(new_sheet, check, n=15)
