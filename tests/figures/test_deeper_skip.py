"""E8.2: gradients with and without skips, against PyTorch's autograd."""

import json
import re

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.deeper import skip
from ldl_lib.figures.theme import DARK_TWIN


def normalised(x):
    return (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + 1e-5)


def in_torch(layers, skips, start, norm):
    """Gradients by what enters each block, by autograd, with the same weights."""
    network = skip.deep_network(layers, skips, start, norm)
    dense = [layer for layer in network.layers if isinstance(layer, nn.Dense)]
    weights = [torch.tensor(layer.parameters["W"].copy()) for layer in dense]
    rng = np.random.default_rng(8)
    X = torch.tensor(rng.normal(size=(skip.EXAMPLES, skip.UNITS)), requires_grad=True)
    y = torch.tensor(rng.integers(0, skip.CLASSES, skip.EXAMPLES))
    signal, entered = torch.relu(X @ weights[0].T), []
    for first, second in zip(weights[1:-1:2], weights[2:-1:2], strict=True):
        signal.retain_grad()
        entered.append(signal)
        z = signal @ first.T
        z = torch.relu(normalised(z) if norm else z) @ second.T
        z = normalised(z) if norm else z
        signal = torch.relu(z + signal if skips else z)
    torch.nn.functional.cross_entropy(signal @ weights[-1].T, y).backward()
    return entered, signal.detach()


@pytest.mark.parametrize(
    ("layers", "skips", "start", "norm"),
    [
        (10, False, 1.0, False),
        (10, True, 1.0, False),
        (20, True, 0.5, True),
        (20, False, 0.5, True),
        (10, True, 0.0, False),
        (40, False, 0.5, False),
    ],
)
def test_gradients_are_those_of_autograd(layers, skips, start, norm):
    found = skip.measure(layers, skips, start, norm)
    entered, last = in_torch(layers, skips, start, norm)
    expected = [float(each.grad.norm()) for each in entered]
    assert found.gradient == pytest.approx(expected, rel=1e-6)
    first = entered[0].detach().std(unbiased=False)
    assert found.growth == pytest.approx(float(last.std(unbiased=False) / first))


def test_gradient_by_the_weights_is_that_of_finite_differences():
    network = skip.deep_network(4, skips=True, norm=True)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(8, skip.UNITS)), rng.integers(0, 10, 8)
    loss = nn.CategoricalCrossEntropy(from_logits=True)

    def value(weights):
        network.weights[...] = weights
        return loss.value(network.forward(X, training=True), y)

    start = network.weights.copy()
    value(start)
    network.backward(loss.gradient(network.forward(X, training=True), y))
    gradient, step = network.gradient.copy(), 1e-6
    for place in rng.integers(0, start.size, 40):
        change = np.zeros_like(start)
        change[place] = step
        slope = (value(start + change) - value(start - change)) / (2 * step)
        assert gradient[place] == pytest.approx(slope, abs=1e-6)


def test_skips_cost_no_parameters():
    with_skips, without = (skip.deep_network(20, skips) for skips in (True, False))
    assert with_skips.weights.size == without.weights.size
    assert np.array_equal(with_skips.weights, without.weights)


def test_a_block_of_zeros_is_the_identity_with_a_skip_and_nothing_without():
    assert skip.measure(20, True, 0.0, False).growth == pytest.approx(1)
    gradient = skip.measure(20, True, 0.0, False).gradient
    assert gradient == pytest.approx(np.full(10, gradient[0]))
    assert not skip.measure(20, False, 0.0, False).gradient.any()
    assert "exactly 0 without skips" in skip.words(20, 0.0, False)


def test_words_tell_the_four_cases_apart():
    assert "shrinks" in skip.words(40, 0.5, False)
    assert "with them. Forward, the values of the network with skips keep" in (
        skip.words(40, 0.5, False)
    )
    said = skip.words(60, 1.0, False)  # without normalisation the sums grow
    assert re.search(r"is kept \(times 0\.\d+\) without skips and grows", said)
    assert re.search(r"with skips grow [\d.]+·10", said)
    normal = [skip.measure(60, skips, 1.0, True).gradient for skips in (False, True)]
    assert normal[0][0] / normal[0][-1] > 100 * normal[1][0] / normal[1][-1]


def test_every_state_fits_the_axes():
    figure = skip.figure()
    low, high = (10.0**end for end in figure.layout.yaxis.range)
    first = None
    for layers in skip.DEPTHS:
        for start in skip.STARTS.values():
            for norm in (False, True):
                values = {"layers": layers, "start": start, "norm": norm}
                shown = evaluate(skip.state, values, first)
                first = first or frozenset(shown)
                for number in (0, 1):
                    norms = shown[f"data[{number}].y"]
                    inside = (norms > low) & (norms < high)
                    assert (inside | np.isnan(norms)).all()
                    assert len(shown[f"data[{number}].x"]) == layers // 2


def test_only_colours_with_a_dark_twin():
    figure = skip.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)
