"""Order the citations of a review.

A `Ranker` reads the citations once and then answers every "what next?" from the labels known by
then. The answer depends on the labels alone, never on how often it was asked before, nor on the
order of any frame: the same ledger gives the same order. Citations are numbered by id, and equals
are drawn by lot from the seed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import dataframely as dy
import numpy as np
import polars as pl

from pipeline.errors import ContractError, UnknownNameError
from pipeline.schemas import RankedCitation
from pipeline.screen.contract import Text
from pipeline.screen.cycle import Cycle, extract_features
from pipeline.screen.models import DEFAULT_MODEL, MODELS
from pipeline.screen.schedules import SCHEDULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.schemas import Citation, Label
    from pipeline.screen.contract import Rows

__all__ = ["Ranker", "RelevanceBoundary", "rank_citations", "read_texts"]

_FEWEST: Final = 5  # decided citations of each class below which no boundary is drawn


class RelevanceBoundary(dy.Schema):
    """The score from which on a citation is likely relevant; none while too little is known."""

    score = dy.Float64(nullable=True)


class Ranker:
    """Orders the unlabelled citations of a review, again and again as labels come in.

    Parameters
    ----------
    citations
        All citations of the review at this stage, in any order.
    question
        The review's question; better with its eligibility criteria. Orders the first citations.
    model
        A name from ``MODELS``.
    seed
        Breaks ties, and drives query strategies that explore.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label
    >>> Ranker(Citation.create_empty()).order(Label.create_empty()).height
    0
    """

    def __init__(
        self,
        citations: dy.DataFrame[Citation],
        *,
        question: str = "",
        model: str = DEFAULT_MODEL,
        seed: int = 0,
    ) -> None:
        self.model, self.seed = MODELS[model], seed
        ordered = citations.sort("citation_id")
        self.citation_ids: pl.Series = ordered["citation_id"]
        self._texts = read_texts(ordered)
        self._features = (
            extract_features(self._texts, Text(question), self.model) if self._texts else None
        )
        self._ties = np.random.default_rng(seed).permutation(len(self._texts))

    def order(self, labels: dy.DataFrame[Label]) -> dy.DataFrame[RankedCitation]:
        """Return the unlabelled citations, position 1 first.

        Labels of citations that are not in this review's stage are left aside.
        """
        cycle, known = self.cycle(labels), self.known(labels)
        if cycle is None:
            return RankedCitation.create_empty()
        rows, scores = cycle.order(known["row"].to_numpy(), known["is_relevant"].to_numpy())
        return RankedCitation.validate(
            pl.DataFrame(
                {
                    "citation_id": self.citation_ids.gather(rows),
                    "position": pl.int_range(1, rows.size + 1, dtype=pl.UInt32, eager=True),
                    "score": scores.astype(np.float64),  # whatever the features' precision
                }
            )
        )

    def boundary(self, labels: dy.DataFrame[Label]) -> dy.DataFrame[RelevanceBoundary]:
        """Return the score above which there are as many decided citations as are relevant.

        Each decided citation is scored as if its own decision were not known. Scores themselves say
        nothing of the kind: with the few relevant ones weighted up, nearly all are above 0.
        """
        cycle, known = self.cycle(labels), self.known(labels)
        is_relevant = known["is_relevant"].to_numpy()
        n_relevant = int(is_relevant.sum())
        drawn: list[float | None] = [None]
        if cycle is not None and min(n_relevant, known.height - n_relevant) >= _FEWEST:
            rows = known["row"].to_numpy()
            scores = np.sort(cycle.left_out_scores(rows, is_relevant)[rows])
            drawn = [float(scores[-n_relevant - 1 : scores.size - n_relevant + 1].mean())]
        return RelevanceBoundary.validate(pl.DataFrame({"score": drawn}, {"score": pl.Float64}))

    def next_batch(
        self, labels: dy.DataFrame[Label], *, schedule: str = "growing"
    ) -> dy.DataFrame[RankedCitation]:
        """Return the citations to read before the model learns again."""
        size = SCHEDULES[schedule].batch_size(labels.height)
        return RankedCitation.validate(self.order(labels).head(size))

    def cycle(self, labels: dy.DataFrame[Label]) -> Cycle | None:
        """Return a fresh screening cycle, or None where there is nothing to order."""
        if self._features is None:
            return None
        rng = np.random.default_rng([self.seed, labels.height])
        return Cycle(self.model, self._features, ties=self._ties, rng=rng)

    @cached_property
    def terms(self) -> NDArray[np.object_]:
        """The term of each feature; empty where it is none that people would read."""
        if self._features is None:
            return np.zeros(0, dtype=object)
        return self._features.extractor.get_feature_names_out()

    def rows_of(self, citation_ids: Sequence[str]) -> Rows:
        """Return the row of each citation.

        Raises
        ------
        UnknownNameError
            If one is not among those that are ordered.
        """
        for citation_id in citation_ids:
            if citation_id not in self._places:
                raise UnknownNameError("citation", citation_id, self._places)
        return np.array([self._places[one] for one in citation_ids], dtype=np.intp)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {citation_id: row for row, citation_id in enumerate(self.citation_ids)}

    def known(self, labels: dy.DataFrame[Label]) -> pl.DataFrame:
        """Return ``citation_id, row, is_relevant`` of the labelled citations, in order of ids."""
        rows = np.arange(self.citation_ids.len(), dtype=np.intp)
        numbered = pl.DataFrame({"citation_id": self.citation_ids, "row": rows})
        return numbered.join(labels, on="citation_id", how="inner").sort("row")


def rank_citations(
    citations: dy.DataFrame[Citation],
    labels: dy.DataFrame[Label],
    *,
    question: str = "",
    model: str = DEFAULT_MODEL,
    seed: int = 0,
) -> dy.DataFrame[RankedCitation]:
    """Return the unlabelled citations in the order in which to read them.

    Before one citation of each class is known, by resemblance to the question; after that, by a
    model learnt from the labels.

    Parameters
    ----------
    citations
        All citations of the stage, labelled or not.
    labels
        What is known about some of them.
    question
        The review's question; better with its eligibility criteria.
    model
        A name from ``MODELS``.
    seed
        Breaks ties, and drives query strategies that explore.

    Examples
    --------
    >>> from pipeline.schemas import Citation, Label
    >>> rank_citations(Citation.create_empty(), Label.create_empty()).height
    0
    """
    return Ranker(citations, question=question, model=model, seed=seed).order(labels)


def read_texts(records: pl.DataFrame) -> list[Text]:
    """Return what feature extractors read of each row; missing fields are empty.

    Examples
    --------
    >>> import polars as pl
    >>> read_texts(pl.DataFrame({"title": ["Ward rounds"], "abstract": [None]}))
    [Text(title='Ward rounds', abstract='', keywords='')]
    """
    if "title" not in records.columns:
        raise ContractError("records to rank have no column 'title'")
    columns = [_text_column(records, name) for name in ("title", "abstract", "keywords")]
    return [Text(*values) for values in zip(*columns, strict=True)]


def _text_column(records: pl.DataFrame, name: str) -> list[str]:
    if name not in records.columns:
        return [""] * records.height
    column = records[name]
    if column.dtype == pl.List(pl.String):
        column = column.list.join("; ")
    return column.cast(pl.String).fill_null("").to_list()
