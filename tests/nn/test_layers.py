"""Layers and networks of any shape, batch normalisation and dropout."""

import copy
import doctest

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ldl_lib import nn
from tests.nn import twins

quick = settings(max_examples=30, deadline=None)


# --- any network ------------------------------------------------------------------

units = st.integers(1, 6)
names = st.sampled_from(sorted(nn.ACTIVATIONS))
layers = st.one_of(
    st.builds(nn.Dense, units, names, st.sampled_from(sorted(nn.INITIALIZERS))),
    st.builds(nn.Maxout, units, st.integers(1, 4)),
    st.builds(nn.Activate, names),
    st.builds(nn.BatchNorm),
    st.builds(nn.Dropout, st.floats(0, 0.7)),
)
networks = st.builds(
    nn.Network,
    units,
    st.lists(layers, min_size=1, max_size=5),
    seed=st.integers(0, 2**32 - 1),
)


@given(networks, st.integers(2, 7), st.booleans(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_network_agrees_with_pytorch(network, batch, training, seed):
    rng = np.random.default_rng(seed)
    network.weights += 0.1 * rng.normal(size=network.weights.shape)
    X = rng.normal(size=(batch, network.inputs))
    outputs = network.forward(X, training)
    by_outputs = rng.normal(size=outputs.shape)
    by_inputs = network.backward(by_outputs)

    weights, inputs = twins.tensor(network.weights), twins.tensor(X)
    expected = twins.forward(network, weights, inputs, training)
    expected.backward(torch.tensor(by_outputs))
    # Normalising a batch whose values hardly differ enlarges rounding errors.
    close = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(outputs, expected.detach(), **close)
    np.testing.assert_allclose(by_inputs, inputs.grad, **close)
    if network.weights.size:
        np.testing.assert_allclose(network.gradient, weights.grad, **close)


@given(networks, st.integers(2, 7))
@quick
def test_shapes_of_any_network(network, batch):
    X = np.random.default_rng(0).normal(size=(batch, network.inputs))
    outputs = network.forward(X, training=True)
    assert outputs.shape == (batch, network.outputs)
    assert network.backward(np.ones_like(outputs)).shape == X.shape
    assert network.gradient.shape == network.weights.shape
    count = 0
    for layer in network.layers:
        assert layer.outputs.shape == layer.output_gradient.shape
        for name, values in layer.parameters.items():
            assert values.shape == layer.gradients[name].shape
            assert values.base is network.weights
            assert layer.gradients[name].base is network.gradient
            count += values.size
    assert count == network.weights.size


@given(networks)
@quick
def test_examples_of_a_batch_do_not_meet_at_inference(network):
    X = np.random.default_rng(0).normal(size=(5, network.inputs))
    together = network.forward(X)
    apart = [network.forward(X[i : i + 1])[0] for i in range(5)]
    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        network.predict(X, batch_size=2), together, rtol=1e-9, atol=1e-12
    )


def test_a_dense_layer_by_hand():
    network = nn.Network(2, [nn.Dense(2, "relu")], seed=1)
    network.weights[:] = [1, 2, 3, -4, 0.5, -0.5]  # a neuron a row, then the biases
    outputs = network.forward([[1, 1]])
    np.testing.assert_array_equal(outputs, [[3.5, 0]])
    np.testing.assert_array_equal(network.layers[0].z, [[3.5, -1.5]])
    by_inputs = network.backward(np.array([[10.0, 100.0]]))
    np.testing.assert_array_equal(network.gradient, [10, 10, 0, 0, 10, 0])
    np.testing.assert_array_equal(by_inputs, [[10, 20]])


def test_maxout_by_hand():
    network = nn.Network(1, [nn.Maxout(1, pieces=3)], seed=1)
    network.weights[:] = [-1, 0, 2, 0, 1, -3]  # the lines -x, 1 and 2x - 3
    outputs = network.forward([[-4.0], [0.5], [5.0]])
    np.testing.assert_array_equal(outputs, [[4], [1], [7]])
    by_inputs = network.backward(np.ones((3, 1)))
    np.testing.assert_array_equal(by_inputs, [[-1], [0], [2]])
    np.testing.assert_array_equal(network.gradient, [-4, 0.5, 5, 1, 1, 1])


def test_the_book_s_network_has_its_number_of_weights():
    result = doctest.testmod(nn.network, extraglobs={"Dense": nn.Dense})
    assert result.attempted
    assert not result.failed


def test_a_seed_makes_weights_reproducible():
    def weights(seed):
        layers = [nn.Dense(5, "tanh"), nn.Dropout(0.5), nn.Dense(2)]
        return nn.Network(3, layers, seed=seed).weights

    np.testing.assert_array_equal(weights(1), weights(1))
    assert (weights(1) != weights(2)).any()


def test_dropout_does_not_change_the_starting_weights():
    plain = nn.Network(3, [nn.Dense(5), nn.Dense(2)], seed=1)
    dropped = nn.Network(3, [nn.Dense(5), nn.Dropout(0.5), nn.Dense(2)], seed=1)
    np.testing.assert_array_equal(plain.weights, dropped.weights)


# --- copies -----------------------------------------------------------------------


def small_network():
    layers = [nn.Dense(4, "tanh"), nn.BatchNorm(), nn.Dropout(0.2), nn.Dense(2)]
    return nn.Network(3, layers, seed=1)


def trained(network, seed=0, steps=3):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(6 * steps, 3)), rng.normal(size=(6 * steps, 2))
    loss, sgd = nn.SquaredError(), nn.SGD(0.1)
    nn.train(network, loss, sgd, X, y, batch_size=6, seed=1, metrics={})
    return network


