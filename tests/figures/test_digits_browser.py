"""E4.1: examples, means and the nearest-mean classifier, against scikit-learn."""

import re

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from ldl_lib import data
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.digits import browser
from ldl_lib.figures.digits._pictures import LEVELS, levels, montage
from ldl_lib.figures.theme import DARK_TWIN

# Real digits that every installation has; small enough for a test.
SMALL = data.load("digits")
SHARES = (SMALL.train.X * 15, SMALL.train.y, SMALL.validation.X * 15)
DIGITS = browser.DigitBrowser(*SHARES, SMALL.validation.y)


@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")
def test_nearest_mean_is_that_of_scikit_learn():
    X, asked = (part.reshape(len(part), -1) for part in (SHARES[0], SHARES[2]))
    theirs = NearestCentroid().fit(X, SMALL.train.y).predict(asked)
    np.testing.assert_array_equal(browser.nearest_mean(DIGITS.means, SHARES[2]), theirs)
    assert DIGITS.confusion.sum() == len(asked)
    assert np.trace(DIGITS.confusion) == (theirs == SMALL.validation.y).sum()


def test_nearest_mean_of_all_of_mnist_reads_82_percent():
    mnist = data.load("mnist")
    if mnist.is_sample:
        pytest.skip("needs the real MNIST")
    full = mnist.train_full
    means = np.array([full.X[full.y == digit].mean(axis=0) for digit in range(10)])
    right = (browser.nearest_mean(means, mnist.test.X) == mnist.test.y).mean()
    assert right == pytest.approx(0.8203, abs=0.0005)


@pytest.mark.parametrize("digit", [0, 7])
def test_examples_are_of_the_digit_and_in_the_order_that_is_asked_for(digit):
    distance = ((SHARES[0] - DIGITS.means[digit]) ** 2).sum(axis=(1, 2))
    of_digit = np.flatnonzero(SMALL.train.y == digit)
    shown = browser.ROWS * browser.COLUMNS
    first, near, far = (DIGITS.examples(digit, order) for order in browser.ORDERS)
    assert list(first) == list(of_digit[:shown])
    assert distance[near].max() <= np.sort(distance[of_digit])[shown - 1] * (1 + 1e-6)
    assert distance[far].min() >= np.sort(distance[of_digit])[-shown] * (1 - 1e-6)


def test_montage_puts_images_side_by_side_and_leaves_gaps_empty():
    images = np.stack([np.full((2, 3), value) for value in (0, 100, 255)])
    found = montage(images, 2, 2)
    assert found.shape == (4, 6)
    assert (found[:2, :3] == 0).all()
    assert (found[:2, 3:] == round(100 * (LEVELS - 1) / 255)).all()
    assert (found[2:, :3] == LEVELS - 1).all()
    assert np.isnan(found[2:, 3:]).all()


def test_levels_lose_less_than_half_a_step():
    pixels = np.arange(256)
    error = np.abs(levels(pixels) * 255 / (LEVELS - 1) - pixels)
    assert error.max() <= 0.5 * 255 / (LEVELS - 1)


def test_words_count_what_there_is():
    said = DIGITS.words(3, browser.ORDERS[0])
    count = int((SMALL.train.y == 3).sum())
    assert f"{count} of {len(SMALL.train):,} training images are a 3" in said
    assert f"of all digits it reads {np.trace(DIGITS.confusion) / 200:.1%}" in said


def test_every_state_has_the_same_paths_and_only_theme_colours():
    values = {"digit": 5, "order": browser.ORDERS[0]}
    paths = frozenset(evaluate(DIGITS.state, values, None))
    for order in browser.ORDERS:
        evaluate(DIGITS.state, {"digit": 9, "order": order}, paths)
    hexes = set(
        re.findall(
            r"#[0-9a-f]{6}", DIGITS.figure().update_layout(template=None).to_json()
        )
    )
    assert hexes <= set(DARK_TWIN)
