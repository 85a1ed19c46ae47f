"""E4.4: batch, mini-batch and stochastic descent at equal cost, on one loss surface.

A real problem with two numbers to learn: one logistic neuron with one input and a bias
tells fours from nines. The input is the share of the ink in an image's upper half.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.paths import contour_trace, kept_points, lane_trace
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

EXAMPLES = 256
EPOCHS = 5
SIZES = {"batch: all 256": 256, "mini-batch of 16": 16, "stochastic: 1": 1}
RATES = (1.0, 3.0, 10.0, 30.0)
SEEDS = (1, 2)
# Examples seen at which the player stops.
MOMENTS = (0, 16, 32, 64, 128, 256, 512, 768, 1024, 1280)
X_RANGE, Y_RANGE = (-2.5, 5.5), (-3.0, 3.0)  # weight, bias
START = (-1.5, 2.0)
LOSS_RANGE = (0.0, 0.35)
RESOLUTION = 41


@cache
def problem() -> tuple[Floats, Floats]:
    """Return 256 of scikit-learn's small fours and nines, each as one number.

    Returns
    -------
    X : ndarray, shape (256, 1)
        Share of the ink that is in the upper half, standardised.
    y : ndarray, shape (256, 1)
        1 for a nine, 0 for a four.
    """
    from sklearn.datasets import load_digits  # takes long to import

    images, labels = load_digits(return_X_y=True)
    chosen = np.flatnonzero((labels == 4) | (labels == 9))[:EXAMPLES]
    pixels = images[chosen]
    upper = pixels[:, :32].sum(axis=1) / pixels.sum(axis=1)
    X = (upper - upper.mean()) / upper.std()
    return X[:, None], (labels[chosen] == 9).astype(np.float64)[:, None]


LOSS = nn.SquaredError(half=True)


def neuron() -> nn.Network:
    """Return the logistic neuron at the start; its weights are (w, b)."""
    network = nn.Network(1, [nn.Dense(1, "logistic")])
    network.weights[:] = START
    return network


def losses(points: Floats) -> Floats:
    """Return the loss over all 256 examples at each point (w, b), shape (n,)."""
    X, y = problem()
    z = points[:, :1] * X.T + points[:, 1:]
    outputs = nn.ACTIVATIONS["logistic"].value(z)
    return np.asarray(0.5 * ((outputs - y.T) ** 2).mean(axis=1))


@cache
def walk(size: int, rate: float, seed: int) -> Floats:
    """Descend for five epochs in batches.

    Parameters
    ----------
    size : int
        Examples in a batch.
    rate : float
        Learning rate η; the gradient is an average over the batch.
    seed : int
        Of the order of the examples, new in each epoch.

    Returns
    -------
    ndarray, shape (5 · 256 / size + 1, 2)
        Weight and bias, from the start on, one point a step.
    """
    X, y = problem()
    network, optimizer = neuron(), nn.SGD(rate)
    rng = np.random.default_rng([44, seed])
    points = [network.weights.copy()]
    for _ in range(EPOCHS):
        order = rng.permutation(EXAMPLES)
        for first in range(0, EXAMPLES, size):
            batch = order[first : first + size]
            outputs = network.batch_forward(X[batch])
            network.backward(LOSS.batch_gradient(outputs, y[batch]))
            optimizer.step(network.weights, network.gradient)
            points.append(network.weights.copy())
    return np.array(points)


@cache
def minimum() -> tuple[float, float]:
    """Return the lowest point (w, b), where 600 steps with momentum arrive."""
    X, y = problem()
    network, optimizer = neuron(), nn.SGD(5.0, momentum=0.9)
    for _ in range(600):
        network.backward(LOSS.batch_gradient(network.batch_forward(X), y))
        optimizer.step(network.weights, network.gradient)
    w, b = network.weights.tolist()
    return w, b


class _Run(NamedTuple):
    """A walk, its losses, and the points that a line needs to look as it is."""

    path: Floats
    loss: Floats
    on_path: NDArray[np.intp]
    on_loss: NDArray[np.intp]


@cache
def _run(size: int, rate: float, seed: int) -> _Run:
    path = walk(size, rate, seed)
    loss = losses(path)
    box = np.array([np.ptp(X_RANGE), np.ptp(Y_RANGE)])
    seen = np.arange(len(path)) * size / (EPOCHS * EXAMPLES)
    curve = np.column_stack([seen, loss / LOSS_RANGE[1]])
    return _Run(path, loss, kept_points(path / box, 0.004), kept_points(curve, 0.01))


def figure() -> go.Figure:
    """Draw the surface with the three paths, and the loss over the cost below."""
    x, y = np.linspace(*X_RANGE, RESOLUTION), np.linspace(*Y_RANGE, RESOLUTION)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    heights = losses(grid).reshape(RESOLUTION, RESOLUTION)
    w, b = minimum()
    traces: list[Any] = [
        contour_trace(x, y, heights.astype(np.float32), lines=14),
        go.Scatter(
            x=[w],
            y=[b],
            mode="markers",
            name="minimum",
            marker={"symbol": "star", "size": 14, "color": color("ink")},
            hoverinfo="skip",
        ),
    ]
    most = _most_points()
    for below in (False, True):
        traces += [
            lane_trace(number, name, below, most) for number, name in enumerate(SIZES)
        ]
    drawn = go.Figure(traces)
    still = {"fixedrange": True}
    drawn.update_layout(
        plain_layout(640, margin={"l": 60, "r": 12, "t": 84, "b": 44})
        | {"showlegend": True, "hovermode": False},
        legend={"itemsizing": "constant", "itemclick": False, "itemdoubleclick": False},
        xaxis={
            "title": {"text": "weight w", "standoff": 2},
            "range": list(X_RANGE),
            "anchor": "y",
        }
        | still,
        yaxis={"title": {"text": "bias b"}, "range": list(Y_RANGE)}
        | {"domain": [0.42, 1]}
        | still,
        xaxis2={
            "title": {"text": "examples seen"},
            "range": [-20, EPOCHS * EXAMPLES + 40],
            "tickvals": [256 * epoch for epoch in range(EPOCHS + 1)],
            "anchor": "y2",
        }
        | still,
        yaxis2={
            "title": {"text": "loss on all 256"},
            "range": list(LOSS_RANGE),
            "dtick": 0.1,
            "tick0": 0,
            "domain": [0, 0.28],
            "anchor": "x2",
        }
        | still,
    )
    return drawn


@cache
def _most_points() -> int:
    """Return how many points the longest line of any state has, but the first."""
    runs = [
        _run(size, rate, seed)
        for size in SIZES.values()
        for rate in RATES
        for seed in SEEDS
    ]
    return max(max(len(run.on_path), len(run.on_loss)) for run in runs)


def state(moment: int, rate: float, seed: int) -> State:
    """Return paths and losses up to a number of examples.

    Parameters
    ----------
    moment : int
        Position in `MOMENTS`.
    rate, seed
        As in `walk`.
    """
    shown: State = {}
    for number, size in enumerate(SIZES.values()):
        run, last = _run(size, rate, seed), MOMENTS[moment] // size
        path = run.path[_backwards(run.on_path, last)].round(2)
        places = _backwards(run.on_loss, last)
        above, below = f"data[{2 + number}]", f"data[{2 + len(SIZES) + number}]"
        shown |= {
            f"{above}.x": path[:, 0],
            f"{above}.y": path[:, 1],
            f"{below}.x": places * size,
            f"{below}.y": run.loss[places].round(4),
        }
    return shown


def _backwards(kept: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    return np.concatenate([[last], kept[kept < last][::-1]])


def words(moment: int, rate: float, seed: int) -> str:
    """Say how many steps each has made, and where that led."""
    seen = MOMENTS[moment]
    lowest = float(losses(np.array([minimum()]))[0])
    if not seen:
        start = float(losses(np.array([START]))[0])
        return f"All start at a loss of {start:.3f}; the minimum has {lowest:.3f}."
    parts = []
    for name, size in SIZES.items():
        steps = seen // size
        loss = float(_run(size, rate, seed).loss[steps])
        plural = "" if steps == 1 else "s"
        kind = "mini-batch of 16:" if size == 16 else name.split(":")[0]
        w, b = _run(size, rate, seed).path[steps].tolist()
        inside = X_RANGE[0] <= w <= X_RANGE[1] and Y_RANGE[0] <= b <= Y_RANGE[1]
        where = "" if inside else ", outside the picture"
        parts.append(f"{kind} {steps:,} step{plural}, loss {loss:.3f}{where}")
    return f"{seen:,} examples seen: {'; '.join(parts)}. The minimum has {lowest:.3f}."
