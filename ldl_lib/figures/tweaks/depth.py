"""E5.2: what becomes of activations and gradients on their way through many layers.

Everything shown comes from one pass forward and one pass backward of a real network.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.histograms import (
    ROOM,
    histogram_shares,
    layer_axis,
    ridge_trace,
    ridges,
)
from ldl_lib.figures.theme import color

UNITS = 100  # inputs, and neurons of every hidden layer
EXAMPLES = 64
CLASSES = 10
DEEPEST = 10
BINS = 21  # odd: a spike at the middle of an axis falls into one bin
FULL = 0.15  # share of the activations that a bar of full height holds, or more
# Both ends of the axis of activations.
RANGES = {"tanh": (-1, 1), "logistic": (0, 1), "relu": (0, 4), "selu": (-2, 4)}
NAMES = {"tanh": "tanh", "logistic": "logistic", "relu": "ReLU", "selu": "SELU"}
STARTS: dict[str, str | nn.Initializer] = {
    "U(±0.1)": nn.Uniform(0.1),
    "U(±1)": nn.Uniform(1),
    "Glorot": "glorot_uniform",
    "He": "he_normal",
    "LeCun": "lecun_normal",
}
ALIVE = 10  # a change by less than this factor, over all layers, is harmless
FLAT = 0.1  # share of the steepest slope below which a slope counts as flat


class Pass(NamedTuple):
    """What one pass forward and backward left in each hidden layer, the first first.

    Attributes
    ----------
    shares : ndarray, shape (layers, 21)
        Share of the activations in each bin of their axis in `RANGES`.
    deviations : ndarray, shape (layers,)
        Standard deviation of a neuron's activation from example to example (root mean
        square over the neurons).
    spread : float
        Standard deviation of all the last layer's activations, over examples and
        neurons.
    flat : float
        Share of the last layer's activations whose slope is below a tenth of the
        steepest.
    by_activations : ndarray, shape (layers,)
        Length of ∂L/∂a, a being the activations of all examples.
    by_weights : ndarray, shape (layers,)
        Length of ∂L/∂W.
    """

    shares: NDArray[np.float64]
    deviations: NDArray[np.float64]
    spread: float
    flat: float
    by_activations: NDArray[np.float64]
    by_weights: NDArray[np.float64]


def deep_network(depth: int, activation: str, start: str, norm: str) -> nn.Network:
    """Build hidden layers of 100 neurons, and 10 logits with Glorot's start.

    Parameters
    ----------
    depth : int
        Number of hidden layers.
    activation : str
        A name in `ldl_lib.nn.ACTIVATIONS`.
    start : str
        How the hidden layers' weights are drawn: a key of `STARTS`.
    norm : {"off", "before", "after"}
        Whether batch normalisation stands before or after each activation.
    """
    layers: list[nn.Layer] = []
    for _ in range(depth):
        layers.append(nn.Dense(UNITS, initializer=STARTS[start]))
        if norm == "before":
            layers.append(nn.BatchNorm())
        layers.append(nn.Activate(activation))
        if norm == "after":
            layers.append(nn.BatchNorm())
    layers.append(nn.Dense(CLASSES, initializer="glorot_uniform"))
    return nn.Network(UNITS, layers, seed=5)


@cache
def examples() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return standardised inputs, shape (64, 100), and random labels 0 to 9."""
    rng = np.random.default_rng(52)
    X = rng.normal(size=(EXAMPLES, UNITS))
    return X, rng.integers(0, CLASSES, EXAMPLES)


@cache
def pass_through(depth: int, activation: str, start: str, norm: str) -> Pass:
    """Send the examples forward and their cross-entropy's gradient backward.

    Parameters
    ----------
    depth, activation, start, norm
        As in `deep_network`.
    """
    network = deep_network(depth, activation, start, norm)
    X, y = examples()
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    network.backward(loss.gradient(network.forward(X, training=True), y))
    active = [layer for layer in network.layers if isinstance(layer, nn.Activate)]
    dense = [layer for layer in network.layers if isinstance(layer, nn.Dense)][:-1]
    outputs = np.stack([layer.outputs for layer in active])
    slope = nn.ACTIVATIONS[activation].derivative
    steepest = slope(np.linspace(-3, 3, 601)).max()
    return Pass(
        np.stack([histogram_shares(a, RANGES[activation], BINS) for a in outputs]),
        np.sqrt(outputs.var(axis=1).mean(axis=1)),
        float(outputs[-1].std()),
        float(np.mean(slope(active[-1].z) < FLAT * steepest)),
        np.array([np.linalg.norm(layer.output_gradient) for layer in active]),
        np.array([np.linalg.norm(layer.gradients["W"]) for layer in dense]),
    )


