"""E1.3: the weighted sum as a plane over the inputs."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from ldl_lib.figures.geometry import line_in_box
from ldl_lib.figures.perceptron._shared import (
    INPUTS,
    State,
    plain_layout,
    short,
)
from ldl_lib.figures.theme import color

_EYE = {"x": 1.5, "y": -1.98, "z": 1.55}  # above every plane on offer


def plane_figure() -> go.Figure:
    """Draw the weighted sum as a plane over the inputs, cut by the level z = 0."""
    side = [-1.25, 1.25]
    below, above = color("vermillion_tint"), color("blue_tint")
    two_tone = [[0, below], [0.5, below], [0.5, above], [1, above]]
    surface = {"x": side, "y": side, "showscale": False, "hoverinfo": "skip"}
    tilted = go.Surface(
        z=[[0, 0], [0, 0]],
        colorscale=two_tone,
        cmin=-3.5,
        cmax=3.5,
        opacity=0.9,
        lighting={"ambient": 1, "diffuse": 0, "specular": 0},
        **surface,
    )
    level = go.Surface(
        z=[[0, 0], [0, 0]],
        colorscale=[[0, color("axis")], [1, color("axis")]],
        opacity=0.25,
        lighting={"ambient": 1, "diffuse": 0, "specular": 0},
        **surface,
    )

    def thread(name: str, width: float) -> go.Scatter3d:
        line = {"color": color(name), "width": width}
        return go.Scatter3d(x=[], y=[], z=[], mode="lines", line=line, hoverinfo="skip")

    def dots(positive: bool) -> go.Scatter3d:
        marker = {
            "symbol": "circle" if positive else "square",
            "color": color("blue" if positive else "vermillion"),
            "size": 7,
            "line": {"color": color("paper"), "width": 1},
        }
        return go.Scatter3d(
            x=[], y=[], z=[], mode="markers", marker=marker, hoverinfo="skip"
        )

    bias = go.Scatter3d(
        x=[0, 0],
        y=[0, 0],
        z=[0, 0],
        mode="lines+markers",
        line={"color": color("green"), "width": 9},
        marker={"color": color("green"), "size": 4, "symbol": "diamond"},
        hoverinfo="skip",
    )
    figure = go.Figure(
        [
            level,
            tilted,
            thread("ink", 8),
            thread("axis", 3),
            dots(True),
            dots(False),
            bias,
        ]
    )
    # An annotation, because the plane would hide a text of the trace.
    label = {
        "x": 0,
        "y": 0,
        "z": 0,
        "text": "",
        "font": {"size": 16, "color": color("green")},
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
    }
    flat_axis = {"range": [-1.3, 1.3], "tickvals": [-1, 0, 1]}
    figure.update_layout(
        **plain_layout(430, margin={"l": 0, "r": 0, "t": 0, "b": 0}),
        scene={
            "xaxis": flat_axis | {"title": {"text": "x₁"}},
            "yaxis": flat_axis | {"title": {"text": "x₂"}},
            "zaxis": {
                "range": [-3.5, 3.5],
                "tickvals": [-2, 0, 2],
                "ticktext": ["−2", "z = 0", "+2"],
                "title": {"text": ""},
            },
            "aspectmode": "manual",
            "aspectratio": {"x": 1.1, "y": 1.1, "z": 0.9},
            "annotations": [label],
            "camera": {
                "eye": _EYE,
                "center": {"x": -0.05, "y": -0.04, "z": -0.15},
            },
        },
    )
    return figure


def plane_state(bias: float, w1: float, w2: float) -> State:
    """Return heights of the plane, its cut with z = 0, and the four inputs' sums.

    Parameters
    ----------
    bias, w1, w2 : float
        The weights of the constant 1 and of the two inputs, each within ±1.
    """
    edge = 1.25
    height = [[bias + w1 * x + w2 * y for x in (-edge, edge)] for y in (-edge, edge)]
    line = line_in_box((bias, w1, w2), (-edge, edge), (-edge, edge))
    # Where the cut lies as seen from _EYE; the label goes to the other side.
    cut_right = bias * (_EYE["y"] * w1 - _EYE["x"] * w2) > 0
    sums = [bias + w1 * x1 + w2 * x2 for x1, x2 in INPUTS]
    stems = [
        [value for p in INPUTS for value in (p[axis], p[axis], math.nan)]
        for axis in (0, 1)
    ]
    heights = [value for z in sums for value in (0.0, z, math.nan)]
    state: State = {
        "data[1].z": height,
        "data[2].x": [p[0] for p in line],
        "data[2].y": [p[1] for p in line],
        "data[2].z": [0.0] * len(line),
        "data[3].x": stems[0],
        "data[3].y": stems[1],
        "data[3].z": heights,
        "data[6].z": [0.0, bias],
        "layout.scene.annotations[0].z": bias,
        "layout.scene.annotations[0].xanchor": "right" if cut_right else "left",
        "layout.scene.annotations[0].xshift": -8 if cut_right else 8,
        "layout.scene.annotations[0].text": f"w₀ = {short(bias)}",
    }
    for trace, positive in ((4, True), (5, False)):
        shown = [
            (x1, x2, z)
            for (x1, x2), z in zip(INPUTS, sums, strict=True)
            if (z >= 0) == positive
        ]
        for axis, letter in enumerate("xyz"):
            state[f"data[{trace}].{letter}"] = [p[axis] for p in shown]
    return state


def plane_words(bias: float, w1: float, w2: float) -> str:
    """Say where the plane stands above the origin and where it meets z = 0."""
    height = (
        "passes through the origin"
        if bias == 0
        else f"is {short(abs(bias))} {'above' if bias > 0 else 'below'} the origin"
    )
    sums = [bias + w1 * x1 + w2 * x2 for x1, x2 in INPUTS]
    above = sum(z >= 0 for z in sums)
    if w1 == 0 and w2 == 0:
        output = "+1" if bias >= 0 else "−1"
        return f"The plane is level and {height}: all four outputs are {output}."
    distance = short(abs(bias) / math.hypot(w1, w2))
    return (
        f"The plane {height}; its cut with z = 0 runs {distance} from the origin. "
        f"{above} of the 4 inputs {'has' if above == 1 else 'have'} z ≥ 0 and "
        f"{'gives' if above == 1 else 'give'} +1."
    )
