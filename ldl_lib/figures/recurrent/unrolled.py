"""E9.1: one unit unrolled over five steps, forward and back through time."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

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

INPUTS = (1.0, 0.5, -0.5, 0.5, 1.0)
STEPS = len(INPUTS)
INPUT_WEIGHT, TARGET = 0.6, 0.0
MOMENTS = 2 * STEPS + 1  # before, five steps forward, five back
PLACES = np.arange(STEPS + 1)


class Unrolled(NamedTuple):
    """What a pass forward and backward leaves.

    Attributes
    ----------
    h : ndarray, shape (6,)
        Hidden state before the first step and after each.
    delta : ndarray, shape (5,)
        Error term of each step: ∂L/∂z of its sum z, where L = ½ (h₅ − 0)².
    by_u, by_w : ndarray, shape (5,)
        What each step adds to ∂L/∂u and to ∂L/∂w.
    total : dict of str to float
        ∂L/∂u and ∂L/∂w, as the layer found them.
    """

    h: Floats
    delta: Floats
    by_u: Floats
    by_w: Floats
    total: dict[str, float]


@cache
def passes(u: float) -> Unrolled:
    """Send the sequence forward, and the gradient back through time.

    Parameters
    ----------
    u : float
        Recurrent weight.
    """
    layer = nn.SimpleRNN(1)
    network = nn.Network(1, [layer], seed=0)
    layer.parameters["W"][...], layer.parameters["U"][...] = INPUT_WEIGHT, u
    output = network.forward(np.reshape(INPUTS, (1, STEPS, 1)))
    network.backward(output - TARGET)
    h = np.array([state[0][0, 0] for state in layer.states])
    by_h = np.array([each[0][0, 0] for each in layer.state_gradients[1:]])
    delta = by_h * (1 - h[1:] ** 2)  # tanh has the slope 1 − h²
    total = {"u": layer.gradients["U"][0, 0], "w": layer.gradients["W"][0, 0]}
    return Unrolled(h, delta, delta * h[:-1], delta * np.array(INPUTS), total)


def figure() -> go.Figure:
    """Draw the unrolled unit above what each step adds to a weight's gradient."""
    arrows = {"mode": "lines", "hoverinfo": "skip", "line": {"width": 2}}
    words_ = {"mode": "text", "hoverinfo": "skip"}
    far = PLACES[1:]
    drawn = go.Figure(
        [
            go.Scatter(
                x=PLACES,
                y=np.full(STEPS + 1, 2.0),
                mode="lines",
                line={"color": color("axis"), "width": 1},
                hoverinfo="skip",
            ),
            go.Scatter(x=[], y=[], **arrows),
            go.Scatter(
                x=[*PLACES, *far],
                y=[2.0] * len(PLACES) + [1.0] * STEPS,
                text=[],
                mode="markers+text",
                marker={
                    "size": 36,
                    "symbol": ["circle"] * len(PLACES) + ["square"] * STEPS,
                    "color": color("paper"),
                    "line": {"color": color("axis"), "width": 2},
                },
                textfont={"size": 12},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[*(far - 0.5), *(far - 0.22)],
                y=[2.16] * STEPS + [1.52] * STEPS,
                text=["u"] * STEPS + ["w"] * STEPS,
                textfont={"color": color("muted")},
                **words_,
            ),
            go.Scatter(
                x=[],
                y=[],
                text=[],
                textfont={"color": color("vermillion"), "size": 13},
                **words_,
            ),
            go.Bar(
                x=[],
                y=[],
                yaxis="y2",
                width=0.6,
                marker={"color": color("vermillion")},
                hovertemplate="step %{x} adds %{y:.3f}<extra></extra>",
            ),
        ]
    )
    note = {"showarrow": False, "text": "", "xref": "x", "yref": "y"}
    drawn.update_layout(
        plain_layout(470, margin={"l": 56, "r": 12, "t": 12, "b": 48}),
        annotations=[note | {"x": 2.5, "y": 3.0}],
        xaxis=still(
            "step t", range=[-0.45, STEPS + 0.45], dtick=1, anchor="y2", showgrid=False
        ),
        yaxis=still(
            "",
            range=[0.6, 3.2],
            domain=[0.44, 1],
            tickvals=[1, 2],
            ticktext=["x", "h"],
            showgrid=False,
            showline=False,
            ticks="",
        ),
        yaxis2=still(
            "added to the gradient",
            range=[-0.12, 0.42],
            tickvals=[0, 0.2, 0.4],
            domain=[0, 0.4],
            zeroline=True,
            zerolinecolor=color("axis"),
        ),
    )
    return drawn