def figure() -> go.Figure:
    """Draw a histogram for each layer, and beside it the norms of two gradients."""
    norms = {
        "gradient of the weights, |∂L/∂W|": ("vermillion", "circle", 8, "solid"),
        "gradient flowing back, |∂L/∂a|": ("green", "square-open", 11, "dot"),
    }
    figure = go.Figure(ridge_trace())
    for name, (ink, symbol, size, dash) in norms.items():
        figure.add_scatter(
            x=[],
            y=[],
            xaxis="x2",
            mode="lines+markers",
            name=name,
            line={"color": color(ink), "dash": dash, "width": 2},
            marker={"color": color(ink), "symbol": symbol, "size": size},
            hovertemplate="layer %{y}: %{x:.2~g}<extra></extra>",
        )
    powers = {1e-8: "10⁻⁸", 1e-4: "", 1: "1", 1e4: "", 1e8: "10⁸"}
    figure.update_layout(
        height=480,
        margin={"l": 48, "r": 18, "t": 66, "b": 48},
        dragmode=False,
        xaxis={
            "title": {"text": "activation a"},
            "domain": [0, 0.52],
            "range": [-1, 1],
            "nticks": 4,
            "fixedrange": True,
        },
        xaxis2={
            "title": {"text": "gradient norm"},
            "domain": [0.58, 1],
            "type": "log",
            "range": [-10, 8.5],
            "tickvals": list(powers),
            "ticktext": list(powers.values()),
            "tickangle": 0,
            "fixedrange": True,
        },
        yaxis=layer_axis([str(layer) for layer in range(1, DEEPEST + 1)])
        | {"title": {"text": "hidden layer"}, "fixedrange": True},
    )
    return figure


def state(depth: int, activation: str, start: str, norm: str) -> State:
    """Return histograms and gradients of every hidden layer.

    Parameters
    ----------
    depth, activation, start, norm
        As in `deep_network`; `depth` at most 10.
    """
    found = pass_through(depth, activation, start, norm)
    # Cut off, or ReLU's many zeros would flatten the rest. Hundredths are below a
    # pixel, and repeat often enough to pack small.
    heights = np.round(ROOM * np.minimum(found.shares / FULL, 1), 2)
    low, high = RANGES[activation]
    x, y = ridges(heights, np.linspace(low, high, BINS + 1))
    layers = np.arange(1, depth + 1)
    return {
        "data[0].x": x,
        "data[0].y": y,
        "data[1].x": found.by_weights,
        "data[1].y": layers,
        "data[2].x": found.by_activations,
        "data[2].y": layers,
        "layout.xaxis.range": [low, high],
    }


def words(depth: int, activation: str, start: str, norm: str) -> str:
    """Say whether activations reach the last layer and gradients the first.

    Parameters
    ----------
    depth, activation, start, norm
        As in `deep_network`.
    """
    found = pass_through(depth, activation, start, norm)
    varies, gradient = found.deviations, found.by_activations
    forward, backward = varies[-1] / varies[0], gradient[0] / gradient[-1]
    text = (
        "Forward, a neuron's output varies from example to example with an s.d. of "
        f"{measured(varies[0])} in layer 1 and {measured(varies[-1])} in layer {depth}:"
        f" {_times(forward)}. Backward, the gradient has norm {measured(gradient[-1])} "
        f"in layer {depth} and {measured(gradient[0])} in layer 1: {_times(backward)}."
    )
    if found.spread > ALIVE * varies[-1]:
        text += (
            f" The histogram of layer {depth} is wide all the same: its neurons differ "
            "from each other, but each says nearly the same to every example."
        )
    if activation in ("tanh", "logistic") and found.flat >= 0.1:
        text += f" In layer {depth}, {found.flat:.0%} of the outputs are saturated."
    if all(1 / ALIVE < ratio < ALIVE for ratio in (forward, backward)):
        text += " Both stay within a factor of ten."
    return text


def _times(ratio: float) -> str:
    """Write a factor over all layers."""
    if 0.8 < ratio < 1.25:
        return "about the same"
    if ratio > 1:
        return f"{measured(ratio)} times larger"
    return f"{measured(1 / ratio)} times smaller"


def measured(value: float) -> str:
    """Write a positive number with two digits, as a power of ten where that is short.

    Examples
    --------
    >>> measured(0.0347), measured(4.2e-7), measured(183.0)
    ('0.035', '4.2·10⁻⁷', '180')
    """
    exponent = math.floor(math.log10(float(f"{value:.1e}")))
    if -4 < exponent < 4:
        return f"{round(value, 1 - exponent):,.{max(0, 1 - exponent)}f}"
    power = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10**exponent:.1f}·10{power}"
