"""E3.4: XOR training, played back seed by seed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.backprop import _xor
from ldl_lib.figures.geometry import line_in_box
from ldl_lib.figures.theme import DASHES, SEQUENCE, color

Array = NDArray[np.float64]

# The book's seed, a quick one, one that escapes late, and five that get stuck.
SEEDS = {
    "3 (the book’s)": 3,
    "34": 34,
    "2": 2,
    "10": 10,
    "13": 13,
    "15": 15,
    "24": 24,
    "74": 74,
}
EPOCHS = 5000
FRAMES = 33  # pictures of a run, from its start to its end
FRAME = 1.9  # half the width of the plane
FIRST = 0.8  # where epoch 0 stands on the logarithmic axis
SIGNS = ("−1", "+1")
NAMES = [f"({SIGNS[int(x1 > 0)]}, {SIGNS[int(x2 > 0)]})" for x1, x2 in _xor.INPUTS]


class Story(NamedTuple):
    """One run: the epochs to show, and weights (frames, 9) and outputs (frames, 4)."""

    solved: int
    epochs: NDArray[np.int64]
    weights: Array
    outputs: Array


@cache
def stories() -> dict[int, Story]:
    """Train the networks of all seeds, 5,000 epochs each at most."""
    seeds = list(SEEDS.values())
    run = _xor.train(*_xor.seeded(seeds, EPOCHS))
    told = {}
    for seed, solved, weights in zip(seeds, run.solved, run.weights, strict=True):
        last = int(solved) or EPOCHS
        spread = np.geomspace(1, last, FRAMES - 1).round().astype(np.int64)
        # Early on the rounded epochs would repeat.
        epochs = np.concatenate([[0], np.maximum(spread, np.arange(1, FRAMES))])
        kept = weights[epochs]
        told[seed] = Story(int(solved), epochs, kept, _xor.outputs(kept)[1])
    return told


def figure() -> go.Figure:
    """Draw the inputs with both hidden lines, above the four outputs over epochs."""
    drawn = go.Figure()
    still = {"hoverinfo": "skip", "showlegend": False}
    for dash in ("solid", "dash"):
        line = {"color": color("ink"), "width": 3, "dash": dash}
        drawn.add_scatter(x=[], y=[], mode="lines", line=line, **still)
    drawn.add_scatter(
        x=[],
        y=[],
        text=[],
        mode="text",
        textfont={"size": 15, "color": color("ink"), "shadow": "auto"},
        **still,
    )
    for target, (symbol, hue) in enumerate(
        (("square", "vermillion"), ("circle", "blue"))
    ):
        chosen = target == _xor.TARGETS
        drawn.add_scatter(
            x=_xor.INPUTS[chosen, 0],
            y=_xor.INPUTS[chosen, 1],
            mode="markers",
            marker={
                "symbol": symbol,
                "color": color(hue),
                "size": 20,
                "line": {"color": color("paper"), "width": 2},
            },
            **still,
        )
    drawn.add_scatter(
        x=_xor.INPUTS[:, 0],
        y=1.36 * _xor.INPUTS[:, 1],
        text=[],
        mode="text",
        textfont={"size": 15, "color": color("ink"), "shadow": "auto"},
        **still,
    )
    for example, name in enumerate(NAMES):
        line = {"color": SEQUENCE[example], "dash": DASHES[example], "width": 3}
        drawn.add_scatter(
            x=[],
            y=[],
            mode="lines",
            line=line,
            name=f"{name.replace(' ', '')}→{_xor.TARGETS[example]:.0f}",
            xaxis="x2",
            yaxis="y2",
            hoverinfo="skip",
        )
    drawn.add_scatter(
        x=[],
        y=[-0.05, 1.05],
        mode="lines",
        line={"color": color("ink"), "width": 2},
        xaxis="x2",
        yaxis="y2",
        **still,
    )
    plane = {"range": [-FRAME, FRAME], "tickvals": [-1, 1], "ticktext": SIGNS}
    plane |= {"zeroline": False, "fixedrange": True}
    drawn.update_layout(
        plain_layout(
            690,
            margin={"l": 48, "r": 20, "t": 12, "b": 48},
            legend={
                "orientation": "h",
                "x": 0,
                "y": 0.38,
                "yanchor": "bottom",
                "font": {"size": 13},
                "itemclick": False,
                "itemdoubleclick": False,
            },
        )
        | {"showlegend": True},
        xaxis=plane | {"title": {"text": "input x₁"}, "anchor": "y"},
        yaxis=plane
        | {
            "title": {"text": "input x₂"},
            "domain": [0.58, 1],
            "scaleanchor": "x",
            "constrain": "domain",
        },
        xaxis2={
            "title": {"text": "epoch (thin line: now)"},
            "type": "log",
            "range": [np.log10(FIRST) - 0.03, np.log10(EPOCHS) + 0.05],
            "tickvals": [FIRST, 10, 100, 1000, 5000],
            "ticktext": ["0", "10", "100", "1,000", "5,000"],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            "title": {"text": "output"},
            "range": [-0.05, 1.05],
            "tickvals": [0, 0.5, 1],
            "domain": [0, 0.36],
            "anchor": "x2",
            "fixedrange": True,
        },
    )
    drawn.update_layout(xaxis={"constrain": "domain"})
    return drawn


def state(seed: int, step: int) -> State:
    """Return both hidden lines, the outputs at the inputs, and the curves so far.

    Parameters
    ----------
    seed : int
        One of the values of `SEEDS`.
    step : int
        Which of the 33 pictures of the run, from 0.
    """
    story = stories()[seed]
    W, b, _, _ = _xor.split(story.weights[step])
    box = (-FRAME, FRAME)
    shown: State = {}
    labels: list[tuple[float, float, str]] = []
    for unit in range(2):
        ends = line_in_box([b[unit], *W[unit]], box, box)
        shown[f"data[{unit}].x"] = ends[:, 0]
        shown[f"data[{unit}].y"] = ends[:, 1]
        if len(ends):
            x, y = 0.93 * ends[unit] + 0.07 * ends[1 - unit]
            labels.append((x, y, f"g{'₁₂'[unit]}"))
    given = story.outputs[step]
    fine = _xor.right(given)
    texts = [
        f"{value:.2f} {'✓' if ok else '✗'}"
        for value, ok in zip(given, fine, strict=True)
    ]
    shown |= {
        "data[2].x": [x for x, _, _ in labels],
        "data[2].y": [y for _, y, _ in labels],
        "data[2].text": [text for _, _, text in labels],
        "data[5].text": texts,
    }
    epochs = np.maximum(story.epochs, FIRST)
    for example in range(4):
        shown[f"data[{6 + example}].x"] = epochs
        shown[f"data[{6 + example}].y"] = story.outputs[:, example]
    return shown | {"data[10].x": [epochs[step]] * 2}


def words(seed: int, step: int) -> str:
    """Say which outputs are right, and at the end how the run ended, and where."""
    story = stories()[seed]
    given = story.outputs[step]
    fine = int(_xor.right(given).sum())
    loss = float(((given - _xor.TARGETS) ** 2).sum() / 2)
    text = f"After {story.epochs[step]:,} epochs: {fine} of 4 outputs are right"
    if step < FRAMES - 1:
        return f"{text}, and the sum of the errors is {loss:.3f}."
    if story.solved:
        return f"{text}, and training stops. The sum of the errors is {loss:.3f}."
    half = [name for name, near in zip(NAMES, undecided(given), strict=True) if near]
    values = " and ".join(sorted({f"{v:.2f}" for v in given[undecided(given)]}))
    inputs = f"{', '.join(half[:-1])} and {half[-1]}"
    return (
        f"{text}: stuck. The outputs for {inputs} are {values}: the hidden "
        f"units hardly tell these inputs apart. The sum of the errors is {loss:.3f}."
    )


def undecided(given: Array) -> NDArray[np.bool_]:
    """Return which outputs stay between 0.2 and 0.8, shape of `given`."""
    answer: NDArray[np.bool_] = (given > 0.2) & (given < 0.8)
    return answer
