"""Losses against PyTorch, by hand, and where naive formulas overflow."""

import math
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from ldl_lib import nn
from tests.nn import twins

REDUCTIONS = ("mean", "sum")
each_pair = pytest.mark.parametrize(
    ("outputs", "batch"), list(product(REDUCTIONS, REDUCTIONS))
)
each_logits = pytest.mark.parametrize("logits", [False, True])
sizes = st.tuples(st.integers(1, 6), st.integers(1, 5))
seeds = st.integers(0, 2**32 - 1)


# --- by hand ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half", "outputs", "batch", "value", "slope"),
    [
        (False, "sum", "sum", 30, 2),  # 1² + 2² + 3² + 4²; d/dŷ of 1² is 2
        (False, "mean", "sum", 15, 1),
        (False, "sum", "mean", 15, 1),
        (False, "mean", "mean", 7.5, 0.5),
        (True, "sum", "sum", 15, 1),
        (True, "sum", "mean", 7.5, 0.5),
        (True, "mean", "mean", 3.75, 0.25),
    ],
)
def test_squared_error_by_hand(half, outputs, batch, value, slope):
    loss = nn.SquaredError(half, outputs, batch)
    given_outputs, y = [[1, 2], [3, 4]], np.zeros((2, 2))
    assert loss.value(given_outputs, y) == value
    np.testing.assert_array_equal(
        loss.gradient(given_outputs, y), slope * np.array(given_outputs)
    )


def test_the_book_s_squared_error_has_five_times_the_frameworks_gradient():
    """Chapter 4 sums ½(ŷ − y)² over ten outputs; Keras and PyTorch average."""
    rng = np.random.default_rng(0)
    outputs, y = rng.random((1, 10)), np.eye(10)[[3]]
    book = nn.SquaredError(half=True, outputs="sum").gradient(outputs, y)
    frameworks = nn.SquaredError().gradient(outputs, y)
    np.testing.assert_allclose(book, 5 * frameworks)


def test_binary_cross_entropy_by_hand():
    outputs, y = [[0.8], [0.5]], [[1], [0]]
    loss = nn.BinaryCrossEntropy()
    assert loss.value(outputs, y) == pytest.approx(-(math.log(0.8) + math.log(0.5)) / 2)
    # −(y/ŷ − (1 − y)/(1 − ŷ)), averaged over two examples
    np.testing.assert_allclose(loss.gradient(outputs, y), [[-0.625], [1.0]])


def test_the_logistic_slope_cancels_in_cross_entropy():
    z = np.linspace(-5, 5, 11)[:, None]
    y = (np.arange(11) % 2.0)[:, None]
    logistic = nn.activation("logistic")
    p = logistic.value(z)
    by_p = nn.BinaryCrossEntropy(batch="sum").gradient(p, y)
    np.testing.assert_allclose(logistic.backward(z, by_p), p - y, rtol=1e-10)


def test_categorical_cross_entropy_by_hand():
    outputs = [[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]]
    loss = nn.CategoricalCrossEntropy(batch="sum")
    assert loss.value(outputs, [0, 2]) == pytest.approx(-math.log(0.35))
    np.testing.assert_allclose(
        loss.gradient(outputs, [0, 2]), [[-1 / 0.7, 0, 0], [0, 0, -2]]
    )


# --- against PyTorch --------------------------------------------------------------


def agree(loss, outputs, y):
    own = twins.tensor(outputs)
    expected = twins.loss(loss, own, y)
    expected.backward()
    assert loss.value(outputs, y) == pytest.approx(expected.item(), rel=1e-11)
    np.testing.assert_allclose(
        loss.gradient(outputs, y), own.grad, rtol=1e-10, atol=1e-14
    )


@each_pair
@given(sizes, seeds, st.booleans())
@settings(max_examples=20, deadline=None)
def test_squared_error_agrees_with_pytorch(outputs, batch, size, seed, half):
    rng = np.random.default_rng(seed)
    loss = nn.SquaredError(half, outputs, batch)
    agree(loss, rng.normal(size=size), rng.normal(size=size))


@each_pair
@each_logits
@given(sizes, seeds)
@settings(max_examples=20, deadline=None)
def test_binary_cross_entropy_agrees_with_pytorch(logits, outputs, batch, size, seed):
    rng = np.random.default_rng(seed)
    given_outputs = (
        5 * rng.normal(size=size) if logits else rng.uniform(0.01, 0.99, size)
    )
    y = rng.random(size).round(rng.integers(0, 3))  # 0 and 1, or in between
    agree(nn.BinaryCrossEntropy(logits, outputs, batch), given_outputs, y)


@pytest.mark.parametrize("batch", REDUCTIONS)
@each_logits
@given(sizes, seeds)
@settings(max_examples=20, deadline=None)
def test_categorical_cross_entropy_agrees_with_pytorch(logits, batch, size, seed):
    rng = np.random.default_rng(seed)
    outputs = 5 * rng.normal(size=size)
    if not logits:
        outputs = nn.softmax(outputs)
    loss = nn.CategoricalCrossEntropy(logits, batch)
    agree(loss, outputs, rng.integers(0, size[1], size[0]))
    agree(loss, outputs, rng.dirichlet(np.ones(size[1]), size[0]))


