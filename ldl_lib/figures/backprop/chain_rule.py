"""E3.2: a nudge goes through three functions, and slopes multiply.

The page computes it itself: ``ldl_lib/explore/front/compute/chain_rule.js`` is the twin
of `state` and `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.theme import color


class Link(NamedTuple):
    """A function of one number, and its slope."""

    value: Callable[[float], float]
    slope: Callable[[float], float]


def _logistic(u: float) -> float:
    return float(1 / (1 + np.exp(-u)))


LINKS = {
    "double": Link(lambda u: 2 * u, lambda u: 2.0),
    "square": Link(lambda u: u * u, lambda u: 2 * u),
    "tanh": Link(lambda u: float(np.tanh(u)), lambda u: float(1 - np.tanh(u) ** 2)),
    "logistic": Link(_logistic, lambda u: _logistic(u) * (1 - _logistic(u))),
}
# What a reader chooses -> a key of `LINKS`.
FUNCTIONS = {"2u": "double", "u²": "square", "tanh u": "tanh", "logistic": "logistic"}
NUDGES = (0.4, 0.05)
LETTERS = ("h", "g", "f")
AXES = ("x", "h(x)", "g(h(x))", "f(g(h(x)))")
DIGITS = 4
REACH = 4.4  # numbers farther out stand at the edge
CONSTANTS = {"reach": REACH}  # what the twin is given


class Chain(NamedTuple):
    """Four numbers, and the three slopes between them."""

    values: tuple[float, ...]
    slopes: tuple[float, ...]


@cache
def chain(x: float, h: str, g: str, f: str) -> Chain:
    """Send x through h, g and f, and note the slope of each where it is used.

    Parameters
    ----------
    x : float
        Input.
    h, g, f : str
        Keys of `LINKS`, in the order in which they are applied.
    """
    values, slopes = [x], []
    for name in (h, g, f):
        slopes.append(LINKS[name].slope(values[-1]))
        values.append(LINKS[name].value(values[-1]))
    return Chain(tuple(values), tuple(slopes))


def figure() -> go.Figure:
    """Draw four number lines, and the path of a number and of its nudged twin."""
    levels = [3, 2, 1, 0]
    still = {"hoverinfo": "skip", "showlegend": False}
    drawn = go.Figure()
    for level in levels:
        drawn.add_scatter(
            x=[-REACH, REACH],
            y=[level, level],
            mode="lines",
            line={"color": color("axis"), "width": 1.5},
            **still,
        )
    drawn.add_scatter(
        x=[],
        y=levels,
        mode="lines+markers",
        line={"color": color("vermillion"), "width": 2, "dash": "dash"},
        marker={"symbol": "square", "size": 9, "color": color("vermillion")},
        **still,
    )
    drawn.add_scatter(
        x=[],
        y=levels,
        mode="lines+markers",
        line={"color": color("blue"), "width": 3},
        marker={"symbol": "circle", "size": 11, "color": color("blue")},
        **still,
    )
    drawn.add_scatter(  # the nudge, as it is on each line
        x=[],
        y=np.repeat(levels, 3),
        mode="lines",
        line={"color": color("orange"), "width": 9},
        opacity=0.7,
        **still,
    )
    # Beside the lines, where no path can cross them.
    note = {"showarrow": False, "x": 0, "xanchor": "right", "xshift": -10, "text": ""}
    note |= {"xref": "paper", "yref": "y", "font": {"size": 14}, "align": "right"}
    values = [note | {"y": level} for level in levels]
    slopes = [note | {"y": level - 0.5} for level in levels[:3]]
    drawn.update_layout(
        plain_layout(
            440,
            margin={"l": 104, "r": 12, "t": 4, "b": 40},
            annotations=[*values, *slopes],
        ),
        xaxis={
            "range": [-REACH, REACH],
            "tickvals": [-4, -2, 0, 2, 4],
            "ticktext": ["−4", "−2", "0", "2", "4"],
            "title": {"text": "value (farther: at the edge)"},
            "fixedrange": True,
            "zeroline": False,
        },
        yaxis={"range": [-0.25, 3.3], "visible": False, "fixedrange": True},
    )
    return drawn


def state(x: float, h: str, g: str, f: str, nudge: float) -> State:
    """Return both paths, the nudge on each line, numbers and slopes.

    Parameters
    ----------
    x : float
        Input, from −1 to 1.
    h, g, f : str
        Keys of `LINKS`.
    nudge : float
        How far the second path starts from the first.
    """
    here, there = chain(x, h, g, f), chain(x + nudge, h, g, f)
    path = np.clip(here.values, -REACH, REACH)
    other = np.clip(there.values, -REACH, REACH)
    shown: State = {"data[4].x": other, "data[5].x": path}
    gap = np.full(4, np.nan)
    shown["data[6].x"] = np.column_stack([path, other, gap]).ravel()
    for number, (axis, value) in enumerate(zip(AXES, here.values, strict=True)):
        text = f"<b>{axis}</b><br>{fixed(value, DIGITS)}"
        shown[f"layout.annotations[{number}].text"] = text
    for number, (letter, slope) in enumerate(zip(LETTERS, here.slopes, strict=True)):
        text = f"slope of {letter}<br>{fixed(slope, DIGITS)}"
        shown[f"layout.annotations[{4 + number}].text"] = text
    return shown


def words(x: float, h: str, g: str, f: str, nudge: float) -> str:
    """Say the product of the slopes, and how well it tells what a nudge does."""
    here, there = chain(x, h, g, f), chain(x + nudge, h, g, f)
    slope = float(np.prod(here.slopes))
    factors = " · ".join(_factor(each) for each in here.slopes)
    moved = there.values[-1] - here.values[-1]
    return (
        f"Whole slope: {factors} = {fixed(slope, DIGITS)}. A nudge of {nudge} moves "
        f"the result by {fixed(moved, DIGITS)}; slope times "
        f"nudge says {fixed(slope * nudge, DIGITS)}."
    )


def _factor(slope: float) -> str:
    text = fixed(slope, DIGITS)
    return f"({text})" if text.startswith("−") else text
