"""What a convolution costs, and numbers of any size in words."""

from __future__ import annotations

from typing import NamedTuple


class Cost(NamedTuple):
    """What a layer learns and computes.

    Attributes
    ----------
    parameters : int
        Weights and biases.
    multiply_adds : int
        Multiplications with weights, for one image.
    """

    parameters: int
    multiply_adds: int

    def plus(self, other: Cost) -> Cost:
        """Return the cost of both layers."""
        return Cost(
            self.parameters + other.parameters,
            self.multiply_adds + other.multiply_adds,
        )


def convolution(
    inputs: int, outputs: int, kernel: int, side: int, groups: int = 1
) -> Cost:
    """Count a convolutional layer with biases.

    Parameters
    ----------
    inputs, outputs : int
        Channels that come in and go out.
    kernel : int
        Side of the square kernel.
    side : int
        Side of the square maps that go out.
    groups : int
        Into so many groups the channels are divided, each with its own kernels;
        `inputs` groups make a depthwise convolution.

    Returns
    -------
    Cost
        With padding, also where a kernel hangs over the edge.
    """
    weights = kernel**2 * (inputs // groups) * outputs
    return Cost(weights + outputs, weights * side**2)


def large(value: float) -> str:
    """Write a large number with three digits in words.

    Examples
    --------
    >>> large(61_706), large(25_583_592), large(3_857_973_248)
    ('61.7 thousand', '25.6 million', '3.86 billion')
    """
    for size, word in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if value >= 0.9995 * size:
            scaled = value / size
            digits = 0 if scaled >= 99.95 else 1 if scaled >= 9.995 else 2
            return f"{scaled:.{digits}f} {word}"
    return f"{value:,.0f}"