def state(moment: int, weight: str, u: float) -> State:
    """Return the values reached by this moment, forward and then back.

    Parameters
    ----------
    moment : int
        0 before the first step; 1 to 5 forward; 6 to 10 back, the last step first.
    weight : {"u", "w"}
        Whose gradient is collected.
    u : float
        Recurrent weight.
    """
    found = passes(u)
    forward, back = min(moment, STEPS), max(moment - STEPS, 0)
    reached = np.arange(STEPS - back, STEPS)  # steps whose error term is known
    adds = found.by_u if weight == "u" else found.by_w
    edges_x, edges_y = _edges(reached if back else np.arange(forward))
    return {
        "data[1].x": edges_x,
        "data[1].y": edges_y,
        "data[1].line.color": color("vermillion") if back else color("blue"),
        "data[1].line.dash": "dot" if back else "solid",
        "data[2].text": _node_words(found.h, forward),
        "data[4].x": PLACES[1:][reached],
        "data[4].y": np.full(back, 2.5),
        "data[4].text": [f"δ {fixed(value, 2)}" for value in found.delta[reached]],
        "data[5].x": PLACES[1:][reached],
        "data[5].y": adds[reached],
        "layout.annotations[0].text": _heading(moment, weight, u),
    }


def words(moment: int, weight: str, u: float) -> str:
    """Say what has been computed, and what the steps add up to.

    Parameters as in `state`.
    """
    found = passes(u)
    back = moment - STEPS
    if back <= 0:
        text = f"{counted(moment, 'step')} forward, each with the same u and w. "
        text += f"h is {fixed(found.h[moment], 2)}."
        if not back:
            text += (
                f" It should be {TARGET:.0f}, so the loss ½h² is "
                f"{found.h[-1] ** 2 / 2:.2f}. Next comes the way back."
            )
        return text
    adds = found.by_u if weight == "u" else found.by_w
    step = STEPS - back + 1
    text = (
        f"Step {step} has the error term {fixed(found.delta[step - 1], 3)} and adds "
        f"{fixed(adds[step - 1], 3)} to the gradient of {weight}. "
    )
    so_far = fixed(adds[step - 1 :].sum(), 3)
    if step > 1:
        return text + f"{counted(back, 'step')} so far: {so_far}."
    shrinks = found.delta[0] / found.delta[-1]
    return text + (
        f"All five make {so_far}: the whole gradient of one weight. On its way from "
        f"step 5 to step 1 the error term was multiplied by {fixed(shrinks, 3)}."
    )


def _edges(steps: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the lines into the units of these steps, with gaps between them."""
    x = [[t, t + 1, np.nan, t + 1, t + 1, np.nan] for t in steps]
    y = [[2, 2, np.nan, 1, 2, np.nan]] * len(x)
    return np.array(x, float).ravel(), np.array(y, float).ravel()


def _node_words(h: Floats, forward: int) -> list[str]:
    after = [fixed(value, 2) for value in h[: forward + 1]]
    waiting = ["\u00a0"] * (STEPS - forward)  # Plotly would drop empty texts
    return [*after, *waiting, *(fixed(value) for value in INPUTS)]


def _heading(moment: int, weight: str, u: float) -> str:
    found = passes(u)
    if not moment:
        return "h₀ = 0"
    if moment <= STEPS:
        x, h = INPUTS[moment - 1], found.h
        return (
            f"h = tanh({INPUT_WEIGHT} · {bracketed(x)} + {u:g} · "
            f"{bracketed(h[moment - 1])}) = {fixed(h[moment], 2)}"
        )
    step = STEPS - (moment - STEPS)  # counted from 0
    adds = found.by_u if weight == "u" else found.by_w
    times, value = ("h", found.h[step]) if weight == "u" else ("x", INPUTS[step])
    return (
        f"step {step + 1} adds δ · {times} = {fixed(found.delta[step], 2)} · "
        f"{bracketed(value)} = {fixed(adds[step], 2)}"
    )
