"""E4.5: draw a digit, and watch the network of chapter 4's lab read it.

The widget is in ``ldl_lib/explore/front/widgets/draw_digit``. Here is what it needs
from Python, the packed weights and test images, and the same computation once more:
every page that shows the widget is compared with it.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.theme import COLORS, DIVERGING

Array = NDArray[np.float64]
Images = NDArray[np.uint8]
Stroke = Sequence[tuple[float, float]]

ARTIFACT = Path(__file__).parents[2] / "artifacts/04_digits.npz"
SIDE = 28  # pixels of an image
BOX = 20  # pixels that a digit's longer side fills
PAD = 280  # points of the pad, across and down
PEN = 11  # radius of the pen, in points
FIRST = 6  # test images of each digit: the first so many
MISREAD = 6  # and the first so many others that the network gets wrong
FLAT = 0.1  # a unit with less slope than this is saturated
FARTHEST = 10  # pixels that an image can be shifted
DRAWING = -1  # stands for the reader's own drawing among the numbers of test images

_COLORS = ("ink", "muted", "axis", "grid", "paper", "blue", "vermillion", "orange")


class Weights(NamedTuple):
    """The network that chapter 4's lab trained, as it is stored.

    Attributes
    ----------
    W1, b1, W2, b2 : ndarray of float16
        Shapes (25, 784), (25,), (10, 25) and (10,).
    mean, sd : float
        Of the training pixels, 0 to 255; inputs are standardised with them.
    test_error : float
        Share of MNIST's test images that exactly these weights get wrong.
    """

    W1: NDArray[np.float16]
    b1: NDArray[np.float16]
    W2: NDArray[np.float16]
    b2: NDArray[np.float16]
    mean: float
    sd: float
    test_error: float

    def network(self) -> nn.Network:
        """Return a network of float64 with these weights."""
        layers = [nn.Dense(len(self.b1), "tanh"), nn.Dense(len(self.b2), "logistic")]
        network = nn.Network(self.W1.shape[1], layers, seed=0)
        for layer, W, b in zip(
            layers, (self.W1, self.W2), (self.b1, self.b2), strict=True
        ):
            layer.parameters["W"][...] = W
            layer.parameters["b"][...] = b
        return network

    def standardise(self, images: NDArray[Any]) -> Array:
        """Return (n, 28, 28) grey levels as inputs, shape (n, 784)."""
        pixels = np.asarray(images, dtype=np.float64).reshape(-1, SIDE * SIDE)
        return (pixels - self.mean) / self.sd

    def predict(self, images: NDArray[Any]) -> NDArray[np.int64]:
        """Return the digit of the largest output for (n, 28, 28) grey levels."""
        outputs = self.network().forward(self.standardise(images))
        answers: NDArray[np.int64] = outputs.argmax(axis=1)
        return answers


@cache
def weights(file: Path = ARTIFACT) -> Weights:
    """Read the weights that the full run of chapter 4's lab has left.

    Raises
    ------
    FileNotFoundError
        If there was no full run yet.
    """
    with np.load(file) as stored:
        return Weights(
            W1=stored["W1"],
            b1=stored["b1"],
            W2=stored["W2"],
            b2=stored["b2"],
            mean=float(stored["mean"]),
            sd=float(stored["std"]),
            test_error=float(stored["test_error"]),
        )


def first_of_each(labels: NDArray[np.int64], count: int = FIRST) -> list[int]:
    """Return the positions of the first `count` examples of each class, by class."""
    return [
        int(place)
        for digit in np.unique(labels)
        for place in np.flatnonzero(labels == digit)[:count]
    ]


def ink(strokes: Iterable[Stroke], radius: float = PEN) -> Images:
    """Draw lines with a round pen, as on the widget's pad.

    Parameters
    ----------
    strokes : iterable of sequences of (x, y)
        Corners of each line, in points from the left and from the top, 0 to 280.
    radius : float
        Of the pen, in points; ten points are a pixel of the image.

    Returns
    -------
    ndarray of uint8, shape (280, 280)
        0 for none to 255 for ink, with a soft edge one point wide.
    """
    y, x = np.mgrid[:PAD, :PAD] + 0.5
    pad = np.zeros((PAD, PAD))
    for stroke in strokes:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            dx, dy = x1 - x0, y1 - y0
            along = ((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-12)
            along = np.clip(along, 0, 1)
            distance = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
            pad = np.maximum(pad, np.clip(radius + 0.5 - distance, 0, 1))
    return np.floor(255 * pad + 0.5).astype(np.uint8)


def _averages(length: int, pixels: int) -> Array:
    """Return the (pixels, length) matrix that averages over equal intervals."""
    edges = np.arange(pixels + 1)[:, None] * length / pixels
    at = np.arange(length)
    overlap = np.minimum(edges[1:], at + 1) - np.maximum(edges[:-1], at)
    shares: Array = np.clip(overlap, 0, None) * pixels / length
    return shares


def prepare(pad: NDArray[Any]) -> Array:
    """Crop, scale and centre a drawing as MNIST's makers did.

    The longer side becomes 20 pixels, by averaging areas. Then the image is moved by
    whole pixels until its centre of mass lies in the pixel below and right of the
    middle, where all of MNIST's images have it.

    Parameters
    ----------
    pad : ndarray, shape (n, n)
        Grey levels from 0 to 255.

    Returns
    -------
    ndarray, shape (28, 28)
        Whole grey levels; all 0 if the pad is empty.
    """
    rows, columns = np.flatnonzero(pad.any(axis=1)), np.flatnonzero(pad.any(axis=0))
    if not rows.size:
        return np.zeros((SIDE, SIDE))
    crop = pad[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = np.array(crop.shape)
    height, width = np.maximum(1, np.floor(BOX * size / size.max() + 0.5).astype(int))
    small = _averages(len(crop), height) @ crop @ _averages(crop.shape[1], width).T
    # A symmetric digit's centre lies on an edge: rounding errors must not decide.
    y = int(small.sum(axis=1) @ (np.arange(height) + 0.5) / small.sum() + 1e-6)
    x = int(small.sum(axis=0) @ (np.arange(width) + 0.5) / small.sum() + 1e-6)
    field = np.zeros((3 * SIDE, 3 * SIDE))
    top, left = SIDE + SIDE // 2 - y, SIDE + SIDE // 2 - x
    field[top : top + height, left : left + width] = np.floor(small + 0.5)
    return field[SIDE : 2 * SIDE, SIDE : 2 * SIDE]


def shift(image: NDArray[Any], dx: int, dy: int) -> Array:
    """Move an image `dx` pixels right and `dy` down; what comes in is empty."""
    height, width = image.shape
    moved = np.zeros((height, width))
    rows, columns = (
        slice(max(0, by), size + min(0, by)) for by, size in ((dy, height), (dx, width))
    )
    back = (
        slice(max(0, -by), size + min(0, -by))
        for by, size in ((dy, height), (dx, width))
    )
    moved[rows, columns] = image[tuple(back)]
    return moved


def chances(pattern: int, count: int) -> Array:
    """Return repeatable random numbers in [0, 1), shape (count,).

    They are those of the generator "mulberry32", which JavaScript can follow exactly.

    Parameters
    ----------
    pattern : int
        Each gives other numbers.
    count : int
        How many; at most 1,000, after which the next pattern begins.
    """
    number = np.arange(count, dtype=np.uint32) + np.uint32(1000 * pattern)
    bits = number * np.uint32(0x6D2B79F5)  # modulo 2**32, like all that follows
    bits = (bits ^ (bits >> 15)) * (bits | 1)
    bits ^= bits + (bits ^ (bits >> 7)) * (bits | 61)
    result: Array = (bits ^ (bits >> 14)) / 2.0**32
    return result


def add_noise(image: Array, most: float, pattern: int) -> Array:
    """Add a number between −`most` and +`most` to each grey level; keep 0 to 255."""
    random = 2 * chances(pattern, image.size).reshape(image.shape) - 1
    return np.clip(image + most * random, 0, 255)


class Reader:
    """Test images, and what the network makes of them.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, 28, 28)
        MNIST's test images, or a sample that stands for them.
    labels : ndarray of int64, shape (n,)
        Their digits.
    network : Weights, optional
        Default: those of chapter 4's full run.

    Attributes
    ----------
    numbers : list of int
        Which test images can be chosen: the first six of each digit, then the first six
        others that the network gets wrong.
    """

    def __init__(
        self,
        images: Images,
        labels: NDArray[np.int64],
        network: Weights | None = None,
    ) -> None:
        self.weights = network or weights()
        self._network = self.weights.network()
        self.images, self.labels = images, labels
        self.numbers = first_of_each(labels)
        wrong = np.flatnonzero(self.weights.predict(images) != labels)
        self.misread = {int(place) for place in wrong}
        others = [number for number in map(int, wrong) if number not in self.numbers]
        self.numbers += others[:MISREAD]
        self._chosen_wrong = set(others[:MISREAD])

    def options(self) -> dict[str, int]:
        """Return what can be shown: the reader's drawing, then the test images."""
        return {"your drawing": DRAWING} | {
            self._name(number): number for number in self.numbers
        }

    def _name(self, number: int) -> str:
        name = f"{self.labels[number]}: test image {number}"
        if number in self._chosen_wrong:
            return f"{name}, picked because it is misread"
        return f"{name}, misread" if number in self.misread else name

    def constants(self) -> dict[str, Any]:
        """Return what the widget needs: packed weights and images, and colours."""
        shown = self.images[self.numbers]
        return {
            "weights": pack_weights(self.weights),
            "hidden": len(self.weights.b1),
            "outputs": len(self.weights.b2),
            "mean": self.weights.mean,
            "sd": self.weights.sd,
            "images": pack(shown.tobytes()),
            "labels": [int(label) for label in self.labels[self.numbers]],
            "numbers": self.numbers,
            "colors": {name: list(COLORS[name]) for name in _COLORS},
            "signed": [
                [str(stop[1]) for stop in DIVERGING[theme]]
                for theme in ("light", "dark")
            ],
            "farthest": FARTHEST,
            "pen": PEN,
        }

    def seen(self, image: int, dx: int, dy: int, noise: int, pattern: int) -> Array:
        """Return the grey levels that the network gets, shape (28, 28)."""
        start = np.zeros((SIDE, SIDE)) if image == DRAWING else self.images[image]
        return add_noise(shift(start, dx, dy), noise, pattern)

    def state(
        self, image: int, dx: int, dy: int, noise: int, pattern: int, centre: bool
    ) -> State:
        """Return the hidden units' sums, their outputs and the ten outputs.

        Parameters
        ----------
        image : int
            Number of a test image; `DRAWING` for a pad that is still empty.
        dx, dy : int
            Shift to the right and down, in pixels.
        noise : int
            Largest change of a grey level, 0 to 255.
        pattern : int
            Which random numbers.
        centre : bool
            Whether drawings are scaled and centred; test images are already.
        """
        outputs = self._forward(self.seen(image, dx, dy, noise, pattern))
        hidden = self._network.layers[0]
        assert isinstance(hidden, nn.Dense)
        return {
            "layout.z": hidden.z[0],
            "layout.hidden": hidden.outputs[0],
            "layout.outputs": outputs,
        }

    def words(
        self, image: int, dx: int, dy: int, noise: int, pattern: int, centre: bool
    ) -> str:
        """Say what the network answers, whether it is right, and who is saturated."""
        outputs = self._forward(self.seen(image, dx, dy, noise, pattern))
        slope = 1 - self._network.layers[0].outputs[0] ** 2
        start = "The pad is empty, and the network answers all the same."
        if image != DRAWING:
            label = int(self.labels[image])
            right = "right" if outputs.argmax() == label else "wrong"
            start = (
                f"Test image {image}, {'an' if label == 8 else 'a'} {label}: "
                f"the largest output is {right}."
            )
        return (
            f"{start} {answer_words(outputs)} Of {slope.size} hidden units, "
            f"{(slope < FLAT).sum()} are saturated (slope below {FLAT})."
        )

    def _forward(self, image: Array) -> Array:
        outputs: Array = self._network.forward(self.weights.standardise(image))[0]
        return outputs


def answer_words(outputs: Array) -> str:
    """Say which of ten outputs is the largest, and whether it is large enough."""
    best = int(outputs.argmax())
    high = np.flatnonzero(outputs >= 0.5)
    if not high.size:
        return (
            "No output reaches 0.5: no digit is recognised. The largest, "
            f"{fixed(outputs[best], 2)}, stands for {best}."
        )
    rivals = [f"{k} ({fixed(outputs[k], 2)})" for k in high if k != best]
    also = f" Above 0.5 as well: {', '.join(rivals)}." if rivals else ""
    answer = f"The network answers {best}, with output {fixed(outputs[best], 2)}."
    return answer + also


def pack(data: bytes) -> str:
    """Compress bytes and write them as text, as the front end's ``unpack`` reads it."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def pack_weights(network: Weights) -> str:
    """Pack all weights: float16, all low bytes before all high ones, which repeat."""
    parts = (network.W1, network.b1, network.W2, network.b2)
    joined = np.concatenate([part.ravel() for part in parts]).astype("<f2")
    return pack(joined.view(np.uint8).reshape(-1, 2).T.tobytes())
