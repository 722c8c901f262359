"""The coding card in a browser, without a kernel: keys and selections reach the ledger."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("anywidget", reason="needs the extra ui")
pytest.importorskip("playwright", reason="playwright is not installed")

from browsing import SELECT, find_browser, open_browser
from coding_review import make_included_review

from pipeline.widget.coding import CodingCard
from pipeline.widget.talking import read_script

PAGE = """<!doctype html><html lang="en"><title>Card</title><body data-jp-theme-light="true">
<style>%s</style><h1>Card</h1><main id="el"></main><script type="module">%s
const hears = []; window.toCard = (message) => hears.forEach((hear) => hear(message));
const model = {send: (m) => window.say(JSON.stringify(m)), on: (e, h) => hears.push(h), off() {}};
card.render({model, el: document.getElementById("el")});
</script>"""


@pytest.mark.exhaustive
@pytest.mark.browser
@pytest.mark.skipif(find_browser() is None, reason="no Chromium on the path")
def test_a_coder_works_by_keyboard(tmp_path):
    with make_included_review(tmp_path / "review") as review, open_browser() as browser:
        card, heard, said = CodingCard(review, coder="ada"), [], []
        card.send = heard.append
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        troubles = []
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.expose_function("say", lambda text: said.append(json.loads(text)))
        script = read_script("coding.js").replace("export default", "const card =")
        page.set_content(PAGE % (CodingCard._css, script))

        def settle():
            page.wait_for_timeout(150)
            while said:
                card._hear(None, said.pop(0), [])
                while heard:
                    page.evaluate("message => window.toCard(message)", heard.pop(0))

        def press(*keys):
            for key in keys:
                page.keyboard.press(key)
                settle()

        settle()
        page.focus(".thresher")
        press("A", "r")
        page.evaluate(SELECT, "hindered")  # after an owl: two UTF-16 units, one code point
        press("t")
        page.select_option("select[name=code]", "does-not-fit")
        page.focus("select[name=code]")
        press("Enter")
        assert "hindered" in review.coding.extracts()["quote"].to_list()
        press("f")
        tags = review.coding.tags(coder="ada").select("verdict", "level").rows()
        assert ("accepted", "meso") in tags
        assert ("rejected", None) in tags
        assert "1 read to the end" in page.inner_text(".th-counts")
        assert "onerror" in page.inner_text(".thc-text")
        assert page.evaluate("window.hacked") is None
        assert not troubles
