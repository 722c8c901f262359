"""Searches that a machine runs: ``fetch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, progress_bar, say, warn
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.review import AddedSearch, Review
    from pipeline.sources import SearchSource

__all__ = ["fetch"]


def fetch(
    review: ReviewPath,
    *,
    source: Annotated[
        str | None,
        typer.Option(help="pubmed or openalex; without it, what review.toml plans.", metavar="S"),
    ] = None,
    strategy_file: Annotated[
        Path | None, typer.Option(help="The search as it is run there.", metavar="F")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a search in PubMed or OpenAlex and add what it finds; one cut off goes on.

    The services are asked slowly, as they wish. Set THRESHER_EMAIL, and NCBI_API_KEY or
    OPENALEX_API_KEY if you have one. Not tried against the live services yet.

    Example: thresher fetch sleep-apps --source pubmed --strategy-file pubmed.txt
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        planned = _chosen(source, strategy_file) if source else opened.planned_fetches()
        if not planned:
            raise InputError(
                str(review / "review.toml"),
                "plans no source to fetch",
                "add fetch and strategy under [[sources]], or use --source",
            )
        added = [_fetch(opened, one, strategy) for one, strategy in planned]
    if as_json:
        print_json(added)
        return
    for (chosen, _), one in zip(planned, added, strict=True):
        name = one.search_id or "nothing that is not known"
        say(f"{chosen.platform}: {one.n_entries} entries, {name}")
    say(f"Next: thresher run {review}")


def _chosen(source: str, strategy_file: Path | None) -> list[tuple[SearchSource, str]]:
    from pipeline.sources import SOURCES

    chosen = SOURCES[source]
    if strategy_file is None or not strategy_file.is_file():
        raise InputError("--strategy-file", "names no file", "give the search as it is run")
    return [(chosen, strategy_file.read_text(encoding="utf-8").strip())]


def _fetch(review: Review, source: SearchSource, strategy: str) -> AddedSearch:
    with progress_bar() as progress:
        bar = progress.add_task(source.platform, total=None)

        def show(n_pages: int, n_hits: int) -> None:
            progress.update(bar, completed=n_pages, description=f"{source.platform}: {n_hits} hits")

        added = review.fetch(source, strategy, on_page=show)
    for text in added.warnings:
        warn(text)
    return added
