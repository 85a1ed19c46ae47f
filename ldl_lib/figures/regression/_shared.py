"""What the figures of chapter 6 have in common: marks, legends, and polynomials."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.theme import color

Floats = NDArray[np.floating[Any]]

# Room beyond an axis in which a curve may still run, so that it leaves the picture.
BEYOND = 1.5


def dots(hue: str, symbol: str = "circle", size: int = 9, **more: Any) -> go.Scatter:
    """Return a trace of marks with a thin rim, empty until a state fills it."""
    rim = {"color": color("paper"), "width": 1}
    marker = {"color": color(hue), "symbol": symbol, "size": size, "line": rim}
    return go.Scatter(
        **{"x": [], "y": [], "mode": "markers", "marker": marker, "hoverinfo": "skip"}
        | more
    )


def ticks(*values: float) -> State:
    """Return where an axis has its ticks, and their texts with a true minus sign."""
    texts = [f"{value:g}".replace("-", "−") for value in values]
    return {"tickvals": list(values), "ticktext": texts}


def with_legend(height: int, columns: int | None = None, **more: Any) -> State:
    """Return a layout whose legend names things and does not hide them.

    Parameters
    ----------
    height : int
        In pixels.
    columns : int, optional
        Of the legend, at every width; as many as fit by default.
    **more
        Further attributes of the layout.
    """
    still: State = {"itemclick": False, "itemdoubleclick": False}
    if columns:
        still |= {"entrywidthmode": "fraction", "entrywidth": 0.98 / columns}
    margin = {"l": 60, "r": 14, "t": 72, "b": 48}
    return (
        plain_layout(height, margin=margin)
        | {"showlegend": True, "legend": still}
        | more
    )


def clipped(values: Floats, low: float, high: float) -> Floats:
    """Cut what lies far outside an axis, so that it costs no digits."""
    room = BEYOND * (high - low)
    result: Floats = np.clip(values, low - room, high + room)
    return result


def powers(x: Floats, degree: int) -> Floats:
    """Return x, x², …, x to the degree, shape (points, degree)."""
    result: Floats = x[:, None] ** np.arange(1, degree + 1)
    return result


def truth(x: Floats) -> Floats:
    """Return the smooth curve that the noisy examples come from, for x in −1…1."""
    result: Floats = np.sin(3 * x + 0.6)
    return result
