"""Losses: one number that says how wrong the outputs are, and its gradient.

A loss is summed or averaged over the outputs of an example, and over the examples of a
batch. Which of the two changes the gradient, and with it what a learning rate means:
chapter 4 of the book sums half the squared errors, frameworks average without the half.

References
----------
.. [1] M. Ekman, "Learning Deep Learning", Addison-Wesley, 2022, chapters 4 and 5.
.. [2] I. Goodfellow et al., "Deep Learning", MIT Press, 2016, section 6.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib.nn.activations import ACTIVATIONS, softmax

__all__ = [
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Loss",
    "SquaredError",
    "error_rate",
    "one_hot",
]

Array = NDArray[np.floating[Any]]
REDUCTIONS = ("mean", "sum")


def one_hot(labels: ArrayLike, classes: int, dtype: Any = np.float64) -> Array:
    """Turn class numbers into rows with a single 1.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Class numbers from 0 to classes − 1.
    classes : int
        How many classes there are.

    Returns
    -------
    ndarray of `dtype`, shape (n, classes)

    Raises
    ------
    ValueError
        If a label is not a whole number or out of range.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            "labels must be a vector of whole numbers, got shape "
            f"{labels.shape} of dtype {labels.dtype}"
        )
    wrong = (labels < 0) | (labels >= classes)
    if wrong.any():
        raise ValueError(
            f"labels must be from 0 to {classes - 1} for {classes} outputs, "
            f"got {labels[wrong][0]}"
        )
    return np.eye(classes, dtype=dtype)[labels]


def error_rate(outputs: ArrayLike, y: ArrayLike, threshold: float = 0.5) -> float:
    """Return the share of examples whose class is wrong.

    Parameters
    ----------
    outputs : array_like, shape (n, classes)
        The largest of a row is the predicted class. With a single column, 1 is
        predicted above the threshold.
    y : array_like
        Class numbers of shape (n,), or targets of the outputs' shape.
    threshold : float
        One half for a probability, 0 for a logit.

    Returns
    -------
    float
        From 0 to 1.
    """
    outputs, y = np.asarray(outputs), np.asarray(y)
    fits = y.shape in (outputs.shape, outputs.shape[:1])
    if outputs.ndim != 2 or outputs.size == 0 or not fits:
        raise ValueError(
            "expected outputs of shape (n, classes) and as many class numbers or rows, "
            f"got shapes {outputs.shape} and {y.shape}"
        )
    if outputs.shape[1] == 1:
        return float(((outputs[:, 0] > threshold) != (y.reshape(len(y)) > 0.5)).mean())
    labels = y if y.ndim == 1 else y.argmax(axis=1)
    return float((outputs.argmax(axis=1) != labels).mean())


