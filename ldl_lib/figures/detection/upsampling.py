"""EB.7: making a feature map larger without learning anything."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.detection._shared import cells, image_axes, lines, outlines
from ldl_lib.figures.detection.roi import interpolate

Floats = NDArray[np.float64]

METHODS = ("nearest", "bilinear", "unpooling")
FACTOR = 2
# The map before pooling; its 2 × 2 maxima are what is made larger.
BEFORE = np.array(
    [
        [1, 0, 2, 3, 0, 1],
        [4, 2, 1, 0, 2, 0],
        [0, 1, 3, 8, 5, 2],
        [3, 0, 4, 1, 0, 6],
        [0, 2, 0, 1, 1, 0],
        [1, 0, 5, 2, 0, 2],
    ],
    dtype=np.float64,
)
SIDE = len(BEFORE)
CELLS = SIDE**2


@cache
def pooled() -> tuple[Floats, NDArray[np.int64]]:
    """Return the 2 × 2 maxima of `BEFORE`, and where in each block they stood.

    Returns
    -------
    values : ndarray, shape (3, 3)
    positions : ndarray of int64, shape (3, 3)
        0 to 3, row by row within a block.
    """
    half = SIDE // FACTOR
    parts = BEFORE.reshape(half, FACTOR, half, FACTOR).swapaxes(1, 2)
    blocks = parts.reshape(half, half, FACTOR**2)
    return blocks.max(axis=2), blocks.argmax(axis=2)


def upsample(values: ArrayLike, method: str) -> Floats:
    """Make a map of 3 × 3 cells one of 6 × 6.

    Parameters
    ----------
    values : array_like, shape (3, 3)
        A feature map.
    method : str
        One of `METHODS`: repeat each value; weight the four nearest; put it where the
        maximum of `BEFORE` stood, and zero elsewhere.

    Returns
    -------
    ndarray, shape (6, 6)
    """
    values = np.asarray(values, dtype=np.float64)
    repeated = np.repeat(np.repeat(values, FACTOR, axis=0), FACTOR, axis=1)
    if method == "nearest":
        return repeated
    if method == "bilinear":
        centres = (np.arange(SIDE) + 0.5) / FACTOR
        return interpolate(values, np.stack(np.meshgrid(centres, centres), axis=-1))
    rows, columns = np.indices(repeated.shape) % FACTOR
    positions = np.repeat(np.repeat(pooled()[1], FACTOR, axis=0), FACTOR, axis=1)
    return np.where(rows * FACTOR + columns == positions, repeated, 0.0)


@cache
def weights(method: str) -> Floats:
    """Return how much each value counts for each cell of the result.

    Parameters
    ----------
    method : str
        One of `METHODS`.

    Returns
    -------
    ndarray, shape (6, 6, 3, 3)
    """
    half = SIDE // FACTOR
    units = np.eye(half**2).reshape(-1, half, half)
    spread = np.stack([upsample(unit, method) for unit in units], axis=-1)
    return spread.reshape(SIDE, SIDE, half, half)


def state(method: str, cell: int) -> State:
    """Return the larger map, one of its cells, and the values it comes from.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    cell : int
        Which cell of the result, row by row, from 0.
    """
    result = upsample(pooled()[0], method)
    row, column = divmod(cell, SIDE)
    used = np.argwhere(weights(method)[row, column] > 0)
    sources = outlines([(j, i, j + 1, i + 1) for i, j in used])
    chosen = outlines([(column, row, column + 1, row + 1)])
    return {
        "data[1].z": result,
        "data[1].text": [[f"{value:.3g}" for value in line] for line in result],
        "data[2].x": sources[0],
        "data[2].y": sources[1],
        "data[3].x": chosen[0],
        "data[3].y": chosen[1],
    }


def words(method: str, cell: int) -> str:
    """Say how the cell comes about.

    Parameters
    ----------
    method, cell
        As in `state`.
    """
    row, column = divmod(cell, SIDE)
    values = pooled()[0]
    share = weights(method)[row, column]
    result = f"{upsample(values, method)[row, column]:g}"
    place = f"Row {row + 1}, column {column + 1}"
    if not share.any():
        return (
            f"{place} is 0: the maximum of this 2 × 2 block stood elsewhere before "
            "pooling."
        )
    if method == "unpooling":
        return f"{place} is {result}: here the maximum of its block stood."
    terms = [f"{share[i, j]:g} · {values[i, j]:g}" for i, j in np.argwhere(share > 0)]
    if len(terms) == 1:
        return f"{place} repeats a single value, {result}."
    return f"{place} is {' + '.join(terms)} = {result}."


def figure() -> go.Figure:
    """Draw the small map, and the larger one beside it."""
    values = pooled()[0]
    built = go.Figure(
        [
            cells(x0=0.5, dx=1, y0=0.5, dy=1),
            cells(x0=0.5, dx=1, y0=0.5, dy=1, xaxis="x2", yaxis="y2"),
            lines("", "blue", width=4),
            lines("", "vermillion", width=4, xaxis="x2", yaxis="y2"),
        ]
    )
    built.data[0].z = values
    built.data[0].text = [[f"{value:g}" for value in row] for row in values]
    for trace in built.data[:2]:
        trace.zmin, trace.zmax = 0, BEFORE.max()
    bare = {"showticklabels": False, "ticks": "", "showline": False}
    half = SIDE // FACTOR
    built.update_layout(
        plain_layout(340, margin={"l": 8, "r": 8, "t": 12, "b": 32}),
        **image_axes(half, half, more=bare),
        **image_axes(SIDE, SIDE, "2", bare),
    )
    built.update_layout(
        xaxis={"domain": [0, 0.29]} | still("3 × 3"),
        yaxis={"domain": [0.25, 0.75]},
        xaxis2={"domain": [0.34, 1], "anchor": "y2"} | still("6 × 6"),
        yaxis2={"anchor": "x2"},
    )
    return built
