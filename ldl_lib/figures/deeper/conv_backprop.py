"""E8.7: a gradient on its way back through pooling and convolution."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, trimmed
from ldl_lib.figures.deeper._drawing import labels, lines, sheet
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

# Chosen so that each window has one largest value, and averages are whole numbers.
INPUT = np.array(
    [
        [3, 0, 0, 0, 2],
        [0, 2, 1, 1, 3],
        [1, 2, 3, 3, 1],
        [0, 2, 2, 0, 0],
        [2, 2, 3, 3, 2],
    ],
    dtype=float,
)
KERNEL = np.array([[1, -1], [2, 0]], dtype=float)
ABOVE = np.array([[4, -8], [12, 8]], dtype=float)  # ∂L/∂p, from the layers above
POOLINGS = ("max", "average")
STEPS = (
    "forward through the convolution",
    "forward through the pooling",
    "the gradient arrives from above",
    "back through the pooling",
    "back to the kernel",
    "back to the input",
)
# Row and column of the first cell of each matrix on the sheet, and its name.
PLACES = {
    "x": (1, 0, "x"),
    "k": (1, 6, "k"),
    "z": (1, 9, "z"),
    "p": (1, 14, "p"),
    "dx": (8, 0, "∂L/∂x"),
    "dk": (8, 6, "∂L/∂k"),
    "dz": (8, 9, "∂L/∂z"),
    "dp": (8, 14, "∂L/∂p"),
}
# The step from which on a matrix is known.
KNOWN = {"x": 0, "k": 0, "z": 0, "p": 1, "dp": 2, "dz": 3, "dk": 4, "dx": 5}
ROWS, COLUMNS = 13, 16
Cell = tuple[str, int, int]


class Pass(NamedTuple):
    """All numbers of one pass forward and back.

    Attributes
    ----------
    x, k, z, p : ndarray, shapes (5, 5), (2, 2), (4, 4), (2, 2)
        Input, kernel, output of the convolution (stride 1, no padding, no bias), and
        of the pooling (2 × 2, stride 2).
    dp, dz, dk, dx : ndarray
        The loss differentiated by each of them.
    share : ndarray, shape (4, 4)
        By how much z counts in its window: 1 and 0 with max, ¼ with average.
    """

    x: Array
    k: Array
    z: Array
    p: Array
    dp: Array
    dz: Array
    dk: Array
    dx: Array
    share: Array


def correlate(image: Array, kernel: Array) -> Array:
    """Slide a kernel over an image: what deep learning calls convolution.

    Parameters
    ----------
    image, kernel : ndarray, shapes (h, w) and (r, s)

    Returns
    -------
    ndarray, shape (h − r + 1, w − s + 1)
    """
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    found: Array = np.einsum("ijrs,rs->ij", windows, kernel)
    return found


@cache
def numbers(pooling: str) -> Pass:
    """Compute everything, forward and back.

    Parameters
    ----------
    pooling : {"max", "average"}
    """
    z = correlate(INPUT, KERNEL)
    windows = z.reshape(2, 2, 2, 2).swapaxes(1, 2)  # row, column, and inside a window
    if pooling == "max":
        p = windows.max(axis=(2, 3))
        shares = (windows == p[..., None, None]).astype(float)
    else:
        p = windows.mean(axis=(2, 3))
        shares = np.full((2, 2, 2, 2), 0.25)
    share = shares.swapaxes(1, 2).reshape(4, 4)
    dz = share * ABOVE.repeat(2, axis=0).repeat(2, axis=1)
    dk = correlate(INPUT, dz)
    dx = correlate(np.pad(dz, 1), KERNEL[::-1, ::-1])
    return Pass(INPUT, KERNEL, z, p, ABOVE, dz, dk, dx, share)


def cells(step: int, cell: int, pooling: str) -> tuple[list[Cell], list[Cell]]:
    """Return what is computed at a step, and from what.

    Parameters
    ----------
    step : int
        From 0 to 5, as in `STEPS`.
    cell : int
        Which of four windows, weights or places, row by row.
    pooling : {"max", "average"}

    Returns
    -------
    result, sources : list of (matrix, row, column)
    """
    a, b = divmod(cell, 2)
    window = [(2 * a + i, 2 * b + j) for i in range(2) for j in range(2)]
    # The place in z that the window's maximum comes from; it serves both poolings.
    i, j = max(window, key=lambda place: numbers("max").z[place])
    if step == 0:
        kernel = [(r, s) for r in range(2) for s in range(2)]
        return [("z", i, j)], [
            *(("x", i + r, j + s) for r, s in kernel),
            *(("k", r, s) for r, s in kernel),
        ]
    if step == 1:
        return [("p", a, b)], [("z", *place) for place in window]
    if step == 2:
        return [("dp", a, b)], []
    if step == 3:
        return [("dz", *place) for place in window], [("dp", a, b)]
    if step == 4:
        used = [(i, j) for i in range(4) for j in range(4) if numbers(pooling).dz[i, j]]
        return [("dk", a, b)], [
            *(("x", i + a, j + b) for i, j in used),
            *(("dz", i, j) for i, j in used),
        ]
    y, x = 1 + 2 * a, 1 + 2 * b
    return [("dx", y, x)], [
        *(("dz", y - r, x - s) for r in range(2) for s in range(2)),
        *(("k", r, s) for r in range(2) for s in range(2)),
    ]


def figure() -> go.Figure:
    """Draw eight small matrices: forward above, gradients below."""
    tints = [color("vermillion_tint"), color("paper"), color("blue_tint")]
    drawn = go.Figure(
        go.Heatmap(
            x=list(range(COLUMNS)),
            y=list(range(ROWS)),
            z=[],
            zmin=-8,
            zmax=8,
            xgap=1,
            ygap=1,
            colorscale=[[0, tints[0]], [0.5, tints[1]], [1, tints[2]]],
            showscale=False,
            hoverinfo="skip",
        )
    )
    frames = [lines("blue", 1.5, "dot"), lines("vermillion", 3)]
    drawn.add_traces([labels(), *frames])
    drawn.update_layout(
        sheet(440, (-0.7, COLUMNS - 0.3), (ROWS - 0.3, -0.8)),
        hovermode=False,
        shapes=[
            {
                "type": "rect",
                "x0": column - 0.5,
                "x1": column - 0.5 + size,
                "y0": row - 0.5,
                "y1": row - 0.5 + size,
                "layer": "below",
                "line": {"color": color("grid"), "width": 1},
            }
            for name, (row, column, _) in PLACES.items()
            for size in [len(getattr(numbers("max"), name))]
        ],
        annotations=[
            {
                "text": title,
                "x": column - 0.5,
                "y": row - 0.6,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 14, "color": color("ink")},
            }
            for row, column, title in PLACES.values()
        ],
    )
    return drawn


def state(step: int, cell: int, pooling: str) -> State:
    """Return what is known at a step, and the frames around what is used.

    Parameters as in `cells`.
    """
    sheet = np.full((ROWS, COLUMNS), np.nan)
    for name, (row, column, _) in PLACES.items():
        if step >= KNOWN[name]:
            matrix = getattr(numbers(pooling), name)
            side = len(matrix)
            sheet[row : row + side, column : column + side] = matrix
    rows, columns = np.nonzero(np.isfinite(sheet))
    result, sources = cells(step, cell, pooling)
    state: State = {
        "data[0].z": sheet,
        "data[1].x": columns,
        "data[1].y": rows,
        "data[1].text": [trimmed(value, 2) for value in sheet[rows, columns]],
    }
    for number, framed in ((2, sources), (3, result)):
        x, y = _frames(framed)
        state |= {f"data[{number}].x": x, f"data[{number}].y": y}
    return state


def words(step: int, cell: int, pooling: str) -> str:
    """Say what the step does, and compute the framed cell.

    Parameters as in `cells`.
    """
    found = numbers(pooling)
    result, sources = cells(step, cell, pooling)
    name, row, column = result[0]
    value = trimmed(getattr(found, name)[row, column], 2)
    if step == 1:
        inside = ", ".join(trimmed(found.z[i, j], 2) for _, i, j in sources)
        kind = "largest" if pooling == "max" else "mean"
        return f"p is the {kind} of its window in z: of {inside} it is {value}."
    if step == 2:
        return (
            f"From the layers above comes ∂L/∂p = {value}: a little more p here makes "
            f"the loss {'larger' if found.dp[row, column] > 0 else 'smaller'}."
        )
    if step == 3:
        given = trimmed(found.dp[sources[0][1:]], 2)
        if pooling == "max":
            i, j = next(place[1:] for place in result if found.share[place[1:]])
            return (
                f"Only the winner of the window, z = {trimmed(found.z[i, j], 2)}, gets "
                f"the gradient: all of {given}. The other three get 0."
            )
        return f"All four of the window get a quarter of {given}: {value} each."
    half = len(sources) // 2
    terms = [
        f"{_factor(getattr(found, one[0])[one[1:]])}·"
        f"{_factor(getattr(found, other[0])[other[1:]])}"
        for one, other in zip(sources[:half], sources[half:], strict=True)
    ]
    total = " + ".join(terms[:8]) + (" + …" if len(terms) > 8 else "")
    meaning = {
        0: "z is the sum of the products of a window of x with the kernel",
        4: "A weight's gradient gathers, over all places, ∂L/∂z times the x it met",
        5: "An input's gradient gathers, over all z it fed, ∂L/∂z times the weight",
    }
    return f"{meaning[step]}: {total} = {value}."


def _frames(framed: list[Cell]) -> tuple[Array, Array]:
    """Outline cells, with gaps between the outlines."""
    x, y = [], []
    for name, row, column in framed:
        top, left, _ = PLACES[name]
        middle_x, middle_y = left + column, top + row
        x += [middle_x + dx for dx in (-0.45, 0.45, 0.45, -0.45, -0.45)] + [np.nan]
        y += [middle_y + dy for dy in (-0.45, -0.45, 0.45, 0.45, -0.45)] + [np.nan]
    return np.array(x), np.array(y)


def _factor(value: float) -> str:
    return f"({trimmed(value, 2)})" if value < 0 else trimmed(value, 2)
