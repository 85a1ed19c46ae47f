"""Words and layouts that the figures of all chapters share."""

from __future__ import annotations

import math
from typing import Any

# What changes in a figure: path of an attribute -> value.
State = dict[str, Any]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value: float, digits: int = 1) -> str:
    """Write a number with a true minus sign, and never as −0."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def trimmed(value: float, digits: int) -> str:
    """Write a number with at most so many decimals, without zeros at the end."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if digits else text


def bracketed(value: float, digits: int = 2) -> str:
    """Write a number of a sum or product, a negative one in brackets."""
    text = fixed(value, digits)
    return f"({text})" if text.startswith("−") else text


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many digits that count, never as 1e-05 or −0."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    return f"{value:,.{max(0, digits - 1 - exponent)}f}".replace("-", "−")


def power_text(value: float) -> str:
    """Write a positive number, if small or large with a power of ten, as 3.2·10⁻⁸."""
    if 0.01 <= value < 10_000:
        return f"{value:.2g}" if value < 10 else f"{value:,.0f}"
    exponent = math.floor(math.log10(value) + 1e-9)
    leading = f"{value / 10.0**exponent:.1f}"
    if leading == "10.0":
        leading, exponent = "1.0", exponent + 1
    power = "10" + str(exponent).translate(_RAISED)
    return power if leading == "1.0" else f"{leading}·{power}"


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


def still(title: str, **more: Any) -> State:
    """Return an axis that does not move, with a title."""
    return {"title": {"text": title}, "fixedrange": True} | more
