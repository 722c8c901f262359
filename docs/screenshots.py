"""Take the pictures of the screening card for the documentation: ``make screenshots``.

They are of the example review, in the app, in a real browser (``THRESHER_BROWSER``, or Chromium on
the path), and take a minute: not part of ``make docs``.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.screening_server import LOCAL, serve_cards
from pipeline.errors import NotReadyError
from pipeline.example import make_example
from pipeline.example.reviewing import add_example_searches
from pipeline.example.screening import read_until_proposed
from pipeline.review import Review

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["find_browser", "main", "make_review"]

_HERE: Final = Path(__file__).parent
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run")
_KEYWORDS: Final = """
[keywords]
include = ["implement*", "barrier*", "/facilitat(e|ed|es|ing|ors?)/"]
exclude = ["protocol", "prevalence"]
"""
_COLOURS: Final = 96
_PATIENCE: Final = 180_000  # ms


def main() -> None:
    """Make the example, read some of it, and take the card in both themes."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "example"
    if not folder.exists():
        make_review(folder)
    with serve_cards(folder, ["r1"], is_app=True, address=LOCAL, port=None) as [card]:
        for scheme in ("light", "dark"):
            _take(card.url, scheme)


def make_review(folder: Path) -> None:
    """Make an example review, read as far as its reviewer reads."""
    example = make_example(n_entries=2000)
    with Review.init(folder, config=example.review_toml + _KEYWORDS) as review:
        add_example_searches(review, example)
        review.ingest()
        review.dedupe()
        review.rank()
        read_until_proposed(review, example.truth, reviewer="r1")
        review.rank()


def find_browser() -> str:
    """Return the browser to use.

    Raises
    ------
    NotReadyError
        There is none.
    """
    found = os.environ.get("THRESHER_BROWSER") or next(
        filter(None, map(shutil.which, _BROWSERS)), None
    )
    if found is None:
        raise NotReadyError("no browser was found: install Chromium or set THRESHER_BROWSER")
    return found


def _take(url: str, scheme: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1360, "height": 1120}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(url, wait_until="commit")
        _read_some(page)
        _write_small(page.screenshot(), _HERE / f"card-{scheme}.png")
        browser.close()


def _write_small(picture: bytes, path: Path) -> None:
    """Write it with a palette: a third of the size, and nobody sees the difference."""
    from PIL import Image

    Image.open(io.BytesIO(picture)).convert("RGB").quantize(_COLOURS).save(path, optimize=True)


def _read_some(page: Page) -> None:
    page.wait_for_selector('.th-article[data-record]:not([data-record=""])', timeout=_PATIENCE)
    quiet = "() => !document.querySelector('.th-outlook').textContent.includes('Learning')"
    page.wait_for_function(quiet, timeout=_PATIENCE)
    for _ in range(4):
        page.wait_for_timeout(1200)
        page.keyboard.press("e")
    page.wait_for_timeout(1500)
    page.wait_for_function(quiet, timeout=_PATIENCE)
    page.keyboard.press("1")
    page.wait_for_timeout(400)


if __name__ == "__main__":
    main()
