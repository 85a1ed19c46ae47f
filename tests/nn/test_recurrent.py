"""Recurrent layers: gradients by finite differences, outputs by Keras and PyTorch."""

import numpy as np
import pytest
import torch

from ldl_lib import nn
from tests.nn import twins

INPUTS, UNITS, BATCH, STEPS = 3, 4, 5, 6
LAYERS = {
    "simple": lambda **more: nn.SimpleRNN(UNITS, **more),
    "simple, ReLU": lambda **more: nn.SimpleRNN(UNITS, activation="relu", **more),
    "LSTM": lambda **more: nn.LSTM(UNITS, **more),
    "LSTM, peephole": lambda **more: nn.LSTM(UNITS, peephole=True, **more),
    "GRU, reset after": lambda **more: nn.GRU(UNITS, **more),
    "GRU, reset before": lambda **more: nn.GRU(UNITS, reset_after=False, **more),
}
every_layer = pytest.mark.parametrize("name", LAYERS)
every_step = pytest.mark.parametrize("every", [False, True], ids=["last", "every step"])


def network(name, every, seed=1):
    """A network of one layer, with all weights drawn, biases and peepholes too."""
    made = nn.Network(INPUTS, [LAYERS[name](every_step=every)], seed=seed)
    made.weights[:] = np.random.default_rng(seed).normal(0, 0.6, made.weights.shape)
    return made


def sequences(seed=2):
    return np.random.default_rng(seed).normal(size=(BATCH, STEPS, INPUTS))


# --- backwards ------------------------------------------------------------------------


@every_layer
@every_step
def test_gradients_are_finite_differences(name, every):
    made, X = network(name, every), sequences()
    by_outputs = np.random.default_rng(3).normal(size=made.forward(X).shape)

    def loss():
        return float((made.forward(X) * by_outputs).sum())

    made.forward(X)
    by_inputs = made.backward(by_outputs)
    by_weights = made.gradient.copy()
    np.testing.assert_allclose(by_weights, twins.slopes(loss, made.weights), atol=1e-7)
    np.testing.assert_allclose(by_inputs, twins.slopes(loss, X), atol=1e-7)


@every_layer
def test_gradients_by_states_are_finite_differences(name):
    made, X = network(name, every=False), sequences()
    layer = made.layers[0]
    by_outputs = np.random.default_rng(3).normal(size=made.forward(X).shape)
    made.backward(by_outputs)
    states = [tuple(each.copy() for each in state) for state in layer.states]
    found = layer.state_gradients
    assert len(found) == len(states) == STEPS + 1

    for t in (0, 2, STEPS):
        for part, values in enumerate(states[t]):

            def loss(t=t):
                state = states[t]
                for k in range(t, STEPS):
                    state = layer.step(X[:, k], state)
                return float((state[0] * by_outputs).sum())

            np.testing.assert_allclose(
                found[t][part], twins.slopes(loss, values), atol=1e-7
            )


@every_layer
def test_a_second_pass_backward_does_not_add_to_the_first(name):
    made, X = network(name, every=True), sequences()
    by_outputs = np.ones_like(made.forward(X))
    made.backward(by_outputs)
    once = made.gradient.copy()
    made.forward(X)
    made.backward(by_outputs)
    np.testing.assert_array_equal(made.gradient, once)


# --- against PyTorch ------------------------------------------------------------------

TORCH = {
    "simple": torch.nn.RNN,
    "LSTM": torch.nn.LSTM,
    "GRU, reset after": torch.nn.GRU,
}


@pytest.mark.parametrize("name", TORCH)
def test_pytorch_computes_the_same(name):
    made, X = network(name, every=True), sequences()
    own = made.layers[0].parameters
    theirs = TORCH[name](INPUTS, UNITS, batch_first=True, dtype=torch.float64)
    # PyTorch adds two biases; ours are one, but for the candidate of the GRU.
    second = np.zeros_like(own["b"])
    if "c" in own:
        second[2 * UNITS :] = own["c"]
    copied = {"weight_ih_l0": own["W"], "weight_hh_l0": own["U"]}
    copied |= {"bias_ih_l0": own["b"], "bias_hh_l0": second}
    with torch.no_grad():
        for key, values in copied.items():
            getattr(theirs, key).copy_(torch.tensor(values))
    inputs = twins.tensor(X)
    outputs, _ = theirs(inputs)
    by_outputs = np.random.default_rng(3).normal(size=outputs.shape)
    outputs.backward(torch.tensor(by_outputs))

    np.testing.assert_allclose(made.forward(X), outputs.detach(), atol=1e-10)
    np.testing.assert_allclose(made.backward(by_outputs), inputs.grad, atol=1e-10)
    gradients = made.layers[0].gradients
    for key, part in (
        ("weight_ih_l0", "W"),
        ("weight_hh_l0", "U"),
        ("bias_ih_l0", "b"),
    ):
        np.testing.assert_allclose(
            gradients[part], getattr(theirs, key).grad, atol=1e-10
        )


# --- against Keras --------------------------------------------------------------------


