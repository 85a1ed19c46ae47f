"""EA.2: a logistic curve through answers of yes and no, and a straight line instead."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.linear._shared import axis, class_points, line
from ldl_lib.figures.theme import color
from ldl_lib.linear_models import logistic_regression

Floats = NDArray[np.float64]
LOGISTIC = nn.ACTIVATIONS["logistic"].value

# Invented: hours of study, and whether the exam was passed.
FAILED_AFTER = [0.5, 1, 1, 1.5, 1.5, 2, 2, 2.5, 2.5, 3, 3, 3.5, 4.5]
PASSED_AFTER = [2.5, 3.5, 4, 4.5, 5, 5.5, 6.5]
HOURS = np.array(FAILED_AFTER + PASSED_AFTER)
PASSED = np.repeat([0, 1], [len(FAILED_AFTER), len(PASSED_AFTER)])
FAR_HOURS = np.array([18.0, 19.0, 20.0, 21.0, 22.0])  # passed, not surprisingly
END = 23.0
CURVE = np.linspace(0, END, 93)


def examples(far: bool) -> tuple[Floats, NDArray[np.int64]]:
    """Return hours and 0 or 1, with the five far examples or without.

    Returns
    -------
    x : ndarray, shape (20,) or (25,)
    y : ndarray of int, same shape
    """
    if not far:
        return HOURS, PASSED
    return np.r_[HOURS, FAR_HOURS], np.r_[PASSED, np.ones(5, dtype=np.int64)]


def cross_entropy(bias: float, weight: float, far: bool) -> float:
    """Return the mean cross-entropy, in nats."""
    x, y = examples(far)
    z = bias + weight * x
    # −log ŷ where y = 1, −log(1 − ŷ) where y = 0, without overflow.
    return float(np.mean(np.logaddexp(0, z) - y * z))


@cache
def best(far: bool) -> tuple[float, float, float]:
    """Return the best bias and weight, and their mean cross-entropy."""
    x, y = examples(far)
    bias, weight = logistic_regression(x[:, None], y, penalty=0).tolist()
    return bias, weight, cross_entropy(bias, weight, far)


@cache
def straight(far: bool) -> tuple[float, float]:
    """Return intercept and slope of the least-squares line through 0s and 1s."""
    x, y = examples(far)
    slope, intercept = np.polyfit(x, y, 1).tolist()
    return intercept, slope


def border(bias: float, weight: float, level: float = 0.0) -> float:
    """Return where bias + weight · x reaches a level; NaN if it never does."""
    return (level - bias) / weight if weight else float("nan")


def state(bias: float, weight: float, far: bool) -> State:
    """Return points, curve, straight line, both borders and the loss.

    Parameters
    ----------
    bias, weight : float
        Of the logistic curve.
    far : bool
        Whether the five far examples are there.
    """
    x, y = examples(far)
    intercept, slope = straight(far)
    here = border(bias, weight)
    inside = 0 <= here <= END
    loss, least = cross_entropy(bias, weight, far), best(far)[2]
    return {
        "data[0].x": x[y == 1],
        "data[0].y": np.ones(int(y.sum())),
        "data[1].y": LOGISTIC(bias + weight * CURVE),
        "data[2].y": intercept + slope * np.array([0, END]),
        "data[3].x": [here] * 2 if inside else [],
        "data[3].y": [0, 0.5] if inside else [],
        "data[4].x": [border(intercept, slope, 0.5)] * 2,
        "layout.annotations[0].text": (
            f"cross-entropy <b>{fixed(loss, 3)}</b>, best {fixed(least, 3)}"
        ),
    }


def words(bias: float, weight: float, far: bool) -> str:
    """Say how good the curve is, and where both borders lie."""
    loss = cross_entropy(bias, weight, far)
    b, w, least = best(far)
    here = border(bias, weight)
    text = (
        f"Mean cross-entropy {fixed(loss, 3)}; the least possible is {fixed(least, 3)}"
    )
    text += f", at bias {fixed(b, 2)} and weight {fixed(w, 2)}. "
    if 0 <= here <= END:
        text += f"The curve crosses 0.5 at {fixed(here, 2)} hours; "
    else:
        text += "The curve crosses 0.5 nowhere in the picture; "
    at = border(*straight(far), level=0.5)
    text += f"the best curve at {fixed(border(b, w), 2)}, "
    return text + f"the straight line at {fixed(at, 2)}."


def figure() -> go.Figure:
    """Draw the examples, the curve, the straight line and where each crosses 0.5."""
    failed = HOURS[PASSED == 0]
    traces = [
        class_points(True, "passed (y = 1)"),
        line("blue", x=CURVE, name="logistic curve"),
        line("vermillion", "dash", x=[0, END], name="straight line"),
        line("blue", "dot", 2, showlegend=False),
        line("vermillion", "dot", 2, y=[0, 0.5], showlegend=False),
        class_points(False, "failed (y = 0)", x=failed, y=np.zeros(len(failed))),
    ]
    note: dict[str, Any] = {
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "y": -0.18,
        "yref": "y",
        "showarrow": False,
        "text": "",
    }
    middle = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5}
    built = go.Figure(traces)
    built.update_layout(
        plain_layout(430, margin={"l": 56, "r": 16, "t": 64, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        annotations=[note],
        shapes=[middle | {"line": {"color": color("axis"), "width": 1}}],
        xaxis=axis("hours of study", 0, END),
        yaxis=axis("probability of passing", -0.32, 1.5, tickvals=[0, 0.5, 1]),
    )
    return built
