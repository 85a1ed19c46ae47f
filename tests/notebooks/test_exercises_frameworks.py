"""The solutions of chapter 5 against `ldl_lib.nn`, scikit-learn, and simulation.

The checks in the notebook hold the same formulas as its solutions; this is the second
opinion. It also computes the numbers that the notebook states in its text.
"""

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from ldl_lib import nn
from tests.notebooks.test_exercises import ROOT, cells, exercises, solution

PATH = ROOT / "notebooks/05_frameworks/exercises.ipynb"
RNG = np.random.default_rng(5)
LOGITS, LABELS = RNG.normal(0, 3, (6, 4)), np.array([0, 3, 1, 2, 2, 0])


@pytest.fixture(scope="module")
def solved() -> SimpleNamespace:
    """What all solutions together define."""
    space: dict[str, object] = {"np": np}
    for name in exercises(PATH):
        exec(solution(PATH, name), space)
    return SimpleNamespace(**space)


def test_the_spread_of_sums_is_what_sampling_gives(solved):
    X = RNG.standard_normal((400, 784))
    for limit, expected in ((0.1, solved.z_sd), (1, solved.z_sd_wide)):
        z = X @ RNG.uniform(-limit, limit, (784, 300))
        assert z.std() == pytest.approx(expected, rel=0.02)
    z = X @ RNG.uniform(-solved.limit, solved.limit, (784, 300))
    assert z.std() == pytest.approx(1, rel=0.02)


def test_learning_rates_give_the_same_step(solved):
    outputs, y = RNG.random((1, 10)), RNG.random((1, 10))
    chapter = nn.SquaredError(half=True, outputs="sum").gradient(outputs, y)
    framework = nn.SquaredError().gradient(outputs, y)
    assert np.allclose(0.01 * chapter, solved.framework_rate * framework)
    assert np.allclose(solved.chapter_rate * chapter, 0.01 * framework)
    batch = RNG.random((32, 10)), RNG.random((32, 10))
    mean = nn.SquaredError().gradient(*batch)
    summed = nn.SquaredError(batch="sum").gradient(*batch)
    assert np.allclose(0.1 * mean, solved.summing_rate * summed)


def test_initialisers_draw_from_these_distributions(solved):
    draws = nn.INITIALIZERS["glorot_uniform"](300, 500, RNG)
    assert np.abs(draws).max() == pytest.approx(solved.glorot_limit(300, 500), rel=1e-3)
    draws = nn.INITIALIZERS["he_normal"](300, 500, RNG)
    assert draws.std() == pytest.approx(solved.he_sd(300, 500), rel=0.01)


def test_slopes_and_error_terms(solved):
    z = RNG.normal(0, 3, (5, 1))
    for name in ("tanh", "logistic"):
        slope = getattr(solved, f"{name}_slope")(z)
        assert np.allclose(slope, nn.ACTIVATIONS[name].derivative(z))
    y = np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
    entropy = nn.BinaryCrossEntropy(from_logits=True, batch="sum").gradient(z, y)
    assert np.allclose(solved.error_cross_entropy(z, y), entropy)
    logistic = nn.ACTIVATIONS["logistic"]
    by_output = nn.SquaredError(half=True, batch="sum").gradient(logistic.value(z), y)
    assert np.allclose(solved.error_squared(z, y), logistic.backward(z, by_output))


def test_softmax_and_cross_entropy(solved):
    assert np.allclose(solved.softmax(LOGITS), nn.softmax(LOGITS))
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    assert solved.cross_entropy(LOGITS, LABELS) == pytest.approx(
        loss.value(LOGITS, LABELS)
    )
    best = np.eye(10)[:1]  # certain and right, but no logits
    assert solved.floor == pytest.approx(loss.value(best, np.array([0])))


