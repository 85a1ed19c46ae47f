"""E7.1 and E7.4: convolution and pooling of a picture, cell by cell.

The widget is in ``ldl_lib/explore/front/widgets/convolution``. Here is what it needs
from Python, packed pictures and kernels, and the same arithmetic once more: every page
that shows the widget is compared with it.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.theme import COLORS, DIVERGING

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

SIDE = 96  # pixels of a photograph, across and down
LEVEL = 3  # grey levels are multiples of it: few levels pack small
SIZES = (2, 3, 5)
OPERATIONS = {"convolution": "convolution"} | {
    "max pooling": "max",
    "average pooling": "average",
}
PADDINGS = {"none (valid)": "valid", "same": "same", "1 on each side": "1"}

_THREE = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "left-right": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "top-bottom": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}
_TWO = {
    "identity": [[1, 0], [0, 0]],
    "sharpen": [[3, -1], [-1, 0]],
    "left-right": [[-1, 1], [-1, 1]],
    "top-bottom": [[-1, -1], [1, 1]],
    "outline": [[3, -1], [-1, -1]],
    "emboss": [[-1, 0], [0, 2]],
}
# Steps smoothed along an edge, differences across it.
_SMOOTH, _DIFFERENCE = [1, 4, 6, 4, 1], [-1, -2, 0, 2, 1]
_FIVE = {
    "left-right": np.outer(_SMOOTH, _DIFFERENCE).tolist(),
    "top-bottom": np.outer(_DIFFERENCE, _SMOOTH).tolist(),
    "outline": (25 * np.eye(1, 25, 12).reshape(5, 5) - 1).astype(int).tolist(),
}
KERNELS = {
    "identity": "identity",
    "blur": "blur",
    "sharpen": "sharpen",
    "edges, left to right": "left-right",
    "edges, top to bottom": "top-bottom",
    "outline": "outline",
    "emboss": "emboss",
}
_COLORS = ("ink", "orange", "orange_tint", "blue_tint", "vermillion_tint")


def kernel_of(name: str, size: int) -> Floats:
    """Return a ready-made kernel.

    Parameters
    ----------
    name : str
        A value of `KERNELS`.
    size : {2, 3, 5}
        Rows and columns.

    Returns
    -------
    ndarray of float64, shape (size, size)
    """
    if name == "blur":
        return np.full((size, size), 1 / size**2)
    if size == 2:
        return np.array(_TWO[name], dtype=np.float64)
    if size == 5 and name in _FIVE:
        return np.array(_FIVE[name], dtype=np.float64)
    return np.pad(np.array(_THREE[name], dtype=np.float64), (size - 3) // 2)


class Along(NamedTuple):
    """What happens along one side of a picture.

    Attributes
    ----------
    out : int
        Cells of the output.
    before, after : int
        Cells that padding adds at either end.
    """

    out: int
    before: int
    after: int


def reach(size: int, dilation: int = 1) -> int:
    """Return how far a window of `size` cells reaches, `dilation` cells apart."""
    return dilation * (size - 1) + 1


def along(length: int, window: int, stride: int, padding: str) -> Along:
    """Return output cells and padding along a side.

    Parameters
    ----------
    length, window, stride : int
        Cells of the input, of the window's reach, and from one window to the next.
    padding : str
        A value of `PADDINGS`. "same" is Keras's: the odd cell comes after.
    """
    if padding == "same":
        out = -(-length // stride)
        total = max(0, (out - 1) * stride + window - length)
        return Along(out, total // 2, total - total // 2)
    zeros = 0 if padding == "valid" else int(padding)
    return Along(
        max(0, (length + 2 * zeros - window) // stride + 1),
        zeros,
        zeros,
    )


def windows(
    image: ArrayLike,
    size: int,
    stride: int = 1,
    padding: str = "valid",
    dilation: int = 1,
) -> Floats:
    """Return what lies under the window for every output cell.

    Returns
    -------
    ndarray, shape (rows, columns, size, size)
        NaN beyond the edge of the image.
    """
    pixels = np.asarray(image, dtype=np.float64)
    window = reach(size, dilation)
    sides = [along(length, window, stride, padding) for length in pixels.shape]
    padded = np.pad(
        pixels, [(side.before, side.after) for side in sides], constant_values=np.nan
    )
    every = np.lib.stride_tricks.sliding_window_view(padded, (window, window))
    found: Floats = every[::stride, ::stride, ::dilation, ::dilation]
    return found[: sides[0].out, : sides[1].out]


def output(
    image: ArrayLike, kernel: ArrayLike, operation: str, **setting: Any
) -> Floats:
    """Return the output of a convolution (as networks compute it) or of pooling.

    Parameters
    ----------
    image : array_like, shape (height, width)
    kernel : array_like, shape (size, size)
        Of pooling only the size counts.
    operation : {"convolution", "max", "average"}
        Pooling leaves places beyond the edge out, as Keras does.
    **setting
        Stride, padding and dilation, as for `windows`.
    """
    weights = np.asarray(kernel, dtype=np.float64)
    cells = windows(image, len(weights), **setting)
    if operation == "convolution":
        result: Floats = (np.nan_to_num(cells) * weights).sum(axis=(2, 3))
        return result
    pooled: Floats = (np.nanmax if operation == "max" else np.nanmean)(cells, (2, 3))
    return pooled


def corner_pattern() -> Grey:
    """Draw a small picture by hand: a square, a slope and a dot, 16 × 16."""
    pattern = np.zeros((16, 16), dtype=np.uint8)
    pattern[2:8, 2:8] = 240
    for step in range(7):
        pattern[8 + step, 8 + step : 15] = 240
    pattern[11, 3] = 240
    return pattern


def middle_square(photo: NDArray[np.uint8], side: int, grey: bool = False) -> Grey:
    """Cut the middle square out of a photograph, and make it small.

    Parameters
    ----------
    photo : ndarray of uint8, shape (height, width, 3)
    side : int
        Pixels of the result, across and down.
    grey : bool
        Whether to weigh the three colours together.

    Returns
    -------
    ndarray of uint8, shape (side, side) or (side, side, 3)
        Each pixel is the mean of those it stands for.
    """
    from PIL import Image

    height, width = photo.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    square = Image.fromarray(photo[top : top + edge, left : left + edge])
    if grey:
        square = square.convert("L")
    return np.asarray(square.resize((side, side), Image.Resampling.BOX))


def pictures(photographs: Mapping[str, Any], digit: Grey) -> dict[str, Grey]:
    """Choose two photographs, and put a digit and a drawn pattern beside them.

    Parameters
    ----------
    photographs : mapping of str to Photograph
        As ``data.load("photographs")`` returns them; without scikit-image's, the
        flower stands in for the cat.
    digit : ndarray of uint8, shape (28, 28)
    """
    cat = "chelsea" if "chelsea" in photographs else "flower"
    return {
        "palace": middle_square(photographs["china"].image, SIDE, grey=True),
        {"chelsea": "cat"}.get(cat, cat): middle_square(
            photographs[cat].image, SIDE, grey=True
        ),
        "digit": digit,
        "drawn pattern": corner_pattern(),
    }


def pack(pictures: Mapping[str, Grey]) -> dict[str, Any]:
    """Pack square grey pictures, in steps of `LEVEL`, for the widget."""
    levels = b"".join((each // LEVEL).tobytes() for each in pictures.values())
    return {
        "names": list(pictures),
        "sides": [len(each) for each in pictures.values()],
        "level": LEVEL,
        "pixels": base64.b64encode(zlib.compress(levels, 9)).decode(),
    }


class Explorer:
    """Pictures, and what a kernel or a pooling window makes of them.

    Parameters
    ----------
    pictures : mapping of str to ndarray of uint8, shape (side, side)
        Square grey pictures by the names that the reader sees.
    """

    def __init__(self, pictures: Mapping[str, Grey]) -> None:
        self._packed = pack(pictures)
        self.pictures = {
            name: (each // LEVEL * LEVEL).astype(np.float64)
            for name, each in pictures.items()
        }

    def constants(self) -> dict[str, Any]:
        """Return what the widget needs: pictures, kernels and colours."""
        return {
            "pictures": self._packed,
            "kernels": {
                name: {str(size): kernel_of(name, size).tolist() for size in SIZES}
                for name in KERNELS.values()
            },
            "colors": {name: list(COLORS[name]) for name in _COLORS},
            "signed": [
                [str(stop[1]) for stop in DIVERGING[theme]]
                for theme in ("light", "dark")
            ],
        }

    def state(
        self,
        picture: str,
        operation: str,
        kernel: str,
        size: int,
        stride: int,
        padding: str,
        dilation: int,
        flip: bool,
    ) -> State:
        """Return the sums of the output's rows and the value in its middle.

        Parameters
        ----------
        picture : str
            A name of `pictures`.
        operation, kernel, padding : str
            Values of `OPERATIONS`, `KERNELS` and `PADDINGS`.
        size, stride, dilation : int
            Of the kernel or window; cells from one window to the next; cells from one
            weight to the next.
        flip : bool
            Whether the kernel is turned by half a turn first.
        """
        weights = kernel_of(kernel, size)
        found = output(
            self.pictures[picture],
            weights[::-1, ::-1] if flip else weights,
            operation,
            stride=stride,
            padding=padding,
            dilation=dilation,
        )
        middle = found[len(found) // 2, found.shape[1] // 2]
        return {"layout.rows": found.sum(axis=1), "layout.middle": float(middle)}

    def words(
        self,
        picture: str,
        operation: str,
        kernel: str,
        size: int,
        stride: int,
        padding: str,
        dilation: int,
        flip: bool,
    ) -> str:
        """Say how large the output is and how its middle cell comes about."""
        length, window = len(self.pictures[picture]), reach(size, dilation)
        side = along(length, window, stride, padding)
        row = side.out // 2
        under = windows(self.pictures[picture], size, stride, padding, dilation)
        inside = int(np.isfinite(under[row, row]).sum())
        state = self.state(
            picture, operation, kernel, size, stride, padding, dilation, flip
        )
        how, last = _how(operation, kernel_of(kernel, size), inside)
        border = size**2 - inside
        beyond = (
            f" {border} of the window's cells lie beyond the edge." if border else ""
        )
        return (
            f"The output is {side.out} × {side.out}: "
            f"({length} + {side.before + side.after} − {window}) / {stride}, rounded "
            f"down, + 1 = {side.out} cells each way. Row {row + 1}, column {row + 1}: "
            f"{how} {_number(state['layout.middle'])}.{beyond} {last}"
        )


def _how(operation: str, weights: Floats, inside: int) -> tuple[str, str]:
    """Say how a cell is computed, and what its weights are."""
    nothing = "Pooling has no weights: there is nothing to learn."
    if operation == "max":
        return f"the largest of {inside} pixels is", nothing
    if operation == "average":
        return f"the mean of {inside} pixels is", nothing
    total = weights.sum()
    even = "The weights add up to 0, so an even area gives 0."
    if abs(total) >= 1e-9:
        even = (
            f"The weights add up to {_number(total)}: an even area is multiplied by "
            "that."
        )
    return f"{weights.size} products add up to", even


def _number(value: float) -> str:
    """Write whole numbers as such, others with two digits."""
    return fixed(value, 0 if abs(value - round(value)) < 1e-9 else 2)
