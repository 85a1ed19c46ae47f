"""E6.5: where the loss and a penalty agree, for two weights; why L1 gives zeros."""

from __future__ import annotations

from itertools import product

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, significant
from ldl_lib.figures.linear._shared import axis, line
from ldl_lib.figures.paths import contour_trace
from ldl_lib.figures.regression._shared import Floats, dots, ticks, with_legend
from ldl_lib.figures.theme import color

BEST = np.array([1.6, 0.6])  # the lowest point of the loss alone
CORRELATIONS = (-0.6, 0, 0.6)
STRENGTHS = np.arange(21) / 10
REACH = (-1.0, 2.6)
GRID = np.linspace(*REACH, 49)
TURN = np.linspace(0, 2 * np.pi, 49)
CIRCLE = np.stack([np.cos(TURN), np.sin(TURN)])


def hessian(correlation: float) -> Floats:
    """Return the curvatures of the loss, for two standardised inputs."""
    return np.array([[1.0, correlation], [correlation, 1.0]])


def loss(w1: Floats, w2: Floats, correlation: float) -> Floats:
    """Return ½ (w − w*)ᵀ H (w − w*), how far the loss is above its lowest value."""
    a, b = w1 - BEST[0], w2 - BEST[1]
    result: Floats = (a * a + b * b) / 2 + correlation * a * b
    return result


def solve(penalty: str, strength: float, correlation: float) -> Floats:
    """Return the weights where loss plus penalty is lowest, shape (2,).

    Parameters
    ----------
    penalty : {"L1", "L2"}
        λ (|w1| + |w2|) or ½ λ (w1² + w2²).
    strength : float
        λ.
    correlation : float
        Of the two inputs, between −1 and 1.

    Notes
    -----
    With L1 each weight is positive, negative or 0. For each of the nine cases the
    lowest point is that of a parabola; the lowest of those that fit their case wins.
    """
    H = hessian(correlation)
    pull = H @ BEST
    if penalty == "L2":
        weights: Floats = np.linalg.solve(H + strength * np.eye(2), pull)
        return weights
    lowest, chosen = np.inf, np.zeros(2)
    for signs in product((-1, 0, 1), repeat=2):
        sign = np.array(signs, dtype=np.float64)
        free = sign != 0
        weights = np.zeros(2)
        if free.any():
            rest = (pull - strength * sign)[free]
            weights[free] = np.linalg.solve(H[np.ix_(free, free)], rest)
        if (weights * sign < 0).any():
            continue
        total = (
            float(loss(weights[:1], weights[1:], correlation)[0])
            + strength * np.abs(weights).sum()
        )
        if total < lowest:
            lowest, chosen = total, weights
    return chosen


def state(penalty: str, strength: float, correlation: float) -> State:
    """Return the loss, both outlines through the solution, and the way there.

    Parameters as in `solve`.
    """
    weights = solve(penalty, strength, correlation)
    way = [solve(penalty, s, correlation) for s in STRENGTHS if s <= strength]
    path = np.array(way)
    outline, ellipse = _ball(penalty, weights), _level(weights, correlation)
    return {
        "data[0].z": np.sqrt(loss(*np.meshgrid(GRID, GRID), correlation)),
        "data[1].x": outline[0],
        "data[1].y": outline[1],
        "data[2].x": ellipse[0],
        "data[2].y": ellipse[1],
        "data[3].x": path[:, 0],
        "data[3].y": path[:, 1],
        "data[5].x": weights[:1],
        "data[5].y": weights[1:],
    }


def _ball(penalty: str, weights: Floats) -> Floats:
    """Outline all weights with the penalty of these, shape (2, points)."""
    if penalty == "L1":
        size = np.abs(weights).sum()
        return np.array([[size, 0, -size, 0, size], [0, size, 0, -size, 0]])
    result: Floats = np.linalg.norm(weights) * CIRCLE
    return result


def _level(weights: Floats, correlation: float) -> Floats:
    """Outline all weights with the loss of these, shape (2, points)."""
    curvatures, directions = np.linalg.eigh(hessian(correlation))
    radii = np.sqrt(2 * loss(weights[0], weights[1], correlation) / curvatures)
    result: Floats = BEST[:, None] + directions @ (radii[:, None] * CIRCLE)
    return result


def first_zero(penalty: str, correlation: float) -> float | None:
    """Return the λ from which on a weight is exactly 0, or None if there is none.

    As long as both weights are positive, L1 moves them from `BEST` in proportion to λ:
    by the inverse of the Hessian times a vector of ones, which is 1 / (1 + correlation)
    for both. The smaller one arrives first.
    """
    return float(BEST.min() * (1 + correlation)) if penalty == "L1" else None


def words(penalty: str, strength: float, correlation: float) -> str:
    """Say both weights, and from which λ on one is exactly 0."""
    w1, w2 = solve(penalty, strength, correlation)
    text = f"w₁ = {significant(w1, 2)}, w₂ = {significant(w2, 2)}. "
    names = [n for n, w in (("w₁", w1), ("w₂", w2)) if w == 0]
    if names:
        verb = "are" if len(names) == 2 else "is"
        text += f"{' and '.join(names)} {verb} exactly 0. "
    start = first_zero(penalty, correlation)
    if start is None:
        last = [significant(w, 2) for w in solve(penalty, STRENGTHS[-1], correlation)]
        return (
            f"{text}A circle has no corner: even at λ = {STRENGTHS[-1]:g} both weights "
            f"are left, {' and '.join(last)}."
        )
    return f"{text}The corner of the square wins from λ = {start:.2g} on."


def figure() -> go.Figure:
    """Draw the loss's contours, the penalty's outline, and the solution."""
    built = go.Figure(
        [
            contour_trace(GRID, GRID, np.sqrt(loss(*np.meshgrid(GRID, GRID), 0))),
            line(
                "orange",
                fill="toself",
                fillcolor=color("orange_tint"),
                name="same penalty",
                opacity=0.75,
            ),
            line("blue", "dash", name="same loss"),
            line("vermillion", "dot", name="from λ = 0"),
            dots("ink", "x", 12, x=BEST[:1], y=BEST[1:], name="lowest loss"),
            dots("vermillion", "circle", 14, name="lowest sum"),
        ]
    )
    built.data[0].update(contours={"start": 0.25, "end": 2.75, "size": 0.25})
    style = ticks(-1, 0, 1, 2) | {"constrain": "domain"}
    style |= {"zeroline": True, "zerolinecolor": color("ink"), "zerolinewidth": 1.5}
    built.update_layout(
        with_legend(500, margin={"l": 52, "r": 12, "t": 96, "b": 48}),
        xaxis=axis("weight w₁", *REACH) | style,
        yaxis=axis("weight w₂", *REACH) | style | {"scaleanchor": "x"},
    )
    return built
