"""Appendix H: a gated recurrent unit, one step and thirty, with gates set by hand."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

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

START = 0.8  # the old state
RECURRENT = 0.5  # the candidate's weight of the old state
STEPS = 30
NEAR = 0.1  # a state within this distance of the old one counts as kept
PATTERNS = {"no input": 0.0, "input pushes up": 2.0, "input pushes down": -2.0}


def candidate(h: float, reset: float, drive: float) -> float:
    """Return what the unit would like its state to be, n = tanh(drive + ½ · r · h)."""
    return float(np.tanh(drive + RECURRENT * reset * h))


def walk(update: float, reset: float, drive: float) -> Floats:
    """Take thirty steps with the gates held.

    Parameters
    ----------
    update, reset : float
        Values of both gates, 0 to 1.
    drive : float
        What the inputs add to the candidate's sum.

    Returns
    -------
    ndarray, shape (31,)
        The state before the first step, 0.8, and after each.
    """
    h = [START]
    for _ in range(STEPS):
        n = candidate(h[-1], reset, drive)
        h.append((1 - update) * n + update * h[-1])
    return np.array(h)


def figure() -> go.Figure:
    """Draw old state, candidate and new state on a line; below, the steps to come."""
    far = {"color": color("paper"), "width": 1.5}
    drawn = go.Figure(
        [
            go.Scatter(
                x=[],
                y=[1, 1],
                mode="lines",
                line={"color": color("axis"), "width": 5},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[1, 1, 1],
                mode="markers",
                marker={
                    "size": [15, 15, 17],
                    "symbol": ["circle", "square", "diamond"],
                    "color": [color("blue"), color("vermillion"), color("ink")],
                    "line": far,
                    "opacity": 1,
                },
                customdata=["old state h", "candidate n", "new state h′"],
                hovertemplate="%{customdata}: %{x:.2f}<extra></extra>",
            ),
            go.Scatter(
                x=[START],
                y=[1.35],
                mode="text",
                text=["old h"],
                textfont={"color": color("blue")},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[0.65],
                mode="text",
                text=["candidate n"],
                textfont={"color": color("vermillion")},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=np.arange(STEPS + 1),
                y=[],
                xaxis="x2",
                yaxis="y2",
                mode="lines+markers",
                line={"color": color("blue"), "width": 2},
                marker={
                    "size": [11, 13] + [6] * (STEPS - 1),
                    "symbol": ["circle", "diamond"] + ["circle"] * (STEPS - 1),
                    "color": [color("blue"), color("ink")]
                    + [color("blue")] * (STEPS - 1),
                    "opacity": 1,
                    "line": far,
                },
                hovertemplate="after %{x} steps: %{y:.2f}<extra></extra>",
            ),
        ]
    )
    note = {"showarrow": False, "text": "", "xref": "paper", "yref": "paper", "x": 0}
    drawn.update_layout(
        plain_layout(470, margin={"l": 52, "r": 16, "t": 40, "b": 48}),
        hovermode="closest",
        annotations=[note | {"y": 1.02, "xanchor": "left", "yanchor": "bottom"}],
        xaxis=still(
            "one step: from h to h′",
            range=[-1.15, 1.15],
            tickvals=[-1, -0.5, 0, 0.5, 1],
            ticktext=["−1", "−0.5", "0", "0.5", "1"],
            anchor="y",
        ),
        xaxis2=still("steps with these gates", range=[-1, STEPS + 1], anchor="y2"),
        yaxis=still("", range=[0.4, 1.6], domain=[0.72, 1], visible=False),
        yaxis2=still(
            "state h",
            range=[-1.1, 1.1],
            domain=[0, 0.5],
            tickvals=[-1, 0, 1],
            ticktext=["−1", "0", "1"],
            zeroline=True,
            zerolinecolor=color("axis"),
        ),
    )
    return drawn


def state(update: float, reset: float, drive: float) -> State:
    """Return the step on its line, its sum, and the thirty steps.

    Parameters as in `walk`.
    """
    n, h = candidate(START, reset, drive), walk(update, reset, drive)
    return {
        "data[0].x": [START, n],
        "data[1].x": [START, n, h[1]],
        "data[3].x": [n],
        "data[4].y": h,
        "layout.annotations[0].text": (
            f"h′ = {1 - update:.1f} · {bracketed(n)} + {update:.1f} · {START:g} = "
            f"{fixed(h[1], 2)}"
        ),
    }


def words(update: float, reset: float, drive: float) -> str:
    """Say what the candidate is, where the step leads, and how long h is kept.

    Parameters as in `walk`.
    """
    n, h = candidate(START, reset, drive), walk(update, reset, drive)
    text = (
        f"The candidate is tanh({fixed(drive, 0)} + {RECURRENT:g} · {reset:g} · "
        f"{START:g}) = {fixed(n, 2)}. The new state is {update:.1f} of the old one and "
        f"{1 - update:.1f} of the candidate: {fixed(h[1], 2)}. "
    )
    left = np.flatnonzero(np.abs(h - START) > NEAR)
    if not len(left):
        return text + f"After {STEPS} steps it is still {fixed(h[-1], 2)}."
    return text + (
        f"It is off by more than {NEAR:g} after {counted(int(left[0]), 'step')}, and "
        f"after {STEPS} it is {fixed(h[-1], 2)}."
    )
