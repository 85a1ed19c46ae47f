"""Optimizers: how weights move, given the gradient of the loss.

An optimizer sees all weights of a network as one vector, so it works as well on a point
of a surface. g is the gradient, η the learning rate `rate`; products, squares and roots
are taken weight by weight. Constants are named and placed as in PyTorch.

References
----------
.. [1] B. Polyak, "Some methods of speeding up the convergence of iteration methods",
   1964 (momentum).
.. [2] Y. Nesterov, "A method for solving the convex programming problem with
   convergence rate O(1/k²)", 1983; in the form of I. Sutskever et al., ICML 2013.
.. [3] J. Duchi et al., "Adaptive Subgradient Methods", JMLR 12, 2011 (AdaGrad).
.. [4] T. Tieleman, G. Hinton, "Lecture 6.5: RMSProp", Coursera, 2012.
.. [5] D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015 (also
   AdaMax).
.. [6] I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
.. [7] T. Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016.
.. [8] R. Pascanu et al., "On the difficulty of training recurrent neural networks",
   ICML 2013 (clipping by norm).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SGD",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AdamW",
    "Nadam",
    "Optimizer",
    "RMSProp",
    "clip_by_norm",
    "clip_by_value",
]

Array = NDArray[np.floating[Any]]


def clip_by_value(gradient: Array, limit: float) -> Array:
    """Cut every component to [−limit, limit]; the direction may turn."""
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient: Array, limit: float) -> Array:
    """Shorten a gradient longer than `limit`; its direction stays."""
    norm = float(np.linalg.norm(gradient))
    return gradient * (limit / norm) if norm > limit else gradient


class Optimizer:
    """What all optimizers share: clipping, counting, and memory between steps.

    Parameters
    ----------
    rate : float
        Learning rate η > 0. May be changed between steps.
    clip_value, clip_norm : float, optional
        Limit of every component, or of the length of the whole gradient. Not both.

    Attributes
    ----------
    steps : int
        Steps taken so far.
    """

    def __init__(
        self,
        rate: float,
        *,
        clip_value: float | None = None,
        clip_norm: float | None = None,
    ):
        _require_positive("the learning rate", rate)
        if clip_value is not None and clip_norm is not None:
            raise ValueError("clip by value or by norm, not both")
        for name, limit in {"clip_value": clip_value, "clip_norm": clip_norm}.items():
            if limit is not None:
                _require_positive(name, limit)
        self.rate = rate
        self.clip_value = clip_value
        self.clip_norm = clip_norm
        self.steps = 0
        self._memory: dict[str, Array] = {}

    def step(self, weights: Array, gradient: Array) -> None:
        """Move the weights once.

        Parameters
        ----------
        weights : ndarray of floats, shape (n,)
            Changed in place.
        gradient : ndarray, shape (n,)
            The loss differentiated by each weight. Not changed.

        Raises
        ------
        ValueError
            If the shapes differ, or are not those of the first step.
        """
        if weights.shape != gradient.shape:
            raise ValueError(
                f"weights have shape {weights.shape}, their gradient {gradient.shape}"
            )
        if weights.dtype.kind != "f":
            raise ValueError(
                f"weights must be floating-point numbers, got dtype {weights.dtype}: "
                "steps would be rounded away"
            )
        if self.clip_value is not None:
            gradient = clip_by_value(gradient, self.clip_value)
        if self.clip_norm is not None:
            gradient = clip_by_norm(gradient, self.clip_norm)
        self.steps += 1
        self._update(weights, gradient)

    def _update(self, weights: Array, g: Array) -> None:
        raise NotImplementedError

    def _remembered(self, name: str, weights: Array) -> Array:
        """Return an array that lasts from step to step and starts at zero."""
        if name not in self._memory:
            self._memory[name] = np.zeros_like(weights)
        memory = self._memory[name]
        if memory.shape != weights.shape:
            raise ValueError(
                f"this optimizer remembers weights of shape {memory.shape}, got "
                f"{weights.shape}: make a new optimizer for each network"
            )
        return memory


class SGD(Optimizer):
    """Gradient descent, with momentum [1]_ or Nesterov's look ahead [2]_ if asked.

    velocity ← momentum · velocity + g; w ← w − η · velocity. Nesterov's variant steps
    along g + momentum · velocity, the gradient's pull added once more.

    Parameters
    ----------
    rate : float
        Learning rate η.
    momentum : float
        Share of the velocity that stays, in [0, 1).
    nesterov : bool
        Needs a momentum above 0.
    """

    def __init__(
        self, rate: float, momentum: float = 0.0, nesterov: bool = False, **clip: Any
    ):
        super().__init__(rate, **clip)
        _require_share("momentum", momentum)
        if nesterov and momentum == 0:
            raise ValueError("nesterov=True needs a momentum above 0, got 0")
        self.momentum = momentum
        self.nesterov = nesterov

    def _update(self, weights: Array, g: Array) -> None:
        if self.momentum:
            velocity = self._remembered("velocity", weights)
            velocity *= self.momentum
            velocity += g
            g = g + self.momentum * velocity if self.nesterov else velocity
        weights -= self.rate * g


class AdaGrad(Optimizer):
    """Divide each step by the root of all squared gradients so far [3]_.

    s ← s + g²; w ← w − η g / (√s + ε).
    """

    def __init__(self, rate: float, epsilon: float = 1e-10, **clip: Any):
        super().__init__(rate, **clip)
        _require_positive("epsilon", epsilon)
        self.epsilon = epsilon

    def _update(self, weights: Array, g: Array) -> None:
        squares = self._remembered("squares", weights)
        squares += g**2
        weights -= self.rate * g / (np.sqrt(squares) + self.epsilon)


class RMSProp(Optimizer):
    """Divide each step by the root of a moving average of squared gradients [4]_.

    s ← decay · s + (1 − decay) g²; w ← w − η g / (√s + ε). (Keras adds ε under the
    root.)
    """

    def __init__(
        self, rate: float, decay: float = 0.9, epsilon: float = 1e-8, **clip: Any
    ):
        super().__init__(rate, **clip)
        _require_share("decay", decay)
        _require_positive("epsilon", epsilon)
        self.decay = decay
        self.epsilon = epsilon

    def _update(self, weights: Array, g: Array) -> None:
        squares = self._remembered("squares", weights)
        squares *= self.decay
        squares += (1 - self.decay) * g**2
        weights -= self.rate * g / (np.sqrt(squares) + self.epsilon)


class Adam(Optimizer):
    """Momentum and RMSProp together, corrected for starting at zero [5]_.

    m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; after t steps
    w ← w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).
    """

    def __init__(
        self,
        rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        **clip: Any,
    ):
        super().__init__(rate, **clip)
        _require_share("beta1", beta1)
        _require_share("beta2", beta2)
        _require_positive("epsilon", epsilon)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def _first_moment(self, weights: Array, g: Array) -> Array:
        m = self._remembered("m", weights)
        m *= self.beta1
        m += (1 - self.beta1) * g
        return m

    def _root(self, weights: Array, g: Array) -> Array:
        """Update v and return √(v/(1 − β₂ᵗ)) + ε."""
        v = self._remembered("v", weights)
        v *= self.beta2
        v += (1 - self.beta2) * g**2
        root = np.sqrt(v)
        root /= math.sqrt(1 - self.beta2**self.steps)
        root += self.epsilon
        return root

    def _update(self, weights: Array, g: Array) -> None:
        m = self._first_moment(weights, g)
        step = m / self._root(weights, g)
        step *= self.rate / (1 - self.beta1**self.steps)
        weights -= step


class AdamW(Adam):
    """Adam that also shrinks the weights by η · weight_decay each step [6]_."""

    def __init__(
        self,
        rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
        **clip: Any,
    ):
        super().__init__(rate, beta1, beta2, epsilon, **clip)
        if not (math.isfinite(weight_decay) and weight_decay >= 0):
            raise ValueError(f"weight_decay must be at least 0, got {weight_decay}")
        self.weight_decay = weight_decay

    def _update(self, weights: Array, g: Array) -> None:
        weights *= 1 - self.rate * self.weight_decay
        super()._update(weights, g)


class AdaMax(Adam):
    """Adam with the largest recent gradient in place of the root [5]_.

    u ← max(β₂ u, |g| + ε); w ← w − η · m/(1 − β₁ᵗ) / u.
    """

    def _update(self, weights: Array, g: Array) -> None:
        m = self._first_moment(weights, g)
        u = self._remembered("u", weights)
        np.maximum(self.beta2 * u, np.abs(g) + self.epsilon, out=u)
        weights -= self.rate / (1 - self.beta1**self.steps) * m / u


class Nadam(Adam):
    """Adam with Nesterov's look ahead [7]_.

    The momentum grows towards β₁: μₜ = β₁ (1 − ½ · 0.96^(0.004 t)). (Keras leaves out
    the 0.004, so that it is there after some 100 steps.)
    """

    MOMENTUM_DECAY = 0.004
    _product = 1.0  # of the momenta of all steps so far

    def _momentum(self, step: int) -> float:
        return float(self.beta1 * (1 - 0.5 * 0.96 ** (step * self.MOMENTUM_DECAY)))

    def _update(self, weights: Array, g: Array) -> None:
        now, following = self._momentum(self.steps), self._momentum(self.steps + 1)
        self._product *= now
        m = self._first_moment(weights, g)
        ahead = (1 - now) / (1 - self._product) * g
        ahead += following / (1 - self._product * following) * m
        weights -= self.rate * ahead / self._root(weights, g)


def _require_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, got {value}")


def _require_share(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {value}")
