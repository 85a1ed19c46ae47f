"""Images as text: what a Plotly image trace or a layout image takes as its source.

An image that reaches the page as numbers weighs several bytes a pixel; packed by an
image format it weighs a fraction of one, and the browser unpacks it by itself.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray


def data_uri(
    image: NDArray[np.uint8], colours: int | None = None, quality: int | None = None
) -> str:
    """Return an image as a ``data:`` address, ready for ``go.Image(source=…)``.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w) or (h, w, 3)
        Grey levels, or red, green and blue, in 0..255.
    colours : int, optional
        Keep at most this many colours, 2 to 256: a smaller PNG, no longer exact.
    quality : int, optional
        Pack as JPEG of this quality, 1 to 95, which suits photographs. Without
        `colours` and `quality` the pixels are kept exactly (PNG).

    Returns
    -------
    str
        ``data:image/png;base64,…`` or ``data:image/jpeg;base64,…``.

    Raises
    ------
    TypeError
        If the image is not an array of uint8.
    ValueError
        If its shape is none of an image, or `colours` or `quality` is out of range or
        both are given.
    """
    from PIL import Image

    _check(image, colours, quality)
    picture = Image.fromarray(np.ascontiguousarray(image))
    if colours is not None:
        # Without dithering: its speckles would look like detail, and cost bytes.
        picture = picture.quantize(colours, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    if quality is None:
        kind = "png"
        picture.save(packed, kind, optimize=True)
    else:
        kind = "jpeg"
        picture.save(packed, kind, optimize=True, quality=quality)
    return f"data:image/{kind};base64,{base64.b64encode(packed.getvalue()).decode()}"


def _check(image: Any, colours: int | None, quality: int | None) -> None:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        kind = getattr(image, "dtype", type(image).__name__)
        raise TypeError(
            f"an image must be an array of uint8 in 0..255, got {kind}; convert it, as "
            "in (255 * image).round().astype(np.uint8) for values from 0 to 1"
        )
    grey, colour = image.ndim == 2, image.ndim == 3 and image.shape[2] == 3
    if not (grey or colour) or image.size == 0:
        raise ValueError(
            "an image has the shape (height, width) or (height, width, 3), got "
            f"{image.shape}"
        )
    if colours is not None and quality is not None:
        raise ValueError(
            "colours (an indexed PNG) and quality (a JPEG) exclude each other: give one"
        )
    if colours is not None and not 2 <= colours <= 256:
        raise ValueError(f"colours must be from 2 to 256, got {colours}")
    if quality is not None and not 1 <= quality <= 95:
        raise ValueError(f"quality must be from 1 to 95, got {quality}")
