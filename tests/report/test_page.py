"""The page: one file, no request, the same bytes, every number leads to its rows."""

from __future__ import annotations

import base64
import hashlib
import re

import polars as pl
import pytest
from lxml import html

from pipeline.report import (
    ReportSection,
    count_flow,
    list_row_files,
    render_report,
    trace_flow,
)


@pytest.fixture
def full(sheet):
    sheet.search("A", "a:1", "a:2", "a:3", rejected=["?"]).search("B", "b:1", "b:2")
    sheet.same("a:1", "b:1").judge("include", "a:1", "a:2").judge("exclude", "b:2")
    sheet.judge("exclude", "a:2", stage="full-text", reason="<img src=x onerror=alert(1)>")
    return sheet.judge("include", "a:1", stage="full-text")


def render(sheet, **options):
    evidence = sheet.evidence()
    rows = trace_flow(evidence)
    return render_report(
        evidence=evidence,
        rows=rows,
        counts=count_flow(rows),
        **{"title": "Barriers & <facilitators>", **options},
    )


def test_one_file_without_a_request_and_with_one_known_script(full):
    page = render(full)
    assert page.startswith("<!DOCTYPE html>")
    tree = html.fromstring(page)
    policy = tree.xpath("//meta[@http-equiv]/@content")
    (script,) = tree.xpath("//script/text()")  # the one that filters, allowed by its own hash
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    styles = "style-src 'unsafe-inline'; img-src data:"
    assert policy == [f"default-src 'none'; {styles}; script-src 'sha256-{digest}'"]
    assert not tree.xpath("//script/@src | //link | //img | //iframe | //@onerror | //@onclick")
    assert all(link.startswith("#") for link in tree.xpath("//@href"))
    assert not re.search(r"url\((?!#)", page)


def test_every_link_has_a_target_and_every_id_is_unique(full):
    tree = html.fromstring(render(full))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in tree.xpath("//@href")} <= set(ids)


def test_the_same_evidence_gives_the_same_bytes(full):
    assert render(full) == render(full)


def test_hostile_text_stays_text(full):
    page = render(full)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<title>Barriers &amp; &lt;facilitators&gt;</title>" in page


def test_rows_beyond_the_limit_are_counted_not_shown(full):
    tree = html.fromstring(render(full, rows_shown=1))
    listed = tree.get_element_by_id("rows-database_results")
    assert len(listed.xpath(".//tbody/tr")) == 1
    assert "5 more rows are left out here" in listed.text_content()


def test_longer_lists_are_files_beside_the_page(full):
    full.search("D", *(f"=d:{i}" for i in range(5)))
    tree = html.fromstring(render(full, rows_shown=3, rows_folder="rows"))
    links = {link for link in tree.xpath("//@href") if not link.startswith("#")}
    files = list_row_files(trace_flow(full.evidence()), rows_shown=3)
    assert {f"rows/{file.name}" for file in files} == links
    text = next(file.text for file in files if file.name == "records_screened.csv")
    assert text.startswith("Id,Title,Source")
    assert "'=d:0,On =d:0,'=d" in text


def test_sections_of_other_stages_have_their_place(full):
    section = ReportSection(
        anchor="map",
        heading="Evidence map",
        text="One.\n\nTwo.",
        table=pl.DataFrame({"Domain": ["Staff"], "n": [3]}),
        picture="<svg xmlns='http://www.w3.org/2000/svg'></svg>",
    )
    empty = ReportSection(anchor="nothing", heading="Nothing")
    tree = html.fromstring(render(full, sections=[section, empty], software=["thresher 1"]))
    shown = tree.get_element_by_id("map")
    assert len(shown.xpath(".//p")) == 2
    assert shown.xpath(".//td/text()") == ["Staff", "3"]
    assert shown.xpath(".//*[local-name()='svg']")
    assert not tree.xpath("//*[@id='nothing']")
    assert "thresher 1" in tree.xpath("//footer")[0].text_content()


def test_strategies_are_shown_as_they_were_run(full):
    full.searches[0]["strategy"] = "1  exp Patient Discharge/\n2  <barrier*>.ti,ab."
    tree = html.fromstring(render(full))
    shown = tree.get_element_by_id("strategies").xpath(".//pre/text()")
    assert shown == ["1  exp Patient Discharge/\n2  <barrier*>.ti,ab."]


def test_hits_are_checked_against_what_was_loaded(full):
    for search, hits in zip(full.searches, (5, 2), strict=True):
        search["hits_reported"] = hits
    table = html.fromstring(render(full)).get_element_by_id("searches")
    assert [row.xpath("td")[-1].text for row in table.xpath(".//tbody/tr")] == [
        *("1 missing", "complete")
    ]


def test_sources_with_what_they_alone_found(full):
    tree = html.fromstring(render(full))
    rows = tree.get_element_by_id("duplicates").xpath(".//tbody/tr")
    cells = [[cell.text_content() for cell in row.xpath("td")] for row in rows]
    assert cells == [["a", "3", "0", "0", "2", "0"], ["b", "2", "0", "1", "1", "0"]]
