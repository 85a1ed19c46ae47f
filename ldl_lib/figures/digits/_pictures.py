"""What the figures of this chapter share: montages of digits, matrices of counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State
from ldl_lib.figures.confusion import PALE, SCALE
from ldl_lib.figures.theme import SEQUENTIAL, color

Whole = NDArray[np.int64]
Images = NDArray[np.uint8]
Floats = NDArray[np.float64]

LEVELS = 6  # of grey: enough for a small picture, and few pack small


def levels(images: NDArray[Any]) -> Floats:
    """Turn pixels from 0 to 255 into whole levels from 0 to 5, which pack small."""
    return np.rint(np.asarray(images, np.float64) * (LEVELS - 1) / 255)


def montage(images: NDArray[Any], rows: int, columns: int) -> Floats:
    """Set images side by side, row by row.

    Parameters
    ----------
    images : ndarray, shape (n, height, width)
        At most rows · columns of them, 0 to 255. Places without an image stay empty.
    rows, columns : int
        Of the montage.

    Returns
    -------
    ndarray, shape (rows · height, columns · width)
        Levels of grey, NaN where there is no image.
    """
    height, width = images.shape[1:]
    places = np.full((rows * columns, height, width), np.nan)
    places[: len(images)] = levels(images)
    grid = places.reshape(rows, columns, height, width).swapaxes(1, 2)
    return grid.reshape(rows * height, columns * width)


def image_trace(x: str = "x", y: str = "y") -> go.Heatmap:
    """Return an empty picture on a pair of axes."""
    return go.Heatmap(
        z=[],
        zmin=0,
        zmax=LEVELS - 1,
        colorscale=SEQUENTIAL["light"],
        showscale=False,
        hoverinfo="skip",
        xaxis=x,
        yaxis=y,
    )


def image_axes(x: str, y: str, height: int, width: int) -> tuple[State, State]:
    """Return two axes without marks on which pixels are square, first row on top."""
    plain = {
        "visible": False,
        "fixedrange": True,
        "constrain": "domain",
        "constraintoward": "center",
    }
    across = plain | {"range": [-0.5, width - 0.5], "anchor": y}
    down = plain | {"range": [height - 0.5, -0.5], "anchor": x, "scaleanchor": x}
    return across, down | {"constraintoward": "top"}


def matrix_traces(rows: int, columns: int) -> list[Any]:
    """Return a matrix of counts: colours, and numbers in the two colours of words."""
    heat = go.Heatmap(
        x=list(range(columns)),
        y=list(range(rows)),
        z=[],
        zmin=0,
        zmax=1,
        colorscale=SCALE,
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )
    numbers = [
        go.Scatter(
            x=[],
            y=[],
            text=[],
            mode="text",
            textfont={"size": 11, "color": color(name)},
            hoverinfo="skip",
        )
        for name in ("ink", "paper")
    ]
    return [heat, *numbers]


def matrix_axes(
    rows: list[str], columns: list[str], domain: list[float]
) -> tuple[State, State]:
    """Return the axes of a matrix of counts: answers across, true digits down.

    Numbers, with names as ticks: a category axis would take 10 for a new name.
    """

    def axis(names: list[str]) -> State:
        return {
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "showgrid": False,
            "fixedrange": True,
        }

    across = axis(columns) | {
        "title": {"text": "answer", "standoff": 2},
        "range": [-0.5, len(columns) - 0.5],
        "anchor": "y",
        "tickangle": 0,
    }
    down = axis(rows) | {
        "title": {"text": "true digit"},
        "range": [len(rows) - 0.5, -0.5],
        "domain": domain,
    }
    return across, down


def matrix_state(counts: Whole) -> State:
    """Return what three `matrix_traces`, the first of a figure, show for counts.

    Parameters
    ----------
    counts : ndarray of int, shape (true classes, answers)
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    state: State = {"data[0].z": np.sqrt(shares).round(3)}
    dark = shares > PALE**2
    for number, places in enumerate((~dark & (counts > 0), dark), start=1):
        rows, columns = np.nonzero(places)
        state |= {
            f"data[{number}].x": columns,
            f"data[{number}].y": rows,
            f"data[{number}].text": [str(each) for each in counts[rows, columns]],
        }
    return state
