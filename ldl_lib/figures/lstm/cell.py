"""E10.1, one step: what the gates of an LSTM let through, set by hand."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, trimmed
from ldl_lib.figures.theme import color

CANDIDATES = {"−0.8": -0.8, "0": 0.0, "0.8": 0.8}
BEFORE = {"−1": -1.0, "0": 0.0, "2": 2.0}
TOP, MIDDLE, BOTTOM = 8.0, 5.2, 2.2  # heights of the cell's way, the output, the gates
FORGET, INPUT, CANDIDATE, OUTPUT = 2.0, 4.0, 6.0, 8.0  # the boxes, from left to right
HALF = 0.75  # of a box, across and up
JOINTS = {"×": [(FORGET, TOP), (5.0, MIDDLE), (OUTPUT, MIDDLE)], "+": [(5.0, TOP)]}
HIDDEN = {"visible": False, "fixedrange": True}


class Step(NamedTuple):
    """What one step computes.

    Attributes
    ----------
    kept, written : float
        f · c, what is left of the cell, and i · g, what is added.
    cell, output : float
        c′ and h′.
    """

    kept: float
    written: float
    cell: float
    output: float


def one_step(
    forget: float, input: float, output: float, candidate: float, before: float
) -> Step:
    """Take one step of an LSTM whose gates are given.

    Parameters
    ----------
    forget, input, output : float
        Values of the gates f, i and o, from 0 to 1.
    candidate : float
        g, from −1 to 1.
    before : float
        The cell c before the step.
    """
    kept, written = forget * before, input * candidate
    cell = kept + written
    return Step(kept, written, cell, output * math.tanh(cell))


def signs() -> dict[str, Any]:
    """Return the look of a trace whose signs, such as ×, stand in circles."""
    return {
        "mode": "markers+text",
        "marker": {
            "size": 24,
            "color": color("paper"),
            "line": {"color": color("ink"), "width": 1.5},
        },
        "textfont": {"size": 18, "color": color("ink")},
        "hoverinfo": "skip",
    }


def figure() -> go.Figure:
    """Draw the cell's way along the top, the four boxes below, and the output."""
    quiet = {"mode": "lines", "hoverinfo": "skip"}
    drawn = go.Figure(
        [
            go.Scatter(**_points(_WIRES), line=_line("muted", 2), **quiet),
            go.Scatter(
                **_points([[(0.2, TOP), (9.8, TOP)]]), line=_line("blue", 5), **quiet
            ),
            go.Scatter(  # how far each gate is open
                x=[],
                y=[],
                fill="toself",
                fillcolor=color("orange_tint"),
                line=_line("orange", 1),
                **quiet,
            ),
            go.Scatter(**_points(_BOXES), line=_line("ink", 1.5), **quiet),
            go.Scatter(
                x=[x for places in JOINTS.values() for x, _ in places],
                y=[y for places in JOINTS.values() for _, y in places],
                text=[sign for sign, places in JOINTS.items() for _ in places],
                **signs(),
            ),
            _words(12),
            _words(13),
        ]
    )
    names = ["forget", "input", "candidate", "output"]
    drawn.data[5].update(
        x=[FORGET, INPUT, CANDIDATE, OUTPUT, 5, OUTPUT + 0.75],
        y=[BOTTOM - 1.1] * 4 + [0.1, 6.6],
        text=[*names, "each sees the input x and the last output h", "tanh"],
    )
    layout = plain_layout(430, margin={"l": 4, "r": 4, "t": 4, "b": 4})
    drawn.update_layout(
        layout,
        hovermode=False,
        xaxis=HIDDEN | {"range": [0, 10.2]},
        yaxis=HIDDEN | {"range": [-0.4, 9.2]},
    )
    return drawn


