"""Activation functions and their slopes, as curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib import nn

from .geometry import Range
from .theme import DASHES, SEQUENCE, color

__all__ = [
    "ACTIVATION_LABELS",
    "MAXOUT_LINES",
    "ActivationCurve",
    "activation_curve",
    "activation_curves",
    "value_and_slope",
]

Floats = NDArray[np.float64]

# How the figures write the names of `ldl_lib.nn.ACTIVATIONS`, and maxout.
ACTIVATION_LABELS: dict[str, str] = {
    "linear": "linear",
    "tanh": "tanh",
    "logistic": "logistic",
    "leaky tanh": "tanh z + 0.2 z",
    "relu": "ReLU",
    "leaky relu": "leaky ReLU",
    "softplus": "softplus",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "maxout": "maxout",
    "swish": "Swish",
    "mish": "Mish",
}

# A maxout unit learns its lines; these three (slope, intercept) are an example.
MAXOUT_LINES = ((-0.2, -1.0), (0.3, 0.0), (1.0, -1.4))

# Where the slope jumps.
KINKS: dict[str, tuple[float, ...]] = {
    "relu": (0.0,),
    "leaky relu": (0.0,),
    "selu": (0.0,),
    "maxout": (-2.0, 2.0),
}
BESIDE = 1e-9  # so far from a kink its slopes on the left and right are taken
POINTS = 161


class ActivationCurve(NamedTuple):
    """An activation's curve, ready to draw; see `activation_curve`."""

    z: Floats
    value: Floats
    slope: Floats


def value_and_slope(name: str, z: ArrayLike) -> tuple[Floats, Floats]:
    """Evaluate an activation and its derivative.

    Parameters
    ----------
    name : str
        A key of `ACTIVATION_LABELS`. Maxout has the lines `MAXOUT_LINES`.
    z : array_like, shape (n,)
        Weighted sums.

    Returns
    -------
    value, slope : ndarray of float64, shape (n,)
        Computed by `ldl_lib.nn`. At a kink the slope on the left.

    Raises
    ------
    ValueError
        If there is no such activation of one variable.
    """
    sums = np.asarray(z, dtype=np.float64)
    if name == "maxout":
        return _maxout(sums)
    if name not in ACTIVATION_LABELS:
        raise ValueError(
            f"no curve for the activation {name!r}: expected one of "
            f"{', '.join(ACTIVATION_LABELS)}"
        )
    chosen = nn.ACTIVATIONS[name]
    value, slope = chosen.value(sums), chosen.derivative(sums)
    return value.astype(np.float64), slope.astype(np.float64)


def _maxout(z: Floats) -> tuple[Floats, Floats]:
    """Evaluate a maxout unit with one input and the lines `MAXOUT_LINES`."""
    layer = nn.Maxout(1, pieces=len(MAXOUT_LINES))
    network = nn.Network(1, [layer])
    slopes, intercepts = np.transpose(MAXOUT_LINES)
    layer.parameters["W"][...] = slopes[:, None]
    layer.parameters["b"][...] = intercepts
    value = network.forward(z[:, None])[:, 0]
    slope = network.backward(np.ones((len(z), 1)))[:, 0]
    return value.astype(np.float64), slope.astype(np.float64)


def activation_curve(name: str, z: ArrayLike) -> ActivationCurve:
    """Evaluate an activation so that its slope can be drawn with its jumps.

    Parameters
    ----------
    name : str
        A key of `ACTIVATION_LABELS`.
    z : array_like, shape (n,)
        Rising weighted sums.

    Returns
    -------
    z, value, slope : ndarray of float64, shape (n + 3 · kinks,)
        Each kink within the range takes three places: the slope on its left, NaN for
        the gap, and the slope on its right.
    """
    x = np.asarray(z, dtype=np.float64)
    value, slope = value_and_slope(name, x)
    for kink in KINKS.get(name, ()):
        if not x[0] < kink < x[-1]:
            continue
        before, after = np.searchsorted(x, kink), np.searchsorted(x, kink, "right")
        height, _ = value_and_slope(name, [kink])
        _, (left, right) = value_and_slope(name, [kink - BESIDE, kink + BESIDE])
        x = np.r_[x[:before], [kink] * 3, x[after:]]
        value = np.r_[value[:before], np.repeat(height, 3), value[after:]]
        slope = np.r_[slope[:before], left, np.nan, right, slope[after:]]
    return ActivationCurve(x, value, slope)


def activation_curves(
    names: Sequence[str],
    *,
    z_range: Range = (-4.0, 4.0),
    title: str | None = None,
) -> go.Figure:
    """Draw activations, and their slopes below.

    Parameters
    ----------
    names : sequence of str
        One to six different keys of `ACTIVATION_LABELS`.
    z_range : (float, float)
        The weighted sums to show, lower end first.
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Two traces an activation, value and slope, with a dash of its own.
        ``layout.meta["alt"]`` says in words what is drawn.

    Raises
    ------
    ValueError
        If there are none or too many names, one is unknown or comes twice, or the
        range is empty.
    """
    if not 1 <= len(names) <= len(SEQUENCE) or len(set(names)) < len(names):
        raise ValueError(
            f"expected 1 to {len(SEQUENCE)} different activations, got {list(names)}"
        )
    low, high = z_range
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"z_range must be (lower, upper), got {z_range!r}")
    figure = go.Figure()
    grid = np.linspace(low, high, POINTS)
    curves = {name: activation_curve(name, grid) for name in names}
    for number, (name, curve) in enumerate(curves.items()):
        style = {"color": SEQUENCE[number], "dash": DASHES[number]}
        label = ACTIVATION_LABELS[name]
        for axis, y, what in (
            ("y", curve.value, "output"),
            ("y2", curve.slope, "slope"),
        ):
            figure.add_scatter(
                x=curve.z.astype(np.float32),
                y=y.astype(np.float32),
                yaxis=axis,
                mode="lines",
                line=style,
                name=label,
                showlegend=axis == "y",
                hovertemplate=f"{label}, {what} %{{y:.3f}} at z = %{{x:.2f}}"
                "<extra></extra>",
            )
    zero = {"zeroline": True, "zerolinecolor": color("axis"), "zerolinewidth": 1}
    figure.update_layout(
        height=480,
        title={"text": title},
        xaxis={
            "title": {"text": "weighted sum z"},
            "range": [low, high],
            "anchor": "y2",
        },
        yaxis={"title": {"text": "output f(z)"}, "domain": [0.5, 1], **zero},
        yaxis2={"title": {"text": "slope f′(z)"}, "domain": [0, 0.42], **zero},
        meta={"alt": _alt(curves, low, high)},
    )
    return figure


def _alt(curves: dict[str, ActivationCurve], low: float, high: float) -> str:
    sentences = [
        f"{ACTIVATION_LABELS[name]}: output from {curve.value.min():.2f} to "
        f"{curve.value.max():.2f}, slope from {np.nanmin(curve.slope):.2f} to "
        f"{np.nanmax(curve.slope):.2f}."
        for name, curve in curves.items()
    ]
    text = f"Activation functions and their slopes for z from {low:g} to {high:g}. "
    return (text + " ".join(sentences)).replace("-", "−")
