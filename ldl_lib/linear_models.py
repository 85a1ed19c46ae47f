"""Linear models and classifiers before neural networks, each in a few lines of NumPy.

What the lab of appendix A writes out step by step, its figures use from here. The
objectives are those of scikit-learn, so that a test can demand equal numbers.

References
----------
.. [1] T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning",
   2nd ed., Springer, 2009, chapters 3, 4 and 12.
.. [2] C. Cortes, V. Vapnik, "Support-Vector Networks", Machine Learning 20, 1995.
.. [3] R.-E. Fan, P.-H. Chen, C.-J. Lin, "Working Set Selection Using Second Order
   Information for Training Support Vector Machines", JMLR 6, 2005.
.. [4] T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27,
   2006.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib import nn

__all__ = [
    "Discriminants",
    "KernelMachine",
    "ThresholdCounts",
    "kernel",
    "linear_discriminants",
    "logistic_regression",
    "support_vector_classifier",
    "support_vector_regression",
    "threshold_counts",
]

Floats = NDArray[np.float64]
Kernel = Callable[[Floats, Floats], Floats]
LOGISTIC = nn.ACTIVATIONS["logistic"].value
MOST_STEPS = 100_000


def logistic_regression(
    X: ArrayLike, y: ArrayLike, *, penalty: float = 1e-6, steps: int = 100
) -> Floats:
    """Minimise the summed cross-entropy by Newton's method.

    Parameters
    ----------
    X : array_like, shape (examples, inputs)
        Inputs, without the constant one.
    y : array_like, shape (examples,)
        Targets 0 and 1.
    penalty : float
        λ ≥ 0 of the term ½ λ |w|², which leaves the bias out; scikit-learn's C is 1/λ.
        Without it, separable classes have no best weights.
    steps : int
        At most so many Newton steps.

    Returns
    -------
    ndarray of float64, shape (inputs + 1,)
        The bias, then the weights.

    Raises
    ------
    ValueError
        If targets are not 0 and 1, or the steps run out.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"targets must be 0 or 1, got {np.unique(y)[:5]}")
    X1 = np.column_stack([np.ones(len(X)), X])
    ridge = penalty * np.r_[0.0, np.ones(X.shape[1])]

    def objective(weights: Floats) -> float:
        z = X1 @ weights
        entropy = np.logaddexp(0, z).sum() - y @ z
        return float(entropy + 0.5 * ridge @ weights**2)

    weights = np.zeros(X1.shape[1])
    for _ in range(steps):
        p = LOGISTIC(X1 @ weights)
        gradient = X1.T @ (p - y) + ridge * weights
        hessian = (X1.T * (p * (1 - p))) @ X1 + np.diag(ridge)
        step = np.linalg.solve(hessian, gradient)
        if np.abs(step).max() < 1e-10 * (1 + np.abs(weights).max()):
            return np.asarray(weights - step)
        # Far from the minimum a full step can overshoot: halve it while it does. Close
        # to it, rounding alone may raise the objective.
        size, highest = 1.0, objective(weights) * (1 + 1e-12)
        while size > 1e-8 and objective(weights - size * step) > highest:
            size /= 2
        weights = weights - size * step
    raise ValueError(
        f"no minimum after {steps} steps: are the classes separable? Raise the penalty"
    )


def kernel(name: str, *, gamma: float = 1.0, degree: int = 2) -> Kernel:
    """Return a function of two sets of inputs that compares each with each.

    Parameters
    ----------
    name : {"linear", "poly", "rbf"}
        The dot product x·x′; (x·x′ + 1) to the power `degree`; exp(−γ |x − x′|²).
    gamma : float
        γ > 0 of the radial kernel: the larger, the narrower.
    degree : int
        Of the polynomial kernel.

    Returns
    -------
    callable
        From arrays (m, inputs) and (n, inputs) to (m, n).
    """
    if name == "linear":
        return lambda A, B: np.asarray(A @ B.T)
    if name == "poly":
        return lambda A, B: np.asarray((A @ B.T + 1) ** degree)
    if name == "rbf":
        return lambda A, B: np.exp(-gamma * _squared_distances(A, B))
    raise ValueError(f"no kernel {name!r}; choose from linear, poly, rbf")


