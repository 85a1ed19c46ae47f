"""EA.1: points that the reader drags, the best line and gradient descent beside it.

The widget is ``ldl_lib/explore/front/widgets/drag_regression.js``; here is what it
needs from Python.
"""

from __future__ import annotations

from typing import Any

from ldl_lib.figures.theme import COLORS

_TINTED = ("blue", "vermillion")
_NEEDED = (*_TINTED, *(f"{name}_tint" for name in _TINTED), "ink", "paper", "grid")

# For each colour its light and its dark hex: the widget follows the page's theme.
CONSTANTS: dict[str, Any] = {"colors": {name: list(COLORS[name]) for name in _NEEDED}}
SQUARES = ("the closed form", "descent", "none")
RATES = (0.01, 0.1, 0.4, 0.8)


def words(rate: float, squares: str) -> str:
    """Say what the plane holds before the reader has done anything.

    Parameters
    ----------
    rate : float
        Learning rate of gradient descent, which has not begun.
    squares : str
        Whose misses are drawn as squares, one of `SQUARES`.
    """
    return (
        "8 points, the line with the least mean squared error (solid), and the line "
        "from which gradient descent will start (dashed)."
    )
