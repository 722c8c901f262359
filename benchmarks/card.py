"""How soon the next citation is painted after a key, while the model learns all the time.

A browser holds the card in the app; each key is timed in the page, from the key to the frame in
which the next title is painted. A second measurement asks the session alone, without a browser:
what an acknowledged decision costs. ``python -m benchmarks.card [REVIEW] [N]``; without a review
the example of 2,000 entries is made.
"""

from __future__ import annotations

import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.screenshots import find_browser, make_review
from flows.screening_server import LOCAL, serve_cards
from pipeline.review import Review
from pipeline.review.session import SaidDecision, ScreeningSession
from pipeline.review.session.learning import refit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_PATIENCE: Final = 240_000  # ms
_N_KEYS: Final = 60
_PAUSE: Final = 350  # ms between keys: a reader who never reads
_TIMER: Final = """
() => {
  window.took = [];
  window.addEventListener("keydown", (event) => {
    if (event.key !== "e") return;
    const article = document.querySelector(".th-article"), before = article.dataset.record;
    const start = performance.now();
    const look = () => {
      if (article.dataset.record === before) requestAnimationFrame(look);
      else requestAnimationFrame(() => window.took.push(performance.now() - start));
    };
    requestAnimationFrame(look);
  }, true);
}
"""


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp()) / "review"
    if len(sys.argv) > 1:
        shutil.copytree(sys.argv[1], folder)
    else:
        make_review(folder)
    n = int(sys.argv[2]) if len(sys.argv) > 2 else _N_KEYS  # noqa: PLR2004 - the second argument
    _report("session: decision to answer", _time_session(folder, n))
    learner = multiprocessing.get_context("spawn").Process(target=_learn_on_and_on, args=(folder,))
    learner.start()  # the card's own schedule pauses between refits; this does not
    _report("browser: key to next title painted", _time_browser(folder, n))
    learner.kill()


def _learn_on_and_on(folder: Path) -> None:
    while True:
        refit(folder, "r1")


def _time_session(folder: Path, n: int) -> list[float]:
    """Return the ms from a decision to its answer and the next state, learning all the time."""
    took = []
    with Review.open(folder) as review:
        session = ScreeningSession(review, reviewer="r1", learns_after=lambda _n: 1)
        session.start_learning()
        shown = session.state().queue[0]
        for _ in range(n):
            start = time.perf_counter()
            session.decide(SaidDecision(shown.citation_id, shown.uid, "exclude"))
            shown = session.state().queue[0]
            took.append(1000 * (time.perf_counter() - start))
        session.close()
    return took


def _time_browser(folder: Path, n: int) -> list[float]:
    from playwright.sync_api import sync_playwright

    with (
        serve_cards(folder, ["r1"], is_app=True, address=LOCAL, port=None) as [card],
        sync_playwright() as playwright,
    ):
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        page = browser.new_page()
        page.goto(card.url, wait_until="commit")
        page.wait_for_selector('.th-article[data-record]:not([data-record=""])', timeout=_PATIENCE)
        page.evaluate(_TIMER)
        for _ in range(n):
            page.keyboard.press("e")
            page.wait_for_timeout(_PAUSE)
        took: list[float] = page.evaluate("() => window.took")
        browser.close()
    return took


def _report(what: str, took: Sequence[float]) -> None:
    percentiles = statistics.quantiles(took, n=20)
    print(  # noqa: T201 - the output
        f"{what}: median {statistics.median(took):.1f} ms, p95 {percentiles[18]:.1f} ms, "
        f"worst {max(took):.1f} ms, n = {len(took)}"
    )


if __name__ == "__main__":
    main()
