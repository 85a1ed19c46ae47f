"""E3.4 and E3.6: XOR training, against PyTorch and against one neuron at a time."""

import math

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.backprop import _xor, symmetry, xor


def slow_training(seed, epochs):
    """Train with plain Python numbers; return when all were right, and the weights."""
    random = np.random.RandomState(seed)
    hidden = [[0.0, *random.uniform(-1, 1, 2)] for _ in range(2)]
    last = [0.0, *random.uniform(-1, 1, 2)]
    order = [0, 1, 2, 3]
    X, Y = [(-1, -1), (-1, 1), (1, -1), (1, 1)], [0, 1, 1, 0]

    def forward(x):
        g = [math.tanh(w[0] + w[1] * x[0] + w[2] * x[1]) for w in hidden]
        z = last[0] + last[1] * g[0] + last[2] * g[1]
        return g, 1 / (1 + math.exp(-z))

    solved = 0
    for epoch in range(1, epochs + 1):
        random.shuffle(order)
        for i in order:
            x = X[i]
            g, f = forward(x)
            error = (f - Y[i]) * f * (1 - f)
            errors = [error * last[u + 1] * (1 - g[u] ** 2) for u in range(2)]
            for k, value in enumerate((1, *g)):
                last[k] -= 0.1 * error * value
            for u in range(2):
                for k, value in enumerate((1, *x)):
                    hidden[u][k] -= 0.1 * errors[u] * value
        if all((forward(x)[1] >= 0.5) == (y == 1) for x, y in zip(X, Y, strict=True)):
            solved = epoch
            break
    W = [hidden[u][k] for u in range(2) for k in (1, 2)]
    return solved, [*W, hidden[0][0], hidden[1][0], *last[1:], last[0]]


def test_gradient_is_that_of_autograd():
    random = np.random.default_rng(0)
    weights = random.normal(size=(5, 9))
    x, y = random.choice([-1.0, 1.0], (5, 2)), random.choice([0.0, 1.0], 5)
    ours = _xor.gradient(weights, x, y)
    for row in range(5):
        w = torch.tensor(weights[row], requires_grad=True)
        hidden = torch.tanh(w[:4].reshape(2, 2) @ torch.tensor(x[row]) + w[4:6])
        f = torch.sigmoid(w[6:8] @ hidden + w[8])
        (0.5 * (y[row] - f) ** 2).backward()
        np.testing.assert_allclose(ours[row], w.grad.numpy(), atol=1e-14)


@pytest.mark.parametrize("seed", [3, 34, 61])
def test_a_run_is_the_one_neuron_by_neuron(seed):
    epoch, weights = slow_training(seed, 300)
    run = _xor.train(*_xor.seeded([10, seed], 300))  # one that does not end beside it
    assert run.solved.tolist() == [0, epoch]
    assert epoch > 0
    np.testing.assert_allclose(run.weights[1, epoch], weights, atol=1e-10)
    np.testing.assert_array_equal(run.weights[1, -1], run.weights[1, epoch])


def test_the_book_s_seed_needs_161_epochs():
    assert xor.stories()[3].solved == 161


def test_frames_run_from_the_start_to_the_end():
    for seed, story in xor.stories().items():
        assert story.epochs[0] == 0
        assert story.epochs[-1] == (story.solved or xor.EPOCHS)
        assert (np.diff(story.epochs) > 0).all(), seed
        right = _xor.right(story.outputs).all(axis=-1)
        assert right[-1] == bool(story.solved)
        assert not right[:-1].any()


def test_stuck_runs_end_with_outputs_that_mix_up_targets():
    for seed, story in xor.stories().items():
        if story.solved:
            continue
        end = story.outputs[-1]
        mixed = xor.undecided(end)
        mean = _xor.TARGETS[mixed].mean()  # the best single answer to all of them
        np.testing.assert_allclose(end[mixed], mean, atol=0.02, err_msg=str(seed))
        np.testing.assert_allclose(end[~mixed], _xor.TARGETS[~mixed], atol=0.04)
        assert "stuck" in xor.words(seed, xor.FRAMES - 1)
        assert f"{mean:.2f}" in xor.words(seed, xor.FRAMES - 1)


def test_hidden_lines_are_where_the_sums_are_zero():
    for step in (0, 10, xor.FRAMES - 1):
        state = evaluate(xor.state, {"seed": 24, "step": step})
        W, b, _, _ = _xor.split(xor.stories()[24].weights[step])
        for unit in range(2):
            ends = np.column_stack([state[f"data[{unit}].x"], state[f"data[{unit}].y"]])
            assert len(ends) == 2
            np.testing.assert_allclose(ends @ W[unit] + b[unit], 0, atol=1e-9)
        given = xor.stories()[24].outputs[step]
        for text, f, y in zip(state["data[5].text"], given, _xor.TARGETS, strict=True):
            assert text.startswith(f"{f:.2f}")
            assert text.endswith("✓" if (f >= 0.5) == (y == 1) else "✗")


def test_equal_units_stay_equal_to_the_last_bit():
    for (spread, centre, seed), run in symmetry.runs().items():
        if spread == 0:
            assert (run.distance == 0).all()
            assert run.solved == 0
            assert (run.moved == 0) == (centre == 0)
            said = symmetry.words(spread, centre, seed)
            assert ("do not move" in said) == (centre == 0)
        else:
            assert run.distance[0] > 0


def test_a_wide_spread_parts_the_units_and_a_tiny_one_does_not_in_time():
    runs = symmetry.runs()
    for centre in symmetry.CENTRES.values():
        tiny = [runs[0.001, centre, seed].solved for seed in symmetry.SEEDS]
        wide = [runs[0.5, centre, seed].solved for seed in symmetry.SEEDS]
        assert not any(tiny)
        assert sum(solved > 0 for solved in wide) >= 4


def test_twins_are_drawn_on_top_of_each_other():
    values = {"spread": 0, "centre": 0.5, "seed": 1}
    state = evaluate(symmetry.state, values)
    np.testing.assert_array_equal(state["data[0].x"], state["data[1].x"])
    np.testing.assert_array_equal(state["data[0].y"], state["data[1].y"])
    assert set(state["data[2].y"]) == {symmetry.NEAREST}
