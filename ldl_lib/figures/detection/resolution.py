"""EB.11: what is left of a mask that was known on a coarse map only."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import detection
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.detection._shared import image_axes
from ldl_lib.figures.detection.roi import interpolate
from ldl_lib.figures.theme import color

FACTORS = (1, 2, 4, 8, 16)
METHODS = ("nearest", "bilinear")
SCENES, SEED = 4, 9
SIZE = detection.SCENE_SIZE
TINTS = ("paper", "blue_tint", "orange_tint", "purple_tint")


@cache
def _scenes() -> detection.Scenes:
    return detection.scenes(SCENES, SEED)


@cache
def restored(scene: int, factor: int, method: str) -> NDArray[np.int64]:
    """Return a mask made coarse and enlarged again.

    Each coarse cell keeps the share of every class among its pixels. Enlarged again,
    each pixel gets the class with the largest share.

    Parameters
    ----------
    scene : int
        Number of the scene, from 1.
    factor : int
        Pixels along one side of a coarse cell.
    method : str
        One of `METHODS`.

    Returns
    -------
    ndarray of int64, shape (64, 64)
        Class of each pixel.
    """
    mask = _scenes().masks[scene - 1]
    coarse = SIZE // factor
    shares = []
    for class_ in range(len(detection.CLASSES)):
        blocks = (mask == class_).reshape(coarse, factor, coarse, factor)
        share = blocks.mean(axis=(1, 3))
        if method == "bilinear":
            centres = (np.arange(SIZE) + 0.5) / factor
            points = np.stack(np.meshgrid(centres, centres), axis=-1)
            shares.append(interpolate(share, points))
        else:
            shares.append(np.repeat(np.repeat(share, factor, axis=0), factor, axis=1))
    answer: NDArray[np.int64] = np.argmax(shares, axis=0)
    return answer


def state(scene: int, factor: int, method: str) -> State:
    """Return the true mask, the restored one, and the pixels that are wrong.

    Parameters
    ----------
    scene, factor, method
        As in `restored`.
    """
    mask = _scenes().masks[scene - 1]
    back = restored(scene, factor, method)
    rows, columns = np.nonzero(back != mask)
    return {
        "data[0].z": mask,
        "data[1].z": back,
        "data[2].x": columns + 0.5,
        "data[2].y": rows + 0.5,
    }


def words(scene: int, factor: int, method: str) -> str:
    """Say how many pixels are wrong, and what accuracy and mean IoU make of it.

    Parameters
    ----------
    scene, factor, method
        As in `restored`.
    """
    mask = _scenes().masks[scene - 1]
    back = restored(scene, factor, method)
    wrong = int((back != mask).sum())
    mean = detection.mean_iou(back, mask, len(detection.CLASSES))
    if factor == 1:
        return "Nothing is lost: every pixel has its own class, mean IoU 1.00."
    lost = [
        name
        for class_, name in enumerate(detection.CLASSES)
        if (mask == class_).any() and not (back == class_).any()
    ]
    text = (
        f"{SIZE // factor} × {SIZE // factor} cells: {wrong} of {mask.size:,} pixels "
        f"come back wrong. Pixel accuracy {100 * (1 - wrong / mask.size):.1f}%, mean "
        f"IoU {mean:.2f}."
    )
    return text + (f" No {' or '.join(lost)} is left." if lost else "")


def figure() -> go.Figure:
    """Draw the true mask and the restored one side by side."""
    steps = len(TINTS)
    scale = [
        [edge / steps, color(TINTS[i])] for i in range(steps) for edge in (i, i + 1)
    ]
    common = {
        "z": [],
        "x0": 0.5,
        "dx": 1,
        "y0": 0.5,
        "dy": 1,
        "zmin": -0.5,
        "zmax": steps - 0.5,
        "colorscale": scale,
        "showscale": False,
        "hoverinfo": "skip",
    }
    built = go.Figure(
        [
            go.Heatmap(common),
            go.Heatmap(common, xaxis="x2", yaxis="y2"),
            go.Scatter(
                x=[],
                y=[],
                name="wrong pixels",
                mode="markers",
                xaxis="x2",
                yaxis="y2",
                marker={"color": color("ink"), "size": 4, "symbol": "square"},
                hoverinfo="skip",
            ),
        ]
    )
    for number, name in ((1, "circle"), (2, "square"), (3, "triangle")):
        built.add_scatter(
            x=[None],
            y=[None],
            name=name,
            mode="markers",
            marker={
                "color": color(TINTS[number]),
                "symbol": ("circle", "square", "triangle-up")[number - 1],
                "size": 13,
                "line": {"color": color("axis"), "width": 1},
            },
        )
    built.update_layout(
        plain_layout(400, showlegend=True, margin={"l": 30, "r": 8, "t": 60, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **image_axes(SIZE, SIZE, more={"dtick": 16}),
        **image_axes(SIZE, SIZE, "2", {"dtick": 16}),
    )
    built.update_layout(
        xaxis={"domain": [0, 0.47]} | still("truth"),
        xaxis2={"domain": [0.53, 1], "anchor": "y2"} | still("coarse and back"),
        yaxis2={"anchor": "x2", "showticklabels": False, "ticks": ""},
    )
    return built
