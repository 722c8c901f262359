"""The diagram: official words, readable by all, and no text across the edge of its box."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from pipeline.report import FLOW_TEMPLATES, count_flow, draw_flow, trace_flow
from pipeline.report.layout import FONT_SIZE, lay_out
from pipeline.report.text import break_lines, measure_width

SVG = "{http://www.w3.org/2000/svg}"
HELVETICA_TO_DEJAVU = 1 / 1.16

OFFICIAL_WORDS = (
    "Identification of studies via databases and registers",
    "Records identified from:",
    "Databases (n = ",
    "Registers (n = ",
    "Records removed before screening:",
    "Duplicate records removed (n = ",
    "Records marked as ineligible by automation tools (n = ",
    "Records removed for other reasons (n = ",
    "Records screened (n = ",
    "Records excluded (n = ",
    "Reports sought for retrieval (n = ",
    "Reports not retrieved (n = ",
    "Reports assessed for eligibility (n = ",
    "Studies included in review (n = ",
    "Reports of included studies (n = ",
    "Identification",
    "Screening",
    "Included",
)
WORDS_OF_OTHER_METHODS = (
    "Identification of studies via other methods",
    "Websites (n = ",
    "Organisations (n = ",
    "Citation searching (n = ",
)
WORDS_OF_UPDATES = (
    "Previous studies",
    "Identification of new studies via databases and registers",
    "Studies included in previous version of review (n = ",
    "Reports of studies included in previous version of review (n = ",
    "New studies included in review (n = ",
    "Reports of new included studies (n = ",
    "Total studies included in review (n = ",
    "Reports of total included studies (n = ",
)

LONG = "Not about the barriers or the facilitators of transitional care between settings, or at all"


@pytest.fixture
def crowded(sheet):
    """Eleven databases with long names, thirty reasons, one of them a word without an end."""
    for i in range(11):
        name = f"Cumulative Index to Nursing and Allied Health Literature, part {i}"
        sheet.search(f"S{i}", *(f"{name}:{j}" for j in range(12)), database=name, rejected=["?"])
    sheet.search(
        "W", *(f"Guidelines International Network {i}:1" for i in range(4)), kind="website"
    )
    citations = sorted(sheet.records)
    sheet.judge("include", *citations[:100])
    for i, citation_id in enumerate(citations[:60]):
        reason = "Donaudampfschifffahrts" * 6 if i == 7 else f"{LONG} ({i % 30})"
        sheet.judge("exclude", citation_id, stage="full-text", reason=reason)
    return sheet


def spoken(svg):
    """Every panel as it is read aloud."""
    root = ET.fromstring(svg)  # noqa: S314 – drawn a moment ago
    return " ".join(title.text for title in root.iter(f"{SVG}title"))


@pytest.mark.parametrize("template", FLOW_TEMPLATES)
def test_the_words_are_the_official_ones(crowded, template):
    words = spoken(draw_flow(count_flow(trace_flow(crowded.evidence()), template=template)))
    expected = list(OFFICIAL_WORDS)
    if template.endswith("v2"):
        expected += WORDS_OF_OTHER_METHODS
    if template.startswith("updated"):
        expected = [
            *(word for word in expected if "included" not in word and "studies via" not in word),
            *WORDS_OF_UPDATES,
        ]
    assert [word for word in expected if word not in words] == []


@pytest.mark.parametrize("template", FLOW_TEMPLATES)
@pytest.mark.parametrize("font", [1.0, HELVETICA_TO_DEJAVU])
def test_no_text_crosses_its_box_and_no_box_another(crowded, template, font):
    layout = lay_out(count_flow(trace_flow(crowded.evidence()), template=template), title=LONG)
    boxes = [block for block in layout.blocks if block.kind != "phase"]
    for block in boxes:
        is_bold = block.kind not in ("box", "awaiting")
        for text in block.texts:
            width = measure_width(text.text, size=FONT_SIZE, is_bold=is_bold) * font
            assert text.x >= block.x
            assert text.x + width <= block.x + block.width
            assert block.y + FONT_SIZE * 0.8 <= text.y <= block.y + block.height - 3
    for left in layout.blocks:
        assert 0 <= left.x <= left.x + left.width <= layout.width
        assert 0 <= left.y <= left.y + left.height <= layout.height
        for right in layout.blocks:
            assert left is right or not _overlap(left, right), (left.name, right.name)


def _overlap(left, right):
    return (
        left.x < right.x + right.width
        and right.x < left.x + left.width
        and left.y < right.y + right.height
        and right.y < left.y + left.height
    )


@pytest.mark.parametrize("template", FLOW_TEMPLATES)
def test_no_arrow_crosses_a_box(crowded, template):
    layout = lay_out(count_flow(trace_flow(crowded.evidence()), template=template))
    for arrow in layout.arrows:
        for (x1, y1), (x2, y2) in zip(arrow.points, arrow.points[1:], strict=False):
            for block in layout.blocks:
                is_beside = max(x1, x2) <= block.x or min(x1, x2) >= block.x + block.width
                is_apart = max(y1, y2) <= block.y or min(y1, y2) >= block.y + block.height
                assert is_beside or is_apart, block.name


def test_everyone_can_read_it(crowded):
    root = ET.fromstring(draw_flow(count_flow(trace_flow(crowded.evidence()))))  # noqa: S314
    ids = {element.get("id") for element in root.iter()}
    assert set(root.get("aria-labelledby").split()) <= ids
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    panels = [group for group in root.iter(f"{SVG}g") if group.get("role") == "img"]
    assert len(panels) >= 12
    for panel in panels:
        assert panel.get("tabindex") == "0"
        assert panel.get("aria-label") == panel.find(f"{SVG}title").text


def test_it_says_that_it_is_interim_and_that_numbers_disagree(crowded):
    rows = trace_flow(crowded.evidence())
    assert "Interim: not everything has been decided yet" in spoken(draw_flow(count_flow(rows)))
    lost = rows.filter(rows["box"] != "duplicates").filter(rows["box"] != "records_screened")
    words = spoken(draw_flow(count_flow(lost)))
    assert "Numbers disagree: identified = duplicates" in words


def test_lines_that_only_some_reviews_need(sheet):
    sheet.search("A", "a:1", "a:2").judge("exclude", "a:1").remove("a:2", box="records_excluded")
    sheet.search("B", "a:3").judge("include", "a:3").judge("include", "a:3", stage="full-text")
    sheet.study("s", "a:3").publish().search("C", "a:4").judge("include", "a:4")
    sheet.judge("include", "a:4", stage="full-text").study("s", "a:4")
    words = spoken(draw_flow(count_flow(trace_flow(sheet.evidence()))))
    assert "New reports of previously included studies (n = 1)" in words
    sheet.previous = None
    words = spoken(draw_flow(count_flow(trace_flow(sheet.evidence()))))
    assert "by a human (n = 1), by automation tools (n = 1)" in words


def test_hostile_names_stay_text(sheet):
    sheet.search("S", '<script>alert("1")</script>\x00&:1')
    svg = draw_flow(count_flow(trace_flow(sheet.evidence())), title="</svg><script>")
    root = ET.fromstring(svg)  # noqa: S314
    assert not list(root.iter(f"{SVG}script"))
    assert '<script>alert("1")</script> & (n' in spoken(svg)


def test_the_same_counts_draw_the_same_bytes(crowded):
    rows = trace_flow(crowded.evidence())
    assert draw_flow(count_flow(rows)) == draw_flow(count_flow(rows))


def test_linked_numbers_lead_to_their_rows(crowded):
    svg = draw_flow(count_flow(trace_flow(crowded.evidence())), is_linked=True)
    root = ET.fromstring(svg)  # noqa: S314
    targets = {link.get("href") for link in root.iter(f"{SVG}a")}
    assert {"#rows-database_results", "#rows-duplicates", "#rows-new_studies"} <= targets


def test_lines_are_never_wider_than_asked_and_lose_nothing():
    text = f"{LONG} {'x' * 200} 漢字漢字漢字漢字漢字漢字 (n\xa0=\xa012,525)"
    lines = break_lines(text, width=90, size=13)
    assert max(measure_width(line, size=13) for line in lines) <= 90
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines[-1].endswith("(n\xa0=\xa012,525)")
