"""E2.5: one neuron in three plots: over its inputs, its weights, and as a surface."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.perceptron._shared import (
    INPUTS,
    Point,
    area_trace,
    bits_text,
    cut_frame,
    dot_trace,
    line_trace,
    place,
    plane_axes,
    sign_of,
    split_inputs,
    vector_text,
    word_trace,
    xy,
)
from ldl_lib.figures.theme import DASHES, SEQUENTIAL, color

Ints = NDArray[np.int64]

GATES = ("AND", "OR", "NAND", "XOR")
LIMIT = 1.25  # the weight plane reaches from −1.25 to 1.25
RESOLUTION = 50  # cells of the weight plane along each side
EDGE = 1.5  # half the width of the output surface
LIFT = 1.05  # targets float a little off their floor, to be seen


def sums(w0: float, w1: float, w2: float) -> list[float]:
    """Return the weighted sums of the four inputs."""
    return [w0 + w1 * x1 + w2 * x2 for x1, x2 in INPUTS]


def wrong_inputs(gate: str, w0: float, w1: float, w2: float) -> list[Point]:
    """Return the inputs whose output is not the gate's."""
    pairs = zip(INPUTS, sums(w0, w1, w2), nn.GATES[gate], strict=True)
    return [point for point, z, target in pairs if sign_of(z) != target]


def cells() -> NDArray[np.float64]:
    """Return the middles of the cells of the weight plane along one side."""
    half = LIMIT / RESOLUTION
    return np.linspace(-LIMIT + half, LIMIT - half, RESOLUTION)


@cache
def mistakes(gate: str, w0: float) -> Ints:
    """Count the wrong outputs for every (w1, w2) of the weight plane.

    Parameters
    ----------
    gate : str
        One of `GATES`.
    w0 : float
        The bias weight.

    Returns
    -------
    ndarray of int64, shape (RESOLUTION, RESOLUTION)
        Row by w2, column by w1.
    """
    w1, w2 = np.meshgrid(cells(), cells())
    z = [w0 + x1 * w1 + x2 * w2 for x1, x2 in INPUTS]
    wrong = nn.sign(z) != np.reshape(nn.GATES[gate], (4, 1, 1))
    return np.asarray(wrong.sum(axis=0), dtype=np.int64)


def input_figure() -> go.Figure:
    """Draw the line in the plane of the inputs."""
    cross = {"symbol": "x-thin", "size": 12}
    cross |= {"line": {"color": color("paper"), "width": 3}}
    built = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace(),
            dot_trace(True),
            dot_trace(False),
            go.Scatter(x=[], y=[], mode="markers", marker=cross, hoverinfo="skip"),
        ]
    )
    built.update_layout(plain_layout(340), **plane_axes("input x₁", "input x₂"))
    return built


def input_state(gate: str, w0: float, w1: float, w2: float) -> State:
    """Return half-planes, line and inputs, with crosses on the wrong ones.

    Parameters
    ----------
    gate : str
        The wanted truth table, one of `GATES`.
    w0, w1, w2 : float
        Weights.
    """
    positive, negative, line = cut_frame((w0, w1, w2))
    circles, squares = split_inputs(nn.GATES[gate])
    return (
        xy("data[0]", positive)
        | xy("data[1]", negative)
        | xy("data[2]", line)
        | xy("data[3]", circles)
        | xy("data[4]", squares)
        | xy("data[5]", wrong_inputs(gate, w0, w1, w2))
    )


def input_words(gate: str, w0: float, w1: float, w2: float) -> str:
    """Say which inputs lie on the wrong side."""
    wrong = wrong_inputs(gate, w0, w1, w2)
    if not wrong:
        return f"Over the inputs: all four lie on the side that {gate} wants."
    names = ", ".join(bits_text(point) for point in wrong)
    return f"Over the inputs: {len(wrong)} of 4 on the wrong side for {gate}: {names}."


