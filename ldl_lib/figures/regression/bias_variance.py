"""E6.5: the same polynomial fitted again and again; what its error is made of.

The examples stay at the same places and get new noise. A fit with L2 is then a fixed
matrix times the targets, so bias and variance need no simulation.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, significant
from ldl_lib.figures.linear._shared import axis, line
from ldl_lib.figures.regression._shared import (
    Floats,
    clipped,
    dots,
    powers,
    ticks,
    truth,
    with_legend,
)
from ldl_lib.figures.theme import color

DEGREES = (1, 3, 5, 9)
SIZES = (10, 20, 50, 200)
NOISES = (0.1, 0.4)
STRENGTHS = {"none": 0, "λ = 0.001": 0.001, "λ = 0.1": 0.1}
MEASURED = np.array([10, 14, 20, 32, 50, 80, 130, 200])
CURVE = np.linspace(-1, 1, 41)
SAMPLES = 5
HEIGHT = 2.2
ERRORS = (1e-4, 1.0)


class Parts(NamedTuple):
    """What the error on fresh examples is made of, on average over x.

    Attributes
    ----------
    bias, variance, noise : float
        (mean fit − truth)², variance of the fit, variance of the noise.
    """

    bias: float
    variance: float
    noise: float

    @property
    def error(self) -> float:
        """The expected squared error on a fresh example."""
        return self.bias + self.variance + self.noise


@cache
def smoother(degree: int, size: int, strength: float) -> Floats:
    """Return the matrix that turns targets into the fit at `CURVE`.

    Parameters
    ----------
    degree, size : int
        Highest power; number of examples, evenly spread from −1 to 1.
    strength : float
        λ of ½ mean (ŷ − y)² + ½ λ Σ w², over standardised powers.

    Returns
    -------
    ndarray, shape (41, size)
    """
    x = np.linspace(-1, 1, size)
    raw = powers(x, degree)
    mean, deviation = raw.mean(axis=0), raw.std(axis=0)
    features = (raw - mean) / deviation
    pulled = features.T @ features / size + strength * np.eye(degree)
    fit = np.linalg.solve(pulled, features.T / size)
    # The targets' mean is fitted by the bias; it is taken off the rest by `features`.
    at = (powers(CURVE, degree) - mean) / deviation
    result: Floats = at @ fit + 1 / size
    return result


def parts(degree: int, size: int, noise: float, strength: float) -> Parts:
    """Return bias, variance and noise, averaged over `CURVE`.

    Parameters as in `smoother`; `noise` is a standard deviation.
    """
    matrix = smoother(degree, size, strength)
    bias = matrix @ truth(np.linspace(-1, 1, size)) - truth(CURVE)
    spread = noise**2 * (matrix**2).sum(axis=1)
    return Parts(float((bias**2).mean()), float(spread.mean()), noise**2)


def state(degree: int, size: int, noise: float, strength: float) -> State:
    """Return mean fit, band, five single fits, and the parts of the error.

    Parameters as in `parts`.
    """
    matrix = smoother(degree, size, strength)
    targets = truth(np.linspace(-1, 1, size))
    mean = matrix @ targets
    spread = 2 * noise * np.sqrt((matrix**2).sum(axis=1))
    rng = np.random.default_rng(1)
    drawn = targets + noise * rng.normal(size=(SAMPLES, size))
    samples = np.c_[drawn @ matrix.T, np.full(SAMPLES, np.nan)].ravel()
    along = [parts(degree, int(n), noise, strength) for n in MEASURED]
    here = parts(degree, size, noise, strength)
    band = np.r_[mean + spread, (mean - spread)[::-1]]
    low, high = ERRORS
    return {
        "data[0].y": clipped(band, -HEIGHT, HEIGHT),
        "data[1].y": clipped(samples, -HEIGHT, HEIGHT),
        "data[3].y": clipped(mean, -HEIGHT, HEIGHT),
        "data[4].y": np.clip([each.bias for each in along], low / 10, high * 10),
        "data[5].y": np.clip([each.variance for each in along], low / 10, high * 10),
        "data[6].y": [noise**2] * 2,
        "data[7].x": [size] * 2,
        "data[7].y": np.clip([here.bias, here.variance], low, high),
    }


def words(degree: int, size: int, noise: float, strength: float) -> str:
    """Say the parts of the error, and what more data would change."""
    here = parts(degree, size, noise, strength)
    most = parts(degree, int(MEASURED[-1]), noise, strength)
    text = (
        f"Bias² {_error(here.bias)} + variance {_error(here.variance)} + noise "
        f"{_error(here.noise)} = {_error(here.error)}, the squared error to expect on "
        "a fresh example. "
    )
    if size == MEASURED[-1]:
        return f"{text}The largest part is the {_largest(here)}."
    return (
        f"{text}With {MEASURED[-1]} examples the variance would be "
        f"{_error(most.variance)} and bias² {_error(most.bias)}."
    )


def _error(value: float) -> str:
    return significant(value, 2) if value >= 0.0001 else "under 0.0001"


def _largest(found: Parts) -> str:
    return max(("bias", "variance", "noise"), key=lambda name: getattr(found, name))


def figure() -> go.Figure:
    """Draw the fits above bias², variance and noise over the number of examples."""
    there_and_back = np.r_[CURVE, CURVE[::-1]]
    tint = {"fill": "toself", "fillcolor": color("blue_tint")}
    built = go.Figure(
        [
            line(
                "blue", "solid", 0, x=there_and_back, name="95\u00a0% of fits", **tint
            ),
            line(
                "sky",
                width=1,
                x=np.tile(np.r_[CURVE, np.nan], SAMPLES),
                name="five of them",
            ),
            line("ink", "dot", 2, x=CURVE, y=truth(CURVE), name="truth"),
            line("blue", x=CURVE, name="mean fit"),
            line("vermillion", "dash", x=MEASURED, name="bias²"),
            line("green", x=MEASURED, name="variance"),
            line("axis", "dot", 1.5, x=MEASURED[[0, -1]], name="noise"),
            dots("ink", "diamond", 12, showlegend=False),
        ]
    )
    for trace in built.data[4:]:
        trace.update(xaxis="x2", yaxis="y2")
    low, high = np.log10(ERRORS)
    built.update_layout(
        with_legend(620, columns=2, margin={"l": 66, "r": 14, "t": 108, "b": 48}),
        xaxis=axis("x", -1.03, 1.03, **ticks(-1, 0, 1), anchor="y"),
        yaxis=axis("y", -HEIGHT, HEIGHT, **ticks(-2, -1, 0, 1, 2), domain=[0.52, 1]),
        xaxis2=axis("number of examples n", 0.97, 2.33, anchor="y2")
        | {"type": "log", **ticks(*SIZES)},
        yaxis2=axis("squared error", low - 0.1, high + 0.1, domain=[0, 0.38])
        | {"type": "log", **ticks(0.0001, 0.001, 0.01, 0.1, 1)},
    )
    return built
