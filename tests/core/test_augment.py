"""Augmentation, against scipy.ndimage, numpy.roll and calculation by hand."""

import numpy as np
import pytest
from scipy import ndimage

from ldl_lib.augment import (
    WITH_STRENGTH,
    augment,
    brightness_contrast,
    crop,
    cutout,
    flip,
    rotate,
    shift,
)

STEPS = ["flip", ("shift", 2), ("crop", 2), ("rotate", 20.0)]
STEPS += [("brightness_contrast", 0.3), ("cutout", 4)]


def images(n=40, height=9, width=12, channels=3):
    rng = np.random.default_rng(7)
    return rng.integers(0, 256, (n, height, width, channels), dtype=np.uint8)


class Fixed:
    """A generator whose draws are given."""

    def __init__(self, *draws):
        self.draws = [np.asarray(draw) for draw in draws]

    def uniform(self, low, high, size):
        draw = self.draws.pop(0)
        assert np.all((low <= draw) & (draw <= high))
        return np.broadcast_to(draw, size)

    def integers(self, low, high, size):
        draw = self.draws.pop(0)
        assert np.all((low <= draw) & (draw < high))
        return np.broadcast_to(draw, size)


@pytest.mark.parametrize("step", STEPS, ids=str)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_shape_dtype_range_and_the_original_are_kept(step, dtype):
    X = images() if dtype == np.uint8 else (images() / 255).astype(dtype)
    before = X.copy()
    changed = augment(X, np.random.default_rng(0), step)
    assert changed.shape == X.shape
    assert changed.dtype == X.dtype
    assert changed.min() >= 0
    assert changed.max() <= (255 if dtype == np.uint8 else 1)
    assert np.array_equal(X, before)
    assert not np.array_equal(changed, X)
    assert not np.shares_memory(changed, X)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_seed_repeats_and_another_does_not(step):
    X = images()
    one, again, other = (augment(X, np.random.default_rng(s), step) for s in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("name", WITH_STRENGTH)
def test_strength_0_changes_nothing(name):
    X = images()
    assert np.array_equal(augment(X, np.random.default_rng(0), (name, 0)), X)


def test_flip_mirrors_about_half_of_the_images():
    X = images(400)
    changed = flip(X, np.random.default_rng(3))
    mirrored = (changed == X[:, :, ::-1]).all(axis=(1, 2, 3))
    untouched = (changed == X).all(axis=(1, 2, 3))
    assert (mirrored ^ untouched).all()
    assert 160 < mirrored.sum() < 240


def test_shift_is_that_of_scipy_and_inside_that_of_roll():
    X = images(3)
    down, right = np.array([2, 0, -1]), np.array([-2, 1, 0])
    changed = shift(X, Fixed([down, right]), 2)
    for image, new, dy, dx in zip(X, changed, down, right, strict=True):
        theirs = ndimage.shift(image, (dy, dx, 0), order=0, mode="nearest")
        assert np.array_equal(new, theirs)
        rolled = np.roll(image, (dy, dx), axis=(0, 1))
        assert np.array_equal(new[2:-2, 2:-2], rolled[2:-2, 2:-2])


def test_shift_reaches_every_place_and_none_beyond():
    X = np.zeros((600, 7, 7, 1))
    X[:, 3, 3] = 1
    places = np.argwhere(shift(X, np.random.default_rng(0), 2))[:, 1:3]
    assert {tuple(place) for place in places} == {
        (y, x) for y in range(1, 6) for x in range(1, 6)
    }


def test_crop_is_a_window_of_the_framed_image():
    X = images(2)
    changed = crop(X, Fixed([[0, 4], [3, 2]]), 2)
    assert np.array_equal(changed[0, 2:, :-1], X[0, :-2, 1:])
    assert not changed[0, :2].any()
    assert not changed[0, :, -1].any()
    assert np.array_equal(changed[1, :-2], X[1, 2:])
    assert not changed[1, -2:].any()


def test_rotate_is_that_of_scipy():
    X = images(3) / 255
    for image, new, angle in zip(
        X, rotate(X, Fixed([-15.0, 4.0, 30.0]), 30), (-15, 4, 30), strict=True
    ):
        theirs = ndimage.rotate(
            image, angle, axes=(0, 1), reshape=False, order=1, mode="nearest"
        )
        assert new == pytest.approx(theirs, abs=1e-9)


def test_a_quarter_turn_of_a_square_moves_pixels_and_no_more():
    X = images(1, 8, 8)
    changed = rotate(X, Fixed([90.0]), 90)
    assert np.array_equal(changed[0], np.rot90(X[0], 1))


def test_brightness_and_contrast_by_hand():
    X = np.array([0.0, 0.5, 0.6, 1.0]).reshape(1, 2, 2, 1)
    changed = brightness_contrast(X, Fixed(1.2, 0.1), 0.2)
    # 1.2 · (x − 0.5) + 0.5 + 0.1, cut off at 1
    assert changed.ravel() == pytest.approx([0.0, 0.6, 0.72, 1.0])
    whole = brightness_contrast(
        np.uint8(200 * np.ones((1, 1, 1, 1))), Fixed(1, 0.05), 1
    )
    assert whole.item() == 213  # 200 + 0.05 · 255 = 212.75


def test_cutout_covers_a_square_that_may_hang_over_the_edge():
    X = np.ones((2, 6, 6, 2))
    hidden = cutout(X, Fixed([3, 0], [2, 5]), 4) == 0
    assert hidden[0, 1:5, 0:4].all()
    assert hidden[0].sum() == 16 * 2
    assert hidden[1, 0:2, 3:6].all()
    assert hidden[1].sum() == 6 * 2


def test_steps_follow_one_another_in_order():
    X = images()
    rng = np.random.default_rng(5)
    by_hand = cutout(crop(flip(X, rng), rng, 3), rng, 5)
    at_once = augment(X, np.random.default_rng(5), "flip", ("crop", 3), ("cutout", 5))
    assert np.array_equal(at_once, by_hand)


@pytest.mark.parametrize(
    ("X", "step", "error", "says"),
    [
        (images()[0], "flip", ValueError, r"X\[None\]"),
        (images().astype(int), "flip", TypeError, "int64"),
        (images(), "shift", ValueError, "choose from"),
        (images(), ("flip", 1), ValueError, "choose from"),
        (images(), ("zoom", 2), ValueError, "zoom"),
        (images(), ("shift", 1.5), ValueError, "pixels must be a whole number"),
        (images(), ("crop", -1), ValueError, "padding must be a finite number ≥ 0"),
        (images(), ("rotate", np.inf), ValueError, "degrees must be"),
        (images(), ("brightness_contrast", 2), ValueError, "from 0 to 1"),
        (images() - 9.0, ("brightness_contrast", 0.1), ValueError, "before you stand"),
    ],
)
def test_errors_say_what_to_do(X, step, error, says):
    with pytest.raises(error, match=says):
        augment(X, np.random.default_rng(0), step)
