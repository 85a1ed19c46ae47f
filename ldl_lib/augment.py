"""Data augmentation: changed copies of images that still show the same thing.

Every function takes a batch of images, channels last, and a NumPy random generator, and
draws anew for each image. It returns a new array of the same shape and dtype, with
values in the same range. Pipelines of training and figures use the same functions.

Examples
--------
>>> import numpy as np
>>> X = np.zeros((2, 32, 32, 3), dtype=np.uint8)
>>> rng = np.random.default_rng(0)
>>> augment(X, rng, "flip", ("crop", 4), ("brightness_contrast", 0.2)).shape
(2, 32, 32, 3)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "augment",
    "brightness_contrast",
    "crop",
    "cutout",
    "flip",
    "rotate",
    "shift",
]

Images = NDArray[Any]  # (n, h, w, c), uint8 or float
Step = str | tuple[str, float]


def flip(X: Images, rng: np.random.Generator) -> Images:
    """Mirror each image left to right, with probability ½.

    Parameters
    ----------
    X : ndarray, shape (n, h, w, c)
        Images, uint8 or float.
    rng : numpy.random.Generator
        Where the draws come from.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`.

    Raises
    ------
    ValueError
        If `X` does not have four axes.
    TypeError
        If `X` is neither uint8 nor float.
    """
    _check(X)
    mirrored = rng.random(len(X)) < 0.5
    return np.where(mirrored[:, None, None, None], X[:, :, ::-1], X)


def shift(X: Images, rng: np.random.Generator, pixels: int) -> Images:
    """Move each image by up to so many whole pixels, down or up and right or left.

    The pixels that come in repeat the edge.

    Parameters
    ----------
    X, rng
        As in `flip`.
    pixels : int
        Largest move along each axis, ≥ 0; all moves from −pixels to pixels are equally
        likely.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`.

    Raises
    ------
    ValueError, TypeError
        As in `flip`, and if `pixels` is negative or no whole number.
    """
    _check(X)
    reach = _whole("pixels", pixels)
    down, right = rng.integers(-reach, reach + 1, (2, len(X)))
    height, width = X.shape[1:3]
    rows = np.clip(np.arange(height) - down[:, None], 0, height - 1)
    columns = np.clip(np.arange(width) - right[:, None], 0, width - 1)
    return _take(X, rows, columns)


def crop(X: Images, rng: np.random.Generator, padding: int) -> Images:
    """Put a black frame around each image, and cut out a window of the old size.

    The usual augmentation for CIFAR-10, with a frame of 4 pixels [1]_.

    Parameters
    ----------
    X, rng
        As in `flip`.
    padding : int
        Width of the frame in pixels, ≥ 0. Its value is 0.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`.

    Raises
    ------
    ValueError, TypeError
        As in `flip`, and if `padding` is negative or no whole number.

    References
    ----------
    .. [1] K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
    """
    _check(X)
    frame = _whole("padding", padding)
    padded = np.pad(X, ((0, 0), (frame, frame), (frame, frame), (0, 0)))
    top, left = rng.integers(0, 2 * frame + 1, (2, len(X)))
    rows = top[:, None] + np.arange(X.shape[1])
    columns = left[:, None] + np.arange(X.shape[2])
    return _take(padded, rows, columns)


def rotate(X: Images, rng: np.random.Generator, degrees: float) -> Images:
    """Turn each image about its middle by up to so many degrees, either way.

    Between pixels it interpolates linearly; beyond the edge the edge goes on.

    Parameters
    ----------
    X, rng
        As in `flip`.
    degrees : float
        Largest angle, ≥ 0; drawn uniformly from −degrees to degrees, positive ones
        counter-clockwise.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`.

    Raises
    ------
    ValueError, TypeError
        As in `flip`, and if `degrees` is negative or not finite.
    """
    _check(X)
    limit = _strength("degrees", degrees)
    angle = np.deg2rad(rng.uniform(-limit, limit, len(X)))[:, None, None]
    height, width = X.shape[1:3]
    y = np.arange(height)[:, None] - (height - 1) / 2
    x = np.arange(width) - (width - 1) / 2
    # Where each new pixel comes from: turned back by the angle.
    rows = np.cos(angle) * y + np.sin(angle) * x + (height - 1) / 2
    columns = np.cos(angle) * x - np.sin(angle) * y + (width - 1) / 2
    return _interpolated(X, rows, columns)


def brightness_contrast(X: Images, rng: np.random.Generator, strength: float) -> Images:
    """Stretch each image's values about mid-grey, and make it brighter or darker.

    Parameters
    ----------
    X, rng
        As in `flip`; floats must lie between 0 and 1.
    strength : float
        From 0 to 1. The contrast is multiplied by a factor from 1 − strength to
        1 + strength, and up to ± strength / 2 of the whole range is added.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`, cut off at black and white.

    Raises
    ------
    ValueError, TypeError
        As in `flip`, if `strength` is not from 0 to 1, or if floats are outside 0 to 1.
    """
    _check(X)
    strength = _strength("strength", strength, most=1)
    white = 255.0 if X.dtype == np.uint8 else 1.0
    if X.size and (X.min() < 0 or X.max() > white):
        raise ValueError(
            f"expected floats from 0 to 1, got {X.min():.3g} to {X.max():.3g}: "
            "change brightness before you standardise"
        )
    factor = rng.uniform(1 - strength, 1 + strength, (len(X), 1, 1, 1))
    added = white * rng.uniform(-strength / 2, strength / 2, (len(X), 1, 1, 1))
    values = factor * (X - white / 2) + white / 2 + added
    return _as(np.clip(values, 0, white), X)


def cutout(X: Images, rng: np.random.Generator, size: int) -> Images:
    """Black out a square of each image [1]_.

    Parameters
    ----------
    X, rng
        As in `flip`.
    size : int
        Side of the square in pixels, ≥ 0. Its middle can be any pixel, so that part of
        it may lie outside. Its value is 0.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`.

    Raises
    ------
    ValueError, TypeError
        As in `flip`, and if `size` is negative or no whole number.

    References
    ----------
    .. [1] T. DeVries and G. Taylor, "Improved Regularization of Convolutional Neural
       Networks with Cutout", 2017.
    """
    _check(X)
    side = _whole("size", size)

    def covered(length: int) -> NDArray[np.bool_]:
        first = rng.integers(0, length, len(X)) - side // 2
        place = np.arange(length) - first[:, None]
        return (place >= 0) & (place < side)

    rows, columns = covered(X.shape[1]), covered(X.shape[2])
    hidden = rows[:, :, None] & columns[:, None, :]
    return np.where(hidden[..., None], X.dtype.type(0), X)


WITHOUT_STRENGTH: dict[str, Callable[..., Images]] = {"flip": flip}
WITH_STRENGTH: dict[str, Callable[..., Images]] = {
    "shift": shift,
    "crop": crop,
    "rotate": rotate,
    "brightness_contrast": brightness_contrast,
    "cutout": cutout,
}


def augment(X: Images, rng: np.random.Generator, *steps: Step) -> Images:
    """Apply several augmentations, one after another.

    Parameters
    ----------
    X, rng
        As in `flip`.
    *steps : str or tuple of str and number
        ``"flip"``, or a name with its strength: ``("shift", pixels)``,
        ``("crop", padding)``, ``("rotate", degrees)``,
        ``("brightness_contrast", strength)``, ``("cutout", size)``.

    Returns
    -------
    ndarray, shape (n, h, w, c)
        Of the dtype of `X`; a new array, also without steps.

    Raises
    ------
    ValueError, TypeError
        If a step is unknown, lacks its strength or has one that it does not take, and
        as in the functions.
    """
    _check(X)
    changed = X.copy()
    for step in steps:
        name, *strength = (step,) if isinstance(step, str) else step
        known = WITH_STRENGTH if strength else WITHOUT_STRENGTH
        if name not in known or len(strength) > 1:
            names = [*WITHOUT_STRENGTH, *(f"({each}, …)" for each in WITH_STRENGTH)]
            raise ValueError(
                f"no augmentation {step!r}: choose from {', '.join(names)}"
            )
        changed = known[name](changed, rng, *strength)
    return changed


def _check(X: Images) -> None:
    if X.ndim != 4:
        raise ValueError(
            f"expected images of shape (n, h, w, c), got {X.shape}: "
            "a single image is X[None], a channel of grey X[..., None]"
        )
    if X.dtype != np.uint8 and not np.issubdtype(X.dtype, np.floating):
        raise TypeError(f"expected images of uint8 or float, got {X.dtype}")


def _whole(name: str, value: float) -> int:
    if _strength(name, value) != int(value):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    return int(value)


def _strength(name: str, value: float, most: float = np.inf) -> float:
    if not (0 <= value <= most and np.isfinite(value)):
        limit = "a finite number ≥ 0" if most == np.inf else f"from 0 to {most:g}"
        raise ValueError(f"{name} must be {limit}, got {value!r}")
    return value


def _take(X: Images, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Images:
    """Pick rows (n, h) and columns (n, w) of each image."""
    each = np.arange(len(X))[:, None, None]
    return X[each, rows[:, :, None], columns[:, None, :]]


def _interpolated(
    X: Images, rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> Images:
    """Read each image at places (n, h, w) between its pixels, linearly."""
    height, width = X.shape[1:3]
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = (rows - top)[..., None], (columns - left)[..., None]
    each = np.arange(len(X))[:, None, None]
    above = (1 - across) * X[each, top, left] + across * X[each, top, right]
    below = (1 - across) * X[each, bottom, left] + across * X[each, bottom, right]
    return _as((1 - down) * above + down * below, X)


def _as(values: NDArray[np.float64], X: Images) -> Images:
    """Return values in the dtype of `X`, rounded where that holds whole numbers."""
    return (np.rint(values) if X.dtype == np.uint8 else values).astype(X.dtype)
