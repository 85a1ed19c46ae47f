"""Every gradient against PyTorch and against finite differences.

All activations × all losses × all reductions, in float64: in the hidden layer always,
and in the output layer too where the loss takes any number.
"""

from itertools import product

import numpy as np
import pytest
import torch

from ldl_lib import nn
from tests.nn import twins

REDUCTIONS = ("mean", "sum")
INPUTS, HIDDEN, OUTPUTS, BATCH = 3, 4, 3, 5
HIDDEN_LAYERS = [*nn.ACTIVATIONS, "maxout"]
TARGETS = ("numbers", "one-hot", "probabilities")

SQUARED = {
    f"squared error, half={half}, {outputs} over outputs, {batch} over batch": (
        nn.SquaredError(half, outputs, batch),
        "any",
    )
    for half, outputs, batch in product((False, True), REDUCTIONS, REDUCTIONS)
}
BINARY = {
    f"binary, from_logits={logits}, {outputs} over outputs, {batch} over batch": (
        nn.BinaryCrossEntropy(logits, outputs, batch),
        "yes or no",
    )
    for logits, outputs, batch in product((False, True), REDUCTIONS, REDUCTIONS)
}
CATEGORICAL = {
    f"categorical, from_logits={logits}, {batch} over batch, {targets}": (
        nn.CategoricalCrossEntropy(logits, batch),
        targets,
    )
    for logits, batch, targets in product((False, True), REDUCTIONS, TARGETS)
}
LOSSES = SQUARED | BINARY | CATEGORICAL


def targets(kind, rng):
    if kind == "any":
        return rng.normal(size=(BATCH, OUTPUTS))
    if kind == "yes or no":
        return rng.integers(0, 2, (BATCH, OUTPUTS)).astype(float)
    numbers = rng.integers(0, OUTPUTS, BATCH)
    if kind == "numbers":
        return numbers
    if kind == "one-hot":
        return np.eye(OUTPUTS)[numbers]
    return rng.dirichlet(np.ones(OUTPUTS), BATCH)


def layer(name, units):
    if name == "maxout":
        return nn.Maxout(units, initializer=nn.Normal(1.0))
    return nn.Dense(units, name, initializer=nn.Normal(1.0), bias=0.1)


def output_activations(loss, hidden):
    """Output units that the loss takes."""
    if getattr(loss, "from_logits", True):
        return ["linear", hidden]
    return ["softmax", "logistic"]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN_LAYERS)
def test_gradients_agree_with_pytorch_and_finite_differences(hidden, name):
    loss, kind = LOSSES[name]
    for output in output_activations(loss, hidden):
        rng = np.random.default_rng(3)
        layers = [layer(hidden, HIDDEN), layer(output, OUTPUTS)]
        network = nn.Network(INPUTS, layers, seed=1)
        X, y = rng.normal(size=(BATCH, INPUTS)), targets(kind, rng)
        check(network, loss, X, y)


def check(network, loss, X, y):
    outputs = network.forward(X, training=True)
    by_inputs = network.backward(loss.gradient(outputs, y))
    assert np.abs(network.gradient).max() > 1e-3, "a gradient of zeros proves nothing"

    weights, inputs = twins.tensor(network.weights), twins.tensor(X)
    expected = twins.loss(loss, twins.forward(network, weights, inputs, True), y)
    expected.backward()
    assert loss.value(outputs, y) == pytest.approx(expected.item(), rel=1e-12)
    np.testing.assert_allclose(network.gradient, weights.grad, rtol=0, atol=1e-11)
    np.testing.assert_allclose(by_inputs, inputs.grad, rtol=0, atol=1e-11)

    gradient = network.gradient.copy()

    def value():
        return loss.value(network.forward(X, training=True), y)

    by_weights = twins.slopes(value, network.weights)
    np.testing.assert_allclose(gradient, by_weights, rtol=0, atol=1e-7)
    np.testing.assert_allclose(by_inputs, twins.slopes(value, X), rtol=0, atol=1e-7)


@pytest.mark.parametrize("place", ["before", "after"])
def test_gradients_through_batch_normalisation(place):
    between = {
        "before": [nn.Dense(4), nn.BatchNorm(), nn.Activate("tanh")],
        "after": [nn.Dense(4, "tanh"), nn.BatchNorm()],
    }
    network = nn.Network(3, [*between[place], nn.Dense(2)], seed=1)
    rng = np.random.default_rng(0)
    network.weights += 0.3 * rng.normal(size=network.weights.shape)  # γ ≠ 1, β ≠ 0
    check(network, nn.SquaredError(), rng.normal(size=(6, 3)), rng.normal(size=(6, 2)))


def test_gradients_through_batch_normalisation_at_inference():
    network = nn.Network(3, [nn.BatchNorm(), nn.Dense(2, "tanh")], seed=1)
    rng = np.random.default_rng(0)
    for _ in range(5):
        network.forward(rng.normal(2, 3, size=(8, 3)), training=True)
    X, y, loss = rng.normal(size=(4, 3)), rng.normal(size=(4, 2)), nn.SquaredError()
    network.backward(loss.gradient(network.forward(X), y))
    weights = twins.tensor(network.weights)
    twins.loss(loss, twins.forward(network, weights, torch.tensor(X)), y).backward()
    np.testing.assert_allclose(network.gradient, weights.grad, rtol=0, atol=1e-12)


def test_gradients_through_dropout():
    class Repeated(nn.Dropout):
        """Draws the same mask in every pass, as finite differences need."""

        def forward(self, X, training=False):
            self.rng = np.random.default_rng(5)
            return super().forward(X, training)

    network = nn.Network(3, [nn.Dense(6, "tanh"), Repeated(0.5), nn.Dense(2)], seed=1)
    rng = np.random.default_rng(0)
    check(network, nn.SquaredError(), rng.normal(size=(6, 3)), rng.normal(size=(6, 2)))
    assert 0 < (network.layers[1].mask == 0).mean() < 1


@pytest.mark.parametrize("name", LOSSES)
def test_a_float32_network_has_nearly_the_same_gradient(name):
    """It must compute in float32 throughout, and differ by rounding only."""
    loss, kind = LOSSES[name]
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(BATCH, INPUTS)), targets(kind, rng)
    gradients = {}
    for dtype in (np.float32, np.float64):
        output = output_activations(loss, "linear")[0]
        layers = [nn.Dense(HIDDEN, "gelu"), nn.Dense(OUTPUTS, output)]
        network = nn.Network(INPUTS, layers, seed=1, dtype=dtype)
        outputs = network.forward(X, training=True)
        by_outputs = loss.gradient(outputs, y)
        by_inputs = network.backward(by_outputs)
        arrays = [outputs, by_outputs, by_inputs, network.gradient]
        arrays += [each.outputs for each in network.layers]
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}
        gradients[dtype] = network.gradient
    close = {"rtol": 1e-4, "atol": 1e-5}
    np.testing.assert_allclose(gradients[np.float32], gradients[np.float64], **close)
