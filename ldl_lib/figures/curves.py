"""Training curves of several runs, with their spread over random seeds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from .theme import DASHES, SEQUENCE, color

__all__ = ["training_curves"]

Floats = NDArray[np.float64]
Shapes = list[dict[str, Any]]

# Lines of direct labels are at least this share of the plot's height apart.
LABEL_GAP = 0.075
# Width of a letter at 14 px, in px.
LETTER = 7.5


def training_curves(
    curves: Mapping[str, ArrayLike],
    *,
    published: Mapping[str, float] | None = None,
    x_title: str = "epoch",
    y_title: str = "error",
    y_format: str = ".3g",
    log_y: bool = False,
    title: str | None = None,
) -> go.Figure:
    """Draw the mean over seeds of each curve, with a band from lowest to highest.

    Parameters
    ----------
    curves : mapping of str to array_like, shape (seeds, epochs) or (epochs,)
        At most six. The first value belongs to epoch 1. NaN where a run has ended.
    published : mapping of str to float, optional
        Values to compare with, drawn as level lines under their names.
    x_title, y_title : str
        Titles of the axes, with units.
    y_format : str
        How to write values: a Python format without alignment, such as ``".1%"``.
    log_y : bool
        Whether the vertical axis is logarithmic.
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace a curve, with a dash of its own and its name at its end, then one a
        published value. The bands are shapes, which unlike fills can be see-through.
        ``layout.meta["alt"]`` says it in words.

    Raises
    ------
    ValueError
        If there is no curve, there are too many, one has a wrong shape or an infinite
        value, or a value is not positive on a logarithmic axis.
    """
    published = dict(published or {})
    runs = {name: _runs(name, values) for name, values in curves.items()}
    if not 1 <= len(runs) <= len(SEQUENCE):
        raise ValueError(f"expected 1 to {len(SEQUENCE)} curves, got {len(runs)}")
    everything = np.concatenate(
        [*(values.ravel() for values in runs.values()), list(published.values())]
    )
    everything = everything[~np.isnan(everything)]
    if np.isinf(everything).any():
        raise ValueError("values must be finite, or NaN where a run has ended")
    if log_y and (everything <= 0).any():
        raise ValueError(
            f"a logarithmic axis cannot show {everything.min():g}: use log_y=False"
        )

    hover_y = f"%{{y:{_d3(y_format)}}}"
    epochs = max(values.shape[1] for values in runs.values())
    figure = go.Figure()
    bands: Shapes = []
    labels: list[tuple[str, float, float, str]] = []
    for index, (name, values) in enumerate(runs.items()):
        mean, lowest, highest = _summary(values)
        x = np.arange(1, values.shape[1] + 1)
        hex_ = SEQUENCE[index]
        if len(values) > 1:
            bands += _band(x, lowest, highest, hex_)
        figure.add_scatter(
            x=x,
            y=mean,
            mode="lines+markers" if values.shape[1] == 1 else "lines",
            line={"color": hex_, "dash": DASHES[index]},
            name=name,
            showlegend=False,
            hovertemplate=f"{name}, {x_title} %{{x}}: {hover_y}<extra></extra>",
        )
        last = _last(mean)
        labels.append((name, float(x[last]), float(mean[last]), hex_))
    for name, value in published.items():
        figure.add_scatter(
            x=[1, epochs],
            y=[value, value],
            mode="lines",
            line={"color": color("axis"), "dash": "dot", "width": 1.5},
            name=name,
            showlegend=False,
            hovertemplate=f"{name}: {hover_y}<extra></extra>",
        )
        labels.append((name, float(epochs), value, color("axis")))

    low, high = _padded(everything, log_y)
    longest = max(len(name) for name, *_ in labels)
    figure.update_layout(
        title={"text": title},
        margin={"r": int(30 + LETTER * longest)},
        hovermode="closest",
        xaxis={"title": {"text": x_title}, "range": [1, max(epochs, 2)]},
        yaxis={
            "title": {"text": y_title},
            "type": "log" if log_y else "linear",
            "tickformat": _d3(y_format),
            "range": [low, high],
            # 1, 2, 5, 10 …: all digits would collide over several decades.
            "dtick": "D2" if log_y and 0.7 < high - low < 3 else None,
        },
        shapes=bands,
        annotations=_annotations(labels, low, high, log_y),
        meta={"alt": _alt(runs, published, x_title, y_title, y_format)},
    )
    return figure


def _runs(name: str, values: ArrayLike) -> Floats:
    runs = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if runs.ndim != 2 or runs.size == 0:
        raise ValueError(
            f"curve {name!r} must have shape (seeds, epochs) or (epochs,), "
            f"got {np.shape(values)}"
        )
    if np.isnan(runs).all():
        raise ValueError(f"curve {name!r} has no value: all are NaN")
    return runs


def _summary(runs: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, lowest and highest over the seeds, NaN where every run has ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # an epoch without a value
        return np.nanmean(runs, 0), np.nanmin(runs, 0), np.nanmax(runs, 0)


def _band(x: NDArray[np.int64], lowest: Floats, highest: Floats, hex_: str) -> Shapes:
    """Outline between two curves, one for each stretch without a gap."""
    there = np.flatnonzero(~np.isnan(lowest))
    stretches = np.split(there, np.flatnonzero(np.diff(there) > 1) + 1)
    return [
        {
            "type": "path",
            "path": "M"
            + "L".join(
                [f"{x[i]},{highest[i]:.6g}" for i in stretch]
                + [f"{x[i]},{lowest[i]:.6g}" for i in stretch[::-1]]
            )
            + "Z",
            "fillcolor": hex_,
            "opacity": 0.2,
            "line": {"width": 0},
            "layer": "below",
        }
        for stretch in stretches
    ]


def _d3(style: str) -> str:
    """Python's number format in D3's dialect, where "~" drops trailing zeros."""
    return style.replace("g", "~g")


def _last(curve: Floats) -> int:
    return int(np.flatnonzero(~np.isnan(curve))[-1])


def _padded(values: Floats, log_y: bool) -> tuple[float, float]:
    """Range of the vertical axis, in the units of Plotly: exponents if logarithmic."""
    shown = np.log10(values) if log_y else values
    low, high = float(shown.min()), float(shown.max())
    pad = 0.06 * (high - low) or max(0.06 * abs(high), 0.06)
    # Zero is a meaningful end where all values are positive and it is near.
    from_zero = not log_y and 0 <= low < 0.3 * high
    return (0.0 if from_zero else low - pad), high + pad


def _spread_out(heights: Floats, gap: float, low: float, high: float) -> Floats:
    """Move heights as little as needed to be at least a gap apart, inside the range."""
    order = np.argsort(heights, kind="stable")
    placed = heights[order].copy()
    gap = min(gap, (high - low) / max(len(placed) - 1, 1))
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    placed[-1] = min(placed[-1], high)
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - gap)
    spread = np.empty_like(placed)
    spread[order] = placed
    return spread


def _annotations(
    labels: list[tuple[str, float, float, str]], low: float, high: float, log_y: bool
) -> list[dict[str, Any]]:
    heights = np.array([y for _, _, y, _ in labels])
    heights = np.log10(heights) if log_y else heights
    placed = _spread_out(heights, LABEL_GAP * (high - low), low, high)
    return [
        {
            "text": name,
            "x": x,
            "y": float(height),
            "ax": 18,
            "ay": float(label),
            "ayref": "y",
            "xanchor": "left",
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": hex_,
            "font": {"color": color("ink")},
        }
        for (name, x, _, hex_), height, label in zip(
            labels, heights, placed, strict=True
        )
    ]


def _alt(
    runs: Mapping[str, Floats],
    published: Mapping[str, float],
    x_title: str,
    y_title: str,
    y_format: str,
) -> str:
    sentences = [f"{y_title[:1].upper()}{y_title[1:]} by {x_title}."]
    for name, values in runs.items():
        mean, lowest, highest = _summary(values)
        first, last = int(np.flatnonzero(~np.isnan(mean))[0]), _last(mean)
        text = (
            f"{name}: {mean[first]:{y_format}} at {x_title} {first + 1}, "
            f"{mean[last]:{y_format}} at {x_title} {last + 1}"
        )
        if len(values) > 1:
            text += (
                f" (mean of {len(values)} seeds, in the end from "
                f"{lowest[last]:{y_format}} to {highest[last]:{y_format}})"
            )
        sentences.append(text + ".")
    sentences += [f"{name}: {value:{y_format}}." for name, value in published.items()]
    return " ".join(sentences)
