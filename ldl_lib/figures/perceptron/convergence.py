"""E1.7: how long a perceptron learns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    INPUTS,
    Array,
    Point,
    State,
    area_trace,
    counted,
    cut_frame,
    dot_trace,
    line_trace,
    place,
    plain_layout,
    plane_axes,
    sign_of,
    split_inputs,
    vector_text,
    xy,
)
from ldl_lib.figures.theme import color
from ldl_lib.nn import GATES
from ldl_lib.nn import margin as margin_of

CLOUD_FRAME = 2.4
_WIDE = {
    "range": [-CLOUD_FRAME, CLOUD_FRAME],
    "tickvals": [-2, -1, 0, 1, 2],
    "ticktext": ["−2", "−1", "0", "+1", "+2"],
}
PASSES = 200  # after so many passes without success the figure gives up
STARTS = {"zero": (0.0, 0.0, 0.0), "far off": (0.0, -0.8, -0.6)}
BUILT = (-0.5, 0.8, 0.6)  # the line that the clouds were built around


def clouds(margin: float) -> tuple[Array, Array]:
    """Make thirty points in two classes, none closer than `margin` to a known line.

    Parameters
    ----------
    margin : float
        Distance of the nearest point of either class from the line
        −0.5 + 0.8 x1 + 0.6 x2 = 0, in units of the inputs.

    Returns
    -------
    X : ndarray, shape (30, 3)
        The constant 1 and the two inputs. The same points slide apart as the margin
        grows.
    y : ndarray, shape (30,)
        +1 and −1 in turn.
    """
    rng = np.random.default_rng(20)
    y = np.tile([1.0, -1.0], 15)
    along = rng.uniform(-1.4, 0.5, 30) * y  # lopsided, so that the line is not obvious
    beyond = 0.9 * rng.uniform(0, 1, 30) ** 2
    beyond[:2] = 0
    normal, across = np.array([0.8, 0.6]), np.array([-0.6, 0.8])
    points = np.outer(along, across) + np.outer(y * (margin + beyond) + 0.5, normal)
    return np.hstack([np.ones((30, 1)), points]), y


def update_bound(
    X: Array, y: Array, learning_rate: float, start: Sequence[float]
) -> int:
    """Return the largest number of updates on `clouds` that Novikoff's argument allows.

    Parameters
    ----------
    X, y : ndarray, shape (n, 3) and (n,)
        From `clouds`.
    learning_rate : float
        η > 0.
    start : sequence of float
        The weights w before learning.

    Returns
    -------
    int
        The largest k with u·w + kηγ ≤ √(|w|² + kη²R²), where u is the unit vector of
        the line that the clouds were built around, γ its margin and R the length of
        the longest input vector; (R/γ)² if w = 0.
    """
    unit = np.array(BUILT) / np.linalg.norm(BUILT)
    along = float(unit @ np.array(start))
    # (along + k a)² = |w|² + k c, solved for the larger k.
    a = learning_rate * margin_of(X[:, 1:], y, BUILT)
    c = learning_rate**2 * float((X**2).sum(1).max())
    half = (c - 2 * along * a) / (2 * a * a)
    rest = (sum(w * w for w in start) - along**2) / (a * a)
    return math.floor(half + math.sqrt(max(half * half + rest, 0.0)) + 1e-9)


class _Run(NamedTuple):
    """What a whole training did."""

    updates: tuple[int, ...]  # in all, after each pass
    weights: tuple[float, float, float]
    stopped: bool


@cache
def _train(data: str, margin: float, rate: float, start: str, order: str) -> _Run:
    """Run the perceptron rule until a clean pass, or for `PASSES` passes."""
    if data == "XOR":
        rows = [(1.0, float(x1), float(x2)) for x1, x2 in INPUTS]
        target = [float(t) for t in GATES["XOR"]]
    else:
        X, y = clouds(margin)
        rows, target = [tuple(row) for row in X.tolist()], y.tolist()
    w0, w1, w2 = STARTS[start]
    shuffler = np.random.default_rng(0)
    total: list[int] = []
    count = 0
    for _ in range(PASSES):
        before = count
        sequence = list(range(len(rows)))
        if order == "shuffled":
            sequence = shuffler.permutation(len(rows)).tolist()
        for number in sequence:
            x0, x1, x2 = rows[number]
            if sign_of(w0 * x0 + w1 * x1 + w2 * x2) != target[number]:
                step = rate * target[number]
                w0, w1, w2 = w0 + step * x0, w1 + step * x1, w2 + step * x2
                count += 1
        total.append(count)
        if count == before:
            return _Run(tuple(total), (w0, w1, w2), True)
    return _Run(tuple(total), (w0, w1, w2), False)


def convergence_figure() -> go.Figure:
    """Draw updates against passes, with Novikoff's bound, and the data below."""
    figure = go.Figure(
        [
            line_trace("blue", 3).update(mode="lines+markers", marker={"size": 5}),
            line_trace("vermillion", 3, "dash"),
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace("muted", 2, "dash"),
            line_trace("ink", 4),
            dot_trace(True, 13),
            dot_trace(False, 13),
        ]
    )
    for trace in range(2, 8):
        figure.data[trace].update(xaxis="x2", yaxis="y2")
    axes = plane_axes("input x₁", "input x₂", "x2")
    note = {
        "xref": "paper",
        "yref": "y",
        "x": 1,
        "y": 0,
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "text": "",
        "font": {"size": 14, "color": color("vermillion")},
    }
    figure.update_layout(
        **plain_layout(
            620, margin={"l": 60, "r": 12, "t": 12, "b": 44}, annotations=[note]
        ),
        xaxis={
            "title": {"text": "passes through the data"},
            "type": "log",
            "range": [0, math.log10(PASSES)],
            "tickvals": [1, 2, 5, 10, 20, 50, 100, 200],
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "updates so far"},
            "type": "log",
            "range": [0, 4.7],
            "tickvals": [1, 10, 100, 1000, 10000],
            "ticktext": ["1", "10", "100", "1,000", "10,000"],
            "domain": [0.62, 1],
            "fixedrange": True,
        },
        xaxis2=axes["xaxis"] | _WIDE | {"anchor": "y2"},
        yaxis2=axes["yaxis"] | _WIDE | {"anchor": "x2", "domain": [0, 0.47]},
    )
    return figure


