"""Several views of one text, counted from one table of its words and weighed into one matrix.

Each view is TF-IDF with logarithmic counts and rows of unit length; scaled by the root of its share
the views make a sum of kernels (Joachims 2001), so that one linear classifier weighs them all.
Words know exact terms, stems bring forms together, pieces of words see through compounds, spelling
and language, and the title says what a record is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from pipeline.screen.contract import FeatureExtractorChoice
from pipeline.screen.features.counts import PieceCounter, TermCounter
from pipeline.screen.features.stems import stem
from pipeline.screen.features.tokens import read_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.screen.contract import Floats, Text
    from pipeline.screen.features.counts import Counter
    from pipeline.screen.features.tokens import TokenTable

__all__ = ["BLEND", "Blend", "View"]

_FEW: Final = 20  # records below which a term of all of them may still tell them apart


@dataclass(frozen=True, slots=True)
class View:
    """What is counted, and how much it weighs.

    Parameters
    ----------
    counter
        Counts the columns of the view.
    share
        Of the kernel; the shares of a blend sum to 1.
    least
        Records that must hold a column for it to count.
    most
        Share of records that may hold it.
    of_titles
        Whether only titles are read.
    """

    counter: Counter
    share: float
    least: int = 1
    most: float = 0.95
    of_titles: bool = False


class Blend:
    """TF-IDF of several views side by side.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> blend = Blend([View(TermCounter(form=str), 0.5), View(TermCounter(form=stem), 0.5)])
    >>> blend.fit_transform([Text("Nurse staffing"), Text("Nurses"), Text("Wards")]).shape
    (3, 7)
    """

    def __init__(self, views: Sequence[View]) -> None:
        self.views = tuple(views)

    def fit_transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Learn every view and return the rows of all, side by side."""
        table = read_tokens(texts)
        self.kept_: list[NDArray[np.intp]] = []
        self.idf_: list[Floats] = []
        parts: list[sparse.csr_matrix] = []
        for view in self.views:
            counts = view.counter.learn(_read(table, view))
            self._weigh(counts, view)
            parts.append(self._weighed(counts, len(parts)))
        return sparse.hstack(parts, format="csr")

    def transform(self, texts: Sequence[Text]) -> sparse.csr_matrix:
        """Return rows in the columns learnt."""
        table = read_tokens(texts)
        counted = [view.counter.count(_read(table, view)) for view in self.views]
        parts = [self._weighed(counts, place) for place, counts in enumerate(counted)]
        return sparse.hstack(parts, format="csr")

    def get_feature_names_out(self) -> NDArray[np.object_]:
        """Return the term of each column, view after view."""
        named = zip(self.views, self.kept_, strict=True)
        return np.concatenate([view.counter.names()[kept] for view, kept in named])

    def _weigh(self, counts: sparse.csr_matrix, view: View) -> None:
        """Learn which columns count, and how much each tells."""
        n, n_columns = counts.shape
        n_holding = np.bincount(counts.indices, minlength=n_columns)
        most = view.most * n if n > _FEW else n
        kept = np.flatnonzero((n_holding >= min(view.least, n)) & (n_holding <= most))
        self.kept_.append(kept)
        self.idf_.append(np.log((1.0 + n) / (1.0 + n_holding[kept])) + 1.0)

    def _weighed(self, counts: sparse.csr_matrix, place: int) -> sparse.csr_matrix:
        kept, idf, share = self.kept_[place], self.idf_[place], self.views[place].share
        new_place = np.full(counts.shape[1], -1, dtype=np.int32)
        new_place[kept] = np.arange(kept.size, dtype=np.int32)
        columns = new_place[counts.indices]
        is_kept = columns >= 0
        starts = np.concatenate([[0], np.cumsum(is_kept)])[counts.indptr]
        columns = columns[is_kept]
        data = ((1.0 + np.log(counts.data[is_kept])) * idf[columns]).astype(np.float32)
        rows = sparse.csr_matrix((data, columns, starts), shape=(counts.shape[0], kept.size))
        lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A1
        scale = np.sqrt(share) / np.maximum(lengths, 1e-12)
        rows.data *= np.repeat(scale, np.diff(rows.indptr)).astype(np.float32)
        return rows


def _read(table: TokenTable, view: View) -> TokenTable:
    return table.titles() if view.of_titles else table


def _make_blend() -> Blend:
    return Blend(
        [
            View(TermCounter(form=str, longest=2), 0.25),
            View(TermCounter(form=stem, longest=2), 0.23, least=2),
            View(TermCounter(form=stem), 0.27, least=2),
            View(PieceCounter(), 0.13, least=2, most=0.5),
            View(TermCounter(form=stem), 0.12, least=2, of_titles=True),
        ]
    )


BLEND: Final = FeatureExtractorChoice("blend", _make_blend)
