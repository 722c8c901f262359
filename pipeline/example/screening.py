"""The example's reviewer at titles and abstracts: reads in order, stops under a certificate.

What is claimed is registered before anything is read. The reviewer reads in the order of the
ranking until the review's rule would stop, takes its advice up, and reads the random check; if that
fails, the reading in order goes on. Without a certificate everything is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from pipeline.events import StoppingCertified
from pipeline.example.reviewing import list_answers
from pipeline.review import GivenDecision
from pipeline.review.reading import reading_list
from pipeline.review.stopping.outlook import proposing_rule, view_screening
from pipeline.schemas import Label
from pipeline.screen.stopping import ScreeningView

if TYPE_CHECKING:
    from collections.abc import Callable

    import dataframely as dy

    from pipeline.example.truth import ExampleTruth
    from pipeline.review import Review
    from pipeline.screen import Ranker

__all__ = ["ScreeningScore", "read_until_proposed", "screen_abstracts"]


@dataclass(frozen=True, slots=True)
class ScreeningScore:
    """What the simulated reviewer read and found."""

    n_read: int
    n_pool: int
    n_found: int
    n_relevant: int

    @property
    def screened_share(self) -> float:
        """Share of the citations that were read."""
        return self.n_read / self.n_pool if self.n_pool else 0.0

    @property
    def recall(self) -> float:
        """Share of the citations eligible on title and abstract that were found."""
        return self.n_found / self.n_relevant if self.n_relevant else 1.0


def screen_abstracts(
    review: Review,
    truth: ExampleTruth,
    *,
    reviewer: str,
    on_progress: Callable[[int, int], None] = lambda _n_read, _n_pool: None,
) -> ScreeningScore:
    """Screen titles and abstracts until a random check certifies the stop, or all are read.

    Parameters
    ----------
    review
        The example review, deduplicated and not yet screened.
    truth
        What is known because it was invented.
    reviewer
        In whose name the decisions are made.
    on_progress
        Told how many were read, of how many, after each batch.
    """
    answers = list_answers(review, truth)
    ranker = review.ranker()
    review.stopping.plan(actor=reviewer)
    is_certified = False
    while not is_certified:
        in_order = _read_in_order(review, ranker, answers, on_progress=on_progress)
        _decide(review, in_order, reviewer=reviewer)
        if review.snapshot().labels.height >= answers.height:
            break
        is_certified = _check(review, answers, reviewer=reviewer)
    found = review.snapshot().labels
    on_progress(found.height, answers.height)
    n_found, n_relevant = (one.filter("is_relevant").height for one in (found, answers))
    return ScreeningScore(found.height, answers.height, n_found, n_relevant)


def read_until_proposed(review: Review, truth: ExampleTruth, *, reviewer: str) -> None:
    """Screen titles and abstracts in the order of the ranking until the rule would stop."""
    answers = list_answers(review, truth)
    in_order = _read_in_order(review, review.ranker(), answers, on_progress=lambda _n, _of: None)
    _decide(review, in_order, reviewer=reviewer)


def _read_in_order(
    review: Review,
    ranker: Ranker,
    answers: dy.DataFrame[Label],
    *,
    on_progress: Callable[[int, int], None],
) -> pl.DataFrame:
    """Return what is read until the rule would stop: ``citation_id, is_relevant``, in order.

    With every look of the check spent, that is the rest.
    """
    snapshot = review.snapshot()
    rule, claim = proposing_rule(snapshot), snapshot.workspace.config.stopping.claim
    view, labels, is_spent = view_screening(snapshot), snapshot.labels, snapshot.stopping.is_spent
    read = [pl.DataFrame(schema=answers.schema)]
    while labels.height < answers.height:
        batch = ranker.next_batch(labels).select("citation_id")
        answered = batch.join(answers, on="citation_id", how="left", maintain_order="left")
        read.append(answered)
        labels = Label.validate(pl.concat([labels, answered]))
        seen = np.concatenate([view.labels, answered["is_relevant"].to_numpy()])
        view = ScreeningView(view.n_records, seen, control=view.control)
        on_progress(labels.height, answers.height)
        if not is_spent and rule.judge(view, claim).may_stop:
            break
    return pl.concat(read)


def _check(review: Review, answers: dy.DataFrame[Label], *, reviewer: str) -> bool:
    """Take the advice up, read the check, and say whether it certifies."""
    review.stopping.propose(actor=reviewer)
    review.stopping.draw(actor=reviewer)
    listed = reading_list(review.snapshot(), reviewer).citations.select("citation_id")
    answered = listed.join(answers, on="citation_id", how="left", maintain_order="left")
    _decide(review, answered, reviewer=reviewer)
    return isinstance(review.stopping.judge(actor=reviewer), StoppingCertified)


def _decide(review: Review, answered: pl.DataFrame, *, reviewer: str) -> None:
    given = [
        GivenDecision(citation_id, "include" if is_relevant else "exclude", queue_position=place)
        for place, (citation_id, is_relevant) in enumerate(answered.iter_rows(), start=1)
    ]
    review.decide(given, reviewer=reviewer)
