"""E5.1: how wide a neuron's sums spread, and how much slope is left there."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.activations import value_and_slope
from ldl_lib.figures.histograms import histogram_shares
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

INPUTS = {
    "standardised digits": "standardised",
    "raw pixels, 0 to 255": "raw",
    "random, normal": "normal",
}
SIDES = (4, 7, 14, 28)  # pixels along one side of a digit, made coarser by averaging
FAN_INS = {f"{side**2} ({side} × {side})": side**2 for side in SIDES}
LIMITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
EXAMPLES, NEURONS = 500, 100
FLAT = 0.01  # a neuron is saturated where its slope is smaller
REACH, BINS = 6.0, 24
BRACKET = 0.6  # height at which one standard deviation to each side is drawn


class Measured(NamedTuple):
    """What `Neurons.measure` finds.

    Attributes
    ----------
    predicted, deviation : float
        Standard deviation of the sums: √(n · a²/3 · E[x²]), and as measured.
    mean_slope, saturated : float
        Mean slope over all sums, and share of sums where it is below `FLAT`.
    shares : ndarray, shape (BINS,)
        Share of the sums in each bin from −6 to 6; the outer bins hold all beyond.
    """

    predicted: float
    deviation: float
    mean_slope: float
    saturated: float
    shares: Floats


def coarser(images: ArrayLike, side: int) -> Floats:
    """Average square blocks of pixels.

    Parameters
    ----------
    images : array_like, shape (n, size, size)
        Pixels.
    side : int
        Pixels along one side of the result; a divisor of size.

    Returns
    -------
    ndarray of float64, shape (n, side²)
        Flattened images.
    """
    pixels = np.asarray(images, dtype=np.float64)
    block = pixels.shape[1] // side
    blocks = pixels.reshape(len(pixels), side, block, side, block)
    means: Floats = blocks.mean(axis=(2, 4)).reshape(len(pixels), side * side)
    return means


class Neurons:
    """A hundred neurons with random weights, before they have learnt anything.

    Parameters
    ----------
    images : array_like, shape (n, 28, 28)
        Digits in 0..255; 500 of them are used.
    """

    def __init__(self, images: ArrayLike) -> None:
        images = np.asarray(images)
        rng = np.random.default_rng(1)
        chosen = images[rng.permutation(len(images))[:EXAMPLES]]
        self._squares: dict[tuple[str, int], float] = {}
        self._sums: dict[tuple[str, int], NDArray[np.floating[Any]]] = {}
        self._found: dict[tuple[str, int, float, str], Measured] = {}
        for side in SIDES:
            raw = coarser(chosen, side)
            inputs = {
                "raw": raw,
                "standardised": (raw - raw.mean()) / raw.std(),
                "normal": rng.normal(size=raw.shape),
            }
            layer = nn.Dense(NEURONS, initializer=nn.Uniform(1.0))
            network = nn.Network(side * side, [layer], seed=1, dtype=np.float32)
            for name, X in inputs.items():
                # Weights twice as large make sums twice as large: these serve for all.
                self._sums[name, side * side] = np.ravel(network.forward(X))
                self._squares[name, side * side] = float((X**2).mean())

    def mean_square(self, inputs: str, fan_in: int) -> float:
        """Return E[x²], the mean square of the inputs."""
        return self._squares[inputs, fan_in]

    def measure(
        self, inputs: str, fan_in: int, limit: float, activation: str
    ) -> Measured:
        """Measure the sums of all neurons for all examples.

        Parameters
        ----------
        inputs : str
            A value of `INPUTS`.
        fan_in : int
            Number of inputs n, a value of `FAN_INS`.
        limit : float
            Weights are drawn from U(−limit, limit); biases are 0.
        activation : {"tanh", "logistic"}
            Whose slope is measured.
        """
        setting = (inputs, fan_in, limit, activation)
        if setting not in self._found:
            z = limit * self._sums[inputs, fan_in]
            slope = nn.ACTIVATIONS[activation].derivative(z)
            variance = fan_in * limit**2 / 3 * self._squares[inputs, fan_in]
            self._found[setting] = Measured(
                predicted=math.sqrt(variance),
                deviation=float(z.std()),
                mean_slope=float(slope.mean()),
                saturated=float((slope < FLAT).mean()),
                shares=histogram_shares(z, (-REACH, REACH), BINS),
            )
        return self._found[setting]

    def state(self, inputs: str, fan_in: int, limit: float, activation: str) -> State:
        """Return histogram, activation, slope, mean slope and where it is flat.

        Parameters as in `measure`.
        """
        found = self.measure(inputs, fan_in, limit, activation)
        grid = np.linspace(-REACH, REACH, 97)
        value, slope = value_and_slope(activation, grid)
        edge = flat_from(activation)
        left, right = found.shares[0], found.shares[-1]
        return {
            "data[0].y": found.shares,
            "data[1].y": [left, right],
            "data[1].text": [f"{left:.0%}", f"{right:.0%}"],
            "data[2].y": value,
            "data[3].y": slope,
            "data[4].y": [found.mean_slope] * 2,
            "data[5].x": [-found.deviation, found.deviation],
            "layout.shapes[0].x1": -edge,
            "layout.shapes[1].x0": edge,
            "layout.annotations[0].text": f"s.d. of z: {_number(found.deviation)}",
            "layout.annotations[1].text": f"mean slope: {_number(found.mean_slope)}",
            "layout.annotations[1].y": found.mean_slope,
        }

    def words(self, inputs: str, fan_in: int, limit: float, activation: str) -> str:
        """Say how wide the sums spread, as predicted and measured, and what is left."""
        found = self.measure(inputs, fan_in, limit, activation)
        square = self._squares[inputs, fan_in]
        fitting = math.sqrt(3 / (fan_in * square))
        return (
            f"The sums have s.d. {_number(found.deviation)}; "
            f"√({fan_in} · {limit:g}²/3 · {_number(square)}) = "
            f"{_number(found.predicted)} was predicted. "
            f"The slope of {activation} is {_number(found.mean_slope)} on average, and "
            f"below {FLAT} for {_percent(found.saturated)} of the sums. "
            f"Weights up to ±{_number(fitting)} would give s.d. 1."
        )


def flat_from(activation: str) -> float:
    """Return the z > 0 from which on the slope of tanh or logistic is below `FLAT`.

    tanh has the slope 1 − a² at its output a, the logistic function a (1 − a).
    """
    if activation == "tanh":
        return math.atanh(math.sqrt(1 - FLAT))
    output = 0.5 + math.sqrt(0.25 - FLAT)
    return math.log(output / (1 - output))


def _number(value: float) -> str:
    """Write a positive number with three digits, and never with an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if value >= 0.001 else f"{value:.5f}"


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{share:.0%}"


