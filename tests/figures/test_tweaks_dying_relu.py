"""E5.10: the runs against networks trained one by one, here and in PyTorch."""

import itertools
import re

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import dying_relu

CONTROLS = ("activation", "rate", "bias", "seed")
SETTINGS = list(
    itertools.product(
        dying_relu.ACTIVATIONS.values(),
        dying_relu.RATES,
        dying_relu.BIASES,
        dying_relu.SEEDS,
    )
)
PYTORCH = {
    "relu": torch.relu,
    "leaky relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
}


def in_pytorch(activation, rate, bias, seed, steps):
    """Counts of active examples and of mistakes, from a network trained alone."""
    X, y = (torch.tensor(part) for part in dying_relu.examples())
    network = dying_relu.network(activation, bias, seed)
    weights = [
        torch.tensor(layer.parameters[name], requires_grad=True)
        for layer in network.layers
        for name in ("W", "b")
    ]
    W, b, v, c = weights
    on, wrong = [], []
    for _ in range(steps + 1):
        z = X @ W.T + b
        logits = PYTORCH[activation](z) @ v.T + c
        on.append((z > 0).sum(0).numpy())
        wrong.append(int(((logits > 0) != (y > 0.5)).sum()))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y)
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight -= rate * gradient
    return np.array(on), np.array(wrong)


# A large rate makes rounding errors grow, so only its first steps are compared.
@pytest.mark.parametrize(
    ("activation", "rate", "bias", "seed", "steps"),
    [
        ("relu", 0.3, -2, 1, 150),
        ("relu", 1, -4, 3, 150),
        ("relu", 10, 0, 2, 12),
        ("leaky relu", 1, 0, 2, 150),
        ("leaky relu", 10, -2, 1, 12),
        ("elu", 1, -2, 3, 150),
        ("elu", 3, -4, 2, 12),
    ],
)
def test_side_by_side_is_as_if_alone(activation, rate, bias, seed, steps):
    shown = dying_relu.run(activation, rate, bias, seed)
    on, wrong = in_pytorch(activation, rate, bias, seed, steps)
    np.testing.assert_array_equal(shown.on[: steps + 1], on)
    np.testing.assert_array_equal(shown.wrong[: steps + 1], wrong)


def test_the_librarys_own_training_does_the_same():
    X, y = dying_relu.examples()
    network = dying_relu.network("relu", -2, 1)
    loss, descent = nn.BinaryCrossEntropy(from_logits=True), nn.SGD(1)
    nn.train(
        network, loss, descent, X, y, epochs=150, batch_size=64, metrics={}, seed=1
    )
    network.forward(X)
    shown = dying_relu.run("relu", 1, -2, 1)
    np.testing.assert_array_equal(shown.on[-1], (network.layers[0].z > 0).sum(0))


def test_the_points_are_inside_or_outside_a_circle():
    X, y = dying_relu.examples()
    assert X.shape == (dying_relu.EXAMPLES, 2)
    np.testing.assert_array_equal(y[:, 0], np.hypot(*X.T) < np.sqrt(2.2))
    assert 0.25 < y.mean() < 0.5


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s[0] == "relu"])
def test_dead_relu_units_never_come_back(setting):
    silent = dying_relu.run(*setting).silent
    assert (np.diff(silent.astype(int), axis=0) >= 0).all()


def test_what_the_section_says_of_rates_biases_and_activations():
    def silent(activation, rate, bias):
        runs = [dying_relu.run(activation, rate, bias, s) for s in dying_relu.SEEDS]
        return np.array([(r.silent[0].sum(), r.silent[-1].sum()) for r in runs])

    assert silent("relu", 0.3, 0).max() == 0
    assert silent("relu", 10, 0)[:, 0].max() == 0
    assert silent("relu", 10, 0)[:, 1].min() >= 9
    assert silent("relu", 1, -4)[:, 0].min() >= 12
    returned = silent("elu", 3, -2)
    assert (returned[:, 1] < returned[:, 0]).all()
    for seed in dying_relu.SEEDS:
        assert dying_relu.run("leaky relu", 10, 0, seed).came_back > 0


def test_counting_silence_and_return_by_hand():
    on = np.ones((dying_relu.STEPS + 1, dying_relu.UNITS), dtype=np.int64)
    on[:, 0] = 0  # dead from the start
    on[40:, 1] = 0  # dies
    on[10:20, 2] = 0  # comes back
    on[5:9, 3] = on[50:, 3] = 0  # comes back, then dies
    made = dying_relu.Run(on, np.zeros(dying_relu.STEPS + 1, dtype=np.int64))
    assert made.silent_since[:5].tolist() == [0, 40, 151, 50, 151]
    assert made.came_back == 2


def test_every_state_fits_the_figure():
    figure = dying_relu.figure()
    paths = None
    for setting in SETTINGS:
        values = dict(zip(CONTROLS, setting, strict=True))
        state = evaluate(dying_relu.state, values, paths)
        paths = paths or frozenset(state)
        shown = dying_relu.run(*setting)
        z = state["data[0].z"]
        assert z.shape == (len(figure.data[0].y), len(figure.data[0].x))
        assert np.isnan(z[:, -1]).sum() == shown.silent[-1].sum()
        assert len(state["data[1].x"]) == shown.silent[-1].sum()
        assert np.all(np.diff(state["data[1].x"]) >= 0)
        assert state["data[2].y"][-1] == shown.silent[-1].mean()
        assert state["data[3].y"].max() <= 1
    own = figure.to_plotly_json()
    own["layout"].pop("template")
    assert set(re.findall(r"#[0-9a-f]{6}", str(own))) <= set(DARK_TWIN)


def test_words_say_what_the_run_did():
    for setting in SETTINGS:
        shown = dying_relu.run(*setting)
        words = dying_relu.words(*setting)
        start, end = re.search(
            r"Of 16 units (\d+) are silent at the start and (\d+) after 150 steps",
            words,
        ).groups()
        assert int(start) == (shown.on[0] == 0).sum()
        assert int(end) == (shown.on[-1] == 0).sum()
        back = re.search(r"(\d+) came back", words)
        assert (int(back[1]) if back else 0) == shown.came_back
        assert ("none was silent" in words) == bool((shown.on > 0).all())
        assert words.endswith(f"Wrong in the end: {shown.wrong[-1]} of 64 examples.")
