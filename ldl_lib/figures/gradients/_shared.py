"""Words and traces that the figures of chapter 2 share."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from ldl_lib.figures.theme import color

# One point without a place: a trace that shows nothing, and keeps its legend entry.
NOWHERE = (math.nan, math.nan)


def half_up(value: float, digits: int) -> str:
    """Write a number with halves rounded away from zero, as the twins do.

    Python rounds exact halves to even and JavaScript does not; so neither decides.
    """
    scale = 10**digits
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    sign = "−" if value < 0 and whole else ""
    return f"{sign}{whole / scale:.{digits}f}"


def arrow_trace(name: str, dash: str = "solid", width: float = 4) -> go.Scatter:
    """Return an arrow, for its two ends to be set."""
    return go.Scatter(
        x=[],
        y=[],
        mode="lines+markers",
        line={"color": color(name), "width": width, "dash": dash},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 15],
            "color": color(name),
            "opacity": 1,
            "line": {"width": 0},
        },
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
