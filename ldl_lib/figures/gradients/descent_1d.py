"""E2.2: gradient descent on functions of one weight.

The page computes it itself: ``ldl_lib/explore/front/compute/descent_1d.js`` is the twin
of `state` and `words`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.gradients._shared import NOWHERE, arrow_trace, half_up
from ldl_lib.figures.paths import curve_trace, here_trace
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

REACH = 3.2  # the picture shows weights from −3.2 to 3.2
STEPS = 15
POINTS = 65  # of the curve
ARRIVED = 0.005  # a slope smaller than this looks flat
NEAR = 0.05  # so close to a flat place, the words name it


@dataclass(frozen=True)
class Curve:
    """A loss of one weight, to be multiplied by a steepness c.

    Attributes
    ----------
    value, slope, curvature : callable
        The function and its first two derivatives, for c = 1.
    minima : tuple of float
        Where the slope is 0 and the curvature positive.
    others : tuple of float
        Where else the slope is 0.
    y_range : (float, float)
        What the picture shows.
    """

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    curvature: Callable[[Any], Any]
    minima: tuple[float, ...]
    others: tuple[float, ...]
    y_range: tuple[float, float]


def _valley_slope(w: Any) -> Any:
    return (w * w * w - 4 * w + 0.8) / 4


def _roots() -> tuple[float, float, float]:
    """Return where the two valleys and the hill between them are flat."""
    low, hill, high = sorted(np.roots([1, 0, -4, 0.8]).real)
    return float(low), float(hill), float(high)


_LEFT, _HILL, _RIGHT = _roots()

CURVES: dict[str, Curve] = {
    "parabola": Curve(
        lambda w: w * w / 2,
        lambda w: w,
        lambda w: 0 * w + 1,
        (0.0,),
        (),
        (-0.9, 10.2),
    ),
    "two valleys": Curve(
        lambda w: (w * w * w * w / 4 - 2 * w * w + 0.8 * w) / 4,
        _valley_slope,
        lambda w: (3 * w * w - 4) / 4,
        (_LEFT, _RIGHT),
        (_HILL,),
        (-3.4, 4.0),
    ),
    "terrace": Curve(
        lambda w: (w * w * w * w / 4 - 2 * w * w * w / 3) / 4,
        lambda w: w * w * (w - 2) / 4,
        lambda w: (3 * w * w - 4 * w) / 4,
        (2.0,),
        (0.0,),
        (-1.6, 6.0),
    ),
}
GRID = np.linspace(-REACH, REACH, POINTS)
CONSTANTS: dict[str, Any] = {
    "reach": REACH,
    "points": POINTS,
    "arrived": ARRIVED,
    "near": NEAR,
    "minima": {name: list(curve.minima) for name, curve in CURVES.items()},
    "others": {name: list(curve.others) for name, curve in CURVES.items()},
    "ranges": {name: list(curve.y_range) for name, curve in CURVES.items()},
}


def descend(
    curve: str, rate: float, steepness: float, start: float, steps: int
) -> list[float]:
    """Return the weight at the start and after each step w ← w − η · c · f′(w).

    The walk ends after the first weight outside the picture.

    Parameters
    ----------
    curve : str
        A key of `CURVES`.
    rate, steepness : float
        Learning rate η and factor c of the function.
    start : float
        First weight.
    steps : int
        At most so many.
    """
    slope = CURVES[curve].slope
    path = [start]
    for _ in range(steps):
        if abs(path[-1]) > REACH:
            break
        path.append(path[-1] - rate * (steepness * slope(path[-1])))
    return path


def figure() -> go.Figure:
    """Draw the curve with the steps on it, and the weight after each step below."""
    trail = {"color": color("blue"), "width": 2.5}
    dots = {"size": 8, "color": color("blue"), "opacity": 1}
    second = {"xaxis": "x2", "yaxis": "y2"}
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False}
    built = go.Figure(
        [
            curve_trace(GRID),
            go.Scatter(
                x=[], y=[], mode="lines", line=trail | {"dash": "dot"}, **hidden
            ),
            go.Scatter(x=[], y=[], mode="markers", marker=dots, **hidden),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="slope here",
                line={"color": color("vermillion"), "dash": "dash", "width": 3},
                hoverinfo="skip",
            ),
            arrow_trace("green"),
            here_trace(),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line=trail,
                marker=dots,
                **second,
                **hidden,
            ),
            here_trace(**second),
        ]
    )
    built.data[4].update(name="next step −η · slope", showlegend=True)
    built.update_layout(
        plain_layout(600, margin={"l": 60, "r": 14, "t": 58, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still("weight w", range=[-REACH, REACH], anchor="y"),
            "yaxis": still("loss L(w)", range=[-0.9, 10.2], domain=[0.42, 1]),
            "xaxis2": still("step", range=[-0.4, STEPS + 0.4], anchor="y2"),
            "yaxis2": still(
                "weight w",
                anchor="x2",
                range=[-REACH, REACH],
                domain=[0, 0.29],
                zeroline=True,
                zerolinecolor=color("grid"),
            ),
        }
    )
    return built


def state(curve: str, rate: float, steepness: float, start: float, step: int) -> State:
    """Return the curve, the steps so far, the slope, and the step to come.

    Parameters
    ----------
    curve, rate, steepness, start
        As in `descend`.
    step : int
        Steps taken so far.
    """
    ground = CURVES[curve]
    path = np.array(descend(curve, rate, steepness, start, step))
    heights = steepness * ground.value(path)
    at, height = path[-1], heights[-1]
    inside = abs(at) <= REACH
    slope = steepness * ground.slope(at)
    ends = np.array([at - 0.7, at + 0.7] if inside else NOWHERE)
    move = -rate * slope
    seen = inside and abs(move) > 0.02
    arrow = np.array([at, at + move] if seen else NOWHERE)
    return {
        "data[0].y": steepness * ground.value(GRID),
        "data[1].x": path,
        "data[1].y": heights,
        "data[2].x": path[:-1],
        "data[2].y": heights[:-1],
        "data[3].x": ends,
        "data[3].y": height + slope * (ends - at),
        "data[4].x": np.clip(arrow, -2 * REACH, 2 * REACH),
        "data[4].y": np.full(arrow.shape, height),
        "data[5].x": [at],
        "data[5].y": [height],
        "data[6].x": np.arange(len(path)),
        "data[6].y": path,
        "data[7].x": [len(path) - 1],
        "data[7].y": [at],
        "layout.yaxis.range": list(ground.y_range),
    }


def words(curve: str, rate: float, steepness: float, start: float, step: int) -> str:
    """Say how the walk behaves, and where it stands."""
    ground = CURVES[curve]
    path = descend(curve, rate, steepness, start, step)
    at, taken = path[-1], len(path) - 1
    where = f"After {counted(taken, 'step')} w = {half_up(at, 2)}"
    if curve == "parabola":
        product = rate * steepness
        text = f"η · curvature = {half_up(product, 2)}: {_manner(product)} "
    else:
        text = ""
    if abs(at) > REACH:
        return f"{text}{where}: out of the picture."
    slope = steepness * ground.slope(at)
    text += f"{where} and the slope is {half_up(slope, 2)}."
    if curve == "parabola" or abs(slope) >= ARRIVED:
        return text
    bend = steepness * ground.curvature(at)
    if any(abs(at - place) < NEAR for place in ground.others):
        return f"{text} Flat, so it stands nearly still, but this is no minimum."
    if any(abs(at - place) < NEAR for place in ground.minima):
        deepest = min(ground.value(place) for place in ground.minima)
        lowest = ground.value(at) < deepest + 0.05
        kind = "the lowest minimum" if lowest else "a minimum, but not the lowest"
        text += f" This is {kind}; η · curvature is {half_up(rate * bend, 2)} here."
    return text


def _manner(product: float) -> str:
    """Say what each step does to the distance from the minimum of a parabola."""
    factor = half_up(1 - product, 2)
    short = round(product, 6)
    if short == 1:
        return "one step lands on the minimum."
    if short == 2:
        return "every step jumps to the other side, equally far: for ever."
    if short < 1:
        verb = "creeps" if short < 0.5 else "runs"
        return f"each step leaves {factor} of the distance. It {verb} down one side."
    if short < 2:
        return f"each step multiplies the distance by {factor}. It changes sides."
    return f"each step multiplies the distance by {factor}. It flies apart."
