"""What the figures of appendix E share."""

from __future__ import annotations

import plotly.graph_objects as go

from ldl_lib.figures.theme import color


def runner(name: str, hue: str, dash: str, symbol: str, size: int) -> go.Scatter:
    """Return the empty line of one method, with a mark at each iteration."""
    return go.Scatter(
        x=[],
        y=[],
        mode="lines+markers",
        name=name,
        line={"color": color(hue), "dash": dash, "width": 2.5},
        marker={"color": color(hue), "symbol": symbol, "size": size, "opacity": 1},
        hoverinfo="skip",
    )
