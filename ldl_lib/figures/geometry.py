"""Where the line w0 + w1·x1 + w2·x2 = 0 cuts a plot, and the half-planes beside it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["HalfPlanes", "Range", "half_planes", "line_in_box", "normal_arrow"]

Range = tuple[float, float]
Points = NDArray[np.float64]

# Coordinates closer than this share of the box count as equal.
TOLERANCE = 1e-9


class HalfPlanes(NamedTuple):
    """Two closed polygons, rows (x1, x2); see `half_planes`."""

    positive: Points
    negative: Points


def line_in_box(weights: ArrayLike, x1_range: Range, x2_range: Range) -> Points:
    """Clip the line w0 + w1·x1 + w2·x2 = 0 to a box (Liang and Barsky, 1984).

    Parameters
    ----------
    weights : array_like, shape (3,)
        w0, w1, w2.
    x1_range, x2_range : (float, float)
        The box, lower end first.

    Returns
    -------
    ndarray of float64, shape (2, 2) or (0, 2)
        Both ends as rows (x1, x2). Empty if the line misses the box or touches a
        corner only, and if w1 = w2 = 0: then there is no line.

    Raises
    ------
    ValueError
        If there are not three finite weights, or a range is empty.
    """
    w0, w1, w2 = _weights(weights)
    box = _box(x1_range, x2_range)
    nothing = np.empty((0, 2))
    squared = w1 * w1 + w2 * w2
    if squared == 0:
        return nothing
    foot = np.array([-w0 * w1 / squared, -w0 * w2 / squared])  # nearest to the origin
    direction = np.array([-w2, w1]) / np.sqrt(squared)
    start, end = -np.inf, np.inf
    for at, along, (low, high) in zip(foot, direction, box, strict=True):
        if along == 0:
            if not low <= at <= high:
                return nothing
        else:
            with np.errstate(over="ignore"):  # nearly parallel: infinity is right
                enter, leave = sorted(((low - at) / along, (high - at) / along))
            start, end = max(start, enter), min(end, leave)
    if end - start <= TOLERANCE * float(np.ptp(box, axis=1).max()):
        return nothing
    return np.stack([foot + start * direction, foot + end * direction])


def half_planes(weights: ArrayLike, x1_range: Range, x2_range: Range) -> HalfPlanes:
    """Cut a box in two: where z = w0 + w1·x1 + w2·x2 ≥ 0, and where z < 0.

    Parameters
    ----------
    weights : array_like, shape (3,)
        w0, w1, w2.
    x1_range, x2_range : (float, float)
        The box, lower end first.

    Returns
    -------
    positive, negative : ndarray of float64, shape (corners + 1, 2)
        Closed polygons, the first corner repeated at the end, rows (x1, x2); shape
        (0, 2) for a side without area. With w1 = w2 = 0 one of them is the whole box:
        the positive one if w0 ≥ 0, for sign(0) = +1.
    """
    w = _weights(weights)
    box = _box(x1_range, x2_range)
    (left, right), (bottom, top) = box
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    if not w[1:].any():
        whole, nothing = _closed(corners), np.empty((0, 2))
        return HalfPlanes(*((whole, nothing) if w[0] >= 0 else (nothing, whole)))
    z = w[0] + corners @ w[1:]
    smallest = TOLERANCE * (right - left) * (top - bottom)
    return HalfPlanes(
        _closed(_clip(corners, z), smallest), _closed(_clip(corners, -z), smallest)
    )


def normal_arrow(
    weights: ArrayLike, x1_range: Range, x2_range: Range, length: float = 1.0
) -> Points:
    """Arrow from the middle of the visible line to its positive side.

    It points along (w1, w2), which stands at right angles to the line.

    Parameters
    ----------
    weights, x1_range, x2_range
        As in `line_in_box`.
    length : float
        In data units.

    Returns
    -------
    ndarray of float64, shape (2, 2) or (0, 2)
        Tail and head as rows (x1, x2); empty where no line is visible.
    """
    line = line_in_box(weights, x1_range, x2_range)
    if len(line) == 0:
        return line
    normal = _weights(weights)[1:]
    tail = line.mean(axis=0)
    return np.stack([tail, tail + length * normal / np.linalg.norm(normal)])


def _clip(corners: Points, z: Points) -> Points:
    """Keep the part of a convex polygon where z >= 0 (Sutherland and Hodgman, 1974)."""
    kept = []
    for i, corner in enumerate(corners):
        before, z_before = corners[i - 1], z[i - 1]
        if (z_before < 0 < z[i]) or (z[i] < 0 < z_before):
            kept.append(before + (corner - before) * (z_before / (z_before - z[i])))
        if z[i] >= 0:
            kept.append(corner)
    return np.array(kept).reshape(-1, 2)


def _closed(corners: Points, smallest: float = 0.0) -> Points:
    if len(corners) == 0:
        return corners
    x, y = corners.T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    return np.vstack([corners, corners[:1]]) if area > smallest else np.empty((0, 2))


def _weights(weights: ArrayLike) -> Points:
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (3,) or not np.isfinite(w).all():
        raise ValueError(f"expected three finite weights (w0, w1, w2), got {weights!r}")
    # Only their ratio matters here; this keeps tiny and huge ones from under- or
    # overflowing when squared.
    largest = float(np.abs(w).max())
    return w / largest if largest > 0 else w


def _box(x1_range: Range, x2_range: Range) -> Points:
    box = np.array([x1_range, x2_range], dtype=np.float64)
    if box.shape != (2, 2) or not np.isfinite(box).all() or not all(np.diff(box) > 0):
        raise ValueError(
            "ranges must be (lower, upper) with lower < upper, "
            f"got {x1_range!r} and {x2_range!r}"
        )
    return box
