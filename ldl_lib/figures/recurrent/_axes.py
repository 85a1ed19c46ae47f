"""Axes that several figures of this chapter share."""

from __future__ import annotations

from typing import Any

from ldl_lib.figures._shared import State, still
from ldl_lib.figures.theme import color


def signed_axis(title: str, **more: Any) -> State:
    """Return a vertical axis with a line at 0 and ticks at −1, 0 and 1."""
    ticks = {"tickvals": [-1, 0, 1], "ticktext": ["−1", "0", "1"]}
    line = {"zeroline": True, "zerolinecolor": color("axis")}
    return still(title) | ticks | line | more
