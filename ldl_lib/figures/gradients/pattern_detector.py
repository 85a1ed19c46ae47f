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
    """Say which patterns it fires for before the reader has painted anything.

    The weights are a copy of T then, and the reader's picture shows a plus.

    Parameters
    ----------
    wanted : str
        The pattern it should fire for, a key of `PATTERNS`.
    threshold : int
        It fires where the weighted sum reaches this; the bias is its negative.
    """
    found = sums(PATTERNS["T"])
    wrong = [name for name, z in found.items() if z >= threshold and name != wanted]
    verdict = "detected" if found[wanted] >= threshold else "missed"
    own = found["plus"]
    return (
        f"{wanted} is {verdict}. False positives: {', '.join(wrong) or 'none'}. "
        f"Your picture: sum {own:+d}, the neuron "
        f"{'fires' if own >= threshold else 'is silent'}."
    )
