"""E7.6: a convolution is a matrix with few numbers in it, each used many times."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.convolution.explorer import along
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SIDE = 4  # cells of the input, across and down
INPUT = np.array([[3, 1, 0, 2], [1, 4, 2, 0], [0, 2, 5, 1], [2, 0, 1, 3]])
KERNELS = {
    2: np.array([[1, -1], [2, 3]]),
    3: np.array([[1, 2, -1], [3, 1, -2], [-1, 2, 4]]),
}
PADDINGS = {"none (valid)": "valid", "same": "same"}
LETTERS = "abcdefghi"
CELLS = SIDE**2  # most output cells there are

_BLANK = np.nan
# On the shared axes of the small grids: where each begins.
_EDGE = 1  # the input has a ring of this many cells for padding
_KERNEL_X, _OUTPUT_X, _WIDTH = 7.0, 14.0, 19.5
_OUTPUT_CELL = 1.5  # units across: room for two digits


def positions(size: int, stride: int, padding: str) -> Whole:
    """Say which weight stands where in the matrix.

    Parameters
    ----------
    size : {2, 3}
        Rows and columns of the kernel.
    stride : int
    padding : {"valid", "same"}

    Returns
    -------
    ndarray of int64, shape (output cells, 16)
        The weight's number, row by row of the kernel; −1 where the entry is 0.
    """
    side = along(SIDE, size, stride, padding)
    found = np.full((side.out**2, SIDE**2), -1)
    for cell in range(side.out**2):
        top, left = (stride * at - side.before for at in divmod(cell, side.out))
        for weight in range(size**2):
            i, j = divmod(weight, size)
            y, x = top + i, left + j
            if 0 <= y < SIDE and 0 <= x < SIDE:
                found[cell, y * SIDE + x] = weight
    return found


def matrix(size: int, stride: int, padding: str) -> Whole:
    """Return the matrix itself, shape (output cells, 16)."""
    weights = np.append(KERNELS[size].ravel(), 0)  # the last for −1
    found: Whole = weights[positions(size, stride, padding)]
    return found


def _heat(scale: list[str], x: str, y: str) -> go.Heatmap:
    """Return cells whose z picks one of the colours."""
    last = len(scale) - 1
    stops = [[place / last, name] for place, name in enumerate(scale)]
    return go.Heatmap(
        z=[],
        zmin=0,
        zmax=last,
        colorscale=stops,
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        xaxis=x,
        yaxis=y,
    )


def _texts(x: str, y: str, size: int) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        text=[],
        mode="text",
        textfont={"size": size, "color": color("ink")},
        hoverinfo="skip",
        xaxis=x,
        yaxis=y,
    )


def figure() -> go.Figure:
    """Draw input, kernel and output above, the matrix below."""
    rows = [color(name) for name in ("blue_tint", "vermillion_tint", "green_tint")]
    marked = [color(name) for name in ("gray_tint", "orange_tint")]
    built = go.Figure(
        [
            _heat(marked, "x", "y"),
            _heat([color("gray_tint"), *rows], "x", "y"),
            _heat(marked, "x", "y"),
            _texts("x", "y", 12),
            _heat([color("gray_tint"), *rows], "x2", "y2"),
            _texts("x2", "y2", 12),
        ]
    )
    frame = {
        "type": "rect",
        "line": {"color": color("ink"), "width": 2.5},
        **dict.fromkeys(("x0", "x1", "y0", "y1"), 0),
    }
    title = {"showarrow": False, "yref": "paper", "yanchor": "bottom", "y": 1}
    built.update_layout(
        plain_layout(
            600,
            margin={"l": 44, "r": 8, "t": 26, "b": 44},
            xaxis=still("", visible=False, range=[-1.6, _WIDTH], anchor="y"),
            yaxis=still("", visible=False, range=[4.6, -1.6], domain=[0.72, 1]),
            xaxis2=still(
                "pixel of the input, row by row",
                range=[-0.5, CELLS - 0.5],
                tickvals=[0, 4, 8, 12],
                ticktext=["1", "5", "9", "13"],
                anchor="y2",
                showgrid=False,
            ),
            yaxis2=still(
                "output cell",
                range=[CELLS - 0.5, -0.5],
                tickvals=[0, 4, 8, 12],
                ticktext=["1", "5", "9", "13"],
                domain=[0, 0.68],
                showgrid=False,
            ),
            shapes=[
                frame | {"xref": "x", "yref": "y"},
                frame | {"xref": "x", "yref": "y"},
                frame | {"xref": "x2", "yref": "y2", "x0": -0.5, "x1": CELLS - 0.5},
            ],
            annotations=[
                title | {"x": at, "xref": "x", "text": text}
                for at, text in (
                    (1.5, "input"),
                    (_KERNEL_X + 2, "kernel"),
                    (_OUTPUT_X + 2.25, "output"),
                )
            ],
        )
    )
    return built


def _input_cells(size: int, stride: int, padding: str, cell: int) -> Floats:
    """Return the input's ring and cells: NaN, 0, or 1 under the window."""
    side = along(SIDE, size, stride, padding)
    cells = np.full((SIDE + 2 * _EDGE,) * 2, _BLANK)
    low, high = _EDGE - side.before, _EDGE + SIDE + side.after
    cells[low:high, low:high] = 0
    top, left = (_EDGE - side.before + stride * at for at in divmod(cell, side.out))
    cells[top : top + size, left : left + size] = 1
    return cells


