"""E1.6: the 16 truth tables of two inputs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    HIDDEN_AXIS,
    INPUTS,
    Point,
    State,
    area_trace,
    cell_box,
    cut_frame,
    dot_trace,
    line_trace,
    place,
    plain_layout,
    plane_axes,
    split_inputs,
    vector_text,
    xy,
)
from ldl_lib.figures.perceptron.separability import separating_weights

_NAMES: dict[tuple[int, ...], str] = {
    (-1, -1, -1, 1): "AND",
    (-1, 1, 1, 1): "OR",
    (1, 1, 1, -1): "NAND",
    (1, -1, -1, -1): "NOR",
    (-1, 1, 1, -1): "XOR",
    (1, -1, -1, 1): "XNOR (XOR negated)",
    (-1, -1, 1, 1): "a copy of x₁",
    (-1, 1, -1, 1): "a copy of x₂",
    (1, 1, -1, -1): "NOT x₁",
    (1, -1, 1, -1): "NOT x₂",
    (1, 1, 1, 1): "always +1",
    (-1, -1, -1, -1): "always −1",
    (-1, -1, 1, -1): "x₁ AND NOT x₂",
    (-1, 1, -1, -1): "x₂ AND NOT x₁",
    (1, 1, -1, 1): "x₂ OR NOT x₁",
    (1, -1, 1, 1): "x₁ OR NOT x₂",
}


def _tile(target: Sequence[int]) -> tuple[int, int]:
    """Return column and row of a two-input table among the 16 small ones (8 by 2)."""
    number = sum((bit > 0) << k for k, bit in enumerate(target))
    return number % 8, number // 8


def _box_around(column: int, row: int) -> list[Point]:
    return [(x, -y) for x, y in cell_box(column, row, 0.84, 0.9)]


def truth_table_figure() -> go.Figure:
    """Draw four corners for the wanted outputs and, below, all 16 tables in small."""
    small: dict[bool, list[Point]] = {True: [], False: []}
    struck: list[Point] = []
    boxes: list[Point] = []
    possible = 0
    for target in itertools.product((-1, 1), repeat=4):
        column, row = _tile(target)
        for (x1, x2), bit in zip(INPUTS, target, strict=True):
            small[bit > 0].append((column + 0.17 * x1, 0.2 * x2 - row))
        gap = (math.nan, math.nan)
        boxes += [*_box_around(column, row), gap]
        if separating_weights(target) is None:
            low, _, high, _, _ = _box_around(column, row)
            struck += [low, high, gap, (low[0], high[1]), (high[0], low[1]), gap]
        else:
            possible += 1
    second = {"xaxis": "x2", "yaxis": "y2"}
    figure = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace("ink", 4),
            line_trace("blue", 3, "dash"),
            line_trace("vermillion", 3, "dash"),
            dot_trace(True, 26),
            dot_trace(False, 26),
            area_trace("orange_tint"),
            line_trace("axis", 1),
            line_trace("ink", 2),
            dot_trace(True, 8, **second),
            dot_trace(False, 8, **second),
            line_trace("ink", 3),
        ]
    )
    for trace, points in ((7, []), (8, boxes), (9, struck), (12, [])):
        place(figure.data[trace], points, **second)
    for trace, positive in ((10, True), (11, False)):
        place(figure.data[trace], small[positive], marker={"line": {"width": 0}})
    axes = plane_axes("input x₁", "input x₂")
    axes["yaxis"]["domain"] = [0.34, 1]
    figure.update_layout(
        **plain_layout(540, margin={"l": 48, "r": 12, "t": 12, "b": 28}),
        **axes,
        xaxis2=HIDDEN_AXIS | {"anchor": "y2", "range": [-0.5, 7.5]},
        yaxis2=HIDDEN_AXIS
        | {"anchor": "x2", "range": [-1.55, 0.55], "domain": [0, 0.21]},
        annotations=[
            {
                "text": f"one neuron can do {possible} of the 16 tables",
                "xref": "paper",
                "yref": "paper",
                "x": 0.5,
                "y": -0.01,
                "yanchor": "top",
                "showarrow": False,
                "font": {"size": 13},
            }
        ],
    )
    return figure


def truth_table_state(y1: bool, y2: bool, y3: bool, y4: bool) -> State:
    """Return points and a line for the chosen truth table of two inputs.

    Parameters
    ----------
    y1, y2, y3, y4 : bool
        Whether the output is +1 for each of `INPUTS`.
    """
    target = tuple(1 if bit else -1 for bit in (y1, y2, y3, y4))
    weights = separating_weights(target)
    parts: Sequence[Iterable[Sequence[float]]] = ([], [], [])
    if weights:
        parts = cut_frame(weights)
    circles, squares = split_inputs(target)
    box = _box_around(*_tile(target))
    return (
        xy("data[0]", parts[0])
        | xy("data[1]", parts[1])
        | xy("data[2]", parts[2])
        | xy("data[3]", [] if weights else circles)
        | xy("data[4]", [] if weights else squares)
        | xy("data[5]", circles)
        | xy("data[6]", squares)
        | xy("data[7]", box)
        | xy("data[12]", box)
    )


def truth_table_words(y1: bool, y2: bool, y3: bool, y4: bool) -> str:
    """Say whether a line exists, and why not if none does."""
    target = tuple(1 if bit else -1 for bit in (y1, y2, y3, y4))
    weights = separating_weights(target)
    name = _NAMES[target]
    if weights is None:
        return (
            f"{name}: no line. The two +1 corners and the two −1 corners have the same "
            "midpoint, so no line has them on different sides."
        )
    if len(set(target)) == 1:
        return f"{name}: the bias alone does it, without any line."
    return f"{name}: one neuron does it, for example with w = {vector_text(weights)}."
