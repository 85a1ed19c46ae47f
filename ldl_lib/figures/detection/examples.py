"""Images side by side with the boxes or the classes that a network sees in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.detection import CLASSES, Detections, Truth
from ldl_lib.figures._shared import counted, plain_layout
from ldl_lib.figures.detection._shared import image_axes, lines, outlines
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import DASHES, color

GAP = 6  # pixels between images
COLUMNS = 2
_CLASS_COLOURS = ("orange_tint", "blue", "vermillion", "green")
_PAGE = 238  # grey between images, which suits a light page and a dark one
LEAST_SCORE = 0.5  # of a detection that is drawn
SWATCH = 12  # side of a patch of colour in the key to the classes, in pixels

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def mosaic(images: ArrayLike, columns: int = COLUMNS) -> Pixels:
    """Lay images of one size out in rows, with gaps between them.

    Parameters
    ----------
    images : array_like of uint8, shape (n, h, w, 3)
        Red, green, blue.
    columns : int
        Images in a row.

    Returns
    -------
    ndarray of uint8, shape (rows · (h + 6) − 6, columns · (w + 6) − 6, 3)
    """
    images = np.asarray(images, dtype=np.uint8)
    height, width = images.shape[1] + GAP, images.shape[2] + GAP
    rows = -(-len(images) // columns)
    laid = np.full((rows * height - GAP, columns * width - GAP, 3), _PAGE, np.uint8)
    for image, (y, x) in zip(images, _corners(images, columns), strict=True):
        laid[y : y + image.shape[0], x : x + image.shape[1]] = image
    return laid


def _corners(images: Pixels, columns: int) -> list[tuple[int, int]]:
    """Return row and column of each image's first pixel in the mosaic."""
    height, width = images.shape[1] + GAP, images.shape[2] + GAP
    return [(i // columns * height, i % columns * width) for i in range(len(images))]


def colour_masks(masks: ArrayLike) -> Pixels:
    """Paint each pixel in the colour of its class.

    Parameters
    ----------
    masks : array_like of int, shape (..., h, w)
        Positions in `ldl_lib.detection.CLASSES`.

    Returns
    -------
    ndarray of uint8, shape (..., h, w, 3)
    """
    hexes = [color(name).lstrip("#") for name in _CLASS_COLOURS]
    palette = np.array([list(bytes.fromhex(code)) for code in hexes], dtype=np.uint8)
    painted: Pixels = palette[np.asarray(masks, dtype=np.int64)]
    return painted


def boxes_figure(
    images: Pixels, truths: Sequence[Truth], predictions: Sequence[Detections]
) -> go.Figure:
    """Draw images with the boxes of what there is and of what was detected.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, h, w, 3)
        Red, green, blue.
    truths, predictions : sequence
        One for each image. Detections with a score under ½ are left out.

    Returns
    -------
    plotly.graph_objects.Figure
        True boxes in white and black, detected boxes in a colour and a dash for each
        class, with the class's initial and the score in per cent.
    """
    figure = _picture(mosaic(images))
    corners = [np.array([x, y, x, y]) for y, x in _corners(images, COLUMNS)]
    true = np.concatenate(
        [np.asarray(t.boxes) + at for t, at in zip(truths, corners, strict=True)]
    )
    figure.add_trace(_boxes(true, lines("there", "ink", 4)))
    figure.add_trace(_boxes(true, lines("", "paper", 2, "dot", showlegend=False)))
    for class_ in range(1, len(CLASSES)):
        hue, name = _CLASS_COLOURS[class_], CLASSES[class_]
        placed = [
            (box + at, score)
            for found, at in zip(predictions, corners, strict=True)
            for box, score in _drawn(found, class_)
        ]
        trace = lines(name, hue, dash=DASHES[class_ - 1])
        figure.add_trace(_boxes([box for box, _ in placed], trace))
        for box, score in placed:
            figure.add_annotation(
                _label(f"{name[0]} {100 * score:.0f}", box[0], box[1])
                | {"bgcolor": color(hue), "font": {"size": 10, "color": color("paper")}}
                | {"yanchor": "bottom"}
            )
    drawn = sum(len(list(_drawn(p, k))) for p in predictions for k in (1, 2, 3))
    told = f"{counted(len(true), 'object')}; {counted(drawn, 'detection')}"
    alt = f"{counted(len(images), 'image')} with {told}."
    return figure.update_layout(showlegend=True, meta={"alt": alt})


def _drawn(found: Detections, class_: int) -> Iterator[tuple[Floats, float]]:
    """Yield box and score of each sure detection of a class."""
    boxes = np.asarray(found.boxes, dtype=np.float64).reshape(-1, 4)
    scores = np.asarray(found.scores, dtype=np.float64)
    shown = (np.asarray(found.classes) == class_) & (scores >= LEAST_SCORE)
    yield from zip(boxes[shown], scores[shown].tolist(), strict=True)


def _boxes(boxes: ArrayLike, trace: go.Scatter) -> go.Scatter:
    x, y = outlines(boxes)
    return trace.update(x=x, y=y)


def _label(text: str, x: float, y: float) -> dict[str, Any]:
    """Return an annotation whose upper left corner lies at a place."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "borderpad": 1,
    }


def masks_figure(images: Pixels, masks: Mapping[str, ArrayLike]) -> go.Figure:
    """Draw images, and under each of them the classes that several sources give it.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, h, w, 3)
        Red, green, blue.
    masks : mapping of str to array_like of int, shape (n, h, w)
        What each row shows, and the class of each pixel.

    Returns
    -------
    plotly.graph_objects.Figure
        One column an image, one row a source, named in its corner. Below is a key to
        the colours, as pixels: those of an image stay the same in dark mode.
    """
    images = np.asarray(images, dtype=np.uint8)
    painted = [colour_masks(mask) for mask in masks.values()]
    laid = mosaic(np.concatenate([images, *painted]), len(images))
    key = np.full((SWATCH + 2 * GAP, laid.shape[1], 3), _PAGE, np.uint8)
    places = np.arange(len(CLASSES)) * (laid.shape[1] // len(CLASSES)) + GAP
    for class_, x in enumerate(places):
        key[GAP:-GAP, x : x + SWATCH] = colour_masks(np.full((SWATCH, SWATCH), class_))
    figure = _picture(np.concatenate([laid, key]))
    step = images.shape[1] + GAP
    paper = {"bgcolor": color("paper"), "font": {"size": 12}}
    for row, name in enumerate(["image", *masks]):
        figure.add_annotation(_label(name, 2, row * step + 2) | paper)
    for name, x in zip(CLASSES, places, strict=True):
        figure.add_annotation(
            _label(name, x + SWATCH + 1, len(laid) + 4) | paper | {"font": {"size": 10}}
        )
    alt = f"{len(images)} images, and their classes by pixel: {', '.join(masks)}."
    return figure.update_layout(meta={"alt": alt})


def _picture(pixels: Pixels) -> go.Figure:
    """Return a figure of one image whose axes count its pixels."""
    height, width = pixels.shape[:2]
    figure = go.Figure()
    margin = {"l": 4, "r": 4, "t": 40, "b": 4}
    figure.update_layout(plain_layout(60 + 420 * height // width, margin=margin))
    figure.update_layout(image_axes(width, height, more={"visible": False}))
    figure.add_layout_image(
        source=data_uri(pixels, colours=128),
        xref="x",
        yref="y",
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        sizing="stretch",
        layer="below",
    )
    return figure
