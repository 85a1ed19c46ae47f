"""E6.3: a polynomial with too many weights, tamed by L2, L1 or an early stop."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, fixed, power_text, significant
from ldl_lib.figures.linear._shared import axis, line
from ldl_lib.figures.regression._shared import (
    Floats,
    clipped,
    dots,
    ticks,
    truth,
    with_legend,
)
from ldl_lib.figures.regression.fits import Polynomial

REMEDIES = {"L2": "L2", "L1": "L1", "early stopping": "stop"}
DEGREE = 12
SIZES = (15, 30, 120)
NOISES = (0.1, 0.4)
STRENGTHS = 13  # settings; 0 is no remedy at all
FRESH = 2000
HEIGHT = 2.2
ERRORS = (0.003, 10)
CURVE = np.linspace(-1, 1, 101)


class Path(NamedTuple):
    """What every strength of one remedy makes of the same examples.

    Attributes
    ----------
    curves : ndarray, shape (13, 101)
        The fitted polynomials.
    weights : ndarray, shape (13, 12)
        Weights of the standardised powers.
    seen, fresh : ndarray, shape (13,)
        Mean squared error on the examples fitted and on 2,000 others.
    """

    curves: Floats
    weights: Floats
    seen: Floats
    fresh: Floats


def examples(size: int, noise: float, seed: int = 16) -> tuple[Floats, Floats]:
    """Draw x from U(−1, 1) and add normal noise to the true curve at x."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size)
    return x, truth(x) + noise * rng.normal(size=size)


def penalty(strength: int) -> float:
    """Return λ of a setting from 1 to 12: 0.000001 to 0.3."""
    return float(10 ** (strength / 2 - 6.5))


def steps(strength: int) -> float:
    """Return the number of steps of a setting from 1 to 12: a million to 3."""
    return float(np.round(10 ** (6.5 - strength / 2)))


@cache
def path(remedy: str, size: int, noise: float) -> Path:
    """Fit the same examples with every strength of a remedy.

    Parameters
    ----------
    remedy : str
        A value of `REMEDIES`.
    size, noise
        One of `SIZES`, one of `NOISES`.
    """
    x, y = examples(size, noise)
    model = Polynomial(x, y, DEGREE)
    settings = range(1, STRENGTHS)
    if remedy == "L1":
        found = model.lasso([penalty(s) for s in settings]).T
    elif remedy == "L2":
        found = np.array([model.ridge(penalty(s)) for s in settings])
    else:
        found = np.array([model.descend(steps(s)) for s in settings])
    weights = np.vstack([model.least_squares(), found])
    others, targets = examples(FRESH, noise, seed=5)
    misses = (
        ((model.predict(at, weights.T) - aim[:, None]) ** 2).mean(axis=0)
        for at, aim in ((x, y), (others, targets))
    )
    return Path(model.predict(CURVE, weights.T).T, weights, *misses)


def state(remedy: str, strength: int, size: int, noise: float) -> State:
    """Return the examples, the fit, both errors over the strengths, and where we are.

    Parameters
    ----------
    remedy, size, noise
        As in `path`.
    strength : int
        0 (none) to 12.
    """
    x, y = examples(size, noise)
    found = path(remedy, size, noise)
    return {
        "data[1].x": x,
        "data[1].y": y,
        "data[2].y": clipped(found.curves[strength], -HEIGHT, HEIGHT),
        "data[3].y": np.clip(found.seen, 1e-4, 100),
        "data[4].y": np.clip(found.fresh, 1e-4, 100),
        "data[5].y": [noise**2] * 2,
        "data[6].x": [strength] * 2,
        "data[6].y": np.clip(
            [found.seen[strength], found.fresh[strength]], ERRORS[0], ERRORS[1]
        ),
    }


def words(remedy: str, strength: int, size: int, noise: float) -> str:
    """Say both errors, the weights, and which strength would be best."""
    found = path(remedy, size, noise)
    weights, best = found.weights[strength], int(found.fresh.argmin())
    zeros = int((weights == 0).sum())
    largest = float(np.abs(weights).max())
    text = (
        f"{_setting(remedy, strength)}: mean squared error "
        f"{_error(found.seen[strength])} on the {size} examples, "
        f"{_error(found.fresh[strength])} on fresh ones. "
        f"Largest weight {power_text(largest) if largest else '0'}, "
        f"{zeros or 'none'} of {DEGREE} exactly 0. "
    )
    if strength == best:
        return text + "No other strength does better on fresh examples."
    return (
        f"{text}Best on fresh examples: strength {best}, "
        f"with {_error(found.fresh[best])}."
    )


def _setting(remedy: str, strength: int) -> str:
    if strength == 0:
        return "No remedy"
    if remedy == "stop":
        return f"Stopped after {steps(strength):,.0f} steps"
    return f"{remedy} with λ = {significant(penalty(strength), 1)}"


def _error(value: float) -> str:
    return power_text(value) if value >= 100 else fixed(value, 3)


def figure() -> go.Figure:
    """Draw examples, truth and fit above both errors over the strength."""
    levels = np.arange(STRENGTHS)
    built = go.Figure(
        [
            line("ink", "dot", 2, x=CURVE, y=truth(CURVE), name="truth"),
            dots("sky", size=8, name="examples"),
            line("vermillion", x=CURVE, name="fit"),
            line("blue", "dash", x=levels, name="training error"),
            line("green", x=levels, name="fresh error"),
            line("axis", "dot", 1.5, x=[0, STRENGTHS - 1], name="noise"),
            dots("ink", "diamond", 12, showlegend=False),
        ]
    )
    for trace in built.data[3:]:
        trace.update(xaxis="x2", yaxis="y2")
    low, high = np.log10(ERRORS)
    built.update_layout(
        with_legend(620, margin={"l": 60, "r": 14, "t": 96, "b": 48}),
        xaxis=axis("x", -1.03, 1.03, **ticks(-1, 0, 1), anchor="y"),
        yaxis=axis("y", -HEIGHT, HEIGHT, **ticks(-2, -1, 0, 1, 2), domain=[0.52, 1]),
        xaxis2=axis("strength of the remedy (0: none)", -0.3, 12.3, anchor="y2")
        | {"dtick": 2},
        yaxis2=axis("mean squared error", low - 0.05, high + 0.05, domain=[0, 0.38])
        | {"type": "log", **ticks(0.01, 0.1, 1, 10)},
    )
    return built
