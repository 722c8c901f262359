"""A linear support vector machine with squared hinge loss, refitted from where it stood.

One more label moves the solution little, yet a fresh fit forgets it all. This one keeps the dual
coefficients and starts from them; `pipeline.screen.classifiers.dual` solves. It learns from rows of
features, and then has a coefficient a feature, which explains a score; or from the products of
rows, which is all that a replay needs and much faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen.classifiers.dual import DualSolver
from pipeline.screen.classifiers.gram import GramMatrix
from pipeline.screen.contract import ClassifierChoice

if TYPE_CHECKING:
    from scipy import sparse

    from pipeline.screen.contract import Floats, Labels, Products

__all__ = ["SVM", "SquaredHingeSVM"]

_ELAS_U4_C: Final = 0.11  # ASReview's tuned cost, 10.1186/s13643-023-02257-7 and its release notes
_TOLERANCE: Final = 1e-5  # residual, relative to the labels'; far below any gap between two scores


class SquaredHingeSVM:
    """Linear SVM, squared hinge loss, penalised bias, sample weights and warm start.

    Parameters
    ----------
    C
        Cost of a violation, before sample weights.
    tol
        Residual at which the solution is accepted, relative to the norm of the labels.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> rows = sparse.csr_matrix(np.eye(3))
    >>> machine = SquaredHingeSVM().fit(rows, np.array([True, False, False]), np.ones(3))
    >>> machine.decision_function(rows).argmax()
    np.int64(0)
    """

    def __init__(self, *, C: float = _ELAS_U4_C, tol: float = _TOLERANCE) -> None:  # noqa: N803
        self.C, self.tol = C, tol
        self.gram_, self.solver_ = GramMatrix(), DualSolver(tol=tol)

    def fit(self, rows: sparse.csr_matrix, labels: Labels, weights: Floats) -> SquaredHingeSVM:
        """Learn from labelled rows; when they begin with the last ones, from the last solution."""
        self.gram_.cover(rows)
        dual = self.fit_products(self.gram_, labels, weights).dual_coef_
        self.coef_ = rows.T @ dual.astype(rows.dtype, copy=False)  # or the rows would be copied
        return self

    def fit_products(self, products: Products, labels: Labels, weights: Floats) -> SquaredHingeSVM:
        """Learn from the products of labelled rows; there is no ``coef_`` then."""
        self.solver_.solve(products, labels, 0.5 / (self.C * weights))
        self.dual_coef_, self.training_scores_ = self.solver_.dual, self.solver_.scores
        self.intercept_ = float(self.dual_coef_.sum())
        return self

    def decision_function(self, rows: sparse.csr_matrix) -> Floats:
        """Return the signed distance to the margin's middle, up to scale."""
        coefficients = self.coef_.astype(rows.dtype, copy=False)  # or the rows would be copied
        return np.asarray(rows @ coefficients, dtype=np.float64) + self.intercept_

    def left_out_scores(self) -> Floats:
        """Return the score of each row learnt from as if it had not been learnt from.

        Exact as long as leaving it out moves no other row across the margin (Cawley & Talbot 2004,
        10.1016/j.neunet.2004.07.002). Needs the Gram matrix, which `fit` has made.
        """
        scores = self.training_scores_.copy()
        inside = np.flatnonzero(self.dual_coef_)
        system = self.gram_.to_dense(inside) + np.diag(self.solver_.slack[inside])
        own = np.diag(np.linalg.inv(system))
        scores[inside] += self.dual_coef_[inside] * (self.solver_.slack[inside] - 1.0 / own)
        return scores


SVM: Final = ClassifierChoice("svm", SquaredHingeSVM)
