"""E4.4: paths are those of PyTorch's SGD, at the cost that the figure states."""

import re

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.digits import batches
from ldl_lib.figures.theme import DARK_TWIN

VALUES = {"moment": 5, "rate": 1.0, "seed": 1}


@pytest.mark.parametrize("size", batches.SIZES.values())
def test_a_walk_is_that_of_torch(size):
    X, y = map(torch.from_numpy, batches.problem())
    weights = torch.tensor(batches.START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=3.0)
    rng = np.random.default_rng([44, 2])
    order = rng.permutation(batches.EXAMPLES)
    points = [weights.detach().numpy().copy()]
    for first in range(0, batches.EXAMPLES, size):
        rows = torch.from_numpy(order[first : first + size])
        outputs = torch.sigmoid(weights[0] * X[rows] + weights[1])
        optimizer.zero_grad()
        (0.5 * ((outputs - y[rows]) ** 2).mean()).backward()
        optimizer.step()
        points.append(weights.detach().numpy().copy())
    ours = batches.walk(size, 3.0, 2)
    assert len(ours) == batches.EPOCHS * batches.EXAMPLES // size + 1
    np.testing.assert_allclose(ours[: len(points)], points, atol=1e-9)


def test_the_star_is_the_minimum():
    def loss(point):
        return float(batches.losses(np.array([point]))[0])

    found = minimize(loss, [2.0, 0.0], tol=1e-10)
    np.testing.assert_allclose(batches.minimum(), found.x, atol=2e-3)
    assert loss(batches.minimum()) < loss(batches.START)


def test_small_batches_are_ahead_at_equal_cost_and_do_not_come_to_rest():
    for seed in batches.SEEDS:
        ends = {
            size: batches.losses(batches.walk(size, 1.0, seed)[-1:])[0]
            for size in batches.SIZES.values()
        }
        assert ends[1] < ends[16] < ends[256]
        late = batches.walk(1, 30.0, seed)[-256:]
        assert late.std(axis=0).min() > 0.05
        assert (np.diff(batches.losses(batches.walk(256, 1.0, seed))) < 0).all()


@pytest.mark.parametrize("moment", [0, 1, 5, 9])
def test_state_shows_paths_up_to_the_same_number_of_examples(moment):
    state = batches.state(**VALUES | {"moment": moment})
    seen = batches.MOMENTS[moment]
    for number, size in enumerate(batches.SIZES.values()):
        walk = batches.walk(size, 1.0, 1)
        now = state[f"data[{2 + number}].x"][0], state[f"data[{2 + number}].y"][0]
        np.testing.assert_allclose(now, walk[seen // size], atol=5.1e-3)
        assert state[f"data[{5 + number}].x"][0] == seen // size * size
        assert len(state[f"data[{2 + number}].x"]) <= batches._most_points() + 1


def test_words_count_steps():
    said = batches.words(**VALUES)
    assert said.startswith("256 examples seen: batch 1 step, loss")
    assert "mini-batch of 16: 16 steps" in said
    assert "stochastic 256 steps" in said


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(batches.state, VALUES, None))
    for rate in batches.RATES:
        evaluate(batches.state, VALUES | {"rate": rate}, paths)
    drawn = batches.figure().update_layout(template=None)
    assert set(re.findall(r"#[0-9a-f]{6}", drawn.to_json())) <= set(DARK_TWIN)
