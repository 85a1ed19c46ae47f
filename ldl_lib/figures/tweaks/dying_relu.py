"""E5.10: units that fall silent while a small network learns."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.activations import ACTIVATION_LABELS
from ldl_lib.figures.theme import SEQUENTIAL, color

Floats = NDArray[np.float64]

ACTIVATIONS = {ACTIVATION_LABELS[name]: name for name in ("relu", "leaky relu", "elu")}
RATES = (0.3, 1, 3, 10)
BIASES = (-4, -2, 0)
SEEDS = (1, 2, 3)
EXAMPLES, UNITS, STEPS = 64, 16, 150
SHOWN = 5  # the picture of the units has one column every so many steps


class Run(NamedTuple):
    """What one training showed.

    Attributes
    ----------
    on : ndarray of int, shape (STEPS + 1, UNITS)
        For how many of the examples a unit's sum was above 0, before each step and at
        the end.
    wrong : ndarray of int, shape (STEPS + 1,)
        How many examples were classified wrongly then.
    """

    on: NDArray[np.int64]
    wrong: NDArray[np.int64]

    @property
    def silent(self) -> NDArray[np.bool_]:
        """Whether a unit was off for every example, shape (STEPS + 1, UNITS)."""
        return np.equal(self.on, 0)

    @property
    def came_back(self) -> int:
        """Number of units that were silent at some time and not at a later one."""
        return int((self.silent[:-1] & ~self.silent[1:]).any(axis=0).sum())

    @property
    def silent_since(self) -> NDArray[np.int64]:
        """Step from which on a unit stayed silent, STEPS + 1 if it is not, (UNITS,)."""
        to_the_end = np.logical_and.accumulate(self.silent[::-1])
        since: NDArray[np.int64] = STEPS + 1 - to_the_end.sum(axis=0)
        return since


def examples() -> tuple[Floats, Floats]:
    """Make points in a square, and say which lie in a circle.

    Returns
    -------
    X : ndarray of float64, shape (EXAMPLES, 2)
        Points from U(−2, 2).
    y : ndarray of float64, shape (EXAMPLES, 1)
        1 for a point less than √2.2 from the middle, else 0.
    """
    X = np.random.default_rng(0).uniform(-2, 2, (EXAMPLES, 2))
    return X, ((X**2).sum(axis=1, keepdims=True) < 2.2).astype(np.float64)


def network(activation: str, bias: float, seed: int) -> nn.Network:
    """Make the network that is trained: 2 inputs, one hidden layer, 1 logit.

    Parameters
    ----------
    activation : str
        Of the hidden layer.
    bias : float
        Where the hidden layer's biases start. Its weights start as He's.
    seed : int
        Of the starting weights.
    """
    hidden = nn.Dense(UNITS, activation, "he_normal", bias=bias)
    return nn.Network(2, [hidden, nn.Dense(1)], seed=seed)


@cache
def _trained(activation: str, rate: float) -> dict[tuple[float, int], Run]:
    """Train the networks of all biases and seeds, side by side in one wide network.

    Each output of the wide network reads only the hidden units of its own network, so
    that they learn as if they were alone, in a ninth of the time.
    """
    keys = [(bias, seed) for bias in BIASES for seed in SEEDS]
    alone = [network(activation, *key) for key in keys]
    hidden, output = nn.Dense(UNITS * len(keys), activation), nn.Dense(len(keys))
    wide = nn.Network(2, [hidden, output])
    own = np.kron(np.eye(len(keys)), np.ones(UNITS))
    for name in ("W", "b"):
        hidden.parameters[name][...] = np.concatenate(
            [each.layers[0].parameters[name] for each in alone]
        )
    outgoing = np.concatenate(
        [each.layers[1].parameters["W"] for each in alone], axis=1
    )
    output.parameters["W"][...] = own * outgoing

    X, y = examples()
    targets = np.repeat(y, len(keys), axis=1)
    loss = nn.BinaryCrossEntropy(from_logits=True, outputs="sum")
    descent = nn.SGD(rate)
    on, wrong = [], []
    for step in range(STEPS + 1):
        logits = wide.forward(X)
        on.append((hidden.z > 0).sum(axis=0))
        wrong.append(((logits > 0) != (targets > 0.5)).sum(axis=0))
        if step < STEPS:
            wide.backward(loss.gradient(logits, targets))
            output.gradients["W"] *= own
            descent.step(wide.weights, wide.gradient)
    of_units = np.reshape(on, (STEPS + 1, len(keys), UNITS))
    return {
        key: Run(of_units[:, number], np.array(wrong)[:, number])
        for number, key in enumerate(keys)
    }


def run(activation: str, rate: float, bias: float, seed: int) -> Run:
    """Train with plain gradient descent, all examples in each step.

    Parameters
    ----------
    activation : str
        A value of `ACTIVATIONS`.
    rate : float
        Learning rate, one of `RATES`.
    bias : float
        Starting biases of the hidden layer, one of `BIASES`.
    seed : int
        Of the starting weights, one of `SEEDS`.
    """
    return _trained(activation, rate)[bias, seed]


def figure() -> go.Figure:
    """Draw how active each unit is, above the shares of silent units and mistakes."""
    steps = np.arange(STEPS + 1)
    built = go.Figure(
        [
            go.Heatmap(
                x=steps[::SHOWN],
                y=np.arange(1, UNITS + 1),
                z=[],
                zmin=0,
                zmax=EXAMPLES,
                colorscale=SEQUENTIAL["light"],
                xgap=1,
                ygap=1,
                colorbar={
                    "title": {"text": "on for", "side": "top"},
                    "tickvals": [0, EXAMPLES // 2, EXAMPLES],
                    "ticktext": ["none", "half", "all"],
                    "y": 1,
                    "yanchor": "top",
                    "len": 0.52,
                },
                hoverongaps=False,
                hovertemplate="unit %{y}, step %{x}: on for %{z} of "
                f"{EXAMPLES} examples<extra></extra>",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                name="silent from here on",
                marker={
                    "symbol": "x",
                    "size": 10,
                    "color": color("vermillion"),
                    "line": {"color": color("paper"), "width": 1},
                },
                cliponaxis=False,
                hovertemplate="unit %{y}: silent from step %{x} on<extra></extra>",
            ),
            _line("silent units", "vermillion", "solid"),
            _line("wrong examples", "blue", "dash"),
        ]
    )
    for number in (2, 3):
        built.data[number].update(x=steps, yaxis="y2")
    built.update_layout(
        height=560,
        dragmode=False,
        margin={"l": 64, "r": 16, "t": 40, "b": 48},
        legend={"itemclick": False, "itemdoubleclick": False},
        shapes=[
            {
                "type": "rect",
                "xref": "x",
                "x0": -SHOWN / 2,
                "x1": STEPS + SHOWN / 2,
                "yref": "y",
                "y0": 0.5,
                "y1": UNITS + 0.5,
                "fillcolor": color("vermillion_tint"),
                "line": {"width": 0},
                "layer": "below",
            }
        ],
        xaxis={
            "title": {"text": "step of gradient descent"},
            "range": [-SHOWN / 2, STEPS + SHOWN / 2],
            "dtick": 50,
            "anchor": "y2",
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "hidden unit"},
            "range": [0.5, UNITS + 0.5],
            "tickvals": [1, 4, 8, 12, 16],
            "domain": [0.46, 1],
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis2={
            "title": {"text": "share"},
            "range": [-0.02, 1.02],
            "tickvals": [0, 0.5, 1],
            "ticktext": ["0%", "50%", "100%"],
            "domain": [0, 0.4],
            "fixedrange": True,
        },
    )
    return built


def _line(name: str, ink: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        mode="lines",
        name=name,
        line={"color": color(ink), "dash": dash, "width": 3},
        hovertemplate=f"{name}, step %{{x}}: %{{y:.0%}}<extra></extra>",
    )


def state(activation: str, rate: float, bias: float, seed: int) -> State:
    """Return each unit's activity, when it fell silent, and both shares.

    Units are in order: those that fall silent first are at the bottom. Parameters as
    in `run`.
    """
    shown = run(activation, rate, bias, seed)
    since = shown.silent_since
    order = np.argsort(since, kind="stable")
    active = np.where(shown.silent, np.nan, shown.on)[::SHOWN, order].T
    silent = np.flatnonzero(since[order] <= STEPS)
    return {
        "data[0].z": active,
        "data[1].x": since[order][silent],
        "data[1].y": silent + 1,
        "data[2].y": shown.silent.mean(axis=1),
        "data[3].y": shown.wrong / EXAMPLES,
    }


def words(activation: str, rate: float, bias: float, seed: int) -> str:
    """Say how many units are silent, how many came back, and what that costs."""
    shown = run(activation, rate, bias, seed)
    first, last = shown.silent[0].sum(), shown.silent[-1].sum()
    back = shown.came_back
    returned = f"{back} came back on the way" if back else "none ever came back"
    if not shown.silent.any():
        returned = "none was silent in between"
    return (
        f"Of {UNITS} units {first} are silent at the start and {last} after {STEPS} "
        f"steps; {returned}. "
        f"Wrong in the end: {shown.wrong[-1]} of {EXAMPLES} examples."
    )
