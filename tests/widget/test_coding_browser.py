"""The coding card in a browser, without a kernel: keys and selections reach the ledger."""

from __future__ import annotations

import pytest

pytest.importorskip("anywidget", reason="needs the extra ui")
pytest.importorskip("playwright", reason="playwright is not installed")

from browsing import SELECT, StubPage, find_browser, open_browser
from coding_review import make_included_review

from pipeline.widget.coding import CodingCard


@pytest.mark.exhaustive
@pytest.mark.browser
@pytest.mark.skipif(find_browser() is None, reason="no Chromium on the path")
def test_a_coder_works_by_keyboard(tmp_path):
    with make_included_review(tmp_path / "review") as review, open_browser() as browser:
        stub = StubPage(browser, CodingCard(review, coder="ada"))
        page = stub.page
        stub.press("A")
        page.locator('.thc-tag[data-verdict="open"]').first.click()
        stub.press("r")  # the list was painted anew: the keys still reach the card
        page.evaluate(SELECT, "hindered")  # after an owl: two UTF-16 units, one code point
        stub.press("j")  # painted anew, as when the kernel answers late: still selected
        assert page.evaluate("getSelection().toString()") == "hindered"
        stub.press("t")
        page.select_option("select[name=code]", "does-not-fit")
        page.focus("select[name=code]")
        stub.press("Enter")
        assert "hindered" in review.coding.extracts()["quote"].to_list()
        stub.lose("f")
        tags = review.coding.tags(coder="ada").select("verdict", "level").rows()
        assert ("accepted", "meso") in tags
        assert ("rejected", None) in tags
        assert "1 read to the end" in page.inner_text(".th-counts")
        assert "onerror" in page.inner_text(".thc-text")
        assert page.evaluate("window.hacked") is None
        assert not stub.troubles
