"""E5.8: looking for two hyper-parameters with sixteen trials."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, counted, plain_layout
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

# What was measured: errors for every pair of these, with both optimizers.
LOG_RATES = np.arange(-11, 4) / 3  # log10 of the learning rate: 0.0002 to 10
LOG_HIDDEN = np.arange(1.0, 10.0)  # log2 of the hidden units: 2 to 512
OPTIMIZERS = {"SGD": nn.SGD, "Adam": nn.Adam}
SEEDS = 5
EPOCHS = 5
TRAINING, VALIDATION = 600, 400  # of scikit-learn's 1,797 small digits
ARTIFACT = Path(__file__).parents[2] / "artifacts/05_search.npz"

METHODS = ("grid", "random", "hybrid")
TRIALS = 16  # for each method: 4 × 4, or 8 at random and the 8 neighbours of the best
SIDE = 4
NEAR = 0.1  # distance of those neighbours, as a share of each range
LOWEST, HIGHEST = 0.02, 1.0  # errors that the picture shows


def train_once(optimizer: str, rate: float, hidden: int, seed: int) -> float:
    """Train a network on small digits and return its validation error.

    Parameters
    ----------
    optimizer : str
        A key of `OPTIMIZERS`.
    rate : float
        Learning rate.
    hidden : int
        Number of hidden units.
    seed : int
        Of the starting weights and of the order of the examples.

    Returns
    -------
    float
        Share of wrong answers among 400 images, after 5 epochs on 600 others in
        batches of 32. 64 inputs, ReLU (He), softmax, cross-entropy.
    """
    X, y = _digits()
    layers = [nn.Dense(hidden, "relu", "he_normal"), nn.Dense(10, "softmax")]
    network = nn.Network(X.shape[1], layers, seed=seed)
    nn.train(
        network,
        nn.CategoricalCrossEntropy(),
        OPTIMIZERS[optimizer](rate),
        X[:TRAINING],
        y[:TRAINING],
        epochs=EPOCHS,
        batch_size=32,
        seed=seed,
    )
    return nn.error_rate(network.predict(X[TRAINING:]), y[TRAINING:])


@cache
def _digits() -> tuple[Array, NDArray[np.int64]]:
    from sklearn.datasets import load_digits  # takes long to import

    X, y = load_digits(return_X_y=True)
    chosen = np.random.default_rng(0).permutation(len(y))[: TRAINING + VALIDATION]
    return X[chosen] / 16, y[chosen]


def measure(
    optimizer: str,
    log_rates: Iterable[float] = LOG_RATES,
    log_hidden: Iterable[float] = LOG_HIDDEN,
) -> Array:
    """Train networks for all pairs of learning rate and hidden units.

    ``np.savez_compressed(ARTIFACT, **{name: measure(name) for name in OPTIMIZERS})``
    made the file that this module reads; it takes about half a minute.

    Parameters
    ----------
    optimizer : str
        A key of `OPTIMIZERS`.
    log_rates, log_hidden : iterable of float
        log10 of the learning rates, log2 of the numbers of hidden units.

    Returns
    -------
    ndarray, shape (hidden units, rates, seeds)
        Validation errors, from 0 to 1, of seeds 0 to 4.
    """
    return np.array(
        [
            [
                [train_once(optimizer, 10**x, round(2**y), s) for s in range(SEEDS)]
                for x in log_rates
            ]
            for y in log_hidden
        ]
    )


@cache
def surface(optimizer: str) -> Array:
    """Return the stored errors, averaged over seeds, shape (hidden units, rates)."""
    with np.load(ARTIFACT) as stored:
        mean: Array = stored[optimizer].mean(axis=2)
    return mean


def error_at(optimizer: str, log_rate: float, log_hidden: float) -> float:
    """Interpolate `surface` between the pairs that were measured."""
    z = surface(optimizer)
    across = (log_rate - LOG_RATES[0]) / (LOG_RATES[1] - LOG_RATES[0])
    up = log_hidden - LOG_HIDDEN[0]
    i = min(max(int(across), 0), z.shape[1] - 2)
    j = min(max(int(up), 0), z.shape[0] - 2)
    s, t = across - i, up - j
    low = (1 - s) * z[j, i] + s * z[j, i + 1]
    high = (1 - s) * z[j + 1, i] + s * z[j + 1, i + 1]
    return float((1 - t) * low + t * high)


class Trial(NamedTuple):
    """One trial: where, with which error, and in which round of the search."""

    log_rate: float
    log_hidden: float
    error: float
    near: bool  # a neighbour of the best of the first round


@cache
def trials(method: str, optimizer: str, seed: int) -> tuple[Trial, ...]:
    """Return the sixteen trials of a search, in order.

    Parameters
    ----------
    method : {"grid", "random", "hybrid"}
        Four rates times four sizes; sixteen random pairs; or eight random pairs, then
        the eight around the best of them.
    optimizer : str
        A key of `OPTIMIZERS`.
    seed : int
        Of the random pairs.
    """
    rng = np.random.default_rng([8, seed])
    if method == "grid":
        middle = (np.arange(SIDE) + 0.5) / SIDE
        return tuple(_trial(optimizer, x, y) for y in middle for x in middle)
    if method == "random":
        return tuple(_trial(optimizer, x, y) for x, y in rng.random((TRIALS, 2)))
    places = rng.random((TRIALS // 2, 2))
    first = [_trial(optimizer, x, y) for x, y in places]
    best = places[int(np.argmin([trial.error for trial in first]))]
    around = [(dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dx or dy]
    second = []
    for step in around:
        x, y = np.clip(best + NEAR * np.array(step), 0, 1)
        second.append(_trial(optimizer, x, y, near=True))
    return (*first, *second)


def _trial(optimizer: str, x: float, y: float, near: bool = False) -> Trial:
    """Try a place of the unit square."""
    log_rate = LOG_RATES[0] + float(x) * float(np.ptp(LOG_RATES))
    wanted = LOG_HIDDEN[0] + float(y) * float(np.ptp(LOG_HIDDEN))
    log_hidden = float(np.log2(round(2**wanted)))  # units are whole
    error = error_at(optimizer, log_rate, log_hidden)
    return Trial(log_rate, log_hidden, error, near)


def distinct(found: Iterable[Trial]) -> tuple[int, int]:
    """Count the different learning rates, and sizes, among trials."""
    found = list(found)
    rates = {round(trial.log_rate, 6) for trial in found}
    return len(rates), len({round(trial.log_hidden, 6) for trial in found})


def _scatter(mode: str, axis: int, **more: Any) -> go.Scatter:
    style = {"x": [], "y": [], "mode": mode, "hoverinfo": "skip", "showlegend": False}
    axes = {"xaxis": "x2", "yaxis": "y2"} if axis == 2 else {}
    return go.Scatter(**style | axes | more)


def figure() -> go.Figure:
    """Draw the surface of errors, the trials on it, and the best error so far."""
    wanted = (0.03, 0.1, 0.3, 0.9)
    scale = {
        "coloraxis": "coloraxis",
        "line": {"color": color("ink"), "width": 1.5},
        "size": 13,
    }
    tick = {"color": color("ink"), "line": {"color": color("ink"), "width": 2}}
    ring = {"symbol": "circle-open", "size": 22, "color": color("ink")}
    ring |= {"line": {"color": color("ink"), "width": 3}}
    dot = {"color": color("blue"), "size": 8}
    drawn = go.Figure(
        [
            go.Heatmap(
                x=LOG_RATES,
                y=LOG_HIDDEN,
                z=[],
                zsmooth="best",
                coloraxis="coloraxis",
                opacity=0.75,
                visible=False,
                hoverinfo="skip",
            ),
            _scatter("markers", 1, marker=scale | {"symbol": [], "color": []}),
            _scatter("markers", 1, marker=ring),
            _scatter(
                "markers", 1, marker=tick | {"symbol": "line-ns-open", "size": 12}
            ),
            _scatter(
                "markers", 1, marker=tick | {"symbol": "line-ew-open", "size": 12}
            ),
            _scatter("markers", 2, marker=dot),
            _scatter("lines", 2, line={"color": color("vermillion"), "shape": "hv"}),
        ]
    )
    layout = plain_layout(600, margin={"l": 64, "r": 16, "t": 70, "b": 48})
    drawn.update_layout(
        layout,
        coloraxis={
            "cmin": float(np.log10(LOWEST)),
            "cmax": 0.0,
            "colorbar": {
                "orientation": "h",
                "x": 0.5,
                "y": 1.0,
                "yanchor": "bottom",
                "len": 1.0,
                "thickness": 10,
                "tickvals": np.log10(wanted).tolist(),
                "ticktext": [f"{each:.0%}" for each in wanted],
                "title": {"text": "validation error", "side": "top"},
            },
        },
        xaxis={
            "title": {"text": "learning rate"},
            "range": [LOG_RATES[0] - 0.15, LOG_RATES[-1] + 0.15],
            "tickvals": [-3, -2, -1, 0, 1],
            "ticktext": ["0.001", "0.01", "0.1", "1", "10"],
            "anchor": "y",
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "hidden units"},
            "range": [LOG_HIDDEN[0] - 0.5, LOG_HIDDEN[-1] + 0.4],
            "tickvals": [1, 3, 5, 7, 9],
            "ticktext": ["2", "8", "32", "128", "512"],
            "domain": [0.42, 1],
            "fixedrange": True,
        },
        xaxis2={
            "title": {"text": "trial (line: best so far)"},
            "range": [0.3, TRIALS + 0.7],
            "tickvals": [1, 4, 8, 12, 16],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            "title": {"text": "error"},
            "type": "log",
            "range": [float(np.log10(LOWEST)), 0.05],
            "tickvals": list(wanted),
            "ticktext": [f"{each:.0%}" for each in wanted],
            "domain": [0, 0.27],
            "anchor": "x2",
            "fixedrange": True,
        },
    )
    return drawn


def state(step: int, method: str, optimizer: str, seed: int, show: bool) -> State:
    """Return the trials so far, where they lie, and the best of them.

    Parameters
    ----------
    step : int
        Number of trials made, from 0 to 16.
    method, optimizer, seed
        As in `trials`.
    show : bool
        Whether to show the errors everywhere.
    """
    found = trials(method, optimizer, seed)[:step]
    x = [trial.log_rate for trial in found]
    y = [trial.log_hidden for trial in found]
    errors = np.array([trial.error for trial in found])
    best = [int(errors.argmin())] if found else []
    numbers = np.arange(1, step + 1)
    return {
        "data[0].z": np.log10(surface(optimizer)),
        "data[0].visible": show,
        "data[1].x": x,
        "data[1].y": y,
        "data[1].marker.color": np.log10(errors),
        "data[1].marker.symbol": [
            "square" if trial.near else "circle" for trial in found
        ],
        "data[2].x": [x[place] for place in best],
        "data[2].y": [y[place] for place in best],
        "data[3].x": x,
        "data[3].y": np.full(step, LOG_HIDDEN[0] - 0.35),
        "data[4].x": np.full(step, LOG_RATES[0] - 0.1),
        "data[4].y": y,
        "data[5].x": numbers,
        "data[5].y": errors,
        "data[6].x": numbers,
        "data[6].y": np.minimum.accumulate(errors),
    }


def words(step: int, method: str, optimizer: str, seed: int, show: bool) -> str:
    """Say what the last trial and the best one gave, and how many values were tried."""
    found = trials(method, optimizer, seed)[:step]
    if not found:
        lowest = surface(optimizer).min()
        return f"No trial yet. The lowest error anywhere is {lowest:.1%}."
    best = min(found, key=lambda trial: trial.error)
    rates, sizes = distinct(found)
    return (
        f"{counted(step, 'trial')}: {counted(rates, 'learning rate')} and "
        f"{counted(sizes, 'layer size')}. Best so far: {best.error:.1%} wrong with "
        f"rate {rate_text(best.log_rate)} and {round(2**best.log_hidden)} hidden "
        f"units, in trial {found.index(best) + 1}."
    )


def rate_text(log_rate: float) -> str:
    """Write a learning rate with two digits that count."""
    decimals = max(0, 1 - int(np.floor(log_rate)))
    return f"{10**log_rate:.{decimals}f}"
