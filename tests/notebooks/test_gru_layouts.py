"""Appendix H: its functions, taken from the page, against real Keras and PyTorch."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

PAGE = Path(__file__).parents[2] / "notebooks/h_gru/concepts.ipynb"
INPUTS, UNITS, BATCH, STEPS = 3, 4, 5, 9


@pytest.fixture(scope="module")
def page():
    """What the page defines in the cells with these ids."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    space = {"np": np}
    exec(sources["step"], space)
    exec(sources["after"].split("\n\n\nafter = ")[0], space)
    exec(sources["layouts"], space)
    return space


@pytest.fixture
def sequences():
    return np.random.default_rng(1).normal(size=(BATCH, STEPS, INPUTS))


def walk(step, X, *weights):
    h = np.zeros((BATCH, UNITS))
    for t in range(STEPS):
        h = step(X[:, t], h, *weights)
    return h


def drawn(shapes):
    rng = np.random.default_rng(2)
    return [rng.normal(size=shape) for shape in shapes]


def test_pytorch(page, sequences):
    gru = torch.nn.GRU(INPUTS, UNITS, batch_first=True, dtype=torch.float64)
    given = drawn(tuple(parameter.shape) for parameter in gru.parameters())
    with torch.no_grad():
        for parameter, values in zip(gru.parameters(), given, strict=True):
            parameter.copy_(torch.tensor(values))
        expected = gru(torch.tensor(sequences))[0][:, -1].numpy()
    found = walk(page["gru_step_after"], sequences, *page["from_pytorch"](*given))
    assert found == pytest.approx(expected, abs=1e-10)


def test_keras_reset_after(page, sequences):
    import keras

    gru = keras.layers.GRU(UNITS, dtype="float64")
    gru.build(sequences.shape)
    given = drawn(weight.shape for weight in gru.get_weights())
    gru.set_weights(given)
    assert given[2].shape == (2, 3 * UNITS)
    found = walk(page["gru_step_after"], sequences, *page["from_keras"](*given))
    assert found == pytest.approx(np.asarray(gru(sequences)), abs=1e-6)


def test_keras_reset_before(page, sequences):
    import keras

    gru = keras.layers.GRU(UNITS, reset_after=False, dtype="float64")
    gru.build(sequences.shape)
    given = drawn(weight.shape for weight in gru.get_weights())
    gru.set_weights(given)
    assert given[2].shape == (3 * UNITS,)
    # One bias only: a second one of zeros changes nothing before the product.
    W, U, b, c = page["from_keras"](*given[:2], np.stack([given[2], 0 * given[2]]))
    assert not c.any()
    found = walk(page["gru_step"], sequences, W, U, b)
    assert found == pytest.approx(np.asarray(gru(sequences)), abs=1e-6)


def test_parameters_that_the_frameworks_report():
    import keras

    after, before = keras.layers.GRU(128), keras.layers.GRU(128, reset_after=False)
    for layer in (after, before):
        layer.build((None, 12, 1))
    assert before.count_params() == 49_920
    in_torch = sum(weight.numel() for weight in torch.nn.GRU(1, 128).parameters())
    assert after.count_params() == in_torch == 50_304
