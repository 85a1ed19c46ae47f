"""EA.4: the margin of a support vector machine, its price and its kernel."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, fixed, plain_layout
from ldl_lib.figures.boundary import grid
from ldl_lib.figures.linear._shared import axis, class_points, percent
from ldl_lib.figures.theme import color
from ldl_lib.linear_models import KernelMachine, kernel, support_vector_classifier

Floats = NDArray[np.float64]

PRICES: tuple[float, ...] = (0.1, 1, 10, 100)
KERNELS = {"linear": "linear", "polynomial, degree 2": "poly", "radial": "rbf"}
GAMMAS: tuple[float, ...] = (0.1, 1, 5, 25)
DATA = ("two clouds", "ring")
EXAMPLES, HELD_OUT = 40, 2000
EDGE = 2.5
GRID = grid((-EDGE, EDGE), (-EDGE, EDGE), 27)


class Fit(NamedTuple):
    """What `fit` finds.

    Attributes
    ----------
    machine : KernelMachine
    score : ndarray, shape (27, 27)
        Over the grid.
    training_error, test_error : float
        Shares of wrong answers on 40 training and 2,000 new examples.
    """

    machine: KernelMachine
    score: Floats
    training_error: float
    test_error: float


@cache
def examples(data: str, count: int = EXAMPLES, seed: int = 3) -> tuple[Floats, Floats]:
    """Draw examples of two classes.

    Parameters
    ----------
    data : str
        One of `DATA`.
    count, seed : int
        How many, and of which random numbers.

    Returns
    -------
    X : ndarray, shape (count, 2)
    y : ndarray, shape (count,)
        −1 and +1, equally many.
    """
    rng = np.random.default_rng(seed)
    y = np.repeat([1.0, -1.0], count // 2)
    noise = rng.normal(size=(count, 2))
    if data == "two clouds":
        X = np.outer(y, [0.75, 0.55]) + 0.6 * noise
    else:
        angle = rng.uniform(0, 2 * np.pi, count)
        radius = np.where(y > 0, 0.45, 1.6)
        X = np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        X = X + 0.3 * noise
    return np.clip(X, -EDGE + 0.1, EDGE - 0.1), y


@cache
def _fit(data: str, price: float, name: str, gamma: float) -> Fit:
    X, y = examples(data)
    machine = support_vector_classifier(
        X, y, C=price, kernel=kernel(name, gamma=gamma), tolerance=1e-4
    )
    new_X, new_y = examples(data, HELD_OUT, seed=4)
    return Fit(
        machine,
        machine.score(GRID.points).reshape(len(GRID.x2), len(GRID.x1)),
        float(np.mean(y * machine.score(X) < 0)),
        float(np.mean(new_y * machine.score(new_X) < 0)),
    )


def fit(data: str, C: float, kernel_name: str, gamma: float) -> Fit:
    """Fit a machine; gamma matters to the radial kernel only.

    Parameters
    ----------
    data : str
        One of `DATA`.
    C : float
        Price of slack.
    kernel_name : {"linear", "poly", "rbf"}
    gamma : float
        Of the radial kernel.
    """
    return _fit(data, C, kernel_name, gamma if kernel_name == "rbf" else 1.0)


def state(data: str, C: float, kernel: str, gamma: float) -> State:
    """Return scores over the grid, the examples, and rings on support vectors.

    Parameters as in `fit`.
    """
    found = fit(data, C, kernel, gamma)
    X, y = examples(data)
    rings = X[found.machine.support]
    return {
        "data[0].z": np.clip(found.score, -3, 3).round(2),
        "data[1].x": rings[:, 0],
        "data[1].y": rings[:, 1],
        "data[2].x": X[y > 0, 0],
        "data[2].y": X[y > 0, 1],
        "data[3].x": X[y < 0, 0],
        "data[3].y": X[y < 0, 1],
    }


def words(data: str, C: float, kernel: str, gamma: float) -> str:
    """Say how wide the margin is, what it rests on, and how new examples fare."""
    found = fit(data, C, kernel, gamma)
    support = int(found.machine.support.sum())
    where = "Its" if kernel == "linear" else "In the kernel's space its"
    text = (
        f"{counted(support, 'support vector')} of {EXAMPLES}. {where} margin is "
        f"{fixed(found.machine.margin, 2)} to each side. Wrong: "
        f"{percent(found.training_error)} of the training examples, "
        f"{percent(found.test_error)} of {HELD_OUT:,} new ones."
    )
    if kernel != "rbf":
        text += " Gamma plays no part in this kernel."
    return text


def figure() -> go.Figure:
    """Draw the levels −1, 0 and +1 of the score, and the examples."""
    levels = [[0, color("vermillion")], [0.5, color("ink")], [1, color("blue")]]
    built = go.Figure(
        [
            go.Contour(
                x=GRID.x1,
                y=GRID.x2,
                z=[],
                zmin=-1,
                zmax=1,
                contours={
                    "coloring": "lines",
                    "start": -1,
                    "end": 1,
                    "size": 1,
                    "showlabels": True,
                    "labelfont": {"size": 14, "color": color("ink")},
                },
                colorscale=levels,
                line={"width": 2.5},
                showscale=False,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                name="support vector",
                marker={
                    "symbol": "circle-open",
                    "size": 20,
                    "color": color("ink"),
                    "line": {"width": 2},
                },
                hoverinfo="skip",
            ),
            class_points(True, "class +1"),
            class_points(False, "class −1", size=10),
        ]
    )
    built.data[0].showlegend = False
    ticks = {"tickvals": [-2, 0, 2], "ticktext": ["−2", "0", "2"]}
    built.update_layout(
        plain_layout(470, margin={"l": 52, "r": 12, "t": 64, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=axis("input x₁", -EDGE, EDGE, **ticks, constrain="domain"),
        yaxis=axis("input x₂", -EDGE, EDGE, **ticks, scaleanchor="x"),
    )
    return built
