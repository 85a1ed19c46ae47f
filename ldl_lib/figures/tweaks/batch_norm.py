"""E5.6: batch normalisation of one neuron's sums, in training and at inference.

`state` and `words` have a twin in ``ldl_lib/explore/front/compute/batch_norm.js``.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

MEAN, DEVIATION = 3.0, 2.0  # of all sums that the neuron will ever see
LARGEST = 32  # examples in a batch
BATCHES = 40  # seen in training, at most; one more is shown
EPSILON = 1e-5
SUMS = (-9.0, 11.0)  # horizontal axis
ROWS = {"mean ± s.d.": 1.5, "before": 1.0, "after": 0.0, "β ± γ": -0.5}


def _sums() -> Floats:
    """Draw the batches, in whole hundredths, which the page can be given exactly."""
    rng = np.random.default_rng(56)
    return np.round(rng.normal(MEAN, DEVIATION, (BATCHES + 1, LARGEST)), 2)


BATCH_SUMS = _sums()
CONSTANTS = {
    "hundredths": np.round(100 * BATCH_SUMS).astype(int).tolist(),
    "mean": MEAN,
    "deviation": DEVIATION,
    "epsilon": EPSILON,
    "rows": list(ROWS.values()),
}


def batch(size: int, step: int) -> Floats:
    """Return the neuron's sums for the batch that comes after `step` others.

    Parameters
    ----------
    size : int
        Examples in each batch, from 2 to 32.
    step : int
        From 0 to 40.

    Returns
    -------
    ndarray, shape (size, 1)
    """
    return BATCH_SUMS[step, :size, None]


@cache
def averages(size: int, momentum: float) -> tuple[Floats, Floats]:
    """Train on 40 batches and return the running averages.

    Parameters
    ----------
    size : int
        Examples in each batch.
    momentum : float
        Share of the averages that stays with each batch.

    Returns
    -------
    means, variances : ndarray, shape (41,)
        Before the first batch and after each.
    """
    layer = nn.BatchNorm(momentum, EPSILON)
    network = nn.Network(1, [layer])
    kept = np.empty((2, BATCHES + 1))
    for step in range(BATCHES + 1):
        kept[:, step] = layer.averages["mean"][0], layer.averages["variance"][0]
        network.forward(batch(size, step), training=True)
    return kept[0], kept[1]


def normalised(
    size: int, gamma: float, beta: float, mode: str, momentum: float, step: int
) -> tuple[Floats, float, float]:
    """Send one batch through a layer that has seen `step` batches before.

    Parameters
    ----------
    size, momentum, step
        As in `batch` and `averages`.
    gamma, beta : float
        Scale and shift, which the layer would learn.
    mode : {"training", "inference"}
        Which mean and variance are used.

    Returns
    -------
    outputs : ndarray, shape (size,)
    mean, deviation : float
        What was subtracted, and the root of the variance that was divided by.
    """
    layer = nn.BatchNorm(momentum, EPSILON)
    network = nn.Network(1, [layer])
    means, variances = averages(size, momentum)
    layer.averages["mean"][:] = means[step]
    layer.averages["variance"][:] = variances[step]
    layer.parameters["gamma"][:] = gamma
    layer.parameters["beta"][:] = beta
    before = batch(size, step)
    training = mode == "training"
    mean, variance = means[step], variances[step]
    if training:
        mean, variance = before.mean(), before.var()
    outputs = network.forward(before, training)[:, 0].astype(np.float64)
    return outputs, float(mean), math.sqrt(variance)


def figure() -> go.Figure:
    """Draw a batch before and after, and below it the running averages."""
    before, after = color("vermillion"), color("blue")
    bracket = {
        "mode": "lines+markers",
        "line": {"color": color("ink"), "width": 2},
        "marker": {
            "symbol": "line-ns-open",
            "size": 11,
            "color": color("ink"),
            "line": {"width": 2},
        },
        "hovertemplate": "%{x:.2f}<extra></extra>",
        "showlegend": False,
    }
    below = {"xaxis": "x2", "yaxis": "y2"}
    batches = "batch %{x}: %{y:.2f}<extra></extra>"
    figure = go.Figure(
        [
            go.Scatter(
                mode="lines",
                line={"color": color("axis"), "width": 1},
                hoverinfo="skip",
                showlegend=False,
            ),
            go.Scatter(
                mode="markers",
                marker={"color": before, "size": 9},
                hovertemplate="z = %{x:.2f}<extra></extra>",
                showlegend=False,
            ),
            go.Scatter(
                mode="markers",
                marker={"color": after, "size": 9, "symbol": "square"},
                hovertemplate="output %{x:.2f}<extra></extra>",
                showlegend=False,
            ),
            go.Scatter(**bracket),
            go.Scatter(**bracket),
            go.Scatter(
                name="running mean",
                mode="lines",
                line={"color": color("blue"), "width": 3},
                hovertemplate=batches,
                **below,
            ),
            go.Scatter(
                name="running s.d.",
                mode="lines",
                line={"color": color("green"), "width": 3, "dash": "dash"},
                hovertemplate=batches,
                **below,
            ),
            go.Scatter(
                mode="markers",
                marker={"color": color("blue"), "size": 5},
                hovertemplate=batches,
                showlegend=False,
                **below,
            ),
            go.Scatter(
                mode="markers",
                marker={"color": color("green"), "size": 6, "symbol": "square-open"},
                hovertemplate=batches,
                showlegend=False,
                **below,
            ),
            go.Scatter(
                name="over all examples",
                x=[0, BATCHES, None, 0, BATCHES],
                y=[MEAN, MEAN, None, DEVIATION, DEVIATION],
                mode="lines",
                line={"color": color("muted"), "width": 1.5, "dash": "dot"},
                hoverinfo="skip",
                **below,
            ),
        ]
    )
    still = {"fixedrange": True}
    figure.update_layout(
        height=620,
        margin={"l": 48, "r": 14, "t": 14, "b": 46},
        dragmode=False,
        legend={"y": 0.5, "yanchor": "top"},
        xaxis=still
        | {
            "title": {"text": "weighted sum z, and output"},
            "range": SUMS,
            "dtick": 4,
            "zeroline": True,
            "zerolinecolor": color("axis"),
        },
        yaxis=still
        | {
            "range": [-0.8, 1.75],
            "tickvals": list(ROWS.values())[::-1],
            "ticktext": list(ROWS)[::-1],
            "domain": [0.63, 1],
            "showgrid": False,
        },
        xaxis2=still
        | {"title": {"text": "batches"}, "range": [0, BATCHES], "anchor": "y2"},
        yaxis2=still
        | {
            "title": {"text": "mean, s.d. of z"},
            "range": [-1, 7],
            "domain": [0, 0.36],
            "anchor": "x2",
        },
    )
    return figure


def state(
    size: int, gamma: float, beta: float, mode: str, momentum: float, step: int
) -> State:
    """Return the batch before and after, and the running averages so far.

    Parameters
    ----------
    size, gamma, beta, mode, momentum, step
        As in `normalised`.
    """
    after, mean, deviation = normalised(size, gamma, beta, mode, momentum, step)
    before = batch(size, step)[:, 0]
    means, variances = averages(size, momentum)
    seen = BATCH_SUMS[:step, :size]
    used, high, low, wanted = ROWS.values()
    gap = np.full(size, np.nan)
    return {
        "data[0].x": np.stack([before, after, gap], axis=1).ravel(),
        "data[0].y": np.tile([high, low, np.nan], size),
        "data[1].x": before,
        "data[1].y": np.full(size, high),
        "data[2].x": after,
        "data[2].y": np.full(size, low),
        "data[3].x": mean + deviation * np.array([-1, 0, 1]),
        "data[3].y": np.full(3, used),
        "data[4].x": beta + gamma * np.array([-1, 0, 1]),
        "data[4].y": np.full(3, wanted),
        "data[5].x": np.arange(step + 1),
        "data[5].y": means[: step + 1],
        "data[6].x": np.arange(step + 1),
        "data[6].y": np.sqrt(variances[: step + 1]),
        "data[7].x": np.arange(1, step + 1),
        "data[7].y": seen.mean(axis=1),
        "data[8].x": np.arange(1, step + 1),
        "data[8].y": seen.std(axis=1),
    }


def words(
    size: int, gamma: float, beta: float, mode: str, momentum: float, step: int
) -> str:
    """Say which mean and deviation are used, and what becomes of the sums.

    Parameters
    ----------
    size, gamma, beta, mode, momentum, step
        As in `normalised`.
    """
    after, mean, deviation = normalised(size, gamma, beta, mode, momentum, step)
    if mode == "inference":
        scale = gamma / math.sqrt(deviation**2 + EPSILON)
        return (
            f"Inference uses the running averages of {step} "
            f"batch{'' if step == 1 else 'es'}: mean {_tenths(mean)}, s.d. "
            f"{_tenths(deviation)}. Over all examples the outputs then have mean "
            f"{_tenths(scale * (MEAN - mean) + beta)} and s.d. "
            f"{_tenths(scale * DEVIATION)}; {_tenths(beta)} and {_tenths(gamma)} are "
            "wanted."
        )
    text = (
        f"Training uses this batch: mean {_tenths(mean)}, s.d. {_tenths(deviation)}. "
    )
    if size > 2:
        return text + (
            f"The {size} outputs have mean {_tenths(float(after.mean()))} and s.d. "
            f"{_tenths(float(after.std()))}, as β and γ ask."
        )
    return text + (
        f"Two examples always become β − γ and β + γ, here {_tenths(after.min())} and "
        f"{_tenths(after.max())}, whatever their sums were: only which is larger is "
        "left."
    )


def _tenths(value: float) -> str:
    """Write one decimal; the twin must do the same, so halves go up on both sides."""
    return f"{math.floor(10 * value + 0.500001) / 10:.1f}".replace("-", "−")
