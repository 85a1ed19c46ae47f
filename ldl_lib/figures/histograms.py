"""Histograms of a network's layers, one above the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from .geometry import Range
from .theme import color

__all__ = [
    "ROOM",
    "histogram_shares",
    "layer_axis",
    "layer_histograms",
    "ridge_trace",
    "ridges",
]

Floats = NDArray[np.float64]

# Height of the highest bar, as a share of the distance between two layers.
ROOM = 0.82
ROW_HEIGHT = 38  # pixels from layer to layer
MOST_LAYERS = 24


def histogram_shares(values: ArrayLike, value_range: Range, bins: int) -> Floats:
    """Return the share of values in each bin; outer bins hold what lies beyond.

    Parameters
    ----------
    values : array_like, any shape
        At least one finite number.
    value_range : (float, float)
        Lower end of the first bin and upper end of the last. A value on a border
        belongs to the bin on its right (but for rounding), one on the upper end to the
        last bin.
    bins : int
        Number of bins, all equally wide.

    Returns
    -------
    ndarray of float64, shape (bins,)
        Shares that sum to 1.
    """
    low, high = value_range
    # Much faster than np.histogram, which looks again at values close to a border.
    places = (np.ravel(values) - low) * (bins / (high - low))
    counts = np.bincount(np.clip(places, 0, bins - 1).astype(np.intp), minlength=bins)
    return counts / places.size


def ridges(heights: ArrayLike, edges: ArrayLike) -> tuple[Floats, Floats]:
    """Outline histograms that stand on the lines y = 1, 2, 3 and so on.

    Parameters
    ----------
    heights : array_like, shape (layers, bins)
        Height of each bar in units of y.
    edges : array_like, shape (bins + 1,)
        Borders of the bins.

    Returns
    -------
    x, y : ndarray of float64, shape (layers · (2 · bins + 4),)
        Closed outlines, the first layer's first, with NaN after each, for one trace
        with ``fill="toself"``.
    """
    heights = np.asarray(heights, dtype=np.float64)
    layers = len(heights)
    border = np.repeat(np.asarray(edges, dtype=np.float64), 2)
    x = np.tile([*border, border[0], np.nan], layers)
    ground = np.arange(1.0, layers + 1)[:, None]
    tops = ground + np.repeat(heights, 2, axis=1)
    gap = np.full((layers, 1), np.nan)
    y = np.hstack([ground, tops, ground, ground, gap])
    return x, y.ravel()


def layer_histograms(
    layers: Mapping[str, ArrayLike],
    *,
    bins: int = 30,
    value_range: Range | None = None,
    x_title: str = "activation",
    title: str | None = None,
) -> go.Figure:
    """Show how values are distributed in each layer, from the first at the bottom up.

    Parameters
    ----------
    layers : mapping of str to array_like, any shape
        Name of the layer -> its values (activations, weights, gradients …), in the
        order in which they are computed. At most 24.
    bins : int
        Number of bars a layer, at least 2.
    value_range : (float, float), optional
        Both ends of the horizontal axis; default: the smallest and largest value.
        The outer bars also hold what lies beyond, and the words say how much.
    x_title : str
        What the values are, with their unit.
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace, which outlines all histograms. The highest bar of each layer has the
        same height, so shapes compare, not areas. ``layout.meta["alt"]`` gives mean and
        standard deviation of each layer.

    Raises
    ------
    ValueError
        If there is no layer, there are too many, one is empty or not finite, or the
        range is empty.
    """
    values = {name: _checked(name, given) for name, given in layers.items()}
    if not 1 <= len(values) <= MOST_LAYERS:
        raise ValueError(f"expected 1 to {MOST_LAYERS} layers, got {len(values)}")
    if bins < 2:
        raise ValueError(f"bins must be at least 2, got {bins}")
    low, high = value_range or _extent(list(values.values()))
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"value_range must be (low, high), got {value_range!r}")
    shares = np.stack(
        [histogram_shares(each, (low, high), bins) for each in values.values()]
    )
    heights = ROOM * shares / shares.max(axis=1, keepdims=True)
    x, y = ridges(heights, np.linspace(low, high, bins + 1))
    figure = go.Figure(ridge_trace().update(x=x, y=y))
    figure.update_layout(
        title={"text": title},
        height=110 + ROW_HEIGHT * len(values) + (30 if title else 0),
        margin={"t": 48 if title else 16},
        xaxis={"title": {"text": x_title}, "range": [low, high]},
        yaxis=layer_axis(list(values)),
        meta={"alt": _alt(values, low, high, x_title)},
    )
    return figure


def ridge_trace() -> go.Scatter:
    """Return the trace that draws outlines from `ridges`."""
    return go.Scatter(
        x=[],
        y=[],
        mode="lines",
        fill="toself",
        fillcolor=color("blue_tint"),
        line={"color": color("blue"), "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )


def layer_axis(names: list[str]) -> dict[str, object]:
    """Return the vertical axis of histograms that stand on y = 1, 2, 3 and so on."""
    return {
        "range": [0.75, len(names) + 1],
        "tickvals": list(range(1, len(names) + 1)),
        "ticktext": names,
        "showgrid": True,
    }


def _checked(name: str, given: ArrayLike) -> Floats:
    values = np.asarray(given, dtype=np.float64).ravel()
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(f"layer {name!r} needs at least one value, all of them finite")
    return values


def _extent(values: list[Floats]) -> Range:
    low = min(float(each.min()) for each in values)
    high = max(float(each.max()) for each in values)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _alt(values: Mapping[str, Floats], low: float, high: float, x_title: str) -> str:
    axis = f"{x_title} {_minus(low)} to {_minus(high)}"
    sentences = [f"Histograms of {len(values)} layers, {axis}."]
    for name, each in values.items():
        text = f"{name}: mean {_minus(each.mean())}, s.d. {each.std():.3g}"
        beyond = float(np.mean((each < low) | (each > high)))
        if beyond:
            text += f", {beyond:.0%} beyond the axis and counted in the outer bars"
        sentences.append(text + ".")
    return " ".join(sentences)


def _minus(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
