"""The pure functions: parsing, splitting, enlarging, drawing."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from ldl_lib.data import DamagedFileError, DataError, Part
from ldl_lib.data._drawings import CLASS_NAMES, draw_garments, inside
from ldl_lib.data._idx import parse_idx
from ldl_lib.data._images import _enlarge, idx_images
from ldl_lib.data._split import held_out, overlap, stable_keys

Bytes = NDArray[np.uint8]
Encode = Callable[[Bytes], bytes]

# The format's own example, by hand: 2 × 3 unsigned bytes.
BY_HAND = bytes.fromhex("000008020000000200000003010203040506")


def test_idx_by_hand() -> None:
    values = parse_idx(gzip.compress(BY_HAND), "x", ndim=2)
    np.testing.assert_array_equal(values, [[1, 2, 3], [4, 5, 6]])
    assert values.dtype == np.uint8
    assert values.flags.writeable


@settings(max_examples=30)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, max_side=5)))
def test_idx_round_trip(array: Bytes) -> None:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(
        int(length).to_bytes(4, "big") for length in array.shape
    )
    data = gzip.compress(header + array.tobytes())
    np.testing.assert_array_equal(parse_idx(data, "x", array.ndim), array)


@given(st.integers(0, len(BY_HAND) - 1))
def test_idx_truncated_anywhere_is_refused(length: int) -> None:
    with pytest.raises(DamagedFileError):
        parse_idx(gzip.compress(BY_HAND[:length]), "x", ndim=2)


@given(st.integers(0, 11), st.integers(1, 255))
def test_idx_with_any_altered_header_byte_is_refused(place: int, change: int) -> None:
    raw = bytearray(BY_HAND)
    raw[place] ^= change
    with pytest.raises(DamagedFileError):
        parse_idx(gzip.compress(bytes(raw)), "x", ndim=2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html>Please log in</html>", "no complete gzip file"),
        (gzip.compress(BY_HAND)[:-9], "no complete gzip file"),
        (gzip.compress(b"abc"), r"3 bytes, but an IDX header .* takes 12"),
        (gzip.compress(b"\0\0\x0d\2" + BY_HAND[4:]), "0x00000d02, expected .*00000802"),
        (gzip.compress(BY_HAND + b"!"), "promises 2 × 3 = 6 values, but holds 7"),
    ],
)
def test_idx_errors_say_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(DamagedFileError, match=message):
        parse_idx(data, "pictures.gz", ndim=2)


def _four_files(encode: Encode, **changes: Bytes) -> dict[str, bytes]:
    arrays = {
        "train_images": np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2),
        "train_labels": np.arange(6, dtype=np.uint8),
        "test_images": np.full((2, 2, 2), 99, dtype=np.uint8),
        "test_labels": np.arange(2, dtype=np.uint8),
    }
    return {role: encode(array) for role, array in (arrays | changes).items()}


def _build(files: dict[str, bytes]) -> None:
    idx_images(files, train=4, validation=2, test=2, class_names=tuple("0123456789"))


@pytest.mark.parametrize(
    ("role", "array", "message"),
    [
        ("train_labels", np.arange(5), "6 images and 5 labels, expected 6 of each"),
        ("test_labels", np.array([0, 10]), "holds the label 10, expected 0 to 9"),
        ("test_images", np.zeros((2, 2, 3)), "the same size"),
        ("test_images", np.zeros((2, 4)), "magic number"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(
    encode: Encode, role: str, array: Bytes, message: str
) -> None:
    _build(_four_files(encode))
    with pytest.raises(DamagedFileError, match=message):
        _build(_four_files(encode, **{role: array}))


def test_a_test_image_seen_in_training_is_remarked_on(encode: Encode) -> None:
    images = np.full((2, 2, 2), 99, dtype=np.uint8)
    images[1] = [[4, 5], [6, 7]]  # row 1 of the training images
    contents = idx_images(
        _four_files(encode, test_images=images),
        train=4,
        validation=2,
        test=2,
        class_names=tuple("0123456789"),
    )
    assert contents.remark == "1 of the 2 test images also occur in training"


def test_part_refuses_unequal_lengths() -> None:
    with pytest.raises(DataError, match="2 examples and 3 targets"):
        Part(np.zeros((2, 4)), np.zeros(3))


@given(st.permutations(range(30)), st.integers(0, 30))
def test_split_depends_on_content_and_not_on_order(order: list[int], n: int) -> None:
    X = np.random.default_rng(0).integers(0, 256, (30, 5), dtype=np.uint8)
    mixed = X[order]
    kept, held = held_out(stable_keys(X), n)
    kept_mixed, held_mixed = held_out(stable_keys(mixed), n)
    assert len(held) == n
    assert sorted([*kept, *held]) == list(range(30))
    assert {x.tobytes() for x in X[held]} == {x.tobytes() for x in mixed[held_mixed]}
    assert {x.tobytes() for x in X[kept]} == {x.tobytes() for x in mixed[kept_mixed]}


def test_keys_are_blake2b_and_equal_only_for_equal_examples() -> None:
    X = np.array([[1, 2], [3, 4], [1, 2]], dtype=np.uint8)
    keys = stable_keys(X)
    # From coreutils: printf '\x01\x02' | b2sum -l 64
    assert f"{keys[0]:016x}" == "2d8c377aedfc6330"
    assert keys[0] == keys[2] != keys[1]
    np.testing.assert_array_equal(stable_keys(X[:, ::-1]), stable_keys(X[:, ::-1] + 0))


@pytest.mark.parametrize("count", [-1, 4])
def test_holding_out_an_impossible_number_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"count is {count}, expected 0 to 3"):
        held_out(np.arange(3, dtype=np.uint64), count)


def test_overlap_finds_the_repeated_test_examples() -> None:
    train, test = np.array([5, 6, 7], np.uint64), np.array([1, 7, 5, 7], np.uint64)
    np.testing.assert_array_equal(overlap(train, test), [1, 2, 3])


def test_enlarging_agrees_with_pillow() -> None:
    X = np.random.default_rng(0).integers(0, 17, (3, 8, 8), dtype=np.uint8)
    enlarged = _enlarge(X)
    assert enlarged.shape == (3, 28, 28)
    for small, large in zip(X, enlarged, strict=True):
        image = Image.fromarray((small / 16 * 255).astype(np.float32))
        expected = np.asarray(image.resize((20, 20), Image.Resampling.BILINEAR))
        np.testing.assert_allclose(large[4:24, 4:24], expected, atol=0.51)
        assert large.sum() == large[4:24, 4:24].sum()  # the border is black


def test_points_in_a_triangle() -> None:
    x, y = np.random.default_rng(0).random((2, 200))
    np.testing.assert_array_equal(inside(((0, 0), (1, 0), (0, 1)), x, y), x + y < 1)


def test_drawings_are_reproducible_balanced_and_not_empty() -> None:
    X, y = draw_garments(100, seed=3)
    again, _ = draw_garments(100, seed=3)
    other, _ = draw_garments(100, seed=4)
    np.testing.assert_array_equal(X, again)
    assert not np.array_equal(X, other)
    assert np.bincount(y).tolist() == [10] * len(CLASS_NAMES)
    covered = (X > 0).mean(axis=(1, 2))
    assert covered.min() > 0.03
    assert covered.max() < 0.8
