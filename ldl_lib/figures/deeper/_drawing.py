"""Parts of drawings: lines, words, and axes that nobody sees."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.theme import color

HIDDEN: State = {"visible": False, "fixedrange": True}


def lines(ink: str, width: float, dash: str = "solid", **more: Any) -> go.Scatter:
    """Return lines without points yet, in a named colour."""
    style = {"color": color(ink), "width": width, "dash": dash}
    return go.Scatter(x=[], y=[], mode="lines", line=style, hoverinfo="skip", **more)


def labels() -> go.Scatter:
    """Return words in a drawing, none yet."""
    font = {"size": 12, "color": color("ink")}
    return go.Scatter(x=[], y=[], text=[], mode="text", textfont=font, hoverinfo="skip")


def sheet(
    height: int, across: tuple[float, float], down: tuple[float, float], **more: Any
) -> State:
    """Return the layout of a drawing on hidden axes.

    Parameters
    ----------
    height : int
        In pixels.
    across, down : (float, float)
        Ends of both axes.
    **more
        What else the layout has.
    """
    layout = plain_layout(height, margin={"l": 4, "r": 4, "t": 4, "b": 4}, **more)
    axes = {"xaxis": across, "yaxis": down}
    return layout | {
        name: HIDDEN | {"range": list(ends)} for name, ends in axes.items()
    }