# --- targets ----------------------------------------------------------------------


@each_logits
def test_class_numbers_and_one_hot_rows_mean_the_same(logits):
    rng = np.random.default_rng(0)
    outputs = rng.dirichlet(np.ones(4), 6)
    labels = rng.integers(0, 4, 6)
    loss = nn.CategoricalCrossEntropy(logits)
    rows = nn.one_hot(labels, 4)
    assert loss.value(outputs, labels) == loss.value(outputs, rows)
    np.testing.assert_array_equal(
        loss.gradient(outputs, labels), loss.gradient(outputs, rows)
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_one_hot_takes_labels_as_files_hold_them(dtype):
    rows = nn.one_hot(np.array([2, 0, 1], dtype), 3)
    np.testing.assert_array_equal(rows, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    assert rows.dtype == np.float64


# --- stability --------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [30.0, 100.0, 1e4])
def test_logits_of_any_size_give_finite_losses_and_gradients(size, dtype):
    logits = np.array([[size, -size]], dtype)
    with np.errstate(all="raise", under="ignore"):
        for y, value, slope in [(0, 0, [0, 0]), (1, 2 * size, [1, -1])]:
            loss = nn.CategoricalCrossEntropy(from_logits=True)
            assert loss.value(logits, [y]) == pytest.approx(value, abs=1e-12)
            np.testing.assert_allclose(
                loss.gradient(logits, [y]), [slope], rtol=1e-6, atol=1e-12
            )
        loss = nn.BinaryCrossEntropy(from_logits=True, outputs="sum")
        for y, value, slope in [([1, 0], 0, [0, 0]), ([0, 1], 2 * size, [1, -1])]:
            assert loss.value(logits, [y]) == pytest.approx(value, abs=1e-12)
            np.testing.assert_allclose(
                loss.gradient(logits, [y]), [slope], rtol=1e-6, atol=1e-12
            )


def test_small_differences_survive_among_large_logits():
    """log(1 + e^−z) taken literally gives 0 from z = 37 on; the true value is e^−z."""
    loss = nn.BinaryCrossEntropy(from_logits=True)
    assert loss.value([[50.0]], [[1]]) == pytest.approx(math.exp(-50), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_and_wrong_probabilities_give_finite_losses(dtype):
    p = np.array([[0.0, 1.0]], dtype)
    with np.errstate(all="raise", under="ignore"):
        for loss, y in [
            (nn.BinaryCrossEntropy(), [[1, 0]]),
            (nn.CategoricalCrossEntropy(), [0]),
        ]:
            assert 10 < loss.value(p, y) < 1000
            assert np.isfinite(loss.gradient(p, y)).all()
            assert loss.gradient(p, y)[0, 0] < -1e6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("lead", [5.0, 20.0, 60.0, 80.0])
def test_softmax_and_its_loss_apart_still_learn_when_certain_and_wrong(lead, dtype):
    """A clipped probability must not stop the gradient: e^−20 is below a rounding."""
    z = np.array([[0.0, lead]], dtype)
    apart = nn.CategoricalCrossEntropy()
    p = nn.softmax(z)
    assert apart.value(p, [0]) == pytest.approx(lead, rel=0.01)
    by_z = nn.activation("softmax").backward(z, apart.gradient(p, [0]))
    together = nn.CategoricalCrossEntropy(from_logits=True).gradient(z, [0])
    np.testing.assert_allclose(by_z, together, rtol=1e-4)


# --- error rate -------------------------------------------------------------------


def test_error_rate_by_hand():
    outputs = [[0.1, 0.9], [0.8, 0.2], [0.4, 0.6], [0.3, 0.7]]
    assert nn.error_rate(outputs, [1, 0, 0, 0]) == 0.5
    assert nn.error_rate(outputs, np.eye(2)[[1, 0, 0, 0]]) == 0.5
    assert nn.error_rate([[0.4], [0.6], [0.5]], [0, 1, 1]) == pytest.approx(1 / 3)
    assert nn.error_rate([[0.4], [0.6]], [[1], [0]]) == 1


def test_error_rate_agrees_with_pytorch_s_argmax():
    rng = np.random.default_rng(0)
    outputs, y = rng.normal(size=(50, 7)), rng.integers(0, 7, 50)
    right = (torch.tensor(outputs).argmax(dim=1) == torch.tensor(y)).double().mean()
    assert nn.error_rate(outputs, y) == pytest.approx(1 - right.item())


def test_pytorch_s_defaults_are_ours():
    rng = np.random.default_rng(0)
    outputs, y = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    z = torch.tensor(outputs)
    expected = functional.mse_loss(z, torch.tensor(y)).item()
    assert nn.SquaredError().value(outputs, y) == pytest.approx(expected)
    labels = rng.integers(0, 4, 5)
    expected = functional.cross_entropy(
        torch.tensor(outputs), torch.tensor(labels)
    ).item()
    ours = nn.CategoricalCrossEntropy(from_logits=True).value(outputs, labels)
    assert ours == pytest.approx(expected)
