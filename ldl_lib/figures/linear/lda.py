"""EA.6: the direction along which two classes come apart best."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.linear._shared import axis, class_points, line, percent
from ldl_lib.figures.theme import color
from ldl_lib.linear_models import Discriminants, linear_discriminants

Floats = NDArray[np.float64]

SHAPES = {"round": 0.0, "long": 0.75, "very long": 0.92}  # correlation of both inputs
EXAMPLES = 30  # of each class
MEANS = np.array([[0.75, -0.1], [-0.75, 0.1]])
EDGE = 3.0


class Projection(NamedTuple):
    """What `project` finds.

    Attributes
    ----------
    positions : ndarray, shape (60,)
        Places along the direction.
    means : tuple of float
        Of both classes.
    deviation : float
        Standard deviation within the classes.
    separation : float
        Distance of the means, in standard deviations.
    """

    positions: Floats
    means: tuple[float, float]
    deviation: float
    separation: float


@cache
def examples(correlation: float) -> tuple[Floats, NDArray[np.int64]]:
    """Draw two classes with one covariance.

    Parameters
    ----------
    correlation : float
        Of the two inputs, within a class.

    Returns
    -------
    X : ndarray, shape (60, 2)
    y : ndarray of int, shape (60,)
        +1 for the first half, then −1.
    """
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(2, EXAMPLES, 2))
    # Exactly these means, and this covariance, in both classes.
    noise -= noise.mean(axis=1, keepdims=True)
    shape = np.linalg.cholesky([[1, correlation], [correlation, 1]])
    for k in range(2):
        own = np.linalg.cholesky(noise[k].T @ noise[k] / EXAMPLES)
        noise[k] = 0.75 * np.linalg.solve(own, noise[k].T).T @ shape.T
    return (MEANS[:, None] + noise).reshape(-1, 2), np.repeat([1, -1], EXAMPLES)


@cache
def fit(correlation: float) -> Discriminants:
    """Return the discriminant analysis of the examples."""
    return linear_discriminants(*examples(correlation))


def best_angle(correlation: float) -> float:
    """Return the angle, 0 to 180°, of the direction Σ⁻¹(μ₊ − μ₋)."""
    found = fit(correlation)
    across = np.linalg.solve(found.covariance, found.means[1] - found.means[0])
    return math.degrees(math.atan2(across[1], across[0])) % 180


def project(correlation: float, angle: float) -> Projection:
    """Project all examples on a direction.

    Parameters
    ----------
    correlation : float
        As in `examples`.
    angle : float
        Of the direction to the x₁ axis, in degrees.
    """
    X, y = examples(correlation)
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    positions = X @ along
    first, second = (float(positions[y == label].mean()) for label in (1, -1))
    found = fit(correlation)
    deviation = float(np.sqrt(along @ found.covariance @ along))
    return Projection(
        positions, (first, second), deviation, abs(first - second) / deviation
    )


def state(shape: float, angle: float) -> State:
    """Return the examples, the direction, and where the examples fall on it.

    Parameters
    ----------
    shape : float
        A value of `SHAPES`.
    angle : float
        Of the direction, in degrees.
    """
    X, y = examples(shape)
    found = project(shape, angle)
    along = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    reach = np.outer([-1, 1], 1.9 * EDGE * along)
    first, second = found.means
    return {
        "data[0].x": reach[:, 0],
        "data[0].y": reach[:, 1],
        "data[1].x": X[y > 0, 0],
        "data[1].y": X[y > 0, 1],
        "data[2].x": X[y < 0, 0],
        "data[2].y": X[y < 0, 1],
        "data[3].x": found.positions[y > 0],
        "data[4].x": found.positions[y < 0],
        "data[5].x": [first, first, np.nan, second, second],
        "layout.annotations[1].ax": 0.85 * EDGE * along[0],
        "layout.annotations[1].ay": 0.85 * EDGE * along[1],
        "layout.annotations[1].x": 0.95 * EDGE * along[0],
        "layout.annotations[1].y": 0.95 * EDGE * along[1],
        "layout.annotations[0].text": (
            f"means <b>{fixed(found.separation, 2)}</b> standard deviations apart"
        ),
    }


def words(shape: float, angle: float) -> str:
    """Say how far apart the classes fall, and where they fall apart most."""
    found, best = project(shape, angle), best_angle(shape)
    _, y = examples(shape)
    middle = sum(found.means) / 2
    side = np.where(found.positions > middle, 1, -1)
    wrong = float(np.mean(side != y * np.sign(found.means[0] - found.means[1])))
    between = math.degrees(math.atan2(*(MEANS[0] - MEANS[1])[::-1])) % 180
    return (
        f"Seen along {angle:g}°, the means are {fixed(found.separation, 2)} standard "
        f"deviations apart; {percent(wrong)} of the examples lie on the wrong side of "
        f"the middle. The best direction is {fixed(best, 0)}°, with "
        f"{fixed(project(shape, best).separation, 2)}; along the line between the "
        f"means, {fixed(between, 0)}°, it is "
        f"{fixed(project(shape, between).separation, 2)}."
    )


def figure() -> go.Figure:
    """Draw the plane with a direction, and below it what is seen along it."""
    strips = [
        class_points(
            positive, "", xaxis="x2", yaxis="y2", showlegend=False, opacity=0.7
        )
        for positive in (True, False)
    ]
    for trace, height in zip(strips, (1.0, 0.0), strict=True):
        trace.y = np.full(EXAMPLES, height)
    means = line("ink", width=4, y=[0.65, 1.35, np.nan, -0.35, 0.35])
    means.update(xaxis="x2", yaxis="y2", showlegend=False)
    built = go.Figure(
        [
            line("ink", "dash", 2.5, name="direction"),
            class_points(True, "class +1"),
            class_points(False, "class −1", size=10),
            *strips,
            means,
        ]
    )
    note = {
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.27,
        "yanchor": "bottom",
        "showarrow": False,
        "text": "",
    }
    arrow = {  # which end of the direction is the right end of the strip
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "ax": 0,
        "ay": 0,
        "x": 0,
        "y": 0,
        "text": "",
        "arrowhead": 2,
        "arrowwidth": 2.5,
        "arrowcolor": color("ink"),
    }
    ticks = {"tickvals": [-2, 0, 2], "ticktext": ["−2", "0", "2"]}
    built.update_layout(
        plain_layout(620, margin={"l": 60, "r": 12, "t": 40, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        annotations=[note, arrow],
        xaxis=axis("input x₁", -EDGE, EDGE, **ticks, constrain="domain", anchor="y"),
        yaxis=axis(
            "input x₂",
            -EDGE,
            EDGE,
            **ticks,
            scaleanchor="x",
            constrain="domain",
            domain=[0.44, 1],
        ),
        xaxis2=axis("place along the direction", -EDGE, EDGE, **ticks, anchor="y2"),
        yaxis2=axis(
            "class",
            -0.7,
            1.7,
            tickvals=[0, 1],
            ticktext=["−1", "+1"],
            domain=[0, 0.26],
            anchor="x2",
        ),
    )
    return built
