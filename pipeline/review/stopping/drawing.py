"""A check is drawn: a random sample of the unread, mixed among others that would be read next.

What is mixed in is set aside before the draw, so that the sample is a plain random draw from what
remains and the test stays exact. Reviewers get one list in a frozen, shuffled order, the same for
each of them, without scores: nobody can tell which citation is in the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pipeline.review.stopping.covered import list_uncovered
from pipeline.review.stopping.tally import list_judged
from pipeline.review.stopping.void import why_sample_is_void
from pipeline.schemas import CheckPlace, RankedCitation
from pipeline.screen.stopping import Claim, draw_check, plan_mixed_check

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.events import CheckPlanned
    from pipeline.review.snapshot import Snapshot

__all__ = ["DrawnCheck", "check_in_force", "draw_places", "list_check"]

_SHUFFLE: Final = 1  # apart from the draw, so that the one says nothing of the other


@dataclass(frozen=True, slots=True)
class DrawnCheck:
    """A check before it is recorded: the places, and from how many it was drawn."""

    places: dy.DataFrame[CheckPlace]
    n_found: int
    n_unread: int
    n_drawn: int
    n_mixed_in: int


def draw_places(snapshot: Snapshot, plan: CheckPlanned, *, look: int) -> DrawnCheck:
    """Draw the sample of one look from what nobody has read, and mix it."""
    population = list_uncovered(snapshot).select("citation_id")
    judged = population.join(list_judged(snapshot), on="citation_id", how="semi")
    unread = _in_order(snapshot, population.join(judged, on="citation_id", how="anti"))
    n_found = judged.join(
        snapshot.labels.filter("is_relevant"), on="citation_id", how="semi"
    ).height
    n_mixed_in, n_drawn = _sizes(len(unread), n_found, plan, look)
    mixed_in, urn = unread[:n_mixed_in], unread[n_mixed_in:]
    drawn = draw_check(urn, n=n_drawn, seed=[plan.seed, look])
    left = sorted(set(urn) - set(drawn))
    places = [
        *(("judged", one, None) for one in judged["citation_id"]),
        *_shuffled(drawn, mixed_in, seed=[plan.seed, look, _SHUFFLE]),
        *(("unread", one, None) for one in left),
    ]
    frame = pl.DataFrame(
        places,
        schema={"role": pl.String, "citation_id": pl.String, "position": pl.UInt32},
        orient="row",
    ).with_columns(pl.col("role").cast(CheckPlace.create_empty().schema["role"]))
    ordered = frame.sort("citation_id").select("citation_id", "role", "position")
    return DrawnCheck(CheckPlace.validate(ordered), n_found, len(urn), n_drawn, n_mixed_in)


def check_in_force(snapshot: Snapshot) -> bool:
    """Say whether a sample was drawn, is not judged yet and still stands."""
    check = snapshot.stopping.check
    return (
        check is not None
        and check.sample is not None
        and not why_sample_is_void(snapshot, check.sample, since=check.seq)
    )


def list_check(snapshot: Snapshot) -> dy.DataFrame[RankedCitation] | None:
    """Return what is read for the check that is open, in its frozen order; None without one.

    Scores are all zero: they are hidden from whoever reads a check.
    """
    check = snapshot.stopping.check
    if check is None or check.sample is None or not check_in_force(snapshot):
        return None
    places = snapshot.workspace.frames.get(check.sample.places, CheckPlace)
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    listed = (
        places.drop_nulls("position")
        .join(homes, on="citation_id")
        .sort("position")
        .unique("now", keep="first", maintain_order=True)
        .select("position", citation_id="now", score=pl.lit(0.0))
    )
    return RankedCitation.validate(listed.select("citation_id", "position", "score"))


def _in_order(snapshot: Snapshot, unread: pl.DataFrame) -> list[str]:
    """Return ids in the order in which they would be read; what has no place yet comes last."""
    places = snapshot.queue.select("citation_id", "position")
    ordered = unread.join(places, on="citation_id", how="left")
    return ordered.sort("position", "citation_id", nulls_last=True)["citation_id"].to_list()


def _sizes(n_unread: int, n_found: int, plan: CheckPlanned, look: int) -> tuple[int, int]:
    """Return how many are mixed in, and how many drawn from the rest."""
    claim = Claim(plan.recall, plan.confidence)
    error = claim.error * plan.error_shares[look - 1]
    return plan_mixed_check(n_unread, n_found, claim=claim, n_expected=plan.n_allowed, error=error)


def _shuffled(
    drawn: list[str], mixed_in: list[str], *, seed: list[int]
) -> list[tuple[str, str, int]]:
    rows = [*(("drawn", one) for one in drawn), *(("mixed-in", one) for one in mixed_in)]
    order = np.random.default_rng(seed).permutation(len(rows))
    return [(*rows[row], place) for place, row in enumerate(order, start=1)]
