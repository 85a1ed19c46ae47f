"""E2.4: one update of the perceptron rule, as arrows."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.gradients._shared import NOWHERE, arrow_trace, half_up
from ldl_lib.figures.perceptron._shared import (
    area_trace,
    cut_frame,
    dot_trace,
    line_trace,
    signed,
    word_trace,
    xy,
)
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

FRAME = 2.1  # half the width of the drawn plane
WEIGHT_LENGTH, INPUT_LENGTH = 1.4, 1.2
RATES = (0.25, 0.5, 1.0)


class Update(NamedTuple):
    """What one example does to the weights.

    Attributes
    ----------
    before, x, after : ndarray, shape (2,)
        Weights, input, and weights after the rule has seen the input.
    z : float
        Weighted sum before, w·x.
    output : int
        Its sign, with sign(0) = +1.
    """

    before: Floats
    x: Floats
    after: Floats
    z: float
    output: int


def _at(angle: float, length: float) -> Floats:
    turned = math.radians(angle)
    return length * np.array([math.cos(turned), math.sin(turned)])


def update(w_angle: float, x_angle: float, target: int, rate: float) -> Update:
    """Apply the rule w ← w + η y x if the output is wrong; there is no bias.

    Parameters
    ----------
    w_angle, x_angle : float
        Directions of weights and input, in degrees from the first axis.
    target : {-1, 1}
        Wanted output y.
    rate : float
        Learning rate η.
    """
    w, x = _at(w_angle, WEIGHT_LENGTH), _at(x_angle, INPUT_LENGTH)
    z = round(float(w @ x), 9) + 0.0  # a right angle gives exactly 0
    output = int(nn.sign(z))
    after = w if output == target else w + rate * target * x
    return Update(w, x, after, z, output)


def angle_between(a: Floats, b: Floats) -> float:
    """Return the angle between two arrows in degrees; 90 if one has no length."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    cosine = float(a @ b) / lengths if lengths > 1e-9 else 0.0
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def figure() -> go.Figure:
    """Draw weights and input as arrows, and the line before and after."""
    built = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace("muted", 2, "dash"),
            line_trace("ink", 4),
            arrow_trace("muted", "dash", 3).update(name="w before"),
            arrow_trace("green").update(name="η y x"),
            arrow_trace("ink").update(name="w after"),
            arrow_trace("axis", "dot", 2),
            dot_trace(True),
            dot_trace(False),
            word_trace([], ["x"], 17, halo=True),
        ]
    )
    for trace in built.data:
        trace.showlegend = trace.name is not None
    ticks = {"range": [-FRAME, FRAME], "tickvals": [-2, -1, 0, 1, 2]}
    ticks |= {"ticktext": ["−2", "−1", "0", "1", "2"], "constrain": "domain"}
    grid = {"zeroline": True, "zerolinecolor": color("grid"), "showgrid": False}
    built.update_layout(
        plain_layout(490, margin={"l": 48, "r": 12, "t": 40, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still("input x₁, and weight w₁", **ticks, **grid),
            "yaxis": still("input x₂, and weight w₂", scaleanchor="x", **ticks, **grid),
        }
    )
    return built


def state(w_angle: float, x_angle: float, target: int, rate: float) -> State:
    """Return arrows, lines and half-planes; parameters as in `update`."""
    found = update(w_angle, x_angle, target, rate)
    moved = found.output != target
    positive, negative, new_line = cut_frame((0.0, *found.after), FRAME)
    old_line = cut_frame((0.0, *found.before), FRAME)[2]
    zero = np.zeros(2)
    return (
        xy("data[0]", positive)
        | xy("data[1]", negative)
        | xy("data[2]", old_line if moved else [])
        | xy("data[3]", new_line)
        | xy("data[4]", _points(zero, found.before) if moved else [NOWHERE])
        | xy("data[5]", _points(found.before, found.after) if moved else [NOWHERE])
        | xy("data[6]", _points(zero, found.after))
        | xy("data[7]", _points(zero, found.x))
        | xy("data[8]", _points(found.x) if target > 0 else [])
        | xy("data[9]", _points(found.x) if target < 0 else [])
        | xy("data[10]", _points(found.x * (1 + 0.3 / INPUT_LENGTH)))
    )


def _points(*places: Floats) -> list[list[float]]:
    return [place.tolist() for place in places]


def words(w_angle: float, x_angle: float, target: int, rate: float) -> str:
    """Say whether the rule acts, and what it does to angle and sum."""
    found = update(w_angle, x_angle, target, rate)
    text = f"w·x = {fixed(found.z, 2)}, so the output is {signed(found.output)}"
    if found.output == target:
        return f"{text}, as wanted: the rule does nothing."
    new_sum = round(float(found.after @ found.x), 9) + 0.0
    before = angle_between(found.before, found.x)
    after = angle_between(found.after, found.x)
    verb = "adds η·x to w" if target > 0 else "takes η·x away from w"
    text += f"; {signed(target)} is wanted. The rule {verb}: the angle between them "
    text += f"goes from {half_up(before, 0)}° to {half_up(after, 0)}°, "
    text += f"w·x to {fixed(new_sum, 2)}. "
    right = int(nn.sign(new_sum)) == target
    return text + ("Right now." if right else "Still wrong: one update is not enough.")