def test_restore_goes_back_to_a_state():
    network = trained(small_network())
    X = np.random.default_rng(1).normal(size=(5, 3))
    state, outputs = network.state(), network.forward(X)
    trained(network, seed=2)
    assert np.abs(network.forward(X) - outputs).max() > 1e-3
    network.restore(state)
    np.testing.assert_array_equal(network.forward(X), outputs)


def test_a_copy_learns_on_its_own():
    """Layers of a copy must be views of the copy's weights, or nothing would move."""
    network = trained(small_network())
    twin = copy.deepcopy(network)
    before = network.state()
    trained(twin, seed=2)
    for name, values in network.state().items():
        np.testing.assert_array_equal(values, before[name])
    trained(network, seed=2)
    for name, values in network.state().items():
        np.testing.assert_array_equal(values, twin.state()[name])


# --- batch normalisation ----------------------------------------------------------


@pytest.mark.parametrize("momentum", [0.0, 0.9, 0.99])
def test_batch_normalisation_agrees_with_pytorch(momentum):
    """Also the averages, but for PyTorch's n − 1 in the running variance."""
    rng = np.random.default_rng(0)
    layer = nn.BatchNorm(momentum=momentum, epsilon=1e-3)
    network = nn.Network(4, [layer], seed=1)
    network.weights += rng.normal(size=8)
    peer = torch.nn.BatchNorm1d(4, eps=1e-3, momentum=1 - momentum).double()
    with torch.no_grad():
        peer.weight[:] = torch.tensor(layer.parameters["gamma"])
        peer.bias[:] = torch.tensor(layer.parameters["beta"])
    variance = np.ones(4)
    for _ in range(5):
        X = rng.normal(5, 3, size=(6, 4))
        outputs = network.forward(X, training=True)
        expected = peer(torch.tensor(X))
        np.testing.assert_allclose(outputs, expected.detach(), rtol=1e-9)
        np.testing.assert_allclose(layer.averages["mean"], peer.running_mean)
        variance = momentum * variance + (1 - momentum) * X.var(axis=0)
        np.testing.assert_allclose(layer.averages["variance"], variance)
    # What is left of the starting 1 has no n: take it out before comparing.
    start = momentum**5
    unbiased = (peer.running_var.numpy() - start) * 5 / 6 + start
    np.testing.assert_allclose(layer.averages["variance"], unbiased)

    peer.eval()
    peer.running_var[:] = torch.tensor(layer.averages["variance"])
    X = rng.normal(5, 3, size=(3, 4))
    np.testing.assert_allclose(
        network.forward(X), peer(torch.tensor(X)).detach(), rtol=1e-9
    )


