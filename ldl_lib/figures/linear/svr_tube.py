"""EA.5: support vector regression, a tube in which misses cost nothing."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, fixed, plain_layout
from ldl_lib.figures.linear._shared import axis, line
from ldl_lib.figures.theme import color
from ldl_lib.linear_models import KernelMachine, kernel, support_vector_regression

Floats = NDArray[np.float64]

PRICES: tuple[float, ...] = (0.1, 1, 10)
KERNELS = {"linear": "linear", "radial": "rbf"}
EXAMPLES = 30
END, HEIGHT = 6.0, 2.2
CURVE = np.linspace(0, END, 61)


@cache
def examples() -> tuple[Floats, Floats]:
    """Draw points around a sine, one of them far off.

    Returns
    -------
    x, y : ndarray, shape (30,)
    """
    rng = np.random.default_rng(7)
    x = np.sort(rng.uniform(0, END, EXAMPLES))
    y = np.sin(x) + 0.15 * rng.normal(size=EXAMPLES)
    y[20] = 1.9  # the one far off
    return x, y


@cache
def fit(epsilon: float, C: float, kernel_name: str) -> KernelMachine:
    """Fit a tube of half-width epsilon at the price C.

    Parameters
    ----------
    epsilon, C : float
    kernel_name : {"linear", "rbf"}
    """
    x, y = examples()
    return support_vector_regression(
        x[:, None],
        y,
        C=C,
        epsilon=epsilon,
        kernel=kernel(kernel_name, gamma=1.0),
        tolerance=1e-4,
    )


def state(epsilon: float, C: float, kernel: str) -> State:
    """Return the tube's middle and rim, and the points on the rim or outside.

    Parameters as in `fit`.
    """
    x, y = examples()
    machine = fit(epsilon, C, kernel)
    middle, support = machine.score(CURVE[:, None]), machine.support
    return {
        "data[0].y": np.r_[middle + epsilon, (middle - epsilon)[::-1]],
        "data[1].y": middle,
        "data[2].x": x[~support],
        "data[2].y": y[~support],
        "data[3].x": x[support],
        "data[3].y": y[support],
    }


def words(epsilon: float, C: float, kernel: str) -> str:
    """Say how many points the curve rests on, and how far off it is."""
    x, y = examples()
    machine = fit(epsilon, C, kernel)
    misses = np.abs(y - machine.score(x[:, None]))
    outside = int((misses > epsilon + 1e-3).sum())
    support = int(machine.support.sum())
    rest = (
        "The other points could be removed, and the curve would stay."
        if support < EXAMPLES
        else "Every point pulls at the curve."
    )
    return (
        f"{counted(support, 'support vector')} of {EXAMPLES}, {outside} of them "
        f"outside the tube. {rest} Median miss {fixed(float(np.median(misses)), 2)}."
    )


def figure() -> go.Figure:
    """Draw the tube, its middle, and the points inside and outside."""
    rim = line(
        "blue",
        "dot",
        1.5,
        x=np.r_[CURVE, CURVE[::-1]],
        fill="toself",
        fillcolor=color("blue_tint"),
        name="tube ± ε",
    )
    kinds = (("inside the tube", "circle-open", 2), ("support vector", "circle", 1.5))
    points = [
        go.Scatter(
            x=[],
            y=[],
            mode="markers",
            name=name,
            marker={
                "symbol": symbol,
                "size": 10,
                "color": color("vermillion"),
                "line": {"width": width, "color": color("vermillion")},
            },
            hoverinfo="skip",
        )
        for name, symbol, width in kinds
    ]
    built = go.Figure([rim, line("blue", x=CURVE, name="prediction"), *points])
    ticks = {"tickvals": [-2, -1, 0, 1, 2], "ticktext": ["−2", "−1", "0", "1", "2"]}
    built.update_layout(
        plain_layout(440, margin={"l": 52, "r": 12, "t": 64, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=axis("input x", 0, END),
        yaxis=axis("target y", -HEIGHT, HEIGHT, **ticks),
    )
    return built
