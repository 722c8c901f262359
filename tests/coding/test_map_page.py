"""The evidence map as a page: hostile text stays text, no requests, every number leads on."""

import base64
import hashlib
import re

import pytest
from lxml import html

from pipeline.review.coding import GivenTag
from pipeline.review.coding.exporting import CONFIRMED_MAP

ONE = "embase:l1"


@pytest.fixture
def page(desk):
    given = [
        GivenTag(report_id=ONE, quote="Cost was a barrier", code="SR", polarity="barrier"),
        GivenTag(report_id=ONE, quote="Nurses trusted", code="CBAE", polarity="facilitator"),
    ]
    desk.take(given, coder="ada")
    return desk.export("map").decode()


def test_the_policy_allows_the_page_s_own_script_and_style_and_nothing_else(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'")
    for tag in ("script", "style"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_a_title_is_never_markup(page):
    assert "<title>Evidence map: Apps &lt;on&gt; wards</title>" in page
    assert "<on>" not in page


def test_each_number_leads_to_the_studies_it_counts(page):
    root = html.fromstring(page)
    links = root.xpath("//td/a")
    assert len(links) == 2
    for link in links:
        [section] = root.xpath(f"//*[@id='{link.get('href')[1:]}']")
        n = int(link.xpath(".//span[@class='n']")[0].text)
        assert len(section.xpath(".//article")) == n == 1
        assert link.get("aria-label").endswith(": 1")
        assert section.get("tabindex") == "-1"
    assert "“" not in root.xpath("//blockquote/p")[0].text
    assert "coded by ada" in page


def test_suggestions_are_called_suggestions_and_go_once_anything_is_confirmed(page):
    assert "Tags confirmed by people" in page
    assert "hindered uptake" not in page


def test_before_that_the_map_says_that_nobody_confirmed_it(desk):
    page = desk.export("map").decode()
    assert "not confirmed by a person" in page
    assert "Lack of training hindered uptake." in page
    assert "coded by" not in page


def test_the_report_has_a_section_once_somebody_has_coded(review):
    from pipeline.review.sections.coding import build_coding, write_coding_files

    assert not build_coding(review.snapshot()).says_something
    assert [one.name for one in write_coding_files(review.snapshot())] == ["evidence_map.html"]
    given = GivenTag(report_id=ONE, quote="Cost", code="SR", polarity="barrier")
    review.coding.take([given], coder="ada")
    section = build_coding(review.snapshot())
    assert "1 tags in 1 of 3 studies" in section.text
    assert 'id="coded-map-title"' in section.picture
    first, again = (
        {one.name: one.data for one in write_coding_files(review.snapshot())} for _ in range(2)
    )
    assert first == again
    assert "coding/matrix.csv" in first
    assert first["coding/map.png"].startswith(b"\x89PNG")
    assert CONFIRMED_MAP.encode() in first["coding/map.svg"]


def test_the_picture_before_that_is_called_a_suggestion(desk):
    picture = desk.export("map-svg").decode()
    assert "as suggested by cues" in picture
