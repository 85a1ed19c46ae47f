"""EB.4: cutting a box out of a feature map, by rounding or by interpolating."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib import detection
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.detection._shared import cells, image_axes, lines, outlines
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

METHODS = ("ROI pooling", "ROI align")
# A map of 8 × 8 cells: a feature that fires at two places.
FEATURES = np.array(
    [
        [0, 0, 1, 2, 1, 0, 0, 0],
        [0, 1, 3, 4, 2, 1, 0, 0],
        [1, 2, 5, 7, 4, 2, 1, 0],
        [1, 3, 6, 9, 5, 3, 2, 1],
        [0, 2, 4, 6, 4, 4, 3, 1],
        [0, 1, 2, 3, 5, 8, 5, 2],
        [0, 0, 1, 1, 3, 5, 3, 1],
        [0, 0, 0, 0, 1, 2, 1, 0],
    ],
    dtype=np.float64,
)
STRIDE = 16  # pixels of the image to a cell
SIZES = {"3.5 × 3.5": (3.5, 3.5), "4.75 × 3": (4.75, 3.0)}
OUT = 2  # rows and columns of the result
SAMPLES = 2  # points along one side of a bin


class Pooled(NamedTuple):
    """What is cut out of a map.

    Attributes
    ----------
    values : ndarray, shape (OUT, OUT)
        The result, whatever the size of the box.
    bins : ndarray, shape (OUT², 4)
        The part of the map that each value comes from, row by row.
    """

    values: Floats
    bins: Floats


def roi_pooling(features: ArrayLike, box: ArrayLike) -> Pooled:
    """Round a box to whole cells and take the maximum in each of four parts.

    Parts share a row or column of cells if the number is odd (Fast R-CNN).

    Parameters
    ----------
    features : array_like, shape (rows, columns)
        A feature map; its cell (0, 0) covers 0 to 1.
    box : array_like, shape (4,)
        x0, y0, x1, y1, in cells, inside the map and at least one cell large.
    """
    features = np.asarray(features, dtype=np.float64)
    x0, y0, x1, y1 = (int(edge) for edge in np.floor(np.asarray(box) + 0.5))
    rows, columns = _parts(y0, y1), _parts(x0, x1)
    bins = [(left, top, right, low) for top, low in rows for left, right in columns]
    values = [features[top:low, left:right].max() for left, top, right, low in bins]
    return Pooled(np.reshape(values, (OUT, OUT)), np.array(bins, dtype=np.float64))


def _parts(start: int, end: int) -> list[tuple[int, int]]:
    """Return where the parts of a range of cells start and end."""
    length = end - start
    return [
        (start + i * length // OUT, start - (-(i + 1) * length // OUT))
        for i in range(OUT)
    ]


def sample_points(box: ArrayLike) -> Floats:
    """Return the points that ROI align reads: four in each bin, evenly spaced.

    Parameters
    ----------
    box : array_like, shape (4,)
        x0, y0, x1, y1, in cells.

    Returns
    -------
    ndarray, shape (OUT · SAMPLES, OUT · SAMPLES, 2)
        x and y of each, row by row.
    """
    x0, y0, x1, y1 = np.asarray(box, dtype=np.float64)
    share = (np.arange(OUT * SAMPLES) + 0.5) / (OUT * SAMPLES)
    x, y = np.meshgrid(x0 + share * (x1 - x0), y0 + share * (y1 - y0))
    return np.stack([x, y], axis=-1)


def interpolate(features: ArrayLike, points: ArrayLike) -> Floats:
    """Read a map between the centres of its cells, weighting the four nearest.

    Parameters
    ----------
    features : array_like, shape (rows, columns)
        A feature map; the value of its cell (0, 0) stands at (0.5, 0.5).
    points : array_like, shape (..., 2)
        x and y, in cells. Beyond the outer centres the map goes on as it ends.

    Returns
    -------
    ndarray, shape (...)
    """
    features = np.asarray(features, dtype=np.float64)
    x, y = np.moveaxis(np.asarray(points, dtype=np.float64) - 0.5, -1, 0)
    rows, columns = features.shape
    x, y = np.clip(x, 0, columns - 1), np.clip(y, 0, rows - 1)
    left = np.minimum(x.astype(int), columns - 2)
    top = np.minimum(y.astype(int), rows - 2)
    right_share, low_share = x - left, y - top
    upper = (1 - right_share) * features[top, left]
    upper += right_share * features[top, left + 1]
    lower = (1 - right_share) * features[top + 1, left]
    lower += right_share * features[top + 1, left + 1]
    read: Floats = (1 - low_share) * upper + low_share * lower
    return read


def roi_align(features: ArrayLike, box: ArrayLike) -> Pooled:
    """Read four points in each quarter of a box, without rounding, and average them.

    Parameters
    ----------
    features : array_like, shape (rows, columns)
        A feature map; its cell (0, 0) covers 0 to 1.
    box : array_like, shape (4,)
        x0, y0, x1, y1, in cells.
    """
    read = interpolate(features, sample_points(box))
    values = read.reshape(OUT, SAMPLES, OUT, SAMPLES).mean(axis=(1, 3))
    x0, y0, x1, y1 = np.asarray(box, dtype=np.float64)
    x, y = np.linspace(x0, x1, OUT + 1), np.linspace(y0, y1, OUT + 1)
    bins = [(x[j], y[i], x[j + 1], y[i + 1]) for i in range(OUT) for j in range(OUT)]
    return Pooled(values, np.array(bins))


def _pooled(method: str, x: float, y: float, size: str) -> tuple[Floats, Pooled]:
    """Return a box and what the method makes of it."""
    width, height = SIZES[size]
    box = np.array([x, y, x + width, y + height])
    function = roi_pooling if method == METHODS[0] else roi_align
    return box, function(FEATURES, box)


def state(method: str, x: float, y: float, size: str) -> State:
    """Return the box, its parts, the points that are read, and the result.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    x, y : float
        Left and upper edge of the box, in cells.
    size : str
        A key of `SIZES`.
    """
    box, pooled = _pooled(method, x, y, size)
    asked, parts = outlines([box]), outlines(pooled.bins)
    points = sample_points(box).reshape(-1, 2)
    if method == METHODS[0]:
        points = np.full((1, 2), np.nan)  # none, but its name stays in the legend
    return {
        "data[1].x": parts[0],
        "data[1].y": parts[1],
        "data[2].x": asked[0],
        "data[2].y": asked[1],
        "data[3].x": points[:, 0],
        "data[3].y": points[:, 1],
        "data[4].z": pooled.values,
        "data[4].text": [[f"{value:.2f}" for value in row] for row in pooled.values],
    }


def words(method: str, x: float, y: float, size: str) -> str:
    """Say what is read instead of the box, and how far off it is.

    Parameters
    ----------
    method, x, y, size
        As in `state`.
    """
    box, pooled = _pooled(method, x, y, size)
    numbers = ", ".join(f"{value:.2f}" for value in pooled.values.ravel())
    if method == METHODS[1]:
        return (
            f"The box from ({x:g}, {y:g}) to ({box[2]:g}, {box[3]:g}) is read as it "
            f"is, at 16 points between the cells; four make a mean. Result: {numbers}."
        )
    used = np.floor(box + 0.5)
    off = np.abs(used - box).max()
    shared = detection.iou([box], [used]).item()
    verdict = (
        f"An edge is off by {off:g} cells, which is {off * STRIDE:g} pixels of the "
        f"image, and the IoU of both boxes is {shared:.2f}."
    )
    return (
        f"Rounded to ({used[0]:g}, {used[1]:g}) – ({used[2]:g}, {used[3]:g}). "
        f"{verdict} The largest values of four parts: {numbers}."
    )


def figure() -> go.Figure:
    """Draw the feature map with the box, and the result beside it."""
    rows, columns = FEATURES.shape
    built = go.Figure(
        [
            cells(x0=0.5, dx=1, y0=0.5, dy=1, showlegend=False),
            lines("what is read", "blue"),
            lines("the box", "vermillion", dash="dash"),
            go.Scatter(
                x=[],
                y=[],
                name="points read",
                mode="markers",
                marker={"color": color("ink"), "size": 6, "symbol": "x"},
                hoverinfo="skip",
            ),
            cells(x0=0.5, dx=1, y0=0.5, dy=1, xaxis="x2", yaxis="y2"),
        ]
    )
    built.data[0].z = FEATURES
    built.data[0].text = [[f"{value:g}" for value in row] for row in FEATURES]
    for number in (0, 4):
        built.data[number].zmin, built.data[number].zmax = 0, FEATURES.max()
    built.update_layout(
        plain_layout(400, showlegend=True, margin={"l": 28, "r": 8, "t": 60, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **image_axes(columns, rows, more={"dtick": 2}),
        **image_axes(
            OUT, OUT, "2", {"showticklabels": False, "ticks": "", "anchor": "x2"}
        ),
    )
    built.update_layout(
        xaxis={"domain": [0, 0.7]} | still("feature map, in cells"),
        xaxis2={"domain": [0.75, 1], "anchor": "y2"} | still("result"),
        yaxis2={"domain": [0.2, 0.8]},
    )
    return built
