"""Words and traces that the figures of chapter 2 share."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from ldl_lib.figures.theme import color

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def half_up(value: float, digits: int) -> str:
    """Write a number with halves rounded away from zero, as the twins do.

    Python rounds exact halves to even and JavaScript does not; so neither decides.
    """
    scale = 10**digits
    whole = math.floor(abs(value) * scale + 0.5 + 1e-9)
    sign = "−" if value < 0 and whole else ""
    return f"{sign}{whole / scale:.{digits}f}"


def power_text(value: float) -> str:
    """Write a positive number, a small one as a power of ten, such as 3.2·10⁻⁸."""
    if value >= 0.01:
        return f"{value:.2g}"
    exponent = math.floor(math.log10(value) + 1e-9)
    leading = f"{value / 10.0**exponent:.1f}"
    if leading == "10.0":
        leading, exponent = "1.0", exponent + 1
    power = "10" + str(exponent).translate(_RAISED)
    return power if leading == "1.0" else f"{leading}·{power}"


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


def still(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis that does not move, with a title."""
    return {"title": {"text": title}, "fixedrange": True} | more
