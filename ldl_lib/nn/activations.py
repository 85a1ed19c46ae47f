"""Activation functions: what a neuron makes of its weighted sum z.

Each knows its value and its slope. At a kink, where there is no slope, the one on the
left is used, as in PyTorch: 0 for ReLU at z = 0.

References
----------
.. [1] M. Ekman, "Learning Deep Learning", Addison-Wesley, 2022, chapters 3 and 5.
.. [2] D. Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear
   Units (ELUs)", ICLR 2016.
.. [3] G. Klambauer et al., "Self-Normalizing Neural Networks", NeurIPS 2017.
.. [4] D. Hendrycks, K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
.. [5] P. Ramachandran et al., "Searching for Activation Functions", 2017 (Swish).
.. [6] D. Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ACTIVATIONS", "LEAK", "Activation", "activation", "softmax"]

Array = NDArray[np.floating[Any]]

LEAK = 0.01  # slope of the leaky ReLU below 0
TWIST = 0.2  # slope added to tanh, so that it nowhere becomes flat
# Constants of SELU: they keep mean 0 and variance 1 from layer to layer [3]_.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class Activation:
    """An activation function of one variable, applied to every z alike.

    Attributes
    ----------
    name : str
        Its key in `ACTIVATIONS`.
    value, derivative : callable
        Array of any shape to array of the same shape and dtype.
    """

    name: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]

    def backward(self, z: Array, gradient: Array) -> Array:
        """Turn the gradient by the outputs into the gradient by z (chain rule).

        Parameters
        ----------
        z, gradient : ndarray, shape (batch, units)
            Weighted sums, and the loss differentiated by the activation's outputs.
        """
        return gradient * self.derivative(z)


def softmax(z: Array) -> Array:
    """Turn rows of logits into rows of probabilities.

    Parameters
    ----------
    z : ndarray, shape (…, classes)
        Any finite numbers: the largest of each row is subtracted first, which changes
        nothing but keeps exp from overflowing.

    Returns
    -------
    ndarray, shape (…, classes)
        Rows that sum to 1.
    """
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


class _Softmax(Activation):
    """Softmax: each output depends on every z of its row."""

    def backward(self, z: Array, gradient: Array) -> Array:
        p = softmax(z)
        return p * (gradient - (gradient * p).sum(axis=-1, keepdims=True))


def _no_derivative(z: Array) -> Array:
    raise ValueError(
        "softmax has no single slope: each output depends on every z of its row; "
        "use its backward(z, gradient)"
    )


def _logistic(z: Array) -> Array:
    decay = np.exp(-np.abs(z))  # at most 1: cannot overflow
    return np.where(z >= 0, 1, decay) / (1 + decay)


def _logistic_slope(z: Array) -> Array:
    decay = np.exp(-np.abs(z))
    return decay / (1 + decay) ** 2


def _tanh_slope(z: Array) -> Array:
    return 1 - np.tanh(z) ** 2


def _softplus(z: Array) -> Array:
    return np.logaddexp(0, z)


def _elu(z: Array) -> Array:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def _elu_slope(z: Array) -> Array:
    return np.where(z > 0, 1, np.exp(np.minimum(z, 0)))


def _selu(z: Array) -> Array:
    below = SELU_ALPHA * np.expm1(np.minimum(z, 0))
    return SELU_SCALE * np.where(z > 0, z, below)


def _selu_slope(z: Array) -> Array:
    return SELU_SCALE * np.where(z > 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0)))


def _normal_cdf(z: Array) -> Array:
    from scipy.special import ndtr  # scikit-learn brings SciPy; load it when needed

    return np.asarray(ndtr(z), dtype=z.dtype)


def _gelu_slope(z: Array) -> Array:
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return _normal_cdf(z) + z * density


def _swish_slope(z: Array) -> Array:
    return _logistic(z) + z * _logistic_slope(z)


def _mish_slope(z: Array) -> Array:
    squashed = np.tanh(_softplus(z))
    return squashed + z * (1 - squashed**2) * _logistic(z)


ACTIVATIONS: dict[str, Activation] = {
    each.name: each
    for each in (
        Activation("linear", lambda z: z, np.ones_like),
        Activation("tanh", np.tanh, _tanh_slope),
        Activation("logistic", _logistic, _logistic_slope),
        Activation(
            "leaky tanh",
            lambda z: np.tanh(z) + TWIST * z,
            lambda z: _tanh_slope(z) + TWIST,
        ),
        Activation(
            "relu", lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)
        ),
        Activation(
            "leaky relu",
            lambda z: np.where(z > 0, z, LEAK * z),
            lambda z: np.where(z > 0, 1, LEAK).astype(z.dtype),
        ),
        Activation("softplus", _softplus, _logistic),
        Activation("elu", _elu, _elu_slope),
        Activation("selu", _selu, _selu_slope),
        Activation("gelu", lambda z: z * _normal_cdf(z), _gelu_slope),
        Activation("swish", lambda z: z * _logistic(z), _swish_slope),
        Activation("mish", lambda z: z * np.tanh(_softplus(z)), _mish_slope),
        _Softmax("softmax", softmax, _no_derivative),
    )
}


def activation(name: str) -> Activation:
    """Return an activation by its name.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(
            f"unknown activation {name!r}: expected one of {', '.join(ACTIVATIONS)}"
        )
    return ACTIVATIONS[name]
