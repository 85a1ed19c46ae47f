"""EA.3: XOR lifted by a third feature, the product of the two inputs."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.linear._shared import CLASS_STYLES, axis, class_points
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

INPUTS = nn.truth_table_inputs(2)  # (4, 2)
TARGETS = np.array(nn.GATES["XOR"])
LIFTED = np.column_stack([INPUTS, INPUTS[:, 0] * INPUTS[:, 1]]).astype(np.float64)
EDGE = 1.5  # half the side of the drawn cube and square
GRID = np.linspace(-EDGE, EDGE, 17)
CORNERS = 6  # most corners that a plane can cut out of a cube
_BOX = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)]) * EDGE
_SIDES = [
    (p, q) for p, q in combinations(_BOX, 2) if np.count_nonzero(p - q) == 1
]  # the twelve edges of the cube


def sums(bias: float, w1: float, w2: float, w3: float) -> Floats:
    """Return z of the four inputs, shape (4,)."""
    return np.asarray(bias + LIFTED @ np.array([w1, w2, w3]))


def cut(bias: float, w1: float, w2: float, w3: float) -> Floats:
    """Return where the plane z = 0 cuts the cube, as a polygon.

    Returns
    -------
    ndarray, shape (6, 3) or (0, 3)
        Corners in order; the last is repeated if there are fewer than six.
    """
    w = np.array([w1, w2, w3])
    found = []
    for p, q in _SIDES:
        from_z, to_z = bias + w @ p, bias + w @ q
        if from_z != to_z and 0 <= from_z / (from_z - to_z) <= 1:
            found.append(p + from_z / (from_z - to_z) * (q - p))
    corners = np.unique(np.round(found, 9), axis=0) if found else np.empty((0, 3))
    if len(corners) < 3:
        return np.empty((0, 3))
    centre = corners.mean(axis=0)
    across = corners[0] - centre
    up = np.cross(w, across)
    angles = np.arctan2(
        (corners - centre) @ up / np.linalg.norm(up),
        (corners - centre) @ across / np.linalg.norm(across),
    )
    ordered = corners[np.argsort(angles)]
    return np.vstack([ordered, np.repeat(ordered[-1:], CORNERS - len(ordered), axis=0)])


def crossing(
    bias: float, w1: float, w2: float, w3: float
) -> tuple[float, float] | None:
    """Return where the border is two lines that cross, or None if it is not.

    There z = w3 · (x1 + w2/w3) · (x2 + w1/w3).
    """
    if w3 == 0 or bias * w3 != w1 * w2:
        return None
    return -w2 / w3, -w1 / w3


def _through(place: float) -> Floats:
    """Return the grid with three inner lines moved close to a place inside it."""
    lines = GRID.copy()
    if abs(place) < EDGE:
        nearest = 1 + np.sort(np.argsort(np.abs(GRID[1:-1] - place))[:3])
        lines[nearest] = place + np.array([-0.02, 0, 0.02])
    return lines


def space_state(bias: float, w1: float, w2: float, w3: float) -> State:
    """Return the polygon in which the plane z = 0 cuts the cube, and its outline.

    Parameters
    ----------
    bias, w1, w2, w3 : float
        Weights of the neuron; w3 belongs to the product x₁x₂.
    """
    corners = cut(bias, w1, w2, w3)
    closed = np.vstack([corners, corners[:1]])
    changes: State = {}
    for trace, points in ((0, corners), (1, closed)):
        for number, letter in enumerate("xyz"):
            changes[f"data[{trace}].{letter}"] = points[:, number]
    return changes


def plane_state(bias: float, w1: float, w2: float, w3: float) -> State:
    """Return the weighted sum over the square of inputs, and which answers are wrong.

    Parameters as in `space_state`.
    """
    # Within a cell a contour cuts corners: where two lines cross, cells are tiny.
    crossed = crossing(bias, w1, w2, w3)
    across, up = (_through(place) for place in crossed) if crossed else (GRID, GRID)
    x1, x2 = np.meshgrid(across, up)
    z = np.round(bias + w1 * x1 + w2 * x2 + w3 * x1 * x2, 9)
    wrong = nn.sign(sums(bias, w1, w2, w3)) != TARGETS
    return {
        "data[0].x": across,
        "data[0].y": up,
        "data[0].z": z,
        "data[0].line.smoothing": 0 if crossed else 1,
        "data[3].x": INPUTS[wrong, 0],
        "data[3].y": INPUTS[wrong, 1],
    }


def space_words(bias: float, w1: float, w2: float, w3: float) -> str:
    """Say whether the plane separates the four lifted points."""
    right = int((nn.sign(sums(bias, w1, w2, w3)) == TARGETS).sum())
    answers = f"{right} of 4 answers {'is' if right == 1 else 'are'} right"
    if bias == w1 == w2 == w3 == 0:
        return "All weights are 0: there is no plane, and all answers are +1."
    if len(cut(bias, w1, w2, w3)) == 0:
        return f"The plane lies outside the picture; {answers}."
    verb = "separates" if right == 4 else "does not separate"
    return f"The plane {verb} the lifted points: {answers}."


def plane_words(bias: float, w1: float, w2: float, w3: float) -> str:
    """Say what the border looks like in the square of inputs."""
    x1, x2 = np.meshgrid(GRID, GRID)
    z = bias + w1 * x1 + w2 * x2 + w3 * x1 * x2
    if z.min() >= 0 or z.max() < 0:
        return "From above there is no border in the square."
    if w3 == 0:
        return "From above the border is a straight line: right for 3 of 4 at most."
    if crossing(bias, w1, w2, w3):
        return "From above the border is two straight lines that cross."
    return "From above the border bends: it is a hyperbola."


def _sheet() -> dict[str, Floats]:
    """Return straight lines on the sheet of the points (x₁, x₂, x₁x₂), with gaps."""
    places = np.linspace(-1, 1, 5)
    fixed, free = np.repeat(places, 3), np.tile([-1.0, 1.0, np.nan], len(places))
    x, y = np.r_[fixed, free], np.r_[free, fixed]
    return {"x": x, "y": y, "z": x * y}


def space_figure() -> go.Figure:
    """Draw the lifted points, the sheet of all lifted inputs, and the plane z = 0."""
    fan = range(CORNERS - 2)
    traces: list[Any] = [
        go.Mesh3d(
            x=[],
            y=[],
            z=[],
            i=[0 for _ in fan],
            j=[k + 1 for k in fan],
            k=[k + 2 for k in fan],
            color=color("sky"),
            opacity=0.45,
            flatshading=True,
            hoverinfo="skip",
        ),
        go.Scatter3d(
            x=[],
            y=[],
            z=[],
            mode="lines",
            line={"color": color("ink"), "width": 5},
            hoverinfo="skip",
        ),
    ]
    for label, (hue, symbol) in CLASS_STYLES.items():
        x, y, z = LIFTED[label == TARGETS].T
        traces.append(
            go.Scatter3d(
                x=x,
                y=y,
                z=z,
                mode="markers",
                marker={"color": color(hue), "symbol": symbol, "size": 9},
                hovertemplate="(%{x}, %{y}), product %{z}<extra></extra>",
            )
        )
        feet = np.full((len(x), 3), np.nan)  # a stalk from the floor to each point
        feet[:, 0], feet[:, 1] = -EDGE, z
        traces.append(
            go.Scatter3d(
                x=np.repeat(x, 3),
                y=np.repeat(y, 3),
                z=feet.ravel(),
                mode="lines",
                line={"color": color(hue), "width": 3},
                hoverinfo="skip",
            )
        )
    traces.append(
        go.Scatter3d(
            **_sheet(),
            mode="lines",
            line={"color": color("muted"), "width": 1.5},
            hoverinfo="skip",
        )
    )
    ticks = {"range": [-EDGE, EDGE], "tickvals": [-1, 0, 1]}
    titles = {"xaxis": "x₁", "yaxis": "x₂", "zaxis": "x₁x₂"}
    built = go.Figure(traces)
    built.update_layout(
        plain_layout(380, margin={"l": 0, "r": 0, "t": 0, "b": 0}),
        scene={name: ticks | {"title": {"text": text}} for name, text in titles.items()}
        | {
            "aspectmode": "cube",
            "dragmode": "turntable",
            "camera": {
                "eye": {"x": 1.75, "y": -2.0, "z": 0.95},
                "center": {"x": -0.14, "y": -0.12, "z": 0.0},  # room for the title
            },
        },
    )
    return built


def plane_figure() -> go.Figure:
    """Draw the square of inputs: both sides of the border, and the four inputs."""
    tints = [[0, color("vermillion_tint")], [1, color("blue_tint")]]
    points = []
    for positive in (True, False):
        rows = INPUTS[(TARGETS > 0) == positive]
        name = f"XOR is {'+1' if positive else '−1'}"
        points.append(class_points(positive, name, size=15, x=rows[:, 0], y=rows[:, 1]))
    built = go.Figure(
        [
            go.Contour(
                x=GRID,
                y=GRID,
                z=[],
                contours={"coloring": "fill", "start": 0, "end": 0, "size": 1},
                colorscale=tints,
                line={"width": 3, "color": color("ink")},
                showscale=False,
                showlegend=False,
                hoverinfo="skip",
            ),
            *points,
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                name="wrong",
                marker={
                    "symbol": "x-thin",
                    "size": 26,
                    "line": {"width": 3, "color": color("ink")},
                },
                hoverinfo="skip",
            ),
        ]
    )
    ticks = {"tickvals": [-1, 0, 1], "ticktext": ["−1", "0", "1"]}
    built.update_layout(
        plain_layout(400, margin={"l": 52, "r": 12, "t": 40, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=axis("input x₁", -EDGE, EDGE, **ticks, constrain="domain"),
        yaxis=axis("input x₂", -EDGE, EDGE, **ticks, scaleanchor="x"),
    )
    return built
