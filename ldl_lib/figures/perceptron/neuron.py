"""The nerve cell and its model."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    HIDDEN_AXIS,
    Point,
    plain_layout,
    word_trace,
)
from ldl_lib.figures.theme import color


def neuron_figure() -> go.Figure:
    """Draw a nerve cell and, below it, a perceptron; matching parts are aligned."""
    figure = go.Figure()
    wires: list[list[float | None]] = [[], []]

    def wire(*points: Point) -> None:
        for x, y in points:
            wires[0].append(x)
            wires[1].append(y)
        wires[0].append(None)
        wires[1].append(None)

    for end in (0.6, 0.0, -0.6):  # dendrites, then the axon and its branches
        wire((0.0, 3 + end), (0.55, 3 + 0.75 * end), (1.15, 3 + 0.3 * end))
        wire((0.0, 3 + end), (-0.2, 3 + end + 0.12))
        wire((0.0, 3 + end), (-0.2, 3 + end - 0.12))
    wire((1.6, 3.0), (3.2, 3.0), (3.6, 3.3))
    wire((3.2, 3.0), (3.65, 3.0))
    wire((3.2, 3.0), (3.6, 2.7))
    for end in (0.7, 0.0, -0.7):
        wire((0.0, end), (1.6, 0.0))
    wire((1.6, 0.0), (3.6, 0.0))
    figure.add_scatter(
        x=wires[0],
        y=wires[1],
        mode="lines",
        line={"color": color("axis"), "width": 3},
        hoverinfo="skip",
    )
    nodes: dict[str, list[Any]] = {
        "x": [1.4, 0, 0, 0, 1.6, 2.6],
        "y": [3, 0.7, 0, -0.7, 0, 0],
        "text": ["", "1", "x₁", "x₂", "Σ", "sign"],
        "size": [46, 32, 32, 32, 44, 44],
        "fill": ["orange_tint"] + ["gray_tint"] * 3 + ["orange_tint"] * 2,
    }
    figure.add_scatter(
        x=nodes["x"],
        y=nodes["y"],
        text=nodes["text"],
        mode="markers+text",
        hoverinfo="skip",
        marker={
            "size": nodes["size"],
            "color": [color(name) for name in nodes["fill"]],
            "line": {"color": color("ink"), "width": 2},
            "opacity": 1,
        },
    )
    labels = {
        "dendrites": (0.1, 3.95),
        "cell body": (1.4, 3.95),
        "synapses": (0.1, 2.05),
        "axon": (2.5, 3.25),
        "inputs": (0.0, 1.4),
        "weights": (0.85, 1.4),
        "sum z": (1.6, 1.4),
        "output ŷ": (3.3, 0.3),
        "w₀": (0.85, 0.62),
        "w₁": (0.85, 0.18),
        "w₂": (0.85, -0.62),
    }
    figure.add_trace(word_trace(list(labels.values()), list(labels), 14))
    alt = (
        "A nerve cell and, below it, a perceptron. Synapses and dendrites stand above "
        "the inputs 1, x1 and x2; the cell body above the weighted sum z and the sign "
        "function; the axon above the output ŷ. The wires to the sum carry weights w0, "
        "w1, w2."
    )
    axis = dict(HIDDEN_AXIS)
    figure.update_layout(
        **plain_layout(330, margin={"l": 4, "r": 4, "t": 4, "b": 4}),
        xaxis=axis | {"range": [-0.45, 3.85]},
        yaxis=axis | {"range": [-1.2, 4.3]},
        meta={"alt": alt},
    )
    return figure