def weight_figure() -> go.Figure:
    """Draw the number of mistakes over the weights, one line for each input."""
    tints = [color("green_tint"), *(str(hex_) for _, hex_ in SEQUENTIAL["light"][1:5])]
    scale = [
        [edge / 5, tint]
        for number, tint in enumerate(tints)
        for edge in (number, number + 1)
    ]
    traces: list[go.Scatter | go.Heatmap] = [
        go.Heatmap(
            x=cells(),
            y=cells(),
            z=np.zeros((2, 2)),
            colorscale=scale,
            zmin=-0.5,
            zmax=4.5,
            hoverinfo="skip",
            colorbar={
                "title": {"text": "wrong"},
                "tickvals": [0, 1, 2, 3, 4],
                "thickness": 12,
                "len": 1,
            },
        )
    ]
    traces += [line_trace("ink", 2, DASHES[number]) for number in range(4)]
    names = [bits_text(point) for point in INPUTS]
    # A short thick stroke behind each name keeps its line from crossing it out.
    plate = {"symbol": "line-ew", "size": 34, "opacity": 0.85}
    plate |= {"line": {"color": color("paper"), "width": 15}}
    named = word_trace([], names, 12, halo=True)
    traces.append(named.update(mode="markers+text", marker=plate))
    star = {"symbol": "diamond", "size": 15, "color": color("vermillion")}
    star |= {"line": {"color": color("paper"), "width": 2}}
    traces.append(go.Scatter(x=[], y=[], mode="markers", marker=star, hoverinfo="skip"))
    built = go.Figure(traces)
    axis = {"range": [-LIMIT, LIMIT], "tickvals": [-1, 0, 1], "constrain": "domain"}
    axis |= {"ticktext": ["−1", "0", "+1"], "showgrid": False}
    built.update_layout(
        plain_layout(340)
        | {
            "xaxis": still("weight w₁", **axis),
            "yaxis": still("weight w₂", scaleanchor="x", **axis),
        }
    )
    return built


def weight_state(gate: str, w0: float, w1: float, w2: float) -> State:
    """Return the mistakes over the weights, the inputs' lines, and the neuron.

    Parameters as in `input_state`.
    """
    return (
        {"data[0].z": mistakes(gate, w0)}
        | _weight_lines(w0)
        | xy("data[6]", [(w1, w2)])
    )


@cache
def _weight_lines(w0: float) -> State:
    """Return each input's line over the weights, and where its name stands."""
    found: State = {}
    labels: list[Point] = []
    for number, (x1, x2) in enumerate(INPUTS):
        ends = cut_frame((w0, x1, x2), LIMIT)[2]
        found |= xy(f"data[{1 + number}]", ends)
        labels.append(_label_at(w0, x1, x2))
    return found | xy("data[5]", labels)


def _label_at(w0: float, x1: float, x2: float) -> Point:
    """Return a place on an input's line for its name, near the left or right edge.

    Where two lines cross or coincide, their names stand at different places.
    """
    w1 = 0.8 * x1 if w0 < 0 else -0.8 * x1
    return (w1, -(w0 + x1 * w1) / x2)


def weight_words(gate: str, w0: float, w1: float, w2: float) -> str:
    """Say how many mistakes this point means, and whether there is a better one."""
    now = len(wrong_inputs(gate, w0, w1, w2))
    best = int(mistakes(gate, w0).min())
    here = vector_text((w1, w2))
    verdict = (
        "there is a region without mistakes."
        if best == 0
        else f"no point of this plane has fewer than {best}."
    )
    return f"Over the weights: the neuron is the point {here} with {now}; {verdict}"


def _mesh(name: str, triangles: int) -> go.Mesh3d:
    """Return a flat piece, drawn as a fan of triangles from its first corner."""
    return go.Mesh3d(
        x=[],
        y=[],
        z=[],
        i=[0] * triangles,
        j=list(range(1, triangles + 1)),
        k=list(range(2, triangles + 2)),
        color=color(name),
        opacity=0.8,
        flatshading=True,
        lighting={"ambient": 1, "diffuse": 0, "specular": 0},
        hoverinfo="skip",
    )


def surface_figure() -> go.Figure:
    """Draw the output over the inputs: two floors and the step between them."""
    dots = [
        go.Scatter3d(
            x=[],
            y=[],
            z=[],
            mode="markers",
            marker={
                "symbol": symbol,
                "color": color(name),
                "size": 6,
                "line": {"color": color("paper"), "width": 1},
            },
            hoverinfo="skip",
        )
        for symbol, name in (("circle", "blue"), ("square", "vermillion"))
    ]
    gaps = go.Scatter3d(
        x=[],
        y=[],
        z=[],
        mode="lines",
        line={"color": color("ink"), "width": 6},
        hoverinfo="skip",
    )
    built = go.Figure(
        [
            _mesh("blue_tint", 3),
            _mesh("vermillion_tint", 3),
            _mesh("axis", 2),
            *dots,
            gaps,
        ]
    )
    flat = {"range": [-EDGE, EDGE], "tickvals": [-1, 0, 1]}
    flat |= {"ticktext": ["−1", "0", "+1"]}
    built.update_layout(
        plain_layout(340, margin={"l": 0, "r": 0, "t": 0, "b": 0})
        | {
            "scene": {
                "xaxis": flat | {"title": {"text": "x₁"}},
                "yaxis": flat | {"title": {"text": "x₂"}},
                "zaxis": flat | {"title": {"text": ""}, "range": [-1.4, 1.4]},
                "aspectmode": "manual",
                "aspectratio": {"x": 1.15, "y": 1.15, "z": 0.6},
                "camera": {
                    "eye": {"x": 1.35, "y": -1.8, "z": 1.35},
                    "center": {"x": 0, "y": 0, "z": -0.15},
                },
            }
        }
    )
    return built


