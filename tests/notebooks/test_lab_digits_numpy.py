"""Chapter 4's lab: its own functions against torch, its numbers, its sentences."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import data, nn, results

ROOT = Path(__file__).parents[2]
LAB = ROOT / "notebooks/04_digits/lab_digits_numpy.ipynb"
ARTIFACT = ROOT / "ldl_lib/artifacts/04_digits.npz"
STORED = results.load("04_digits_numpy", ROOT / "results")
BATCHES = (8, 32, 128, 256)
FORMS = ("single", "batch")


def definitions():
    """Run the cells tagged `parameters` and `model`, and no other."""
    space = {"np": np, "nn": nn}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        if {"model", "parameters"} & set(cell["metadata"].get("tags", [])):
            exec("".join(cell["source"]), space)
    return space


SPACE = definitions()


@pytest.fixture(scope="module")
def examples():
    """Random images with a pattern for each class, one-hot rows, and class numbers."""
    random = np.random.default_rng(4)
    labels = random.integers(0, 10, 200)
    Y = np.eye(10)[labels]
    X = random.normal(size=(200, 784))
    X[:, :200] += 2 * np.repeat(Y, 20, axis=1)
    return X, Y, labels


def apart(first, second):
    return max(np.abs(a - b).max() for a, b in zip(first, second, strict=True))


def torch_gradients(weights, X, Y):
    """Differentiate the sum over outputs of half the squares, averaged over images."""
    W1, b1, W2, b2 = (torch.tensor(values, requires_grad=True) for values in weights)
    X, Y = torch.tensor(X), torch.tensor(Y)
    hidden = torch.tanh(torch.nn.functional.linear(X, W1, b1))
    y_hat = torch.sigmoid(torch.nn.functional.linear(hidden, W2, b2))
    loss = (0.5 * (Y - y_hat) ** 2).sum(dim=1).mean()
    return [g.numpy() for g in torch.autograd.grad(loss, (W1, b1, W2, b2))]


def test_the_start_is_the_book_s_and_the_seed_s():
    W1, b1, W2, b2 = weights = SPACE["start"](seed=3)
    assert [v.shape for v in weights] == [(25, 784), (25,), (10, 25), (10,)]
    assert {v.dtype for v in weights} == {np.dtype(np.float32)}
    assert not b1.any()
    assert not b2.any()
    for W in (W1, W2):
        assert 0.099 < np.abs(W).max() <= 0.1
        assert abs(W.mean()) < 0.01
    assert apart(weights, SPACE["start"](seed=3)) == 0
    assert apart(weights, SPACE["start"](seed=4)) > 0.1


def test_the_gradient_of_a_batch_is_torch_s(examples):
    X, Y, _ = examples
    weights = SPACE["start"](seed=1, dtype=np.float64)
    ours = SPACE["gradients"](weights, X[:7], Y[:7])
    theirs = torch_gradients(weights, X[:7], Y[:7])
    assert apart(ours, theirs) < 1e-14
    assert all(np.abs(each).max() > 1e-4 for each in theirs)


def test_a_step_of_the_loop_follows_torch_s_gradient(examples):
    X, Y, _ = examples
    weights = SPACE["start"](seed=2, dtype=np.float64)
    before = [values.copy() for values in weights]
    SPACE["train_loop"](weights, X, Y, [5], 0.5)
    theirs = torch_gradients(before, X[5:6], Y[5:6])
    expected = [w - 0.5 * g for w, g in zip(before, theirs, strict=True)]
    assert apart(weights, expected) < 1e-14


def test_loop_matrix_and_batches_of_one_agree(examples):
    X, Y, _ = examples
    order = np.random.default_rng(0).permutation(len(X))
    trained = []
    for form, more in (
        ("train_loop", ()),
        ("train_vector", ()),
        ("train_batches", (1,)),
    ):
        weights = SPACE["start"](1, np.float64)
        SPACE[form](weights, X, Y, order, 0.01, *more)
        trained.append(weights)
    assert apart(trained[0], SPACE["start"](1, np.float64)) > 0.01
    assert apart(trained[0], trained[1]) < 1e-12
    assert apart(trained[0], trained[2]) < 1e-12


def test_a_batch_s_gradient_is_the_mean_of_single_ones(examples):
    X, Y, _ = examples
    weights = SPACE["start"](1, np.float64)
    singles = [SPACE["gradients"](weights, X[[i]], Y[[i]]) for i in range(32)]
    together = SPACE["gradients"](weights, X[:32], Y[:32])
    for index, gradient in enumerate(together):
        mean = np.mean([each[index] for each in singles], axis=0)
        np.testing.assert_allclose(gradient, mean, atol=1e-14)


def test_a_short_last_batch_is_averaged_over_its_own_images(examples):
    X, Y, _ = examples
    weights = SPACE["start"](1, np.float64)
    SPACE["train_batches"](weights, X, Y, np.arange(40), 0.1, 32)
    expected = SPACE["start"](1, np.float64)
    for rows in (slice(0, 32), slice(32, 40)):
        steps = torch_gradients(expected, X[rows], Y[rows])
        expected = [w - 0.1 * g for w, g in zip(expected, steps, strict=True)]
    assert apart(weights, expected) < 1e-13


def test_a_mini_batch_epoch_is_that_of_the_library(examples):
    X, Y, _ = examples
    limit = nn.Uniform(0.1)
    layers = [nn.Dense(25, "tanh", limit), nn.Dense(10, "logistic", limit)]
    network = nn.Network(784, layers, seed=6)
    loss = nn.SquaredError(half=True, outputs="sum")
    nn.train(network, loss, nn.SGD(0.1), X, Y, batch_size=32, shuffle=False)
    theirs = [values for layer in layers for values in layer.parameters.values()]
    weights = SPACE["start"](6, np.float64)
    SPACE["train_batches"](weights, X, Y, np.arange(len(X)), 0.1, 32)
    assert apart(weights, theirs) < 1e-13


def test_outputs_and_error_count_every_image(examples):
    X, _, labels = examples
    weights = SPACE["start"](1, np.float64)
    y_hat = SPACE["outputs"](weights, X)
    _, single = SPACE["forward_loop"](weights, X[17])
    np.testing.assert_allclose(y_hat[17], single, atol=1e-14)
    wrong = [row.argmax() != label for row, label in zip(y_hat, labels, strict=True)]
    assert SPACE["error"](weights, X, labels) == sum(wrong) / 200


@pytest.mark.parametrize("form", ["single", "batch"])
def test_training_learns_repeats_itself_and_tells_of_each_epoch(form, examples):
    X, Y, labels = examples
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    space = definitions()
    space["epochs"] = 8
    space["FORMS"]["batch"] = (8, 0.3)
    seen = []
    weights = space["train"](
        form, 1, X, Y, lambda weights: seen.append(space["error"](weights, X, labels))
    )
    again = space["train"](form, 1, X, Y, lambda weights: None)
    other = space["train"](form, 2, X, Y, lambda weights: None)
    assert len(seen) == 8
    assert seen[-1] < 0.2 < seen[0]
    assert apart(weights, again) == 0 < apart(weights, other)


def test_pixels_are_standardised_with_two_numbers():
    images = np.random.default_rng(1).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    mean, std = SPACE["pixel_statistics"](images)
    assert (mean, std) == pytest.approx((np.mean(images), np.std(images)))
    rows = SPACE["standardise"](images, mean, std)
    assert rows.shape == (5, 784)
    assert rows.dtype == np.float32
    assert rows[2, 3 * 28 + 4] == pytest.approx((images[2, 3, 4] - mean) / std)


def test_what_is_stored_is_the_experiment_of_the_lab():
    for name, value in STORED.parameters.items():
        assert SPACE[name] == value, name
    assert STORED.seeds == (1, 2, 3)
    names = {f"{part}_{form}" for part in ("training", "validation") for form in FORMS}
    assert set(STORED.curves) == names
    assert {np.shape(curve) for curve in STORED.curves.values()} == {(3, 20)}


@pytest.mark.parametrize("form", FORMS)
def test_each_of_the_10000_test_images_counts_once(form):
    wrong = 10_000 * np.array(STORED.metrics[f"test_error_{form}"])
    np.testing.assert_allclose(wrong, wrong.round(), atol=1e-6)
    assert ((wrong > 450) & (wrong < 750)).all()  # the book: about 650


def test_the_sentences_about_errors_and_speed_hold():
    means = {name: np.mean(values) for name, values in STORED.metrics.items()}
    assert means["epoch_seconds_batch"] <= 0.6
    assert means["epoch_seconds_single"] <= 2.5
    assert means["seconds_loop"] >= 20 * means["epoch_seconds_batch"]
    errors = {form: STORED.metrics[f"test_error_{form}"] for form in FORMS}
    for values in errors.values():
        assert max(values) < 0.0625  # "a few tenths of a point or more" below 6.5 %
        assert 0.004 < max(values) - min(values) < 0.006  # "about half a point"
    assert np.mean(errors["batch"]) <= np.mean(errors["single"])  # "no worse"
    order = [means[f"seconds_{name}"] for name in ("loop", "1", *BATCHES)]
    assert order == sorted(order, reverse=True)


def test_the_sentences_about_the_curves_hold():
    curves = {name: np.mean(runs, axis=0) for name, runs in STORED.curves.items()}
    for part in ("training", "validation"):
        ends = [curves[f"{part}_{form}"][-1] for form in FORMS]
        assert abs(ends[0] - ends[1]) < 0.002  # "both forms end where the other does"
    for form in FORMS:
        training, validation = curves[f"training_{form}"], curves[f"validation_{form}"]
        fallen = training[9] - training[-1]
        assert fallen > 0.006
        assert validation[9] - validation[-1] < fallen / 2  # "has nearly stopped"
        assert validation[-1] - training[-1] > 0.015


def test_the_kept_network_is_that_of_seed_1_rounded():
    kept = np.load(ARTIFACT)
    shapes = {"W1": (25, 784), "b1": (25,), "W2": (10, 25), "b2": (10,)}
    for name, shape in shapes.items():
        assert kept[name].shape == shape
        assert kept[name].dtype == np.float16
    assert kept["seed"] == STORED.seeds[0] == 1
    exact = STORED.metrics["test_error_single"][0]
    assert float(kept["test_error"]) == pytest.approx(exact, abs=5e-4)


def test_the_kept_network_s_test_error_is_that_of_torch():
    mnist = data.load("mnist")
    if mnist.is_sample:
        pytest.skip("MNIST is not here: the error is of its 10,000 test images")
    kept = np.load(ARTIFACT)
    W1, b1, W2, b2 = (
        torch.tensor(kept[name].astype(np.float64)) for name in ("W1", "b1", "W2", "b2")
    )
    pixels = torch.tensor(mnist.test.X.reshape(-1, 784).astype(np.float64))
    X = (pixels - float(kept["mean"])) / float(kept["std"])
    hidden = torch.tanh(torch.nn.functional.linear(X, W1, b1))
    answers = torch.nn.functional.linear(hidden, W2, b2).argmax(dim=1).numpy()
    assert len(answers) == 10_000
    wrong = np.count_nonzero(answers != mnist.test.y)
    assert float(kept["test_error"]) == pytest.approx(wrong / 10_000)
    assert mnist.train_full.X.mean() == pytest.approx(float(kept["mean"]))
    assert mnist.train_full.X.std() == pytest.approx(float(kept["std"]))
