"""EB.12: two ways to judge a mask, when most pixels are background."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import detection
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.detection._shared import image_axes, lines, outlines
from ldl_lib.figures.theme import color

SIZE = 64
RADII = (2, 4, 8, 16, 24)
# Shift to the right and change of the radius, in pixels; None finds nothing.
PREDICTIONS: dict[str, tuple[float, float] | None] = {
    "nothing": None,
    "one pixel too small": (0.0, -1.0),
    "one pixel too large": (0.0, 1.0),
    "three pixels too far right": (3.0, 0.0),
    "exact": (0.0, 0.0),
}
CENTRE = 32.0


class Scores(NamedTuple):
    """How good a mask is.

    Attributes
    ----------
    pixels : int
        Of the object.
    accuracy : float
        Share of pixels with the right class.
    each : ndarray, shape (2,)
        IoU of the background and of the object.
    """

    pixels: int
    accuracy: float
    each: NDArray[np.float64]


def _disc(radius: float, shift: float = 0.0) -> NDArray[np.bool_]:
    centres = np.arange(SIZE) + 0.5
    x, y = np.meshgrid(centres - CENTRE - shift, centres - CENTRE)
    inside: NDArray[np.bool_] = np.hypot(x, y) < radius
    return inside


def scores(radius: int, prediction: str) -> Scores:
    """Compare a disc with a prediction.

    Parameters
    ----------
    radius : int
        Of the object, in pixels.
    prediction : str
        A key of `PREDICTIONS`.
    """
    truth = _disc(radius)
    change = PREDICTIONS[prediction]
    predicted = np.zeros_like(truth)
    if change is not None:
        predicted = _disc(radius + change[1], change[0])
    return Scores(
        int(truth.sum()),
        float((truth == predicted).mean()),
        detection.class_iou(predicted.astype(int), truth.astype(int), 2),
    )


def _circle(
    radius: float, shift: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    turn = np.linspace(0, 2 * np.pi, 61)
    return CENTRE + shift + radius * np.cos(turn), CENTRE + radius * np.sin(turn)


def state(radius: int, prediction: str) -> State:
    """Return the object, the prediction, and both scores.

    Parameters
    ----------
    radius, prediction
        As in `scores`.
    """
    found = scores(radius, prediction)
    truth = _circle(radius, 0.0)
    change = PREDICTIONS[prediction]
    guess = outlines([])
    if change is not None:
        guess = _circle(radius + change[1], change[0])
    values = [found.accuracy, float(found.each.mean()), *map(float, found.each[::-1])]
    return {
        "data[0].x": truth[0],
        "data[0].y": truth[1],
        "data[1].x": guess[0],
        "data[1].y": guess[1],
        "data[2].x": values,
        "data[2].text": [f"{value:.3f}" for value in values],
    }


def words(radius: int, prediction: str) -> str:
    """Say what accuracy and mean IoU are, and why they differ.

    Parameters
    ----------
    radius, prediction
        As in `scores`.
    """
    found = scores(radius, prediction)
    share = found.pixels / SIZE**2
    return (
        f"The object has {found.pixels:,} of {SIZE**2:,} pixels, {100 * share:.1f}%. "
        f"Pixel accuracy {100 * found.accuracy:.1f}%; IoU of the object "
        f"{found.each[1]:.3f}, of the background {found.each[0]:.3f}, mean "
        f"{found.each.mean():.3f}."
    )


def figure() -> go.Figure:
    """Draw a disc and its prediction, and the scores as bars."""
    truth = lines("truth", "vermillion", dash="dash", fill="toself")
    truth.fillcolor = color("vermillion_tint")
    built = go.Figure(
        [
            truth,
            lines("prediction", "blue"),
            go.Bar(
                x=[],
                y=["accuracy", "mean IoU", "object", "background"],
                text=[],
                orientation="h",
                textposition="inside",
                insidetextanchor="start",
                textangle=0,
                constraintext="none",
                textfont={"color": color("ink")},
                marker={
                    "color": color("blue_tint"),
                    "line": {"color": color("blue"), "width": 1.5},
                },
                xaxis="x2",
                yaxis="y2",
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    )
    built.update_layout(
        plain_layout(480, showlegend=True, margin={"l": 92, "r": 8, "t": 40, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **image_axes(SIZE, SIZE, more={"dtick": 16}),
        xaxis2=still("score", range=[0, 1.02], anchor="y2"),
        yaxis2=still("", anchor="x2", domain=[0, 0.3], autorange="reversed"),
    )
    built.update_layout(
        xaxis=still("pixels", anchor="y"), yaxis={"domain": [0.44, 1], "anchor": "x"}
    )
    return built