class Loss:
    """What all losses share: how they are checked and reduced.

    Parameters
    ----------
    outputs, batch : {"mean", "sum"}
        Whether to average or sum over the outputs, and over the examples.

    Attributes
    ----------
    threshold : float
        A single output above it answers yes.
    """

    threshold = 0.5

    def __init__(self, outputs: str = "mean", batch: str = "mean"):
        for name, value in {"outputs": outputs, "batch": batch}.items():
            if value not in REDUCTIONS:
                raise ValueError(f"{name} must be 'mean' or 'sum', got {value!r}")
        self.outputs = outputs
        self.batch = batch

    def value(self, outputs: ArrayLike, y: ArrayLike) -> float:
        """Return the loss.

        Parameters
        ----------
        outputs : array_like, shape (n, outputs)
            What the network gives.
        y : array_like
            What it should give, of the same shape (or class numbers where the loss
            takes them).

        Raises
        ------
        ValueError
            If the batch is empty, shapes differ, a value is not finite, a label is out
            of range, or a probability is none.
        """
        given = self._outputs(outputs)
        return self.batch_value(given, self.targets(y, given))

    def gradient(self, outputs: ArrayLike, y: ArrayLike) -> Array:
        """Return the loss differentiated by each output, shape (n, outputs).

        Parameters and errors as in `value`.
        """
        given = self._outputs(outputs)
        return self.batch_gradient(given, self.targets(y, given))

    def targets(self, y: ArrayLike, outputs: Array) -> Array:
        """Check targets and return them in the shape and dtype of the outputs."""
        targets = np.asarray(y)
        if targets.shape != outputs.shape:
            hint = "one_hot(y, classes)" if outputs.shape[1] > 1 else "y.reshape(-1, 1)"
            raise ValueError(
                f"outputs have shape {outputs.shape}, targets {targets.shape}: they "
                f"must be equal; {hint} turns a vector into rows"
            )
        require_finite("targets", targets)
        return targets.astype(outputs.dtype, copy=False)

    def batch_value(self, outputs: Array, targets: Array) -> float:
        """Do as `value` does, for what is known to be good (used while training)."""
        return float(self._values(outputs, targets).sum()) * self._share(outputs)

    def batch_gradient(self, outputs: Array, targets: Array) -> Array:
        """Do as `gradient` does, for what is known to be good."""
        return self._slopes(outputs, targets) * self._share(outputs)

    def _values(self, outputs: Array, targets: Array) -> Array:
        """Return the loss of every output on its own."""
        raise NotImplementedError

    def _slopes(self, outputs: Array, targets: Array) -> Array:
        """Return the derivatives of `_values`."""
        raise NotImplementedError

    def _share(self, outputs: Array) -> float:
        """Return what the sum over everything is multiplied by."""
        examples, units = outputs.shape
        share = 1 / units if self.outputs == "mean" else 1.0
        return share / examples if self.batch == "mean" else share

    def _outputs(self, outputs: ArrayLike) -> Array:
        given = np.asarray(outputs)
        if given.ndim != 2 or given.size == 0:
            raise ValueError(
                "outputs must have shape (examples, outputs) and not be empty, "
                f"got shape {given.shape}"
            )
        if given.dtype.kind != "f":
            given = given.astype(np.float64)
        require_finite("outputs", given)
        return given


class SquaredError(Loss):
    """(ŷ − y)², or half of it.

    Parameters
    ----------
    half : bool
        With ½ in front the gradient is ŷ − y, else 2(ŷ − y).
    outputs, batch : {"mean", "sum"}
        As in `Loss`. Chapter 4: ``half=True, outputs="sum"``; Keras and PyTorch:
        the default.
    """

    def __init__(self, half: bool = False, outputs: str = "mean", batch: str = "mean"):
        super().__init__(outputs, batch)
        self.half = half

    def _values(self, outputs: Array, targets: Array) -> Array:
        return (0.5 if self.half else 1.0) * (outputs - targets) ** 2

    def _slopes(self, outputs: Array, targets: Array) -> Array:
        return (1.0 if self.half else 2.0) * (outputs - targets)


class BinaryCrossEntropy(Loss):
    """−y log ŷ − (1 − y) log(1 − ŷ) for outputs that each answer yes or no.

    Parameters
    ----------
    from_logits : bool
        Whether the outputs are z, before the logistic function. Then nothing can
        overflow. Else they are probabilities; 0 and 1 count as the next numbers inside.
    outputs, batch : {"mean", "sum"}
        As in `Loss`.
    """

    def __init__(
        self, from_logits: bool = False, outputs: str = "mean", batch: str = "mean"
    ):
        super().__init__(outputs, batch)
        self.from_logits = from_logits
        self.threshold = 0.0 if from_logits else 0.5

    def _outputs(self, outputs: ArrayLike) -> Array:
        given = super()._outputs(outputs)
        if not self.from_logits:
            _require_probabilities(given, "a logistic output")
        return given

    def targets(self, y: ArrayLike, outputs: Array) -> Array:
        """Check that targets lie between 0 and 1."""
        targets = super().targets(y, outputs)
        wrong = (targets < 0) | (targets > 1)
        if wrong.any():
            raise ValueError(
                f"targets must lie between 0 and 1, got {targets[wrong][0]}; where "
                "yours are -1 and +1, use (y + 1) / 2"
            )
        return targets

    def _values(self, outputs: Array, targets: Array) -> Array:
        if self.from_logits:
            # −log σ(z) = log(1 + e^−z), and −log(1 − σ(z)) is that plus z.
            return np.logaddexp(0, -outputs) + (1 - targets) * outputs
        p = _inside(outputs)
        return -targets * np.log(p) - (1 - targets) * np.log1p(-p)

    def _slopes(self, outputs: Array, targets: Array) -> Array:
        if self.from_logits:
            return ACTIVATIONS["logistic"].value(outputs) - targets
        p = _inside(outputs)
        return (p - targets) / (p * (1 - p))


