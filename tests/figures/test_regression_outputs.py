"""E6.1, E6.2: output units, softmax and calibration against PyTorch and counting."""

import itertools
import math
import re

import numpy as np
import pytest
import torch

from ldl_lib.figures.regression import calibration, pairs, temperature

SETTINGS = list(
    itertools.product(pairs.UNITS.values(), pairs.LOSSES, pairs.TARGETS.values())
)


def autograd(unit, loss, target, z):
    """Return PyTorch's derivative of the loss by z."""
    z = torch.tensor(float(z), dtype=torch.float64, requires_grad=True)
    zeros = torch.zeros(2, dtype=torch.float64)
    y_hat = {
        "linear": lambda: z[None],
        "relu": lambda: torch.relu(z)[None],
        "logistic": lambda: torch.sigmoid(z)[None],
        "softmax": lambda: torch.softmax(torch.cat([z[None], zeros]), 0),
    }[unit]()
    y = torch.tensor(pairs.wanted(unit, target))
    if loss == "squared error":
        value = ((y_hat - y) ** 2).sum() / 2
    elif loss == "binary cross-entropy":
        value = -(y * y_hat.log() + (1 - y) * (1 - y_hat).log()).sum()
    else:
        value = -(y * y_hat.log())[y != 0].sum()
    if not value.requires_grad:
        return 0.0, float(value)
    value.backward()
    return float(z.grad), float(value.detach())


@pytest.mark.parametrize(("unit", "loss", "target"), SETTINGS)
def test_gradients_are_autograd_s(unit, loss, target):
    for z in (-5.5, -1.0, 0.5, 3.0):
        expected, value = autograd(unit, loss, target, z)
        found = pairs.gradient(unit, loss, target, [z])[0]
        if math.isfinite(value):
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-12)
        else:
            assert math.isnan(found)


def test_right_pairs_leave_the_error():
    z = np.linspace(-6, 6, 25)
    for unit, loss in pairs.FITTING.items():
        for target in (0, 1):
            error = pairs.outputs(unit, z)[:, 0] - target
            assert np.allclose(pairs.gradient(unit, loss, target, z), error)


def test_curves_and_marks_are_those_of_the_pair():
    state = pairs.state("logistic", "squared error", 1, 2)
    here = pairs.CURVE == 2
    answer = 1 / (1 + math.exp(-2))
    assert state["data[0].y"][here] == pytest.approx(answer)
    assert state["data[2].y"] == pytest.approx(answer)
    slope = (answer - 1) * answer * (1 - answer)
    assert state["data[3].y"][here] == pytest.approx(slope)
    assert state["data[5].y"] == pytest.approx(slope)
    assert state["data[4].y"][here] == pytest.approx(answer - 1)
    names = [trace.name for trace in pairs.figure().data[3:5]]
    assert names == ["gradient ∂L/∂z", "error ŷ − y"]


def test_pairs_say_what_is_wrong():
    assert "hardly corrected" in pairs.words("logistic", "squared error", 1, -6)
    assert "logarithm" in pairs.words("linear", "binary cross-entropy", 1, -6)
    assert "no weight will" in pairs.words("relu", "squared error", -2, -1)
    assert "0 or more" in pairs.words("relu", "squared error", -2, 1)
    assert "No z" in pairs.words("logistic", "squared error", 2.5, 1)
    assert "yes alone" in pairs.words("logistic", "categorical cross-entropy", 0, 1)
    assert "this pair fits" in pairs.words("logistic", "binary cross-entropy", 1, -6)
    assert "no bounds" in pairs.words("linear", "squared error", 1, 4)


@pytest.mark.parametrize("values", [(2, 1, 5, 0.5), (-4, 3, -5, 10), (0, 1, 0, 0.1)])
def test_softmax_is_pytorch_s(values):
    cat, dog, shift, T = values
    logits = torch.tensor([cat, dog, 0.0], dtype=torch.float64) + shift
    expected = torch.softmax(logits / T, 0).numpy()
    assert np.allclose(temperature.probabilities(*values), expected, atol=1e-12)
    unshifted = temperature.probabilities(cat, dog, 0, T)
    assert np.allclose(unshifted, expected, atol=1e-12)


def test_bars_are_logits_and_probabilities_with_their_texts():
    state = temperature.state(2, 1, 5, 1)
    assert list(state["data[0].y"]) == [7, 6, 5]
    powers = [math.exp(2), math.exp(1), 1]
    expected = [power / sum(powers) for power in powers]
    assert np.allclose(state["data[1].y"], expected)
    assert state["data[1].text"][0] == "66.5\u00a0%"


def test_odds_are_those_of_the_probabilities():
    words = temperature.words(2, 1, 0, 0.5)
    p = temperature.probabilities(2, 1, 0, 0.5)
    ratio = float(re.search(r"cat ([\d.]+) times", words)[1])
    assert ratio == pytest.approx(p[0] / p[1], rel=0.01)
    assert "dog 2.72 times" in temperature.words(0, 1, 5, 1)
    assert "same logit" in temperature.words(1, 1, 0, 4)
    assert "over a million" in temperature.words(4, -1, 0, 0.1)


def test_reliability_counts_the_examples():
    found = calibration.measure(60, calibration.EPOCHS[-1], 1)
    assert found.shares.sum() == pytest.approx(1)
    kept = ~np.isnan(found.said)
    inside = found.said[kept]
    assert np.all(inside >= calibration.EDGES[:-1][kept] - 1e-12)
    assert np.all(inside <= calibration.EDGES[1:][kept] + 1e-12)


def test_a_diamond_is_the_share_right_of_its_group():
    size, epochs, T = 200, calibration.EPOCHS[0], 1
    y = calibration.examples(calibration.FRESH, seed=3)[1]
    p = torch.softmax(torch.tensor(calibration._logits(size)[0]) / T, 1)
    top, chosen = (values.numpy() for values in p.max(1))
    state = calibration.state(size, epochs, T)
    for group, low, high in ((-1, 0.9, 1.1), (-2, 0.8, 0.9)):
        inside = (top >= low) & (top < high)
        assert state["data[1].x"][group] == pytest.approx(top[inside].mean())
        right = (chosen[inside] == y[inside]).mean()
        assert state["data[1].y"][group] == pytest.approx(right)
        assert state["data[2].y"][group] == pytest.approx(inside.mean())


def test_loss_and_accuracy_are_pytorch_s():
    size, epochs, T = 60, calibration.EPOCHS[1], 2
    logits = torch.tensor(calibration._logits(size)[1]) / T
    y = torch.tensor(calibration.examples(calibration.FRESH, seed=3)[1])
    found = calibration.measure(size, epochs, T)
    expected = torch.nn.functional.cross_entropy(logits, y)
    assert found.loss == pytest.approx(float(expected), rel=1e-9)
    right = (logits.argmax(1) == y).double().mean()
    assert found.accuracy == pytest.approx(float(right))


def test_few_examples_and_long_training_make_it_too_sure():
    last = calibration.EPOCHS[-1]
    trained = calibration.measure(60, last, 1)
    assert trained.confidence > trained.accuracy + 0.1
    more = calibration.measure(calibration.SIZES[-1], last, 1)
    assert more.confidence - more.accuracy < 0.1
    assert calibration.best_temperature(60, last) > 3
    for T in calibration.TEMPERATURES:  # the winner stays the same
        assert calibration.measure(60, last, T).accuracy == trained.accuracy
    assert 0.78 < calibration.ceiling() < 0.86
    assert "too sure" in calibration.words(60, last, 1)
