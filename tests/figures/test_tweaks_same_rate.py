"""E5.11 agrees with PyTorch's losses and with factors worked out by hand."""

import itertools
import re

import numpy as np
import pytest

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import same_rate

DEFAULTS = {
    "loss": "½ sum",
    "over_batch": "mean",
    "outputs": 10,
    "size": 1,
    "rate": 0.01,
    "optimizer": "SGD",
}
FRAMEWORK = DEFAULTS | {"loss": "mean"}


@pytest.mark.parametrize(
    ("outputs", "size", "loss", "over_batch", "expected"),
    [
        (10, 1, "½ sum", "mean", 1),
        (10, 1, "mean", "mean", 2 / 10),
        (1, 1, "mean", "mean", 2),
        (100, 32, "mean", "mean", 2 / 100),
        (10, 32, "½ mean", "sum", 32 / 10),
        (100, 256, "sum", "sum", 2 * 256),
    ],
)
def test_factor_is_what_the_formula_of_the_loss_says(
    outputs, size, loss, over_batch, expected
):
    assert same_rate.factor(outputs, size, loss, over_batch) == pytest.approx(expected)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("outputs", [1, 10, 100])
def test_steps_are_those_of_pytorch(outputs, reduction):
    torch = pytest.importorskip("torch")
    given, targets = map(torch.tensor, same_rate.batch(outputs, 32))
    bias = torch.zeros(outputs, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([bias], lr=0.1)
    loss = torch.nn.functional.mse_loss(given + bias, targets, reduction=reduction)
    loss.backward()
    optimizer.step()
    taken = same_rate.steps(outputs, 32, reduction, reduction, 0.1, "SGD")
    np.testing.assert_allclose(taken, bias.detach().numpy(), rtol=1e-12)


def test_adam_takes_the_same_step_for_every_loss():
    taken = [
        same_rate.steps(10, 32, loss, over_batch, 0.001, "Adam")
        for loss, over_batch in itertools.product(same_rate.LOSSES, ["mean", "sum"])
    ]
    for each in taken:
        np.testing.assert_allclose(np.abs(each), 0.001, rtol=1e-5)
        np.testing.assert_array_equal(np.sign(each), np.sign(taken[0]))


def test_bars_of_the_framework_are_a_fifth_of_chapter_4():
    state = same_rate.state(**FRAMEWORK)
    np.testing.assert_allclose(state["data[1].y"], state["data[0].y"] / 5)
    assert state["data[3].x"] == pytest.approx([0.002, 0.002])
    assert state["layout.annotations[0].text"] == ""


def test_step_beyond_the_frame_is_cut_and_its_size_written():
    state = same_rate.state(**FRAMEWORK | {"size": 32, "over_batch": "sum"})
    taken = same_rate.steps(10, 32, "mean", "sum", 0.01, "SGD")
    assert np.abs(state["data[1].y"]).max() == same_rate.FRAME
    largest = float(state["layout.annotations[0].text"].removeprefix("↕ up to "))
    assert largest == pytest.approx(np.abs(taken).max(), rel=0.01)


def test_words_answer_the_question():
    assert "0.2 times chapter 4's" in same_rate.words(**FRAMEWORK)
    assert "choose η = 0.05" in same_rate.words(**FRAMEWORK)
    assert "This is chapter 4's step" in same_rate.words(**FRAMEWORK | {"rate": 0.05})
    assert "This is chapter 4's step" in same_rate.words(**DEFAULTS)
    batch = same_rate.words(**FRAMEWORK | {"size": 32})
    assert "Each of the 32 examples counts as with 0.0000625." in batch
    adam = same_rate.words(**FRAMEWORK | {"optimizer": "Adam"})
    assert "every bias by 0.01" in adam


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.002, "0.002"),
        (0.0000625, "0.0000625"),
        (512, "512"),
        (1, "1"),
        (1234, "1,234"),
    ],
)
def test_numbers_are_written_without_exponents(value, text):
    assert same_rate.number_text(value) == text


def test_first_picture_is_true_and_uses_the_theme():
    drawn = same_rate.figure().update_layout(template=None)
    hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
    assert hexes
    assert hexes <= set(DARK_TWIN)
    paths = None
    for outputs, optimizer in itertools.product([1, 10, 100], same_rate.OPTIMIZERS):
        values = DEFAULTS | {"outputs": outputs, "optimizer": optimizer}
        paths = paths or frozenset(evaluate(same_rate.state, values, None))
        evaluate(same_rate.state, values, paths)
