"""Why a citation stands where it stands: its telling terms, and the decided citations most like it.

The models are linear, so a term's effect on a score is exactly its weight in the record times its
coefficient; nothing is approximated. Before the first refit the coefficients are the question's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dataframely as dy
import numpy as np
import polars as pl

from pipeline.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.schemas import Label
    from pipeline.screen.contract import Floats, Rows
    from pipeline.screen.cycle import Cycle
    from pipeline.screen.ranker import Ranker

__all__ = ["Explanation", "SimilarCitation", "TermEffect", "explain_ranking"]


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
    places = {citation_id: row for row, citation_id in enumerate(ranker.citation_ids)}
    for citation_id in citation_ids:
        if citation_id not in places:
            raise UnknownNameError("citation", citation_id, places)
    cycle = ranker.cycle(labels)
    if cycle is None or not citation_ids:
        return Explanation(TermEffect.create_empty(), SimilarCitation.create_empty())
    rows = np.array([places[citation_id] for citation_id in citation_ids], dtype=np.intp)
    known = ranker.known(labels)
    return Explanation(
        terms=_telling_terms(cycle, known, rows, list(citation_ids), n_terms),
        similar=_similar_decided(cycle, known, rows, list(citation_ids), n_similar),
    )


def _telling_terms(
    cycle: Cycle, known: pl.DataFrame, rows: Rows, citation_ids: list[str], n_terms: int
) -> dy.DataFrame[TermEffect]:
    labelled, is_relevant = known["row"].to_numpy(), known["is_relevant"].to_numpy()
    coefficients = cycle.coefficients(labelled, is_relevant)
    features = cycle.features
    terms = features.extractor.get_feature_names_out()
    effects = features.rows[rows].multiply(coefficients).tocoo()
    framed = pl.DataFrame(
        {
            "citation_id": pl.Series(citation_ids).gather(effects.row),
            "term": terms[effects.col].astype(str),
            "effect": effects.data.astype(np.float64),
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
    cycle: Cycle, known: pl.DataFrame, rows: Rows, citation_ids: list[str], n_similar: int
) -> dy.DataFrame[SimilarCitation]:
    if known.is_empty():
        return SimilarCitation.create_empty()
    features = cycle.features.rows
    similarities: Floats = (features[rows] @ features[known["row"].to_numpy()].T).toarray()
    mine, theirs = np.nonzero(similarities)
    framed = pl.DataFrame(
        {
            "citation_id": pl.Series(citation_ids).gather(mine),
            "similar_id": known["citation_id"].gather(theirs),
            "is_relevant": known["is_relevant"].gather(theirs),
            "similarity": similarities[mine, theirs].astype(np.float64),
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
