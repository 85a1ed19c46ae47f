"""E5.5: the loss surface of a linear unit, and descent on it, by how x is scaled."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.theme import color
from ldl_lib.figures.tweaks.depth import measured

Floats = NDArray[np.float64]

EXAMPLES = 40
STEPS = 25
MODES = ("as it is", "centred", "centred and scaled")
FRAME = ((-1.0, 5.6), (-2.3, 1.7))  # what is drawn of the bias and of the weight
INPUTS = (-9.0, 15.0)
TARGETS = (-2.5, 6.5)
# Losses above the smallest one at which contour lines are drawn.
LEVELS = 0.05 * 4.0 ** np.arange(6)
CORNERS = 24  # points through which an ellipse is drawn


class Descent(NamedTuple):
    """A linear unit ŷ = b + w x, its loss surface, and descent from (0, 0).

    Attributes
    ----------
    x, y : ndarray, shape (40,)
        Input, as the unit sees it, and target of every example.
    best : ndarray, shape (2,)
        Bias and weight where the mean squared error is smallest.
    hessian : ndarray, shape (2, 2)
        Second derivatives of the mean squared error by bias and weight.
    path : ndarray, shape (26, 2)
        Bias and weight before the first step and after each of 25.
    losses : ndarray, shape (26,)
        Mean squared errors on the path, less the smallest possible.
    """

    x: Floats
    y: Floats
    best: Floats
    hessian: Floats
    path: Floats
    losses: Floats


@cache
def raw_examples() -> tuple[Floats, Floats]:
    """Return inputs of mean exactly 0 and s.d. exactly 1, and targets near a line."""
    rng = np.random.default_rng(55)
    u = rng.normal(size=EXAMPLES)
    u = (u - u.mean()) / u.std()
    return u, 2 - u + rng.normal(0, 0.5, EXAMPLES)


@cache
def descend(mode: str, mean: float, deviation: float, rate: float) -> Descent:
    """Take 25 steps of gradient descent over all examples.

    Parameters
    ----------
    mode : str
        What is done to the input: one of `MODES`.
    mean, deviation : float
        Of the input before that.
    rate : float
        Learning rate η.
    """
    u, y = raw_examples()
    x = mean + deviation * u
    if mode != MODES[0]:
        x = x - x.mean()
    if mode == MODES[2]:
        x = x / x.std()
    inputs = np.column_stack([np.ones(EXAMPLES), x])  # 1 is the input of the bias
    best = np.asarray(np.linalg.lstsq(inputs, y, rcond=None)[0], np.float64)
    smallest = float(np.mean((inputs @ best - y) ** 2))

    unit = nn.Network(1, [nn.Dense(1, initializer=nn.Zeros())])
    loss, optimizer = nn.SquaredError(), nn.SGD(rate)
    path, losses = [], []
    for step in range(STEPS + 1):
        outputs = unit.forward(x[:, None])
        path.append(unit.weights[::-1].copy())  # the bias first
        losses.append(loss.value(outputs, y[:, None]) - smallest)
        if step < STEPS:
            unit.backward(loss.gradient(outputs, y[:, None]))
            optimizer.step(unit.weights, unit.gradient)
    hessian = 2 * inputs.T @ inputs / EXAMPLES
    return Descent(x, y, best, hessian, np.array(path), np.array(losses))


def condition_number(hessian: Floats) -> float:
    """Return the ratio of the largest curvature to the smallest.

    Parameters
    ----------
    hessian : ndarray, shape (n, n)
        Symmetric, with positive eigenvalues.
    """
    curvatures = np.linalg.eigvalsh(hessian)
    return float(curvatures[-1] / curvatures[0])


def figure() -> go.Figure:
    """Draw contours of the loss with the path on them, and below it data and line."""
    ink, muted, path = color("ink"), color("muted"), color("vermillion")
    on_data = {"xaxis": "x2", "yaxis": "y2", "hoverinfo": "skip", "showlegend": False}
    figure = go.Figure(
        [
            go.Scatter(
                name="contours of the loss",
                mode="lines",
                line={"color": color("sky"), "width": 1.5, "shape": "spline"},
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                name="smallest loss",
                mode="markers",
                marker={"symbol": "x", "size": 11, "color": ink},
                hovertemplate="b = %{x:.2f}, w = %{y:.2f}<extra></extra>",
            ),
            go.Scatter(
                name=f"{STEPS} steps of descent",
                mode="lines+markers",
                line={"color": path, "width": 2},
                marker={"size": 6, "color": path},
                hovertemplate="step %{pointNumber}: b = %{x:.2f}, w = %{y:.2f}"
                "<extra></extra>",
            ),
            go.Scatter(
                name="examples",
                mode="markers",
                marker={"symbol": "circle-open", "size": 7, "color": color("blue")},
                **on_data,
            ),
            go.Scatter(
                name="best line",
                mode="lines",
                line={"color": muted, "width": 2, "dash": "dash"},
                **on_data,
            ),
            go.Scatter(
                name=f"line after {STEPS} steps",
                mode="lines",
                line={"color": path, "width": 2.5},
                **on_data,
            ),
        ]
    )
    still = {"fixedrange": True, "zeroline": True, "zerolinecolor": color("grid")}
    figure.update_layout(
        height=600,
        margin={"l": 52, "r": 14, "t": 44, "b": 46},
        legend={"y": 1.03},
        dragmode=False,
        xaxis=still
        | {"title": {"text": "bias b"}, "range": FRAME[0], "constrain": "domain"},
        yaxis=still
        | {
            "title": {"text": "weight w"},
            "range": FRAME[1],
            "domain": [0.45, 1],
            "scaleanchor": "x",
            "constrain": "domain",
        },
        xaxis2=still | {"title": {"text": "input x"}, "range": INPUTS, "anchor": "y2"},
        yaxis2=still
        | {
            "title": {"text": "output ŷ, target y"},
            "range": TARGETS,
            "domain": [0, 0.3],
            "anchor": "x2",
        },
    )
    return figure


def state(mode: str, mean: float, deviation: float, rate: float) -> State:
    """Return contours, smallest loss and path, and the data with its lines.

    Parameters
    ----------
    mode, mean, deviation, rate
        As in `descend`.
    """
    found = descend(mode, mean, deviation, rate)
    x, y = contours(found.best, found.hessian)
    shown, stays = _until_it_leaves(found.path)
    ends = np.array(INPUTS)
    after = ends if stays else ends[:0]  # a line that has left the frame is not drawn
    return {
        "data[0].x": x,
        "data[0].y": y,
        "data[1].x": found.best[:1],
        "data[1].y": found.best[1:],
        "data[2].x": shown[:, 0],
        "data[2].y": shown[:, 1],
        "data[3].x": found.x,
        "data[3].y": found.y,
        "data[4].x": ends,
        "data[4].y": found.best[0] + found.best[1] * ends,
        "data[5].x": after,
        "data[5].y": shown[-1, 0] + shown[-1, 1] * after,
    }


def contours(best: Floats, hessian: Floats) -> tuple[Floats, Floats]:
    """Outline where the loss is one of `LEVELS` above its smallest value.

    Parameters
    ----------
    best : ndarray, shape (2,)
        Where the loss is smallest.
    hessian : ndarray, shape (2, 2)
        Its second derivatives.

    Returns
    -------
    x, y : ndarray, shape (6 · 26,)
        Closed curves, with NaN after each.
    """
    curvatures, directions = np.linalg.eigh(hessian)
    angles = np.linspace(0, 2 * np.pi, CORNERS + 1)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    # Along a direction of curvature c the loss rises by c r² / 2.
    unit = directions @ (circle * np.sqrt(2 / curvatures)[:, None])
    ellipses = best[:, None, None] + np.sqrt(LEVELS)[None, :, None] * unit[:, None, :]
    x, y = np.pad(ellipses, ((0, 0), (0, 0), (0, 1)), constant_values=np.nan)
    return x.ravel(), y.ravel()


def _until_it_leaves(path: Floats) -> tuple[Floats, bool]:
    """Cut a path after its first point outside the frame; say if there was none."""
    low, high = np.array(FRAME).T
    outside = ((path < low) | (path > high)).any(axis=1)
    if not outside.any():
        return path, True
    return path[: int(outside.argmax()) + 1], False


def words(mode: str, mean: float, deviation: float, rate: float) -> str:
    """Say how round the surface is, which rates it allows, and how far descent came.

    Parameters
    ----------
    mode, mean, deviation, rate
        As in `descend`.
    """
    found = descend(mode, mean, deviation, rate)
    ratio = condition_number(found.hessian)
    largest = 2 / float(np.linalg.eigvalsh(found.hessian)[-1])
    shape = (
        "The contours are circles (condition number 1)."
        if ratio < 1.005
        else f"The surface is {measured(ratio)} times as curved across the ravine as "
        f"along it (condition number {measured(ratio)})."
    )
    text = f"{shape} Rates below {largest:.2g} can arrive."
    if rate > largest:
        return f"{text} {rate:g} is too large: every step overshoots by more."
    left = found.losses[-1] / found.losses[0]
    done = "less than 0.1 %" if left < 0.001 else f"{100 * left:.2g} %"
    return f"{text} With {rate:g}, {STEPS} steps leave {done} of the avoidable loss."
