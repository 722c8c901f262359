"""Why a citation stands where it stands: its telling terms, and the decided citations most like it.

The models are linear, so a term's effect on a score is exactly its weight in the record times its
coefficient; nothing is approximated. Before the first refit the coefficients are the question's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import dataframely as dy
import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy import sparse

    from pipeline.schemas import Label
    from pipeline.screen.contract import Floats
    from pipeline.screen.cycle import Cycle
    from pipeline.screen.ranker import Ranker

__all__ = ["Explainer", "Explanation", "SimilarCitation", "TermEffect", "explain_ranking"]


class TermEffect(dy.Schema):
    """How much a term pushed a citation's score up (positive) or down (negative)."""

    citation_id = dy.String(primary_key=True)
    term = dy.String(primary_key=True)
    effect = dy.Float64()


class SimilarCitation(dy.Schema):
    """A decided citation that resembles another one; 1 is the same text."""

    citation_id = dy.String(primary_key=True)
    similar_id = dy.String(primary_key=True)
    is_relevant = dy.Bool()  # what was decided about the similar one
    similarity = dy.Float64()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What to show beside a citation; strongest first within each citation."""

    terms: dy.DataFrame[TermEffect]
    similar: dy.DataFrame[SimilarCitation]


def explain_ranking(
    ranker: Ranker,
    labels: dy.DataFrame[Label],
    *,
    citation_ids: Sequence[str],
    n_terms: int = 6,
    n_similar: int = 3,
) -> Explanation:
    """Return the terms and the decided citations that speak for or against some citations.

    Parameters
    ----------
    ranker
        The ranker of the review.
    labels
        What was known when the order was made.
    citation_ids
        The citations to explain, labelled or not.
    n_terms, n_similar
        How many terms and decided citations to give for each, at most.

    Raises
    ------
    UnknownNameError
        If a citation is not one that the ranker orders.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label
    >>> from pipeline.screen import Ranker
    >>> ranker = Ranker(Citation.create_empty())
    >>> explain_ranking(ranker, Label.create_empty(), citation_ids=[]).terms.height
    0
    """
    return Explainer(ranker, labels).explain(citation_ids, n_terms=n_terms, n_similar=n_similar)


class Explainer:
    """Explains citations one after another; what they share is worked out once.

    Parameters
    ----------
    ranker
        The ranker of the review.
    labels
        What was known when the order was made.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label
    >>> from pipeline.screen import Ranker
    >>> explainer = Explainer(Ranker(Citation.create_empty()), Label.create_empty())
    >>> explainer.explain([]).similar.height
    0
    """

    def __init__(self, ranker: Ranker, labels: dy.DataFrame[Label]) -> None:
        self._ranker, self._known = ranker, ranker.known(labels)
        self._cycle = ranker.cycle(labels)

    def explain(
        self, citation_ids: Sequence[str], *, n_terms: int = 6, n_similar: int = 3
    ) -> Explanation:
        """Return the terms and the decided citations that speak for or against some citations.

        Raises
        ------
        UnknownNameError
            If a citation is not one that the ranker orders.
        """
        rows = self._ranker.rows_of(citation_ids)
        if self._cycle is None or not citation_ids:
            return Explanation(TermEffect.create_empty(), SimilarCitation.create_empty())
        mine = self._cycle.features.rows[rows]
        return Explanation(
            terms=self._telling_terms(mine, list(citation_ids), n_terms),
            similar=self._similar_decided(mine, list(citation_ids), n_similar),
        )

    @cached_property
    def _coefficients(self) -> Floats:
        cycle = cast("Cycle", self._cycle)
        return cycle.coefficients(
            self._known["row"].to_numpy(), self._known["is_relevant"].to_numpy()
        )

    @cached_property
    def _decided(self) -> sparse.csr_matrix:
        """The decided citations' features, a column each."""
        return cast("Cycle", self._cycle).features.rows[self._known["row"].to_numpy()].T.tocsr()

    def _telling_terms(
        self, mine: sparse.csr_matrix, citation_ids: list[str], n_terms: int
    ) -> dy.DataFrame[TermEffect]:
        held = mine.tocoo()
        framed = pl.DataFrame(
            {
                "citation_id": pl.Series(citation_ids, dtype=pl.String).gather(held.row),
                "term": self._ranker.terms[held.col].astype(str),
                "effect": held.data.astype(np.float64) * self._coefficients[held.col],
            }
        )
        strongest = (
            framed.filter((pl.col("term") != "") & (pl.col("effect") != 0.0))
            .group_by("citation_id", "term")
            .agg(pl.col("effect").sum())
            .sort(pl.col("effect").abs(), "term", descending=[True, False])
        )
        return TermEffect.validate(_heads(strongest, citation_ids, n_terms))

    def _similar_decided(
        self, mine: sparse.csr_matrix, citation_ids: list[str], n_similar: int
    ) -> dy.DataFrame[SimilarCitation]:
        if self._known.is_empty() or n_similar == 0:
            return SimilarCitation.create_empty()
        similarities: Floats = (mine @ self._decided).toarray()
        own, theirs = np.nonzero(similarities)
        framed = pl.DataFrame(
            {
                "citation_id": pl.Series(citation_ids, dtype=pl.String).gather(own),
                "similar_id": self._known["citation_id"].gather(theirs),
                "is_relevant": self._known["is_relevant"].gather(theirs),
                "similarity": similarities[own, theirs].astype(np.float64),
            }
        )
        nearest = framed.filter(pl.col("citation_id") != pl.col("similar_id")).sort(
            "similarity", "similar_id", descending=[True, False]
        )
        return SimilarCitation.validate(_heads(nearest, citation_ids, n_similar))


def _heads(ordered: pl.DataFrame, citation_ids: list[str], n: int) -> pl.DataFrame:
    """Return the first ``n`` rows of each citation, citations in the order asked for."""
    asked = pl.DataFrame({"citation_id": citation_ids, "asked": range(len(citation_ids))})
    return (
        ordered.group_by("citation_id", maintain_order=True)
        .head(n)
        .join(asked, on="citation_id", how="left", maintain_order="left")
        .sort("asked", maintain_order=True)
        .drop("asked")
    )
