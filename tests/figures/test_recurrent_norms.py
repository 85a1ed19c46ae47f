"""E9.1: lengths of the gradient through time, against autograd and the eigenvalues."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.recurrent import norms

SIZES = [0.6 + twentieth / 20 for twentieth in range(17)]
TORCH = {"tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}


def by_autograd(size, activation, kind, inputs):
    network = nn.Network(norms.INPUTS, [nn.SimpleRNN(norms.UNITS)], seed=2)
    W = torch.tensor(network.layers[0].parameters["W"].copy())
    U = torch.tensor(size * norms.recurrent_matrix(kind))
    rng = np.random.default_rng(6)
    X = torch.tensor(inputs * rng.normal(size=(norms.BATCH, norms.STEPS, norms.INPUTS)))
    by_last = torch.tensor(rng.normal(size=(norms.BATCH, norms.UNITS)))
    h = torch.zeros(norms.BATCH, norms.UNITS, dtype=torch.float64, requires_grad=True)
    states = [h]
    for t in range(norms.STEPS):
        h = TORCH[activation](X[:, t] @ W.T + h @ U.T)
        h.retain_grad()
        states.append(h)
    (h * by_last).sum().backward()
    lengths = np.array([float(state.grad.norm()) for state in states[::-1]])
    return lengths / lengths[0]


@pytest.mark.parametrize(
    ("size", "activation", "kind", "inputs"),
    [
        (0.9, "tanh", "rotation", 1.0),
        (1.4, "tanh", "random", 0.05),
        (1.2, "relu", "rotation", 1.0),
        (0.6, "linear", "random", 1.0),
    ],
)
def test_lengths_are_those_of_autograd(size, activation, kind, inputs):
    found = norms.measure(size, activation, kind, inputs)
    expected = by_autograd(size, activation, kind, inputs)
    assert found == pytest.approx(expected, rel=1e-6)


def test_without_activation_a_rotation_follows_the_powers():
    shown = norms.state(0.9, "linear", "rotation", 1.0)
    assert shown["data[1].y"] == pytest.approx(0.9 ** np.arange(61))
    assert shown["data[0].y"] == pytest.approx(shown["data[1].y"])


def test_in_the_long_run_the_largest_eigenvalue_rules():
    found = norms.measure(1.1, "linear", "random", 1.0)
    late = (found[60] / found[30]) ** (1 / 30)
    assert late == pytest.approx(1.1, rel=0.02)
    for kind in norms.MATRICES:
        eigenvalues = np.linalg.eigvals(norms.recurrent_matrix(kind))
        assert np.abs(eigenvalues).max() == pytest.approx(1)


def test_tanh_never_exceeds_a_rotations_powers():
    for size, inputs in itertools.product((0.7, 1.0, 1.4), norms.SIZES.values()):
        found = norms.measure(size, "tanh", "rotation", inputs)
        assert (found <= size ** np.arange(61.0) * (1 + 1e-9)).all()


def test_the_sentence_gives_the_mean_factor():
    said = norms.words(0.9, "linear", "rotation", 1.0)
    assert "on average times 0.90 a step" in said
    assert "60 steps back it is down to 1.8·10⁻³" in said
    assert "has grown 304 times" in norms.words(1.1, "linear", "rotation", 1.0)
    assert "is kept" in norms.words(1.0, "linear", "rotation", 1.0)


def test_every_state_fits_the_axes():
    figure, first = norms.figure(), None
    low, high = (10.0**end for end in figure.layout.yaxis.range)
    grids = (SIZES, norms.ACTIVATIONS.values(), norms.MATRICES, norms.SIZES.values())
    for values in itertools.product(*grids):
        named = dict(zip(("size", "activation", "kind", "inputs"), values, strict=True))
        shown = evaluate(norms.state, named, first)
        first = first or frozenset(shown)
        for trace in (0, 1):
            lengths = shown[f"data[{trace}].y"]
            assert len(lengths) == norms.STEPS + 1
            assert low < np.nanmin(lengths) <= np.nanmax(lengths) < high
