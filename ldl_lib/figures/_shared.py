"""Words and layouts that the figures of all chapters share."""

from __future__ import annotations

import math
from typing import Any

# What changes in a figure: path of an attribute -> value.
State = dict[str, Any]


def fixed(value: float, digits: int = 1) -> str:
    """Write a number with a true minus sign, and never as −0."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many digits that count, never as 1e-05 or −0."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    return f"{value:,.{max(0, digits - 1 - exponent)}f}".replace("-", "−")


def counted(number: int, noun: str) -> str:
    """Write a number of things, in the plural unless there is one."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def plain_layout(height: int, **more: Any) -> State:
    """Return a layout without legend, in which a finger scrolls the page."""
    margin = {"l": 48, "r": 12, "t": 12, "b": 44}
    return {
        "height": height,
        "showlegend": False,
        "dragmode": False,
        "margin": margin,
    } | more
