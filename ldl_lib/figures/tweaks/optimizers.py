"""E5.7: eight optimizers race over three surfaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, significant
from ldl_lib.figures.geometry import Range
from ldl_lib.figures.paths import (
    contour_trace,
    kept_points,
    lane_trace,
    marks_trace,
    until_outside,
)

Array = NDArray[np.float64]

# Steps at which the player stops: the early ones, which differ most, lie closest.
MOMENTS = (0, 1, 3, 8, 20, 50, 100)
STEPS = MOMENTS[-1]
GOAL = 0.01  # a loss below this counts as arrived
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
WEIGHT_DECAY = 0.1  # ten times the usual, so that its pull can be seen


@dataclass(frozen=True)
class Surface:
    """A loss over two weights.

    Attributes
    ----------
    value : callable
        Arrays x and y of one shape to the loss, which is 0 at the minima.
    gradient : callable
        Two numbers to an array of shape (2,).
    start : (float, float)
        Where all optimizers set out.
    x_range, y_range : (float, float)
        What the picture shows.
    marks : dict of str to list of (float, float)
        What there is to mark: minima, and a saddle point if there is one.
    """

    value: Callable[[Array, Array], Array]
    gradient: Callable[[float, float], Array]
    start: tuple[float, float]
    x_range: Range
    y_range: Range
    marks: dict[str, list[tuple[float, float]]]


SURFACES: dict[str, Surface] = {
    # Twenty times as steep across as along: the two curvatures are 20 and 1.
    "ravine": Surface(
        lambda x, y: 0.5 * (x - 1) ** 2 + 10 * (y - 0.5) ** 2,
        lambda x, y: np.array([x - 1, 20 * (y - 0.5)]),
        (-3.5, 1.5),
        (-4.5, 4.5),
        (-1.6, 2.6),
        {"minimum": [(1.0, 0.5)]},
    ),
    # Flat at the origin, downhill along y only. The start is a hair off the ridge.
    "saddle": Surface(
        lambda x, y: 0.5 * x**2 + 0.25 * (y**2 - 1) ** 2,
        lambda x, y: np.array([x, y**3 - y]),
        (-2.5, 0.01),
        (-3.0, 3.0),
        (-1.9, 1.9),
        {"minimum": [(0.0, 1.0), (0.0, -1.0)], "saddle": [(0.0, 0.0)]},
    ),
    # Rosenbrock's curved valley, less narrow than his: 20 for his 100, divided by 20.
    "Rosenbrock": Surface(
        lambda x, y: (1 - x) ** 2 / 20 + (y - x**2) ** 2,
        lambda x, y: np.array([(x - 1) / 10 - 4 * x * (y - x**2), 2 * (y - x**2)]),
        (-1.5, -0.5),
        (-2.1, 2.1),
        (-1.2, 3.0),
        {"minimum": [(1.0, 1.0)]},
    ),
}

OPTIMIZERS: dict[str, Callable[[float], nn.Optimizer]] = {
    "SGD": lambda rate: nn.SGD(rate),
    "momentum": lambda rate: nn.SGD(rate, momentum=0.9),
    "Nesterov": lambda rate: nn.SGD(rate, momentum=0.9, nesterov=True),
    "AdaGrad": lambda rate: nn.AdaGrad(rate),
    "RMSProp": lambda rate: nn.RMSProp(rate),
    "Adam": lambda rate: nn.Adam(rate),
    "AdamW": lambda rate: nn.AdamW(rate, weight_decay=WEIGHT_DECAY),
    "Nadam": lambda rate: nn.Nadam(rate),
}

# Who runs against SGD. An optimizer keeps its lane, hence its colour, in all groups.
GROUPS: dict[str, tuple[str, str, str, str]] = {
    "momentum, Nesterov": ("SGD", "momentum", "Nesterov", ""),
    "AdaGrad, RMSProp, Adam": ("SGD", "AdaGrad", "RMSProp", "Adam"),
    "momentum, RMSProp, Adam": ("SGD", "momentum", "RMSProp", "Adam"),
    "Adam and its relatives": ("SGD", "Nadam", "AdamW", "Adam"),
}
LANES = 4

LOSS_RANGE = (-4.0, 1.6)  # powers of ten on the lower axis
RESOLUTION = 37


@dataclass(frozen=True)
class Run:
    """Where an optimizer went.

    Attributes
    ----------
    path : ndarray, shape (points, 2)
        From the start on, one point a step; the last one may be outside the picture.
    losses : ndarray, shape (points,)
    left : int or None
        The step that led out of the picture.
    arrived : int or None
        First step with a loss below `GOAL`.
    """

    path: Array
    losses: Array
    left: int | None
    arrived: int | None

    def loss_after(self, step: int) -> float | None:
        """Return the loss after a step, or None if the picture has been left."""
        return None if self.is_out(step) else float(self.losses[step])

    def is_out(self, step: int) -> bool:
        """Return whether a step lies beyond the one that left the picture."""
        return self.left is not None and step >= self.left


@cache
def race(surface: str, name: str, rate: float, steps: int = STEPS) -> Run:
    """Let one optimizer of `ldl_lib.nn` run.

    Parameters
    ----------
    surface, name : str
        Keys of `SURFACES` and `OPTIMIZERS`.
    rate : float
        Learning rate η.
    steps : int
        How far, unless it leaves the picture before.
    """
    ground = SURFACES[surface]
    optimizer = OPTIMIZERS[name](rate)
    weights = np.array(ground.start)
    points = [weights.copy()]
    (left, right), (bottom, top) = ground.x_range, ground.y_range
    for _ in range(steps):
        optimizer.step(weights, ground.gradient(*weights.tolist()))
        points.append(weights.copy())
        x, y = weights.tolist()
        if not (left <= x <= right and bottom <= y <= top):
            break
    path = until_outside(points, ground.x_range, ground.y_range)
    losses = ground.value(path[:, 0], path[:, 1])
    out = not (left <= path[-1, 0] <= right and bottom <= path[-1, 1] <= top)
    low = np.flatnonzero(losses < GOAL)
    return Run(
        path,
        losses,
        len(path) - 1 if out else None,
        int(low[0]) if len(low) else None,
    )


def figure() -> go.Figure:
    """Draw the surface with the paths, and the loss over the steps below it."""
    empty = np.zeros((2, 2))
    traces: list[Any] = [
        contour_trace(np.arange(2.0), np.arange(2.0), empty).update(
            contours={"start": -1.5, "end": 1.5, "size": 0.5}
        ),
        marks_trace(),
    ]
    traces += [
        lane_trace(lane, "", below, STEPS)
        for below in (False, True)
        for lane in range(LANES)
    ]
    figure = go.Figure(traces)
    fixed = {"fixedrange": True}
    figure.update_layout(
        height=620,
        dragmode=False,
        hovermode=False,
        margin={"l": 60, "r": 12, "t": 56, "b": 44},
        legend={"itemsizing": "constant", "itemclick": False, "itemdoubleclick": False},
        xaxis={"title": {"text": "weight w₁", "standoff": 2}, "anchor": "y"} | fixed,
        yaxis={"title": {"text": "weight w₂"}, "domain": [0.43, 1]} | fixed,
        xaxis2={
            "title": {"text": "step"},
            "anchor": "y2",
            "range": [0, STEPS + 2],  # room for the symbols
            "tickvals": [0, 25, 50, 75, 100],
        }
        | fixed,
        yaxis2={
            "title": {"text": "loss"},
            "anchor": "x2",
            "domain": [0, 0.3],
            "type": "log",
            "range": list(LOSS_RANGE),
            "tickvals": [1e-4, 1e-2, 1, 10],
            "ticktext": ["0.0001", "0.01", "1", "10"],
        }
        | fixed,
    )
    return figure


def state(group: str, surface: str, rate: float, moment: int) -> State:
    """Return the surface, and the paths and losses so far.

    Parameters
    ----------
    group : str
        A key of `GROUPS`.
    surface : str
        A key of `SURFACES`.
    rate : float
        Learning rate η of all of them.
    moment : int
        Position in `MOMENTS`.
    """
    step = MOMENTS[moment]
    shown: State = dict(contour_state(surface))
    for lane, name in enumerate(GROUPS[group]):
        above, below = f"data[{2 + lane}]", f"data[{2 + LANES + lane}]"
        path = _trail(surface, name, rate, step)
        losses = _loss_trail(surface, name, rate, step)
        shown |= {
            f"{above}.x": path[:, 0],
            f"{above}.y": path[:, 1],
            f"{above}.name": name,
            f"{above}.showlegend": bool(name),
            f"{below}.x": losses[:, 0],
            f"{below}.y": losses[:, 1],
        }
    return shown


@cache
def contour_state(surface: str, resolution: int = RESOLUTION) -> State:
    """Return what depends on the surface alone.

    Parameters
    ----------
    surface : str
        A key of `SURFACES`.
    resolution : int
        Points of the contour map along each side.
    """
    place = SURFACES[surface]
    x = np.linspace(*place.x_range, resolution)
    y = np.linspace(*place.y_range, resolution)
    heights = place.value(*np.meshgrid(x, y))
    marks = [(name, *at) for name, places in place.marks.items() for at in places]
    return {
        "data[0].x": x,
        "data[0].y": y,
        "data[0].z": np.log10(np.maximum(heights, 1e-3)).round(2),
        "data[1].x": [x for _, x, _ in marks],
        "data[1].y": [y for _, _, y in marks],
        "data[1].text": [name for name, _, _ in marks],
        "layout.xaxis.range": list(place.x_range),
        "layout.yaxis.range": list(place.y_range),
    }


@cache
def _trail(surface: str, name: str, rate: float, step: int) -> Array:
    """Return the path up to a step, backwards, without points that nobody would see."""
    if not name:
        return np.empty((0, 2))
    path = race(surface, name, rate).path.round(2)
    return _backwards(path, _visible(surface, name, rate)[0], step)


@cache
def _loss_trail(surface: str, name: str, rate: float, step: int) -> Array:
    """Return (step, loss) up to a step, backwards, within the axis."""
    if not name:
        return np.empty((0, 2))
    losses = race(surface, name, rate).losses
    low, high = (10.0**power for power in LOSS_RANGE)
    seen = 10 ** np.log10(np.clip(losses, low, high)).round(2)
    points = np.column_stack([np.arange(len(losses)), seen])
    return _backwards(points, _visible(surface, name, rate)[1], step)


@cache
def _visible(
    surface: str, name: str, rate: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the points that path and loss curve need to look as they are."""
    run, ground = race(surface, name, rate), SURFACES[surface]
    size = np.array([np.ptp(ground.x_range), np.ptp(ground.y_range)])
    low, high = LOSS_RANGE
    powers = np.log10(np.clip(run.losses, 10**low, 10**high)) / (high - low)
    curve = np.column_stack([np.arange(len(powers)) / STEPS, powers])
    return kept_points(run.path / size, 0.005), kept_points(curve, 0.01)