def figure() -> go.Figure:
    """Draw the histogram of z above the activation and its slope."""
    width = 2 * REACH / BINS
    middles = np.linspace(-REACH + width / 2, REACH - width / 2, BINS)
    grid = np.linspace(-REACH, REACH, 97)
    shown = "z = %{x:.2f}: %{y:.3f}<extra></extra>"
    built = go.Figure(
        [
            go.Bar(
                x=middles,
                y=[],
                width=width,
                marker={
                    "color": color("sky"),
                    "line": {"color": color("paper"), "width": 1},
                },
                hovertemplate="z near %{x:.2f}: %{y:.1%} of the sums<extra></extra>",
            ),
            go.Scatter(
                x=[middles[0], middles[-1]],
                y=[],
                text=[],
                mode="text",
                textposition=["top right", "top left"],
                hoverinfo="skip",
            ),
            go.Scatter(
                x=grid,
                y=[],
                mode="lines",
                name="output f(z)",
                line={"color": color("vermillion"), "dash": "dash"},
                hovertemplate=shown,
            ),
            go.Scatter(
                x=grid,
                y=[],
                mode="lines",
                name="slope f′(z)",
                line={"color": color("blue"), "width": 3},
                hovertemplate=shown,
            ),
            go.Scatter(
                x=[-REACH, REACH],
                y=[],
                mode="lines",
                line={"color": color("ink"), "dash": "dot", "width": 2},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[BRACKET] * 2,
                mode="lines+markers",
                line={"color": color("ink"), "width": 2},
                marker={"symbol": "line-ns", "size": 12, "line": {"width": 2}},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[None],
                y=[None],
                mode="markers",
                name=f"slope below {FLAT}",
                marker={"symbol": "square", "size": 14, "color": color("orange_tint")},
            ),
        ]
    )
    for number, trace in enumerate(built.data):
        trace.yaxis = "y2" if number in (2, 3, 4) else "y"
        trace.showlegend = number in (2, 3, 6)
    zone = {
        "type": "rect",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": color("orange_tint"),
        "layer": "below",
    }
    note = {"showarrow": False, "xref": "x", "text": ""}
    built.update_layout(
        height=540,
        dragmode=False,
        bargap=0,
        margin={"l": 64, "r": 16, "t": 40, "b": 48},
        legend={"itemclick": False, "itemdoubleclick": False},
        shapes=[zone | {"x0": -REACH, "x1": 0}, zone | {"x0": 0, "x1": REACH}],
        annotations=[
            note | {"x": 0, "y": BRACKET + 0.01, "yref": "y", "yanchor": "bottom"},
            note
            | {"x": -REACH, "y": 0, "yref": "y2", "xanchor": "left"}
            | {"yanchor": "bottom"},
        ],
        xaxis={
            "title": {"text": "weighted sum z"},
            "range": [-REACH, REACH],
            "tickvals": [-6, -4, -2, 0, 2, 4, 6],
            "ticktext": ["≤ −6", "−4", "−2", "0", "2", "4", "≥ 6"],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "share of the sums"},
            "range": [0, 0.7],
            "tickvals": [0, 0.2, 0.4, 0.6],
            "ticktext": ["0", "20%", "40%", "60%"],
            "domain": [0.54, 1],
            "fixedrange": True,
        },
        yaxis2={
            "title": {"text": "output, slope"},
            "range": [-1.1, 1.1],
            "tickvals": [-1, -0.5, 0, 0.5, 1],
            "ticktext": ["−1", "−0.5", "0", "0.5", "1"],
            "domain": [0, 0.46],
            "zeroline": True,
            "zerolinecolor": color("axis"),
            "fixedrange": True,
        },
    )
    return built
