"""E1.6: the 256 truth tables of three inputs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    HIDDEN_AXIS,
    INPUTS,
    Point,
    State,
    area_trace,
    bits_text,
    dot_trace,
    line_trace,
    place,
    plain_layout,
    ring_trace,
    vector_text,
    word_trace,
    xy,
)
from ldl_lib.figures.perceptron.separability import (
    conflict,
    separating_weights,
    signals,
)
from ldl_lib.figures.theme import color

# Three inputs: the corners of a cube, seen from above and turned about the x2 axis.
CUBE: tuple[tuple[int, int, int], ...] = tuple(
    (x1, x2, x3) for x1 in (-1, 1) for x2 in (-1, 1) for x3 in (-1, 1)
)
_EDGES = [
    (a, b)
    for a, b in itertools.combinations(range(8), 2)
    if sum(p != q for p, q in zip(CUBE[a], CUBE[b], strict=True)) == 1
]
_TILT = math.radians(22)
_AXES = ("x₁", "x₂", "x₃")


def _project(point: Sequence[float], turn: float) -> Point:
    """Return right and up on the page of a point (x1, x2, x3); `turn` in degrees."""
    x1, x2, x3 = point
    angle = math.radians(turn)
    away = x3 * math.cos(angle) - x1 * math.sin(angle)
    return (
        x1 * math.cos(angle) + x3 * math.sin(angle),
        x2 * math.cos(_TILT) + away * math.sin(_TILT),
    )


def _arrow(axis: int, turn: float) -> str:
    """Return the arrow that is nearest to where an input grows on the page."""
    right, up = _project([float(k == axis) for k in range(3)], turn)
    return "→↗↑↖←↙↓↘"[round(math.degrees(math.atan2(up, right)) / 45) % 8]


def _section(weights: Sequence[float], turn: float) -> list[Point]:
    """Return where a plane cuts the cube, as the corners of a closed polygon."""
    w = np.array(weights)
    sums = signals(3) @ w
    cuts = [
        np.array(CUBE[a])
        + sums[a] / (sums[a] - sums[b]) * np.subtract(CUBE[b], CUBE[a])
        for a, b in _EDGES
        if (sums[a] > 0) != (sums[b] > 0)
    ]
    if not cuts:
        return []
    # Sorted by angle within the plane, so that a view along it does no harm.
    spokes = np.array(cuts) - np.mean(cuts, axis=0)
    across = np.cross(w[1:], spokes[0])
    angles = np.arctan2(spokes @ across / np.linalg.norm(w[1:]), spokes @ spokes[0])
    points = [_project(cuts[k], turn) for k in np.argsort(angles)]
    return [*points, points[0]]


def _rows(bits: Sequence[bool]) -> tuple[int, ...]:
    """Sort outputs from the order of the controls into that of counting.

    The controls list the near face (x3 = −1) first, each face in the order of
    `INPUTS`, so that the first four are the table of two inputs.
    """
    order = [(x1, x2, x3) for x3 in (-1, 1) for x1, x2 in INPUTS]
    chosen = dict(zip(order, bits, strict=True))
    return tuple(1 if chosen[corner] else -1 for corner in CUBE)


@cache
def _drawable() -> tuple[tuple[int, int, bool], ...]:
    """Return column (near face), row (far face) and verdict of all 256 tables."""
    cells = []
    for bits in itertools.product((False, True), repeat=8):
        column = sum(bit << k for k, bit in enumerate(bits[:4]))
        row = sum(bit << k for k, bit in enumerate(bits[4:]))
        cells.append((column, row, separating_weights(_rows(bits)) is not None))
    return tuple(cells)


def cube_figure() -> go.Figure:
    """Draw eight corners for the wanted outputs and, below, a map of all 256 tables."""
    second = {"xaxis": "x2", "yaxis": "y2"}
    plane = area_trace("orange_tint")
    plane.update(opacity=0.85, line={"width": 3, "color": color("orange")})
    can = [(c, r) for c, r, fine in _drawable() if fine]
    cannot = [(c, r) for c, r, fine in _drawable() if not fine]
    dots = {"mode": "markers", "hoverinfo": "skip"} | second
    spot = {"symbol": "circle", "size": 9, "color": color("green")}
    thin = {"width": 1.5, "color": color("axis")}
    crosses = {"symbol": "x-thin", "size": 6, "line": thin}
    figure = go.Figure(
        [
            line_trace("axis", 2, "dot"),
            plane,
            line_trace("axis", 2),
            line_trace("blue", 3, "dash"),
            line_trace("vermillion", 3, "dash"),
            dot_trace(True, 24),
            word_trace([(0, 0)] * 3, ["", "", ""], 15),
            place(go.Scatter(marker=spot, **dots), can),
            place(go.Scatter(marker=crosses, **dots), cannot),
            ring_trace(18).update(second),
        ]
    )
    note = {
        "text": f"one neuron can do ● {len(can)} of the 256 tables, but not ×",
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": -0.005,
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": 13},
    }
    figure.update_layout(
        **plain_layout(
            630, margin={"l": 8, "r": 8, "t": 4, "b": 32}, annotations=[note]
        ),
        xaxis=HIDDEN_AXIS | {"range": [-1.9, 1.9], "constrain": "domain"},
        yaxis=HIDDEN_AXIS
        | {
            "range": [-1.85, 1.65],
            "scaleanchor": "x",
            "domain": [0.48, 1],
            "constrain": "domain",
        },
        xaxis2=HIDDEN_AXIS | {"anchor": "y2", "range": [-0.8, 15.8]},
        yaxis2=HIDDEN_AXIS
        | {"anchor": "x2", "range": [-0.8, 15.8], "domain": [0, 0.45]},
    )
    return figure


@cache
def _wires(turn: float) -> tuple[State, ...]:
    """Return edges of the turned cube: those behind it, and the others."""
    behind = CUBE.index((-1, -1, 1))
    states = []
    for trace, hidden in ((0, True), (2, False)):
        points: list[Point] = []
        for edge in _EDGES:
            if (behind in edge) == hidden:
                points += [_project(CUBE[n], turn) for n in edge]
                points.append((math.nan, math.nan))
        states.append(xy(f"data[{trace}]", points))
    return tuple(states)


def cube_state(turn: int, **bits: bool) -> State:
    """Return corners and a cutting plane for the chosen truth table of three inputs.

    Parameters
    ----------
    turn : int
        Angle from which the cube is seen, in degrees, between 0 and 90.
    **bits : bool
        `y1` to `y8`: whether the output is +1, near face (x3 = −1) first, each face in
        the order of `INPUTS`.
    """
    given = [bits[f"y{k}"] for k in range(1, 9)]
    target = _rows(given)
    weights = separating_weights(target)
    clash = None if weights else conflict(target)
    ends: list[list[Point]] = [[], []]
    if clash:
        ends = [[_project(CUBE[n], turn) for n in pair] for pair in clash]
    column = sum(bit << k for k, bit in enumerate(given[:4]))
    row = sum(bit << k for k, bit in enumerate(given[4:]))
    names = [(0, -1.3, -1.25), (-1.35, 0, -1.2), (1.3, -1.3, 0)]
    behind, before = _wires(turn)
    blue, vermillion = color("blue"), color("vermillion")
    return (
        behind
        | before
        | xy("data[1]", _section(weights, turn) if weights else [])
        | xy("data[3]", ends[0])
        | xy("data[4]", ends[1])
        | xy("data[5]", [_project(corner, turn) for corner in CUBE])
        | {
            "data[5].marker.symbol": ["circle" if t > 0 else "square" for t in target],
            "data[5].marker.color": [blue if t > 0 else vermillion for t in target],
        }
        | xy("data[6]", [_project(place, turn) for place in names])
        | {"data[6].text": [f"{x} {_arrow(k, turn)}" for k, x in enumerate(_AXES)]}
        | xy("data[9]", [(column, row)])
    )


def cube_words(turn: int, **bits: bool) -> str:
    """Say whether a plane exists, and why not if none does."""
    target = _rows([bits[f"y{k}"] for k in range(1, 9)])
    weights, clash = separating_weights(target), conflict(target)
    positive = sum(t > 0 for t in target)
    start = f"{positive} of 8 corners +1: "
    if weights is None and clash:
        plus, minus = ([bits_text(CUBE[n]) for n in pair] for pair in clash)
        return (
            f"{start}no plane. The +1 corners {plus[0]} and {plus[1]} have the same "
            f"midpoint as the −1 corners {minus[0]} and {minus[1]}."
        )
    assert weights is not None
    if len(set(target)) == 1:
        return f"{start}the bias alone does it, without any plane."
    return f"{start}one neuron does it, for example with w = {vector_text(weights)}."
