"""E2.5: mistakes counted by another perceptron, surfaces by their area."""

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.figures.gradients import same_neuron

WEIGHTS = [(0.5, -0.25, 0.5), (-1, 0.75, 1), (0, 1, 0), (0.5, 0, 0), (-0.5, 0, 0)]
X = nn.truth_table_inputs(2)


@pytest.mark.parametrize("gate", same_neuron.GATES)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_wrong_inputs_are_the_library_s(gate, weights):
    outputs = nn.Perceptron(weights).predict(X)
    wrong = [tuple(x) for x in X[outputs != nn.GATES[gate]].tolist()]
    assert same_neuron.wrong_inputs(gate, *weights) == wrong
    shown = same_neuron.input_state(gate, *weights)
    assert list(zip(shown["data[5].x"], shown["data[5].y"], strict=True)) == wrong
    assert f"misses {len(wrong)} of 4" in same_neuron.surface_words(gate, *weights)
    stems = np.array(same_neuron.surface_state(gate, *weights)["data[5].z"])
    assert np.isnan(stems).sum() == len(wrong)


@pytest.mark.parametrize("gate", same_neuron.GATES)
def test_the_weight_plane_counts_mistakes(gate):
    rng = np.random.default_rng(0)
    middles = same_neuron.cells()
    for w0 in (-1, 0.5):
        found = same_neuron.mistakes(gate, w0)
        for row, column in rng.integers(same_neuron.RESOLUTION, size=(40, 2)):
            neuron = nn.Perceptron([w0, middles[column], middles[row]])
            assert found[row, column] == (neuron.predict(X) != nn.GATES[gate]).sum()


def test_a_region_without_mistakes_exists_where_a_line_does():
    for gate in same_neuron.GATES:
        best = min(same_neuron.mistakes(gate, w0).min() for w0 in (-1, -0.5, 0, 0.5, 1))
        assert (best == 0) == nn.linearly_separable(X, nn.GATES[gate])
    assert "fewer than 1" in same_neuron.weight_words("XOR", 0.5, 1, 1)


def test_an_input_s_line_holds_the_weights_that_give_it_sum_zero():
    shown = same_neuron.weight_state("NAND", 0.5, 0.25, -1)
    for number, (x1, x2) in enumerate(X):
        ends = np.array([shown[f"data[{1 + number}].{letter}"] for letter in "xy"])
        np.testing.assert_allclose(0.5 + x1 * ends[0] + x2 * ends[1], 0, atol=1e-9)
    assert (shown["data[6].x"], shown["data[6].y"]) == ([0.25], [-1])


@pytest.mark.parametrize("w0", [-1, -0.5, 0, 0.5, 1])
def test_names_stand_on_their_lines_inside_the_plane_and_apart(w0):
    shown = same_neuron.weight_state("NAND", w0, 0.25, -1)
    labels = np.array([shown["data[5].x"], shown["data[5].y"]]).T
    sums = w0 + (labels * np.array(X)).sum(axis=1)
    np.testing.assert_allclose(sums, 0, atol=1e-9)
    assert np.abs(labels).max() < same_neuron.LIMIT
    gaps = [abs(a - b) for i, a in enumerate(labels) for b in labels[:i]]
    assert all(across > 1 or up > 0.3 for across, up in gaps)


def area(shown, trace):
    """Area of a fan of triangles in the plane of the inputs."""
    x, y = (np.array(shown[f"data[{trace}].{letter}"]) for letter in "xy")
    if not len(x):
        return 0.0
    u, v = x[1:] - x[0], y[1:] - y[0]
    return np.abs(u[:-1] * v[1:] - u[1:] * v[:-1]).sum() / 2


@pytest.mark.parametrize("weights", WEIGHTS)
def test_both_floors_cover_the_square_once(weights):
    shown = same_neuron.surface_state("NAND", *weights)
    floors = [area(shown, 0), area(shown, 1)]
    assert sum(floors) == pytest.approx((2 * same_neuron.EDGE) ** 2)
    rng = np.random.default_rng(1)
    points = rng.uniform(-same_neuron.EDGE, same_neuron.EDGE, size=(20_000, 2))
    share = np.mean(nn.Perceptron(weights).predict(points) > 0)
    assert floors[0] / sum(floors) == pytest.approx(share, abs=0.015)
    assert len(shown["data[2].x"]) in (0, 4)


def test_the_perceptron_loss_in_the_figure_is_autograd_s():
    figure = same_neuron.loss_figure()
    steps, slope = figure.data[0].y, np.diff(figure.data[1].y) / 0.01
    y = torch.tensor(nn.GATES["NAND"], dtype=torch.float64)
    inputs = torch.tensor(X, dtype=torch.float64)
    for at in (20, 90, 200, 280):
        w1 = torch.tensor(figure.data[1].x[at] + 0.005, requires_grad=True)
        z = 0.5 + w1 * inputs[:, 0] - 0.5 * inputs[:, 1]
        loss = torch.relu(-y * z).sum()
        loss.backward()
        assert w1.grad.item() == pytest.approx(slope[at], abs=1e-6)
        assert steps[at] == int((y * z < 0).sum())
