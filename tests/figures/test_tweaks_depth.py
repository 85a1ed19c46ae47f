"""E5.2: the figure's numbers against PyTorch's autograd and hand calculation."""

import itertools
import json
import math
import re

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import depth

TORCH = {
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "relu": torch.relu,
    "selu": torch.selu,
}
NORMS = ("off", "before", "after")


def normalised(x):
    return (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + 1e-5)


def in_torch(layers, activation, start, norm):
    """Activations, weights and loss of the same network, with gradients by autograd."""
    network = depth.deep_network(layers, activation, start, norm)
    dense = [layer for layer in network.layers if isinstance(layer, nn.Dense)]
    weights = [
        torch.tensor(layer.parameters["W"], requires_grad=True) for layer in dense
    ]
    X, y = depth.examples()
    signal, activations = torch.tensor(X), []
    for W in weights[:-1]:
        z = signal @ W.T
        signal = TORCH[activation](normalised(z) if norm == "before" else z)
        signal.retain_grad()
        activations.append(signal)
        if norm == "after":
            signal = normalised(signal)
    loss = torch.nn.functional.cross_entropy(signal @ weights[-1].T, torch.tensor(y))
    loss.backward()
    return activations, weights[:-1]


@pytest.mark.parametrize(
    ("layers", "activation", "start", "norm"),
    [
        (10, "tanh", "U(±0.1)", "off"),
        (10, "logistic", "Glorot", "off"),
        (6, "relu", "He", "before"),
        (3, "selu", "LeCun", "after"),
        (6, "tanh", "U(±1)", "after"),
    ],
)
def test_gradients_and_spreads_are_those_of_autograd(layers, activation, start, norm):
    found = depth.pass_through(layers, activation, start, norm)
    activations, weights = in_torch(layers, activation, start, norm)
    expected = {
        "by_activations": [float(a.grad.norm()) for a in activations],
        "by_weights": [float(W.grad.norm()) for W in weights],
        "deviations": [
            float(a.detach().var(0, unbiased=False).mean().sqrt()) for a in activations
        ],
    }
    for name, values in expected.items():
        assert getattr(found, name) == pytest.approx(values, rel=1e-6), name
    last = activations[-1].detach()
    assert found.spread == pytest.approx(float(last.std(unbiased=False)))


def test_drawn_histograms_are_those_of_the_activations():
    activations, _ = in_torch(3, "relu", "He", "off")
    shown = depth.state(3, "relu", "He", "off")
    y = shown["data[0].y"].reshape(3, -1)
    for layer, values in enumerate(activations, start=1):
        heights = y[layer - 1, 1:-3:2] - layer
        number = np.minimum(values.detach().numpy().ravel() // (4 / 21), 20)
        counts = np.bincount(number.astype(int), minlength=21)
        shares = counts / counts.sum()
        assert shares[0] > 0.4  # the zeros of ReLU
        full = heights[0]
        expected = full * np.minimum(shares / 0.15, 1)
        assert heights == pytest.approx(expected, abs=0.006)  # drawn to hundredths
        assert 0.1 * full < heights[5] < full


def test_small_tanh_shrinks_as_the_variance_of_the_weights_says():
    found = depth.pass_through(10, "tanh", "U(±0.1)", "off")
    factor = math.sqrt(100 * 0.1**2 / 3)  # n · var(w), and slope 1 near 0
    forward = (found.deviations[9] / found.deviations[5]) ** (1 / 4)
    backward = (found.by_activations[5] / found.by_activations[9]) ** (1 / 4)
    assert forward == pytest.approx(factor, rel=0.05)
    assert backward == pytest.approx(factor, rel=0.05)


def test_the_sentence_tells_which_starts_fit_which_activations():
    fits = {
        (activation, start)
        for activation, start in itertools.product(depth.NAMES, depth.STARTS)
        if depth.words(10, activation, start, "off").endswith("factor of ten.")
    }
    assert fits == {
        ("tanh", "Glorot"),
        ("tanh", "LeCun"),
        ("tanh", "He"),
        ("relu", "He"),
        ("selu", "Glorot"),
        ("selu", "LeCun"),
        ("selu", "He"),
    }


def test_batch_norm_before_the_activation_makes_the_scale_irrelevant():
    passes = [
        depth.pass_through(10, "tanh", start, "before")
        for start in ("U(±0.1)", "U(±1)", "Glorot")
    ]
    for other in passes[1:]:
        assert other.deviations == pytest.approx(passes[0].deviations, rel=1e-3)
        assert other.by_activations == pytest.approx(passes[0].by_activations, rel=1e-3)


def test_saturation_is_counted_where_the_slope_is_below_a_tenth():
    text = depth.words(10, "tanh", "U(±1)", "off")
    activations, _ = in_torch(10, "tanh", "U(±1)", "off")
    share = float((activations[-1].abs() > math.sqrt(0.9)).double().mean())
    assert f"{share:.0%} of the outputs are saturated" in text
    assert "saturated" not in depth.words(10, "tanh", "U(±0.1)", "off")


def test_a_wide_histogram_that_tells_no_examples_apart_is_named():
    text = depth.words(10, "logistic", "Glorot", "off")
    assert "nearly the same to every example" in text
    assert "nearly the same" not in depth.words(10, "logistic", "Glorot", "before")


def test_every_state_fits_the_figure_and_its_axes():
    figure = depth.figure()
    low, high = (10.0**end for end in figure.layout.xaxis2.range)
    first = None
    for activation, start, norm in itertools.product(depth.NAMES, depth.STARTS, NORMS):
        values = {"depth": 10, "activation": activation, "start": start, "norm": norm}
        shown = evaluate(depth.state, values, first)
        first = first or frozenset(shown)
        for trace in (1, 2):
            norms = shown[f"data[{trace}].x"]
            assert len(norms) == len(shown[f"data[{trace}].y"]) == 10
            assert low < norms.min()
            assert norms.max() < high
        assert np.nanmax(shown["data[0].y"]) < figure.layout.yaxis.range[1]


def test_only_colours_with_a_dark_twin():
    figure = depth.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0347, "0.035"),
        (0.00996, "0.010"),
        (1.0, "1.0"),
        (183.0, "180"),
        (4149.0, "4,100"),
        (99_600.0, "1.0·10⁵"),
        (4.2e-7, "4.2·10⁻⁷"),
    ],
)
def test_numbers_have_two_digits(value, text):
    assert depth.measured(value) == text
