"""Starting weights: from which distribution they are drawn.

A layer with n inputs and m outputs gets weights of mean 0 and this variance:

=======  ==============  ====================================================
name     variance        keeps the variance of
=======  ==============  ====================================================
lecun    1 / n           the sums, going forward [1]_; for SELU [4]_
glorot   2 / (n + m)     sums and errors, as a compromise [2]_; for tanh
he       2 / n           the sums, although ReLU zeroes half of them [3]_
=======  ==============  ====================================================

A uniform distribution U(−a, a) has variance a²/3, so a = √(3 · variance).

References
----------
.. [1] Y. LeCun et al., "Efficient BackProp", 1998.
.. [2] X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
   neural networks", AISTATS 2010.
.. [3] K. He et al., "Delving Deep into Rectifiers", ICCV 2015.
.. [4] G. Klambauer et al., "Self-Normalizing Neural Networks", NeurIPS 2017.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["INITIALIZERS", "Initializer", "Normal", "Uniform", "Zeros", "initializer"]

Floats = NDArray[np.float64]


class Initializer(Protocol):
    """Whatever draws the starting weights of a layer."""

    def __call__(
        self, inputs: int, outputs: int, rng: np.random.Generator, pieces: int = 1
    ) -> Floats:
        """Return weights of shape (outputs · pieces, inputs).

        `pieces` is how many sums make one output (maxout): they share its fan-out.
        """


@dataclass(frozen=True)
class Uniform:
    """Draw from U(−limit, limit), whatever the layer's size."""

    limit: float

    def __post_init__(self) -> None:
        _require_spread("limit", self.limit)

    def __call__(
        self, inputs: int, outputs: int, rng: np.random.Generator, pieces: int = 1
    ) -> Floats:
        """Return weights of shape (outputs · pieces, inputs)."""
        return rng.uniform(-self.limit, self.limit, (outputs * pieces, inputs))


@dataclass(frozen=True)
class Normal:
    """Draw from a normal distribution of mean 0 and standard deviation `sd`."""

    sd: float

    def __post_init__(self) -> None:
        _require_spread("sd", self.sd)

    def __call__(
        self, inputs: int, outputs: int, rng: np.random.Generator, pieces: int = 1
    ) -> Floats:
        """Return weights of shape (outputs · pieces, inputs)."""
        return rng.normal(0, self.sd, (outputs * pieces, inputs))


@dataclass(frozen=True)
class Zeros:
    """Start at zero: every unit of the layer then learns the same."""

    def __call__(
        self, inputs: int, outputs: int, rng: np.random.Generator, pieces: int = 1
    ) -> Floats:
        """Return weights of shape (outputs · pieces, inputs)."""
        return np.zeros((outputs * pieces, inputs))


@dataclass(frozen=True)
class _Scaled:
    """Draw with a variance that fits the layer's size."""

    variance: Callable[[int, int], float]
    shape: str

    def __call__(
        self, inputs: int, outputs: int, rng: np.random.Generator, pieces: int = 1
    ) -> Floats:
        variance = self.variance(inputs, outputs)
        if self.shape == "uniform":
            return Uniform(math.sqrt(3 * variance))(inputs, outputs, rng, pieces)
        return Normal(math.sqrt(variance))(inputs, outputs, rng, pieces)


_VARIANCES: dict[str, Callable[[int, int], float]] = {
    "lecun": lambda inputs, outputs: 1 / inputs,
    "glorot": lambda inputs, outputs: 2 / (inputs + outputs),
    "he": lambda inputs, outputs: 2 / inputs,
}

INITIALIZERS: dict[str, Initializer] = {
    f"{name}_{shape}": _Scaled(variance, shape)
    for name, variance in _VARIANCES.items()
    for shape in ("uniform", "normal")
}


def initializer(which: str | Initializer) -> Initializer:
    """Return an initialiser, by name or as it is.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if not isinstance(which, str):
        return which
    if which not in INITIALIZERS:
        raise ValueError(
            f"unknown initialiser {which!r}: expected {', '.join(INITIALIZERS)}, "
            "Uniform(limit), Normal(sd) or Zeros()"
        )
    return INITIALIZERS[which]


def _require_spread(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, got {value}")
