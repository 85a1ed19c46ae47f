"""E5.3: what a wrong logistic neuron is told by squared error and by cross-entropy."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, significant
from ldl_lib.figures.theme import color

Array = NDArray[np.floating[Any]]

# Both for a single output of a single example, so that nothing is averaged.
LOSSES: dict[str, nn.Loss] = {
    "squared error": nn.SquaredError(half=True, outputs="sum", batch="sum"),
    "cross-entropy": nn.BinaryCrossEntropy(outputs="sum", batch="sum"),
}
LOGISTIC = nn.ACTIVATIONS["logistic"]
FARTHEST = 8.0  # the weighted sum z runs from −8 to 8
STEEPEST = 5.0  # derivatives of the loss beyond this leave the picture
CURVE = np.linspace(-FARTHEST, FARTHEST, 129)
STYLES = {"squared error": ("vermillion", "dash"), "cross-entropy": ("blue", "solid")}
HEADS = ("derivative of the {}", "× slope of the logistic", "= error term")


def factors(loss: str, target: float, z: ArrayLike) -> tuple[Array, Array, Array]:
    """Differentiate a loss by a logistic neuron's weighted sum, factor by factor.

    Parameters
    ----------
    loss : str
        A key of `LOSSES`.
    target : float
        y, from 0 to 1.
    z : array_like, shape (n,)
        Weighted sums.

    Returns
    -------
    by_output, slope, error_term : ndarray, shape (n,)
        ∂e/∂ŷ, dŷ/dz, and their product ∂e/∂z.
    """
    column = np.asarray(z, dtype=np.float64).reshape(-1, 1)
    y_hat = LOGISTIC.value(column)
    by_output = LOSSES[loss].gradient(y_hat, np.full_like(y_hat, target))
    by_sum = LOGISTIC.backward(column, by_output)
    return by_output[:, 0], LOGISTIC.derivative(column)[:, 0], by_sum[:, 0]


@cache
def _curves(loss: str, target: float) -> tuple[Array, Array, Array]:
    by_output, slope, error_term = factors(loss, target, CURVE)
    # Just outside the frame, where the line is cut.
    return np.clip(by_output, -2 * STEEPEST, 2 * STEEPEST), slope, error_term


@cache
def _at(loss: str, target: float, z: float) -> tuple[float, ...]:
    """Return the three numbers of `factors` at a single z."""
    return tuple(float(each[0]) for each in factors(loss, target, [z]))


def _line(name: str, row: int, hue: str, dash: str, **more: Any) -> go.Scatter:
    return go.Scatter(
        x=CURVE,
        y=[],
        mode="lines",
        line={"color": color(hue), "dash": dash, "width": 3, "simplify": False},
        name=name,
        showlegend=row == 1,
        hoverinfo="skip",
        xaxis="x",
        yaxis=f"y{row}" if row > 1 else "y",
        **more,
    )


def _dot(row: int) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        mode="markers",
        marker={"color": color("ink"), "size": 13, "symbol": ["circle"]},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
        xaxis="x",
        yaxis=f"y{row}" if row > 1 else "y",
    )


def figure() -> go.Figure:
    """Draw the derivative of the loss, the slope of the neuron, and their product."""
    pairs = {
        row: [_line(name, row, *style) for name, style in STYLES.items()]
        for row in (1, 3)
    }
    slope = _line("", 2, "ink", "solid").update(y=LOGISTIC.derivative(CURVE))
    drawn = go.Figure([*pairs[1], _dot(1), slope, _dot(2), *pairs[3], _dot(3)])
    domains = [(0.74, 0.95), (0.40, 0.61), (0.0, 0.27)]
    head = {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 15},
        "text": "",
    }
    here = {"type": "line", "yref": "paper", "x0": 0, "x1": 0}
    here |= {"line": {"color": color("axis"), "width": 1.5, "dash": "dot"}}
    shared = {"fixedrange": True, "zeroline": True, "zerolinecolor": color("axis")}
    layout = plain_layout(
        600,
        margin={"l": 44, "r": 16, "t": 44, "b": 48},
        annotations=[head | {"y": top + 0.01} for _, top in domains],
        shapes=[here | {"y0": low, "y1": high} for low, high in domains],
    )
    drawn.update_layout(
        layout | {"showlegend": True},
        xaxis={
            "title": {"text": "weighted sum z"},
            "range": [-FARTHEST - 0.3, FARTHEST + 0.3],
            "tickvals": [-8, -4, 0, 4, 8],
            "ticktext": ["−8", "−4", "0", "4", "8"],
            "anchor": "y3",
            "fixedrange": True,
        },
        yaxis=shared
        | {
            "range": [-STEEPEST, STEEPEST],
            "tickvals": [-4, 0, 4],
            "ticktext": ["−4", "0", "4"],
            "domain": domains[0],
        },
        yaxis2=shared
        | {"range": [0, 0.28], "tickvals": [0, 0.25], "domain": domains[1]},
        yaxis3=shared
        | {
            "range": [-1.15, 1.15],
            "tickvals": [-1, 0, 1],
            "ticktext": ["−1", "0", "1"],
            "domain": domains[2],
        },
    )
    return drawn


def state(loss: str, target: float, z: float) -> State:
    """Return both losses' curves for a target, and the three numbers at z.

    Parameters
    ----------
    loss : str
        A key of `LOSSES`, whose numbers are written out.
    target : float
        y, from 0 to 1.
    z : float
        Weighted sum of the neuron, from −8 to 8.
    """
    here = _at(loss, target, z)
    changes: State = {}
    for number, name in enumerate(STYLES):
        by_output, _, error_term = _curves(name, target)
        width = 4 if name == loss else 2
        changes |= {
            f"data[{number}].y": by_output,
            f"data[{number}].line.width": width,
            f"data[{number + 5}].y": error_term,
            f"data[{number + 5}].line.width": width,
        }
    shown = (min(max(here[0], -STEEPEST), STEEPEST), *here[1:])
    for trace, row in zip((2, 4, 7), range(3), strict=True):
        changes |= {
            f"data[{trace}].x": [z],
            f"data[{trace}].y": [shown[row]],
            f"layout.shapes[{row}].x0": z,
            f"layout.shapes[{row}].x1": z,
            f"layout.annotations[{row}].text": (
                f"{HEADS[row].format(loss)}: <b>{significant(here[row])}</b>"
            ),
        }
    outside = "triangle-up" if here[0] > 0 else "triangle-down"
    inside = abs(here[0]) <= STEEPEST
    return changes | {"data[2].marker.symbol": ["circle" if inside else outside]}


def words(loss: str, target: float, z: float) -> str:
    """Say what the neuron answers, and the error term that each loss makes of it."""
    y_hat = float(LOGISTIC.value(np.array([z]))[0])
    terms = {name: _at(name, target, z)[2] for name in LOSSES}
    text = (
        f"The neuron answers {significant(y_hat)} where {target:g} is wanted. "
        f"Error term: {significant(terms['squared error'])} from squared error, "
        f"{significant(terms['cross-entropy'])} from cross-entropy."
    )
    if abs(y_hat - target) > 0.5 and abs(terms["squared error"]) < 0.01:
        text += " Squared error hardly moves it, though it is badly wrong."
    return text
