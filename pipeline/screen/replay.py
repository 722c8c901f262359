"""The screening cycle for replays: the same orders, from a table of products of all records.

A replay of a labelled set learns again after every record, thousands of times, from the same few
thousand texts. Whatever a linear model asks of them is in the products of the records with one
another. Here these are worked out once; the records that are learnt from are then kept together in
the first rows and columns of the table, in the order in which they came, so that a refit and the
scores of all other records read contiguous memory and no text. A review does not do this: it learns
rarely, and its records may be a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy import sparse

from pipeline.screen.classifiers import CLASSIFIERS
from pipeline.screen.classifiers.gram import multiply_rows
from pipeline.screen.contract import ProductsClassifier
from pipeline.screen.cycle import Cycle

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats, Labels, Model, Rows
    from pipeline.screen.cycle import Features

__all__ = ["ProductTable", "ReplayCycle", "can_tabulate", "multiply_records"]

_MOST_RECORDS: Final = 6_000  # 144 MB in single precision; above, sparse rows are as fast


@dataclass(frozen=True, slots=True)
class ProductTable:
    """The products of all records and, last, the question with one another, each plus 1.

    Parameters
    ----------
    products
        Square and symmetric, in the precision of the features.
    twins
        The first record that has the same features as each: equals must get the same score to the
        last digit, or their order would depend on how a processor adds.
    """

    products: Floats
    twins: Rows


def can_tabulate(model: Model, n_records: int) -> bool:
    """Say whether a replay can go by a table of products.

    Examples
    --------
    >>> from pipeline.screen.models import MODELS
    >>> can_tabulate(MODELS["elas-u4"], 1_000), can_tabulate(MODELS["elas-u4"], 100_000)
    (True, False)
    """
    is_content = isinstance(CLASSIFIERS[model.classifier].make(), ProductsClassifier)
    return is_content and n_records <= _MOST_RECORDS


def multiply_records(features: Features) -> ProductTable:
    """Return the products of all records and the question with one another.

    Examples
    --------
    >>> from pipeline.screen.contract import Text
    >>> from pipeline.screen.cycle import extract_features
    >>> from pipeline.screen.models import MODELS
    >>> texts = [Text("Nurse staffing"), Text("Nurse staffing"), Text("Wards")]
    >>> table = multiply_records(extract_features(texts, Text(""), MODELS["elas-u4"]))
    >>> table.products.round(3).tolist()[0], table.twins.tolist()
    ([2.0, 2.0, 1.0, 1.0], [0, 0, 2])
    """
    rows = sparse.vstack([features.rows, features.question], format="csr")
    return ProductTable(multiply_rows(rows), _find_twins(features.rows))


class ReplayCycle(Cycle):
    """A cycle that learns and scores by products; the labelled rows must grow from fit to fit.

    Parameters
    ----------
    model, features, ties, rng
        As for a `Cycle`.
    table
        What `multiply_records` made of the features.
    """

    def __init__(
        self,
        model: Model,
        features: Features,
        table: ProductTable,
        *,
        ties: Rows,
        rng: np.random.Generator,
    ) -> None:
        super().__init__(model, features, ties=ties, rng=rng)
        self._twins, self._sorted = table.twins, _SortedTable(table.products)

    def _learnt_scores(self, labelled: Rows, labels: Labels) -> Floats:
        learnt = self.training_set(labelled, labels)
        self._sorted.cover(learnt.rows)
        classifier = cast("ProductsClassifier", self.classifier)
        solution = classifier.fit_products(self._sorted, learnt.labels, learnt.weights)
        others = self._sorted.score_others(solution.dual_coef_)
        scores = np.concatenate([solution.training_scores_, others])[self._sorted.places]
        return scores[self._twins]


class _SortedTable:
    """A table of products whose first rows and columns are those that are learnt from."""

    def __init__(self, products: Floats) -> None:
        self._table = products.copy()
        self.n_known = 0
        self._n_covered = 0
        self._rows = np.arange(len(products))  # which row of the original stands where
        self.places = np.arange(len(products))  # and the reverse

    def cover(self, rows: Rows) -> None:
        """Bring rows to the front, in their order; those in front already stay."""
        n = self._n_covered
        if n > rows.size or not np.array_equal(self._rows[:n], rows[:n]):
            n = 0
        for place in range(n, rows.size):
            self._swap(place, self.places[rows[place]])
        self.n_known, self._n_covered = n, rows.size

    def multiply(self, vector: Floats, *, first: int = 0) -> Floats:
        """Multiply the products of the covered rows with a vector of one value a row."""
        given = vector.astype(self._table.dtype, copy=False)
        return np.asarray(self._table[first : vector.size, : vector.size] @ given, np.float64)

    def score_others(self, dual: Floats) -> Floats:
        """Return the scores of all rows that are not covered, as they stand in the table."""
        given = dual.astype(self._table.dtype, copy=False)
        return np.asarray(given @ self._table[: dual.size, dual.size :], np.float64)

    def _swap(self, one: int, other: int) -> None:
        if one != other:
            pair, swapped = [one, other], [other, one]
            self._table[pair] = self._table[swapped]
            self._table[:, pair] = self._table[:, swapped]
            self._rows[pair] = self._rows[swapped]
            self.places[self._rows[pair]] = pair


def _find_twins(rows: sparse.csr_matrix) -> Rows:
    """Return the first row that is the same as each row."""
    first: dict[tuple[bytes, bytes], int] = {}
    twins = np.empty(rows.shape[0], dtype=np.intp)
    for row, (start, end) in enumerate(zip(rows.indptr[:-1], rows.indptr[1:], strict=True)):
        content = rows.indices[start:end].tobytes(), rows.data[start:end].tobytes()
        twins[row] = first.setdefault(content, row)
    return twins
