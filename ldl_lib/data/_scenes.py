"""Coloured scenes of ten kinds of things, generated: CIFAR-10's stand-in offline.

Each class is an outline of a few polygons in front of a typical background: planes in
the sky, ships on the sea, deer on a meadow. Place, size, mirror image and colours are
random. The shapes are drawn by eye; they let code run, and say nothing about the real
photographs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._drawings import Polygon, inside

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)

_PIXELS = 32
_OVERSAMPLING = 2  # points per pixel and direction: soft edges
_NOISE = 16.0  # largest change of a pixel's channel, of 255
_COLOUR_SPREAD = 70.0  # largest change of a whole surface's channel, of 255

_SKY, _SEA, _ROAD = (150, 190, 235), (40, 90, 140), (125, 125, 130)
_MEADOW, _SAND, _FLOOR, _LEAVES = (
    (95, 140, 60),
    (205, 185, 140),
    (150, 110, 85),
    (50, 95, 45),
)


def _box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _wheels(*centres: float) -> tuple[Polygon, ...]:
    return tuple(_box(x - 0.14, 0.35, x + 0.14, 0.62) for x in centres)


def _legs(top: float, *places: float) -> tuple[Polygon, ...]:
    return tuple(_box(x - 0.06, top, x + 0.06, 0.85) for x in places)


# Coordinates: x from -1 (left) to 1 (right), y from -1 (top) to 1 (bottom).
# For each class: upper background, lower background, horizon, thing, outline.
_Scene = tuple[
    tuple[int, int, int],
    tuple[int, int, int],
    float,
    tuple[int, int, int],
    tuple[Polygon, ...],
]
_SCENES: tuple[_Scene, ...] = (
    (
        _SKY,
        _SKY,
        1.0,
        (225, 225, 230),
        (
            ((-0.95, 0.0), (-0.7, -0.12), (0.8, -0.1), (0.95, 0.05), (-0.8, 0.14)),
            ((-0.1, 0.0), (0.25, 0.0), (-0.35, 0.6), (-0.5, 0.6)),
            ((-0.95, -0.5), (-0.8, -0.5), (-0.6, 0.0), (-0.9, 0.0)),
        ),
    ),
    (
        _SKY,
        _ROAD,
        0.3,
        (190, 40, 40),
        (
            _box(-0.9, -0.05, 0.9, 0.4),
            ((-0.5, -0.05), (-0.3, -0.45), (0.35, -0.45), (0.6, -0.05)),
            *_wheels(-0.5, 0.5),
        ),
    ),
    (
        _SKY,
        _LEAVES,
        0.6,
        (120, 80, 50),
        (
            ((-0.5, 0.0), (-0.1, -0.25), (0.4, -0.05), (0.3, 0.25), (-0.3, 0.25)),
            ((0.25, -0.35), (0.55, -0.4), (0.85, -0.2), (0.5, -0.1), (0.3, 0.0)),
            ((-0.95, 0.25), (-0.4, 0.0), (-0.4, 0.2)),
            *_legs(0.2, -0.05, 0.15),
        ),
    ),
    (
        _FLOOR,
        _FLOOR,
        0.4,
        (90, 90, 95),
        (
            ((-0.6, -0.9), (-0.3, -0.55), (0.3, -0.55), (0.6, -0.9), (0.55, 0.1)),
            ((-0.6, -0.9), (0.55, 0.1), (0.0, 0.35), (-0.55, 0.1)),
            ((-0.4, 0.2), (0.4, 0.2), (0.65, 0.95), (-0.65, 0.95)),
        ),
    ),
    (
        _LEAVES,
        _MEADOW,
        0.1,
        (170, 115, 65),
        (
            ((-0.7, -0.1), (0.35, -0.1), (0.3, 0.3), (-0.65, 0.3)),
            ((0.2, -0.1), (0.5, -0.6), (0.85, -0.5), (0.35, 0.15)),
            ((0.45, -0.6), (0.3, -0.95), (0.42, -0.95), (0.56, -0.6)),
            ((0.6, -0.6), (0.75, -0.95), (0.86, -0.95), (0.7, -0.6)),
            *_legs(0.3, -0.58, -0.4, 0.05, 0.22),
        ),
    ),
    (
        _FLOOR,
        _MEADOW,
        0.2,
        (215, 190, 150),
        (
            ((-0.65, 0.0), (0.4, -0.1), (0.4, 0.4), (-0.6, 0.45)),
            ((0.2, -0.6), (0.6, -0.6), (0.95, -0.3), (0.9, -0.15), (0.3, 0.0)),
            ((0.15, -0.6), (0.35, -0.6), (0.3, -0.05), (0.12, -0.1)),
            ((-0.95, -0.45), (-0.8, -0.45), (-0.55, 0.1), (-0.65, 0.2)),
            *_legs(0.4, -0.5, -0.35, 0.15, 0.3),
        ),
    ),
    (
        _LEAVES,
        _SEA,
        0.3,
        (100, 190, 60),
        (
            ((-0.8, 0.5), (-0.5, -0.1), (0.0, -0.3), (0.5, -0.1), (0.8, 0.5)),
            _box(0.1, -0.5, 0.35, -0.2),
            _box(-0.35, -0.5, -0.1, -0.2),
            ((-0.95, 0.7), (-0.6, 0.3), (0.6, 0.3), (0.95, 0.7)),
        ),
    ),
    (
        _SKY,
        _SAND,
        0.25,
        (85, 45, 25),
        (
            ((-0.65, -0.25), (0.35, -0.25), (0.35, 0.2), (-0.65, 0.2)),
            ((0.1, -0.25), (0.45, -0.9), (0.65, -0.9), (0.45, 0.1)),
            ((0.45, -0.9), (0.65, -0.9), (0.95, -0.5), (0.8, -0.4), (0.5, -0.6)),
            ((-0.9, 0.3), (-0.75, -0.25), (-0.6, -0.2), (-0.75, 0.35)),
            *_legs(0.2, -0.58, -0.4, 0.12, 0.28),
        ),
    ),
    (
        _SKY,
        _SEA,
        0.25,
        (235, 235, 225),
        (
            ((-0.95, 0.05), (0.95, 0.05), (0.65, 0.5), (-0.7, 0.5)),
            _box(-0.45, -0.35, 0.3, 0.05),
            _box(-0.2, -0.8, 0.05, -0.35),
        ),
    ),
    (
        _SKY,
        _ROAD,
        0.3,
        (235, 170, 40),
        (
            _box(-0.95, -0.7, 0.3, 0.4),
            ((0.35, -0.3), (0.75, -0.3), (0.95, 0.05), (0.95, 0.4), (0.35, 0.4)),
            *_wheels(-0.65, -0.2, 0.65),
        ),
    ),
)


def draw_scenes(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw scenes, the classes in equal numbers (give or take one) and mixed.

    Parameters
    ----------
    count : int
        How many.
    seed : int
        The same seed gives the same scenes.

    Returns
    -------
    X : ndarray of uint8, shape (count, 32, 32, 3)
        Red, green, blue.
    y : ndarray of int64, shape (count,)
        Index into `CLASS_NAMES`.
    """
    # Only `random()`: of all the generator's methods its numbers are least likely to
    # change between versions of NumPy.
    rng = np.random.default_rng(seed)
    y = np.argsort(rng.random(count)).astype(np.int64) % len(CLASS_NAMES)
    X = np.zeros((count, _PIXELS, _PIXELS, 3), dtype=np.uint8)
    for label, scene in enumerate(_SCENES):
        rows = np.flatnonzero(y == label)
        X[rows] = _draw(scene, rng.random((len(rows), 15)), rng)
    return X, y