def test_optimizers_take_the_same_steps(solved):
    gradients = RNG.normal(0, 2, (5, 3))
    momentum, adam = nn.SGD(0.1, momentum=0.9), nn.Adam()
    theirs = {id(each): np.ones(3) for each in (momentum, adam)}
    heavy, light = (np.ones(3), np.zeros(3)), (np.ones(3), np.zeros(3), np.zeros(3))
    for t, g in enumerate(gradients, start=1):
        for each in (momentum, adam):
            each.step(theirs[id(each)], g)
        heavy = solved.momentum_step(*heavy, g, 0.1, 0.9)
        light = solved.adam_step(*light, g, t)
        assert np.allclose(heavy[0], theirs[id(momentum)])
        assert np.allclose(light[0], theirs[id(adam)])
    for g, change in ((0.001, solved.change_small), (1000.0, solved.change_large)):
        weights = np.zeros(1)
        nn.Adam().step(weights, np.array([g]))
        assert weights[0] == pytest.approx(change, rel=1e-4)


def test_adam_does_not_care_whether_a_batch_is_summed(solved):
    g, start = RNG.normal(0, 1, 3), (np.ones(3), np.zeros(3), np.zeros(3))
    one, other = (solved.adam_step(*start, factor * g, 1)[0] for factor in (1, 32))
    assert np.allclose(one, other, atol=1e-8)


def test_clipping(solved):
    for g in RNG.normal(0, 2, (5, 4)):
        values, norms = nn.SGD(1.0, clip_value=1.5), nn.SGD(1.0, clip_norm=1.5)
        by_value, by_norm = np.zeros(4), np.zeros(4)
        values.step(by_value, g)
        norms.step(by_norm, g)
        assert np.allclose(solved.clip_value(g, 1.5), -by_value)
        assert np.allclose(solved.clip_norm(g, 1.5), -by_norm)


def test_batch_normalisation_and_dropout(solved):
    X = RNG.normal(3, 2, (8, 3))
    network = nn.Network(3, [nn.BatchNorm()], seed=0)
    averages = np.zeros(3), np.ones(3)
    for training in (True, True, False):
        outputs, *averages = solved.batch_norm(X, 1, 0, *averages, training)
        assert np.allclose(outputs, network.forward(X, training=training))
    draws = RNG.random((100_000, 1))
    dropped = solved.dropout(np.ones_like(draws), draws, 0.3, True)
    assert dropped.mean() == pytest.approx(1, abs=0.01)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.01)


def test_standardising_and_folds(solved):
    train, test = RNG.normal(5, 3, (20, 4)), RNG.normal(5, 3, (7, 4))
    train[:, 2] = 1.0
    scaler = StandardScaler().fit(train)
    for own, theirs in zip(
        solved.standardise(train, test),
        map(scaler.transform, (train, test)),
        strict=True,
    ):
        assert np.allclose(own, theirs)
    for (a, b), (c, d) in zip(
        solved.folds(np.arange(11), 4), KFold(4).split(np.arange(11)), strict=True
    ):
        assert (a.tolist(), b.tolist()) == (c.tolist(), d.tolist())


def test_learnt_numbers_are_counted_right():
    layers = [nn.Dense(25), nn.BatchNorm(), nn.Dense(10)]
    assert nn.Network(784, layers, seed=0).weights.size == 19_935


def sigmoid_slope(z):
    return math.exp(-z) / (1 + math.exp(-z)) ** 2


STATED = {
    r"0\.003125": 0.1 / 32,
    r"0\.062": math.sqrt(3) / 28,
    r"0\.232": math.e / (math.e + 9),
    r"0\.09, …, 0\.09": 1 / (math.e + 9),
    r"1\.46": -math.log(math.e / (math.e + 9)),
    r"0\.0013 and": 1 - math.tanh(4) ** 2,
    r"0\.018\.": sigmoid_slope(4),
    r"0\.0177": sigmoid_slope(-4),
    r"56\.6": 1 / sigmoid_slope(-4),
    r"0\.991, ": 6 / math.hypot(6, 0.8),
    r"0\.132": 0.8 / math.hypot(6, 0.8),
    r"2\.71, …": 1 + 0.9 + 0.9**2,
}


@pytest.mark.parametrize("pattern", STATED)
def test_numbers_in_the_text_are_computed(pattern):
    text = " ".join(cell["source"] for cell in cells(PATH))
    found = re.search(pattern, text)
    assert found, "the text no longer says so"
    number = re.match(r"[\d.]*\d", found[0])[0]
    digits = len(number.partition(".")[2])
    assert float(number) == pytest.approx(STATED[pattern], abs=0.5000001 * 10**-digits)
