"""E6.4: leave dropout on when predicting, ask many times, and look at the spread."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.linear._shared import axis, line, percent
from ldl_lib.figures.regression._shared import (
    Floats,
    clipped,
    dots,
    ticks,
    with_legend,
)
from ldl_lib.figures.theme import color

RATES = (0.05, 0.2, 0.5)
PASSES = (1, 3, 10, 30, 100)
EPOCHS = (150, 1000)
UNITS = 48
NOISE = 0.15
MASKS = 1  # seed of the masks that the passes draw
HEIGHT = 3.0
CURVE = np.linspace(-4, 4, 81)
# Where there are examples, where there are none between them, and beyond all.
PLACES = {
    "among the examples": (np.abs(CURVE) <= 2.6) & ((CURVE < -0.6) | (CURVE > 0.8)),
    "in the gap": (CURVE >= -0.6) & (CURVE <= 0.8),
    "beyond them": np.abs(CURVE) > 2.6,
}


def true_curve(x: Floats) -> Floats:
    """Return the curve that the noisy examples come from."""
    result: Floats = np.sin(1.5 * x)
    return result


@cache
def examples() -> tuple[Floats, Floats]:
    """Draw 40 examples, none of them between −0.6 and 0.8 or beyond ±2.6."""
    rng = np.random.default_rng(2)
    x = np.r_[rng.uniform(-2.6, -0.6, 20), rng.uniform(0.8, 2.6, 20)]
    return x, true_curve(x) + NOISE * rng.normal(size=40)


@cache
def _answers(rate: float) -> dict[int, tuple[Floats, Floats]]:
    """Train with dropout; per training time: the answer without, and 100 with it."""
    x, y = examples()
    layers: list[nn.Layer] = []
    for _ in range(2):
        layers += [nn.Dense(UNITS, "relu", "he_normal"), nn.Dropout(rate)]
    network = nn.Network(1, [*layers, nn.Dense(1)], seed=4)
    kept: dict[int, tuple[Floats, Floats]] = {}

    def keep(epoch: int, network: nn.Network, history: nn.History) -> None:
        if epoch in EPOCHS:
            alone = network.predict(CURVE[:, None])[:, 0]
            kept[epoch] = (alone, _passes(network))

    nn.train(
        network,
        nn.SquaredError(),
        nn.Adam(0.01),
        x[:, None],
        y[:, None],
        epochs=EPOCHS[-1],
        batch_size=len(x),
        metrics={},
        seed=1,
        callbacks=[keep],
    )
    return kept


def _passes(network: nn.Network) -> Floats:
    """Return the answers of 100 thinned networks, shape (100, 81).

    Each place sees the same masks, so that a pass is one thinned network's curve.
    """
    dropouts = [layer for layer in network.layers if isinstance(layer, nn.Dropout)]
    drawn = np.empty((PASSES[-1], len(CURVE)))
    before = [layer.rng for layer in dropouts]
    for column, place in enumerate(CURVE):
        for seed, layer in enumerate(dropouts):
            layer.rng = np.random.default_rng([MASKS, seed])
        many = np.full((PASSES[-1], 1), place)
        drawn[:, column] = network.forward(many, training=True)[:, 0]
    for layer, rng in zip(dropouts, before, strict=True):
        layer.rng = rng
    return drawn


def band(rate: float, passes: int, epochs: int) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the answers, over the passes.

    Parameters
    ----------
    rate, passes, epochs
        One of `RATES`, `PASSES`, `EPOCHS`.

    Returns
    -------
    mean, deviation : ndarray, shape (81,)
        At `CURVE`; the deviation is computed with passes − 1, and 0 for a single pass.
    """
    drawn = _answers(rate)[epochs][1][:passes]
    # With the plain mean of squares, few passes would draw too narrow a band.
    freedom = 1 if passes > 1 else 0
    return drawn.mean(axis=0), drawn.std(axis=0, ddof=freedom)


def state(rate: float, passes: int, epochs: int) -> State:
    """Return the band, one answer, the mean, and the answer without dropout.

    Parameters as in `band`.
    """
    mean, deviation = band(rate, passes, epochs)
    alone, drawn = _answers(rate)[epochs]
    outline = np.r_[mean + 2 * deviation, (mean - 2 * deviation)[::-1]]
    return {
        "data[0].y": clipped(outline, -HEIGHT, HEIGHT),
        "data[1].y": clipped(drawn[0], -HEIGHT, HEIGHT),
        "data[4].y": clipped(mean, -HEIGHT, HEIGHT),
        "data[5].y": clipped(alone, -HEIGHT, HEIGHT),
    }


def held(rate: float, passes: int, epochs: int) -> dict[str, tuple[float, float]]:
    """Return mean s.d., and share of the true curve in the band, for `PLACES`.

    Parameters as in `band`.
    """
    mean, deviation = band(rate, passes, epochs)
    inside = np.abs(true_curve(CURVE) - mean) <= 2 * deviation
    return {
        name: (float(deviation[here].mean()), float(inside[here].mean()))
        for name, here in PLACES.items()
    }


def words(rate: float, passes: int, epochs: int) -> str:
    """Say how far the answers spread, and whether the band holds the true curve."""
    if passes == 1:
        return "One pass is one thinned network: it gives an answer, and no band."
    found = held(rate, passes, epochs)
    spread = ", ".join(f"{fixed(each[0], 2)} {name}" for name, each in found.items())
    shares = ", ".join(
        f"{percent(round(each[1], 2))} {name}" for name, each in found.items()
    )
    return (
        f"Over {passes} passes the answers spread with a mean s.d. of {spread}. Of the "
        f"true curve the band holds {shares}."
    )


def figure() -> go.Figure:
    """Draw the band of answers, single ones, the examples and the true curve."""
    there_and_back = np.r_[CURVE, CURVE[::-1]]
    tint = {"fill": "toself", "fillcolor": color("orange_tint")}
    x, y = examples()
    built = go.Figure(
        [
            line("orange", width=0, x=there_and_back, name="± 2 s.d.", **tint),
            line("purple", width=1.5, x=CURVE, name="one pass"),
            line("ink", "dot", 2, x=CURVE, y=true_curve(CURVE), name="truth"),
            dots("blue", size=8, x=x, y=y, name="examples"),
            line("vermillion", x=CURVE, name="mean"),
            line("green", "dash", 2, x=CURVE, name="no dropout"),
        ]
    )
    built.update_layout(
        with_legend(480, columns=2, margin={"l": 56, "r": 14, "t": 96, "b": 48}),
        xaxis=axis("x", -4, 4, **ticks(-4, -2, 0, 2, 4)),
        yaxis=axis("y", -HEIGHT, HEIGHT, **ticks(-2, 0, 2)),
    )
    return built
