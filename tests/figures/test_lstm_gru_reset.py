"""Appendix H: the two forms of the GRU, against PyTorch and hand calculation."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.lstm import gru_reset


def weights(units, opens, shared):
    rng = np.random.default_rng(7)
    W, U = rng.normal(size=(3 * units, 3)), rng.normal(size=(3 * units, units))
    U /= np.sqrt(units)
    W[:units], U[:units] = W[:units] / 2, U[:units] / 2
    b = np.repeat([opens, -0.5, 0.0], units)
    if shared:
        W[:units], U[:units] = 0, 0
    return W, U, b, rng.normal(size=(20, 3))


@pytest.mark.parametrize("units", gru_reset.UNITS)
@pytest.mark.parametrize("second", [False, True])
def test_reset_after_is_that_of_pytorch(units, second):
    W, U, b, X = weights(units, 1.0, False)
    bias_hh = np.zeros_like(b)
    bias_hh[2 * units :] = 0.8 * second
    gru = torch.nn.GRU(3, units, dtype=torch.float64)
    with torch.no_grad():
        for parameter, values in zip(gru.parameters(), (W, U, b, bias_hh), strict=True):
            parameter.copy_(torch.tensor(values))
        expected = gru(torch.tensor(X))[0].numpy()
    assert gru_reset.states(units, 1.0, False, second)[0] == pytest.approx(expected)


def test_reset_before_by_hand():
    W, U, b, X = weights(2, 0.0, False)
    h, steps = np.zeros(2), []
    for x in X:
        r, u = np.split(1 / (1 + np.exp(-(W[:4] @ x + U[:4] @ h + b[:4]))), 2)
        h = (1 - u) * np.tanh(W[4:] @ x + U[4:] @ (r * h)) + u * h
        steps.append(h)
    assert gru_reset.states(2, 0.0, False, False)[1] == pytest.approx(np.array(steps))


@pytest.mark.parametrize(("units", "shared"), [(1, False), (8, True)])
def test_equal_reset_gates_make_both_forms_equal(units, shared):
    after, before = gru_reset.states(units, 0.0, shared, False)
    assert after == pytest.approx(before, abs=1e-12)
    assert "Both forms compute the same" in gru_reset.words(units, 0.0, shared, False)


def test_different_reset_gates_do_not():
    after, before = gru_reset.states(8, 0.0, False, False)
    apart = np.abs(after - before).max()
    assert apart > 0.1
    said = gru_reset.words(8, 0.0, False, False)
    assert f"They differ by up to {apart:.2f}" in said
    assert "the unit that sends h" in said
    assert "further bias" in gru_reset.words(1, 0.0, False, True)


def test_every_state_fits_the_axes():
    figure, first = gru_reset.figure(), None
    flags = (False, True)
    for values in itertools.product(gru_reset.UNITS, range(-6, 7, 2), flags, flags):
        named = dict(zip(("units", "opens", "shared", "second"), values, strict=True))
        shown = evaluate(gru_reset.state, named, first)
        first = first or frozenset(shown)
        assert np.abs(shown["data[0].y"]).max() < figure.layout.yaxis.range[1]
        assert shown["data[2].y"].max() < figure.layout.yaxis2.range[1]
        assert gru_reset.words(**named)
