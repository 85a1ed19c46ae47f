"""Chapter 3's lab: its derivatives against PyTorch, its runs and its sentences."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import results
from ldl_lib.figures.backprop import _xor

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks/03_backpropagation"
LAB = FOLDER / "lab_xor_numpy.ipynb"
STORED = results.load("03_xor_numpy", ROOT / "results")
OTHERS = (
    "class Value",
    "def in_order",
    "def automatic",
    "def total_gradient",
    "X = [[",
)


def definitions():
    """Run the cells that define data, model and checks, and nothing else."""
    space = {"np": np, "math": math, "itertools": itertools}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"model", "parameters"} or source.startswith(OTHERS):
            exec(source, space)
    return space


SPACE = definitions()
ARCHITECTURES = ("2-2-1", "2-4-1", "2-2-2-1")


def torch_error(flat, architecture, x, y):
    """Return ½(y − f)² of one example, from weights in the lab's order."""
    sizes = [int(size) for size in architecture.split("-")]
    values, at = torch.tensor(x, dtype=torch.float64), 0
    for number, (inputs, units) in enumerate(itertools.pairwise(sizes)):
        table = flat[at : at + units * (inputs + 1)].reshape(units, inputs + 1)
        at += table.numel()
        z = table[:, 1:] @ values + table[:, 0]
        values = torch.sigmoid(z) if number == len(sizes) - 2 else torch.tanh(z)
    return 0.5 * (y - values[0]) ** 2


def flat_weights(network):
    return [w for layer in network for neuron in layer for w in neuron]


@pytest.mark.parametrize("architecture", [*ARCHITECTURES, "3-4-2-1"])
@pytest.mark.parametrize("way", ["gradient", "automatic", "differences"])
def test_gradient_is_that_of_torch(architecture, way):
    network = SPACE["start"](architecture, np.random.RandomState(5))
    for layer in network:  # bias weights that are not zero
        for number, neuron in enumerate(layer):
            neuron[0] = 0.3 - 0.2 * number
    inputs = int(architecture[0])
    for x, y in (([0.5, -1.0, 0.3][:inputs], 1.0), ([-1.0, 1.0, 0.0][:inputs], 0.0)):
        flat = torch.tensor(flat_weights(network), dtype=torch.float64)
        flat.requires_grad_()
        torch_error(flat, architecture, x, y).backward()
        ours = SPACE[way](network, x, y)
        tolerance = 1e-9 if way == "differences" else 1e-14
        np.testing.assert_allclose(ours, flat.grad.numpy(), atol=tolerance)


def test_an_update_is_a_step_against_the_gradient():
    network = SPACE["start"]("2-4-1", np.random.RandomState(2))
    before = np.array(flat_weights(network))
    slopes = SPACE["gradient"](network, [1.0, -1.0], 1.0)
    values = SPACE["forward"](network, [1.0, -1.0])
    errors = SPACE["error_terms"](network, values, 1.0)
    SPACE["update"](network, values, errors, 0.25)
    np.testing.assert_allclose(flat_weights(network), before - 0.25 * np.array(slopes))


def test_curvature_is_that_of_torch():
    network = SPACE["start"]("2-2-1", np.random.RandomState(4))
    flat = torch.tensor(flat_weights(network), dtype=torch.float64)

    def total(weights):
        pairs = zip(SPACE["X"], SPACE["Y"], strict=True)
        return sum(torch_error(weights, "2-2-1", x, y) for x, y in pairs)

    hessian = torch.autograd.functional.hessian(total, flat)
    smallest = np.linalg.eigvalsh(hessian.numpy())[0]
    assert SPACE["smallest_curvature"](network) == pytest.approx(smallest, abs=1e-7)


@pytest.mark.parametrize("seed", [3, 40])
def test_a_run_is_that_of_the_figure_s_code(seed):
    network, solved = SPACE["train"]("2-2-1", seed, 500)
    run = _xor.train(*_xor.seeded([seed], 500))
    assert solved == run.solved[0] > 0
    (first, second), (last,) = network
    flat = [*first[1:], *second[1:], first[0], second[0], *last[1:], last[0]]
    np.testing.assert_allclose(run.weights[0, -1], flat, atol=1e-9)


def test_the_stored_run_is_the_lab_s_and_complete():
    for name, value in STORED.parameters.items():
        assert SPACE[name] == value, name
    assert STORED.seeds == tuple(range(200))


def solved(name):
    return np.array(STORED.metrics[f"solved_{name}"]) == 1


def epochs(name):
    return np.array(STORED.metrics[f"epochs_{name}"])


def test_stored_epochs_are_those_of_a_second_program():
    """The figure's vectorised code, on the seeds that are done soon."""
    soon = np.flatnonzero(epochs("2_2_1") <= 300)[:40]
    run = _xor.train(*_xor.seeded(soon.tolist(), 300))
    np.testing.assert_array_equal(run.solved, epochs("2_2_1")[soon])


def test_the_sentences_about_how_often_hold():
    assert [solved(n).sum() for n in ("2_2_1", "2_4_1", "2_2_2_1")] == [145, 200, 151]
    taken = {n: epochs(n)[solved(n)] for n in ("2_2_1", "2_4_1", "2_2_2_1")}
    assert taken["2_2_1"].max() == 2969
    medians = {n: np.median(each) for n, each in taken.items()}
    assert 0.3 < medians["2_4_1"] / medians["2_2_1"] < 0.4  # about a third
    assert medians["2_2_2_1"] > 1.25 * medians["2_2_1"]
    assert epochs("2_2_1")[3] == 161
    # A difference that luck can make: within two standard errors.
    shares = [solved(n).mean() for n in ("2_2_1", "2_2_2_1")]
    spread = math.sqrt(sum(p * (1 - p) / 200 for p in shares))
    assert abs(shares[0] - shares[1]) < 2 * spread
    text = LAB.read_text(encoding="utf-8")
    for number in ("145 of 200", "2,969 epochs", "succeed 151 times", "55 of 200"):
        assert number in text


def test_all_but_one_of_the_stuck_runs_look_alike():
    stuck = ~solved("2_2_1")
    undecided = np.array(STORED.metrics["undecided_end"])[stuck]
    error = np.array(STORED.metrics["error_end"])[stuck]
    slope = np.array(STORED.metrics["slope_end"])[stuck]
    assert stuck.sum() == 55
    assert sorted(undecided) == [2.0] * 54 + [3.0]
    usual = undecided == 2
    assert (error[usual] > 0.25).all()
    assert (error[usual] < 0.252).all()
    assert error[~usual] == pytest.approx(1 / 3, abs=0.01)
    assert (slope > 1e-3).all()  # never zero
    assert (slope < 0.01).all()
    curvature = np.array(STORED.metrics["curvature_end"])[stuck]
    assert (np.abs(curvature) < 1e-3).all()
