"""Straight-line models of powers of x, fitted with L2, L1, or by stopping early.

All lower ½ · mean of (ŷ − y)², plus λ · ½ Σ w² for L2 or λ · Σ |w| for L1, over
standardised inputs; the bias is left out of the penalty.

References
----------
.. [1] T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning",
   2nd edition, Springer, 2009, chapter 3.
.. [2] A. Beck, M. Teboulle, "A Fast Iterative Shrinkage-Thresholding Algorithm for
   Linear Inverse Problems", SIAM Journal on Imaging Sciences 2(1), 2009.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ldl_lib.figures.regression._shared import Floats, powers

SWEEPS = 6000  # of the accelerated descent: L1 fits are then exact to the pixel


class Polynomial:
    """A polynomial whose weights belong to standardised powers of x.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Examples.
    degree : int
        Highest power.

    Attributes
    ----------
    features : ndarray, shape (n, degree)
        Powers of x, each with mean 0 and standard deviation 1 over the examples.
    """

    def __init__(self, x: Floats, y: Floats, degree: int) -> None:
        raw = powers(x, degree)
        self.degree = degree
        self._mean, self._deviation = raw.mean(axis=0), raw.std(axis=0)
        self.features: Floats = (raw - self._mean) / self._deviation
        self.bias = float(y.mean())
        self._targets = y - self.bias
        n = len(y)
        self._hessian = self.features.T @ self.features / n
        self._pull = self.features.T @ self._targets / n

    def predict(self, x: Floats, weights: Floats) -> Floats:
        """Return the polynomial at x, shape (points,) or (points, columns)."""
        at = (powers(x, self.degree) - self._mean) / self._deviation
        result: Floats = at @ weights + self.bias
        return result

    def least_squares(self) -> Floats:
        """Return the weights without any penalty (the shortest, if many fit)."""
        weights: Floats = np.linalg.lstsq(self.features, self._targets, rcond=None)[0]
        return weights

    def ridge(self, strength: float) -> Floats:
        """Return the weights with L2: one linear system [1]_."""
        pulled = self._hessian + strength * np.eye(self.degree)
        weights: Floats = np.linalg.solve(pulled, self._pull)
        return weights

    def lasso(self, strengths: ArrayLike) -> Floats:
        """Return the weights with L1, a column for each strength [2]_.

        Every step goes down the squared error, then moves each weight by its strength
        towards 0, and leaves it at 0 if it would cross.
        """
        strengths = np.asarray(strengths, dtype=np.float64)
        rate = 1 / np.linalg.eigvalsh(self._hessian)[-1]
        weights = np.zeros((self.degree, len(strengths)))
        ahead, speed = weights, 1.0
        for _ in range(SWEEPS):
            moved = ahead - rate * (self._hessian @ ahead - self._pull[:, None])
            shrunk = np.maximum(np.abs(moved) - rate * strengths, 0)
            before, weights = weights, np.sign(moved) * shrunk
            faster = (1 + np.sqrt(1 + 4 * speed**2)) / 2
            ahead = weights + (speed - 1) / faster * (weights - before)
            speed = faster
        return weights

    def descend(self, steps: float) -> Floats:
        """Return the weights after so many steps of gradient descent from 0.

        The learning rate is one over the largest curvature. Along an eigenvector of the
        Hessian with the curvature c each step leaves 1 − η c of the distance, so no
        step has to be taken.
        """
        curvatures, directions = np.linalg.eigh(self._hessian)
        curvatures = np.maximum(curvatures, 0)
        rate = 1 / curvatures[-1]
        gone = -np.expm1(steps * np.log1p(-np.minimum(rate * curvatures, 1 - 1e-12)))
        share = np.divide(
            gone, curvatures, out=steps * rate + 0 * gone, where=curvatures > 1e-14
        )
        weights: Floats = directions @ (share * (directions.T @ self._pull))
        return weights
