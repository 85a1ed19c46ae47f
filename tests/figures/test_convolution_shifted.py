"""E7.5: digits are moved as SciPy moves them, and the stored numbers make sense."""

import re

import numpy as np
import pytest
from scipy import ndimage

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.convolution import shifted
from ldl_lib.figures.theme import DARK_TWIN

DEFAULTS = {"change": "to the right", "step": 3, "altered": False, "digit": 7}
MIDDLE = 13.5


@pytest.fixture
def images():
    generator = np.random.default_rng(1)
    soft = ndimage.gaussian_filter(generator.random((3, 28, 28)), (0, 2, 2))
    return 255 * (soft - soft.min()) / np.ptp(soft)


@pytest.mark.parametrize("step", [-6, -1, 0, 4])
def test_moving_is_moving_by_whole_pixels(images, step):
    right = shifted.changed(images, "to the right", step)
    down = shifted.changed(images, "down", step)
    for image, moved, lowered in zip(images, right, down, strict=True):
        expected = ndimage.shift(image, (0, step), order=0, mode="nearest")
        np.testing.assert_allclose(moved, expected, atol=1e-9)
        expected = ndimage.shift(image, (step, 0), order=0, mode="nearest")
        np.testing.assert_allclose(lowered, expected, atol=1e-9)


@pytest.mark.parametrize("step", [-4, 2, 6])
def test_turning_is_that_of_scipy(images, step):
    turned = shifted.changed(images, "turned", step)
    for image, ours in zip(images, turned, strict=True):
        # SciPy turns anticlockwise where the first axis points down.
        theirs = ndimage.rotate(
            image, -7.5 * step, reshape=False, order=1, mode="nearest"
        )
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("step", [-5, 3])
def test_scaling_is_that_of_scipy(images, step):
    factor = 1 + step / 10
    scaled = shifted.changed(images, "scaled", step)
    for image, ours in zip(images, scaled, strict=True):
        theirs = ndimage.affine_transform(
            image,
            np.full(2, 1 / factor),
            offset=MIDDLE * (1 - 1 / factor),
            order=1,
            mode="nearest",
        )
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("change", shifted.CHANGES)
def test_nothing_changes_at_step_0_and_the_dtype_stays(images, change):
    whole = images.astype(np.uint8)
    np.testing.assert_array_equal(shifted.changed(whole, change, 0), whole)
    assert shifted.changed(whole, change, 3).dtype == np.uint8


@pytest.mark.parametrize(
    ("change", "step", "said"),
    [
        ("to the right", -1, "moved 1 pixel to the left"),
        ("down", 4, "moved 4 pixels down"),
        ("turned", -3, "turned by 22.5° anticlockwise"),
        ("scaled", 2, "scaled to 120%"),
        ("turned", 0, "not turned"),
    ],
)
def test_amounts_are_said_in_words(change, step, said):
    assert shifted.amount_words(change, step) == said


def test_stored_numbers_have_the_form_that_they_should():
    stored = shifted.stored()
    steps, changes = len(shifted.STEPS), len(shifted.CHANGES)
    assert stored["accuracy"].shape == (2, 3, changes, steps)
    assert stored["answers"].shape == (3, 2, 3, changes, steps)
    assert stored["digits"].shape == (3, 28, 28)
    assert set(np.unique(stored["answers"])) <= set(range(10))
    # Nothing is moved in the middle, whatever the change.
    centre = stored["accuracy"][..., shifted.STEPS.index(0)]
    np.testing.assert_allclose(centre, centre[..., :1].repeat(changes, -1), atol=1e-6)
    assert centre.min() > 0.8


def test_no_network_ignores_shifts():
    for change in ("to the right", "down"):
        centred = shifted.accuracy(change, altered=False)
        assert centred[:, [0, -1]].max() < 0.6  # six pixels off
        assert centred[:, shifted.STEPS.index(0)].min() > 0.85
        taught = shifted.accuracy(change, altered=True)
        four = shifted.STEPS.index(4)
        assert (taught[:, four] > centred[:, four] + 0.15).all()


def test_state_shows_what_is_stored():
    stored = shifted.stored()
    state = shifted.state("turned", -2, True, 9)
    np.testing.assert_array_equal(state["data[1].y"], stored["accuracy"][1, 1, 2])
    place = int(np.flatnonzero(stored["labels"] == 9)[0])
    answer = stored["answers"][place, 1, 0, 2, shifted.STEPS.index(-2)]
    assert f"dense: {answer}, " in state["layout.annotations[0].text"]
    assert state["layout.shapes[0].x0"] == -2
    assert state["layout.xaxis.ticktext"] == ["−45", "−22.5", "0", "22.5", "45"]


def test_words_give_the_shares_before_and_after():
    said = shifted.words(**DEFAULTS)
    curves = shifted.accuracy("to the right", altered=False)
    for curve in curves:
        assert f"{curve[shifted.STEPS.index(3)]:.0%}" in said
        assert f"{curve[shifted.STEPS.index(0)]:.0%}" in said
    assert "3 pixels to the right" in said


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(shifted.state, DEFAULTS, None))
    for change in shifted.CHANGES:
        evaluate(shifted.state, DEFAULTS | {"change": change, "digit": 4}, paths)
    text = shifted.figure().update_layout(template=None).to_json()
    assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= set(DARK_TWIN)