def _squared_distances(A: Floats, B: Floats) -> Floats:
    return np.asarray(((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=2))


@dataclass(frozen=True)
class KernelMachine:
    """A support vector machine, for classes or for numbers.

    Attributes
    ----------
    X : ndarray, shape (examples, inputs)
        The examples it was fitted to.
    coefficients : ndarray, shape (examples,)
        What each example contributes: α·y of a classifier, α − α* of a regression.
        It is 0 for all but the support vectors.
    bias : float
    kernel : callable
        See `kernel`.
    objective : float
        Value of the dual problem at its maximum, which is also the primal's minimum:
        ½ |w|² + C · (sum of all slacks).
    """

    X: Floats
    coefficients: Floats
    bias: float
    kernel: Kernel
    objective: float

    @property
    def support(self) -> NDArray[np.bool_]:
        """Which examples are support vectors, shape (examples,)."""
        return np.asarray(self.coefficients != 0)

    @property
    def margin(self) -> float:
        """Distance from the boundary to the level ±1, in the kernel's space."""
        K = self.kernel(self.X, self.X)
        return float(1 / np.sqrt(self.coefficients @ K @ self.coefficients))

    def score(self, X: ArrayLike) -> Floats:
        """Return the score of inputs (n, inputs): positive on the side of class +1."""
        rows = np.asarray(X, dtype=np.float64)
        used = self.support
        near = self.kernel(rows, self.X[used])
        return np.asarray(near @ self.coefficients[used] + self.bias)


def support_vector_classifier(
    X: ArrayLike,
    y: ArrayLike,
    *,
    C: float = 1.0,
    kernel: Kernel,
    tolerance: float = 1e-6,
) -> KernelMachine:
    """Find the widest margin, where each example inside it costs C times its slack.

    Parameters
    ----------
    X : array_like, shape (examples, inputs)
    y : array_like, shape (examples,)
        Targets −1 and +1.
    C : float
        Price of slack, > 0.
    kernel : callable
        See `kernel`.
    tolerance : float
        By how much an optimality condition may be violated.

    Returns
    -------
    KernelMachine

    Raises
    ------
    ValueError
        If the targets are not −1 and +1, or it takes too many steps.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if set(np.unique(y).tolist()) != {-1.0, 1.0}:
        raise ValueError(f"targets must be -1 and +1, both; got {np.unique(y)[:5]}")
    K = kernel(X, X)
    alpha, bias, value = _smo(K, -np.ones(len(y)), y, C, tolerance)
    return KernelMachine(X, alpha * y, bias, kernel, -value)


def support_vector_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    C: float = 1.0,
    epsilon: float = 0.1,
    kernel: Kernel,
    tolerance: float = 1e-6,
) -> KernelMachine:
    """Fit a tube of half-width ε, where each point outside costs C times its distance.

    Parameters
    ----------
    X : array_like, shape (examples, inputs)
    y : array_like, shape (examples,)
        Targets.
    C, epsilon : float
        Price of leaving the tube, > 0; its half-width, ≥ 0.
    kernel, tolerance
        As in `support_vector_classifier`.

    Returns
    -------
    KernelMachine
        Its `score` is the prediction.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    # Above and below the tube: one multiplier each, with opposite signs.
    signs = np.repeat([1.0, -1.0], len(y))
    K = np.tile(kernel(X, X), (2, 2))
    price = np.concatenate([epsilon - y, epsilon + y])
    alpha, bias, value = _smo(K, price, signs, C, tolerance)
    above, below = np.split(alpha, 2)
    return KernelMachine(X, above - below, bias, kernel, -value)


def _smo(
    K: Floats, price: Floats, signs: Floats, C: float, tolerance: float
) -> tuple[Floats, float, float]:
    """Minimise ½ αᵀQα + priceᵀα with Q = K·s·sᵀ, 0 ≤ α ≤ C and sᵀα = 0.

    Two multipliers move at a time: the first violates its optimality condition most,
    the second promises the largest gain [3]_. Returns α, the bias and the minimum.
    """
    alpha, gradient = np.zeros(len(signs)), price.copy()
    own = np.diag(K)
    positive = signs > 0
    for _ in range(MOST_STEPS):
        below_top, above_zero = alpha < C, alpha > 0
        can_rise = np.where(positive, below_top, above_zero)  # α·s may still grow
        can_fall = np.where(positive, above_zero, below_top)
        pull = -signs * gradient
        i = int(np.argmax(np.where(can_rise, pull, -np.inf)))
        gap = np.where(can_fall, pull[i] - pull, 0.0)
        if gap.max() < tolerance:
            break
        curvature = np.maximum(own[i] + own - 2 * K[i], 1e-12)
        j = int(np.argmax(np.where(gap > 0, gap**2 / curvature, 0.0)))
        room_i = C - alpha[i] if positive[i] else alpha[i]
        room_j = alpha[j] if positive[j] else C - alpha[j]
        step = min(gap[j] / curvature[j], room_i, room_j)
        for k, move, room in ((i, step, room_i), (j, -step, room_j)):
            # Onto the bound exactly: rounding must not leave a multiplier beside it.
            end = C if signs[k] * move > 0 else 0.0
            alpha[k] = end if step == room else alpha[k] + signs[k] * move
        gradient += signs * (K[i] - K[j]) * step
    else:
        raise ValueError(f"no optimum after {MOST_STEPS:,} steps: take a smaller C")
    free = (alpha > 0) & (alpha < C)
    highest, lowest = pull[can_rise].max(), pull[can_fall].min()
    bias = pull[free].mean() if free.any() else (highest + lowest) / 2
    return alpha, float(bias), float(0.5 * alpha @ (gradient + price))


@dataclass(frozen=True)
class Discriminants:
    """Linear discriminant analysis: normal classes with one shared covariance.

    Attributes
    ----------
    classes : ndarray, shape (classes,)
        Labels, increasing.
    means : ndarray, shape (classes, inputs)
    covariance : ndarray, shape (inputs, inputs)
        Shared by all classes; the most likely one, which divides by the number of
        examples (as scikit-learn's solver "lsqr" does in all versions).
    shares : ndarray, shape (classes,)
        How frequent each class is.
    """

    classes: NDArray[np.generic]
    means: Floats
    covariance: Floats
    shares: Floats

    @property
    def weights(self) -> tuple[Floats, Floats]:
        """W of shape (classes, inputs) and b of shape (classes,)."""
        W = np.asarray(np.linalg.solve(self.covariance, self.means.T).T, np.float64)
        return W, np.log(self.shares) - 0.5 * (W * self.means).sum(axis=1)

    def score(self, X: ArrayLike) -> Floats:
        """Return the discriminants X Wᵀ + b, shape (examples, classes)."""
        W, b = self.weights
        return np.asarray(np.asarray(X, dtype=np.float64) @ W.T + b)

    def probability(self, X: ArrayLike) -> Floats:
        """Return the probability of each class, shape (examples, classes)."""
        return np.asarray(nn.softmax(self.score(X)), dtype=np.float64)


def linear_discriminants(X: ArrayLike, y: ArrayLike) -> Discriminants:
    """Estimate means, shared covariance and shares of the classes.

    Parameters
    ----------
    X : array_like, shape (examples, inputs)
    y : array_like, shape (examples,)
        Labels of at least two classes.
    """
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
    classes, which = np.unique(y, return_inverse=True)
    means = np.array([X[which == k].mean(axis=0) for k in range(len(classes))])
    inside = X - means[which]
    covariance = inside.T @ inside / len(X)
    return Discriminants(classes, means, covariance, np.bincount(which) / len(X))


@dataclass(frozen=True)
class ThresholdCounts:
    """What a score gets right and wrong at each threshold.

    Attributes
    ----------
    thresholds : ndarray, shape (thresholds,)
        Falling; the first is infinite, so that nothing is called positive.
    true_positives, false_positives : ndarray of int, shape (thresholds,)
        Examples with a score ≥ threshold whose target is 1, and 0.
    positives, negatives : int
        Examples with target 1, and with target 0.
    """

    thresholds: Floats
    true_positives: NDArray[np.int64]
    false_positives: NDArray[np.int64]
    positives: int
    negatives: int

    @property
    def recall(self) -> Floats:
        """True positive rate, also called sensitivity."""
        return self.true_positives / self.positives

    @property
    def false_alarms(self) -> Floats:
        """False positive rate: share of the negatives that are called positive."""
        return self.false_positives / self.negatives

    @property
    def precision(self) -> Floats:
        """Share of what is called positive that is; 1 where nothing is."""
        called = self.true_positives + self.false_positives
        return np.where(called > 0, self.true_positives / np.maximum(called, 1), 1.0)

    @property
    def area(self) -> float:
        """Area under the ROC curve, by trapezoids."""
        x, y = self.false_alarms, self.recall
        return float(((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2).sum())


def threshold_counts(scores: ArrayLike, y: ArrayLike) -> ThresholdCounts:
    """Count true and false positives at every threshold that makes a difference.

    Parameters
    ----------
    scores : array_like, shape (examples,)
        The higher, the more an example looks positive.
    y : array_like, shape (examples,)
        Targets 0 and 1; both must occur.

    Returns
    -------
    ThresholdCounts
        One threshold for each distinct score, after the infinite one [4]_.

    Raises
    ------
    ValueError
        If a class is missing or a target is neither 0 nor 1.
    """
    scores, y = np.asarray(scores, dtype=np.float64), np.asarray(y)
    if set(np.unique(y).tolist()) != {0, 1}:
        raise ValueError(f"targets must be 0 and 1, both; got {np.unique(y)[:5]}")
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(y[order] == 1)
    # Equal scores share a threshold: keep the last of each run.
    last = np.r_[np.flatnonzero(np.diff(ranked)), len(ranked) - 1]
    true = np.r_[0, hits[last]]
    called = np.r_[0, last + 1]
    return ThresholdCounts(
        np.r_[np.inf, ranked[last]],
        true.astype(np.int64),
        (called - true).astype(np.int64),
        int(hits[-1]),
        int(len(y) - hits[-1]),
    )
