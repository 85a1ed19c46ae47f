"""E8.6: copies of an image that still show the same thing, and some that do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.augment import Step, augment
from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.deeper._drawing import HIDDEN
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import color

Pixels = NDArray[np.uint8]

SIDE = 64  # pixels along a side of an image
ROWS, COLUMNS = 2, 3
GAP = 4  # pixels between images
QUALITY = 30  # of JPEG; colours are coarse, shapes are not
GREYS = 16  # levels that a grey image keeps
SEED = 21
# Steps for images of SIDE pixels; pixels and squares scale with the image.
CHANGES: dict[str, dict[str, tuple[Step, ...]]] = {
    "flip": {"mild": ("flip",), "strong": ("flip",)},
    "shift": {"mild": (("shift", 6),), "strong": (("shift", 20),)},
    "crop": {"mild": (("crop", 8),), "strong": (("crop", 24),)},
    "rotate": {"mild": (("rotate", 12),), "strong": (("rotate", 90),)},
    "brightness": {
        "mild": (("brightness_contrast", 0.3),),
        "strong": (("brightness_contrast", 0.9),),
    },
    "cutout": {"mild": (("cutout", 20),), "strong": (("cutout", 44),)},
    "several": {
        "mild": ("flip", ("crop", 8), ("brightness_contrast", 0.3), ("cutout", 16)),
        "strong": (
            "flip",
            ("rotate", 60),
            ("crop", 20),
            ("brightness_contrast", 0.7),
            ("cutout", 32),
        ),
    },
}
NAMES = {
    "mirror left to right": "flip",
    "shift": "shift",
    "frame and crop": "crop",
    "turn": "rotate",
    "brightness and contrast": "brightness",
    "cutout": "cutout",
    "several at once": "several",
}
STRENGTHS = ("mild", "strong")


def thumbnail(image: Pixels, side: int = SIDE) -> Pixels:
    """Cut out the middle square of a photograph, and average it down.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
        At least `side` pixels high and wide.
    side : int
        Pixels along a side of the result.

    Returns
    -------
    ndarray of uint8, shape (side, side, 3)

    Raises
    ------
    ValueError
        If the photograph is smaller.
    """
    height, width = image.shape[:2]
    block = min(height, width) // side
    if not block:
        raise ValueError(f"expected at least {side} pixels a side, got {image.shape}")
    length = block * side
    top, left = (height - length) // 2, (width - length) // 2
    middle = image[top : top + length, left : left + length]
    blocks = middle.reshape(side, block, side, block, 3).mean(axis=(1, 3))
    small: Pixels = np.rint(blocks).astype(np.uint8)
    return small


def enlarged(digit: Pixels, side: int = SIDE) -> Pixels:
    """Return a grey image of 28 × 28 in three channels, doubled, in a black frame."""
    doubled = digit.repeat(2, axis=0).repeat(2, axis=1)
    frame = (side - len(doubled)) // 2
    framed: Pixels = np.pad(doubled, frame)[..., None].repeat(3, axis=2)
    return framed


def scaled(steps: tuple[Step, ...], factor: float) -> tuple[Step, ...]:
    """Fit steps to images of another size: pixels and squares by a factor."""
    return tuple(
        (step[0], round(step[1] * factor))
        if not isinstance(step, str) and step[0] in ("shift", "crop", "cutout")
        else step
        for step in steps
    )


class Viewer:
    """Five changed copies of an image, by the functions that labs train with.

    Parameters
    ----------
    images : mapping of str to ndarray of uint8, shape (64, 64, 3)
        What there is to see, by name.
    digits : tuple of ndarrays, optional
        Test images (n, 28, 28) and their labels.
    read : callable, optional
        Returns the digits that a network reads on such images. With both the words
        tell how many it still reads after the change.
    """

    def __init__(
        self,
        images: Mapping[str, Pixels],
        digits: tuple[Pixels, NDArray[np.int64]] | None = None,
        read: Callable[[Pixels], NDArray[np.int64]] | None = None,
    ) -> None:
        self.images = dict(images)
        self._digits, self._read = digits, read
        self.share = cache(self._share)

    def copies(self, image: str, change: str, strength: str) -> Pixels:
        """Return the image and five changed copies, shape (6, 64, 64, 3).

        Parameters
        ----------
        image : str
            A key of `images`.
        change, strength : str
            Keys of `CHANGES`, and of what it holds.
        """
        batch = np.stack([self.images[image]] * (ROWS * COLUMNS))
        rng = np.random.default_rng(SEED)
        batch[1:] = augment(batch[1:], rng, *CHANGES[change][strength])
        return batch

    def _share(self, change: str, strength: str) -> float | None:
        """Return the share of changed digits that the network still reads."""
        if self._digits is None or self._read is None:
            return None
        X, y = self._digits
        steps = scaled(CHANGES[change][strength], 28 / 56)
        changed = augment(X[..., None], np.random.default_rng(SEED), *steps)
        return float(np.mean(self._read(changed[..., 0]) == y))

    def figure(self) -> go.Figure:
        """Draw two rows of three images, the unchanged one first."""
        width, height = _length(COLUMNS), _length(ROWS)
        drawn = go.Figure(go.Image(source=_blank(), hoverinfo="skip"))
        drawn.update_layout(
            plain_layout(360, margin={"l": 4, "r": 4, "t": 4, "b": 4}),
            hovermode=False,
            xaxis=HIDDEN | {"range": [-0.5, width - 0.5], "constrain": "domain"},
            yaxis=HIDDEN
            | {
                "range": [height - 0.5, -16],
                "scaleanchor": "x",
                "constrain": "domain",
                "constraintoward": "top",
            },
            annotations=[
                {
                    "text": "unchanged",
                    "x": SIDE / 2,
                    "y": -2,
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 13, "color": color("ink")},
                },
            ],
        )
        return drawn

    def state(self, image: str, change: str, strength: str) -> State:
        """Return the picture of all copies. Parameters as in `copies`."""
        tiles = self.copies(image, change, strength)
        sheet = np.full((_length(ROWS), _length(COLUMNS), 3), 128, np.uint8)
        for number, tile in enumerate(tiles):
            row, column = divmod(number, COLUMNS)
            y, x = row * (SIDE + GAP), column * (SIDE + GAP)
            sheet[y : y + SIDE, x : x + SIDE] = tile
        if (sheet == sheet[..., :1]).all():
            return {"data[0].source": data_uri(sheet[..., 0], colours=GREYS)}
        return {"data[0].source": data_uri(sheet, quality=QUALITY)}

    def words(self, image: str, change: str, strength: str) -> str:
        """Say how far the copies are from the image, and what a network still reads.

        Parameters as in `copies`.
        """
        tiles = self.copies(image, change, strength).astype(float)
        moved = np.abs(tiles[1:] - tiles[0]).mean()
        text = f"A pixel's values change by {moved:.0f} of 255 on average."
        share = self.share(change, strength)
        if share is None or self._digits is None:
            return text
        plain = float(np.mean(self._read(self._digits[0]) == self._digits[1]))  # type: ignore[misc]
        return (
            f"{text} Of {len(self._digits[0]):,} digits that are changed in this way, "
            f"chapter 4's network reads {share:.0%}; unchanged it reads {plain:.0%}."
        )


def _length(tiles: int) -> int:
    return tiles * SIDE + (tiles - 1) * GAP


def _blank() -> str:
    return data_uri(np.full((_length(ROWS), _length(COLUMNS)), 128, np.uint8), 2)
