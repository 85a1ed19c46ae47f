"""What the figures of appendix B share: boxes as lines, and cells with numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures.theme import SEQUENTIAL, color

Floats = NDArray[np.float64]

# The pale end of the scale, on which ink can be read in light and in dark mode.
PALE = [[i / 2, SEQUENTIAL["light"][i][1]] for i in range(3)]
NOTHING = "\u00a0"  # plotly drops empty strings


def outlines(boxes: ArrayLike) -> tuple[Floats, Floats]:
    """Return x and y of the outlines of boxes, with gaps between them.

    Parameters
    ----------
    boxes : array_like, shape (n, 4)
        Rows (x0, y0, x1, y1).

    Returns
    -------
    x, y : ndarray, shape (6 n,)
        Five corners a box, then NaN. Of no box a single NaN: plotly takes empty traces
        out of the legend, which would then jump.
    """
    corners = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    gap = np.full((len(corners), 1), np.nan)
    x = np.hstack([corners[:, [0, 2, 2, 0, 0]], gap])
    y = np.hstack([corners[:, [1, 1, 3, 3, 1]], gap])
    if not len(corners):
        return np.array([np.nan]), np.array([np.nan])
    return x.ravel(), y.ravel()


def lines(
    name: str, hue: str, width: float = 3, dash: str = "solid", **more: Any
) -> go.Scatter:
    """Return an empty trace of lines, to be filled with `outlines`.

    Parameters
    ----------
    name : str
        In the legend.
    hue : str
        A key of `ldl_lib.figures.theme.COLORS`.
    width : float
        In pixels.
    dash : str
        As plotly names it.
    **more
        Further properties of the trace.
    """
    return go.Scatter(
        x=[],
        y=[],
        name=name,
        mode="lines",
        line={"color": color(hue), "width": width, "dash": dash},
        hoverinfo="skip",
        **more,
    )


def cells(**more: Any) -> go.Heatmap:
    """Return an empty table of pale cells with numbers, to be filled with z and text.

    Parameters
    ----------
    **more
        Further properties of the trace, such as its axes.
    """
    return go.Heatmap(
        z=[],
        text=[],
        texttemplate="%{text}",
        textfont={"color": color("ink"), "size": 13},
        colorscale=PALE,
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        **more,
    )


def image_axes(
    width: float, height: float, number: str = "", more: dict[str, Any] | None = None
) -> dict[str, dict[str, Any]]:
    """Return axes of an image: equal scales, y downwards, nothing moves.

    Parameters
    ----------
    width, height : float
        What is shown, from 0.
    number : str
        Of the axes: "" for the first pair, "2" for the second.
    more : dict, optional
        Further properties of both axes.
    """
    both = {"fixedrange": True, "showgrid": False, "constrain": "domain"}
    both |= more or {}
    return {
        f"xaxis{number}": both | {"range": [0, width]},
        f"yaxis{number}": both
        | {"range": [height, 0], "scaleanchor": f"x{number}", "scaleratio": 1},
    }
