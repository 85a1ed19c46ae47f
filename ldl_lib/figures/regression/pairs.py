"""E6.1: what reaches the weights when output unit and loss do, or do not, fit."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from ldl_lib import nn
from ldl_lib.figures._shared import State, significant
from ldl_lib.figures.linear._shared import axis, line
from ldl_lib.figures.regression._shared import Floats, dots, ticks, with_legend
from ldl_lib.figures.theme import color

UNITS = {
    "linear": "linear",
    "ReLU": "relu",
    "logistic": "logistic",
    "softmax (3 classes)": "softmax",
}
LOSSES = ("squared error", "binary cross-entropy", "categorical cross-entropy")
TARGETS = {"a price: 2.5": 2.5, "degrees: −2": -2, "yes: 1": 1, "no: 0": 0}
FITTING = {
    "linear": "squared error",
    "logistic": "binary cross-entropy",
    "softmax": "categorical cross-entropy",
}
REACH, HEIGHT = 6, 4.0
CURVE = np.linspace(-REACH, REACH, 97)
WEAK = 0.05  # a gradient below this share of the error hardly corrects it


def outputs(unit: str, z: ArrayLike) -> Floats:
    """Return what the output unit, or the three units of softmax, answer.

    Parameters
    ----------
    unit : str
        A value of `UNITS`.
    z : array_like, shape (n,)
        Weighted sum; of softmax that of the first class, the others' are 0.

    Returns
    -------
    ndarray, shape (n, 3) for softmax, else (n, 1)
    """
    z = np.asarray(z, dtype=np.float64)[:, None]
    if unit == "softmax":
        return nn.softmax(z * [1.0, 0.0, 0.0])
    return nn.ACTIVATIONS[unit].value(z)


def slopes(unit: str, z: ArrayLike) -> Floats:
    """Return the derivative of each of `outputs` by z, of the same shape."""
    z = np.asarray(z, dtype=np.float64)
    if unit == "softmax":
        y_hat = outputs(unit, z)
        return y_hat * ([1.0, 0.0, 0.0] - y_hat[:, :1])
    return nn.ACTIVATIONS[unit].derivative(z[:, None])


def wanted(unit: str, target: float) -> Floats:
    """Return the target of each output; "no" makes the second class the right one."""
    if unit != "softmax":
        return np.array([target], dtype=np.float64)
    return np.array([target, 0.0 if target else 1.0, 0.0])


def gradient(unit: str, loss: str, target: float, z: ArrayLike) -> Floats:
    """Return the loss differentiated by z, NaN where there is no loss.

    Parameters
    ----------
    unit, loss : str
        A value of `UNITS`, one of `LOSSES`. Squared error has a ½; all three are summed
        over the outputs.
    target : float
        y of the unit (of the first class).
    z : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        ∂L/∂z, the sum over the outputs of ∂L/∂ŷ · ∂ŷ/∂z.
    """
    y_hat, y = outputs(unit, z), wanted(unit, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        if loss == "squared error":
            by_output = y_hat - y
        elif loss == "binary cross-entropy":
            by_output = -(y / y_hat - (1 - y) / (1 - y_hat))
            by_output[(y_hat <= 0) | (y_hat >= 1)] = np.nan
        else:
            by_output = np.where(y == 0, 0.0, -y / y_hat)
            by_output[(y_hat <= 0) & (y != 0)] = np.nan
    result: Floats = (by_output * slopes(unit, z)).sum(axis=1)
    return result


def state(unit: str, loss: str, target: float, z: float) -> State:
    """Return the unit's output, the error and the gradient, as curves and at z.

    Parameters as in `gradient`; z from −6 to 6.
    """
    y_hat = outputs(unit, CURVE)[:, 0]
    error = y_hat - target
    along = gradient(unit, loss, target, CURVE)
    here = gradient(unit, loss, target, [z])
    answer = outputs(unit, [z])[0, 0]
    return {
        "data[0].y": np.clip(y_hat, -2 * HEIGHT, 2 * HEIGHT),
        "data[1].y": [target, target],
        "data[2].x": [z],
        "data[2].y": np.clip([answer], -HEIGHT, HEIGHT),
        "data[3].y": np.clip(along, -2 * HEIGHT, 2 * HEIGHT),
        "data[4].y": np.clip(error, -2 * HEIGHT, 2 * HEIGHT),
        "data[5].x": [z],
        "data[5].y": np.clip(here, -HEIGHT, HEIGHT),
        "layout.annotations[0].text": (
            f"∂L/∂z = <b>{_gradient_text(float(here[0]))}</b>"
        ),
    }


def words(unit: str, loss: str, target: float, z: float) -> str:
    """Say what the unit answers, what gradient that makes, and why."""
    answer = float(outputs(unit, [z])[0, 0])
    value = float(gradient(unit, loss, target, [z])[0])
    aim = f"{target:g}".replace("-", "−")
    told = (
        f"The unit answers {significant(answer)} where {aim} is wanted; the gradient "
        f"by z is {_gradient_text(value)}. "
    )
    return told + _reason(unit, loss, target, answer, value)


def _gradient_text(value: float) -> str:
    return "undefined" if np.isnan(value) else significant(value)


def _reason(unit: str, loss: str, target: float, answer: float, value: float) -> str:
    error = answer - target
    if np.isnan(value):
        return "This loss takes the logarithm of something that is not above 0 here."
    if unit == "relu" and answer == 0 and error:
        return "The unit is off, its slope is 0: no weight will ever hear of the error."
    if unit in ("logistic", "softmax") and not 0 <= target <= 1:
        return "No z can make it: this unit answers between 0 and 1."
    if unit == "relu" and target < 0:
        return "No z can make it: this unit answers 0 or more."
    if loss == "categorical cross-entropy" and target == 0 and unit != "softmax":
        return "With a single output this loss looks at yes alone: a no costs nothing."
    if abs(error) > 0.25 and abs(value) < WEAK * abs(error):
        return "Badly wrong, and hardly corrected: the unit is flat here."
    if not np.isclose(value, error):
        return "That is not the error: the slopes of loss and unit do not cancel."
    if FITTING.get(unit) != loss:
        return "That is the error itself here, but this is no pair for every z and y."
    if unit == "linear" and target in (0, 1):
        return "That is the error itself. But no probability: this unit has no bounds."
    return "That is the error itself, output minus target: this pair fits."


def figure() -> go.Figure:
    """Draw the unit's output above the gradient and, for comparison, the error."""
    built = go.Figure(
        [
            line("blue", x=CURVE, name="output ŷ"),
            line("ink", "dot", 2, x=[-REACH, REACH], name="target y"),
            dots("ink", size=13, showlegend=False, cliponaxis=False),
            # The thin dashes lie on the gradient, so that both show where they agree.
            line("vermillion", width=5, x=CURVE, name="gradient ∂L/∂z"),
            line("green", "dash", 2, x=CURVE, name="error ŷ − y"),
            dots("ink", size=13, showlegend=False, cliponaxis=False),
        ]
    )
    for trace in built.data[3:]:
        trace.yaxis = "y2"
    numbers = ticks(-4, -2, 0, 2, 4)
    zero = {"zeroline": True, "zerolinecolor": color("axis")}
    built.update_layout(
        with_legend(560),
        annotations=[
            {"xref": "paper", "yref": "paper", "x": 0.02, "y": 0.45, "text": ""}
            | {"xanchor": "left", "yanchor": "top", "showarrow": False}
            | {"font": {"size": 15}}
        ],
        xaxis=axis("weighted sum z", -REACH - 0.2, REACH + 0.2, anchor="y2")
        | ticks(-6, -4, -2, 0, 2, 4, 6),
        yaxis=axis("output", -HEIGHT, HEIGHT, **numbers, **zero, domain=[0.54, 1]),
        yaxis2=axis("gradient", -HEIGHT, HEIGHT, **numbers, **zero, domain=[0, 0.46]),
    )
    return built
