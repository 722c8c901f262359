"""Wrong exclusions: a second look at those that the model favours, and what errors do to a claim.

A certificate takes reviewers' decisions as right. Whoever excludes a relevant record shifts every
figure: if reviewers keep a share s of the relevant records that they read, what was claimed of
their includes holds of s times as much of the truth. The last phase of SAFE (Boetje & van de Schoot
2024, 10.1186/s13643-024-02502-7) looks again at the exclusions that a model rates highest; where
two people read independently, what only one of them kept says as much (Lincoln & Petersen).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from pipeline.events import SecondLookDrawn
from pipeline.review.screening import make_ranker
from pipeline.schemas import RankedCitation
from pipeline.screen.second_look import take_second_look

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.review.snapshot import Snapshot

__all__ = ["ReviewerError", "draw_second_look", "see_reviewer_error"]


@dataclass(frozen=True, slots=True)
class ReviewerError:
    """What is known about relevant records that reviewers excluded.

    Parameters
    ----------
    n_looked_at
        Exclusions that the model favours and that were given to look at again.
    n_overturned
        How many of them are included now, or disputed.
    kept
        Estimated share of the relevant records read that reviewers keep.
    source
        ``"second look"`` or ``"two readers"``.
    sentence
        What that does to a claim, in words.
    """

    n_looked_at: int
    n_overturned: int
    kept: float
    source: str
    sentence: str


def draw_second_look(snapshot: Snapshot, n: int) -> dy.DataFrame[RankedCitation]:
    """Return the exclusions that a model which did not know them would most have included."""
    ranked = take_second_look(make_ranker(snapshot.workspace), snapshot.labels)
    favoured = ranked.filter(~pl.col("is_relevant")).sort("position").head(n)
    return RankedCitation.validate(favoured.select("citation_id", "position", "score"))


def see_reviewer_error(snapshot: Snapshot) -> ReviewerError | None:
    """Estimate what reviewers miss; None where nobody looked twice at anything."""
    looks = snapshot.workspace.ledger.read(SecondLookDrawn, as_of=snapshot.as_of)
    if looks and isinstance(event := looks[-1].event, SecondLookDrawn):
        return _from_second_look(snapshot, event)
    return _from_two_readers(snapshot)


def _from_second_look(snapshot: Snapshot, event: SecondLookDrawn) -> ReviewerError:
    listed = snapshot.workspace.frames.get(event.frame, RankedCitation)
    homes = snapshot.clusters.select(citation_id="record_id", now="citation_id")
    now = snapshot.outcomes.filter(pl.col("stage") == "title-abstract")
    states = listed.join(homes, on="citation_id").join(now, left_on="now", right_on="citation_id")
    n_overturned = states.filter(pl.col("outcome").is_in(["include", "conflict"])).height
    n_found = snapshot.labels.filter("is_relevant").height
    n_right = max(n_found - n_overturned, 0)
    kept = n_right / n_found if n_found else 1.0
    return _said(
        snapshot,
        listed.height,
        n_overturned,
        kept,
        source="second look",
        basis=f"of {listed.height} exclusions that the model favours, {n_overturned} did not "
        "stand a second look",
    )


def _from_two_readers(snapshot: Snapshot) -> ReviewerError | None:
    """Estimate it from citations that two or more people read, and that are settled."""
    own = snapshot.words.filter((pl.col("stage") == "title-abstract") & ~pl.col("is_resolution"))
    included = snapshot.labels.filter("is_relevant").select("citation_id")
    read = (
        own.join(included, on="citation_id")
        .group_by("citation_id")
        .agg(n_kept=(pl.col("decision") == "include").sum(), n=pl.len())
        .filter(pl.col("n") == 2)  # noqa: PLR2004 - two readers
    )
    n_both = read.filter(pl.col("n_kept") == 2).height  # noqa: PLR2004
    n_one = read.filter(pl.col("n_kept") == 1).height
    if not n_both:
        return None
    one_keeps = n_both / (n_both + n_one / 2)
    kept = 1.0 - (1.0 - one_keeps) ** 2
    return _said(
        snapshot,
        0,
        0,
        kept,
        source="two readers",
        basis=f"of {read.height} included citations that two people read, {n_one} were kept by "
        "one alone",
    )


def _said(
    snapshot: Snapshot, n_looked_at: int, n_overturned: int, kept: float, *, source: str, basis: str
) -> ReviewerError:
    recall = snapshot.workspace.config.stopping.recall
    sentence = (
        f"{basis}: reviewers are estimated to keep {kept:.1%} of the relevant records that they "
        f"read, so that a claim of {recall:.0%} is one of about {recall * kept:.1%} of the truth"
    )
    return ReviewerError(n_looked_at, n_overturned, kept, source, sentence)
