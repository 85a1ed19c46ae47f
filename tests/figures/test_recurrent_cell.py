"""E9.1: one unit along a sequence, against PyTorch's RNN and hand calculation."""

import itertools
import math

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.recurrent import cell

WEIGHTS = [quarter / 4 for quarter in range(-4, 7)]


def in_torch(x, u):
    rnn = torch.nn.RNN(1, 1, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in zip(rnn.parameters(), (1.0, u, 0.0, 0.0), strict=True):
            parameter.fill_(value)
        return rnn(torch.tensor(x, dtype=torch.float64).reshape(1, -1, 1))[0].ravel()


@pytest.mark.parametrize("sequence", cell.SEQUENCES)
@pytest.mark.parametrize("u", [-1.0, 0.0, 0.5, 1.25])
def test_states_are_those_of_pytorch(sequence, u):
    x = list(cell.SEQUENCES[sequence])
    found = cell.hidden(sequence, u)
    assert found[0] == 0
    assert found[1:] == pytest.approx(in_torch(x, u).numpy())
    without = cell.hidden(sequence, u, first=False)[1:]
    assert without == pytest.approx(in_torch([0.0, *x[1:]], u).numpy())


def test_a_step_by_hand():
    first = math.tanh(1)
    shown = cell.state(2, "up and down", 0.5)
    assert shown["data[1].y"] == pytest.approx([first, math.tanh(-1 + 0.5 * first)])
    assert shown["data[2].y"] == pytest.approx([0, math.tanh(-1)])
    text = shown["layout.annotations[0].text"]
    assert text == f"h₂ = tanh(1 · (−1.0) + 0.50 · {first:.2f}) = −0.55"


def test_the_sentence_says_since_when_the_first_input_is_hardly_felt():
    pulse = [math.tanh(1)]
    while pulse[-1] >= 0.05:
        pulse.append(math.tanh(0.5 * pulse[-1]))
    said = cell.words(12, "one pulse", 0.5)
    assert f"hardly felt since step {len(pulse)}" in said
    before = cell.words(len(pulse) - 1, "one pulse", 0.5)
    assert f"still felt, until step {len(pulse) - 1}." in before
    assert "after all 12 steps" in cell.words(12, "one pulse", 1.25)
    assert "starts at 0" in cell.words(0, "one pulse", 0.5)


def test_a_weight_above_one_latches_where_tanh_meets_the_line():
    settled = cell.hidden("one pulse", 1.5)[-1]
    assert settled == pytest.approx(math.tanh(1.5 * settled), abs=1e-3)


def test_every_state_fits_the_axes():
    figure, first = cell.figure(), None
    low, high = figure.layout.yaxis.range
    for step, sequence, u in itertools.product(range(13), cell.SEQUENCES, WEIGHTS):
        values = {"step": step, "sequence": sequence, "u": u}
        shown = evaluate(cell.state, values, first)
        first = first or frozenset(shown)
        for trace in (1, 2):
            heights = shown[f"data[{trace}].y"]
            assert len(heights) == step
            assert not step or low < np.min(heights) <= np.max(heights) < high
