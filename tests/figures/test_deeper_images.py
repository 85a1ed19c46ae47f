"""E8.6 and E8.8: changed copies and nudged digits, against autograd and by hand."""

import base64
import io
import itertools
import json
import re

import numpy as np
import pytest
import torch
from PIL import Image

from ldl_lib import data
from ldl_lib.augment import augment
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.deeper import augmentation, fooled
from ldl_lib.figures.digits import draw
from ldl_lib.figures.theme import DARK_TWIN

WEIGHTS = draw.weights()
MNIST = data.load("mnist").test
X, Y = MNIST.X[:500], MNIST.y[:500]
PHOTO = np.random.default_rng(2).integers(0, 256, (130, 200, 3), dtype=np.uint8)
IMAGES = {
    "photo": augmentation.thumbnail(PHOTO),
    "digit": augmentation.enlarged(X[0]),
}
VIEWER = augmentation.Viewer(IMAGES, (X, Y), WEIGHTS.predict)
FOOLED = fooled.Fooled(WEIGHTS, X, Y)


def pixels(uri):
    return np.array(Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))))


def test_thumbnail_is_the_middle_averaged():
    side = augmentation.SIDE  # 130 pixels high: blocks of two, one pixel left out
    middle = PHOTO[1 : 1 + 2 * side, 36 : 36 + 2 * side].astype(float)
    expected = np.array(
        [
            [middle[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean((0, 1)) for j in (0, 9)]
            for i in (0, 5)
        ]
    )
    small = IMAGES["photo"]
    assert small.shape == (side, side, 3)
    assert np.abs(small[np.ix_([0, 5], [0, 9])] - expected).max() <= 0.5
    with pytest.raises(ValueError, match="at least 64"):
        augmentation.thumbnail(PHOTO[:50])


def test_copies_are_those_of_the_library_and_the_first_is_unchanged():
    tiles = VIEWER.copies("photo", "several", "mild")
    assert np.array_equal(tiles[0], IMAGES["photo"])
    steps = augmentation.CHANGES["several"]["mild"]
    rng = np.random.default_rng(augmentation.SEED)
    assert np.array_equal(tiles[1:], augment(tiles[[0] * 5], rng, *steps))


def test_the_picture_shows_the_copies():
    shown = pixels(VIEWER.state("photo", "flip", "mild")["data[0].source"])
    side, step = augmentation.SIDE, augmentation.SIDE + augmentation.GAP
    tiles = VIEWER.copies("photo", "flip", "mild").astype(float)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, augmentation.COLUMNS)
        found = shown[row * step :, column * step :][:side, :side].astype(float)
        # JPEG loses detail, not what is light and what is dark.
        blocks = [
            each.reshape(8, 8, 8, 8, 3).mean(axis=(1, 3, 4)) for each in (found, tile)
        ]
        assert np.abs(blocks[0] - blocks[1]).mean() < 6


def test_words_count_what_the_network_still_reads():
    if MNIST.X.shape[0] < 5_000:
        pytest.skip("needs the real MNIST")
    plain = (WEIGHTS.predict(X) == Y).mean()
    assert f"unchanged it reads {plain:.0%}" in VIEWER.words("digit", "flip", "mild")
    assert VIEWER.share("shift", "mild") > VIEWER.share("shift", "strong")
    assert VIEWER.share("flip", "mild") < 0.8 * plain
    assert "network" not in augmentation.Viewer(IMAGES).words("photo", "flip", "mild")


def test_pixels_of_a_step_shrink_with_the_image():
    steps = ("flip", ("shift", 6), ("rotate", 12), ("cutout", 20))
    assert augmentation.scaled(steps, 0.5) == (
        "flip",
        ("shift", 3),
        ("rotate", 12),
        ("cutout", 10),
    )


def test_every_change_and_strength_has_a_state():
    first = None
    for change in augmentation.NAMES.values():
        for strength in augmentation.STRENGTHS:
            values = {"image": "photo", "change": change, "strength": strength}
            shown = evaluate(VIEWER.state, values, first)
            first = first or frozenset(shown)


