"""E1.1: a perceptron as a line between two half-planes."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    INPUTS,
    Array,
    Point,
    State,
    area_trace,
    bits_text,
    cross_trace,
    cut_frame,
    dot_trace,
    farthest_corner,
    fixed,
    line_trace,
    plain_layout,
    plane_axes,
    split_inputs,
    word_trace,
    xy,
)
from ldl_lib.figures.theme import color
from ldl_lib.nn import GATES


def decision_line_figure() -> go.Figure:
    """Draw the input plane, for the perceptron's line and the inputs of a gate."""
    arrow = go.Scatter(
        x=[],
        y=[],
        mode="lines+markers",
        line={"color": color("green"), "width": 4},
        marker={
            "symbol": ["circle", "arrow"],
            "size": [0, 18],
            "angleref": "previous",
            "color": color("green"),
            "opacity": 1,
        },
        hoverinfo="skip",
    )
    labels = [(x1, 1.45 * x2) for x1, x2 in INPUTS]
    figure = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace("ink", 4),
            line_trace("green", 2),
            arrow,
            dot_trace(True),
            dot_trace(False),
            cross_trace(),
            word_trace(labels, [""] * 4, 15, halo=True),
            word_trace([], "<b>+1</b>", 18, ink="blue"),
            word_trace([], "<b>−1</b>", 18, ink="vermillion"),
        ]
    )
    figure.update_layout(**plain_layout(400), **plane_axes("input x₁", "input x₂"))
    return figure


def _arrow(line: Array, w1: float, w2: float) -> tuple[list[Point], list[Point]]:
    """Return an arrow along (w1, w2) from the line, and its right-angle mark."""
    if not len(line):
        return [], []
    length = math.hypot(w1, w2)
    nx, ny = w1 / length, w2 / length
    fx, fy = map(float, line.mean(axis=0))
    tip = (fx + 0.65 * nx, fy + 0.65 * ny)
    side, deep = (fx - 0.15 * ny, fy + 0.15 * nx), (0.15 * nx, 0.15 * ny)
    corner = (side[0] + deep[0], side[1] + deep[1])
    return [(fx, fy), tip], [side, corner, (fx + deep[0], fy + deep[1])]


def _weighted_sums(w0: float, w1: float, w2: float) -> list[float]:
    """Return the four weighted sums, from whole tenths so that 0 is exactly 0."""
    t0, t1, t2 = (round(10 * w) for w in (w0, w1, w2))
    return [(t0 + t1 * x1 + t2 * x2) / 10 for x1, x2 in INPUTS]


def decision_line_state(
    w0: float, w1: float, w2: float, gate: str, arrow: bool
) -> State:
    """Return regions, line and verdicts of the perceptron with these weights.

    Parameters
    ----------
    w0, w1, w2 : float
        Bias weight and the weights of the two inputs, multiples of 0.1.
    gate : str
        The wanted truth table, a key of `GATES`.
    arrow : bool
        Whether to draw the direction of (w1, w2).
    """
    positive, negative, line = cut_frame((w0, w1, w2))
    sums = _weighted_sums(w0, w1, w2)
    target = GATES[gate]
    circles, squares = split_inputs(target)
    good = [(z >= 0) == (out > 0) for z, out in zip(sums, target, strict=True)]
    tip, angle = _arrow(line, w1, w2) if arrow else ([], [])
    return (
        xy("data[0]", positive)
        | xy("data[1]", negative)
        | xy("data[2]", line)
        | xy("data[3]", angle)
        | xy("data[4]", tip)
        | xy("data[5]", circles)
        | xy("data[6]", squares)
        | xy("data[7]", [p for p, ok in zip(INPUTS, good, strict=True) if not ok])
        | {
            "data[8].text": [
                f"z = {fixed(z)}<br>{'+1' if z >= 0 else '−1'} {'✓' if ok else '✗'}"
                for z, ok in zip(sums, good, strict=True)
            ]
        }
        | xy("data[9]", farthest_corner((w0, w1, w2), 1))
        | xy("data[10]", farthest_corner((w0, w1, w2), -1))
    )


def decision_line_words(w0: float, w1: float, w2: float, gate: str, arrow: bool) -> str:
    """Say how many of the four outputs are right, and which are not."""
    sums, target = _weighted_sums(w0, w1, w2), GATES[gate]
    wrong = [
        f"{bits_text(p)} gives {'+1' if z >= 0 else '−1'}"
        for p, z, out in zip(INPUTS, sums, target, strict=True)
        if (z >= 0) != (out > 0)
    ]
    if wrong:
        text = f"{4 - len(wrong)} of 4 outputs are right for {gate}. "
        text += f"Wrong: {', '.join(wrong)}."
    else:
        text = f"All 4 outputs are right: this perceptron is {gate}."
    if w1 == 0 and w2 == 0:
        text += " There is no line: only the bias is left."
    elif not len(cut_frame((w0, w1, w2))[2]):
        text += " The line lies outside the picture."
    elif arrow:
        text += " The weight vector stands at a right angle to the line."
    return text
