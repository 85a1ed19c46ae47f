"""E5.7, second part: gradient descent at a cliff, with the gradient clipped or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.geometry import Range
from ldl_lib.figures.paths import contour_trace
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

STEPS = 20
METHODS = ("not at all", "by value", "by norm")
LIMITS = (0.5, 1.0, 2.0)
RATES = (0.2, 0.5, 0.8)
START = (-1.7, 2.4)
X_RANGE: Range = (-8.2, 1.2)
Y_RANGE: Range = (-0.6, 2.9)

BEND = 0.1  # how round the floor is at the foot of the wall
WALL = 60.0  # curvature of the wall, where w₁ > 0
ALONG = 0.3  # curvature along w₂

RESOLUTION = 33
LENGTHS = (-1.3, 1.7)  # powers of ten on the lower axis


def height(x: Array, y: Array) -> Array:
    """Return the loss: a gentle slope towards the wall, which rises where x > 0."""
    floor = np.sqrt(BEND**2 + x**2) - BEND
    wall = 0.5 * WALL * np.maximum(x, 0) ** 2
    return np.asarray(floor + wall + 0.5 * ALONG * y**2)


def gradient(x: float, y: float) -> Array:
    """Return the gradient of `height`, shape (2,)."""
    across = x / math.hypot(BEND, x) + WALL * max(x, 0.0)
    return np.array([across, ALONG * y])


@dataclass(frozen=True)
class Descent:
    """Points (STEPS + 2, 2), and at all but the last the gradient and the used one."""

    points: Array
    gradients: Array
    used: Array


@cache
def descend(method: str, limit: float, rate: float) -> Descent:
    """Let `ldl_lib.nn.SGD` go down, clipping as told.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    limit : float
        Largest component, or largest length, of a gradient.
    rate : float
        Learning rate η.
    """
    clip: dict[str, dict[str, Any]] = {
        "by value": {"clip_value": limit},
        "by norm": {"clip_norm": limit},
    }
    optimizer = nn.SGD(rate, **clip.get(method, {}))
    weights = np.array(START)
    points, gradients = [weights.copy()], []
    for _ in range(STEPS + 1):
        gradients.append(gradient(*weights.tolist()))
        optimizer.step(weights, gradients[-1])
        points.append(weights.copy())
    # What the optimizer really used: the step divided by the rate.
    used = -np.diff(points, axis=0) / rate
    return Descent(np.array(points), np.array(gradients), used)


def figure() -> go.Figure:
    """Draw the slope and the wall from above, and the gradient's length below."""
    x, y = np.linspace(*X_RANGE, RESOLUTION), np.linspace(*Y_RANGE, RESOLUTION)
    heights = height(*np.meshgrid(x, y))
    taken = {"color": color("green"), "width": 4}
    full = {"color": color("vermillion"), "width": 2, "dash": "dash"}
    path = {"color": color("blue"), "width": 2}
    lower = {"xaxis": "x2", "yaxis": "y2"}
    skip = {"hoverinfo": "skip"}
    figure = go.Figure(
        [
            contour_trace(x, y, heights.round(2)).update(
                contours={"start": 0.5, "end": 12, "size": 1}
            ),
            go.Scatter(
                x=[0],
                y=[0],
                text=["minimum"],
                mode="markers+text",
                marker={"symbol": "cross-thin", "size": 11},
                textfont={"size": 13, "shadow": "auto"},
                textposition="bottom left",
                showlegend=False,
                **skip,
            ).update(marker_line={"width": 2, "color": color("ink")}),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                name="path so far",
                line=path,
                marker={"size": 5, "color": color("blue")},
                **skip,
            ),
            go.Scatter(
                x=[], y=[], mode="lines", name="next step, unclipped", line=full, **skip
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                name="next step, taken",
                line=taken,
                marker={"size": [13, 0], "symbol": "diamond", "opacity": 1}
                | {"color": color("green")},
                **skip,
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line=full,
                marker={"symbol": "square", "size": 6},
                showlegend=False,
                **lower,
                **skip,
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line=taken | {"width": 3},
                marker={"symbol": "diamond", "size": 8},
                showlegend=False,
                **lower,
                **skip,
            ),
        ]
    )
    fixed = {"fixedrange": True}
    figure.update_layout(
        height=560,
        dragmode=False,
        hovermode=False,
        margin={"l": 60, "r": 12, "t": 72, "b": 44},
        xaxis={"title": {"text": "weight w₁", "standoff": 2}, "anchor": "y"}
        | {"range": list(X_RANGE)}
        | fixed,
        yaxis={"title": {"text": "weight w₂"}, "domain": [0.45, 1]}
        | {"range": list(Y_RANGE)}
        | fixed,
        xaxis2={"title": {"text": "steps taken"}, "anchor": "y2", "dtick": 4}
        | {"range": [-0.5, STEPS + 0.5]}
        | fixed,
        yaxis2={"title": {"text": "gradient’s length"}, "domain": [0, 0.3]}
        | {"type": "log", "range": list(LENGTHS), "anchor": "x2"}
        | {"tickvals": [0.1, 1, 10], "ticktext": ["0.1", "1", "10"]}
        | fixed,
    )
    return figure


def state(method: str, limit: float, rate: float, step: int) -> State:
    """Return the path, the next step with and without clipping, and the lengths.

    Parameters
    ----------
    method, limit, rate
        As in `descend`.
    step : int
        Steps taken so far, up to `STEPS`.
    """
    run = descend(method, limit, rate)
    here = run.points[step]
    unclipped = np.stack([here, here - rate * run.gradients[step]])
    taken = run.points[step : step + 2]
    trail = run.points[: step + 1]
    return {
        "data[2].x": trail[:, 0],
        "data[2].y": trail[:, 1],
        "data[3].x": unclipped[:, 0],
        "data[3].y": unclipped[:, 1],
        "data[4].x": taken[:, 0],
        "data[4].y": taken[:, 1],
        "data[5].x": np.arange(step + 1.0),
        "data[5].y": np.linalg.norm(run.gradients[: step + 1], axis=1),
        "data[6].x": np.arange(step + 1.0),
        "data[6].y": np.linalg.norm(run.used[: step + 1], axis=1),
    }


def turned(before: Array, after: Array) -> float:
    """Return the angle between two vectors, in degrees."""
    cosine = before @ after / (np.linalg.norm(before) * np.linalg.norm(after))
    return math.degrees(math.acos(min(1.0, float(cosine))))


def words(method: str, limit: float, rate: float, step: int) -> str:
    """Say what the gradient is here, and what clipping makes of it."""
    run = descend(method, limit, rate)
    raw, used = run.gradients[step], run.used[step]
    length, kept = float(np.linalg.norm(raw)), float(np.linalg.norm(used))
    text = f"After {step} {'step' if step == 1 else 'steps'}: gradient {_vector(raw)}, "
    if method == METHODS[0]:
        text += f"length {length:.2f}, used as it is."
    elif length - kept < 1e-9:
        text += f"length {length:.2f}, within the limit."
    else:
        angle = turned(raw, used)
        text += (
            f"length {length:.2f}. Clipped to {_vector(used)}, length {kept:.2f}: "
            f"turned by {angle:.0f}°."
        )
    jump = rate * kept
    loss = float(height(*run.points[step + 1]))
    return f"{text} The step is {jump:.2f} long and leads to a loss of {loss:.2f}."


def _vector(values: Array) -> str:
    numbers = ", ".join(f"{value:.2f}" for value in values.tolist())
    return f"({numbers})".replace("-", "−")