def _backwards(points: Array, kept: NDArray[np.intp], step: int) -> Array:
    last = min(step, len(points) - 1)
    return points[[last, *kept[kept < last][::-1]]]


def words(group: str, surface: str, rate: float, moment: int) -> str:
    """Say who is ahead, who has arrived, and who has left the picture."""
    step = MOMENTS[moment]
    names = [name for name in GROUPS[group] if name]
    runs = {name: race(surface, name, rate) for name in names}
    if step == 0:
        return f"All start with a loss of {_number(float(runs['SGD'].losses[0]))}."
    inside = {
        name: loss
        for name, run in runs.items()
        if (loss := run.loss_after(step)) is not None
    }
    order = sorted(inside, key=lambda name: inside[name])
    losses = ", ".join(f"{name} {_number(inside[name])}" for name in order)
    text = f"Loss after step {step}: {losses}."
    if not order:
        text = f"After step {step} nobody is left."
    gone = [name for name in names if name not in inside]
    if gone:
        steps = ", ".join(f"{name} (step {runs[name].left})" for name in gone)
        text += f" Out of the picture: {steps}."
    first = {
        name: at
        for name, run in runs.items()
        if (at := run.arrived) is not None and at <= step
    }
    if not first:
        return f"{text} None is below {GOAL} yet."
    quickest = min(first.values())
    winners = " and ".join(name for name, at in first.items() if at == quickest)
    return f"{text} First below {GOAL}: {winners}, at step {quickest}."


def _number(loss: float) -> str:
    """Write a loss with two digits, tiny ones as "below 0.0001"."""
    return "below 0.0001" if loss < 1e-4 else significant(loss, 2)
