"""E5.4: activation functions, their slopes, and where these are nearly 0."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.activations import (
    ACTIVATION_LABELS,
    ActivationCurve,
    activation_curve,
    value_and_slope,
)
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

NAMES = tuple(name for name in ACTIVATION_LABELS if name != "linear")
NONE = "none"  # nothing to compare with
CHOICES = {ACTIVATION_LABELS[name]: name for name in NAMES}  # label to name
REACH = 6.0  # z from −6 to 6
STEP = 0.1
FLAT = 0.01  # a slope closer to 0 than this counts as flat
DIGITS = 3  # decimals kept: the page's numbers are then exactly these
TANGENT = 1.0  # half the length of a tangent, along z
# Traces of one curve, in this order; those of the second curve stand between them.
PARTS = ("flat", "value", "tangent", "point", "slope", "slope point", "lane")
LANES = (-0.46, -0.64)  # heights at which flat stretches are marked, below the slopes


@cache
def _curve(name: str) -> ActivationCurve:
    """Return the curve to draw, rounded."""
    grid = np.round(np.arange(-REACH, REACH + STEP / 2, STEP), 1)
    return ActivationCurve(
        *(np.round(part, DIGITS) + 0.0 for part in activation_curve(name, grid))
    )


@cache
def flat_stretches(name: str) -> list[tuple[float, float]]:
    """Find where an activation's slope is nearer to 0 than `FLAT`.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    list of (float, float)
        First and last z of each stretch between −6 and 6, to two decimals.
    """
    z = np.linspace(-REACH, REACH, 12_001)
    flat = np.abs(value_and_slope(name, z)[1]) < FLAT
    edges = np.flatnonzero(np.diff(np.r_[False, flat, False]))
    between = np.r_[-REACH, (z[1:] + z[:-1]) / 2, REACH]  # where one turns into other
    borders = (np.round(between[edges], 2) + 0.0).tolist()
    return list(zip(borders[::2], borders[1::2], strict=True))


def _flat_words(name: str) -> str:
    """Say in which stretches the activation is flat."""
    said = []
    for start, end in flat_stretches(name):
        if start == -REACH:
            said.append(f"left of {fixed(end, 2)}")
        elif end == REACH:
            said.append(f"right of {fixed(start, 2)}")
        else:
            said.append(f"from {fixed(start, 2)} to {fixed(end, 2)}")
    if not said:
        return f"Nowhere here is it flat (slope within ±{FLAT})."
    return f"It is flat (slope within ±{FLAT}) {' and '.join(said)}."


@cache
def _flat_curve(name: str) -> tuple[list[float], list[float]]:
    """Return the flat stretches as a line with gaps: z and output."""
    z: list[float] = []
    heights: list[float] = []
    grid = _curve(name).z
    for start, end in flat_stretches(name):
        stretch = np.r_[start, grid[(grid > start) & (grid < end)], end]
        z += [*stretch.tolist(), np.nan]
        value = np.round(value_and_slope(name, stretch)[0], DIGITS)
        heights += [*value.tolist(), np.nan]
    return z, heights


def figure() -> go.Figure:
    """Draw outputs above slopes, for one or two curves, a point and its tangent."""
    traces: dict[tuple[str, int], go.Scatter] = {}
    for curve, (name, dash) in enumerate((("blue", "solid"), ("vermillion", "dash"))):
        ink = color(name)
        line = {"color": ink, "dash": dash, "width": 3}
        under = {"color": color("orange"), "width": 12}
        dot = {
            "color": ink,
            "symbol": ("circle", "square")[curve],
            "size": 13,
            "line": {"color": color("paper"), "width": 2},
        }
        thick = {"color": ink, "dash": ("solid", "6px,3px")[curve], "width": 9}
        thin = {"color": color("ink"), "width": 2, "dash": dash}
        over = ("top center", "bottom center")[curve]
        number = {"mode": "markers+text", "textposition": over, "text": [""]}
        hover = "z = %{x:.1f}: %{y:.3f}<extra></extra>"
        traces |= {
            ("flat", curve): _line(under, opacity=0.45),
            ("value", curve): _line(line, hover, name="", showlegend=True),
            ("tangent", curve): _line(thin),
            ("point", curve): _dot(dot, mode="markers"),
            ("slope", curve): _line(line, hover, yaxis="y2"),
            ("slope point", curve): _dot(dot, **number, yaxis="y2"),
            ("lane", curve): _line(thick, yaxis="y2"),
        }
    built = go.Figure([traces[part, curve] for part in PARTS for curve in (0, 1)])
    zero = {"zeroline": True, "zerolinecolor": color("axis"), "fixedrange": True}
    built.update_layout(
        height=580,
        dragmode=False,
        margin={"l": 64, "r": 16, "t": 40, "b": 48},
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis={
            "title": {"text": "weighted sum z"},
            "range": [-REACH - 0.2, REACH + 0.2],
            "dtick": 2,
            "anchor": "y2",
            **zero,
        },
        yaxis={
            "title": {"text": "output f(z)"},
            "range": [-2.6, 6.5],
            "domain": [0.46, 1],
            "tickvals": [-2, 0, 2, 4, 6],
            "ticktext": ["−2", "0", "2", "4", "6"],
            **zero,
        },
        yaxis2={
            "title": {"text": "slope f′(z)"},
            "range": [-0.8, 2],
            "domain": [0, 0.42],
            "tickvals": [sum(LANES) / 2, 0, 0.5, 1, 1.5],
            "ticktext": ["flat", "0", "0.5", "1", "1.5"],
            **zero,
        },
    )
    return built


def _line(line: State, hover: str = "", **more: Any) -> go.Scatter:
    shown = {"hovertemplate": hover} if hover else {"hoverinfo": "skip"}
    style = {"mode": "lines", "line": line, "showlegend": False} | shown | more
    return go.Scatter(x=[], y=[], **style)


def _dot(marker: State, **more: Any) -> go.Scatter:
    style = {"marker": marker, "cliponaxis": False, "hoverinfo": "skip"} | more
    return go.Scatter(x=[], y=[], showlegend=False, **style)


def _place(curve: ActivationCurve, z: float) -> int:
    """Return the position of z; at a kink the first, with the slope on the left."""
    return int(np.flatnonzero(curve.z == z)[0])


def _points(name: str, number: int, z: float) -> dict[str, tuple[Any, Any]]:
    """Return x and y of each part of one curve."""
    if name == NONE:
        return {part: ([], []) for part in PARTS}
    curve = _curve(name)
    at = _place(curve, z)
    value, slope = float(curve.value[at]), float(curve.slope[at])
    flat_z, flat_value = _flat_curve(name)
    lane = [LANES[number] if z == z else np.nan for z in flat_z]
    rise = slope * TANGENT
    return {
        "flat": (flat_z, flat_value),
        "value": (curve.z, curve.value),
        "tangent": ([z - TANGENT, z + TANGENT], [value - rise, value + rise]),
        "point": ([z], [value]),
        "slope": (curve.z, curve.slope),
        "slope point": ([z], [slope]),
        "lane": (flat_z, lane),
    }


def state(first: str, second: str, z: float) -> State:
    """Return both curves, their flat stretches, and the point with its tangent.

    Parameters
    ----------
    first : str
        One of `NAMES`.
    second : str
        One of `NAMES`, or ``"none"``.
    z : float
        Weighted sum of the point, a multiple of 0.1 from −6 to 6.
    """
    shown: State = {}
    for number, name in enumerate((first, second)):
        points = _points(name, number, z)
        for order, part in enumerate(PARTS):
            path = f"data[{2 * order + number}]"
            shown[f"{path}.x"], shown[f"{path}.y"] = points[part]
        value, label = 2 * PARTS.index("value"), 2 * PARTS.index("slope point")
        shown[f"data[{value + number}].name"] = ACTIVATION_LABELS.get(name, "")
        shown[f"data[{value + number}].showlegend"] = name != NONE
        slopes = [fixed(slope, DIGITS) for slope in points["slope point"][1]]
        shown[f"data[{label + number}].text"] = slopes or [""]
    return shown


def words(first: str, second: str, z: float) -> str:
    """Say output and slope at z, and where the slope is nearly 0."""
    said = []
    for name in (first, second):
        if name == NONE:
            continue
        curve = _curve(name)
        at = _place(curve, z)
        said.append(
            f"{ACTIVATION_LABELS[name]} at z = {fixed(z, 1)}: "
            f"output {fixed(curve.value[at], DIGITS)}, "
            f"slope {fixed(curve.slope[at], DIGITS)}. "
            f"{_flat_words(name)}"
        )
    return " ".join(said)


def constants() -> State:
    """Return what the JavaScript twin needs: every curve, and words about it."""

    def gaps(numbers: Any) -> list[float | None]:
        return [None if number != number else float(number) for number in numbers]

    return {
        "lanes": LANES,
        "tangent": TANGENT,
        "digits": DIGITS,
        "parts": PARTS,
        "curves": {
            name: {
                "label": ACTIVATION_LABELS[name],
                "z": gaps(_curve(name).z),
                "value": gaps(_curve(name).value),
                "slope": gaps(_curve(name).slope),
                "flatZ": gaps(_flat_curve(name)[0]),
                "flatValue": gaps(_flat_curve(name)[1]),
                "flatWords": _flat_words(name),
            }
            for name in NAMES
        },
    }
