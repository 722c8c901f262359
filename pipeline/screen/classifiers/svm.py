"""A linear support vector machine with squared hinge loss, refitted from where it stood.

One more label moves the solution little, yet a fresh fit forgets it all. This solver keeps the dual
coefficients: for the records inside the margin they solve a small positive definite system, which
conjugate gradients finish in a few steps from the last solution, and the margin is then redrawn
until it no longer changes (a finite Newton method: Keerthi & DeCoste 2005, JMLR 6:341; Chapelle
2007, 10.1162/neco.2007.19.5.1155). The problem is strictly convex, so the answer is the one that
LIBLINEAR approaches (Fan 2008, JMLR 9:1871), bias term included, wherever the start was.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.screen.classifiers.gram import GramMatrix
from pipeline.screen.contract import ClassifierChoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from scipy import sparse

    from pipeline.screen.contract import Floats, Labels

__all__ = ["SVM", "SquaredHingeSVM"]

_ELAS_U4_C: Final = 0.11  # ASReview's tuned cost, 10.1186/s13643-023-02257-7 and its release notes
_TOLERANCE: Final = 1e-5  # residual, relative to the labels'; far below any gap between two scores
_SHARPER: Final = 0.3  # the inner solution against the outer one, so that one redraw is enough
_MAX_REDRAWS: Final = 50  # of the margin; two or three are usual
_LOG: Final = logging.getLogger(__name__)


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
        self.C, self.tol, self.gram_ = C, tol, GramMatrix()

    def fit(self, rows: sparse.csr_matrix, labels: Labels, weights: Floats) -> SquaredHingeSVM:
        """Learn from labelled rows; when they begin with the last ones, from the last solution."""
        signs = np.where(labels, 1.0, -1.0)
        slack = 0.5 / (self.C * weights)
        goal = self.tol * np.sqrt(len(signs))
        dual = self._warm_start(len(signs))
        self.gram_.cover(rows)
        for _ in range(_MAX_REDRAWS):
            scores = self.gram_.multiply(dual)
            inside = signs * scores < 1.0
            residual = np.where(inside, signs - scores - slack * dual, -dual)
            if np.linalg.norm(residual) <= goal:
                break
            dual = _solve_inside(self.gram_, signs, slack, inside=inside, start=dual, goal=goal)
        else:
            _LOG.warning("the margin of the classifier did not settle in %d steps", _MAX_REDRAWS)
        self.dual_coef_, self.intercept_ = dual, float(dual.sum())
        self.coef_ = rows.T @ dual.astype(rows.dtype, copy=False)  # or the rows would be copied
        return self

    def decision_function(self, rows: sparse.csr_matrix) -> Floats:
        """Return the signed distance to the margin's middle, up to scale."""
        coefficients = self.coef_.astype(rows.dtype, copy=False)  # or the rows would be copied
        return np.asarray(rows @ coefficients, dtype=np.float64) + self.intercept_

    def _warm_start(self, n: int) -> Floats:
        last: Floats = getattr(self, "dual_coef_", np.zeros(0))
        if len(last) > n:
            return np.zeros(n)
        return np.concatenate([last, np.zeros(n - len(last))])


def _solve_inside(
    gram: GramMatrix,
    signs: Floats,
    slack: Floats,
    *,
    inside: Labels,
    start: Floats,
    goal: float,
) -> Floats:
    """Solve (K + slack) dual = signs for the rows inside the margin; the others weigh nothing.

    The diagonal scales the system: the slack of relevant and of irrelevant records differs by
    orders of magnitude.
    """
    scale = inside / np.sqrt(slack + 2.0)  # rows have unit length, and the bias adds 1

    def apply(vector: Floats) -> Floats:
        dual = scale * vector
        image: Floats = scale * (gram.multiply(dual) + slack * dual)
        return image

    unscaled = start * np.sqrt(slack + 2.0) * inside
    smallest = float(1.0 / np.sqrt(slack.max() + 2.0))
    return scale * _conjugate_gradients(
        apply, unscaled, scale * signs, goal=_SHARPER * goal * smallest
    )


def _conjugate_gradients(
    apply: Callable[[Floats], Floats], start: Floats, target: Floats, *, goal: float
) -> Floats:
    """Return where ``apply`` reaches the target, up to a residual whose norm is ``goal``."""
    solution = start
    residual = target - apply(start)
    direction, norm = residual, float(residual @ residual)
    for _ in range(2 * len(start) + 10):
        if norm <= goal**2:
            break
        image = apply(direction)
        step = norm / float(direction @ image)
        solution = solution + step * direction
        residual = residual - step * image
        norm, last = float(residual @ residual), norm
        direction = residual + (norm / last) * direction
    return solution


SVM: Final = ClassifierChoice("svm", SquaredHingeSVM)