class CategoricalCrossEntropy(Loss):
    """−log of the probability that the right class gets.

    Parameters
    ----------
    from_logits : bool
        Whether the outputs are z, before softmax. Else they are rows of
        probabilities. Applying softmax to both sides is a common mistake: it
        squeezes all answers together.
    batch : {"mean", "sum"}
        As in `Loss`; over the classes there is always a sum.

    Notes
    -----
    Targets are class numbers of shape (n,), or rows that sum to 1, such as one-hot.
    """

    def __init__(self, from_logits: bool = False, batch: str = "mean"):
        super().__init__("sum", batch)
        self.from_logits = from_logits

    def _outputs(self, outputs: ArrayLike) -> Array:
        given = super()._outputs(outputs)
        if not self.from_logits:
            _require_probabilities(given, "a softmax layer")
        return given

    def targets(self, y: ArrayLike, outputs: Array) -> Array:
        """Turn class numbers into one-hot rows; check rows that are given."""
        labels = np.asarray(y)
        if labels.ndim == 1:
            if len(labels) != len(outputs):
                raise ValueError(
                    f"{len(outputs)} examples need as many labels, got {len(labels)}"
                )
            return one_hot(labels, outputs.shape[1], outputs.dtype)
        targets = super().targets(labels, outputs)
        sums = targets.sum(axis=1)
        wrong = (np.abs(sums - 1) > 1e-6) | (targets < 0).any(axis=1)
        if wrong.any():
            raise ValueError(
                "every row of targets must hold probabilities that sum to 1, "
                f"got {targets[wrong][0]}"
            )
        return targets

    def _values(self, outputs: Array, targets: Array) -> Array:
        if self.from_logits:
            shifted = outputs - outputs.max(axis=1, keepdims=True)
            logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
            return -targets * logs
        return -targets * np.log(_inside(outputs))

    def _slopes(self, outputs: Array, targets: Array) -> Array:
        if self.from_logits:
            return softmax(outputs) - targets
        return -targets / _inside(outputs)


def require_finite(name: str, values: Array) -> None:
    """Raise ValueError, with the value and its place, if one is NaN or infinite."""
    finite = np.isfinite(values)
    if not finite.all():
        place = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"{name} must be finite numbers, got {values[place]} at index {place}; "
            "clean the data, or lower the learning rate if training produced it"
        )


def _inside(p: Array) -> Array:
    """Move probabilities of 0 and 1 to the next numbers inside, where log is finite.

    No further: cutting at 1e-7 or so would take the gradient from the worst answers.
    """
    limits = np.finfo(p.dtype)
    return np.clip(p, limits.tiny, 1 - limits.epsneg)


def _require_probabilities(outputs: Array, source: str) -> None:
    wrong = (outputs < 0) | (outputs > 1)
    if wrong.any():
        raise ValueError(
            f"outputs must be probabilities, got {outputs[wrong][0]}: use {source}, "
            "or from_logits=True for outputs without activation"
        )
