"""EF.1: a layer forward and backward, as matrices, cell by cell.

A product is laid out so that its left factor stands to the left of the result and its
right factor above it: the row and the column that make a cell meet in it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, bracketed, counted, fixed, plain_layout
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

# A layer of two tanh neurons with three inputs.
INPUTS = np.array([[1.0, 0.5, -1.0], [0.0, 1.0, 2.0], [-1.0, 0.5, 0.5]])
WEIGHTS = np.array([[0.5, -1.0, 1.0], [1.0, 0.5, -0.5]])
BIASES = np.array([0.1, -0.2])
# What the next layer sends back: the loss by this layer's outputs.
SENT_BACK = np.array([[0.5, -1.0], [-0.2, 0.4], [1.0, 0.3]])

EXAMPLES = {"1": 1, "3": 3}
STEPS = (
    "1 sums",
    "2 outputs",
    "3 error terms",
    "4 by the weights",
    "5 by the inputs",
)
CELLS = 9  # most that a result has: 3 examples × 3 inputs

SIDE = 43  # px of a cell
HIDDEN = "·"  # a cell not computed yet
RESULT_X, TOP_Y = 4.2, 1.4  # left column of the result; lowest row above it


class Matrix(NamedTuple):
    """A matrix with what its rows and columns count.

    Attributes
    ----------
    name, rows, columns : str
        Its symbol; what a row and a column is.
    values : ndarray, shape (rows, columns)
    """

    name: str
    rows: str
    columns: str
    values: Array

    def shape(self) -> str:
        """Write the shape with what it counts, as "3 examples × 2 units"."""
        height, width = self.values.shape
        return f"{counted(height, self.rows)} × {counted(width, self.columns)}"


class Step(NamedTuple):
    """One line of the layer's code.

    Attributes
    ----------
    formula : str
        As on the notation page.
    left, result : Matrix
    top : Matrix or None
        The right factor, drawn above the result.
    product : bool
        Whether rows meet columns; else cells of the same place meet.
    """

    formula: str
    left: Matrix
    top: Matrix | None
    result: Matrix
    product: bool


@cache
def steps(examples: int) -> tuple[Step, ...]:
    """Return the five steps of a pass forward and backward.

    Parameters
    ----------
    examples : int
        How many of the three examples the batch holds, from 1 to 3.
    """
    X, G = INPUTS[:examples], SENT_BACK[:examples]
    Z = X @ WEIGHTS.T + BIASES
    A = np.tanh(Z)
    D = G * (1 - A**2)
    inputs = Matrix("X", "example", "input", X)
    sums = Matrix("Z", "example", "unit", Z)
    outputs = Matrix("A", "example", "unit", A)
    sent = Matrix("G", "example", "unit", G)
    errors = Matrix("Δ", "example", "unit", D)
    weights = Matrix("W", "unit", "input", WEIGHTS)
    return (
        Step("Z = X Wᵀ + b", inputs, _transposed(weights), sums, True),
        Step("A = tanh(Z)", sums, None, outputs, False),
        Step("Δ = G ⊙ (1 − A²)", sent, outputs, errors, False),
        Step(
            "∂L/∂W = Δᵀ X",
            _transposed(errors),
            inputs,
            Matrix("∂L/∂W", "unit", "input", D.T @ X),
            True,
        ),
        Step(
            "∂L/∂X = Δ W",
            errors,
            weights,
            Matrix("∂L/∂X", "example", "input", D @ WEIGHTS),
            True,
        ),
    )


def _transposed(matrix: Matrix) -> Matrix:
    name, rows, columns, values = matrix
    return Matrix(f"{name}ᵀ", columns, rows, values.T)


def figure() -> go.Figure:
    """Draw three matrices: left factor, right factor above, result in the corner."""
    outlines = (
        ("gray_tint", "axis", 1),
        ("blue_tint", "blue", 3),
        ("orange_tint", "ink", 4),
    )
    figure = go.Figure(
        [
            go.Scatter(
                x=[],
                y=[],
                text=[],
                mode="markers+text",
                textfont={"size": 12, "color": color("ink")},
                marker={
                    "symbol": "square",
                    "size": SIDE,
                    "opacity": 1,
                    "color": color(fill),
                    "line": {"color": color(line), "width": width},
                },
                hoverinfo="skip",
            )
            for fill, line, width in outlines
        ]
    )
    words = {"showarrow": False, "text": "", "x": 0, "y": 0, "align": "center"}
    hidden = {"visible": False, "fixedrange": True}
    figure.update_layout(
        plain_layout(410, margin={"l": 4, "r": 4, "t": 4, "b": 4}),
        annotations=[words] * 3 + [words | {"font": {"size": 16}}],
        xaxis={"range": [-0.6, 7.0], **hidden},
        yaxis={"range": [-4.05, 4.0], **hidden, "scaleanchor": "x"},
    )
    return figure


def state(step: str, examples: str, cell: int) -> State:
    """Return the cells of the three matrices, and which of them meet.

    Parameters
    ----------
    step : str
        One of `STEPS`.
    examples : str
        A key of `EXAMPLES`.
    cell : int
        Which cell of the result is computed, from 0, row by row. Results with fewer
        cells show their last one.
    """
    shown, row, column = _at(step, examples, cell)
    left, top, result = shown.left, shown.top, shown.result
    height, width = result.values.shape
    left_x = RESULT_X - 1.3 - (left.values.shape[1] - 1)
    reached = row * width + column

    groups: tuple[list[tuple[float, float, str]], ...] = ([], [], [])
    for (i, j), value in np.ndenumerate(left.values):
        used = i == row and (shown.product or j == column)
        groups[int(used)].append((left_x + j, -i, fixed(value, 2)))
    if top is not None:
        depth = len(top.values)
        for (i, j), value in np.ndenumerate(top.values):
            used = j == column and (shown.product or i == row)
            place = RESULT_X + j, TOP_Y + depth - 1 - i
            groups[int(used)].append((*place, fixed(value, 2)))
    for (i, j), value in np.ndenumerate(result.values):
        number = i * width + j
        text = fixed(value, 2) if number <= reached else HIDDEN
        groups[2 if number == reached else 0].append((RESULT_X + j, -i, text))

    state: State = {}
    for trace, group in enumerate(groups):
        state[f"data[{trace}].x"] = np.array([x for x, _, _ in group])
        state[f"data[{trace}].y"] = np.array([y for _, y, _ in group])
        state[f"data[{trace}].text"] = [text for _, _, text in group]
    below = -height - 0.25  # both stand on the same line
    middle = RESULT_X + (width - 1) / 2
    places = [
        (_label(left), left_x + (left.values.shape[1] - 1) / 2, below),
        (_label(top), 1.6, TOP_Y + (len(top.values) - 1) / 2 if top else TOP_Y),
        (_label(result), middle, below),
        (f"<b>{shown.formula}</b>", 1.6, 3.75),
    ]
    for label, (text, x, y) in enumerate(places):
        state[f"layout.annotations[{label}].text"] = text
        state[f"layout.annotations[{label}].x"] = float(x)
        state[f"layout.annotations[{label}].y"] = float(y)
    return state


def words(step: str, examples: str, cell: int) -> str:
    """Say how the cell is computed, and which dimension disappears.

    Parameters
    ----------
    step, examples, cell
        As in `state`.
    """
    shown, row, column = _at(step, examples, cell)
    left, top, result = shown.left, shown.top, shown.result
    value = fixed(result.values[row, column], 2)
    name = f"Row {row + 1}, column {column + 1} of {result.name}"
    if not shown.product:
        given = fixed(left.values[row, column], 2)
        if top is None:
            how = f"tanh({given})"
        else:
            how = f"{given} · (1 − {bracketed(top.values[row, column])}²)"
        return (
            f"{name} is {how} ≈ {value}. Number by number: all shapes are "
            f"{result.shape()}, and nothing is summed."
        )
    assert top is not None
    factors = zip(left.values[row], top.values[:, column], strict=True)
    terms = " + ".join(f"{bracketed(a)} · {bracketed(b)}" for a, b in factors)
    if step == STEPS[0]:
        terms += f" + {bracketed(BIASES[column])} for the bias"
    inner = counted(len(top.values), left.columns)
    text = (
        f"{name} is {terms} ≈ {value}. Shapes: ({left.shape()}) times "
        f"({top.shape()}) gives {result.shape()}; the sum runs over {inner}"
    )
    if left.columns == "example":
        return text + (
            ": here the examples add up, without a loop."
            if len(top.values) > 1
            else ", so there is nothing to add: an outer product."
        )
    return f"{text}."


def _at(step: str, examples: str, cell: int) -> tuple[Step, int, int]:
    """Return a step, and row and column of a cell of its result."""
    shown = steps(EXAMPLES[examples])[STEPS.index(step)]
    last = shown.result.values.size - 1
    row, column = divmod(min(cell, last), shown.result.values.shape[1])
    return shown, row, column


def _label(matrix: Matrix | None) -> str:
    if matrix is None:
        return "\u00a0"  # an empty string would be dropped
    height, width = matrix.values.shape
    return (
        f"<b>{matrix.name}</b><br>{counted(height, matrix.rows)} ×<br>"
        f"{counted(width, matrix.columns)}"
    )
