"""The Rosenblatt perceptron and what it can separate.

Notation, as in chapter 1: an example has inputs x1 … xn, and x0 = 1 stands for the
constant input of the bias. The weights are (w0, w1 … wn), bias first.

=================  ==================================================
weighted sum       z = w0 + w1·x1 + … + wn·xn
prediction         ŷ = sign(z), where sign(0) = +1
learning rule      where ŷ ≠ y: w ← w + η·y·(1, x1 … xn)
=================  ==================================================

Truth values are bipolar: −1 is false, +1 is true.

References
----------
.. [1] F. Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and
   Organization in the Brain", Psychological Review 65(6), 1958.
.. [2] M. Ekman, "Learning Deep Learning", Addison-Wesley, 2022, chapter 1.
.. [3] A. Novikoff, "On Convergence Proofs on Perceptrons", Symposium on the
   Mathematical Theory of Automata 12, 1962.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "GATES",
    "Perceptron",
    "PerceptronHistory",
    "PerceptronStep",
    "linearly_separable",
    "margin",
    "novikoff_bound",
    "sign",
    "truth_table_inputs",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sign(z: ArrayLike) -> Ints:
    """Sign of a number as a truth value: +1 where z ≥ 0 (also at 0), else −1."""
    return np.where(np.asarray(z) >= 0, 1, -1).astype(np.int64)


def truth_table_inputs(inputs: int) -> Ints:
    """All combinations of −1 and +1, counting upwards in binary.

    Parameters
    ----------
    inputs : int
        Number of inputs n ≥ 1.

    Returns
    -------
    ndarray of int64, shape (2**n, n)
        For n = 2: (−1, −1), (−1, +1), (+1, −1), (+1, +1).
    """
    if inputs < 1:
        raise ValueError(f"a truth table needs at least 1 input, got {inputs}")
    return np.indices((2,) * inputs).reshape(inputs, -1).T * 2 - 1


# Outputs in the order of truth_table_inputs(2).
GATES: dict[str, tuple[int, int, int, int]] = {
    "AND": (-1, -1, -1, 1),
    "OR": (-1, 1, 1, 1),
    "NAND": (1, 1, 1, -1),
    "NOR": (1, -1, -1, -1),
    "XOR": (-1, 1, 1, -1),
    "XNOR": (1, -1, -1, 1),
}


@dataclass(frozen=True)
class PerceptronStep:
    """One example shown to a perceptron, and what came of it.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Inputs, without the constant 1.
    y : int
        Desired output, −1 or +1.
    weighted_sum : float
        z with the weights before the update.
    prediction : int
        sign(z).
    before, after : ndarray, shape (n + 1,)
        Weights, bias first. Equal where the prediction was right.
    """

    x: Floats
    y: int
    weighted_sum: float
    prediction: int
    before: Floats
    after: Floats

    @property
    def error(self) -> int:
        """Desired minus actual output: 0 where right, else −2 or +2."""
        return self.y - self.prediction

    @property
    def updated(self) -> bool:
        """Whether the prediction was wrong, so that the rule moved the weights."""
        return self.prediction != self.y


@dataclass
class PerceptronHistory:
    """What happened during `Perceptron.fit`.

    Attributes
    ----------
    steps : list of PerceptronStep
        Every example in the order shown.
    errors : list of int
        Wrong predictions in each epoch.
    converged : bool
        Whether the last epoch went without an error.
    """

    steps: list[PerceptronStep] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)
    converged: bool = False

    @property
    def updates(self) -> int:
        """How often the weights moved."""
        return sum(self.errors)


class Perceptron:
    """A single neuron with the sign function as its activation.

    Parameters
    ----------
    weights : array_like, shape (n + 1,)
        w0 (the bias), w1 … wn. Copied, as float64.

    Raises
    ------
    ValueError
        If the weights are not a vector of at least two finite numbers.

    Examples
    --------
    >>> nand = Perceptron([0.9, -0.6, -0.5])
    >>> nand.predict([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    array([ 1,  1,  1, -1])
    """

    def __init__(self, weights: ArrayLike):
        self.weights: Floats = np.array(weights, dtype=np.float64)
        if self.weights.ndim != 1 or len(self.weights) < 2:
            raise ValueError(
                "weights must be a vector (w0, w1 … wn) with a bias and at least one "
                f"more weight, got shape {self.weights.shape}"
            )
        _require_finite(self.weights, "weights")

    @property
    def inputs(self) -> int:
        """Number of inputs n."""
        return len(self.weights) - 1

    def weighted_sum(self, x: ArrayLike) -> Floats:
        """Compute z = w0 + w1·x1 + … + wn·xn.

        Parameters
        ----------
        x : array_like, shape (n,) or (examples, n)
            One example or several.

        Returns
        -------
        ndarray of float64, shape () or (examples,)

        Raises
        ------
        ValueError
            If an example has another number of inputs or a value is not finite.
        """
        x = np.asarray(x, dtype=np.float64)
        if x.ndim not in (1, 2) or x.shape[-1] != self.inputs:
            raise ValueError(
                f"expected one example of shape ({self.inputs},) or several of shape "
                f"(examples, {self.inputs}), got shape {x.shape}"
            )
        _require_finite(x, "inputs")
        # np.asarray: the product of two vectors would be a scalar, not an array.
        return np.asarray(self.weights[0] + x @ self.weights[1:])

    def predict(self, x: ArrayLike) -> Ints:
        """Compute sign(z); shapes as in `weighted_sum`, values −1 and +1 (int64)."""
        return sign(self.weighted_sum(x))

    def update(self, x: ArrayLike, y: int, learning_rate: float) -> PerceptronStep:
        """Show one example and move the weights if the prediction is wrong.

        Parameters
        ----------
        x : array_like, shape (n,)
            Inputs.
        y : {-1, +1}
            Desired output.
        learning_rate : float
            η > 0.

        Returns
        -------
        PerceptronStep
            What was computed, with the weights before and after.
        """
        x = np.array(x, dtype=np.float64)
        if x.ndim != 1:
            raise ValueError(f"update takes one example, got shape {x.shape}")
        _require_labels(np.asarray(y))
        _require_positive(learning_rate)
        z = float(self.weighted_sum(x))
        prediction = int(sign(z))
        before = self.weights
        if prediction != y:
            # A new array, so that earlier steps keep the weights that they recorded.
            self.weights = before + learning_rate * y * np.concatenate(([1.0], x))
        return PerceptronStep(x, int(y), z, prediction, before, self.weights)

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        *,
        learning_rate: float = 0.1,
        epochs: int = 100,
        order: Sequence[int] | None = None,
        seed: int | None = None,
    ) -> PerceptronHistory:
        """Apply the learning rule until an epoch passes without an error.

        Parameters
        ----------
        X : array_like, shape (examples, n)
            Inputs.
        y : array_like, shape (examples,)
            Desired outputs, −1 or +1.
        learning_rate : float
            η > 0.
        epochs : int
            At most this many times through all examples.
        order : sequence of int, optional
            Indices of the examples as shown in every epoch; default 0, 1, 2, …
        seed : int, optional
            Shuffle the examples anew in every epoch, reproducibly.

        Returns
        -------
        PerceptronHistory
            Every step. `converged` stays False if the epochs ran out, as they always
            do where no line (plane, hyperplane) separates the classes.

        Raises
        ------
        ValueError
            If shapes disagree, a label is not ±1, a value is not finite, η is not
            positive, or both `order` and `seed` are given.
        """
        X, y = _examples(X, y)
        self.weighted_sum(X)  # complains about a wrong number of inputs
        _require_positive(learning_rate)
        if order is not None and seed is not None:
            raise ValueError("give either a fixed order or a seed to shuffle, not both")
        indices = np.arange(len(X)) if order is None else _order(order, len(X))
        random = None if seed is None else np.random.default_rng(seed)

        history = PerceptronHistory()
        for _ in range(epochs):
            if random is not None:
                random.shuffle(indices)
            steps = [self.update(X[i], int(y[i]), learning_rate) for i in indices]
            history.steps += steps
            history.errors.append(sum(step.updated for step in steps))
            if history.errors[-1] == 0:
                history.converged = True
                break
        return history


def margin(X: ArrayLike, y: ArrayLike, weights: ArrayLike) -> float:
    """Smallest signed distance of an example from the plane z = 0 of all n + 1 weights.

    γ = min y·(w · (1, x)) / |w|, over the examples, with the bias counted as a weight
    like the others, as in Novikoff's proof. (The distance that a picture of the inputs
    shows divides by the length of w1 … wn alone.)

    Parameters
    ----------
    X : array_like, shape (examples, n)
        Inputs.
    y : array_like, shape (examples,)
        Desired outputs, −1 or +1.
    weights : array_like, shape (n + 1,)
        Bias first, not all zero.

    Returns
    -------
    float
        Positive where these weights separate the classes.
    """
    X, y = _examples(X, y)
    perceptron = Perceptron(weights)
    length = float(np.linalg.norm(perceptron.weights))
    if length == 0:
        raise ValueError("weights are all zero: they have no direction, so no margin")
    return float((y * perceptron.weighted_sum(X)).min()) / length


def novikoff_bound(X: ArrayLike, y: ArrayLike, weights: ArrayLike) -> float:
    """Most updates that the learning rule can need from zero weights: (R/γ)² [3]_.

    R is the length of the longest (1, x) and γ the `margin` of any weights that
    separate the classes: the wider their margin, the tighter the bound. Neither the
    learning rate nor the order of the examples enters.

    Parameters
    ----------
    X, y, weights
        As in `margin`.

    Returns
    -------
    float
        Infinite if these weights do not separate the classes: they prove nothing then.
    """
    gamma = margin(X, y, weights)
    if gamma <= 0:
        return float("inf")
    inputs = np.asarray(X, dtype=np.float64)
    return float((1 + (inputs**2).sum(axis=1)).max()) / gamma**2


def linearly_separable(X: ArrayLike, y: ArrayLike) -> bool:
    """Whether some perceptron gets every example right.

    Decided by a linear program: with all weights in [−1, 1], how large can the smallest
    y·z become? More than zero if and only if the classes are separable.

    Parameters
    ----------
    X : array_like, shape (examples, n)
        Inputs.
    y : array_like, shape (examples,)
        Desired outputs, −1 or +1.

    Returns
    -------
    bool
        Exact for truth tables. In general a gap below 1e-7 of the longest input counts
        as none.
    """
    from scipy.optimize import linprog  # scikit-learn brings SciPy; load it when needed

    X, y = _examples(X, y)
    X = X / max(1.0, float(np.abs(X).max()))
    signed = y[:, None] * np.column_stack([np.ones(len(X)), X])
    weights = signed.shape[1]
    # Unknowns: the weights and the gap t. Maximise t subject to signed @ w >= t.
    solution = linprog(
        c=[0.0] * weights + [-1.0],
        A_ub=np.column_stack([-signed, np.ones(len(X))]),
        b_ub=np.zeros(len(X)),
        bounds=[(-1, 1)] * weights + [(None, None)],
    )
    if not solution.success:
        raise RuntimeError(f"the linear program failed: {solution.message}")
    return bool(-solution.fun > 1e-7)


def _examples(X: ArrayLike, y: ArrayLike) -> tuple[Floats, Ints]:
    X = np.asarray(X, dtype=np.float64)
    y = np.asarray(y)
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X must have shape (examples, n), got shape {X.shape}")
    if y.shape != (len(X),):
        raise ValueError(
            f"y must have one label for each of the {len(X)} examples, "
            f"got shape {y.shape}"
        )
    _require_finite(X, "inputs")
    _require_labels(y)
    return X, y.astype(np.int64)


def _order(order: Sequence[int], examples: int) -> Ints:
    indices = np.asarray(order)
    whole = indices.ndim == 1 and len(indices) and indices.dtype.kind in "iu"
    if not whole or indices.min() < 0 or indices.max() >= examples:
        raise ValueError(
            f"order must list indices from 0 to {examples - 1}, got {list(order)!r}"
        )
    return indices.astype(np.int64)


def _require_finite(values: Floats, what: str) -> None:
    if not np.isfinite(values).all():
        bad = values[~np.isfinite(values)].flat[0]
        raise ValueError(f"{what} must be finite numbers, got {bad}")


def _require_labels(y: NDArray[np.generic]) -> None:
    right = np.isin(y, (-1, 1))
    if not right.all():
        bad = y[~right].flat[0].item()
        raise ValueError(
            f"labels must be -1 or +1, got {bad!r}; where yours are 0 and 1, "
            "use 2 * y - 1"
        )


def _require_positive(learning_rate: float) -> None:
    if not (np.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(
            f"the learning rate must be a positive number, got {learning_rate}"
        )
