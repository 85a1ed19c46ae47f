"""Penalties against PyTorch's autograd, finite differences and hand calculation."""

import numpy as np
import pytest
import torch

from ldl_lib import nn
from tests.nn import twins

PENALTIES = {
    "L1": (nn.L1, lambda w: w.abs().sum()),
    "L2": (nn.L2, lambda w: 0.5 * (w**2).sum()),
}
each = pytest.mark.parametrize("name", PENALTIES)
rng = np.random.default_rng(0)
X, LABELS = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)
LOSS = nn.CategoricalCrossEntropy(from_logits=True)


def network():
    layers = [nn.Dense(6, "tanh", bias=0.5), nn.BatchNorm(), nn.Dense(3, bias=-0.5)]
    return nn.Network(4, layers, seed=1)


def of_weights(own, vector, term):
    """A term of W alone: biases, and scale and shift of BatchNorm, are left out."""
    at, total = 0, 0.0
    for layer in own.layers:
        for name, values in layer.parameters.items():
            if name == "W":
                total = total + term(vector[at : at + values.size])
            at += values.size
    return total


@each
def test_value_and_gradient_are_autograd_s(name):
    make, term = PENALTIES[name]
    own, penalty = network(), make(0.07)
    vector = twins.tensor(own.weights)
    expected = 0.07 * of_weights(own, vector, term)
    expected.backward()
    assert penalty.value(own) == pytest.approx(expected.item(), rel=1e-12)
    penalty.add_gradient(own)  # the gradient was 0
    np.testing.assert_allclose(own.gradient, vector.grad, rtol=0, atol=1e-14)


@each
def test_gradient_is_added_and_agrees_with_finite_differences(name):
    own, penalty = network(), PENALTIES[name][0](0.3)

    def value():
        outputs = own.forward(X, training=True)
        return LOSS.value(outputs, LABELS) + penalty.value(own)

    slopes = twins.slopes(value, own.weights)
    own.backward(LOSS.gradient(own.forward(X, training=True), LABELS))
    penalty.add_gradient(own)
    np.testing.assert_allclose(own.gradient, slopes, rtol=0, atol=1e-7)


@each
def test_training_is_that_of_a_loop_in_pytorch(name):
    make, term = PENALTIES[name]
    own = nn.Network(4, [nn.Dense(6, "tanh"), nn.Dense(3)], seed=1)
    vector = twins.tensor(own.weights)
    history = nn.train(
        own,
        LOSS,
        nn.Adam(0.02),
        X,
        LABELS,
        epochs=40,
        batch_size=20,
        shuffle=False,
        penalty=make(0.05),
    )
    optimizer = torch.optim.Adam([vector], lr=0.02)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        value = twins.loss(LOSS, twins.forward(own, vector, torch.tensor(X)), LABELS)
        losses.append(value.item())
        (value + 0.05 * of_weights(own, vector, term)).backward()
        optimizer.step()
    # The loss is that of the outputs, without the penalty.
    np.testing.assert_allclose(history["loss"], losses, rtol=0, atol=1e-9)
    np.testing.assert_allclose(own.weights, vector.detach(), rtol=0, atol=1e-9)


def test_by_hand():
    own = nn.Network(2, [nn.Dense(1)])
    own.weights[...] = [3, -4, 10]  # w₁, w₂, b
    assert nn.L1(0.5).value(own) == 3.5
    assert nn.L2(0.5).value(own) == 6.25
    nn.L1(0.5).add_gradient(own)
    np.testing.assert_array_equal(own.gradient, [0.5, -0.5, 0])
    nn.L2(0.5).add_gradient(own)
    np.testing.assert_array_equal(own.gradient, [2, -2.5, 0])


def test_strength_0_changes_nothing():
    paths = []
    for penalty in (None, nn.L1(0), nn.L2(0)):
        own = network()
        nn.train(own, LOSS, nn.SGD(0.1), X, LABELS, epochs=3, seed=1, penalty=penalty)
        paths.append(own.weights)
    np.testing.assert_array_equal(paths[1], paths[0])
    np.testing.assert_array_equal(paths[2], paths[0])


def test_l2_keeps_weights_shorter_and_l1_makes_them_sparse():
    weights = {}
    penalties = {"none": None, "L1": nn.L1(0.02), "L2": nn.L2(0.02)}
    for name, penalty in penalties.items():
        own = nn.Network(4, [nn.Dense(12, "tanh"), nn.Dense(3)], seed=1)
        nn.train(own, LOSS, nn.SGD(0.1), X, LABELS, epochs=400, seed=1, penalty=penalty)
        weights[name] = np.concatenate(
            [layer.parameters["W"].ravel() for layer in own.layers]
        )
    length = {name: np.linalg.norm(W) for name, W in weights.items()}
    assert max(length["L1"], length["L2"]) < 0.8 * length["none"]
    zeros = {name: np.mean(np.abs(W) < 0.01) for name, W in weights.items()}
    assert zeros["L1"] > 0.3 > zeros["L2"]


@pytest.mark.parametrize("strength", [-0.1, float("nan"), float("inf")])
@each
def test_a_strength_that_is_none_is_refused(name, strength):
    with pytest.raises(ValueError, match="strength must be at least 0, got"):
        PENALTIES[name][0](strength)
