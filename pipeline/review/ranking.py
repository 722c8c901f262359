"""Why citations stand where they stand, and which decisions deserve a second look.

The order itself is made by `pipeline.review.screening`; nothing here changes it, or a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.review.desk import Desk
from pipeline.review.screening import make_ranker
from pipeline.review.snapshot import Snapshot
from pipeline.screen import Explainer, find_hard_to_rank, take_second_look

if TYPE_CHECKING:
    import dataframely as dy

    from pipeline.screen import GroupPlace, SecondLook

__all__ = [
    "ExplainedPlace",
    "RankingDesk",
    "ReasonToRead",
    "SimilarDecided",
    "describe_hard_to_rank",
    "hard_to_rank",
]

_N_TERMS: Final = 12
_N_SIMILAR: Final = 5


@dataclass(frozen=True, slots=True)
class ReasonToRead:
    """A term and how much it pushes the citation up (positive) or down (negative)."""

    term: str
    effect: float


@dataclass(frozen=True, slots=True)
class SimilarDecided:
    """A decided citation that resembles this one; 1 is the same text."""

    citation_id: str
    title: str
    is_relevant: bool
    similarity: float


@dataclass(frozen=True, slots=True)
class ExplainedPlace:
    """Why a citation stands where it stands."""

    citation_id: str
    title: str
    position: int | None  # in the order in force; None where it was decided already
    terms: tuple[ReasonToRead, ...]
    similar: tuple[SimilarDecided, ...]


class RankingDesk(Desk):
    """The ranking of one review: ``review.ranking``."""

    __slots__ = ()

    def explain(
        self, citation_id: str, *, n_terms: int = _N_TERMS, n_similar: int = _N_SIMILAR
    ) -> ExplainedPlace:
        """Say what pushed a citation up or down, and which decided ones are like it.

        Raises
        ------
        UnknownNameError
            There is no such citation to screen.
        """
        snapshot = Snapshot(self.workspace)
        explainer = Explainer(make_ranker(self.workspace), snapshot.learnt)
        told = explainer.explain([citation_id], n_terms=n_terms, n_similar=n_similar)
        titles = dict(snapshot.citations.select("citation_id", "title").iter_rows())
        similar = told.similar.select("similar_id", "is_relevant", "similarity").iter_rows()
        place = snapshot.queue.filter(pl.col("citation_id") == citation_id)["position"]
        return ExplainedPlace(
            citation_id=citation_id,
            title=titles.get(citation_id) or "",
            position=place[0] if place.len() else None,
            terms=tuple(
                ReasonToRead(term, effect)
                for term, effect in told.terms.select("term", "effect").iter_rows()
            ),
            similar=tuple(
                SimilarDecided(one, titles.get(one) or "", *rest) for one, *rest in similar
            ),
        )

    def second_look(self) -> dy.DataFrame[SecondLook]:
        """Return all decisions, the most surprising exclusions and inclusions first."""
        return take_second_look(make_ranker(self.workspace), Snapshot(self.workspace).labels)

    def hard_to_rank(self) -> dy.DataFrame[GroupPlace]:
        """Say how citations fare that have no abstract or are not in English."""
        return hard_to_rank(Snapshot(self.workspace))


def hard_to_rank(snapshot: Snapshot) -> dy.DataFrame[GroupPlace]:
    """Say how citations fare that have no abstract or are not in English."""
    return find_hard_to_rank(snapshot.to_screen, snapshot.labels, snapshot.queue)


def describe_hard_to_rank(snapshot: Snapshot) -> list[str]:
    """Say it in a sentence for each group; nothing where there is no order yet."""
    if snapshot.queue_in_force is None:
        return []
    groups = hard_to_rank(snapshot)
    told = groups.filter((pl.col("group") != "all others") & pl.col("median_place").is_not_null())
    rows = told.select("group", "n_citations", "n_read", "median_place").iter_rows()
    return [
        f"{group}: {n} citations, {n_read} read; the others stand at {place:.0%} of the order "
        "(median)"
        for group, n, n_read, place in rows
    ]
