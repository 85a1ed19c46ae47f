"""Cells side by side: the way by which memory, and the gradient, gets through."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.lstm.cell import signs
from ldl_lib.figures.theme import color

Place = tuple[float, float]
Path = tuple[Place, ...]

TOP = 6.0  # height of the way straight through
HIDDEN = {"visible": False, "fixedrange": True}
HALF_WIDTH, HALF_HEIGHT = 0.85, 0.55  # of a box


class Cell(NamedTuple):
    """One drawing.

    Attributes
    ----------
    straight : Path
        The way by which memory gets through.
    wires : tuple of Path
        All other connections.
    dotted : tuple of Path
        Connections that the name speaks of, such as peepholes.
    boxes : dict of Place to str
        Layers of neurons.
    joints : dict of Place to str
        Where numbers are multiplied or added.
    ends : dict of Place to str
        What comes in and goes out.
    formula, says : str
        What is computed; what stands on the straight way.
    """

    straight: Path
    wires: tuple[Path, ...]
    dotted: tuple[Path, ...]
    boxes: dict[Place, str]
    joints: dict[Place, str]
    ends: dict[Place, str]
    formula: str
    says: str


_ACROSS: Path = ((0.3, TOP), (9.7, TOP))
_LSTM_WIRES: tuple[Path, ...] = (
    ((1.8, 2.55), (1.8, TOP)),
    ((3.8, 2.55), (3.8, 4.2), (5.8, 4.2), (5.8, 2.55)),
    ((4.8, 4.2), (4.8, TOP)),
    ((8.0, TOP), (8.0, 2.55)),
    ((8.0, 4.2), (9.7, 4.2)),
    ((0.3, 0.8), (8.0, 0.8)),
    *(((x, 0.8), (x, 1.45)) for x in (1.8, 3.8, 5.8, 8.0)),
)
_LSTM_BOXES = {(1.8, 2.0): "f", (3.8, 2.0): "i", (5.8, 2.0): "g", (8.0, 2.0): "o"}
_LSTM_JOINTS = {(1.8, TOP): "×", (4.8, 4.2): "×", (4.8, TOP): "+", (8.0, 4.2): "×"}
_LSTM_ENDS = {
    (0.6, TOP + 0.6): "c",
    (9.3, TOP + 0.6): "c′",
    (9.4, 4.75): "h′",
    (0.6, 0.3): "x, h",
    (8.75, 5.35): "tanh",
}
_LSTM = Cell(
    _ACROSS,
    _LSTM_WIRES,
    (),
    _LSTM_BOXES,
    _LSTM_JOINTS,
    _LSTM_ENDS,
    "c′ = f ⊙ c + i ⊙ g,  h′ = o ⊙ tanh c′",
    "The memory passes one product and one sum. Its factor is the forget gate f, "
    "which the cell sets anew at every step; no weight matrix is in the way.",
)
CELLS = {
    "simple RNN": Cell(
        ((0.3, TOP), (9.7, TOP)),
        (((0.3, 2.0), (5.0, 2.0), (5.0, TOP)),),
        (),
        {(2.6, TOP): "U", (7.4, TOP): "tanh", (2.6, 2.0): "W"},
        {(5.0, TOP): "+"},
        {(0.6, TOP + 0.9): "h", (9.3, TOP + 0.9): "h′", (0.6, 2.6): "x"},
        "h′ = tanh(W x + U h + b)",
        "The only way leads through the weights U and the slope of tanh, at every "
        "step again. The factor is a matrix times slopes of at most 1.",
    ),
    "LSTM": _LSTM,
    "LSTM with peepholes": _LSTM._replace(
        dotted=(
            ((0.9, TOP), (0.9, 3.4), (1.5, 3.4), (1.5, 2.55)),
            ((0.9, 3.4), (3.4, 3.4), (3.4, 2.55)),
            ((7.0, TOP), (7.0, 3.4), (7.6, 3.4), (7.6, 2.55)),
        ),
        formula="f = σ(… + p_f ⊙ c),  i = σ(… + p_i ⊙ c),  o = σ(… + p_o ⊙ c′)",
        says="The dotted peepholes let each gate look at its own cell, one weight a "
        "unit, even while the output gate is shut. The straight way is that of the "
        "LSTM.",
    ),
    "GRU": Cell(
        _ACROSS,
        (
            ((1.2, TOP), (1.2, 0.8)),
            ((0.3, 0.8), (7.0, 0.8)),
            *(((x, 0.8), (x, 1.45)) for x in (2.4, 4.9, 7.0)),
            ((2.4, 2.55), (2.4, 3.2), (6.6, 3.2), (6.6, 2.55)),
            ((7.0, 2.55), (7.0, TOP)),
            ((4.9, 2.55), (4.9, 4.3), (3.2, 4.3), (3.2, TOP)),
            ((4.9, 4.3), (7.0, 4.3)),
        ),
        (),
        {(2.4, 2.0): "r", (4.9, 2.0): "u", (7.0, 2.0): "n"},
        {(3.2, TOP): "×", (7.0, 4.3): "×", (7.0, TOP): "+"},
        {
            (0.6, TOP + 0.6): "h",
            (9.3, TOP + 0.6): "h′",
            (0.6, 0.3): "x",
            (2.75, 4.95): "u",
            (5.9, 4.8): "1 − u",
        },
        "h′ = u ⊙ h + (1 − u) ⊙ n",
        "There is no cell apart from h. The factor on the straight way is the update "
        "gate u; what it does not keep, the candidate n replaces. The reset gate r "
        "only decides how much of h the candidate sees.",
    ),
    "highway layer": Cell(
        _ACROSS,
        (
            ((1.2, TOP), (1.2, 0.8), (7.0, 0.8), (7.0, 1.45)),
            ((4.0, 0.8), (4.0, 1.45)),
            ((7.0, 2.55), (7.0, TOP)),
            ((4.0, 2.55), (4.0, 4.3)),
            ((3.2, TOP), (3.2, 4.3), (7.0, 4.3)),
        ),
        (),
        {(4.0, 2.0): "t", (7.0, 2.0): "H"},
        {(3.2, TOP): "×", (7.0, 4.3): "×", (7.0, TOP): "+"},
        {
            (0.6, TOP + 0.6): "x",
            (9.3, TOP + 0.6): "y",
            (2.3, 4.9): "1 − t",
            (5.6, 4.8): "t",
        },
        "y = (1 − t) ⊙ x + t ⊙ H(x)",
        "The same idea from layer to layer instead of from step to step: the "
        "transform gate t decides how much is computed, 1 − t carries the rest along. "
        "Each layer has weights of its own.",
    ),
    "skip connection": Cell(
        _ACROSS,
        (((1.2, TOP), (1.2, 2.0), (7.0, 2.0), (7.0, TOP)),),
        (),
        {(4.1, 2.0): "F"},
        {(7.0, TOP): "+"},
        {(0.6, TOP + 0.6): "x", (9.3, TOP + 0.6): "y"},
        "y = x + F(x)",
        "No gate at all: the factor on the straight way is 1, for ever. It cannot "
        "forget, and needs no weights to keep.",
    ),
}


def figure() -> go.Figure:
    """Draw the straight way wide, everything else thin."""
    quiet = {"mode": "lines", "hoverinfo": "skip"}
    drawn = go.Figure(
        [
            go.Scatter(x=[], y=[], line={"color": color(ink), **more}, **quiet)
            for ink, more in (
                ("blue", {"width": 6}),
                ("muted", {"width": 2}),
                ("vermillion", {"width": 2.5, "dash": "dot"}),
            )
        ]
    )
    drawn.add_scatter(
        x=[],
        y=[],
        fill="toself",
        fillcolor=color("orange_tint"),
        line={"color": color("ink"), "width": 1.5},
        **quiet,
    )
    drawn.add_scatter(
        x=[],
        y=[],
        text=[],
        **signs(),
    )
    drawn.add_scatter(
        x=[],
        y=[],
        text=[],
        mode="text",
        textfont={"size": 14, "color": color("ink")},
        hoverinfo="skip",
    )
    drawn.update_layout(
        plain_layout(360, margin={"l": 4, "r": 4, "t": 4, "b": 4}),
        hovermode=False,
        xaxis=HIDDEN | {"range": [0, 10]},
        yaxis=HIDDEN | {"range": [-0.1, 7.5]},
    )
    return drawn


def state(cell: str) -> State:
    """Return the drawing of one cell.

    Parameters
    ----------
    cell : str
        A key of `CELLS`.
    """
    shown = CELLS[cell]
    texts = shown.boxes | shown.ends
    return {
        **_lines(0, (shown.straight,)),
        **_lines(1, shown.wires),
        **_lines(2, shown.dotted),
        **_lines(3, tuple(_outline(*place) for place in shown.boxes)),
        **_places(4, shown.joints),
        **_places(5, texts),
    }


def words(cell: str) -> str:
    """Give the formula, and say what stands on the straight way.

    Parameters
    ----------
    cell : str
        A key of `CELLS`.
    """
    shown = CELLS[cell]
    return f"{shown.formula}. {shown.says}"


def _outline(x: float, y: float) -> Path:
    """Return the corners of a box, and the first again."""
    left, right = x - HALF_WIDTH, x + HALF_WIDTH
    low, high = y - HALF_HEIGHT, y + HALF_HEIGHT
    return ((left, low), (right, low), (right, high), (left, high), (left, low))


def _lines(number: int, paths: tuple[Path, ...]) -> State:
    gap = (np.nan, np.nan)
    joined = np.array([place for path in paths for place in (*path, gap)])
    x, y = joined.reshape(-1, 2).T
    return {f"data[{number}].x": x, f"data[{number}].y": y}


def _places(number: int, texts: dict[Place, str]) -> State:
    return {
        f"data[{number}].x": [x for x, _ in texts],
        f"data[{number}].y": [y for _, y in texts],
        f"data[{number}].text": list(texts.values()),
    }
