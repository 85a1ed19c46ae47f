"""Chapter 5's lab of one change at a time: its cells, its numbers and its sentences."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import nn, results

ROOT = Path(__file__).parents[2]
LAB = ROOT / "notebooks/05_frameworks/lab_one_change_numpy.ipynb"
STORED = results.load("05_one_change_numpy", ROOT / "results")
NAMES = ("relu", "start", "entropy", "adam", "batch")
ALL = [c for n in range(6) for c in itertools.combinations(NAMES, n)]
TABLES = ("def title", "def error", "def gains", "def effects", "def interaction")


def definitions():
    """Run the cells that define model and tables, without what they print."""
    space = {"np": np, "nn": nn, "itertools": itertools, "math": math}
    space |= {"results": results, "shown": STORED}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"model", "parameters"} or source.startswith(TABLES):
            kept = [line for line in source.splitlines() if "print" not in line]
            exec(source if tags else "\n".join(_functions(kept)), space)
    return space


def _functions(lines):
    """Yield the definitions of a cell, which start it, and nothing after them."""
    for line in lines:
        if line and not line.startswith((" ", "def ", ")")):
            return
        yield line


SPACE = definitions()


def errors(*changes):
    name = "+".join(change for change in NAMES if change in changes) or "none"
    return np.array(STORED.curves[name])[:, -1]


def test_all_combinations_are_stored_with_the_lab_s_parameters():
    combinations = {SPACE["title"](changes) for changes in ALL}
    assert len(combinations) == 32
    assert set(STORED.curves) == combinations | {"batch_scaled"}
    for name, value in STORED.parameters.items():
        assert SPACE[name] == value, name
    for name, curves in STORED.curves.items():
        assert np.shape(curves) == (3, 8)
        assert STORED.metrics[f"error_{name}"] == tuple(c[-1] for c in curves)


@pytest.mark.parametrize("changes", ALL, ids="+".join)
def test_each_name_changes_one_thing(changes):
    network, loss, optimizer, size = SPACE["build"](changes, seed=3)
    hidden, output = network.layers
    assert network.weights.dtype == np.float32
    assert network.weights.size == 19_885
    assert hidden.activation.name == ("relu" if "relu" in changes else "tanh")
    assert output.activation.name == ("linear" if "entropy" in changes else "logistic")
    assert isinstance(loss, nn.CategoricalCrossEntropy) == ("entropy" in changes)
    assert isinstance(loss, nn.SquaredError) == ("entropy" not in changes)
    assert type(optimizer) is (nn.Adam if "adam" in changes else nn.SGD)
    assert optimizer.rate == (0.001 if "adam" in changes else 0.01)
    assert size == (64 if "batch" in changes else 1)
    W, V = hidden.parameters["W"], output.parameters["W"]
    if "start" in changes:
        assert W.std() == pytest.approx(math.sqrt(2 / 784), rel=0.03)
        assert np.abs(W).max() > 0.1  # a normal distribution, not a uniform one
        limit = math.sqrt(6 / 35)
    else:
        assert 0.099 < np.abs(W).max() <= 0.1
        limit = 0.1
    assert 0.9 * limit < np.abs(V).max() <= limit
    assert not hidden.parameters["b"].any()
    assert not output.parameters["b"].any()


@pytest.mark.parametrize("changes", [(), ("relu", "entropy"), NAMES], ids="+".join)
def test_loss_and_gradient_are_those_of_torch(changes):
    network, loss, _, _ = SPACE["build"](changes, seed=1)
    random = np.random.default_rng(0)
    X = random.normal(size=(5, 784)).astype(np.float32)
    labels = random.integers(0, 10, 5)
    targets = nn.one_hot(labels, 10)
    outputs = network.forward(X, training=True)
    value = loss.value(outputs, targets)
    network.backward(loss.gradient(outputs, targets))

    parameters = [
        torch.tensor(layer.parameters[name], requires_grad=True)
        for layer in network.layers
        for name in "Wb"
    ]
    W, b, V, c = parameters
    hidden = torch.nn.functional.linear(torch.from_numpy(X), W, b)
    hidden = torch.relu(hidden) if "relu" in changes else torch.tanh(hidden)
    z = torch.nn.functional.linear(hidden, V, c)
    if "entropy" in changes:
        theirs = torch.nn.functional.cross_entropy(z, torch.from_numpy(labels))
    else:
        wanted = torch.from_numpy(targets.astype(np.float32))
        theirs = torch.nn.functional.mse_loss(torch.sigmoid(z), wanted)
    theirs.backward()
    assert value == pytest.approx(theirs.item(), rel=1e-5)
    gradient = np.concatenate([p.grad.numpy().ravel() for p in parameters])
    np.testing.assert_allclose(network.gradient, gradient, atol=1e-6)


def test_a_run_learns_and_repeats_itself():
    space = definitions()
    random = np.random.default_rng(0)
    y = random.integers(0, 10, 300)
    X = random.normal(size=(300, 784)).astype(np.float32)
    one_hot = nn.one_hot(y, 10)
    X[:, :100] += 2 * np.repeat(one_hot, 10, axis=1)  # a pattern for each class
    space |= {"X_train": X[:200], "y_train": one_hot[:200], "epochs": 5}
    space |= {"X_validation": X[200:], "y_validation": one_hot[200:]}
    network, first = space["run"](("relu", "entropy"), seed=1)
    _, again = space["run"](("relu", "entropy"), seed=1)
    _, other = space["run"](("relu", "entropy"), seed=2)
    _, faster = space["run"](("relu", "entropy"), seed=1, scale=3)
    assert first == again
    assert first not in (other, faster)
    assert len(first) == 5
    assert first[-1] < 0.3  # chance is 0.9
    wrong = network.predict(X[200:]).argmax(axis=1) != y[200:]
    assert first[-1] == pytest.approx(wrong.mean())


def test_effects_and_interactions_follow_from_the_table_of_all_errors():
    table = np.empty((2, 2, 2, 2, 2, 3))
    for made in itertools.product((0, 1), repeat=5):
        table[made] = 100 * errors(*itertools.compress(NAMES, made))
    for axis, name in enumerate(NAMES):
        ours = SPACE["effects"](name)
        theirs = np.diff(table, axis=axis).reshape(16, 3)
        np.testing.assert_allclose(np.sort(ours, axis=0), np.sort(theirs, axis=0))
    for (i, first), (j, second) in itertools.combinations(enumerate(NAMES), 2):
        both = np.diff(np.diff(table, axis=j), axis=i).reshape(-1, 3).mean(axis=0)
        np.testing.assert_allclose(SPACE["interaction"](first, second), both)
    order = ("batch", "adam", "relu", "start", "entropy")
    gains = SPACE["gains"](order)
    expected = 100 * (errors("batch", "adam") - errors("batch")).mean()
    assert gains["adam"] == pytest.approx(expected)
    assert sum(gains.values()) == pytest.approx(
        100 * (errors(*NAMES) - errors()).mean()
    )


def without(name):
    return errors(*(other for other in NAMES if other != name)) - errors(*NAMES)


def test_the_sentences_about_single_changes_hold():
    added = {name: errors(name) - errors() for name in NAMES}
    order = sorted(NAMES, key=lambda name: added[name].mean())
    assert order[:3] == ["relu", "entropy", "start"]
    assert all((added[name] < 0).all() for name in order[:3])
    assert added["adam"].min() < 0 < added["adam"].max()  # the seeds do not agree
    assert errors("batch").mean() > 2 / 3
    missed = sorted(NAMES, key=lambda name: -without(name).mean())
    assert missed[:2] == ["adam", "batch"]
    assert without("start").min() < 0 < without("start").max()


def test_the_sentences_about_averages_and_pairs_hold():
    hardly = [changes for changes in ALL if errors(*changes).mean() > 0.2]
    assert len(hardly) == 4
    better = {
        name: [(e < -1e-9) for e in SPACE["effects"](name).mean(axis=1)]
        for name in NAMES
    }
    assert sum(better["relu"]) == 16
    assert sum(better["entropy"]) == 15
    assert np.abs(SPACE["effects"]("entropy").mean(axis=1)).min() < 1e-9
    assert 7 <= sum(better["adam"]) <= 9
    assert 7 <= sum(better["batch"]) <= 9
    strongest = max(
        itertools.combinations(NAMES, 2),
        key=lambda pair: abs(SPACE["interaction"](*pair).mean()),
    )
    assert strongest == ("adam", "batch")
    assert SPACE["interaction"](*strongest).mean() < 0
    assert SPACE["interaction"]("entropy", "adam").mean() > 0
    assert errors("entropy", "batch").mean() < 0.1 < errors("batch").mean()
    gain = (errors("relu", "entropy") - errors()).mean()
    assert gain / (errors(*NAMES) - errors()).mean() > 0.7  # most of the way
    batch = [SPACE["gains"](o)["batch"] for o in itertools.permutations(NAMES)]
    assert max(batch) == pytest.approx(60, abs=1)
    assert -2 < min(batch) < -1


def test_a_larger_rate_saves_the_batch():
    scaled = np.array(STORED.metrics["error_batch_scaled"])
    assert abs(scaled.mean() - errors().mean()) < 0.01 < 0.5 < errors("batch").mean()


def test_the_order_of_the_configurations_is_the_book_s():
    one, four, five = (errors(*NAMES[:count]).mean() for count in (0, 4, 5))
    assert one > four > five
    assert 0.01 < five - 0.04 < four - 0.04 < 0.035
    assert one - 0.06 == max(one - 0.06, four - 0.05, five - 0.04)
