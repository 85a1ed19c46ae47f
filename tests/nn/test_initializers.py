"""Starting weights: limits, spread, PyTorch's bounds, reproducibility."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from ldl_lib import nn

INPUTS, UNITS = 784, 250
VARIANCES = {
    "lecun": 1 / INPUTS,
    "glorot": 2 / (INPUTS + UNITS),
    "he": 2 / INPUTS,
}


def draw(which, seed=0):
    return nn.initializer(which)(INPUTS, UNITS, np.random.default_rng(seed))


def test_there_are_six_named_ones():
    assert set(nn.INITIALIZERS) == {
        f"{name}_{shape}" for name in VARIANCES for shape in ("uniform", "normal")
    }


@pytest.mark.parametrize("name", VARIANCES)
def test_uniform_fills_its_interval_and_no_more(name):
    W = draw(f"{name}_uniform")
    limit = math.sqrt(3 * VARIANCES[name])
    assert W.shape == (UNITS, INPUTS)
    assert np.abs(W).max() <= limit
    assert stats.kstest(W.ravel(), stats.uniform(-limit, 2 * limit).cdf).pvalue > 0.01


@pytest.mark.parametrize("name", VARIANCES)
def test_normal_has_its_standard_deviation(name):
    W = draw(f"{name}_normal")
    sd = math.sqrt(VARIANCES[name])
    assert W.shape == (UNITS, INPUTS)
    assert stats.kstest(W.ravel(), stats.norm(0, sd).cdf).pvalue > 0.01


PYTORCH = {
    "glorot_uniform": (torch.nn.init.xavier_uniform_, {}),
    "glorot_normal": (torch.nn.init.xavier_normal_, {}),
    "he_uniform": (torch.nn.init.kaiming_uniform_, {"nonlinearity": "relu"}),
    "he_normal": (torch.nn.init.kaiming_normal_, {"nonlinearity": "relu"}),
    "lecun_uniform": (torch.nn.init.kaiming_uniform_, {"nonlinearity": "linear"}),
    "lecun_normal": (torch.nn.init.kaiming_normal_, {"nonlinearity": "linear"}),
}


@pytest.mark.parametrize("name", PYTORCH)
def test_pytorch_draws_from_the_same_distribution(name):
    torch.manual_seed(0)
    theirs, settings = PYTORCH[name]
    W, peer = draw(name), theirs(torch.empty(UNITS, INPUTS), **settings).numpy()
    # The s.d. of an s.d. from n numbers is about sd/√(2n), here 0.16 %.
    assert W.std() == pytest.approx(peer.std(), rel=0.01)
    if name.endswith("uniform"):
        assert np.abs(W).max() == pytest.approx(np.abs(peer).max(), rel=1e-4)
    assert stats.ks_2samp(W.ravel(), peer.ravel()).pvalue > 0.01


def test_fixed_spreads_do_not_depend_on_the_size():
    assert 0.0999 < np.abs(draw(nn.Uniform(0.1))).max() <= 0.1
    assert draw(nn.Normal(0.3)).std() == pytest.approx(0.3, rel=0.01)
    np.testing.assert_array_equal(draw(nn.Zeros()), 0)


@pytest.mark.parametrize("which", [*nn.INITIALIZERS, nn.Uniform(0.1), nn.Normal(0.1)])
def test_a_seed_makes_them_reproducible(which):
    np.testing.assert_array_equal(draw(which, seed=1), draw(which, seed=1))
    assert (draw(which, seed=1) != draw(which, seed=2)).all()


def test_pieces_of_maxout_are_more_rows_of_the_same_spread():
    W = nn.initializer("he_normal")(INPUTS, 50, np.random.default_rng(0), pieces=4)
    assert W.shape == (200, INPUTS)
    assert W.std() == pytest.approx(math.sqrt(2 / INPUTS), rel=0.01)


@pytest.mark.parametrize(
    ("name", "activation", "gain"),
    [
        ("lecun_normal", "linear", 1.0),
        ("lecun_uniform", "selu", 1.0),
        ("he_normal", "relu", 2.0),
        ("he_uniform", "relu", 2.0),
    ],
)
def test_what_they_promise_about_variance(name, activation, gain):
    """Ten layers deep, the mean square of the sums is still about the first layer's."""
    layers = [nn.Dense(400, activation, initializer=name) for _ in range(10)]
    network = nn.Network(400, layers, seed=1)
    network.forward(np.random.default_rng(0).normal(size=(200, 400)))
    first, last = (np.mean(layers[i].z ** 2) for i in (0, -1))
    assert first == pytest.approx(gain, rel=0.05)
    assert last == pytest.approx(first, rel=0.25)


def test_zeros_leave_the_units_twins():
    layers = [
        nn.Dense(4, "tanh", nn.Zeros(), bias=0.5),
        nn.Dense(2, "tanh", nn.Zeros()),
    ]
    network = nn.Network(3, layers, seed=1)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    nn.train(network, nn.SquaredError(), nn.SGD(0.1), X, y, epochs=5, metrics={})
    W = layers[0].parameters["W"]
    assert (W != 0).all()
    np.testing.assert_array_equal(W, W[[0, 0, 0, 0]])
