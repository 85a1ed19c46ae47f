"""E6.2: what a softmax value is worth: of those with 0.9, how many are right."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, counted, fixed
from ldl_lib.figures.linear._shared import axis, line, percent
from ldl_lib.figures.regression._shared import Floats, dots, ticks, with_legend
from ldl_lib.figures.theme import color

CLASSES = 3
FRESH = 3000
SIZES = (60, 200, 600)
EPOCHS = (20, 100, 500)
TEMPERATURES = (0.5, 1, 1.5, 2, 3, 5, 8, 12)
ANGLES = 2 * np.pi * np.arange(CLASSES) / CLASSES
CENTRES = 1.4 * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
EDGES = np.linspace(0.3, 1, 8)
FEWEST = 20  # of a bin with fewer examples the share right is mostly luck


class Reliability(NamedTuple):
    """What the softmax values of fresh examples are worth.

    Attributes
    ----------
    said, right : ndarray, shape (7,)
        Mean softmax value of the chosen class and share right of each bin; NaN where it
        holds fewer than 20 examples.
    shares : ndarray, shape (7,)
        Share of the examples in each bin.
    confidence, accuracy : float
        Both means over all examples.
    loss : float
        Mean cross-entropy.
    """

    said: Floats
    right: Floats
    shares: Floats
    confidence: float
    accuracy: float
    loss: float


def examples(count: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Draw points of three classes that overlap.

    Returns
    -------
    X : ndarray of float64, shape (count, 2)
        Standard normal around three centres, 1.4 from the middle.
    y : ndarray of int64, shape (count,)
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(CLASSES, size=count)
    return CENTRES[y] + rng.normal(size=(count, 2)), y


def ceiling() -> float:
    """Return the share right of the best classifier there is: the nearest centre."""
    X, y = examples(FRESH, seed=3)
    distances = ((X[:, None] - CENTRES) ** 2).sum(axis=2)
    return float((distances.argmin(axis=1) == y).mean())


@cache
def _logits(size: int) -> tuple[Floats, ...]:
    """Train on so many examples; return fresh examples' logits after each of EPOCHS."""
    X, y = examples(size, seed=1)
    layers = [nn.Dense(24, "relu", "he_normal") for _ in range(2)]
    network = nn.Network(2, [*layers, nn.Dense(CLASSES)], seed=2)
    fresh, kept = examples(FRESH, seed=3)[0], {}

    def keep(epoch: int, network: nn.Network, history: nn.History) -> None:
        if epoch in EPOCHS:
            kept[epoch] = network.predict(fresh)

    nn.train(
        network,
        nn.CategoricalCrossEntropy(from_logits=True),
        nn.Adam(0.01),
        X,
        y,
        epochs=EPOCHS[-1],
        batch_size=size,
        metrics={},
        seed=2,
        callbacks=[keep],
    )
    return tuple(kept[epoch] for epoch in EPOCHS)


@cache
def measure(size: int, epochs: int, temperature: float) -> Reliability:
    """Group 3,000 fresh examples by the softmax value of the chosen class.

    Parameters
    ----------
    size, epochs : int
        One of `SIZES`, one of `EPOCHS`.
    temperature : float
        What the logits are divided by.
    """
    y = examples(FRESH, seed=3)[1]
    p = nn.softmax(_logits(size)[EPOCHS.index(epochs)] / temperature)
    top, hit = p.max(axis=1), p.argmax(axis=1) == y
    bins = np.clip(np.digitize(top, EDGES) - 1, 0, len(EDGES) - 2)
    counts = np.bincount(bins, minlength=len(EDGES) - 1)
    with np.errstate(invalid="ignore"):
        sums = (np.bincount(bins, each, len(counts)) for each in (top, hit))
        said, right = (
            np.where(counts >= FEWEST, total / counts, np.nan) for total in sums
        )
    chosen = np.maximum(p[np.arange(FRESH), y], 1e-300)
    return Reliability(
        said, right, counts / FRESH, top.mean(), hit.mean(), -np.log(chosen).mean()
    )


def best_temperature(size: int, epochs: int) -> float:
    """Return the temperature of `TEMPERATURES` with the lowest cross-entropy."""
    return min(TEMPERATURES, key=lambda T: measure(size, epochs, T).loss)


def state(size: int, epochs: int, temperature: float) -> State:
    """Return the reliability of each bin, and how many examples it holds.

    Parameters as in `measure`.
    """
    found = measure(size, epochs, temperature)
    return {
        "data[1].x": found.said,
        "data[1].y": found.right,
        "data[2].y": found.shares,
    }


def words(size: int, epochs: int, temperature: float) -> str:
    """Say what softmax claims, what is right, and which temperature is best."""
    found = measure(size, epochs, temperature)
    gap = found.confidence - found.accuracy
    verdict = "about what it claims"
    if abs(gap) > 0.02:
        verdict = "too sure" if gap > 0 else "not sure enough"
    sure = found.shares[-1]
    top = ""
    if not np.isnan(found.right[-1]):
        top = (
            f"Of the {percent(sure)} it gives more than 0.9, "
            f"{percent(found.right[-1])} are right. "
        )
    return (
        f"Softmax says {fixed(found.confidence, 2)} on average, and "
        f"{percent(found.accuracy)} of {counted(FRESH, 'fresh example')} are right: "
        f"{verdict}. {top}Cross-entropy {fixed(found.loss, 2)}; lowest of these "
        f"temperatures at {best_temperature(size, epochs):g}."
    )


def figure() -> go.Figure:
    """Draw the share right over the softmax value, above a histogram of the values."""
    middles = (EDGES[:-1] + EDGES[1:]) / 2
    built = go.Figure(
        [
            line("ink", "dot", 2, x=[0.3, 1], y=[0.3, 1], name="as claimed"),
            dots(
                "vermillion", "diamond", 12, name="measured", mode="lines+markers"
            ).update(line={"color": color("vermillion"), "width": 3}),
            go.Bar(
                x=middles,
                y=[],
                width=0.095,
                marker={"color": color("sky")},
                showlegend=False,
                hovertemplate="%{y:.0%} of the examples<extra></extra>",
                yaxis="y2",
            ),
        ]
    )
    steps = ticks(0.4, 0.6, 0.8, 1)
    shares = {"tickvals": [0, 0.5, 1], "ticktext": [percent(s) for s in (0, 0.5, 1)]}
    built.update_layout(
        with_legend(520),
        bargap=0,
        xaxis=axis("softmax value of the chosen class", 0.28, 1.02, anchor="y2")
        | steps,
        yaxis=axis("share right", 0.2, 1.04, **steps, domain=[0.36, 1]),
        yaxis2=axis("examples", 0, 1, **shares, domain=[0, 0.26]),
    )
    return built
