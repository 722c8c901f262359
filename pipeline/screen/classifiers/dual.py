"""Solve a squared hinge support vector machine in its dual, from where the last solution stood.

For the records inside the margin the dual coefficients solve a small positive definite system,
which conjugate gradients finish in a few steps; the margin is then redrawn until it no longer
changes (a finite Newton method: Keerthi & DeCoste 2005, JMLR 6:341; Chapelle 2007,
10.1162/neco.2007.19.5.1155). The problem is strictly convex, so the answer is the one that
LIBLINEAR approaches (Fan 2008, JMLR 9:1871), wherever the start was.

What slows conjugate gradients down is that all relevant records resemble one another, all
irrelevant ones as well, and that the constant feature of the bias makes everything alike. These
two directions are taken out beforehand (deflation: Nicolaides 1987, 10.1137/0724027).
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pipeline.screen.contract import Floats, Labels, Products

__all__ = ["DualSolver"]

_MAX_REDRAWS: Final = 50  # of the margin; one or two are usual
_SHARPER: Final = 0.9  # the inner solution against the outer one, so that rounding asks no redraw
_STALE: Final = 1.25  # growth of a class after which its likeness is measured again
_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class _Likeness:
    """How much the records of a class, and of both, have in common, when it was measured."""

    means: Floats = field(default_factory=lambda: np.zeros((2, 2)))
    sizes: Floats = field(default_factory=lambda: np.zeros(2))

    def follow(self, products: Products, classes: Floats) -> None:
        """Measure again where a class has grown or shrunk much."""
        sizes = classes.sum(axis=1)
        if (sizes <= _STALE * self.sizes).all() and (self.sizes <= _STALE * sizes).all():
            return
        images = np.stack([products.multiply(one) for one in classes])
        self.means = (classes @ images.T) / np.maximum(np.outer(sizes, sizes), 1.0)
        self.sizes = sizes


class DualSolver:
    """Keeps the last dual coefficients and the scores that they give to the labelled records.

    Parameters
    ----------
    tol
        Residual at which a solution is accepted, relative to the norm of the labels.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> from pipeline.screen.classifiers.gram import GramMatrix
    >>> gram = GramMatrix()
    >>> gram.cover(sparse.csr_matrix(np.eye(2)))
    >>> solver = DualSolver(tol=1e-6)
    >>> solver.solve(gram, np.array([True, False]), np.ones(2))
    >>> solver.dual.round(3).tolist()
    [0.5, -0.5]
    """

    def __init__(self, *, tol: float) -> None:
        self.tol = tol
        self.dual: Floats = np.zeros(0)
        self.scores: Floats = np.zeros(0)
        self.slack: Floats = np.zeros(0)
        self._likeness = _Likeness()

    def solve(self, products: Products, labels: Labels, slack: Floats) -> None:
        """Find the dual coefficients for labelled records, from the last ones.

        Parameters
        ----------
        products
            Of the labelled records with one another; says how many were there before.
        labels
            Both classes, in the order of the products.
        slack
            What a coefficient costs: half the inverse of the cost of a violation.
        """
        signs = np.where(labels, 1.0, -1.0)
        goal = self.tol * np.sqrt(labels.size)
        self.slack = slack
        self._start(products, labels.size)
        self._likeness.follow(products, np.stack([labels, ~labels]).astype(np.float64))
        for _ in range(_MAX_REDRAWS):
            inside = signs * self.scores < 1.0
            pull = signs - self.scores - slack * self.dual
            if _norm(np.where(inside, pull, -self.dual)) <= goal:
                return
            self._leave(products, inside)
            self._solve_inside(products, labels, inside=inside, goal=_SHARPER * goal)
        _LOG.warning("the margin of the classifier did not settle in %d steps", _MAX_REDRAWS)

    def _start(self, products: Products, n: int) -> None:
        """Take the last coefficients; records that are new, or other ones than then, begin at 0."""
        kept = self.dual.size if products.n_known == self.dual.size else 0
        self.dual = np.concatenate([self.dual[:kept], np.zeros(n - kept)])
        fresh = products.multiply(self.dual, first=kept) if kept else np.zeros(n)
        self.scores = np.concatenate([self.scores[:kept], fresh])

    def _leave(self, products: Products, inside: Labels) -> None:
        """Take the coefficients of the records outside the margin away."""
        gone = np.where(inside, 0.0, self.dual)
        if gone.any():
            self.scores = self.scores - products.multiply(gone)
            self.dual = self.dual - gone

    def _solve_inside(
        self, products: Products, labels: Labels, *, inside: Labels, goal: float
    ) -> None:
        """Solve (products + slack) dual = signs for the records inside the margin."""
        slack = self.slack
        scaled = _Deflation(self._likeness.means, labels & inside, ~labels & inside, slack + 1.0)
        pull = np.where(inside, np.where(labels, 1.0, -1.0) - self.scores - slack * self.dual, 0.0)
        step = scaled.apply(pull)
        direction, gain = step, float(pull @ step)
        for _ in range(2 * labels.size + 10):
            if _norm(pull) <= goal:
                break
            image = products.multiply(direction)
            response = np.where(inside, image + slack * direction, 0.0)
            length = gain / float(direction @ response)
            self.dual = self.dual + length * direction
            self.scores = self.scores + length * image
            pull = pull - length * response
            step = scaled.apply(pull)
            gain, last = float(pull @ step), gain
            direction = step + (gain / last) * direction


class _Deflation:
    """Divides by the slack with the two common directions taken out (Woodbury 1950)."""

    def __init__(self, means: Floats, relevant: Labels, other: Labels, slack: Floats) -> None:
        self._inverse = (relevant | other) / slack
        self._classes = np.stack([relevant, other]) / slack
        among = np.eye(2) + self._classes.sum(axis=1)[:, np.newaxis] * means
        self._shared = means @ np.linalg.inv(among)

    def apply(self, vector: Floats) -> Floats:
        shared = self._shared @ (self._classes @ vector)
        result: Floats = self._inverse * vector - shared @ self._classes
        return result


def _norm(vector: Floats) -> float:
    return math.sqrt(vector @ vector)
