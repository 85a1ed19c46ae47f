"""Words, traces and axes that the figures of chapter 1 share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State as State
from ldl_lib.figures._shared import counted as counted
from ldl_lib.figures._shared import fixed as fixed
from ldl_lib.figures._shared import plain_layout as plain_layout
from ldl_lib.figures._shared import trimmed
from ldl_lib.figures.geometry import half_planes, line_in_box
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]
Point = tuple[float, float]

INPUTS: tuple[tuple[int, int], ...] = ((-1, -1), (-1, 1), (1, -1), (1, 1))
FRAME = 1.9  # half the width of the drawn plane, in units of the inputs


def short(value: float) -> str:
    """Write a number of at most two decimals without trailing zeros."""
    return trimmed(value, 2)


def signed(value: float) -> str:
    """Write an input or output, which is +1 or −1."""
    return "+1" if value > 0 else "−1"


def vector_text(values: Sequence[float]) -> str:
    """Write weights, such as (0.9, −0.6, −0.5)."""
    return "(" + ", ".join(short(value) for value in values) + ")"


def bits_text(values: Sequence[float]) -> str:
    """Write an input, such as (+1, −1)."""
    return "(" + ", ".join(signed(value) for value in values) + ")"


def sign_of(z: float) -> int:
    """Return the perceptron's sign: zero counts as +1, a rounding error as zero."""
    return 1 if round(z, 9) >= 0 else -1


def cut_frame(
    weights: Sequence[float], frame: float = FRAME
) -> tuple[Array, Array, Array]:
    """Cut a square frame by w0 + w1 x1 + w2 x2 = 0.

    Returns
    -------
    positive, negative, line : ndarray, shape (n, 2)
        Corners of both parts and ends of the line; empty where there is none.
    """
    box = (-frame, frame)
    return *half_planes(weights, box, box), line_in_box(weights, box, box)


def xy(path: str, points: Iterable[Sequence[float]]) -> State:
    """Return the part of a state that puts a trace's points where they are given."""
    points = list(points)
    return {f"{path}.x": [p[0] for p in points], f"{path}.y": [p[1] for p in points]}


def place(
    trace: go.Scatter, points: Iterable[Sequence[float]], **more: Any
) -> go.Scatter:
    """Give a trace its points for good, and return it."""
    points = list(points)
    return trace.update(x=[p[0] for p in points], y=[p[1] for p in points], **more)


def area_trace(name: str) -> go.Scatter:
    """Return a filled area, for its corners to be set."""
    return go.Scatter(
        x=[],
        y=[],
        mode="lines",
        fill="toself",
        fillcolor=color(name),
        line={"width": 0},
        hoverinfo="skip",
    )


def line_trace(name: str = "ink", width: float = 3, dash: str = "solid") -> go.Scatter:
    """Return a line, for its ends to be set."""
    line = {"color": color(name), "width": width, "dash": dash}
    return go.Scatter(x=[], y=[], mode="lines", line=line, hoverinfo="skip")


def dot_trace(positive: bool, size: int = 22, **more: Any) -> go.Scatter:
    """Return points that stand for +1 (circles) or −1 (squares)."""
    marker = {
        "symbol": "circle" if positive else "square",
        "color": color("blue" if positive else "vermillion"),
        "size": size if positive else size - 2,
        "line": {"color": color("paper"), "width": 2},
    }
    style = {"mode": "markers", "marker": marker, "hoverinfo": "skip"} | more
    return go.Scatter(x=[], y=[], **style)


def word_trace(
    points: Sequence[Point], texts: Sequence[str] | str, size: int = 14, **more: Any
) -> go.Scatter:
    """Return words at points, in the colour `ink`; a `halo` lifts them off lines."""
    font = {"size": size, "color": color(more.pop("ink", "ink"))}
    if more.pop("halo", False):
        font["shadow"] = "auto"
    return go.Scatter(
        x=[p[0] for p in points],
        y=[p[1] for p in points],
        text=texts,
        mode="text",
        textfont=font,
        hoverinfo="skip",
        cliponaxis=False,
        **more,
    )


def cross_trace(size: int = 13) -> go.Scatter:
    """Return crosses that strike out wrong points."""
    marker = {
        "symbol": "x-thin",
        "size": size,
        "line": {"color": color("paper"), "width": 3},
    }
    return go.Scatter(x=[], y=[], mode="markers", marker=marker, hoverinfo="skip")


def ring_trace(size: int = 34) -> go.Scatter:
    """Return a ring around what the words speak of."""
    marker = {
        "symbol": "circle-open",
        "color": color("ink"),
        "size": size,
        "line": {"color": color("ink"), "width": 3},
    }
    return go.Scatter(x=[], y=[], mode="markers", marker=marker, hoverinfo="skip")


def plane_axes(x: str = "x₁", y: str = "x₂", anchor: str = "x") -> State:
    """Return axes in equal units, so that a right angle looks like one."""
    shared = {
        "range": [-FRAME, FRAME],
        "tickvals": [-1, 0, 1],
        "ticktext": ["−1", "0", "+1"],
        "fixedrange": True,
        "constrain": "domain",
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": color("grid"),
    }
    return {
        "xaxis": shared | {"title": {"text": x}},
        "yaxis": shared | {"title": {"text": y}, "scaleanchor": anchor},
    }


HIDDEN_AXIS = {"visible": False, "fixedrange": True}


def farthest_corner(weights: Sequence[float], side: int) -> list[Point]:
    """Return where to write the output of one side: its corner far from the line."""
    w0, w1, w2 = weights
    x = 1.7 if side * w1 >= 0 else -1.7
    y = 1.7 if side * w2 >= 0 else -1.7
    return [(x, y)] if (w0 + w1 * x + w2 * y >= 0) == (side > 0) else []


def split_inputs(outputs: Sequence[float]) -> tuple[list[Point], list[Point]]:
    """Return the inputs whose output is +1, and those whose output is −1."""
    pairs = list(zip(INPUTS, outputs, strict=True))
    return [p for p, out in pairs if out > 0], [p for p, out in pairs if out < 0]


def cell_box(
    column: float, row: float, wide: float = 1, high: float = 1
) -> list[Point]:
    """Return the corners of a box, closed; if smaller than a cell, in its middle."""
    x, y = column - min(wide, 1) / 2, row - min(high, 1) / 2
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
