"""Images as text: what is kept, what is lost, what is refused."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_image

from ldl_lib.figures.pixels import data_uri


def opened(uri: str) -> Image.Image:
    head, packed = uri.split(",", 1)
    assert head.endswith(";base64")
    return Image.open(io.BytesIO(base64.b64decode(packed, validate=True)))


@pytest.fixture(scope="module")
def flower() -> NDArray[np.uint8]:
    return np.asarray(load_sample_image("flower.jpg")[:240:2, :320:2])


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (1, 1), (1, 1, 3)])
def test_png_keeps_every_pixel(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    uri = data_uri(image)
    assert uri.startswith("data:image/png;base64,")
    np.testing.assert_array_equal(np.asarray(opened(uri)), image)


def test_image_need_not_lie_in_order(flower: NDArray[np.uint8]) -> None:
    mirrored = flower[:, ::-1]
    np.testing.assert_array_equal(np.asarray(opened(data_uri(mirrored))), mirrored)


@pytest.mark.parametrize("colours", [2, 16, 256])
def test_fewer_colours_weigh_less(flower: NDArray[np.uint8], colours: int) -> None:
    uri = data_uri(flower, colours=colours)
    pixels = np.asarray(opened(uri).convert("RGB")).reshape(-1, 3)
    assert len(np.unique(pixels, axis=0)) <= colours
    assert len(uri) < len(data_uri(flower)) / 2


def test_few_colours_are_kept_exactly() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image[2:5, 2:5] = (210, 90, 30)
    restored = opened(data_uri(image, colours=16)).convert("RGB")
    np.testing.assert_array_equal(np.asarray(restored), image)


def test_jpeg_is_smaller_and_close(flower: NDArray[np.uint8]) -> None:
    uri = data_uri(flower, quality=80)
    assert uri.startswith("data:image/jpeg;base64,")
    assert len(uri) < len(data_uri(flower)) / 3
    restored = np.asarray(opened(uri)).astype(float)
    assert np.abs(restored - flower).mean() < 5
    assert len(data_uri(flower, quality=40)) < len(uri)


@pytest.mark.parametrize(
    ("image", "options", "error", "words"),
    [
        (np.zeros((4, 4)), {}, TypeError, "float64"),
        ([[0, 1]], {}, TypeError, "list"),
        (np.zeros(4, np.uint8), {}, ValueError, r"\(4,\)"),
        (np.zeros((4, 4, 4), np.uint8), {}, ValueError, r"\(4, 4, 4\)"),
        (np.zeros((0, 4), np.uint8), {}, ValueError, r"\(0, 4\)"),
        (np.zeros((4, 4), np.uint8), {"colours": 1}, ValueError, "2 to 256, got 1"),
        (np.zeros((4, 4), np.uint8), {"quality": 96}, ValueError, "1 to 95, got 96"),
        (np.zeros((4, 4), np.uint8), {"colours": 8, "quality": 8}, ValueError, "one"),
    ],
)
def test_what_is_refused(
    image: Any, options: dict[str, int], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        data_uri(image, **options)
