"""Pictures and the page as a browser draws them: no text crosses its box, nothing bars anybody."""

from __future__ import annotations

import re

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import open_browser

from pipeline.report import FLOW_TEMPLATES, FlowEvidence, count_flow, draw_flow, render_report
from pipeline.schemas import Entry, FlowRow, Record, Search

pytestmark = pytest.mark.browser

LONG = (
    "Cumulative Index to Nursing and Allied Health Literature Complete (EBSCOhost), all years and "
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
)
FULL_WIDTH = (
    "中国知网学术期刊全文数据库与万方数据知识服务平台以及维普中文科技期刊数据库的合并检索结果"
)
CASES = {
    "nothing": {},
    "one reason": {("dbr_excluded", "No trial"): 1, ("other_excluded", "No trial"): 1},
    "twelve reasons": {
        ("dbr_excluded", f"Reason {n}: {LONG[: 10 * n]}"): 10**n % 9973 for n in range(1, 13)
    },
    "twenty databases": {("database_results", f"{LONG[: 7 + 5 * n]} {n}"): n for n in range(20)},
    "long names": {(box, LONG): 1234 for box in ("register_results", "duplicates", "dbr_excluded")},
    "full width": {
        (box, FULL_WIDTH): 7 for box in ("database_results", "dbr_excluded", "website_results")
    },
    "open": {("awaiting", stage): 5 for stage in ("screening", "retrieval", "classification")},
}
# For each text of a box: by how many px it stands out of the box, on its worst side.
OVERFLOW = """() => Array.from(document.querySelectorAll("svg > g"))
  .filter((group) => group.querySelector(":scope > rect")).flatMap((group) => {
  const box = group.querySelector("rect").getBBox();
  return Array.from(group.querySelectorAll("text:not([transform])")).map((text) => {
    const own = text.getBBox();
    const out = Math.max(box.x - own.x, own.x + own.width - box.x - box.width,
                         box.y - own.y, own.y + own.height - box.y - box.height);
    return [text.textContent, out];
  });
})"""


def flow_rows(case):
    rows = [
        {"box": box, "name": name, "unit": "record", "id": f"{name}-{n}"}
        for (box, name), many in case.items()
        for n in range(many)
    ]
    schema = FlowRow.create_empty().schema
    return FlowRow.validate(pl.DataFrame(rows, schema=schema))


@pytest.fixture(scope="module")
def browser():
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("font", ["Helvetica, Arial, 'Liberation Sans'", "'DejaVu Sans'"])
def test_no_text_crosses_its_box(browser, font):
    page = browser.new_page()
    for name, case in CASES.items():
        for template in FLOW_TEMPLATES:
            counts = count_flow(flow_rows(case), template=template)
            drawing = draw_flow(counts, title=LONG, is_linked=True)
            page.set_content(re.sub(r'font-family="[^"]*"', f'font-family="{font}"', drawing))
            measured = page.evaluate(OVERFLOW)
            assert len(measured) > 8
            assert [one for one in measured if one[1] > 0] == [], f"{name}, {template}"
    page.close()


@pytest.fixture(scope="module")
def report():
    """A report with long names and long lists."""
    rows = flow_rows(CASES["twenty databases"] | CASES["twelve reasons"])
    evidence = FlowEvidence(
        searches=Search.create_empty(), entries=Entry.create_empty(), records=Record.create_empty()
    )
    return render_report(evidence=evidence, rows=rows, counts=count_flow(rows), title="On care")


def test_nothing_is_cut_off_on_a_telephone_or_on_paper(browser, report):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(report)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    wider = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(f"{wider}.map(e => e.ariaLabel)") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 700
    page.close()


def test_the_page_bars_nobody_and_its_filter_filters(browser, report):
    page = browser.new_page()
    troubles = []
    page.on("console", lambda said: troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.set_content(report)
    assert Axe().run(page).response["violations"] == []
    section = page.locator("#rows-database_results")
    section.get_by_role("searchbox").fill("nursing 19")
    assert section.locator("tbody tr:visible").count() == 19
    assert section.locator("output").inner_text() == f"19 of {sum(range(20))}"
    assert troubles == []
    page.close()
