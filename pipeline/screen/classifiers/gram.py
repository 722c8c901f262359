"""Products with the Gram matrix of the labelled records, the inner loop of every refit.

Up to some two thousand records the matrix is kept and grows by one row a label: a product then
reads a few megabytes in one go. Beyond that it is never formed, and a product goes through the
sparse rows twice. The rows of the last fit are recognised by their content, not by trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats, Rows

__all__ = ["GramMatrix", "multiply_rows"]

_MOST_KEPT: Final = 2048  # rows: 34 MB; above, sparse products are as fast and need no memory
_GROWTH: Final = 256  # rows added to the reserve at a time
_COMMON: Final = 0.03  # share of rows above which a feature is multiplied densely


def multiply_rows(rows: sparse.csr_matrix) -> Floats:
    """Return the products of rows with one another plus 1, in the precision of the rows.

    Common features are many products each, which dense matrices do best; rare ones hardly any.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> multiply_rows(sparse.csr_matrix(np.array([[1.0, 0.0], [0.5, 0.5]]))).tolist()
    [[2.0, 1.5], [1.5, 1.5]]
    """
    columns = rows.tocsc()
    is_common = np.diff(columns.indptr) > _COMMON * rows.shape[0]
    common, rare = columns[:, is_common].toarray(), columns[:, ~is_common].tocsr()
    with threadpool_limits(1):  # a sum must not depend on the number of threads
        products: Floats = common @ common.T
    products += (rare @ rare.T).toarray()
    products += 1.0
    return products


class GramMatrix:
    """Multiplies with ``rows @ rows.T + 1``, the 1 being the constant feature of the bias.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> gram = GramMatrix()
    >>> gram.cover(sparse.csr_matrix(np.eye(2)))
    >>> gram.multiply(np.array([1.0, 2.0])).tolist()
    [4.0, 5.0]
    """

    def __init__(self) -> None:
        self._kept: Floats = np.zeros((0, 0), dtype=np.float64)
        self._rows = sparse.csr_matrix((0, 0))
        self.n_known = 0

    def cover(self, rows: sparse.csr_matrix) -> None:
        """Make ready for these rows; those that were there before cost nothing."""
        self.n_known = self._count_known(rows)
        self._rows, self._columns = rows, rows.T
        if rows.shape[0] > _MOST_KEPT:
            self._kept = np.zeros((0, 0), dtype=np.float64)
            return
        n, n_kept = rows.shape[0], self.n_known if len(self._kept) else 0
        self._reserve(n)
        if n_kept == 0:
            self._kept[:n, :n] = multiply_rows(rows)
        elif n > n_kept:
            block = (rows[n_kept:] @ self._columns).toarray() + 1.0
            self._kept[n_kept:n, :n], self._kept[:n, n_kept:n] = block, block.T

    def multiply(self, vector: Floats, *, first: int = 0) -> Floats:
        """Return the product with a vector of one value a row, from the row ``first`` on."""
        n = vector.size
        if len(self._kept):
            product: Floats = self._kept[first:n, :n] @ vector
        else:
            product = self._rows[first:] @ (self._columns @ vector) + vector.sum()
        return product

    def to_dense(self, chosen: Rows) -> Floats:
        """Return the products of some of the rows with one another."""
        if len(self._kept):
            return self._kept[np.ix_(chosen, chosen)]
        return np.asarray(multiply_rows(self._rows[chosen]), dtype=np.float64)

    def _count_known(self, rows: sparse.csr_matrix) -> int:
        """Return how many of the rows, from the first, are those of last time."""
        last = self._rows
        if last.shape[0] > rows.shape[0]:
            return 0
        n, end = last.shape[0], last.nnz
        is_same = (
            np.array_equal(last.indptr, rows.indptr[: n + 1])
            and np.array_equal(last.indices, rows.indices[:end])
            and np.array_equal(last.data, rows.data[:end])
        )
        return n if is_same else 0

    def _reserve(self, n: int) -> None:
        if n > len(self._kept):
            size = min(n + _GROWTH, _MOST_KEPT)
            grown = np.zeros((size, size), dtype=np.float64)
            grown[: len(self._kept), : len(self._kept)] = self._kept
            self._kept = grown
