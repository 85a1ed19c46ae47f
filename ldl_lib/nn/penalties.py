"""Penalties: terms added to the loss that pull weights towards zero.

They count the weights W of all layers, but no biases: a bias shifts a unit without
making the network's output any steeper.

References
----------
.. [1] I. Goodfellow et al., "Deep Learning", MIT Press, 2016, section 7.1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ldl_lib.nn.network import Network

__all__ = ["L1", "L2", "Penalty"]

Array = NDArray[np.floating[Any]]


class Penalty:
    """What both penalties share.

    Parameters
    ----------
    strength : float
        λ ≥ 0, what the penalty is multiplied by. It does not depend on the batch: the
        loss beside it should be averaged over the examples.

    Raises
    ------
    ValueError
        If the strength is negative or not finite.
    """

    def __init__(self, strength: float):
        if not (math.isfinite(strength) and strength >= 0):
            raise ValueError(f"strength must be at least 0, got {strength}")
        self.strength = strength

    def value(self, network: Network) -> float:
        """Return what the weights of a network add to its loss."""
        total = sum(self._sum(W) for W, _ in _weights(network))
        return self.strength * float(total)

    def add_gradient(self, network: Network) -> None:
        """Add the penalty's gradient to what `network.backward` has left."""
        for W, gradient in _weights(network):
            gradient += self.strength * self._slopes(W)

    def _sum(self, W: Array) -> float:
        """Return the penalty of one layer, for strength 1."""
        raise NotImplementedError

    def _slopes(self, W: Array) -> Array:
        """Return the derivative of `_sum` by each weight, shape as W."""
        raise NotImplementedError


class L1(Penalty):
    """λ Σ |w|: the same pull on every weight, so that many end near 0 [1]_.

    At w = 0, where there is no slope, the pull is 0.
    """

    def _sum(self, W: Array) -> float:
        return float(np.abs(W).sum())

    def _slopes(self, W: Array) -> Array:
        return np.sign(W)


class L2(Penalty):
    """½ λ Σ w²: a pull in proportion to the weight [1]_.

    The gradient is λ w. With plain gradient descent each step so shrinks the weights by
    the factor 1 − η λ: weight decay. Adam scales this pull as it scales the gradient;
    AdamW does not.
    """

    def _sum(self, W: Array) -> float:
        return 0.5 * float((W**2).sum())

    def _slopes(self, W: Array) -> Array:
        return W


def _weights(network: Network) -> Iterator[tuple[Array, Array]]:
    for layer in network.layers:
        if "W" in layer.parameters:
            yield layer.parameters["W"], layer.gradients["W"]
