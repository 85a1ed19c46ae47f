"""Following the tangent to zero: the Newton–Raphson method for roots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import (
    State,
    counted,
    fixed,
    plain_layout,
    power_text,
    still,
)
from ldl_lib.figures.paths import curve_trace, here_trace
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

REACH = 3.2  # the picture shows x from −3.2 to 3.2
STEPS = 20  # from some starts the cubic needs nearly as many
POINTS = 65  # of the curve
LOST = 1e6  # who is farther away than this does not come back
EXACT = 1e-12  # below, f(x) is a rounding error
NOWHERE = [np.nan]  # a trace without any point would vanish from the legend


@dataclass(frozen=True)
class Function:
    """A function of x whose root is looked for.

    Attributes
    ----------
    value, slope : callable
        The function and its derivative.
    y_range : (float, float)
        What the picture shows.
    """

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    y_range: tuple[float, float]


FUNCTIONS: dict[str, Function] = {
    "x² − 2": Function(lambda x: x**2 - 2, lambda x: 2 * x, (-3.5, 8.5)),
    "x³ − 2x + 2": Function(
        lambda x: x**3 - 2 * x + 2,
        lambda x: 3 * x**2 - 2,
        (-6.0, 12.0),
    ),
    "arctan x": Function(np.arctan, lambda x: 1 / (1 + x**2), (-1.8, 1.8)),
}
GRID = np.linspace(-REACH, REACH, POINTS)


def newton(function: str, start: float, steps: int) -> list[float]:
    """Return x at the start and after each step x ← x − f(x) / f′(x).

    The walk ends at a root, where the tangent is level, as there is no step then, and
    where x is beyond `LOST`.

    Parameters
    ----------
    function : str
        A key of `FUNCTIONS`.
    start : float
        First x.
    steps : int
        At most so many.
    """
    chosen = FUNCTIONS[function]
    path = [float(start)]
    for _ in range(steps):
        x = path[-1]
        height, slope = chosen.value(x), chosen.slope(x)
        if abs(height) < EXACT or slope == 0 or abs(x) > LOST:
            break
        path.append(float(x - height / slope))
    return path


def figure() -> go.Figure:
    """Draw the curve, the tangents so far, and where the last one meets zero."""
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    blue, vermillion = color("blue"), color("vermillion")
    built = go.Figure(
        [
            curve_trace(GRID),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                line={"color": blue, "width": 1.5, "dash": "dot"},
                **hidden,
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="tangent",
                line={"color": vermillion, "width": 3, "dash": "dash"},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                marker={"size": 8, "color": blue, "opacity": 1},
                **hidden,
            ),
            here_trace(name="x now", showlegend=True),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                name="next x",
                marker={
                    "symbol": "triangle-up",
                    "size": 13,
                    "color": vermillion,
                    "opacity": 1,
                },
                hoverinfo="skip",
            ),
        ]
    )
    zero = {"zeroline": True, "zerolinecolor": color("axis"), "zerolinewidth": 1.5}
    built.update_layout(
        plain_layout(430, margin={"l": 52, "r": 14, "t": 40, "b": 44})
        | {
            "showlegend": True,
            "legend": {
                "itemclick": False,
                "itemdoubleclick": False,
                "font": {"size": 12},
            },
            "xaxis": still("x", range=[-REACH, REACH]),
            "yaxis": still("f(x)", range=[-3.5, 8.5]) | zero,
        }
    )
    return built


def state(function: str, start: float, step: int) -> State:
    """Return the curve, the way so far, and the tangent that leads on.

    Parameters
    ----------
    function, start
        As in `newton`.
    step : int
        Steps taken so far.
    """
    chosen = FUNCTIONS[function]
    path = np.array(newton(function, start, step))
    heights = chosen.value(path)
    x, height = path[-1], heights[-1]
    inside = abs(x) <= REACH
    onward = newton(function, float(x), 1)[-1] if inside else np.nan
    has_next = onward != x and abs(onward) <= REACH
    ends = np.array([-REACH, REACH] if inside else NOWHERE)
    # From each x up to the curve, and along the tangent down to the next x.
    zigzag_x = np.repeat(path, 2)[1:]
    zigzag_y = np.column_stack([heights, np.zeros(len(path))]).ravel()[:-1]
    zigzag = _parts_inside(np.column_stack([zigzag_x, zigzag_y]), chosen.y_range)
    return {
        "data[0].y": chosen.value(GRID),
        "data[1].x": zigzag[:, 0].round(3),
        "data[1].y": zigzag[:, 1].round(3),
        "data[2].x": ends,
        "data[2].y": height + chosen.slope(x) * (ends - x),
        "data[3].x": path[:-1][np.abs(path[:-1]) <= REACH],
        "data[3].y": heights[:-1][np.abs(path[:-1]) <= REACH],
        "data[4].x": np.array([x] if inside else NOWHERE),
        "data[4].y": np.array([height] if inside else NOWHERE),
        "data[5].x": np.array([onward] if has_next else NOWHERE),
        "data[5].y": np.zeros(1),
        "layout.yaxis.range": list(chosen.y_range),
    }


def _parts_inside(line: Floats, y_range: tuple[float, float]) -> Floats:
    """Return the parts of a line that lie in the picture, with gaps between them.

    To clip the points alone would turn the segments that lead far away.
    """
    low, high = np.array([(-REACH, REACH), y_range]).T
    parts: list[Floats] = []
    for start, end in pairwise(line):
        step = end - start
        with np.errstate(divide="ignore", invalid="ignore"):
            first, last = np.sort([(low - start) / step, (high - start) / step], axis=0)
        enter, leave = max(0.0, np.nanmax(first)), min(1.0, np.nanmin(last))
        if not enter < leave:
            continue
        if enter > 0 or not parts or not np.allclose(parts[-1], start):
            parts += [np.full(2, np.nan), start + enter * step]
        parts.append(start + leave * step)
    return np.array(parts[1:]).reshape(-1, 2)


def words(function: str, start: float, step: int) -> str:
    """Say where x is, how far f(x) is from 0, and what the steps do."""
    chosen = FUNCTIONS[function]
    path = newton(function, start, step)
    x, taken = path[-1], len(path) - 1
    where = f"After {counted(taken, 'step')} x = {_number(x)}"
    height = abs(float(chosen.value(x)))
    if height < EXACT:
        return f"{where}: a root, to all digits shown."
    if abs(x) > LOST:
        return f"{where}: it does not come back."
    if abs(x) > REACH:
        return f"{where}: outside the picture."
    if chosen.slope(x) == 0:
        return f"{where}, where the tangent is level: it never meets zero."
    text = f"{where} and f(x) is {power_text(height)} away from 0."
    if len(path) > 2 and abs(x - path[-3]) < 1e-3 < abs(x - path[-2]):
        return f"{text} It was here two steps ago: it runs in a circle."
    if _grows(path):
        return f"{text} Each step is longer than the one before."
    return text


def _grows(path: list[float]) -> bool:
    sizes = np.abs(np.diff(path))
    return bool(len(sizes) > 1 and (np.diff(sizes) > 0).all())


def _number(x: float) -> str:
    if abs(x) < 1e4:
        return fixed(x, 8 if abs(x) < 100 else 1)
    return f"{'−' if x < 0 else ''}{power_text(abs(x))}"