def _draw(
    scene: _Scene, chance: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Draw one scene once per row of `chance`: 15 numbers in 0..1 that vary it."""
    upper, lower, horizon, thing, outline = scene
    size, stretch, right, down, mirror, tilt = chance.T[:6, :, None, None]
    tints = _COLOUR_SPREAD * (2 * chance[:, 6:] - 1).reshape(-1, 3, 1, 1, 3)
    fine = _PIXELS * _OVERSAMPLING
    line = (np.arange(fine) + 0.5) / fine * 2 - 1
    y = (line[:, None] - 0.25 * (2 * down - 1)) / (0.6 + 0.3 * size)
    x = (line - 0.25 * (2 * right - 1)) / ((0.6 + 0.3 * size) * (0.85 + 0.3 * stretch))
    x = np.where(mirror < 0.5, x, -x) + 0.2 * (2 * tilt - 1) * y
    covered = np.zeros((len(chance), fine, fine), dtype=bool)
    for polygon in outline:
        covered |= inside(polygon, x, y)
    blocks = (len(chance), _PIXELS, _OVERSAMPLING, _PIXELS, _OVERSAMPLING)
    cover = covered.reshape(blocks).mean(axis=(2, 4))[..., None]  # (n, 32, 32, 1)
    rows = np.linspace(-1, 1, _PIXELS)[:, None, None]
    level = horizon + 0.3 * (2 * down[..., None] - 1)
    ground = np.where(rows < level, upper + tints[:, 0], lower + tints[:, 1])
    colour = ground * (1 - cover) + (thing + tints[:, 2]) * cover
    noise = _NOISE * (2 * rng.random((len(chance), _PIXELS, _PIXELS, 3)) - 1)
    bright: NDArray[np.float64] = np.clip(colour + noise, 0, 255)
    return np.rint(bright).astype(np.uint8)
