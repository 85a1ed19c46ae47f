"""EB.9: a convolution as a matrix, and the transpose of that matrix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.detection._shared import (
    NOTHING,
    cells,
    image_axes,
    lines,
    outlines,
)
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

LENGTH = 6  # of the longer of both vectors
KERNEL = (1.0, 2.0, 3.0, 4.0)
LONG = np.array([2.0, 0.0, 1.0, 3.0, 1.0, 2.0])
DIRECTIONS = ("convolution", "transposed convolution")
STEPS = LENGTH + 1  # from no row to all
MOST = 150  # what a result can be
TOP, RIGHT = 2, 1.4  # room above the matrix and to its right, in cells


class Product(NamedTuple):
    """A matrix times a vector.

    Attributes
    ----------
    matrix, given, result : ndarray
        Shapes (m, n), (n,) and (m,).
    """

    matrix: Floats
    given: Floats
    result: Floats


def matrix(size: int, stride: int) -> Floats:
    """Return the matrix that convolves a vector of six numbers, without padding.

    As in networks, the kernel is not flipped.

    Parameters
    ----------
    size : int
        Number of weights, 1 to 4.
    stride : int
        Positions from one output to the next.

    Returns
    -------
    ndarray, shape (outputs, 6)
    """
    rows = (LENGTH - size) // stride + 1
    made = np.zeros((rows, LENGTH))
    for i, row in enumerate(made):
        row[i * stride : i * stride + size] = KERNEL[:size]
    return made


def product(direction: str, size: int, stride: int) -> Product:
    """Return the matrix, or its transpose, with a vector and their product.

    The matrix gets `LONG`, its transpose what the matrix made of that.

    Parameters
    ----------
    direction : str
        One of `DIRECTIONS`.
    size, stride : int
        As in `matrix`.
    """
    used, given = matrix(size, stride), LONG
    if direction == DIRECTIONS[1]:
        used, given = used.T, used @ given
    return Product(used, given, used @ given)


def state(direction: str, size: int, stride: int, row: int) -> State:
    """Return the matrix, the vectors, and the row that meets the given vector.

    Parameters
    ----------
    direction, size, stride
        As in `product`.
    row : int
        Of the matrix, from 1; the last one where there are fewer; 0 before the first.
    """
    used, given, result = product(direction, size, stride)
    rows, columns = used.shape
    row = min(row, rows)
    low = row + TOP  # lower edge of the row
    frames = [(0, low - 1, columns, low), (LENGTH + 0.4, low - 1, LENGTH + 1.4, low)]
    chosen = outlines(frames if row else [])
    # A row without its result has an empty cell.
    done = np.where(np.arange(rows) < row, result, np.nan)
    return {
        "data[0].z": used,
        "data[0].text": [[f"{v:g}" if v else "·" for v in line] for line in used],
        "data[1].z": given[None, :],
        "data[1].text": [[f"{value:g}" for value in given]],
        "data[2].z": done[:, None],
        "data[2].text": [
            [NOTHING if np.isnan(value) else f"{value:g}"] for value in done
        ],
        "data[3].x": chosen[0],
        "data[3].y": chosen[1],
        "layout.annotations[1].text": (
            f"{'C' if direction == DIRECTIONS[0] else 'Cᵀ'}: {rows} × {columns}"
        ),
    }


def words(direction: str, size: int, stride: int, row: int) -> str:
    """Say how one result comes about, and which weights the matrix shares.

    Parameters
    ----------
    direction, size, stride, row
        As in `state`.
    """
    used, given, result = product(direction, size, stride)
    row = min(row, len(used))
    terms = [
        f"{weight:g} · {value:g}"
        for weight, value in zip(used[row - 1], given, strict=True)
        if weight
    ]
    text = f"Result {row} is {' + '.join(terms)} = {result[row - 1]:g}. "
    if not terms:
        text = f"Result {row} is 0: no stamp reaches it. "
    if row == 0:
        text = ""
    if direction == DIRECTIONS[0]:
        return (
            f"{text}Each row holds the same {size} weights, {stride} further to the "
            f"right: {LENGTH} numbers become {len(result)}."
        )
    return (
        f"{text}The kernel stands in the columns now: each of {len(given)} numbers "
        f"stamps it, {stride} further down, and {len(given)} numbers become "
        f"{len(result)}. They are not the {', '.join(f'{v:g}' for v in LONG)} that the "
        "convolution got."
    )


def figure() -> go.Figure:
    """Draw a matrix, the vector it meets above it, and the result to its right."""
    common = {"x0": 0.5, "dx": 1, "dy": 1, "zmin": 0}
    built = go.Figure(
        [
            cells(y0=TOP + 0.5, zmax=max(KERNEL) * 1.5, **common),
            cells(y0=0.5, zmax=MOST / 4, **common),
            cells(y0=TOP + 0.5, zmax=MOST, **common | {"x0": LENGTH + 0.9}),
            lines("", "vermillion", width=4),
        ]
    )
    hidden = {"visible": False}
    note = {"showarrow": False, "xanchor": "left", "font": {"color": color("ink")}}
    built.update_layout(
        plain_layout(440, margin={"l": 4, "r": 4, "t": 4, "b": 4}),
        **image_axes(LENGTH + RIGHT, LENGTH + TOP, more=hidden),
        annotations=[
            note | {"x": 0, "y": 1.3, "text": "↑ given, met by every row"},
            note | {"x": 0, "y": 1.72, "text": "\u00a0"},
            note | {"x": LENGTH + 0.4, "y": 1.72, "text": "result"},
        ],
    )
    return built
