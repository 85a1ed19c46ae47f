"""E1.8: points that the reader drags while a perceptron learns, in the page itself.

The widget is ``ldl_lib/explore/front/widgets/perceptron_drag.js``; here is what it
needs from Python.
"""

from __future__ import annotations

from typing import Any

from ldl_lib.figures.theme import COLORS

_NEEDED = ("blue", "vermillion", "blue_tint", "vermillion_tint", "ink", "paper")

# For each colour its light and its dark hex: the widget follows the page's theme.
DRAG_CONSTANTS: dict[str, Any] = {
    "colors": {name: list(COLORS[name]) for name in _NEEDED}
}


def drag_words(rate: float) -> str:
    """Say what the plane holds before the reader has done anything.

    Parameters
    ----------
    rate : float
        Learning rate; it plays no part before the first update.
    """
    return "8 points, four of each class, and a line that has not learned yet."
