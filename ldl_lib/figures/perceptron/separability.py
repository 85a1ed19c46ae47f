"""Which truth tables one perceptron can compute, and why not the others."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np

from ldl_lib.figures.perceptron._shared import Array


@cache
def _weight_grid(inputs: int) -> Array:
    """Return all whole weights from −3 to 3, one row each, shortest first."""
    rows = np.array(list(itertools.product(range(-3, 4), repeat=inputs + 1)), float)
    return rows[np.argsort((rows**2).sum(1), kind="stable")]


@cache
def signals(inputs: int) -> Array:
    """Return all inputs of ±1, the constant 1 in front: (2**inputs, inputs + 1)."""
    cube = np.array(list(itertools.product((-1, 1), repeat=inputs)), float)
    return np.hstack([np.ones((len(cube), 1)), cube])


@cache
def separating_weights(target: tuple[int, ...]) -> tuple[float, ...] | None:
    """Return weights of the widest street between the +1 and the −1 corners, if any.

    Parameters
    ----------
    target : tuple of int
        Wanted output, +1 or −1, for the 4 inputs of `INPUTS` or for the 8 inputs
        of three, in the order of counting (the last input changes fastest).

    Returns
    -------
    tuple of float or None
        Bias weight and one weight per input; None if no perceptron can do it. For a
        constant target all weights but the bias are zero.

    Raises
    ------
    ValueError
        If `target` has neither 4 nor 8 entries.

    Notes
    -----
    Whole weights from −3 to 3 suffice for up to three inputs; the tests compare with
    a linear program.
    """
    if len(target) not in (4, 8):
        raise ValueError(f"target has {len(target)} entries: expected 4 or 8")
    inputs = len(target).bit_length() - 1
    if len(set(target)) == 1:
        return (float(target[0]), *([0.0] * inputs))
    weights = _weight_grid(inputs)
    gaps = (weights @ signals(inputs).T * np.array(target)).min(1)
    lengths = np.sqrt((weights[:, 1:] ** 2).sum(1))
    street = np.where(gaps > 0, gaps / np.where(lengths > 0, lengths, 1), -1)
    best = int(np.argmax(np.round(street, 9)))
    return tuple(float(w) for w in weights[best]) if street[best] > 0 else None


@cache
def conflict(target: tuple[int, ...]) -> tuple[tuple[int, ...], ...] | None:
    """Return two +1 and two −1 corners of the same midpoint, as row numbers."""
    corners = signals(len(target).bit_length() - 1)
    pairs: dict[tuple[float, ...], list[tuple[int, int]]] = {}
    for a, b in itertools.combinations(range(len(target)), 2):
        pairs.setdefault(tuple(corners[a] + corners[b]), []).append((a, b))
    for same in pairs.values():
        plus = [p for p in same if target[p[0]] > 0 and target[p[1]] > 0]
        minus = [p for p in same if target[p[0]] < 0 and target[p[1]] < 0]
        if plus and minus:
            return plus[0], minus[0]
    return None
