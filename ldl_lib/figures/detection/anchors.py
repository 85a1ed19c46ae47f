"""EB.3: the boxes a detector starts from, and which of them fits an object."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import detection
from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.detection._shared import image_axes, lines, outlines
from ldl_lib.figures.theme import color

SIZE = 64
OBJECTS = {
    "ball": (6.0, 47.0, 15.0, 56.0),
    "person": (22.0, 22.0, 32.0, 52.0),
    "bus": (20.0, 5.0, 58.0, 21.0),
    "house": (34.0, 26.0, 62.0, 54.0),
}
STRIDES = (8, 16, 32)
SIZES = {"16": (16.0,), "12 and 28": (12.0, 28.0), "10, 20 and 30": (10.0, 20.0, 30.0)}
RATIOS = {
    "1": (1.0,),
    "½, 1, 2": (0.5, 1.0, 2.0),
    "⅓, ½, 1, 2, 3": (1 / 3, 0.5, 1, 2, 3),
}
ENOUGH = 0.5  # an anchor with at least this IoU is trained to find the object


class Match(NamedTuple):
    """Which anchors fit an object.

    Attributes
    ----------
    total : int
        Number of all anchors.
    here : ndarray, shape (k, 4)
        The anchors at the cell of the best one.
    best : ndarray, shape (4,)
        The best one.
    iou : float
        Its IoU with the object.
    good : ndarray of int64, shape (objects,)
        For each object, the number of anchors with an IoU of at least `ENOUGH`.
    """

    total: int
    here: NDArray[np.float64]
    best: NDArray[np.float64]
    iou: float
    good: NDArray[np.int64]


@cache
def match(item: str, stride: int, sizes: str, ratios: str) -> Match:
    """Compare all anchors with an object.

    Parameters
    ----------
    item : str
        A key of `OBJECTS`.
    stride : int
        Pixels from one cell of the feature map to the next.
    sizes, ratios : str
        Keys of `SIZES` and `RATIOS`.
    """
    cells = SIZE // stride
    anchors = detection.anchor_boxes(cells, cells, stride, SIZES[sizes], RATIOS[ratios])
    ious = detection.iou(anchors, list(OBJECTS.values()))
    mine = ious[:, list(OBJECTS).index(item)]
    best = int(mine.argmax())
    kinds = len(anchors) // cells**2
    first = best - best % kinds
    return Match(
        total=len(anchors),
        here=anchors[first : first + kinds],
        best=anchors[best],
        iou=float(mine[best]),
        good=(ious >= ENOUGH).sum(axis=0),
    )


def state(item: str, stride: int, sizes: str, ratios: str) -> State:
    """Return the centres of all anchors, those of one cell, the best, and the object.

    Parameters
    ----------
    item, stride, sizes, ratios
        As in `match`.
    """
    found = match(item, stride, sizes, ratios)
    middles = (np.arange(SIZE // stride) + 0.5) * stride
    x, y = np.meshgrid(middles, middles)
    chosen, here = outlines([OBJECTS[item]]), outlines(found.here)
    best = outlines([found.best])
    return {
        "data[1].x": chosen[0],
        "data[1].y": chosen[1],
        "data[2].x": x.ravel(),
        "data[2].y": y.ravel(),
        "data[3].x": here[0],
        "data[3].y": here[1],
        "data[4].x": best[0],
        "data[4].y": best[1],
    }


def words(item: str, stride: int, sizes: str, ratios: str) -> str:
    """Say how many anchors there are, which fits best, and what is left to correct.

    Parameters
    ----------
    item, stride, sizes, ratios
        As in `match`.
    """
    found = match(item, stride, sizes, ratios)
    cells = SIZE // stride
    dx, dy, dw, dh = detection.encode_boxes([OBJECTS[item]], [found.best])[0]
    missed = [name for name, n in zip(OBJECTS, found.good, strict=True) if n == 0]
    verdict = (
        "Every object has an anchor with an IoU of at least 0.5."
        if not missed
        else f"No anchor reaches an IoU of 0.5 with: {', '.join(missed)}."
    )
    kinds = found.total // cells**2
    return (
        f"{cells} × {cells} cells · {kinds} = {found.total} anchors. The best for the "
        f"{item} has an IoU of {found.iou:.2f}. To fit, its centre must move by "
        f"{fixed(dx, 2)} widths to the right and {fixed(dy, 2)} heights down, its "
        f"width become {np.exp(dw):.2f} and its height {np.exp(dh):.2f} times as "
        f"large. {verdict}"
    )


def figure() -> go.Figure:
    """Draw four objects, the grid of centres, and the anchors of one cell."""
    objects = lines("objects", "muted", width=1, fill="toself")
    objects.fillcolor = color("gray_tint")
    objects.x, objects.y = outlines(list(OBJECTS.values()))
    chosen = lines("chosen object", "vermillion", fill="toself")
    chosen.fillcolor = color("vermillion_tint")
    corners = np.array(list(OBJECTS.values()))
    built = go.Figure(
        [
            objects,
            chosen,
            go.Scatter(
                x=[],
                y=[],
                name="centres",
                mode="markers",
                marker={"color": color("axis"), "size": 4, "symbol": "cross-thin-open"},
                hoverinfo="skip",
            ),
            lines("anchors of a cell", "sky", width=1.5, dash="dot"),
            lines("best anchor", "blue", width=3.5, dash="dash"),
            go.Scatter(
                x=corners[:, [0, 2]].mean(axis=1),
                y=corners[:, [1, 3]].mean(axis=1),
                text=list(OBJECTS),
                mode="text",
                textfont={"size": 12, "color": color("ink")},
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    )
    built.update_layout(
        plain_layout(480, showlegend=True, margin={"l": 44, "r": 8, "t": 60, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **image_axes(SIZE, SIZE, more={"dtick": 16}),
    )
    built.update_xaxes(still("x in pixels"))
    built.update_yaxes(still("y in pixels"))
    return built
