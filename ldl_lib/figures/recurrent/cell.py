"""E9.1: one recurrent unit steps along a sequence, and what it still knows of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import (
    State,
    bracketed,
    counted,
    fixed,
    plain_layout,
    still,
)
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

STEPS = 12
INPUT_WEIGHT, BIAS = 1.0, 0.0
SEQUENCES: dict[str, tuple[float, ...]] = {
    "one pulse": (1.0,) + (0.0,) * 11,
    "a pulse each way": (1.0, 0, 0, 0, 0, 0, -0.5, 0, 0, 0, 0, 0),
    "steady": (1.0,) + (0.5,) * 11,
    "up and down": (1.0, -1.0) * 6,
}
GONE = 0.05  # a trace of the first input smaller than this is hardly one


@cache
def hidden(sequence: str, u: float, first: bool = True) -> Floats:
    """Walk a unit along a sequence.

    Parameters
    ----------
    sequence : str
        A key of `SEQUENCES`.
    u : float
        Recurrent weight. The input's weight is 1, the bias 0.
    first : bool
        Whether the first input is what the sequence says, or 0.

    Returns
    -------
    ndarray, shape (13,)
        h before the first step, which is 0, and after each.
    """
    x = np.array(SEQUENCES[sequence])
    x[0] *= first
    layer = nn.SimpleRNN(1)
    network = nn.Network(1, [layer], seed=0)
    for name, value in (("W", INPUT_WEIGHT), ("U", u), ("b", BIAS)):
        layer.parameters[name][...] = value
    network.forward(x.reshape(1, STEPS, 1))
    return np.array([float(state[0][0, 0]) for state in layer.states])


def figure() -> go.Figure:
    """Draw the inputs above the hidden state, step by step."""
    here = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}}
    drawn = go.Figure(
        [
            go.Bar(
                x=np.arange(1, STEPS + 1),
                y=[],
                yaxis="y2",
                marker={"color": color("axis")},
                width=0.7,
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Bar(
                x=np.arange(1, STEPS + 1),
                y=[],
                name="hidden state h",
                marker={"color": color("blue")},
                hovertemplate="h after step %{x}: %{y:.2f}<extra></extra>",
                width=0.7,
            ),
            go.Scatter(
                x=np.arange(1, STEPS + 1),
                y=[],
                name="had the first input been 0",
                mode="markers",
                marker={
                    "symbol": "diamond",
                    "size": 11,
                    "color": color("vermillion"),
                    "line": {"color": color("paper"), "width": 1.5},
                },
                hovertemplate="without the first input: %{y:.2f}<extra></extra>",
            ),
        ]
    )
    note = {"showarrow": False, "xref": "paper", "x": 0, "xanchor": "left", "text": ""}
    drawn.update_layout(
        plain_layout(440, margin={"l": 52, "r": 12, "t": 66, "b": 48}),
        showlegend=True,
        shapes=[here | {"fillcolor": color("orange_tint"), "layer": "below"}],
        legend={"itemclick": False, "itemdoubleclick": False, "y": 1.08},
        annotations=[note | {"yref": "paper", "y": 1.015, "yanchor": "bottom"}],
        xaxis=still("step t", range=[0.4, STEPS + 0.6], dtick=1),
        yaxis=still(
            "hidden state h",
            range=[-1.1, 1.1],
            domain=[0, 0.58],
            tickvals=[-1, 0, 1],
            ticktext=["−1", "0", "1"],
            zeroline=True,
            zerolinecolor=color("axis"),
        ),
        yaxis2=still(
            "input x",
            range=[-1.2, 1.2],
            domain=[0.68, 1],
            tickvals=[-1, 0, 1],
            ticktext=["−1", "0", "1"],
            zeroline=True,
            zerolinecolor=color("axis"),
        ),
    )
    return drawn


def state(step: int, sequence: str, u: float) -> State:
    """Return what the unit has seen, its states so far, and the sum of this step.

    Parameters
    ----------
    step : int
        Steps taken, 0 to 12.
    sequence, u
        As in `hidden`.
    """
    return {
        "data[0].y": np.array(SEQUENCES[sequence]),
        "data[1].y": hidden(sequence, u)[1 : step + 1],
        "data[2].y": hidden(sequence, u, first=False)[1 : step + 1],
        "layout.shapes[0].x0": step - 0.5,
        "layout.shapes[0].x1": step + 0.5,
        "layout.annotations[0].text": _arithmetic(step, sequence, u),
    }


def words(step: int, sequence: str, u: float) -> str:
    """Say what this step computes, and what is left of the first input.

    Parameters as in `state`.
    """
    if not step:
        return "No step has been taken. The hidden state starts at 0."
    trace = _traces(sequence, u)
    text = f"{_arithmetic(step, sequence, u)}. "
    text += f"Had the first input been 0, it would differ by {trace[step - 1]:.2f}: "
    faded = np.flatnonzero(trace < GONE)
    if trace[step - 1] < GONE:
        return text + f"the first input is hardly felt since step {faded[0] + 1}."
    text += "the first input is still felt"
    if len(faded):
        return text + f", until step {faded[0]}."
    return text + f", and will be after all {counted(STEPS, 'step')}."


def _traces(sequence: str, u: float) -> Floats:
    """Return by how much the first input changes each hidden state, shape (12,)."""
    changed: Floats = np.abs(hidden(sequence, u) - hidden(sequence, u, first=False))
    return changed[1:]


def _arithmetic(step: int, sequence: str, u: float) -> str:
    if not step:
        return "h₀ = 0"
    h, x = hidden(sequence, u), SEQUENCES[sequence][step - 1]
    return (
        f"h{_low(step)} = tanh({fixed(INPUT_WEIGHT, 0)} · {bracketed(x, 1)} + "
        f"{bracketed(u, 2)} · {bracketed(h[step - 1], 2)}) = {fixed(h[step], 2)}"
    )


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
