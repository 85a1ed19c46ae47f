"""E2.1: the slope between two points of a curve, as the points move together."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, power_text, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

X_RANGE, Y_RANGE = (-2.4, 3.0), (-2.4, 4.4)
POINTS = (-1.2, 0.7, 1.7)
PRECISIONS: dict[str, type[np.floating[Any]]] = {
    "float64": np.float64,
    "float32": np.float32,
}
LAST = 14.0  # the smallest h is 10 to the power of minus this
LOWEST, HIGHEST = -13.0, 1.0  # powers of ten on the axis of the error
CURVE = np.linspace(0, LAST, 113)


class Estimate(NamedTuple):
    """A slope from two points, and how far off it is.

    Attributes
    ----------
    slope, error : float
        The slope as computed, and its distance from the true one.
    truncation, rounding : float
        What Taylor's series and the gap between neighbouring numbers let expect.
    """

    slope: float
    error: float
    truncation: float
    rounding: float


def function(x: Any) -> Any:
    """Return x³/3 − x, in the precision of x."""
    return x * x * x / 3 - x


def true_slope(x: float) -> float:
    """Return the derivative of `function`, x² − 1."""
    return x * x - 1


def estimate(h: float, method: str, precision: str, x: float) -> Estimate:
    """Compute a slope by a difference, in the arithmetic of a precision.

    The series of x³/3 − x ends after h²: forward differences are off by h·x + h²/3,
    central ones by h²/3. Rounding: x ± h and x³/3 − x are computed with numbers of
    about the size of x, which lie ε·|x| apart; divided by h, that is its error.

    Parameters
    ----------
    h : float
        Distance of the points, > 0; to either side for central differences.
    method : {"forward", "central"}
    precision : str
        A key of `PRECISIONS`.
    x : float
        Where the slope is wanted.
    """
    kind = PRECISIONS[precision]
    at, step = kind(x), kind(h)
    if method == "forward":
        slope = float((function(at + step) - function(at)) / step)
        truncation = abs(h * x + h * h / 3)
    else:
        slope = float((function(at + step) - function(at - step)) / (step + step))
        truncation = h * h / 3
    rounding = float(np.finfo(kind).eps) * abs(x) / h
    # The point itself may not be a number of this precision: judge where it really is.
    error = abs(slope - true_slope(float(at)))
    return Estimate(slope, error, truncation, rounding)


@cache
def best_by_theory(method: str, precision: str, x: float) -> float:
    """Return the h at which the two parts of the expected error are equal."""
    noise = float(np.finfo(PRECISIONS[precision]).eps) * abs(x)
    if method == "central":
        return float((3 * noise) ** (1 / 3))
    return math.sqrt(noise / abs(x))


@cache
def _errors(method: str, precision: str, x: float) -> tuple[Floats, Floats, Floats]:
    found = [estimate(10.0**-k, method, precision, x) for k in CURVE]
    parts = np.array([(e.error, e.truncation, e.rounding) for e in found])
    errors, truncation, rounding = np.maximum(parts, 10**LOWEST).T
    return errors, _visible(parts[:, 1], truncation), _visible(parts[:, 2], rounding)


def _visible(values: Floats, shown: Floats) -> Floats:
    """Return a line of theory with gaps where it leaves the picture."""
    return np.where((values >= 10**LOWEST) & (values <= 10**HIGHEST), shown, np.nan)


def figure() -> go.Figure:
    """Draw curve, tangent and secant, and below the error against h."""
    x = np.linspace(*X_RANGE, 109)
    steps = 10.0**-CURVE
    below: dict[str, Any] = {
        "xaxis": "x2",
        "yaxis": "y2",
        "mode": "lines",
        "hoverinfo": "skip",
    }
    ring = {"size": 11, "color": color("ink"), "line": {"width": 0}}
    built = go.Figure(
        [
            go.Scatter(
                x=x,
                y=function(x),
                mode="lines",
                name="f",
                line={"color": color("axis"), "width": 4},
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="tangent",
                line={"color": color("vermillion"), "dash": "dash", "width": 3},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="secant",
                line={"color": color("blue"), "width": 3},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                marker=ring,
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                x=steps,
                y=[],
                name="error",
                line={"color": color("blue"), "width": 3},
                showlegend=False,
                **below,
            ),
            go.Scatter(
                x=steps,
                y=[],
                name="expected from truncation",
                line={"color": color("green"), "dash": "dot", "width": 3},
                **below,
            ),
            go.Scatter(
                x=steps,
                y=[],
                name="expected from rounding",
                line={"color": color("orange"), "dash": "dashdot", "width": 3},
                **below,
            ),
            go.Scatter(
                x=[],
                y=[],
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                marker=ring | {"symbol": "diamond", "size": 14},
                hoverinfo="skip",
                showlegend=False,
            ),
        ]
    )
    powers = (0, -4, -8, -12)
    layout = plain_layout(640, margin={"l": 64, "r": 14, "t": 62, "b": 48}) | {
        "showlegend": True,
        "legend": {"itemclick": False, "itemdoubleclick": False},
        "xaxis": still("x", range=list(X_RANGE), anchor="y"),
        "yaxis": still("f(x) = x³/3 − x", range=list(Y_RANGE), domain=[0.53, 1]),
        "xaxis2": still(
            "distance h",
            type="log",
            range=[0.3, -LAST - 0.3],
            anchor="y2",
            tickvals=[10.0**p for p in powers],
            ticktext=[power_text(10.0**p) for p in powers],
            tickangle=0,
        ),
        "yaxis2": still(
            "error of the slope",
            anchor="x2",
            type="log",
            range=[LOWEST, HIGHEST],
            domain=[0, 0.4],
            tickvals=[10.0**p for p in powers],
            ticktext=[power_text(10.0**p) for p in powers],
        ),
    }
    built.update_layout(**layout)
    return built


def state(k: float, method: str, precision: str, point: float) -> State:
    """Return secant, tangent and errors.

    Parameters
    ----------
    k : float
        h = 10⁻ᵏ.
    method, precision, point
        As in `estimate`.
    """
    h = 10.0**-k
    found = estimate(h, method, precision, point)
    height, reach = function(point), np.array([-1.1, 1.1])
    left = point - h if method == "central" else point
    ends = np.array([left, point + h])
    errors, truncation, rounding = _errors(method, precision, point)
    steepness = min(abs(found.slope), 40.0) * (1 if found.slope >= 0 else -1)
    middle = (function(ends[0]) + function(ends[1])) / 2
    beyond = np.array([ends[0] - 0.8, ends[1] + 0.8])
    return {
        "data[1].x": point + reach,
        "data[1].y": height + true_slope(point) * reach,
        "data[2].x": beyond,
        "data[2].y": middle + steepness * (beyond - ends.mean()),
        "data[3].x": ends,
        "data[3].y": function(ends),
        "data[4].y": errors,
        "data[5].y": truncation,
        "data[6].y": rounding,
        "data[7].x": [h],
        "data[7].y": [min(max(found.error, 10**LOWEST), 10**HIGHEST)],
    }


def words(k: float, method: str, precision: str, point: float) -> str:
    """Say how good the slope is, and whether h is too large or too small."""
    h = 10.0**-k
    found = estimate(h, method, precision, point)
    best = best_by_theory(method, precision, point)
    true = true_slope(point)
    text = f"h = {power_text(h)}: the slope comes out as {fixed(found.slope, 6)}. "
    text += f"The true slope is {fixed(true, 2)}. "
    if found.slope == 0:
        text += (
            "The two values of f are the same number, so nothing is left to divide. "
        )
    elif found.error == 0:
        text += "By luck, no error is left. "
    else:
        text += f"Error {power_text(found.error)}: "
        if found.truncation > found.rounding:
            text += "the curve bends between the points; a smaller h would help. "
        else:
            text += "digits are lost in the difference; a larger h would help. "
    return f"{text}The two expected errors are equal near h = {power_text(best)}."
