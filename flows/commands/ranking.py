"""The ranking, explained: ``explain``, ``second-look``."""

from __future__ import annotations

from typing import Annotated, Final

import polars as pl
import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, print_table, say

__all__ = ["explain", "second_look"]

_N_SHOWN: Final = 10


def explain(
    review: ReviewPath,
    citation: Annotated[
        str, typer.Argument(metavar="CITATION", help="Its id.", show_default=False)
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Say which terms and decided citations push a citation up or down the order.

    Example: thresher explain sleep-apps medline:31234567
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        told = opened.ranking.explain(citation)
    if as_json:
        print_json(told)
        return
    say(f"{told.citation_id}: {told.title or '(no title)'}")
    say(f"position {told.position}" if told.position else "decided already")
    columns = ("term", "pushes", "by")
    rows = (
        (one.term, "up" if one.effect > 0 else "down", f"{abs(one.effect):.3f}")
        for one in told.terms
    )
    print_table("", columns, rows)
    for one in told.similar:
        said = "included" if one.is_relevant else "excluded"
        say(f"{one.similarity:.0%} like {one.citation_id}, {said}: {one.title}")


def second_look(
    review: ReviewPath,
    *,
    number: Annotated[
        int, typer.Option("--number", min=1, help="How many of each kind to show.")
    ] = _N_SHOWN,
    as_json: AsJson = False,
) -> None:
    """List exclusions that the model would include, and the reverse, most surprising first.

    Example: thresher second-look sleep-apps --number 20
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        titles = opened.citations().select("citation_id", "title")
        looks = opened.ranking.second_look().join(titles, on="citation_id", how="left")
    shown = looks.filter(pl.col("position") <= number).sort("is_relevant", "position")
    if as_json:
        print_json(shown)
        return
    for is_relevant, heading in ((False, "Excluded, but…"), (True, "Included, but…")):
        rows = shown.filter(pl.col("is_relevant") == is_relevant)
        columns = ("position", "citation_id", "score", "title")
        cells = rows.select("position", "citation_id", pl.col("score").round(2), "title")
        print_table(heading, columns, cells.iter_rows())