def state(size: int, stride: int, padding: str, cell: int) -> State:
    """Return the grids, the matrix and the frames round one output cell.

    Parameters
    ----------
    size : {2, 3}
        Rows and columns of the kernel.
    stride : int
    padding : {"valid", "same"}
    cell : int
        Number of the output cell, from 1; counted on from the first after the last.
    """
    placed = positions(size, stride, padding)
    side = along(SIDE, size, stride, padding).out
    at = (cell - 1) % side**2
    row, column = divmod(at, side)
    inputs = _input_cells(size, stride, padding, at)
    kernel = KERNELS[size]
    outputs = np.zeros((side, side))
    outputs[row, column] = 1
    top, left = (int(each[0]) - _EDGE for each in np.nonzero(inputs == 1))
    rows, columns = np.nonzero(placed >= 0)
    return {
        "data[0].z": inputs,
        "data[0].x": np.arange(-_EDGE, SIDE + _EDGE),
        "data[0].y": np.arange(-_EDGE, SIDE + _EDGE),
        "data[1].z": np.repeat(np.arange(1.0, size + 1)[:, None], size, axis=1),
        "data[1].x": _KERNEL_X + 2.0 * np.arange(size),
        "data[1].y": 2.0 * np.arange(size) - 0.5,
        "data[2].z": outputs,
        "data[2].x": _OUTPUT_X + _OUTPUT_CELL * np.arange(side),
        "data[2].y": np.arange(side),
        **_small_texts(kernel, inputs, output_of(size, stride, padding)),
        "data[4].z": np.where(placed < 0, 0, placed // size + 1).astype(float),
        "data[4].x": np.arange(SIDE**2),
        "data[4].y": np.arange(side**2),
        "data[5].x": columns,
        "data[5].y": rows,
        "data[5].text": [LETTERS[each] for each in placed[rows, columns]],
        "layout.shapes[0].x0": left - 0.5,
        "layout.shapes[0].x1": left + size - 0.5,
        "layout.shapes[0].y0": top - 0.5,
        "layout.shapes[0].y1": top + size - 0.5,
        "layout.shapes[1].x0": _OUTPUT_X + _OUTPUT_CELL * (column - 0.5),
        "layout.shapes[1].x1": _OUTPUT_X + _OUTPUT_CELL * (column + 0.5),
        "layout.shapes[1].y0": row - 0.5,
        "layout.shapes[1].y1": row + 0.5,
        "layout.shapes[2].y0": at - 0.5,
        "layout.shapes[2].y1": at + 0.5,
    }


def output_of(size: int, stride: int, padding: str) -> Whole:
    """Return the output, shape (side, side): matrix times input."""
    side = along(SIDE, size, stride, padding).out
    found: Whole = (matrix(size, stride, padding) @ INPUT.ravel()).reshape(side, side)
    return found


def _small_texts(kernel: Whole, inputs: Floats, outputs: Whole) -> State:
    """Return the numbers in input, kernel and output."""
    texts: list[tuple[float, float, str]] = []
    for y, x in zip(*np.nonzero(np.isfinite(inputs)), strict=True):
        inside = 0 <= y - _EDGE < SIDE and 0 <= x - _EDGE < SIDE
        value = int(INPUT[y - _EDGE, x - _EDGE]) if inside else 0
        texts.append((float(x) - _EDGE, float(y) - _EDGE, str(value)))
    for number, weight in enumerate(kernel.ravel().tolist()):
        i, j = divmod(number, len(kernel))
        text = f"{LETTERS[number]}<br>{fixed(weight, 0)}"
        texts.append((_KERNEL_X + 2 * j, 2 * i - 0.5, text))
    for (i, j), result in np.ndenumerate(outputs):
        texts.append((_OUTPUT_X + _OUTPUT_CELL * j, float(i), fixed(float(result), 0)))
    x, y, written = zip(*texts, strict=True)
    return {
        "data[3].x": np.array(x),
        "data[3].y": np.array(y),
        "data[3].text": list(written),
    }


def words(size: int, stride: int, padding: str, cell: int) -> str:
    """Count equal and zero entries, and multiply one row out; as for `state`."""
    placed = positions(size, stride, padding)
    at = (cell - 1) % len(placed)
    row = placed[at]
    terms = [
        f"{LETTERS[weight]}·{pixel}"
        for weight, pixel in zip(row, INPUT.ravel(), strict=True)
        if weight >= 0
    ]
    value = (matrix(size, stride, padding) @ INPUT.ravel())[at]
    zeros = int((placed < 0).sum())
    number = f"Row {at + 1}"
    if at + 1 != cell:
        number = f"Cell {cell} is more than there are, so count on from 1: row {at + 1}"
    return (
        f"{len(placed)} × 16 = {placed.size} entries: {zeros} are 0, and the others "
        f"are only {size**2} different weights. {number} times the input: "
        f"{' + '.join(terms)} = {fixed(value, 0)}."
    )