def keras_layer(name):
    import keras

    return {
        "simple": keras.layers.SimpleRNN,
        "LSTM": keras.layers.LSTM,
        "GRU, reset after": keras.layers.GRU,
        "GRU, reset before": lambda *a, **k: keras.layers.GRU(
            *a, reset_after=False, **k
        ),
    }[name](UNITS, return_sequences=True, dtype="float64")


def keras_weights(name, own):
    """Weights as Keras keeps them: transposed, the GRU's gates in the order u, r, n."""

    def ordered(rows):
        if not name.startswith("GRU"):
            return rows
        r, u, n = np.split(rows, 3)
        return np.concatenate([u, r, n])

    W, U, b = (ordered(own[key]) for key in ("W", "U", "b"))
    if name == "GRU, reset after":
        recurrent = ordered(np.concatenate([np.zeros(2 * UNITS), own["c"]]))
        b = np.stack([b, recurrent])
    return [W.T, U.T, b]


@pytest.mark.parametrize(
    "name", ["simple", "LSTM", "GRU, reset after", "GRU, reset before"]
)
def test_keras_computes_the_same(name):
    made, X = network(name, every=True), sequences()
    theirs = keras_layer(name)
    theirs.build(X.shape)
    theirs.set_weights(keras_weights(name, made.layers[0].parameters))
    np.testing.assert_allclose(made.forward(X), np.asarray(theirs(X)), atol=1e-6)


# --- what only a closer look shows ----------------------------------------------------


def test_peepholes_of_weight_zero_change_nothing():
    plain, peeping = network("LSTM", True), network("LSTM, peephole", True)
    for key in ("W", "U", "b"):
        peeping.layers[0].parameters[key][:] = plain.layers[0].parameters[key]
    peeping.layers[0].parameters["P"][:] = 0
    X = sequences()
    np.testing.assert_array_equal(plain.forward(X), peeping.forward(X))


def test_one_step_of_an_lstm_with_peepholes_by_hand():
    layer = nn.LSTM(1, peephole=True)
    made = nn.Network(1, [layer], seed=0)
    own = layer.parameters
    own["W"][:, 0], own["U"][:, 0] = [0.5, -1.0, 2.0, 1.5], [1.0, 0.5, -0.5, 0.25]
    own["b"][:], own["P"][:, 0] = [0.1, 0.2, -0.3, 0.4], [0.6, -0.7, 0.8]
    x, h, c = 0.9, 0.3, -0.4

    def logistic(z):
        return 1 / (1 + np.exp(-z))

    i = logistic(0.5 * x + 1.0 * h + 0.1 + 0.6 * c)
    f = logistic(-1.0 * x + 0.5 * h + 0.2 - 0.7 * c)
    new_c = f * c + i * np.tanh(2.0 * x - 0.5 * h - 0.3)
    o = logistic(1.5 * x + 0.25 * h + 0.4 + 0.8 * new_c)
    got = layer.step(np.array([[x]]), (np.array([[h]]), np.array([[c]])))
    np.testing.assert_allclose(np.ravel(got), [o * np.tanh(new_c), new_c], rtol=1e-12)
    assert made.weights.size == 4 * 3 + 3


@every_layer
def test_steps_one_by_one_are_the_forward_pass(name):
    made, X = network(name, every=True), sequences()
    outputs = made.forward(X)
    layer = made.layers[0]
    state = layer.start(BATCH)
    for t in range(STEPS):
        state = layer.step(X[:, t], state)
        np.testing.assert_allclose(state[0], outputs[:, t], atol=1e-12)


def test_starting_weights():
    layer = nn.LSTM(32)
    nn.Network(5, [layer], seed=1)
    for U in np.split(layer.parameters["U"], 4):
        np.testing.assert_allclose(U @ U.T, np.eye(32), atol=1e-12)
    biases = np.split(layer.parameters["b"], 4)
    assert [set(part.tolist()) for part in biases] == [{0.0}, {1.0}, {0.0}, {0.0}]


def test_stacked_layers_learn_to_add_two_marked_numbers():
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 1, (600, 8))
    marks = np.zeros_like(values)
    for row in marks:
        row[rng.choice(8, 2, replace=False)] = 1
    X, y = (
        np.stack([values, marks], axis=2),
        (values * marks).sum(axis=1, keepdims=True),
    )
    layers = [nn.GRU(16, every_step=True), nn.GRU(16), nn.Dense(1)]
    made = nn.Network(2, layers, seed=2, dtype=np.float32)
    options = {"epochs": 25, "batch_size": 20, "metrics": {}, "seed": 3}
    history = nn.train(made, nn.SquaredError(), nn.Adam(0.01), X, y, **options)
    always_the_mean = y.var()
    assert history["loss"][-1] < 0.1 * always_the_mean


@pytest.mark.parametrize("shape", [(5, 3), (5, 6, 2), (0, 6, 3), (5, 0, 3)])
def test_sequences_of_another_shape_are_refused(shape):
    made = network("simple", every=False)
    with pytest.raises(ValueError, match=r"\(examples, steps, 3\), got shape"):
        made.forward(np.zeros(shape))
