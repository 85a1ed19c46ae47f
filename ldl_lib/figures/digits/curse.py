"""E4.7: how good the best of many equal models looks on one test set.

Each of k models answers each of n images rightly with the same probability p. Its
number of right answers is binomial, and the largest of k independent ones is at most m
with probability F(m)^k, where F is the binomial distribution function.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

MODELS = (1, 3, 10, 30, 100, 500)
SIZES = (100, 1_000, 10_000)
SKILLS = (0.75, 0.9, 0.98)
DRAWS = (1, 2)
LOWEST, HIGHEST = 0.55, 1.01  # scores that the picture shows
WIDTH = 0.36  # of a column of dots, to either side
GOLDEN = (math.sqrt(5) - 1) / 2


@cache
def distribution(n: int, p: float) -> tuple[float, ...]:
    """Return the probability of at most 0, 1, …, n right answers, shape (n + 1,)."""
    m = np.arange(n + 1)
    logs = np.array([math.lgamma(each + 1) for each in range(n + 1)])
    powers = logs[n] - logs - logs[::-1] + m * math.log(p) + (n - m) * math.log1p(-p)
    return tuple(np.minimum(np.cumsum(np.exp(powers)), 1.0).tolist())


@cache
def expected_best(k: int, n: int, p: float) -> float:
    """Return the mean score of the best of k equal models on one test set.

    Parameters
    ----------
    k : int
        Number of models, each right with probability p, independently.
    n : int
        Number of test images.
    p : float
        True share of right answers, strictly between 0 and 1.

    Returns
    -------
    float
        From p upwards. The mean of a count is Σ P(count > m) over m ≥ 0.
    """
    below = np.array(distribution(n, p)[:-1])
    return float((1 - below**k).sum() / n)


@cache
def scores(n: int, p: float, draw: int) -> tuple[Floats, Floats]:
    """Draw the scores of 500 equal models on one test set and on a fresh one.

    Parameters
    ----------
    n, p
        As in `expected_best`.
    draw : int
        Seed.

    Returns
    -------
    here, fresh : ndarray, shape (500,)
    """
    rng = np.random.default_rng([47, draw])
    here, fresh = rng.binomial(n, p, (2, MODELS[-1])) / n
    return here, fresh


def _column(center: float, count: int) -> Floats:
    """Spread dots over a column, so that equal ones do not hide each other."""
    places = 2 * ((np.arange(count) * GOLDEN) % 1) - 1
    return np.asarray(center + WIDTH * places, np.float64)


def figure() -> go.Figure:
    """Draw all models on two test sets, the winner of the first, and the truth."""
    dots = {"color": color("blue"), "size": 5, "opacity": 0.5}
    star = {"color": color("vermillion"), "size": 15, "symbol": "star"}
    star |= {"line": {"color": color("paper"), "width": 1}}
    level = {"mode": "lines", "hoverinfo": "skip", "x": [-0.5, 1.5]}
    drawn = go.Figure(
        [
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                marker=dots,
                name="a model",
                hoverinfo="skip",
            ),
            go.Scatter(
                y=[],
                line={"color": color("ink"), "width": 1.5},
                name="truth",
                **level,
            ),
            go.Scatter(
                y=[],
                line={"color": color("vermillion"), "dash": "dash", "width": 2},
                name="the best one shows, on average",
                **(level | {"x": [-0.5, 0.5]}),
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines+markers",
                line={"color": color("vermillion"), "width": 1.5},
                marker=star,
                name="the best one here",
                hoverinfo="skip",
            ),
        ]
    )
    drawn.update_layout(
        plain_layout(430, margin={"l": 60, "r": 12, "t": 84, "b": 52})
        | {"showlegend": True, "hovermode": False},
        legend={"itemsizing": "constant", "itemclick": False, "itemdoubleclick": False},
        xaxis={
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "ticktext": ["the test set<br>that chose", "a fresh<br>test set"],
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis={
            "title": {"text": "right answers"},
            "range": [LOWEST, HIGHEST],
            "tickformat": ".0%",
            "dtick": 0.1,
            "tick0": 0.6,
            "fixedrange": True,
        },
    )
    return drawn


def state(k: int, n: int, p: float, draw: int) -> State:
    """Return the scores of the models, the winner's on both sets, and the mean.

    Parameters
    ----------
    k, n, p
        As in `expected_best`.
    draw : int
        Which test sets are drawn.
    """
    here, fresh = (column[:k] for column in scores(n, p, draw))
    best = int(here.argmax())
    x = np.concatenate([_column(0, k), _column(1, k)]).round(3)
    return {
        "data[0].x": x,
        "data[0].y": np.concatenate([here, fresh]),
        "data[1].y": [p, p],
        "data[2].y": [expected_best(k, n, p)] * 2,
        "data[3].x": [x[best], x[k + best]],
        "data[3].y": [here[best], fresh[best]],
    }


def words(k: int, n: int, p: float, draw: int) -> str:
    """Say what the best of k models shows, and what it is worth."""
    here, fresh = (column[:k] for column in scores(n, p, draw))
    best = int(here.argmax())
    digits = 1 if n < 10_000 else 2
    if k == 1:
        return (
            f"One model, nothing to choose: {here[0]:.{digits}%} here, "
            f"{fresh[0]:.{digits}%} on fresh images, {p:.0%} in truth. On average, the "
            "number on the test set is right."
        )
    mean = expected_best(k, n, p)
    return (
        f"The best of {k} shows {here[best]:.{digits}%} where it was chosen and "
        f"{fresh[best]:.{digits}%} on fresh images. On average it shows {mean:.1%}, "
        f"{100 * (mean - p):.1f} points above the truth of {p:.0%}."
    )
