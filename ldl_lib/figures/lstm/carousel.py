"""E10.2: the gradient on its way back in time, in an RNN, an LSTM and a GRU.

Everything shown comes from one pass forward and one pass backward of real layers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, counted, plain_layout, power_text, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

UNITS, INPUTS, BATCH, STEPS = 32, 8, 16, 100
KEEP_BIASES = {"0": 0.0, "1": 1.0, "3": 3.0, "5": 5.0}
SCALES = {"½": 0.5, "1": 1.0, "2": 2.0, "4": 4.0}
LIMITS = (-12, 6)  # powers of ten at the ends of the axis
ALIVE = 0.01  # a gradient counts as arrived while this share of it is left


class Norms(NamedTuple):
    """Length of the loss's gradient by the state, 0 to 100 steps before the end.

    All are divided by the first: they begin at 1. Shape (101,) each.

    Attributes
    ----------
    rnn, gru : ndarray
        By h.
    lstm : ndarray
        By the cell c, by all ways, that through its own output h included.
    carousel : ndarray
        By c if the gates were constants: only the way through the forget gates.
    """

    rnn: Floats
    lstm: Floats
    carousel: Floats
    gru: Floats


def layer_of(kind: str, keep_bias: float, scale: float) -> nn.Recurrent:
    """Build a layer that has not learnt anything, with its weights.

    Parameters
    ----------
    kind : {"rnn", "lstm", "gru"}
        Which layer.
    keep_bias : float
        Bias of the LSTM's forget gate and of the GRU's update gate.
    scale : float
        Factor of all recurrent weights, which are drawn as rotations.

    Returns
    -------
    ldl_lib.nn.Recurrent
        With 32 units and 8 inputs.
    """
    kinds = {"rnn": nn.SimpleRNN, "lstm": nn.LSTM, "gru": nn.GRU}
    layer: nn.Recurrent = kinds[kind](UNITS)
    nn.Network(INPUTS, [layer], seed=10)
    layer.parameters["U"] *= scale
    if kind != "rnn":
        # The second gate is the one that keeps, in both: f, and u in a GRU.
        layer.parameters["b"][UNITS : 2 * UNITS] = keep_bias
    return layer


@cache
def _data() -> tuple[Floats, Floats]:
    """Return inputs, and the gradient that arrives at the last output."""
    rng = np.random.default_rng(11)
    return rng.normal(size=(BATCH, STEPS + 1, INPUTS)), rng.normal(size=(BATCH, UNITS))


@cache
def gradients(kind: str, keep_bias: float, scale: float) -> tuple[Floats, Floats]:
    """Send sequences forward and a gradient back.

    Parameters as in `layer_of`.

    Returns
    -------
    by_state, by_carousel : ndarray, shape (101,)
        As in `Norms`; the second is 1 throughout where there are no forget gates.
    """
    X, by_output = _data()
    layer = layer_of(kind, keep_bias, scale)
    layer.forward(X)
    layer.backward(by_output)
    states = layer.state_gradients[:0:-1]  # the last first, without the start
    if kind != "lstm":
        return _from_one([by_h for (by_h,) in states]), np.ones(STEPS + 1)
    by_cell: list[Floats] = []
    straight: list[Floats] = []  # as if no gate saw the output
    later = np.ones((BATCH, UNITS))  # the next step's forget gate
    for (by_h, by_c), kept in zip(states, layer.kept[::-1], strict=True):
        _, f, _, o, squashed, _ = kept
        by_cell.append(by_c + by_h * o * (1 - squashed**2))
        straight.append(straight[-1] * later if straight else by_cell[0])
        later = f
    return _from_one(by_cell), _from_one(straight)


def _from_one(vectors: Sequence[NDArray[np.floating[Any]]]) -> Floats:
    """Return the lengths of vectors, divided by the first."""
    lengths: Floats = np.array([np.linalg.norm(each) for each in vectors])
    relative: Floats = lengths / lengths[0]
    return relative


def measure(keep_bias: float, scale: float) -> Norms:
    """Measure all three layers.

    Parameters as in `layer_of`.
    """
    lstm, carousel = gradients("lstm", keep_bias, scale)
    return Norms(
        rnn=gradients("rnn", 0.0, scale)[0],
        lstm=lstm,
        carousel=carousel,
        gru=gradients("gru", keep_bias, scale)[0],
    )


def figure() -> go.Figure:
    """Draw four lines over the steps back, on a logarithmic axis."""
    looks = {
        "simple RNN": ("vermillion", "dash", 2.5),
        "LSTM, cell": ("blue", "solid", 3.5),
        "LSTM, forget gates alone": ("ink", "dot", 2.0),
        "GRU": ("green", "longdashdot", 2.5),
    }
    drawn = go.Figure(
        [
            go.Scatter(
                x=np.arange(STEPS + 1),
                y=[],
                name=name,
                mode="lines",
                line={"color": color(ink), "dash": dash, "width": width},
                hovertemplate=f"{name}, %{{x}} steps back: %{{y:.1~e}}<extra></extra>",
            )
            for name, (ink, dash, width) in looks.items()
        ]
    )
    powers = {-12: "10⁻¹²", -8: "10⁻⁸", -4: "10⁻⁴", 0: "1", 4: "10⁴"}
    drawn.update_layout(
        plain_layout(440, margin={"l": 60, "r": 14, "t": 72, "b": 44}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False, "itemwidth": 40},
        xaxis=still("steps back in time", range=[0, STEPS]),
        yaxis=still("gradient, 1 at the end", type="log", range=list(LIMITS))
        | {"tickvals": [10.0**p for p in powers], "ticktext": list(powers.values())},
    )
    return drawn


def state(keep_bias: float, scale: float) -> State:
    """Return all lines, each until it leaves the picture.

    Parameters as in `layer_of`.
    """
    low, high = (10.0**power for power in LIMITS)
    return {
        f"data[{number}].y": np.where((line >= low) & (line <= high), line, np.nan)
        for number, line in enumerate(measure(keep_bias, scale))
    }


def words(keep_bias: float, scale: float) -> str:
    """Say what is left after 100 steps, and how far 1 % of it gets.

    Parameters as in `layer_of`.
    """
    found = measure(keep_bias, scale)
    gate = 1 / (1 + math.exp(-keep_bias))
    return (
        f"With this bias a keeping gate is near {gate:.2g}. {STEPS} steps back, the "
        f"simple RNN's gradient is {_left(found.rnn)} as long as at the end, the "
        f"LSTM's {_left(found.lstm)} (through its forget gates alone "
        f"{_left(found.carousel)}), and the GRU's {_left(found.gru)}. At least 1% is "
        f"left for {_steps(found.rnn)} in the RNN, {_steps(found.lstm)} in the LSTM, "
        f"{_steps(found.gru)} in the GRU."
    )


def reach(line: Floats) -> int:
    """Return how many steps back a line stays at or above a hundredth."""
    below = np.flatnonzero(line < ALIVE)
    return int(below[0]) - 1 if len(below) else len(line) - 1


def _left(line: Floats) -> str:
    return f"{power_text(float(line[-1]))} times"


def _steps(line: Floats) -> str:
    found = reach(line)
    return f"all {STEPS} steps" if found == STEPS else counted(found, "step")