def surface_state(gate: str, w0: float, w1: float, w2: float) -> State:
    """Return floors, step, and targets, with a stem where the output misses one.

    Parameters as in `input_state`.
    """
    positive, negative, line = cut_frame((w0, w1, w2), EDGE)
    wall = [(x, y, z) for x, y in line for z in (-1, 1)]
    if wall:
        wall[2], wall[3] = wall[3], wall[2]  # round the rectangle, not across it
    targets = list(zip(INPUTS, nn.GATES[gate], strict=True))
    wrong = wrong_inputs(gate, w0, w1, w2)
    stems = [(*p, z) for p in wrong for z in (-1, 1, math.nan)]
    return (
        _xyz(0, _padded([(x, y, 1) for x, y in positive], 5))
        | _xyz(1, _padded([(x, y, -1) for x, y in negative], 5))
        | _xyz(2, wall)
        | _xyz(3, [(*p, LIFT * y) for p, y in targets if y > 0])
        | _xyz(4, [(*p, LIFT * y) for p, y in targets if y < 0])
        | _xyz(5, stems)
    )


def _padded(
    corners: list[tuple[float, float, float]], count: int
) -> list[tuple[float, float, float]]:
    """Repeat the last corner until there are enough; drop one that closes the ring."""
    return (corners[:-1] + corners[-2:-1] * count)[:count]


def _xyz(trace: int, points: Iterable[Sequence[float]]) -> State:
    points = list(points)
    return {
        f"data[{trace}].{letter}": [p[axis] for p in points]
        for axis, letter in enumerate("xyz")
    }


def surface_words(gate: str, w0: float, w1: float, w2: float) -> str:
    """Say what shape the output has, and how many targets it misses."""
    missed = len(wrong_inputs(gate, w0, w1, w2))
    if w1 == 0 and w2 == 0:
        shape = f"one floor, {'+1' if w0 >= 0 else '−1'} everywhere"
    else:
        shape = "two flat floors with a step"
    return f"As a surface: {shape}; it misses {missed} of 4 targets."


def loss_figure() -> go.Figure:
    """Draw mistakes and perceptron loss of NAND along a line of weights.

    One weight, w1, moves; w0 = 0.5 and w2 = −0.5 stay.
    """
    w1 = np.linspace(-1.5, 1.5, 301)
    z = np.array([0.5 + w1 * x1 - 0.5 * x2 for x1, x2 in INPUTS])
    y = np.reshape(nn.GATES["NAND"], (4, 1))
    wrong = (nn.sign(z) != y).sum(axis=0)
    loss = np.maximum(0, -y * z).sum(axis=0)
    built = go.Figure(
        [
            place(line_trace("vermillion", 3, "dash"), zip(w1, wrong, strict=True)),
            place(line_trace("blue", 3), zip(w1, loss, strict=True)),
        ]
    )
    built.data[0].update(name="wrong outputs", line={"shape": "hv"})
    built.data[1].update(name="sum of −y·z over the wrong ones")
    built.update_layout(
        plain_layout(320, margin={"l": 56, "r": 14, "t": 56, "b": 44})
        | {
            "showlegend": True,
            "legend": {"itemclick": False, "itemdoubleclick": False},
            "xaxis": still("weight w₁", range=[-1.5, 1.5]),
            "yaxis": still("loss over four examples", range=[-0.15, 2.4]),
            "meta": {
                "alt": "Two losses of NAND while w1 moves from −1.5 to 1.5. The number "
                "of wrong outputs is a staircase, flat except for jumps. The sum of "
                "−y·z over the wrong examples falls in straight slopes to 0 between "
                "−1 and 0, and rises again on the other side."
            },
        }
    )
    return built


# The three plots of one neuron: figure, state and words of each.
PANELS = {
    "inputs": (input_figure, input_state, input_words),
    "weights": (weight_figure, weight_state, weight_words),
    "surface": (surface_figure, surface_state, surface_words),
}
