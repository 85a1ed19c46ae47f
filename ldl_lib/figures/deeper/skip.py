"""E8.2: the gradient on its way through many layers, with and without skips.

Everything shown comes from one pass forward and one pass backward of real networks.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, power_text, still
from ldl_lib.figures.theme import color

Array = NDArray[np.floating[Any]]

UNITS = 64
EXAMPLES = 64
CLASSES = 10
DEPTHS = (10, 20, 40, 60)  # layers in blocks; two to a block
STARTS = {"He": 1.0, "He, halved": 0.5, "He, last layer of a block 0": 0.0}
LIMITS = (-21, 6)  # powers of ten at the ends of the axis
WITHIN = 10.0  # a gradient that changes by less than this factor counts as kept


class Fork(nn.Layer):
    """Where a block begins: what comes in also goes around the block."""

    def __init__(self) -> None:
        super().__init__()
        self.around: Array | float = 0.0  # gradient that comes back around the block

    def forward(self, X: Array, training: bool = False) -> Array:
        """Pass everything on, and keep it for the join."""
        self.outputs = X
        return X

    def backward(self, gradient: Array) -> Array:
        """Add what came through the block and what came around it."""
        self.output_gradient: Array = gradient + self.around
        return self.output_gradient


class Join(nn.Layer):
    """Where a block ends: what went around is added.

    Parameters
    ----------
    fork : Fork
        Where the block begins.
    """

    def __init__(self, fork: Fork) -> None:
        super().__init__()
        self.fork = fork

    def forward(self, X: Array, training: bool = False) -> Array:
        """Return F(x) + x."""
        self.outputs = X + self.fork.outputs
        return self.outputs

    def backward(self, gradient: Array) -> Array:
        """Send the gradient both ways, undivided."""
        self.fork.around = gradient
        return gradient


def spread(factor: float) -> nn.Normal:
    """Return He's starting weights for `UNITS` inputs, times a factor."""
    return nn.Normal(factor * math.sqrt(2 / UNITS))


def deep_network(
    layers: int,
    skips: bool,
    start: float = 1.0,
    norm: bool = False,
    inputs: int = UNITS,
    seed: int = 3,
) -> nn.Network:
    """Build a dense layer, blocks of two layers with ReLU, and ten logits.

    Parameters
    ----------
    layers : int
        Layers in blocks, an even number.
    skips : bool
        Whether each block adds its input to its output, before the last ReLU.
    start : float
        Factor of He's starting weights in the blocks; 0 concerns only each block's
        second layer.
    norm : bool
        Whether batch normalisation follows each of these layers.
    inputs : int
        Numbers of an example.
    seed : int
        Of the starting weights; the same with and without skips.

    Returns
    -------
    ldl_lib.nn.Network
    """
    stack: list[nn.Layer] = [nn.Dense(UNITS, "relu", initializer="he_normal")]
    for _ in range(layers // 2):
        fork = Fork()
        stack += [fork, nn.Dense(UNITS, initializer=spread(start or 1.0))]
        stack += [nn.BatchNorm()] if norm else []
        last = spread(start) if start else nn.Zeros()
        stack += [nn.Activate("relu"), nn.Dense(UNITS, initializer=last)]
        stack += [nn.BatchNorm()] if norm else []
        stack += [Join(fork)] if skips else []
        stack.append(nn.Activate("relu"))
    stack.append(nn.Dense(CLASSES, initializer="glorot_uniform"))
    return nn.Network(inputs, stack, seed=seed)


class Norms(NamedTuple):
    """What one pass forward and backward finds.

    Attributes
    ----------
    gradient : ndarray, shape (blocks,)
        Length of ∂L/∂x, x being what enters a block, over all examples.
    growth : float
        Spread (s.d.) of the last block's outputs by that of the first one's inputs.
    """

    gradient: NDArray[np.float64]
    growth: float


@cache
def measure(layers: int, skips: bool, start: float, norm: bool) -> Norms:
    """Send 64 random examples forward, and their cross-entropy's gradient back.

    Parameters as in `deep_network`.
    """
    network = deep_network(layers, skips, start, norm)
    rng = np.random.default_rng(8)
    X, y = rng.normal(size=(EXAMPLES, UNITS)), rng.integers(0, CLASSES, EXAMPLES)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    network.backward(loss.gradient(network.forward(X, training=True), y))
    forks = [layer for layer in network.layers if isinstance(layer, Fork)]
    norms = np.array([np.linalg.norm(fork.output_gradient) for fork in forks])
    last = network.layers[-2].outputs
    return Norms(norms, float(last.std() / forks[0].outputs.std()))


def figure() -> go.Figure:
    """Draw the norm of the gradient at each block, with and without skips."""
    drawn = go.Figure()
    for name, ink, symbol, dash in (
        ("without skips", "vermillion", "circle-open", "dot"),
        ("with skips", "blue", "square", "solid"),
    ):
        drawn.add_scatter(
            x=[],
            y=[],
            mode="lines+markers",
            name=name,
            line={"color": color(ink), "dash": dash, "width": 2},
            marker={"color": color(ink), "symbol": symbol, "size": 8},
            hovertemplate=f"{name}, layer %{{x}}: %{{y:.2~g}}<extra></extra>",
        )
    powers = {1e-20: "10⁻²⁰", 1e-15: "10⁻¹⁵", 1e-10: "10⁻¹⁰", 1e-5: "10⁻⁵"}
    powers |= {1: "1", 1e5: "10⁵"}
    drawn.update_layout(
        plain_layout(400, margin={"l": 64, "r": 12, "t": 44, "b": 48}),
        showlegend=True,
        hovermode="closest",
        xaxis=still("layer", range=[-1, 62]),
        yaxis=still(
            "length of the gradient",
            type="log",
            range=LIMITS,
            tickvals=list(powers),
            ticktext=list(powers.values()),
        ),
    )
    return drawn


def state(layers: int, start: float, norm: bool) -> State:
    """Return both curves; a gradient of exactly 0 is a gap.

    Parameters as in `deep_network`.
    """
    shown: State = {}
    for number, skips in enumerate((False, True)):
        gradient = measure(layers, skips, start, norm).gradient
        shown[f"data[{number}].x"] = np.arange(1, layers, 2)
        shown[f"data[{number}].y"] = np.where(gradient > 0, gradient, np.nan)
    return shown


def words(layers: int, start: float, norm: bool) -> str:
    """Say what becomes of both gradients, and how much the outputs grow.

    Parameters as in `deep_network`.
    """
    plain, skipping = (measure(layers, skips, start, norm) for skips in (False, True))
    return (
        f"From layer {layers - 1} back to layer 1 the gradient {_change(plain)} "
        f"without skips and {_change(skipping)} with them. Forward, the values of the "
        f"network with skips {_grown(skipping.growth)}."
    )


def _change(found: Norms) -> str:
    first, last = found.gradient[0], found.gradient[-1]
    if not first:
        return "is exactly 0"
    ratio = first / last
    if 1 / WITHIN < ratio < WITHIN:
        return f"is kept (times {ratio:.2g})"
    if ratio > 1:
        return f"grows {power_text(ratio)} times"
    return f"shrinks {power_text(1 / ratio)} times"


def _grown(growth: float) -> str:
    if 0.1 < growth < 10:
        return f"keep their size (times {growth:.2g})"
    return f"grow {power_text(growth)} times"
