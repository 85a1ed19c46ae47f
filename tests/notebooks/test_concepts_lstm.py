"""Chapter 10's page: its step and its layouts, against both frameworks."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import nn

PAGE = Path(__file__).parents[2] / "notebooks/10_lstm/concepts.ipynb"
INPUTS, UNITS, STEPS = 3, 5, 7


@pytest.fixture(scope="module")
def page():
    """What the page defines: its step, and how weights move to the frameworks."""
    cells = {cell["id"]: cell for cell in json.loads(PAGE.read_text())["cells"]}
    names = {"np": np}
    for name in ("lstm-step", "layouts"):
        exec("".join(cells[name]["source"]), names)
    return names


@pytest.fixture
def weights():
    rng = np.random.default_rng(1)
    shapes = ((4 * UNITS, INPUTS), (4 * UNITS, UNITS), 4 * UNITS)
    return [rng.normal(0, 0.6, size=shape) for shape in shapes]


@pytest.fixture
def sequence():
    return np.random.default_rng(2).normal(size=(STEPS, INPUTS))


def outputs_of(page, weights, sequence):
    h, c = np.zeros(UNITS), np.zeros(UNITS)
    outputs = []
    for x in sequence:
        h, c = page["lstm_step"](x, h, c, *weights)
        outputs.append(h)
    return np.array(outputs)


def test_pytorch_computes_the_same(page, weights, sequence):
    theirs = torch.nn.LSTM(INPUTS, UNITS, dtype=torch.float64)
    with torch.no_grad():
        parts = page["for_pytorch"](*weights)
        for own, part in zip(theirs.parameters(), parts, strict=True):
            own.copy_(torch.tensor(part))
        outputs, _ = theirs(torch.tensor(sequence)[:, None])  # steps, batch, inputs
    expected = outputs_of(page, weights, sequence)
    np.testing.assert_allclose(outputs[:, 0].numpy(), expected, atol=1e-12)


def test_keras_computes_the_same(page, weights, sequence):
    import keras

    theirs = keras.layers.LSTM(UNITS, return_sequences=True, dtype="float64")
    theirs.build((1, STEPS, INPUTS))
    theirs.set_weights(page["for_keras"](*weights))
    outputs = np.asarray(theirs(sequence[None]))[0]
    expected = outputs_of(page, weights, sequence)
    np.testing.assert_allclose(outputs, expected, atol=1e-6)


def test_rows_of_a_gru_in_keras(page, sequence):
    import keras

    layer = nn.GRU(UNITS, every_step=True, reset_after=False)
    network = nn.Network(INPUTS, [layer], seed=4)
    theirs = keras.layers.GRU(
        UNITS, return_sequences=True, reset_after=False, dtype="float64"
    )
    theirs.build((1, STEPS, INPUTS))
    W, U, b = (page["gru_rows_for_keras"](layer.parameters[name]) for name in "WUb")
    theirs.set_weights([W.T, U.T, b])
    outputs = np.asarray(theirs(sequence[None]))
    np.testing.assert_allclose(outputs, network.forward(sequence[None]), atol=1e-6)


def test_what_the_table_says_of_the_start():
    import keras

    keras_layer = keras.layers.LSTM(UNITS)
    keras_layer.build((None, None, INPUTS))
    _, U, b = keras_layer.get_weights()
    assert [set(part.tolist()) for part in np.split(b, 4)] == [{0}, {1}, {0}, {0}]
    np.testing.assert_allclose(U @ U.T, np.eye(UNITS), atol=1e-5)

    layer = torch.nn.LSTM(INPUTS, UNITS)
    limit = 1 / np.sqrt(UNITS)
    for part in layer.parameters():
        assert 0.5 * limit < float(part.detach().abs().max()) <= limit
    assert len(list(layer.parameters())) == 4  # W, U and two biases


def test_counts_are_those_of_the_frameworks():
    import keras

    keras_layer = keras.layers.LSTM(128)
    keras_layer.build((None, None, 1))
    assert keras_layer.count_params() == 66_560
    assert sum(part.numel() for part in torch.nn.LSTM(1, 128).parameters()) == 67_072
