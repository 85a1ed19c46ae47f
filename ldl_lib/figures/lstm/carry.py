"""E10.1, fifty steps: a value is carried along, with the gates set by hand."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, significant, still
from ldl_lib.figures.theme import color

STEPS = 50
WRITE = 5  # the step that brings the value; it is read at the last step
VALUE = 0.8
START = -1.0  # what the cell still holds from before
KEEPS = (0.0, 0.5, 0.731, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)
LEAKS = (0.0, 0.01, 0.05, 0.2, 1.0)
CLOSE = 0.1  # a value counts as carried if a tenth of it at most is lost, or added
REACH = 2.2  # of the axis of the cell


class Run(NamedTuple):
    """Fifty steps of one cell.

    Attributes
    ----------
    cell, output : ndarray, shape (51,)
        c and h, before the first step and after each.
    """

    cell: NDArray[np.float64]
    output: NDArray[np.float64]


def candidates() -> NDArray[np.float64]:
    """Return what is offered to the cell at each step, shape (50,).

    At step 5 it is the value to remember, at all others something else.
    """
    offered = np.random.default_rng(4).uniform(-0.9, 0.9, STEPS)
    offered[WRITE - 1] = VALUE
    return offered


def run(keep: float, leak: float, erase: bool, show: bool) -> Run:
    """Walk through all steps.

    Parameters
    ----------
    keep, leak : float
        Forget gate and input gate at all steps but the fifth. There the input gate
        is 1.
    erase : bool
        Whether the forget gate is 0 at the fifth step; it is 1 otherwise.
    show : bool
        Whether the output gate is 1 at all steps, or only at the last one.
    """
    cell, output = [START], [0.0]
    for step, candidate in enumerate(candidates(), start=1):
        writing = step == WRITE
        forget = float(not erase) if writing else keep
        cell.append(forget * cell[-1] + (1.0 if writing else leak) * candidate)
        gate = 1.0 if show or step == STEPS else 0.0
        output.append(gate * math.tanh(cell[-1]))
    return Run(np.array(cell), np.array(output))


def figure() -> go.Figure:
    """Draw cell and output over time, and below them what was offered."""
    steps = np.arange(STEPS + 1)
    offered = candidates()
    rest = np.delete(np.arange(STEPS), WRITE - 1)
    there = {"mode": "lines", "hovertemplate": "step %{x}: %{y:.2f}"}
    drawn = go.Figure(
        [
            go.Scatter(
                x=[WRITE, STEPS],
                y=[VALUE] * 2,
                name="the value to carry",
                mode="lines+markers",
                line={"color": color("axis"), "dash": "dot", "width": 2},
                marker={"symbol": "diamond", "size": 10, "color": color("ink")},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=steps,
                y=[],
                name="cell c",
                line={"color": color("blue"), "width": 3},
                **there,
            ),
            go.Scatter(
                x=steps,
                y=[],
                name="output h",
                line={"color": color("vermillion"), "dash": "dash", "width": 2},
                **there,
            ),
            go.Bar(
                x=rest + 1,
                y=offered[rest],
                yaxis="y2",
                marker={"color": color("sky")},
                showlegend=False,
                hovertemplate="step %{x}: %{y:.2f} is offered<extra></extra>",
            ),
            go.Bar(
                x=[WRITE],
                y=[VALUE],
                yaxis="y2",
                marker={"color": color("ink")},
                showlegend=False,
                hovertemplate="step %{x}: %{y:.2f}, to be kept<extra></extra>",
            ),
        ]
    )
    note = {"showarrow": False, "yref": "y2", "y": 0.95, "yanchor": "bottom"}
    drawn.update_layout(
        plain_layout(440, margin={"l": 56, "r": 12, "t": 66, "b": 44}),
        showlegend=True,
        bargap=0.25,
        legend={"itemclick": False, "itemdoubleclick": False},
        annotations=[note | {"x": WRITE, "text": "write", "xanchor": "center"}],
        xaxis=still("step", range=[-0.5, STEPS + 0.8], anchor="y2"),
        yaxis=still("cell, output", range=[-REACH, REACH], domain=[0.38, 1]),
        yaxis2=still("candidate g", range=[-1.05, 1.6], domain=[0, 0.3])
        | {"tickvals": [-1, 0, 1], "ticktext": ["−1", "0", "1"]},
    )
    return drawn


def state(keep: float, leak: float, erase: bool, show: bool) -> State:
    """Return cell and output over time; beyond the axis the cell is left out.

    Parameters as in `run`.
    """
    found = run(keep, leak, erase, show)
    inside = np.where(np.abs(found.cell) <= REACH, found.cell, np.nan)
    return {"data[1].y": inside, "data[2].y": found.output}


def words(keep: float, leak: float, erase: bool, show: bool) -> str:
    """Say what is left of the value at the last step, and what spoilt it.

    Parameters as in `run`.
    """
    found = run(keep, leak, erase, show)
    arrived = found.cell[-1]
    share = keep ** (STEPS - WRITE)
    text = (
        f"After step {WRITE} the cell holds {fixed(found.cell[WRITE], 2)}, after step "
        f"{STEPS} {fixed(arrived, 2)}; {VALUE} should have arrived. Over "
        f"{STEPS - WRITE} steps a forget gate of {keep:g} keeps {_percent(share)}."
    )
    # What arrives may be right by chance: look at the value and the rest apart.
    rest = arrived - share * VALUE
    if abs(rest) > CLOSE * VALUE:
        text += (
            f" But {fixed(rest, 2)} of what the cell holds is something else, left "
            "from before or let in since."
        )
    if max((1 - share) * VALUE, abs(rest)) <= CLOSE * VALUE:
        text += " The value has been carried."
    if 0 < keep < 1:
        needed = math.log(keep / (1 - keep))
        text += f" Such a gate takes a weighted sum of {fixed(needed, 1)}."
    elif keep == 1:
        text += " No weighted sum makes a gate exactly 1; one of 7 makes it 0.999."
    return text


def _percent(share: float) -> str:
    if share in (0, 1):
        return f"{share:.0%}"
    return f"{significant(100 * share, 2)}%" if share > 1e-4 else "less than 0.01%"
