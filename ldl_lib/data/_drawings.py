"""Garment-like silhouettes, generated: what stands in for Fashion-MNIST offline.

Each class is an outline of a few polygons in a unit square, of a random width, height,
slant, position, brightness and texture. The shapes are drawn by eye and only resemble
garments; they let code run, and say nothing about the real images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

Polygon = tuple[tuple[float, float], ...]

_PIXELS = 28
_OVERSAMPLING = 2  # points per pixel and direction: greys along the edges
_NOISE = 0.12  # largest change of a garment's brightness, from pixel to pixel


def _mirrored(*half: tuple[float, float]) -> Polygon:
    """Complete the right half of an outline, from top to bottom, by its left half."""
    return half + tuple((-x, y) for x, y in reversed(half))


# Coordinates: x from -1 (left) to 1 (right), y from -1 (top) to 1 (bottom).
_TORSO = _mirrored((0.2, -0.9), (0.5, -0.8), (0.48, 0.9))
_SHORT_SLEEVES = _mirrored(
    (0.2, -0.9), (0.5, -0.8), (0.95, -0.3), (0.75, -0.1), (0, -0.6)
)
_LONG_SLEEVES = _mirrored((0.2, -0.9), (0.5, -0.8), (0.9, 0.75), (0.7, 0.8), (0, -0.6))
_OUTLINES: tuple[tuple[Polygon, ...], ...] = (
    (_TORSO, _SHORT_SLEEVES),
    (_mirrored((0.4, -0.95), (0.5, 0.95), (0.2, 0.95), (0.0, -0.4)),),
    (_TORSO, _LONG_SLEEVES),
    (_mirrored((0.15, -0.95), (0.3, -0.9), (0.18, -0.3), (0.5, 0.95)),),
    (
        _mirrored((0.2, -0.95), (0.5, -0.85), (0.55, 0.95), (0.03, 0.95), (0.03, -0.5)),
        _LONG_SLEEVES,
    ),
    (
        ((-0.95, 0.35), (0.95, 0.2), (0.95, 0.45), (-0.95, 0.5)),
        ((-0.7, 0.35), (-0.3, -0.2), (-0.2, -0.2), (-0.5, 0.4)),
        ((0.2, 0.3), (0.6, -0.3), (0.7, -0.3), (0.4, 0.3)),
    ),
    (
        _mirrored((0.25, -0.95), (0.5, -0.85), (0.42, 0.9)),
        _mirrored((0.25, -0.95), (0.5, -0.85), (0.8, 0.3), (0.65, 0.35), (0, -0.6)),
    ),
    (
        (
            (-0.95, 0.1),
            (-0.2, -0.1),
            (0.5, -0.45),
            (0.9, -0.4),
            (0.95, 0.5),
            (-0.95, 0.5),
        ),
    ),
    (
        _mirrored((0.8, -0.2), (0.9, 0.85)),
        _mirrored((0.35, -0.75), (0.5, -0.2), (0.4, -0.2), (0.28, -0.62)),
    ),
    (((-0.9, 0.3), (0.0, 0.0), (0.1, -0.9), (0.85, -0.9), (0.9, 0.8), (-0.9, 0.8)),),
)


def draw_garments(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw garments, the classes in equal numbers (give or take one) and mixed.

    Parameters
    ----------
    count : int
        How many.
    seed : int
        The same seed gives the same drawings.

    Returns
    -------
    X : ndarray of uint8, shape (count, 28, 28)
        0 is the empty background.
    y : ndarray of int64, shape (count,)
        Index into `CLASS_NAMES`.
    """
    # Only `random()`: of all the generator's methods its numbers are least likely to
    # change between versions of NumPy.
    rng = np.random.default_rng(seed)
    classes = len(CLASS_NAMES)
    y = np.argsort(rng.random(count)).astype(np.int64) % classes
    X = np.zeros((count, _PIXELS, _PIXELS), dtype=np.uint8)
    for label in range(classes):
        rows = np.flatnonzero(y == label)
        X[rows] = _draw(_OUTLINES[label], rng.random((len(rows), 8)), rng)
    return X, y


def _draw(
    outline: tuple[Polygon, ...], chance: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw one outline once per row of `chance`: 8 numbers in 0..1 that vary it."""
    width, height, slant, right, down, light, stripes, pitch = chance.T[
        :, :, None, None
    ]
    fine = _PIXELS * _OVERSAMPLING
    line = (np.arange(fine) + 0.5) / fine * 2 - 1
    y = (line[:, None] - 0.1 * (2 * down - 1)) / (0.7 + 0.25 * height)
    x = (line - 0.1 * (2 * right - 1)) / (0.65 + 0.3 * width) - 0.15 * (
        2 * slant - 1
    ) * y
    covered = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=bool)
    for polygon in outline:
        covered |= inside(polygon, x, y)
    blocks = (len(chance), _PIXELS, _OVERSAMPLING, _PIXELS, _OVERSAMPLING)
    cover = covered.reshape(blocks).mean(axis=(2, 4))  # (n, 28, 28)
    rows = np.arange(_PIXELS)[:, None]
    striped = 1 - 0.5 * (stripes > 0.7) * (np.sin(rows * (0.6 + 1.4 * pitch)) > 0)
    noise = 1 + _NOISE * (2 * rng.random(cover.shape) - 1)
    brightness = (0.35 + 0.5 * light) * striped * noise
    grey: NDArray[np.float64] = 255 * cover * brightness
    return np.rint(grey).astype(np.uint8)


def inside(
    polygon: Polygon, x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which points lie in a polygon: a ray from them crosses it an odd number."""
    odd = np.zeros(np.broadcast_shapes(x.shape, y.shape), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if y0 == y1:
            continue  # a ray along x never crosses a horizontal edge
        between = (y0 > y) != (y1 > y)
        odd ^= between & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd
