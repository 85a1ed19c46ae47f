"""The race: Newton–Raphson against gradient descent, on losses of one weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, fixed, plain_layout, still
from ldl_lib.figures.newton._shared import runner
from ldl_lib.figures.paths import curve_trace
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

REACH = 2.75  # the picture shows weights from −2.75 to 2.75
POINTS = 45  # of the curves
GOAL = 1e-8  # a slope below this counts as arrived
PATIENCE = 1000  # iterations
LOST = 1e6  # who is farther away than this does not come back
SAME, APART = 1e-9, 1e-3  # weights closer are equal, weights farther differ
SHOWN = 30  # iterations on the lower axis
SLOPE_RANGE = (-10.0, 1.6)  # powers of ten there
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Loss:
    """A loss of one weight.

    Attributes
    ----------
    value, slope, curvature : callable
        The function and its first two derivatives.
    y_range : (float, float)
        What the picture shows.
    """

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    curvature: Callable[[Any], Any]
    y_range: tuple[float, float]


LOSSES: dict[str, Loss] = {
    "parabola": Loss(
        lambda w: (w - 1) ** 2,
        lambda w: 2 * (w - 1),
        lambda w: 2 + 0 * w,
        (-1.2, 12.5),
    ),
    # Newton's step leads from w to −w³.
    "rounded V": Loss(
        lambda w: np.sqrt(1 + w**2),
        lambda w: w / np.sqrt(1 + w**2),
        lambda w: (1 + w**2) ** -1.5,
        (0.6, 3.2),
    ),
    "two valleys": Loss(
        lambda w: (w**2 - 1) ** 2 / 4,
        lambda w: w**3 - w,
        lambda w: 3 * w**2 - 1,
        (-0.8, 7.5),
    ),
    # One minimum, at −1.77, and a slope that never quite becomes flat on the right.
    "shelf": Loss(
        lambda w: w**4 / 4 - w**2 + 2 * w,
        lambda w: w**3 - 2 * w + 2,
        lambda w: 3 * w**2 - 2,
        (-5.5, 9.0),
    ),
}
GRID = np.linspace(-REACH, REACH, POINTS)


@dataclass(frozen=True)
class Run:
    """Where a method went.

    Attributes
    ----------
    path : tuple of float
        Weights from the start on, one an iteration, until it arrives, is lost, or has
        no step.
    arrived : bool
        Whether the slope is below `GOAL` at its end.
    """

    path: tuple[float, ...]
    arrived: bool

    @property
    def iterations(self) -> int:
        """Number of steps taken."""
        return len(self.path) - 1

    @property
    def cycle(self) -> tuple[float, float] | None:
        """The two weights between which it jumps for ever, if it does."""
        if self.arrived or not _circles(self.path):
            return None
        return min(self.path[-2:]), max(self.path[-2:])


def _circles(path: Sequence[float]) -> bool:
    """Return whether a path is where it was two iterations ago, but not one ago."""
    if len(path) < 3:
        return False
    before, other, last = path[-3:]
    return abs(last - before) < SAME and abs(last - other) > APART


def _run(loss: Loss, start: float, step: Callable[[float], float]) -> Run:
    path = [float(start)]
    while abs(loss.slope(path[-1])) >= GOAL:
        move = step(path[-1])
        if len(path) > PATIENCE or abs(path[-1]) > LOST or not np.isfinite(move):
            return Run(tuple(path), arrived=False)
        if _circles(path):  # for ever, were it not for rounding errors
            rest = path[-2:] * SHOWN
            return Run(tuple(path + rest), arrived=False)
        path.append(float(path[-1] + move))
    return Run(tuple(path), arrived=True)


@cache
def newton(loss: str, start: float) -> Run:
    """Take steps w ← w − L′(w) / L″(w).

    Parameters
    ----------
    loss : str
        A key of `LOSSES`.
    start : float
        First weight.
    """
    chosen = LOSSES[loss]

    def step(w: float) -> float:
        bend = chosen.curvature(w)
        return float(-chosen.slope(w) / bend) if bend else np.inf

    return _run(chosen, start, step)


@cache
def descent(loss: str, start: float, rate: float) -> Run:
    """Take steps w ← w − η L′(w).

    Parameters
    ----------
    loss, start
        As in `newton`.
    rate : float
        Learning rate η.
    """
    chosen = LOSSES[loss]
    return _run(chosen, start, lambda w: float(-rate * chosen.slope(w)))


def figure() -> go.Figure:
    """Draw the loss with both paths, and the slope after each iteration below."""
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    second = {"xaxis": "x2", "yaxis": "y2"}
    parabola = {"color": color("vermillion"), "width": 1.5, "dash": "dot"}
    built = go.Figure(
        [
            curve_trace(GRID),
            go.Scatter(
                x=GRID,
                y=[],
                mode="lines",
                name="Newton's first parabola",
                line=parabola,
                hoverinfo="skip",
            ),
            runner("gradient descent", "blue", "solid", "circle", 5),
            runner("Newton", "vermillion", "dash", "square", 9),
            runner("gradient descent", "blue", "solid", "circle", 5).update(
                showlegend=False, **second
            ),
            runner("Newton", "vermillion", "dash", "square", 9).update(
                showlegend=False, **second
            ),
            go.Scatter(
                x=[0, SHOWN],
                y=[GOAL, GOAL],
                mode="lines",
                line={"color": color("muted"), "width": 1.5, "dash": "dot"},
                **second,
                **hidden,
            ),
        ]
    )
    built.update_layout(
        plain_layout(640, margin={"l": 62, "r": 14, "t": 62, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still("weight w", range=[-REACH, REACH], anchor="y"),
            "yaxis": still("loss L(w)", domain=[0.46, 1]),
            "xaxis2": still("iteration", range=[-0.5, SHOWN + 0.5], anchor="y2"),
            "yaxis2": still(
                "size of the slope",
                anchor="x2",
                domain=[0, 0.32],
                type="log",
                range=list(SLOPE_RANGE),
                tickvals=[1e-8, 1e-4, 1],
                ticktext=["10⁻⁸", "10⁻⁴", "1"],
            ),
        }
    )
    return built


def state(loss: str, start: float, rate: float) -> State:
    """Return the loss, Newton's parabola at the start, and what both do.

    Parameters
    ----------
    loss, start, rate
        As in `newton` and `descent`.
    """
    chosen = LOSSES[loss]
    height, slope = chosen.value(start), chosen.slope(start)
    away = GRID - start
    shown: State = {
        "data[0].y": chosen.value(GRID),
        "data[1].y": height + slope * away + chosen.curvature(start) * away**2 / 2,
        "layout.yaxis.range": list(chosen.y_range),
    }
    runs = {2: descent(loss, start, rate), 3: newton(loss, start)}
    for trace, run in runs.items():
        path, slopes = _on_curve(chosen, run), _slopes(chosen, run)
        shown |= {
            f"data[{trace}].x": path[:, 0],
            f"data[{trace}].y": path[:, 1],
            f"data[{trace + 2}].x": slopes[:, 0],
            f"data[{trace + 2}].y": slopes[:, 1],
        }
    return shown


def _on_curve(loss: Loss, run: Run) -> Floats:
    """Return (w, L(w)) up to the first weight far outside the picture."""
    path = np.array(run.path[: SHOWN + 1])
    far = np.flatnonzero(np.abs(path) > 2 * REACH)
    if len(far):
        path = path[: far[0] + 1]
        path[-1] = np.clip(path[-1], -2 * REACH, 2 * REACH)
    path = path.round(3)
    return np.column_stack([path, loss.value(path)])


def _slopes(loss: Loss, run: Run) -> Floats:
    """Return (iteration, size of the slope), within the axis."""
    path = np.array(run.path[: SHOWN + 1])
    low, high = (10.0**power for power in SLOPE_RANGE)
    sizes = np.clip(np.abs(loss.slope(path)), low, high)
    return np.column_stack([np.arange(len(path)), sizes])


def words(loss: str, start: float, rate: float) -> str:
    """Say how many iterations both need, and where they end."""
    if abs(LOSSES[loss].slope(start)) < GOAL:
        kind = _kind(LOSSES[loss], start)
        return f"The slope at w = {fixed(start, 2)} is 0: both stay, at {kind}."
    first = _told("Newton", loss, newton(loss, start))
    second = _told("Gradient descent", loss, descent(loss, start, rate))
    return f"{first} {second}"


def _told(name: str, loss: str, run: Run) -> str:
    end = run.path[-1]
    if run.arrived:
        kind = _kind(LOSSES[loss], end)
        return (
            f"{name} has a slope below 10⁻⁸ after "
            f"{counted(run.iterations, 'iteration')}, at w = {fixed(end, 3)}, {kind}."
        )
    if run.cycle:
        low, high = (fixed(w, 2) for w in run.cycle)
        return f"{name} jumps between {low} and {high} for ever."
    if abs(end) > LOST:
        taken = counted(run.iterations, "iteration")
        return f"{name} flies apart: beyond a million after {taken}."
    return f"{name} has not arrived after {counted(PATIENCE, 'iteration')}."


def _kind(loss: Loss, w: float) -> str:
    return "a minimum" if loss.curvature(w) > 0 else "a maximum"
