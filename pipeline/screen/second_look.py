"""Decisions worth a second look: excluded records the model would include, and the reverse.

Each decided record is scored by a model that did not learn from it (cross-validation within the
decided ones), so that a wrong decision cannot vouch for itself. The idea is the last phase of SAFE
(Boetje & van de Schoot 2024, 10.1186/s13643-024-02502-7); nothing is changed, a person looks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pipeline.schemas import Label
    from pipeline.screen.contract import Floats, Labels, Rows
    from pipeline.screen.cycle import Cycle
    from pipeline.screen.ranker import Ranker

__all__ = ["SecondLook", "held_out_scores", "take_second_look"]

_N_FOLDS: Final = 10


class SecondLook(dy.Schema):
    """A decision and how much it surprises; position 1 surprises most among its like."""

    citation_id = dy.String(primary_key=True)
    is_relevant = dy.Bool()  # as decided
    position = dy.UInt32()  # from 1, among the relevant and among the irrelevant ones
    score = dy.Float64()  # by a model that did not know this decision


def take_second_look(
    ranker: Ranker, labels: dy.DataFrame[Label], *, n_folds: int = _N_FOLDS
) -> dy.DataFrame[SecondLook]:
    """Return all decisions, the most surprising exclusions and inclusions first.

    Parameters
    ----------
    ranker
        The ranker of the review; its seed draws the folds.
    labels
        The decisions to look at.
    n_folds
        Parts into which they are cut; each is scored by a model learnt from the others.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label
    >>> from pipeline.screen import Ranker
    >>> take_second_look(Ranker(Citation.create_empty()), Label.create_empty()).height
    0
    """
    cycle, known = ranker.cycle(labels), ranker.known(labels)
    if cycle is None or known.is_empty():
        return SecondLook.create_empty()
    scores = held_out_scores(
        cycle,
        known["row"].to_numpy(),
        known["is_relevant"].to_numpy(),
        n_folds=n_folds,
        rng=np.random.default_rng(ranker.seed),
    )
    surprise = pl.when("is_relevant").then(-pl.col("score")).otherwise("score")
    return SecondLook.validate(
        known.with_columns(score=scores)
        .with_columns(
            position=surprise.rank("ordinal", descending=True).over("is_relevant").cast(pl.UInt32)
        )
        .select("citation_id", "is_relevant", "position", "score")
        .sort("is_relevant", "position")
    )


def held_out_scores(
    cycle: Cycle, labelled: Rows, labels: Labels, *, n_folds: int, rng: np.random.Generator
) -> Floats:
    """Return a score for each labelled row from a model that learnt from the other folds.

    Folds hold relevant and irrelevant rows in proportion.
    """
    folds = np.empty(labels.size, dtype=np.intp)
    for is_relevant in (True, False):
        members = rng.permutation(np.flatnonzero(labels == is_relevant))
        folds[members] = np.arange(members.size) % n_folds
    scores = np.zeros(labels.size)
    for fold in np.unique(folds):
        is_held_out = folds == fold
        learnt = cycle.scores(labelled[~is_held_out], labels[~is_held_out])
        scores[is_held_out] = learnt[labelled[is_held_out]]
    return scores
