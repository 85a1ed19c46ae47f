"""E6.4: dropout thins a network anew in each step; what scaling keeps.

A unit's eight inputs are the outputs of a hidden layer. Dropout switches some of them
off; those that stay are divided by the share that stays, or not.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, fixed
from ldl_lib.figures.linear._shared import axis, line, percent
from ldl_lib.figures.regression._shared import Floats, dots, ticks, with_legend
from ldl_lib.figures.theme import color

RATES = (0, 0.25, 0.5, 0.75)
DRAWS = 40
INPUTS, HIDDEN = 3, 8
# Outputs of the hidden units, their weights into the output unit, and its bias.
OUTPUTS = np.array([0.6, 0.2, 1.8, 1.8, 0.4, 1.3, 0.9, 1.7])
WEIGHTS = np.array([0.6, -0.4, 0.9, 0.5, 0.8, -0.3, 0.7, 0.4])
BIAS = 0.3
HEIGHTS = (np.linspace(0.2, 0.8, INPUTS), np.linspace(0, 1, HIDDEN), np.array([0.5]))
RANGE = (-2.0, 14.0)


@cache
def masks(rate: float) -> NDArray[np.bool_]:
    """Return which hidden units stay in each draw, shape (40, 8)."""
    draws = np.random.default_rng(3).random((DRAWS, HIDDEN))
    stays: NDArray[np.bool_] = draws >= rate
    return stays


def whole_output() -> float:
    """Return the output unit's sum when all hidden units work."""
    return float(OUTPUTS @ WEIGHTS) + BIAS


def thinned_outputs(rate: float, scaled: bool) -> Floats:
    """Return the output unit's sum for each draw, shape (40,).

    Parameters
    ----------
    rate : float
        Share of hidden units that is switched off, on average.
    scaled : bool
        Whether those that stay are divided by 1 − rate.
    """
    scale = 1 / (1 - rate) if scaled else 1.0
    sums: Floats = (masks(rate) * OUTPUTS * scale) @ WEIGHTS + BIAS
    return sums


def expected_output(rate: float, scaled: bool) -> float:
    """Return the mean of the output unit's sum over all masks there can be."""
    return (whole_output() - BIAS) * (1.0 if scaled else 1 - rate) + BIAS


def state(rate: float, scaled: bool, draw: int) -> State:
    """Return the thinned network of a draw, and all outputs up to it.

    Parameters
    ----------
    rate, scaled
        As in `thinned_outputs`.
    draw : int
        How many masks have been drawn, 0 to 40; with 0 all units work.
    """
    stays = masks(rate)[draw - 1] if draw else np.ones(HIDDEN, dtype=bool)
    sums = thinned_outputs(rate, scaled)[:draw]
    counts = np.arange(1, draw + 1)
    alive, off = (_connections(which) for which in (stays, ~stays))
    at = HEIGHTS[1]
    return {
        "data[0].x": off[0],
        "data[0].y": off[1],
        "data[1].x": alive[0],
        "data[1].y": alive[1],
        "data[3].x": np.full(int(stays.sum()), 1),
        "data[3].y": at[stays],
        "data[4].x": np.full(int((~stays).sum()), 1),
        "data[4].y": at[~stays],
        "data[5].x": counts,
        "data[5].y": sums,
        "data[6].x": counts,
        "data[6].y": np.cumsum(sums) / counts,
        "data[7].y": [whole_output()] * 2,
    }


def _connections(units: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the lines into and out of some hidden units, with gaps between them."""
    ends = [(0, below, 1, at) for at in HEIGHTS[1][units] for below in HEIGHTS[0]] + [
        (1, at, 2, HEIGHTS[2][0]) for at in HEIGHTS[1][units]
    ]
    x = [value for x0, _, x1, _ in ends for value in (x0, x1, np.nan)]
    y = [value for _, y0, _, y1 in ends for value in (y0, y1, np.nan)]
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)


def words(rate: float, scaled: bool, draw: int) -> str:
    """Say which network is left, what it gives, and what the mean heads for."""
    if draw == 0:
        return (
            f"No mask yet: all {HIDDEN} units work, and the output is "
            f"{fixed(whole_output(), 2)}."
        )
    stays = int(masks(rate)[draw - 1].sum())
    sums = thinned_outputs(rate, scaled)[:draw]
    if rate == 0:
        return (
            f"All {HIDDEN} units work in every draw: the output is always "
            f"{fixed(whole_output(), 2)}."
        )
    if scaled:
        heads = f"Over all masks the mean is {fixed(expected_output(rate, True), 2)}"
        heads += ", exactly the whole network's."
    else:
        heads = f"Over all masks the mean is {fixed(expected_output(rate, False), 2)}"
        heads += f", not the whole network's {fixed(whole_output(), 2)}: of the sum "
        heads += f"only {percent(1 - rate)} is left."
    return (
        f"{stays} of {HIDDEN} units stay; the output is {fixed(sums[-1], 2)}. "
        f"{counted(draw, 'draw')}: mean {fixed(sums.mean(), 2)}, s.d. "
        f"{fixed(sums.std(), 2)}. {heads}"
    )


def figure() -> go.Figure:
    """Draw the thinned network above the outputs of all draws so far."""
    ends = np.r_[np.zeros(INPUTS), 2]
    built = go.Figure(
        [
            line("axis", "dot", 1, showlegend=False, opacity=0.6),
            line("blue", width=1.5, showlegend=False),
            dots(
                "ink",
                size=16,
                x=ends,
                y=np.r_[HEIGHTS[0], HEIGHTS[2]],
                showlegend=False,
            ),
            dots("blue", size=18, name="unit stays"),
            dots("axis", "x-thin", 14, name="switched off"),
            dots("sky", size=8, name="one draw"),
            line("vermillion", name="their mean"),
            line("ink", "dash", 2, x=[0, DRAWS + 1], name="whole net"),
        ]
    )
    built.data[4].marker.line = {"width": 3, "color": color("axis")}
    for trace in built.data[5:]:
        trace.update(xaxis="x2", yaxis="y2")
    layers = {"tickvals": [0, 1, 2], "ticktext": ["inputs", "hidden", "output"]}
    built.update_layout(
        with_legend(580, margin={"l": 56, "r": 18, "t": 96, "b": 48}),
        xaxis=axis("", -0.25, 2.25, anchor="y", **layers)
        | {"showgrid": False, "showline": False, "ticks": ""},
        yaxis=axis("", -0.1, 1.1, domain=[0.48, 1], visible=False),
        xaxis2=axis("draw", 0, DRAWS + 1, anchor="y2"),
        yaxis2=axis("output z", *RANGE, **ticks(0, 5, 10), domain=[0, 0.36]),
    )
    return built
