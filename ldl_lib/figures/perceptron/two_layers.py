"""E1.4: three perceptrons that compute XOR."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache

import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    FRAME,
    HIDDEN_AXIS,
    INPUTS,
    Point,
    State,
    area_trace,
    bits_text,
    cut_frame,
    dot_trace,
    fixed,
    line_trace,
    place,
    plain_layout,
    plane_axes,
    ring_trace,
    sign_of,
    signed,
    split_inputs,
    word_trace,
    xy,
)
from ldl_lib.figures.theme import color
from ldl_lib.nn import GATES

HIDDEN: dict[str, tuple[float, float, float]] = {
    "NAND": (0.9, -0.6, -0.5),
    "OR": (0.9, 0.6, 0.5),
}
OUTPUT: dict[str, tuple[float, float, float]] = {
    "AND": (-0.9, 0.6, 0.5),
    "OR": (0.9, 0.6, 0.5),
    "NAND": (0.9, -0.6, -0.5),
}
_NODES: tuple[Point, ...] = ((0, 1), (0, -1), (1.6, 1), (1.6, -1), (3.2, 0))


def _fires(weights: Sequence[float], x1: float, x2: float) -> int:
    return sign_of(weights[0] + weights[1] * x1 + weights[2] * x2)


@cache
def _regions(output: str, wanted: int) -> tuple[Point, ...]:
    """Return where in the frame the two layers answer `wanted`, with gaps between.

    The two hidden lines are parallel: they cut the frame into three strips.
    """
    nand, either = cut_frame(HIDDEN["NAND"]), cut_frame(HIDDEN["OR"])
    between = [
        (-FRAME, FRAME),
        (FRAME, -FRAME),
        *((float(x), float(y)) for x, y in (*nand[2], *either[2])),
    ]
    between.sort(key=lambda p: math.atan2(p[1], p[0]))  # convex, around the origin
    strips: dict[tuple[int, int], Iterable[Sequence[float]]] = {
        (-1, 1): nand[1],
        (1, -1): either[1],
        (1, 1): [*between, between[0]],
    }
    found: list[Point] = []
    for hidden, strip in strips.items():
        if _fires(OUTPUT[output], *hidden) == wanted:
            found += [(float(x), float(y)) for x, y in strip]
            found.append((math.nan, math.nan))
    return tuple(found)


def _hatch(shape: str, name: str) -> go.Scatter:
    area = area_trace("paper")
    area.fillpattern = {
        "shape": shape,
        "fgcolor": color(name),
        "fillmode": "overlay",
        "size": 12,
        "solidity": 0.12,
    }
    area.fillcolor = "rgba(0,0,0,0)"
    return area


def two_layers_figure() -> go.Figure:
    """Draw the network above, and the input plane below."""
    second = {"xaxis": "x2", "yaxis": "y2"}
    edges = [(0, 2), (1, 2), (0, 3), (1, 3), (2, 4), (3, 4)]
    wires_x = [v for a, b in edges for v in (_NODES[a][0], _NODES[b][0], math.nan)]
    wires_y = [v for a, b in edges for v in (_NODES[a][1], _NODES[b][1], math.nan)]
    wires = line_trace("axis", 2)
    wires.update(x=wires_x, y=wires_y, **second)
    value = {
        "mode": "markers+text",
        "textfont": {"color": color("paper"), "size": 14},
    } | second
    names = ["x₁", "x₂", "NAND", "OR", "AND"]
    beside = [(x - 0.5, y) for x, y in _NODES[:2]]
    over = [(x, y + 0.62) for x, y in _NODES[2:]]
    weights = {
        "−0.6": (0.8, 1.22),
        "−0.5": (0.3, -0.24),
        "0.6": (0.3, 0.24),
        "0.5": (0.8, -1.24),
    }
    outer = [(2.45, 0.82), (2.45, -0.82)]
    under = [(1.6, 0.42), (1.6, -1.58), (3.2, -0.58)]
    figure = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            _hatch("/", "green"),
            _hatch("\\", "purple"),
            line_trace("green", 4),
            line_trace("purple", 4, "dash"),
            dot_trace(True),
            dot_trace(False),
            ring_trace(),
            word_trace([], [], 15, halo=True),
            wires,
            dot_trace(True, 38, text="+1", **value),
            dot_trace(False, 38, text="−1", **value),
            word_trace(beside + over, names, 14, **second),
            word_trace(list(weights.values()), list(weights), 12, **second),
            word_trace(outer, ["", ""], 12, **second),
            word_trace(under, ["w₀ = 0.9", "w₀ = 0.9", ""], 12, **second),
        ]
    )
    axes = plane_axes("input x₁", "input x₂")
    axes["yaxis"]["domain"] = [0, 0.59]
    hidden = dict(HIDDEN_AXIS)
    figure.update_layout(
        **plain_layout(590, margin={"l": 48, "r": 12, "t": 4, "b": 44}),
        **axes,
        xaxis2=hidden | {"anchor": "y2", "range": [-0.75, 3.7]},
        yaxis2=hidden | {"anchor": "x2", "range": [-1.9, 2], "domain": [0.66, 1]},
    )
    return figure


def two_layers_state(
    point: int, nand: bool, or_: bool, final: bool, output: str
) -> State:
    """Return signals for one input, and the regions of the chosen neurons.

    Parameters
    ----------
    point : int
        Which of `INPUTS` enters the network.
    nand, or_, final : bool
        Whether to show the region of each hidden neuron and of the output.
    output : str
        The gate that the output neuron computes, a key of `OUTPUT`.
    """
    x1, x2 = INPUTS[point]
    first, second = (_fires(HIDDEN[name], x1, x2) for name in ("NAND", "OR"))
    signals = (x1, x2, first, second, _fires(OUTPUT[output], first, second))
    on = [p for p, s in zip(_NODES, signals, strict=True) if s > 0]
    off = [p for p, s in zip(_NODES, signals, strict=True) if s < 0]
    circles, squares = split_inputs(GATES["XOR"])
    upper, lower = (cut_frame(HIDDEN[name]) for name in ("NAND", "OR"))
    bias, left, right = OUTPUT[output]
    tags = [((-0.4, 1.65), "NAND"), ((0.4, -1.65), "OR")]
    shown = [t for t, visible in zip(tags, (nand, or_), strict=True) if visible]
    return (
        xy("data[0]", _regions(output, 1) if final else [])
        | xy("data[1]", _regions(output, -1) if final else [])
        | xy("data[2]", upper[0] if nand else [])
        | xy("data[3]", lower[0] if or_ else [])
        | xy("data[4]", upper[2] if nand else [])
        | xy("data[5]", lower[2] if or_ else [])
        | xy("data[6]", circles)
        | xy("data[7]", squares)
        | xy("data[8]", [(x1, x2)])
        | xy("data[9]", [place for place, _ in shown])
        | {"data[9].text": [f"<b>{name}</b>" for _, name in shown]}
        | xy("data[11]", on)
        | xy("data[12]", off)
        | {
            "data[13].text": ["x₁", "x₂", "NAND", "OR", output],
            "data[15].text": [fixed(left), fixed(right)],
            "data[16].text": ["w₀ = 0.9", "w₀ = 0.9", f"w₀ = {fixed(bias)}"],
        }
    )


def two_layers_words(
    point: int, nand: bool, or_: bool, final: bool, output: str
) -> str:
    """Follow the signals for one input, and say which table the network computes."""
    x1, x2 = INPUTS[point]
    table = []
    for p in INPUTS:
        hidden = [_fires(HIDDEN[name], *p) for name in ("NAND", "OR")]
        table.append(_fires(OUTPUT[output], hidden[0], hidden[1]))
    first, second = (_fires(HIDDEN[name], x1, x2) for name in ("NAND", "OR"))
    right = sum(a == b for a, b in zip(table, GATES["XOR"], strict=True))
    verdict = (
        "The network is XOR on all four inputs."
        if right == 4
        else f"With {output} at the end, {right} of 4 outputs are XOR's."
    )
    return (
        f"Input {bits_text((x1, x2))}: "
        f"NAND says {signed(first)}, OR says {signed(second)}, "
        f"so the output is {signed(table[point])}. {verdict}"
    )


def hidden_space_figure() -> go.Figure:
    """Draw the four inputs as the hidden layer sees them: three points, one line."""
    seen: dict[tuple[int, int], list[int]] = {}
    for number, (x1, x2) in enumerate(INPUTS):
        signals = (_fires(HIDDEN["NAND"], x1, x2), _fires(HIDDEN["OR"], x1, x2))
        seen.setdefault(signals, []).append(number)
    traces = [area_trace("blue_tint"), area_trace("vermillion_tint"), line_trace()]
    parts = cut_frame(OUTPUT["AND"])
    figure = go.Figure([place(t, part) for t, part in zip(traces, parts, strict=True)])
    for signals, numbers in seen.items():
        dot = dot_trace(GATES["XOR"][numbers[0]] > 0)
        figure.add_trace(place(dot, [signals]))
        text = "<br>".join(bits_text(INPUTS[number]) for number in numbers)
        figure.add_trace(word_trace([(signals[0], signals[1] * 1.48)], [text], 14))
    figure.update_layout(
        **plain_layout(360),
        **plane_axes("output of NAND", "output of OR"),
        meta={
            "alt": "The plane of the two hidden outputs. Inputs (−1, +1) and (+1, −1) "
            "fall on the same point (+1, +1), alone on the +1 side of AND's line; "
            "(−1, −1) falls on (+1, −1) and (+1, +1) on (−1, +1), both on the −1 side."
        },
    )
    return figure