def state(
    forget: float, input: float, output: float, candidate: float, before: float
) -> State:
    """Return how far the gates are open, and the numbers at their places.

    Parameters as in `one_step`.
    """
    found = one_step(forget, input, output, candidate, before)
    gates = ((FORGET, forget), (INPUT, input), (OUTPUT, output))
    levels = [_box(x, BOTTOM - HALF, BOTTOM - HALF + 2 * HALF * a) for x, a in gates]
    places: dict[tuple[float, float], str] = {
        (0.8, TOP + 0.6): f"c = {trimmed(before, 1)}",
        (3.4, TOP + 0.6): f"f·c = {fixed(found.kept, 2)}",
        (8.0, TOP + 0.6): f"c′ = {fixed(found.cell, 2)}",
        (6.35, 6.6): f"i·g = {fixed(found.written, 2)}",
        (9.2, MIDDLE - 0.8): f"h′<br>{fixed(found.output, 2)}",
        (FORGET, BOTTOM): f"f<br>{trimmed(forget, 2)}",
        (INPUT, BOTTOM): f"i<br>{trimmed(input, 2)}",
        (CANDIDATE, BOTTOM): f"g<br>{trimmed(candidate, 1)}",
        (OUTPUT, BOTTOM): f"o<br>{trimmed(output, 2)}",
    }
    filled = _points(levels)
    return {
        "data[2].x": filled["x"],
        "data[2].y": filled["y"],
        "data[6].x": [x for x, _ in places],
        "data[6].y": [y for _, y in places],
        "data[6].text": list(places.values()),
    }


def words(
    forget: float, input: float, output: float, candidate: float, before: float
) -> str:
    """Say what is kept, written and shown.

    Parameters as in `one_step`.
    """
    found = one_step(forget, input, output, candidate, before)
    text = (
        f"Of {trimmed(before, 1)} the forget gate keeps {fixed(found.kept, 2)}; the "
        f"input gate adds {fixed(found.written, 2)}. The cell now holds "
        f"{fixed(found.cell, 2)}, and the output is {fixed(found.output, 2)}."
    )
    if forget == 1 and input == 0:
        text += " A forget gate of 1 with an input gate of 0 leaves the cell as it was."
    elif forget == 0 and input == 1:
        text += " The old value is gone and the candidate stands in its place."
    elif forget == 1 and input == 1:
        text += " Nothing is forgotten and everything is added: the cell counts."
    if output == 0:
        text += " With the output gate shut, nobody outside sees it."
    return text


Path = list[tuple[float, float]]


def _box(x: float, low: float, high: float) -> Path:
    """Return the corners of a box around x, and the first again."""
    left, right = x - HALF, x + HALF
    return [(left, low), (right, low), (right, high), (left, high), (left, low)]


def _points(paths: list[Path]) -> dict[str, NDArray[np.float64]]:
    """Return x and y of several lines, with gaps between them."""
    joined = [place for path in paths for place in (*path, (np.nan, np.nan))]
    x, y = np.array(joined).T
    return {"x": x, "y": y}


def _line(ink: str, width: float) -> dict[str, str | float]:
    return {"color": color(ink), "width": width}


def _words(size: int) -> go.Scatter:
    font = {"size": size, "color": color("ink")}
    return go.Scatter(x=[], y=[], text=[], mode="text", textfont=font, hoverinfo="skip")


_LID = BOTTOM + HALF  # upper edge of the boxes
_WIRES: list[Path] = [
    [(FORGET, _LID), (FORGET, TOP)],
    [(INPUT, _LID), (INPUT, MIDDLE), (CANDIDATE, MIDDLE), (CANDIDATE, _LID)],
    [(5.0, MIDDLE), (5.0, TOP)],
    [(OUTPUT, _LID), (OUTPUT, TOP)],
    [(OUTPUT, MIDDLE), (9.8, MIDDLE)],
]
_BOXES: list[Path] = [
    _box(x, BOTTOM - HALF, _LID) for x in (FORGET, INPUT, CANDIDATE, OUTPUT)
]
