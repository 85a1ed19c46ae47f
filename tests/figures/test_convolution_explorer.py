"""The explorer's pictures and kernels."""

from __future__ import annotations

import base64
import zlib
from types import SimpleNamespace

import numpy as np
import pytest

from ldl_lib.figures.convolution import explorer


def test_ready_made_kernels_do_what_their_names_say() -> None:
    even = np.full((9, 9), 50.0)
    ramp = np.tile(np.arange(9.0), (9, 1))
    for size in explorer.SIZES:
        for name in ("identity", "blur", "sharpen"):
            kernel = explorer.kernel_of(name, size)
            assert np.allclose(explorer.output(even, kernel, "convolution"), 50)
        for name in ("left-right", "top-bottom", "outline"):
            kernel = explorer.kernel_of(name, size)
            assert np.allclose(explorer.output(even, kernel, "convolution"), 0)
        sideways = explorer.output(
            ramp, explorer.kernel_of("left-right", size), "convolution"
        )
        down = explorer.output(
            ramp, explorer.kernel_of("top-bottom", size), "convolution"
        )
        assert sideways.min() > 0
        assert np.allclose(down, 0)


def test_identity_gives_the_picture_back() -> None:
    picture = explorer.corner_pattern().astype(float)
    for size in (3, 5):
        kernel = explorer.kernel_of("identity", size)
        same = explorer.output(picture, kernel, "convolution", padding="same")
        assert np.array_equal(same, picture)


def test_same_padding_halves_at_stride_two() -> None:
    assert explorer.along(28, 3, 1, "same").out == 28
    assert explorer.along(28, 3, 2, "same") == (14, 0, 1)  # the odd zero comes after
    assert explorer.along(28, 3, 2, "1").out == 14


def test_squares_are_small_and_of_mean_pixels() -> None:
    photo = np.zeros((40, 60, 3), dtype=np.uint8)
    photo[:, 10:30] = 200  # the left half of the middle square
    small = explorer.middle_square(photo, 4, grey=True)
    assert small.shape == (4, 4)
    assert np.array_equal(small[0], [200, 200, 0, 0])
    photo[..., 0] = 100
    colour = explorer.middle_square(photo, 4)
    assert np.array_equal(colour[0, :2], [[100, 200, 200], [100, 200, 200]])


def test_pictures_take_the_flower_where_the_cat_is_missing() -> None:
    photo = SimpleNamespace(image=np.zeros((99, 120, 3), dtype=np.uint8))
    digit = np.zeros((28, 28), dtype=np.uint8)
    both = explorer.pictures({"china": photo, "flower": photo}, digit)
    assert list(both) == ["palace", "flower", "digit", "drawn pattern"]
    every = explorer.pictures({"china": photo, "chelsea": photo}, digit)
    assert list(every)[1] == "cat"


def test_packed_pictures_hold_all_levels() -> None:
    pattern = explorer.corner_pattern()
    packed = explorer.pack({"a": pattern, "b": pattern[:4, :4]})
    levels = np.frombuffer(
        zlib.decompress(base64.b64decode(packed["pixels"])), dtype=np.uint8
    )
    assert packed["sides"] == [16, 4]
    assert levels.size == 16 * 16 + 4 * 4
    assert np.array_equal(levels[:256].reshape(16, 16) * packed["level"], pattern)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_words_count_products_and_border(size: int) -> None:
    shown = explorer.Explorer({"p": explorer.corner_pattern()})
    said = shown.words("p", "convolution", "blur", size, 1, "valid", 1, False)
    assert f"{size**2} products" in said
    assert "beyond the edge" not in said
