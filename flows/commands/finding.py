"""Any reference and its whole history: ``find``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.options import AsJson, ReviewPath
from flows.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.review.library import Found

__all__ = ["find"]


def find(
    review: ReviewPath,
    wanted: Annotated[
        str,
        typer.Argument(metavar="TEXT|DOI|ID", help="Words of the title, a DOI, a number or an id."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Find a reference and tell its whole history: exports, merges, decisions, place in the flow.

    Example: thresher find sleep-apps 10.5555/sleep.1
    """
    from pipeline.review import Review

    with Review.open(review) as opened:
        found, n_found = opened.find(wanted)
    if as_json:
        print_json({"n_found": n_found, "found": found})
        return
    for one in found:
        for line in _lines(one):
            say(line)
    if not found:
        say(f"No reference of the review matches {wanted!r}.")
    elif n_found > len(found):
        say(f"{n_found - len(found)} more match; ask more narrowly.")


def _lines(one: Found) -> Iterator[str]:
    yield f"{one.title or '(no title)'} ({one.year or 'no year'})"
    yield f"  citation {one.citation_id}" + (f", doi {one.doi}" if one.doi else "")
    for entry in one.entries:
        yield f"  came as {entry.record_id}: {entry.file}, line {entry.line} ({entry.search_id})"
    for pair in one.pairs:
        who = "a person said" if pair.is_judged else f"p = {pair.probability:.3f}"
        yield f"  {pair.left_id} and {pair.right_id}: {pair.verdict} ({who})"
    for said in one.decisions:
        reasons = f" ({', '.join(said.reasons)})" if said.reasons else ""
        day = said.decided_at.date().isoformat()
        what = f" of report {said.report_id}" if said.report_id else ""
        yield f"  {day} {said.reviewer}: {said.decision}{reasons} at {said.stage}{what}"
    for place in one.places:
        name = f": {place.name}" if place.name else ""
        yield f"  counted in {place.box}{name} as a {place.unit}"
    yield ""
