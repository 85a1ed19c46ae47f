"""Classes, axes and numbers that look alike in all figures of appendix A."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ldl_lib.figures._shared import State
from ldl_lib.figures.theme import color

CLASS_STYLES = {1: ("blue", "circle"), -1: ("vermillion", "square")}


def class_points(
    positive: bool, name: str, *, size: int = 11, **more: Any
) -> go.Scatter:
    """Return the trace of a class: blue circles, or vermillion squares."""
    hue, symbol = CLASS_STYLES[1 if positive else -1]
    marker = {"color": color(hue), "symbol": symbol, "size": size}
    marker["line"] = {"color": color("paper"), "width": 1.5}
    return go.Scatter(
        **{"x": [], "y": [], "mode": "markers", "name": name, "marker": marker}
        | {"hoverinfo": "skip"}
        | more
    )


def line(hue: str, dash: str = "solid", width: float = 3, **more: Any) -> go.Scatter:
    """Return a trace that draws a line, empty until a state fills it."""
    style = {"color": color(hue), "dash": dash, "width": width, "simplify": False}
    return go.Scatter(
        **{"x": [], "y": [], "mode": "lines", "line": style, "hoverinfo": "skip"} | more
    )


def axis(title: str, low: float, high: float, **more: Any) -> State:
    """Return an axis that neither moves nor zooms."""
    return {"title": {"text": title}, "range": [low, high], "fixedrange": True} | more


def share_axis(title: str, **more: Any) -> State:
    """Return an axis from 0 to 1 with room for the points at its ends."""
    ticks = {"tickvals": [0, 0.5, 1], "ticktext": ["0", "0.5", "1"]}
    return axis(title, -0.04, 1.04, **ticks) | more


def percent(share: float) -> str:
    """Write a share in per cent; only none and all are 0 % and 100 %."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    if 0 < share < 1 and text in ("0", "100"):
        text = "under 0.1" if share < 0.5 else "over 99.9"
    return f"{text}\u00a0%"
