"""Products with the Gram matrix of the labelled records, the inner loop of every refit.

Up to some two thousand records the matrix is kept and grows by one row a label: a product then
reads a few megabytes in one go. Beyond that it is never formed, and a product goes through the
sparse rows twice. The rows of the last fit are recognised by their content, not by trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse

    from pipeline.screen.contract import Floats

__all__ = ["GramMatrix"]

_MOST_KEPT: Final = 2048  # rows: 34 MB; above, sparse products are as fast and need no memory
_GROWTH: Final = 256  # rows added to the reserve at a time


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
        self._rows: sparse.csr_matrix | None = None

    def cover(self, rows: sparse.csr_matrix) -> None:
        """Make ready for these rows; those that were there before cost nothing."""
        n_known = self._n_known(rows)
        self._rows, self._columns = rows, rows.T
        if rows.shape[0] > _MOST_KEPT:
            self._kept = np.zeros((0, 0), dtype=np.float64)
            return
        self._reserve(rows.shape[0])
        n = rows.shape[0]
        if n == n_known + 1:
            products = rows @ rows[n_known].toarray().ravel() + 1.0
            self._kept[n_known, :n] = self._kept[:n, n_known] = products
        elif n > n_known:
            block = (rows[n_known:] @ self._columns).toarray() + 1.0
            self._kept[n_known:n, :n], self._kept[:n, n_known:n] = block, block.T

    def multiply(self, vector: Floats) -> Floats:
        """Return the product with a vector of one value a row."""
        n = vector.size
        if len(self._kept):
            product: Floats = self._kept[:n, :n] @ vector
        else:
            product = self._rows @ (self._columns @ vector) + vector.sum()
        return product

    def _n_known(self, rows: sparse.csr_matrix) -> int:
        """Return how many of the rows, from the first, have their products already."""
        last = self._rows
        if last is None or not len(self._kept) or last.shape[0] > rows.shape[0]:
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
