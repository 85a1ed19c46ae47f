"""E2.6: a perceptron that looks at pictures of 5 × 5 cells.

The widget is ``ldl_lib/explore/front/widgets/pattern_detector.js``; here is what it
needs from Python, and the same sums in NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures.theme import COLORS

Ints = NDArray[np.int64]

SIDE = 5
# Ink is "#" and counts +1, paper is "." and counts −1.
_DRAWN = {
    "T": "##### ..#.. ..#.. ..#.. ..#..",
    "I": "##### ..#.. ..#.. ..#.. #####",
    "L": "#.... #.... #.... #.... #####",
    "plus": "..#.. ..#.. ##### ..#.. ..#..",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "O": "##### #...# #...# #...# #####",
    "H": "#...# #...# ##### #...# #...#",
    "all ink": "##### ##### ##### ##### #####",
}
PATTERNS: dict[str, Ints] = {
    name: np.array([1 if cell == "#" else -1 for cell in rows.replace(" ", "")])
    for name, rows in _DRAWN.items()
}
_NEEDED = ("blue", "vermillion", "blue_tint", "vermillion_tint")
CONSTANTS: dict[str, Any] = {
    "patterns": [
        {"name": name, "cells": cells.tolist()} for name, cells in PATTERNS.items()
    ],
    "colors": {name: list(COLORS[name]) for name in _NEEDED},
}


def sums(weights: ArrayLike) -> dict[str, int]:
    """Return the weighted sum of every stored pattern, without a bias.

    Parameters
    ----------
    weights : array_like, shape (25,)
        One weight for each cell, row by row.
    """
    w = np.asarray(weights)
    return {name: int(w @ cells) for name, cells in PATTERNS.items()}


def words(wanted: str, threshold: int) -> str:
    """Say for which patterns the neuron fires while its weights are a copy of T.

    Parameters
    ----------
    wanted : str
        The pattern it should fire for, a key of `PATTERNS`.
    threshold : int
        It fires where the weighted sum reaches this; the bias is its negative.
    """
    fires = [name for name, z in sums(PATTERNS["T"]).items() if z >= threshold]
    found = f"{wanted} is detected" if wanted in fires else f"{wanted} is missed"
    wrong = [name for name in fires if name != wanted]
    return f"{found}. False positives: {', '.join(wrong) if wrong else 'none'}."