def test_gradient_by_the_pixels_is_that_of_autograd():
    images = torch.tensor(X[:20].astype(float), requires_grad=True)
    W1, b1, W2, b2 = (
        torch.tensor(np.asarray(each, float))
        for each in (WEIGHTS.W1, WEIGHTS.b1, WEIGHTS.W2, WEIGHTS.b2)
    )
    inputs = (images.reshape(20, -1) - WEIGHTS.mean) / WEIGHTS.sd
    outputs = torch.sigmoid(torch.tanh(inputs @ W1.T + b1) @ W2.T + b2)
    target = torch.nn.functional.one_hot(torch.tensor(Y[:20]), 10)
    ((outputs - target) ** 2).sum().mul(0.5).backward()
    network = WEIGHTS.network()
    found = fooled.input_gradient(network, WEIGHTS, X[:20], Y[:20])
    assert found == pytest.approx(images.grad.numpy(), rel=1e-6, abs=1e-12)


def test_a_nudge_moves_each_pixel_by_epsilon_and_stays_in_range():
    image = np.array([[0, 100], [200, 255]], dtype=np.uint8)
    signs = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    assert fooled.nudge(image, signs, 0.1).tolist() == [[0, 126], [174, 255]]


def test_one_step_is_the_sign_of_the_gradient():
    gradient = fooled.input_gradient(WEIGHTS.network(), WEIGHTS, X, Y)
    assert np.array_equal(
        FOOLED.attack(X, Y, 0.1), fooled.nudge(X, np.sign(gradient), 0.1)
    )


def test_nudges_against_the_network_hurt_more_than_random_ones():
    drawn = np.random.default_rng(0).choice([-1.0, 1.0], X.shape)
    at_once, stepwise, random = (
        (WEIGHTS.predict(images) == Y).mean()
        for images in (
            FOOLED.attack(X, Y, 0.1),
            FOOLED.attack(X, Y, 0.1, fooled.STEPS),
            fooled.nudge(X, drawn, 0.1),
        )
    )
    assert stepwise < at_once - 0.1
    assert at_once < random - 0.1


def test_ten_steps_go_no_farther_than_one():
    moved = FOOLED.attack(X, Y, 0.1, fooled.STEPS).astype(int) - X
    assert np.abs(moved).max() <= 26


def test_words_and_bars_agree():
    for digit, kind in itertools.product(range(10), fooled.KINDS.values()):
        values = {"digit": digit, "epsilon": 0.2, "kind": kind}
        shown = evaluate(FOOLED.state, values, None)
        answer = int(np.argmax(shown["data[4].y"]))
        assert f"The network reads {answer}, with output" in FOOLED.words(**values)
    still = evaluate(FOOLED.state, values | {"epsilon": 0.0}, None)
    assert np.array_equal(still["data[3].y"], still["data[4].y"])
    if WEIGHTS.predict(FOOLED.images[:1]) == 0:
        assert "It is a 0." in FOOLED.words(0, 0.0, "random")


def test_the_sum_is_shown_to_a_sixteenth():
    shown = pixels(FOOLED.state(3, 0.1, "random")["data[2].source"])
    assert shown.shape == (28, 28)


@pytest.mark.parametrize("maker", [VIEWER, FOOLED])
def test_only_colours_with_a_dark_twin(maker):
    figure = maker.figure()
    figure.layout.template = None
    text = re.sub(r"data:image[^\"]*", "", json.dumps(figure.to_dict()))
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", text))
    assert used
    assert used <= set(DARK_TWIN)


def test_grey_images_are_packed_as_greys():
    sheets = [VIEWER.state(name, "flip", "mild")["data[0].source"] for name in IMAGES]
    assert [sheet[:15] for sheet in sheets] == ["data:image/jpeg", "data:image/png;"]


def test_the_nudge_shows_where_pixels_became_darker_or_brighter():
    moved = FOOLED.nudged(3, 0.1, "random")[0].astype(int) - FOOLED.images[3]
    source = FOOLED.state(3, 0.1, "random")["data[1].source"]
    packed = io.BytesIO(base64.b64decode(source.split(",", 1)[1]))
    shown = np.array(Image.open(packed).convert("L")).astype(int)
    assert np.array_equal(np.sign(shown - 128), np.sign(moved))
