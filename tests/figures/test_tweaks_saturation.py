"""E5.1: the measured sums against the formula, numerical integration and MNIST."""

import itertools
import math
import os
import re

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from ldl_lib import data
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import saturation

SLOPES = {
    "tanh": lambda z: 1 / math.cosh(min(z, 300)) ** 2,
    "logistic": lambda z: 1 / (4 * math.cosh(min(z, 600) / 2) ** 2),
}


@pytest.fixture(scope="module")
def neurons():
    """Neurons that look at made-up images: bright blobs on black."""
    rng = np.random.default_rng(3)
    at = np.arange(28)
    row, column = rng.uniform(8, 20, (2, 600, 1, 1))
    distance = (at[:, None] - row) ** 2 + (at[None, :] - column) ** 2
    return saturation.Neurons(np.uint8(255 * np.exp(-distance / 30)))


CONTROLS = ("inputs", "fan_in", "limit", "activation")
SETTINGS = list(
    itertools.product(
        saturation.INPUTS.values(),
        saturation.FAN_INS.values(),
        saturation.LIMITS,
        ("tanh", "logistic"),
    )
)


def test_blocks_of_pixels_are_averaged():
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28))
    expected = [
        [image[r : r + 4, c : c + 4].mean() for r in range(0, 28, 4) for c in columns]
        for image in images
        for columns in [range(0, 28, 4)]
    ]
    np.testing.assert_allclose(saturation.coarser(images, 7), expected)
    assert saturation.coarser(images, 28).tolist() == images.reshape(3, 784).tolist()


@pytest.mark.parametrize("fan_in", saturation.FAN_INS.values())
@pytest.mark.parametrize("limit", [0.1, 1.0])
def test_random_inputs_spread_as_the_formula_says(neurons, fan_in, limit):
    found = neurons.measure("normal", fan_in, limit, "tanh")
    expected = math.sqrt(fan_in * limit**2 / 3)  # inputs have mean square 1
    assert found.predicted == pytest.approx(expected, rel=0.03)
    assert found.deviation == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("limit", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("activation", SLOPES)
def test_mean_slope_is_that_under_a_normal_distribution(neurons, limit, activation):
    # A sum of 784 random products is nearly normal.
    found = neurons.measure("normal", 784, limit, activation)
    slope = SLOPES[activation]
    mean, _ = quad(
        lambda z: slope(abs(z)) * norm.pdf(z, scale=found.deviation), -40, 40, limit=200
    )
    edge = brentq(lambda z: slope(z) - 0.01, 0, 10)
    assert found.mean_slope == pytest.approx(mean, rel=0.03)
    flat = 2 * norm.sf(edge, scale=found.deviation)
    assert found.saturated == pytest.approx(flat, abs=0.01)
    assert saturation.flat_from(activation) == pytest.approx(edge)


def test_standardised_inputs_have_mean_square_one(neurons):
    for fan_in in saturation.FAN_INS.values():
        assert neurons.mean_square("standardised", fan_in) == pytest.approx(1)
        assert neurons.mean_square("raw", fan_in) > 100


def test_sums_are_proportional_to_the_weights(neurons):
    small = neurons.measure("raw", 49, 0.05, "tanh")
    large = neurons.measure("raw", 49, 0.5, "tanh")
    assert large.deviation == pytest.approx(10 * small.deviation)
    assert large.predicted == pytest.approx(10 * small.predicted)
    assert large.mean_slope < small.mean_slope
    assert large.saturated > small.saturated


def test_every_state_fits_the_figure(neurons):
    figure = saturation.figure()
    highest = figure.layout.yaxis.range[1]
    paths = None
    for setting in SETTINGS:
        values = dict(zip(CONTROLS, setting, strict=True))
        state = evaluate(neurons.state, values, paths)
        paths = paths or frozenset(state)
        shares = state["data[0].y"]
        assert shares.sum() == pytest.approx(1)
        assert shares.max() < highest
        assert 0 <= state["data[4].y"][0] <= 1
        assert np.diff(state["data[5].x"]) > 0
    own = figure.to_plotly_json()
    own["layout"].pop("template")
    assert set(re.findall(r"#[0-9a-f]{6}", str(own))) <= set(DARK_TWIN)


def test_words_say_what_was_measured(neurons):
    for setting in SETTINGS[::7]:
        inputs, fan_in, limit, activation = setting
        found = neurons.measure(*setting)
        words = neurons.words(*setting)
        numbers = [
            float(number.replace(",", ""))
            for number in re.findall(r"\d[\d,]*(?:\.\d+)?", words)
        ]
        deviation, n, a, _, square, predicted, mean_slope, *_, fitting, _ = numbers
        assert (n, a) == (fan_in, limit)
        assert deviation == pytest.approx(found.deviation, rel=0.01)
        assert square == pytest.approx(neurons.mean_square(inputs, fan_in), rel=0.01)
        assert predicted == pytest.approx(math.sqrt(n * a**2 / 3 * square), rel=0.02)
        assert mean_slope == pytest.approx(found.mean_slope, rel=0.06)
        assert n * fitting**2 / 3 * square == pytest.approx(1, rel=0.03)
        assert f"slope of {activation} " in words


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"),
        (0.004, "under 1%"),
        (0.07, "7%"),
        (0.996, "over 99%"),
        (1.0, "100%"),
    ],
)
def test_a_small_share_is_not_called_none(neurons, monkeypatch, share, text):
    found = neurons.measure("raw", 16, 0.1, "tanh")._replace(saturated=share)
    monkeypatch.setattr(neurons, "measure", lambda *_: found)
    assert f"below 0.01 for {text} of" in neurons.words("raw", 16, 0.1, "tanh")


@pytest.mark.skipif(
    "LDL_DATA_MIRROR" not in os.environ,
    reason="needs real data: LDL_DATA_MIRROR is not set",
)
def test_mnist_saturates_large_weights_and_raw_pixels():
    neurons = saturation.Neurons(data.load("mnist", strict=True).train.X)
    for inputs, limit, deviation, slope in (
        ("standardised", 0.1, 1.6, 0.44),
        ("standardised", 1.0, 16, 0.05),
        ("raw", 0.1, 136, 0.007),
    ):
        found = neurons.measure(inputs, 784, limit, "tanh")
        assert found.deviation == pytest.approx(deviation, rel=0.04)
        assert found.mean_slope == pytest.approx(slope, rel=0.05)
