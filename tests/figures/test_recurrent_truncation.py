"""E9.1: truncated backpropagation through time, against autograd that is cut off."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.recurrent import norms, truncation

SIZES = [0.5 + tenth / 10 for tenth in range(9)]


def by_autograd(size, inputs, back):
    """∂L/∂U where the state is detached `back` steps before the end."""
    network = nn.Network(norms.INPUTS, [nn.SimpleRNN(norms.UNITS)], seed=2)
    W = torch.tensor(network.layers[0].parameters["W"].copy())
    U = torch.tensor(size * norms.recurrent_matrix("rotation"), requires_grad=True)
    rng = np.random.default_rng(6)
    X = torch.tensor(inputs * rng.normal(size=(norms.BATCH, norms.STEPS, norms.INPUTS)))
    h = torch.zeros(norms.BATCH, norms.UNITS, dtype=torch.float64)
    for t in range(norms.STEPS):
        if t == norms.STEPS - back:
            h = h.detach()
        h = torch.tanh(X[:, t] @ W.T + h @ U.T)
    (h**2 / 2).sum().backward()
    return U.grad.ravel()


@pytest.mark.parametrize(("size", "inputs"), [(0.9, 1.0), (1.0, 0.05), (1.3, 0.05)])
def test_what_is_found_is_that_of_detached_states(size, inputs):
    found = truncation.measure(size, inputs)
    whole = by_autograd(size, inputs, 60)
    for back in (1, 5, 20, 60):
        part = by_autograd(size, inputs, back)
        length = float(part.norm() / whole.norm())
        assert found.length[back - 1] == pytest.approx(length)
        cosine = float(part @ whole / part.norm() / whole.norm())
        assert found.cosine[back - 1] == pytest.approx(cosine)


def test_the_sentence_says_how_many_steps_are_enough():
    cosine = truncation.measure(1.0, 0.05).cosine
    enough = next(k for k in range(1, 61) if cosine[k - 1] >= 0.95)
    said = truncation.words(5, 1.0, 0.05)
    assert f"above 0.95 from {enough} steps on" in said
    assert f"is {cosine[4]:.3f}." in said


def test_every_state_fits_the_axes():
    figure, first = truncation.figure(), None
    low, high = figure.layout.yaxis.range
    for values in itertools.product(truncation.BACKS, SIZES, norms.SIZES.values()):
        named = dict(zip(("back", "size", "inputs"), values, strict=True))
        shown = evaluate(truncation.state, named, first)
        first = first or frozenset(shown)
        for trace in (0, 1):
            assert low < np.min(shown[f"data[{trace}].y"])
            assert np.max(shown[f"data[{trace}].y"]) < high
