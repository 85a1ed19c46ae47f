"""E2.3: gradient descent on functions of two weights."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, counted, fixed, plain_layout, still
from ldl_lib.figures.gradients._shared import NOWHERE, arrow_trace
from ldl_lib.figures.paths import (
    contour_trace,
    here_trace,
    marks_trace,
    until_outside,
)
from ldl_lib.figures.theme import SEQUENTIAL, color
from ldl_lib.figures.tweaks.optimizers import SURFACES as RACE
from ldl_lib.figures.tweaks.optimizers import Surface

Floats = NDArray[np.float64]

X_RANGE, Y_RANGE = (-3.2, 3.2), (-1.9, 2.3)
RESOLUTION = 39
LOSS_RANGE = (-4.0, 2.0)  # powers of ten on the lower axis
MOMENTS = (0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 40)  # steps at which the player stops
STEPS = MOMENTS[-1]
RATES = (0.05, 0.09, 0.11, 0.5, 1.0, 2.1)
STARTS = {
    "left, above": (-2.5, 1.2),
    "right, below": (2.2, -1.0),
    "left, on the axis": (-2.5, 0.0),
    "left, just above the axis": (-2.5, 0.05),
}
ARROW = 0.9  # length of the arrow, which shows a direction only
COLUMNS, ROWS = 33, 27  # of the landscape
CEILING = 12.0  # where the landscape is cut off
LIFT = 0.12  # the path floats a little above the ground, to be seen
FLAT = 1e-3  # a shorter gradient looks like none

# Ravine and saddle come back in chapter 5, where other optimizers run on them.
GROUNDS: dict[str, Surface] = {
    "bowl": Surface(
        lambda x, y: (x**2 + y**2) / 2,
        lambda x, y: np.array([x, y]),
        (-2.5, 1.2),
        X_RANGE,
        Y_RANGE,
        {"minimum": [(0.0, 0.0)]},
    ),
    "ravine": RACE["ravine"],
    "saddle": RACE["saddle"],
}


@cache
def walk(surface: str, rate: float, start: str) -> Floats:
    """Return the weights from the start on, shape (points, 2).

    The walk ends after the first point outside the picture, or after `STEPS` steps.

    Parameters
    ----------
    surface, start : str
        Keys of `GROUNDS` and `STARTS`.
    rate : float
        Learning rate η.
    """
    gradient, optimizer = GROUNDS[surface].gradient, nn.SGD(rate)
    weights = np.array(STARTS[start])
    points = [weights.copy()]
    for _ in range(STEPS):
        optimizer.step(weights, gradient(*weights.tolist()))
        points.append(weights.copy())
        if not _inside(weights):
            break
    return until_outside(points, X_RANGE, Y_RANGE)


def _inside(point: Floats) -> bool:
    low, high = np.array([X_RANGE, Y_RANGE]).T
    return bool(((low <= point) & (point <= high)).all())


def nearest_minimum(surface: str, point: Floats) -> Floats:
    """Return the minimum that is nearest to a point."""
    minima = np.array(GROUNDS[surface].marks["minimum"])
    return np.asarray(minima[np.argmin(np.linalg.norm(minima - point, axis=1))])


def angle_apart(surface: str, point: Floats) -> float | None:
    """Return the angle between −∇L and the way to the nearest minimum, in degrees.

    None where either has no direction.
    """
    down = -GROUNDS[surface].gradient(*point.tolist())
    way = nearest_minimum(surface, point) - point
    lengths = float(np.linalg.norm(down) * np.linalg.norm(way))
    if lengths < FLAT**2:
        return None
    return math.degrees(math.acos(max(-1.0, min(1.0, float(down @ way) / lengths))))


def figure() -> go.Figure:
    """Draw contour lines with the path, and the loss over the steps below."""
    empty = np.zeros((2, 2))
    trail = {"color": color("blue"), "width": 2.5}
    dots = {"size": 6, "color": color("blue"), "opacity": 1}
    second = {"xaxis": "x2", "yaxis": "y2"}
    built = go.Figure(
        [
            contour_trace(np.arange(2.0), np.arange(2.0), empty).update(
                x=np.linspace(*X_RANGE, RESOLUTION),
                y=np.linspace(*Y_RANGE, RESOLUTION),
                contours={"start": -1.8, "end": 1.8, "size": 0.3},
            ),
            marks_trace(),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line=trail,
                marker=dots,
                name="path",
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="way to the minimum",
                line={"color": color("vermillion"), "dash": "dash", "width": 3},
                hoverinfo="skip",
            ),
            arrow_trace("green").update(name="steepest descent", showlegend=True),
            here_trace(),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line=trail,
                marker=dots,
                hoverinfo="skip",
                showlegend=False,
                **second,
            ),
        ]
    )
    ticks = (-4, -2, 0, 2)
    built.update_layout(
        plain_layout(600, margin={"l": 60, "r": 14, "t": 80, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still(
                "weight w₁", range=list(X_RANGE), anchor="y", constrain="domain"
            ),
            "yaxis": still(
                "weight w₂",
                range=list(Y_RANGE),
                domain=[0.4, 1],
                scaleanchor="x",
                constrain="domain",
            ),
            "xaxis2": still("step", range=[-0.5, STEPS + 0.5], anchor="y2"),
            "yaxis2": still(
                "loss",
                anchor="x2",
                type="log",
                range=list(LOSS_RANGE),
                domain=[0, 0.25],
                tickvals=[10.0**p for p in ticks],
                ticktext=["0.0001", "0.01", "1", "100"],
            ),
        }
    )
    return built


@cache
def _ground(surface: str) -> State:
    """Return what depends on the surface alone."""
    ground = GROUNDS[surface]
    grid = np.meshgrid(
        np.linspace(*X_RANGE, RESOLUTION), np.linspace(*Y_RANGE, RESOLUTION)
    )
    marks = [(name, *at) for name, places in ground.marks.items() for at in places]
    return {
        "data[0].z": np.log10(np.maximum(ground.value(*grid), 1e-3)).round(2),
        "data[1].x": [x for _, x, _ in marks],
        "data[1].y": [y for _, _, y in marks],
        "data[1].text": [name for name, _, _ in marks],
    }


def state(surface: str, rate: float, start: str, moment: int) -> State:
    """Return surface, path, direction of steepest descent and losses.

    Parameters
    ----------
    surface, rate, start
        As in `walk`.
    moment : int
        Position in `MOMENTS`.
    """
    path = walk(surface, rate, start)[: MOMENTS[moment] + 1]
    at = path[-1]
    ground = GROUNDS[surface]
    gradient = ground.gradient(*at.tolist())
    length = float(np.linalg.norm(gradient))
    shown = _inside(at)
    arrow = np.array([NOWHERE])
    if shown and length > FLAT:
        arrow = np.stack([at, at - ARROW / length * gradient])
    way = np.array([at, nearest_minimum(surface, at)] if shown else [NOWHERE])
    losses = np.clip(ground.value(*path.T), *(10.0**p for p in LOSS_RANGE))
    path, way, arrow = (part.round(2) for part in (path, way, arrow))  # below a pixel
    return _ground(surface) | {
        "data[2].x": path[:, 0],
        "data[2].y": path[:, 1],
        "data[3].x": way[:, 0],
        "data[3].y": way[:, 1],
        "data[4].x": arrow[:, 0],
        "data[4].y": arrow[:, 1],
        "data[5].x": path[-1:, 0],
        "data[5].y": path[-1:, 1],
        "data[6].x": np.arange(len(path)),
        "data[6].y": 10 ** np.log10(losses).round(2),
    }


def words(surface: str, rate: float, start: str, moment: int) -> str:
    """Say how long the gradient and the next step are, and where they lead."""
    path = walk(surface, rate, start)[: MOMENTS[moment] + 1]
    at, taken = path[-1], len(path) - 1
    after = f"After {counted(taken, 'step')}"
    if not _inside(at):
        return f"{after} the path has left the picture: it flies apart."
    ground = GROUNDS[surface]
    length = float(np.linalg.norm(ground.gradient(*at.tolist())))
    loss = float(ground.value(*at))
    text = f"{after} the loss is {fixed(loss, 3)}. "
    if length < FLAT:
        way = float(np.linalg.norm(nearest_minimum(surface, at) - at))
        if way > 0.1:
            return text + "The gradient is 0, but this is a saddle, no minimum."
        return text + "The gradient is 0 here: the minimum."
    text += f"The gradient has length {fixed(length, 2)}, "
    text += f"so the next step has length {fixed(rate * length, 3)}."
    angle = angle_apart(surface, at)
    if angle is not None:
        text += (
            " The steepest way down and the way to the nearest minimum are "
            f"{angle:.0f}° apart."
        )
    return text


def surface_figure() -> go.Figure:
    """Draw the loss as a landscape with the path on it."""
    lit = {"ambient": 0.75, "diffuse": 0.5, "specular": 0}
    dots = {"size": 3.5, "color": color("vermillion")}
    now = {"size": 7, "color": color("ink"), "symbol": "diamond"}
    built = go.Figure(
        [
            go.Surface(
                x=np.linspace(*X_RANGE, COLUMNS),
                y=np.linspace(*Y_RANGE, ROWS),
                z=np.zeros((2, 2)),
                colorscale=SEQUENTIAL["light"],
                cmin=0,
                cmax=2 * CEILING,  # its darkest half would hide the path
                showscale=False,
                lighting=lit,
                opacity=0.8,
                hoverinfo="skip",
            ),
            go.Scatter3d(
                x=[],
                y=[],
                z=[],
                mode="lines+markers",
                line={"color": color("vermillion"), "width": 6},
                marker=dots,
                hoverinfo="skip",
            ),
            go.Scatter3d(
                x=[], y=[], z=[], mode="markers", marker=now, hoverinfo="skip"
            ),
        ]
    )
    built.update_layout(
        plain_layout(420, margin={"l": 0, "r": 0, "t": 0, "b": 0})
        | {
            "scene": {
                "xaxis": _scene_axis("w₁", X_RANGE, (-2, 0, 2)),
                "yaxis": _scene_axis("w₂", Y_RANGE, (-1, 0, 1)),
                "zaxis": _scene_axis("loss", (0, CEILING), (0, 5, 10)),
                "aspectmode": "manual",
                "aspectratio": {"x": 1.15, "y": 0.8, "z": 0.6},
                "camera": {
                    "eye": {"x": -1.7, "y": -1.37, "z": 1.85},
                    "center": {"x": -0.1, "y": 0.12, "z": -0.12},
                },
            }
        }
    )
    return built


def _scene_axis(title: str, ends: tuple[float, float], ticks: tuple[int, ...]) -> State:
    return {"title": {"text": title}, "range": list(ends), "tickvals": list(ticks)}


@cache
def _landscape(surface: str) -> Floats:
    grid = np.meshgrid(np.linspace(*X_RANGE, COLUMNS), np.linspace(*Y_RANGE, ROWS))
    heights = GROUNDS[surface].value(*grid)
    return np.asarray(np.minimum(heights, 2 * CEILING).round(1))  # the axis cuts it


def surface_state(surface: str, rate: float, start: str, moment: int) -> State:
    """Return the landscape, cut off where it is high, and the path on it.

    Parameters as in `state`.
    """
    path = walk(surface, rate, start)[: MOMENTS[moment] + 1]
    heights = GROUNDS[surface].value(*path.T) + LIFT
    shown = np.array([_inside(point) for point in path]) & (heights <= CEILING)
    x, y, z = (np.where(shown, part, np.nan).round(2) for part in (*path.T, heights))
    return {
        "data[0].z": _landscape(surface),
        "data[1].x": x,
        "data[1].y": y,
        "data[1].z": z,
        "data[2].x": x[-1:],
        "data[2].y": y[-1:],
        "data[2].z": z[-1:],
    }


def surface_words(surface: str, rate: float, start: str, moment: int) -> str:
    """Say how the loss has changed since the start."""
    path = walk(surface, rate, start)[: MOMENTS[moment] + 1]
    first, last = (float(GROUNDS[surface].value(*at)) for at in (path[0], path[-1]))
    if len(path) == 1:
        return "On the landscape, the walk has not begun."
    verb = "down" if last < first else "up"
    return f"On the landscape, it has come {verb} from {fixed(first, 2)}."


# The two views of the walk: figure, state and words of each.
PANELS = {
    "map": (figure, state, words),
    "landscape": (surface_figure, surface_state, surface_words),
}
