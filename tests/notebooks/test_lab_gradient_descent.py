"""Chapter 2's lab: its own functions, straight out of the notebook, against others."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import nn

LAB = (
    Path(__file__).parents[2]
    / "notebooks/02_gradients/lab_gradient_descent_numpy.ipynb"
)


def definitions():
    """Run the cells tagged `parameters` and `model`, and those that only define."""
    space = {"np": np, "nn": nn}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        tags = set(cell["metadata"].get("tags", []))
        if {"model", "parameters"} & tags or cell["id"] in ("valley", "count"):
            exec("".join(cell["source"]), space)
    return space


LAB_SPACE = definitions()


def test_numerical_gradients_are_autograd_s():
    lab = LAB_SPACE
    rng = np.random.default_rng(2)
    for place in rng.uniform(-2, 2, size=(20, 2)):
        w = torch.tensor(place, requires_grad=True)
        ((1 - w[0]) ** 2 / 20 + (w[1] - w[0] ** 2) ** 2).backward()
        exact = w.grad.numpy()
        np.testing.assert_allclose(lab["valley_gradient"](place), exact, atol=1e-12)
        found = lab["numerical_gradient"](lab["valley"], place)
        np.testing.assert_allclose(found, exact, atol=1e-8)
        assert not np.allclose(lab["slipped_gradient"](place), exact, atol=1e-8)


def test_descent_is_pytorch_s():
    A, start = LAB_SPACE["turned_surface"](3)
    path = LAB_SPACE["descend"](lambda w: A @ w, start, 0.07, 30)
    w = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.07)
    for expected in path:
        np.testing.assert_allclose(w.detach().numpy(), expected, atol=1e-10)
        optimizer.zero_grad()
        (w @ torch.tensor(A) @ w / 2).backward()
        optimizer.step()
    assert len(path) == 31


def test_a_walk_that_flies_apart_is_cut():
    path = LAB_SPACE["descend"](lambda w: 50 * w, [1.0], 0.5, 1000)
    assert len(path) < 20
    assert np.isfinite(path).all()


def test_surfaces_have_the_curvatures_they_promise():
    for seed in range(5):
        A, start = LAB_SPACE["turned_surface"](seed)
        np.testing.assert_allclose(np.linalg.eigvalsh(A), [1, 20])
        assert np.linalg.norm(start) == pytest.approx(3)


@pytest.mark.parametrize("curvature", [0.3, 1, 40])
def test_the_border_is_two_over_the_curvature(curvature):
    found = LAB_SPACE["border"](lambda w: curvature * w, [1.0], 10 / curvature)
    assert found * curvature == pytest.approx(2, abs=1e-4)


def test_predicted_steps_by_hand():
    assert LAB_SPACE["predicted_steps"](0.5, 0.25) == 2
    assert LAB_SPACE["predicted_steps"](-0.5, 0.2) == 3
    path = np.array([[4.0], [2.0], [1.0], [0.5]])
    assert LAB_SPACE["steps_until"](path, 0.25) == 2
    assert LAB_SPACE["steps_until"](path, 0.01) is None


def test_a_pass_of_gradient_steps_is_a_pass_of_the_perceptron_rule():
    rng = np.random.default_rng(6)
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 3))])
    y, start = rng.choice([-1, 1], 40), rng.normal(size=4)
    w = LAB_SPACE["sgd_pass"](start, X, y, range(40), 0.3)
    neuron = nn.Perceptron(start)
    neuron.fit(X[:, 1:], y, learning_rate=0.3, epochs=1)
    np.testing.assert_allclose(w, neuron.weights, atol=1e-12)
    np.testing.assert_array_equal(
        LAB_SPACE["example_gradient"](np.zeros(4), X[0], -1), X[0]
    )


def test_the_true_gradient_is_the_mean_of_the_examples():
    lab = definitions()  # a space of its own: the functions find these examples there
    rng = np.random.default_rng(7)
    X = np.column_stack([np.ones(30), rng.normal(size=(30, 4))])
    y = rng.choice([-1, 1], 30)
    lab |= {"X_train": X, "y_train": y, "epochs": 4}
    w = rng.normal(size=5)
    each = [lab["example_gradient"](w, x, t) for x, t in zip(X, y, strict=True)]
    np.testing.assert_allclose(lab["true_gradient"](w), np.mean(each, axis=0))
    torch_w = torch.tensor(w, requires_grad=True)
    torch.relu(-torch.tensor(y) * (torch.tensor(X) @ torch_w)).mean().backward()
    np.testing.assert_allclose(lab["true_gradient"](w), torch_w.grad.numpy())
    assert lab["train_stochastic"](0).shape == (4, 5)
    assert lab["train_true"](0, 0.1).shape == (4, 5)
    np.testing.assert_array_equal(lab["train_true"](2, 0.1), lab["train_true"](2, 0.1))
