"""What people have said about the citations of a check, and about everything before it.

A citation that somebody calls "maybe", or that reviewers disagree on, is open: not found where it
was read before the check, relevant where it is in the sample. Both count against the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.review.withdrawal import follow_surviving_records
from pipeline.schemas import CheckPlace
from pipeline.screen.stopping import RandomCheck

if TYPE_CHECKING:
    from pipeline.events import SampleDrawn
    from pipeline.review.snapshot import Snapshot

__all__ = ["CheckTally", "list_judged", "tally_check"]


@dataclass(frozen=True, slots=True)
class CheckTally:
    """What one check has come to so far."""

    n_found: int  # included, outside the urn from which the sample was drawn
    n_unread: int  # in that urn
    n_drawn: int
    n_to_read: int  # of the sample and of what was mixed in
    n_relevant: int  # in the sample, open ones with them
    n_open: int
    found: tuple[str, ...]  # the relevant citations of the sample, as they are called now

    @property
    def check(self) -> RandomCheck:
        """The sample as a test sees it."""
        return RandomCheck(self.n_unread, self.n_drawn, self.n_relevant)


def tally_check(snapshot: Snapshot, sample: SampleDrawn) -> CheckTally:
    """Say what a check has come to, under the decisions as they stand."""
    states = _states(snapshot, sample)
    drawn = states.filter(pl.col("role") == "drawn")
    is_relevant = pl.col("state").is_in(["include", "open"])
    outside = states.filter(pl.col("role").is_in(["judged", "mixed-in"]))
    to_read = states.filter(pl.col("role").is_in(["drawn", "mixed-in"]))
    return CheckTally(
        n_found=outside.filter(pl.col("state") == "include")["now"].n_unique(),
        n_unread=sample.n_unread,
        n_drawn=sample.n_drawn,
        n_to_read=to_read.filter(pl.col("state") == "to read").height,
        n_relevant=drawn.filter(is_relevant).height,
        n_open=drawn.filter(pl.col("state") == "open").height,
        found=tuple(drawn.filter(is_relevant)["now"].sort()),
    )


def list_judged(snapshot: Snapshot) -> pl.DataFrame:
    """List the citations on which somebody has decided at title and abstract.

    Columns: ``citation_id``; ``first``, the event of the first word on it; ``is_maybe``, whether
    the latest word of any reviewer is "maybe".
    """
    decisions = follow_surviving_records(
        snapshot.workspace, snapshot.decisions, snapshot.records["record_id"], as_of=snapshot.as_of
    )
    homes = snapshot.clusters.select("record_id", home="citation_id")
    return (
        decisions.filter(pl.col("stage") == "title-abstract")
        .join(homes, on="record_id")
        .sort("event")
        .group_by("home", "reviewer", maintain_order=True)
        .agg(pl.col("event").first(), pl.col("decision").last())
        .group_by(citation_id="home")
        .agg(first=pl.col("event").min(), is_maybe=(pl.col("decision") == "maybe").any())
        .sort("first")
    )


def _states(snapshot: Snapshot, sample: SampleDrawn) -> pl.DataFrame:
    """Return ``citation_id, role, now, state``: include, exclude, open, or to read."""
    places = snapshot.workspace.frames.get(sample.places, CheckPlace)
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    outcomes = snapshot.outcomes.filter(pl.col("stage") == "title-abstract").select(
        now="citation_id", outcome=pl.col("outcome").cast(pl.String)
    )
    judged = list_judged(snapshot).select("is_maybe", now="citation_id")
    is_open = (pl.col("outcome") == "conflict") | pl.col("is_maybe").fill_null(value=False)
    is_settled = pl.col("outcome").is_in(["include", "exclude"])
    return (
        places.join(homes, on="citation_id", how="left")
        .join(outcomes, on="now", how="left")
        .join(judged, on="now", how="left")
        .with_columns(
            state=pl.when(is_settled)
            .then("outcome")
            .when(is_open)
            .then(pl.lit("open"))
            .otherwise(pl.lit("to read"))
        )
        .select("citation_id", "role", "now", "state")
    )
