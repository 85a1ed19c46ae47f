"""E1.5: from a dot product to a product of matrices."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    HIDDEN_AXIS,
    Point,
    State,
    area_trace,
    bits_text,
    cell_box,
    counted,
    fixed,
    line_trace,
    plain_layout,
    short,
    word_trace,
    xy,
)

_W = np.array([[0.9, -0.6, -0.5], [0.9, 0.6, 0.5]])  # rows: NAND, OR
_X = np.array(
    [[1, 1, 1, 1], [-1, -1, 1, 1], [-1, 1, -1, 1]]
)  # X transposed: a column per example
# For a cell without a number: Plotly removes an empty text and then loses others.
_BLANK = "\u00a0"
_LEFT, _TOP = 4.3, 3.4  # where X and Z start to the right, W and Z start below


def batch_figure() -> go.Figure:
    """Draw W at the left, X transposed above, and their product where they cross."""
    stage = {
        "text": "",
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "xanchor": "center",
        "showarrow": False,
    }
    figure = go.Figure(
        [
            area_trace("orange_tint"),
            area_trace("blue_tint"),
            line_trace("axis", 1),
            line_trace("ink", 3),
            word_trace([(c, _TOP + r) for r in (0, 1) for c in range(3)], _BLANK, 14),
            word_trace(
                [(_LEFT + c, r) for r in range(3) for c in range(4)], _BLANK, 14
            ),
            word_trace(
                [(_LEFT + c, _TOP + r) for r in (0, 1) for c in range(4)], _BLANK, 14
            ),
            word_trace([(3.15, _TOP), (3.15, _TOP + 1)], _BLANK, 12, ink="muted"),
            word_trace(
                [(_LEFT - 0.7, r) for r in range(3)], ["1", "x₁", "x₂"], 12, ink="muted"
            ),
            word_trace([(1, _TOP - 1)], ["<b>W</b>: a row<br>per neuron"], 13),
            word_trace([(1.4, 0.7)], ["<b>Xᵀ</b>: a column<br>per example"], 13),
        ]
    )
    figure.update_layout(
        **plain_layout(
            400,
            margin={"l": 4, "r": 4, "t": 40, "b": 64},
            annotations=[
                stage | {"y": 1.02, "yanchor": "bottom", "font": {"size": 16}},
                stage | {"y": -0.03, "yanchor": "top", "font": {"size": 14}},
            ],
        ),
        xaxis=HIDDEN_AXIS | {"range": [-0.6, _LEFT + 3.6]},
        yaxis=HIDDEN_AXIS | {"range": [_TOP + 1.6, -0.6]},
    )
    return figure


def _batch_place(step: int) -> tuple[int, int, int]:
    """Return row, column and number of terms added at a step (row −1: nothing yet)."""
    if step == 0:
        return -1, 0, 0
    if step <= 3:
        return 0, 0, step
    done = step - 3  # cells before this one, down the columns
    return done % 2, done // 2, 3


def _product_terms(row: int, column: int, terms: int) -> str:
    def factor(value: float) -> str:
        return f"({short(value)})" if value < 0 else short(value)

    text = " + ".join(
        f"{factor(_W[row, k])}·{factor(_X[k, column])}" for k in range(terms)
    )
    total = float(_W[row, :terms] @ _X[:terms, column])
    return f"{text} = {fixed(total)}"


def batch_state(step: int) -> State:
    """Return the cells computed so far, and the row and column of the latest one.

    Parameters
    ----------
    step : int
        0: nothing yet; 1–3: the terms of one dot product; 4: the second neuron;
        5–10: the other three examples.
    """
    row, column, terms = _batch_place(step)
    rows, columns = (1 if step <= 3 else 2), (1 if step <= 4 else 4)
    finished = max(0, step - 3)
    sums = _W @ _X
    product = [_BLANK] * 8
    for cell in range(finished + (step >= 3)):
        product[cell % 2 * 4 + cell // 2] = fixed(float(sums[cell % 2, cell // 2]))
    if 1 <= step < 3:
        product[0] = fixed(float(_W[0, :terms] @ _X[:terms, 0]))
    boxes = [cell_box(c, _TOP + r) for r in range(rows) for c in range(3)] + [
        cell_box(_LEFT + c, r)
        for r in [*range(3), *(_TOP + k for k in range(rows))]
        for c in range(columns)
    ]
    grid = [p for box in boxes for p in [*box, (math.nan, math.nan)]]
    strip: list[Point] = []
    upright: list[Point] = []
    frame: list[Point] = []
    if row >= 0:
        strip = cell_box(0, _TOP + row, terms)
        upright = cell_box(_LEFT + column, 0, 1, terms)
        frame = cell_box(_LEFT + column, _TOP + row)
    stage = (
        "one neuron: a dot product"
        if step <= 3
        else "one layer: matrix · vector"
        if step == 4
        else "one batch: matrix · matrix"
    )
    return (
        xy("data[0]", strip)
        | xy("data[1]", upright)
        | xy("data[2]", grid)
        | xy("data[3]", frame)
        | {
            "data[4].text": [
                fixed(_W[r, c]) if r < rows else _BLANK
                for r in (0, 1)
                for c in range(3)
            ],
            "data[5].text": [
                short(_X[r, c]) if c < columns else _BLANK
                for r in range(3)
                for c in range(4)
            ],
            "data[6].text": product,
            "data[7].text": ["NAND", "OR" if rows == 2 else _BLANK],
            "layout.annotations[0].text": f"<b>{stage}</b>",
            "layout.annotations[1].text": (
                _product_terms(row, column, terms)
                if row >= 0
                else "multiply in pairs, then add"
            ),
        }
    )


def batch_words(step: int) -> str:
    """Say which cell was computed, and from what."""
    row, column, terms = _batch_place(step)
    if row < 0:
        return "One row of weights waits for one column of inputs."
    total = fixed(float(_W[row, :terms] @ _X[:terms, column]))
    if terms < 3:
        return f"{counted(terms, 'product')} of 3 added: the sum stands at {total}."
    name, point = ("NAND", "OR")[row], bits_text([float(v) for v in _X[1:, column]])
    done = f"{step - 2} of 8 sums are done." if step < 10 else "All 8 sums are done."
    return f"{name}'s row meets the column of input {point}: z = {total}. {done}"