@cache
def _bound(data: str, margin: float, rate: float, start: str) -> int | None:
    return None if data == "XOR" else update_bound(*clouds(margin), rate, STARTS[start])


@cache
def _classes(data: str, margin: float) -> tuple[list[Point], list[Point]]:
    """Return the points of +1 and points of −1."""
    if data == "XOR":
        return split_inputs(GATES["XOR"])
    X, y = clouds(margin)
    first, second = (
        [(float(p[1]), float(p[2])) for p in X[y == side]] for side in (1, -1)
    )
    return first, second


def convergence_state(
    data: str, margin: float, rate: float, start: str, order: str
) -> State:
    """Return updates after every pass, Novikoff's bound, and the line at the end.

    Parameters
    ----------
    data : {"two clouds", "XOR"}
        What to learn; the margin applies to the clouds only.
    margin : float
        See `clouds`.
    rate : float
        Learning rate η.
    start : str
        A key of `STARTS`.
    order : {"as listed", "shuffled"}
        Order of the examples; shuffled anew in every pass.
    """
    run = _train(data, margin, rate, start, order)
    bound = _bound(data, margin, rate, start)
    positive, negative = _classes(data, margin)
    large = cut_frame(run.weights, CLOUD_FRAME)
    built: Iterable[Sequence[float]] = []
    if bound:
        built = cut_frame(BUILT, CLOUD_FRAME)[2]
    return (
        xy("data[0]", [(n + 1, float(u)) for n, u in enumerate(run.updates)])
        | xy("data[1]", [(1, float(bound)), (PASSES, float(bound))] if bound else [])
        | xy("data[2]", large[0])
        | xy("data[3]", large[1])
        | xy("data[4]", built)
        | xy("data[5]", large[2])
        | xy("data[6]", positive)
        | xy("data[7]", negative)
        | {
            "layout.annotations[0].text": f"bound: {bound:,}" if bound else "no bound",
            "layout.annotations[0].y": math.log10(bound) if bound else 3.6,
        }
    )


def convergence_words(
    data: str, margin: float, rate: float, start: str, order: str
) -> str:
    """Say whether learning stopped, after how many updates, and within which bound."""
    run = _train(data, margin, rate, start, order)
    bound = _bound(data, margin, rate, start)
    if not run.stopped:
        return (
            f"Still wrong after {PASSES} passes and {run.updates[-1]:,} updates. "
            "No line exists, so it can never stop."
        )
    scaled = vector_text([w / rate for w in run.weights])
    passes = len(run.updates) - 1
    return (
        f"It stops: {counted(run.updates[-1], 'update')} in "
        f"{passes} {'pass' if passes == 1 else 'passes'}, then none in a whole pass; "
        f"the bound allows {bound:,}. "
        f"Weights divided by η: {scaled}."
    )


def final_lines_figure(
    X: Array, y: Array, weights: Array, names: list[str]
) -> go.Figure:
    """Draw several lines that separate the same points, to compare them.

    Parameters
    ----------
    X : ndarray, shape (n, 3)
        The constant 1 and two inputs.
    y : ndarray, shape (n,)
        +1 or −1.
    weights : ndarray, shape (k, 3)
        One line each.
    names : list of str
        One name for each line, written at its end.
    """
    inks = ["ink", "green", "purple", "muted"]
    dashes = ["solid", "dash", "dot", "dashdot"]
    figure = go.Figure()
    for positive in (True, False):
        chosen = X[y > 0] if positive else X[y < 0]
        figure.add_trace(place(dot_trace(positive, 14), chosen[:, 1:]))
    for number, w in enumerate(weights):
        trace = line_trace(inks[number % 4], 3, dashes[number % 4])
        ends = cut_frame(w, CLOUD_FRAME)[2]
        figure.add_trace(place(trace, ends, name=names[number], showlegend=True))
    axes = plane_axes("input x₁", "input x₂")
    figure.update_traces(showlegend=False, selector={"mode": "markers"})
    layout = plain_layout(
        400, margin={"l": 48, "r": 12, "t": 40, "b": 44}, showlegend=True
    )
    figure.update_layout(
        **layout, xaxis=axes["xaxis"] | _WIDE, yaxis=axes["yaxis"] | _WIDE
    )
    return figure
