"""Newton's step with the Hessian: autograd, SciPy and a pencil agree."""

import itertools

import numpy as np
import pytest
import torch
from scipy import optimize

from ldl_lib.explore import Choice, Player
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.newton import surface
from ldl_lib.figures.tweaks.optimizers import race

LOSSES = {  # written again, for autograd
    "ravine": lambda x, y: ((x - 1) ** 2 + 20 * (y - 0.5) ** 2) / 2,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25,
    "Rosenbrock": lambda x, y: ((1 - x) ** 2 + 20 * (y - x**2) ** 2) / 20,
}
each = pytest.mark.parametrize("name", surface.SURFACES)


@each
def test_hessians_are_autograd_s(name):
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(-2, 2, (8, 2)):
        point = tuple(torch.tensor([x, y], dtype=torch.float64))
        theirs = torch.autograd.functional.hessian(LOSSES[name], point)
        expected = [[float(entry) for entry in row] for row in theirs]
        ours = surface.HESSIANS[name](float(x), float(y))
        np.testing.assert_allclose(ours, expected, atol=1e-12)


@each
def test_newton_s_steps_solve_with_autograd_s_derivatives(name):
    path = surface.newton(name)
    for here, there in itertools.pairwise(path):
        point = torch.tensor(here, requires_grad=True)
        (g,) = torch.autograd.grad(LOSSES[name](*point), point)
        H = torch.autograd.functional.hessian(lambda w: LOSSES[name](*w), point)
        np.testing.assert_allclose(here - there, torch.linalg.solve(H, g), atol=1e-9)


def test_where_it_ends():
    assert len(surface.newton("ravine")) == 2
    np.testing.assert_allclose(surface.newton("ravine")[-1], [1, 0.5], atol=1e-12)
    np.testing.assert_allclose(surface.newton("saddle")[-1], [0, 0], atol=1e-8)
    valley = surface.SURFACES["Rosenbrock"]
    found = optimize.minimize(
        lambda w: LOSSES["Rosenbrock"](*w), valley.start, method="Nelder-Mead", tol=1e-9
    )
    end = surface.newton("Rosenbrock")[-1]
    np.testing.assert_allclose(end, found.x, atol=1e-6)
    assert len(surface.newton("Rosenbrock")) == 6


def test_what_is_drawn():
    moments = range(len(surface.MOMENTS))
    controls = {
        "surface": Choice(list(surface.SURFACES)),
        "rate": Choice(list(surface.RATES)),
        "moment": Player(len(surface.MOMENTS)),
    }
    paths = set()
    for name in controls["surface"].grid():
        for moment in moments:
            values = {"surface": name, "rate": 0.1, "moment": moment}
            state = evaluate(surface.state, values)
            paths.add(tuple(state))
            start = surface.SURFACES[name].start
            assert (state["data[2].x"][0], state["data[2].y"][0]) == start
            assert (state["data[3].x"][0], state["data[3].y"][0]) == start
            step = surface.MOMENTS[moment]
            descent = race(name, "SGD", 0.1).path[: step + 1]
            assert state["data[2].x"][-1] == pytest.approx(descent[-1, 0], abs=1e-3)
    assert len(paths) == 1


@pytest.mark.parametrize(
    ("values", "part"),
    [
        (
            ("ravine", 0.03, 1),
            "After 1 step Newton is at (1.000, 0.500), with a loss be",
        ),
        (("saddle", 0.1, 4), "a saddle point, not a minimum"),
        (("Rosenbrock", 0.1, 8), "After 5 steps Newton is at (1.000, 1.000)"),
        (("ravine", 0.3, 8), "Gradient descent left the picture after"),
        (("ravine", 0.03, 0), "Both start with a loss of 20"),
    ],
)
def test_words(values, part):
    assert part in surface.words(*values)