def test_a_normalised_batch_has_mean_beta_and_deviation_gamma():
    layer = nn.BatchNorm(epsilon=1e-12)
    network = nn.Network(2, [layer], seed=1)
    layer.parameters["gamma"][:] = [2.0, 0.5]
    layer.parameters["beta"][:] = [-1.0, 3.0]
    X = np.random.default_rng(0).normal(7, 4, size=(50, 2))
    outputs = network.forward(X, training=True)
    np.testing.assert_allclose(outputs.mean(axis=0), [-1, 3])
    np.testing.assert_allclose(outputs.std(axis=0), [2, 0.5])


def test_inference_neither_uses_nor_changes_batch_statistics():
    layer = nn.BatchNorm()
    network = nn.Network(2, [layer], seed=1)
    X = np.random.default_rng(0).normal(7, 4, size=(50, 2))
    outputs = network.forward(X)
    np.testing.assert_allclose(outputs, X / np.sqrt(1 + 1e-5))  # averages 0 and 1
    np.testing.assert_array_equal(layer.averages["mean"], 0)
    np.testing.assert_array_equal(layer.averages["variance"], 1)


def test_running_averages_approach_those_of_the_data():
    layer = nn.BatchNorm(momentum=0.9)
    network = nn.Network(2, [layer], seed=1)
    rng = np.random.default_rng(0)
    for _ in range(200):
        network.forward(rng.normal([7, -2], [4, 0.5], size=(100, 2)), training=True)
    np.testing.assert_allclose(layer.averages["mean"], [7, -2], rtol=0.05)
    np.testing.assert_allclose(layer.averages["variance"], [16, 0.25], rtol=0.1)


# --- dropout ----------------------------------------------------------------------


def test_dropout_is_the_identity_at_inference():
    network = nn.Network(8, [nn.Dropout(0.7)], seed=1)
    X = np.random.default_rng(0).normal(size=(5, 8))
    np.testing.assert_array_equal(network.forward(X), X)
    by_outputs = np.ones((5, 8))
    np.testing.assert_array_equal(network.backward(by_outputs), by_outputs)


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_dropout_switches_off_its_share_and_scales_the_rest(rate):
    network = nn.Network(100, [nn.Dropout(rate)], seed=1)
    X = np.full((1000, 100), 3.0)
    outputs = network.forward(X, training=True)
    stays = outputs != 0
    np.testing.assert_allclose(outputs[stays], 3 / (1 - rate))
    # 100,000 draws: standard error of the share at most 0.0016, of the mean below 0.03
    assert stays.mean() == pytest.approx(1 - rate, abs=0.008)
    assert outputs.mean() == pytest.approx(3, abs=0.15)
    by_inputs = network.backward(np.ones_like(X))
    np.testing.assert_allclose(by_inputs, stays / (1 - rate))


def test_dropout_draws_a_new_mask_for_every_example_and_pass():
    network = nn.Network(50, [nn.Dropout(0.5)], seed=1)
    X = np.ones((2, 50))
    first, second = (network.forward(X, training=True).copy() for _ in range(2))
    assert (first[0] != first[1]).any()
    assert (first != second).any()


def test_dropout_is_reproducible_by_the_network_s_seed():
    def outputs(seed):
        network = nn.Network(50, [nn.Dropout(0.5), nn.Dropout(0.5)], seed=seed)
        return network.forward(np.ones((2, 50)), training=True)

    np.testing.assert_array_equal(outputs(1), outputs(1))
    assert (outputs(1) != outputs(2)).any()


def test_two_dropout_layers_draw_different_masks():
    network = nn.Network(50, [nn.Dropout(0.5), nn.Dropout(0.5)], seed=1)
    network.forward(np.ones((2, 50)), training=True)
    first, second = (layer.mask for layer in network.layers)
    assert (first != second).any()
