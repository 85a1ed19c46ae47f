"""E10.1: one cell and fifty steps, against torch's LSTM cell and a recurrence."""

import math
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.lstm import carry, cell, variants
from ldl_lib.figures.theme import DARK_TWIN


def in_torch(forget, input, output, candidate, before):
    """The same step by a torch cell, whose biases make the gates."""
    theirs = torch.nn.LSTMCell(1, 1, dtype=torch.float64)

    def sum_for(gate):
        return math.log(gate / (1 - gate)) if 0 < gate < 1 else 40.0 * (2 * gate - 1)

    biases = [sum_for(input), sum_for(forget), math.atanh(candidate), sum_for(output)]
    with torch.no_grad():
        for weights in theirs.parameters():
            weights.zero_()
        theirs.bias_ih.copy_(torch.tensor(biases, dtype=torch.float64))
        zero = torch.zeros(1, 1, dtype=torch.float64)
        h, c = theirs(zero, (zero, torch.full_like(zero, before)))
    return float(c), float(h)


@pytest.mark.parametrize("forget", [0, 0.25, 1])
@pytest.mark.parametrize("input", [0, 0.5, 1])
@pytest.mark.parametrize(("candidate", "before"), [(-0.8, 2.0), (0.8, -1.0), (0, 2.0)])
def test_one_step_is_that_of_torch(forget, input, candidate, before):
    found = cell.one_step(forget, input, 0.75, candidate, before)
    c, h = in_torch(forget, input, 0.75, candidate, before)
    assert found.cell == pytest.approx(c, abs=1e-9)
    assert found.output == pytest.approx(h, abs=1e-9)
    assert found.kept + found.written == pytest.approx(found.cell)


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        ((1, 0, 0.5), "leaves the cell as it was"),
        ((0, 1, 0.5), "stands in its place"),
        ((1, 1, 0.5), "counts"),
        ((0.5, 0.5, 0), "nobody outside"),
    ],
)
def test_words_name_what_the_gates_do(gates, said):
    assert said in cell.words(*gates, 0.8, 2.0)


def test_gates_are_filled_as_far_as_they_are_open():
    state = cell.state(0.25, 0.5, 1.0, 0.8, 2.0)
    boxes = np.array(state["data[2].y"]).reshape(3, 6)
    heights = np.nanmax(boxes, axis=1) - np.nanmin(boxes, axis=1)
    assert heights / (2 * cell.HALF) == pytest.approx([0.25, 0.5, 1.0])


def test_numbers_stand_at_their_places():
    state = cell.state(0.25, 0.5, 1.0, 0.8, 2.0)
    places = zip(state["data[6].x"], state["data[6].y"], strict=True)
    texts = dict(zip(places, state["data[6].text"], strict=True))
    named = {cell.FORGET: "f", cell.INPUT: "i", cell.CANDIDATE: "g", cell.OUTPUT: "o"}
    for (x, name), value in zip(
        named.items(), ("0.25", "0.5", "0.8", "1"), strict=True
    ):
        assert texts[x, cell.BOTTOM] == f"{name}<br>{value}"
    assert {"c = 2", "f·c = 0.50", "i·g = 0.40", "c′ = 0.90"} <= set(texts.values())
    assert f"h′<br>{math.tanh(0.9):.2f}" in texts.values()


def sum_of_shares(keep, leak, erase):
    """The last cell as a sum: each offer times what is kept after it."""
    offers = carry.candidates()
    total = 0.0 if erase else carry.START * keep ** (carry.STEPS - 1)
    for step in range(1, carry.STEPS + 1):
        gate = 1.0 if step == carry.WRITE else leak
        later = carry.STEPS - step
        if step < carry.WRITE:  # the fifth step keeps all, or nothing
            share = 0.0 if erase else keep ** (later - 1)
        else:
            share = keep**later
        total += gate * offers[step - 1] * share
    return total


@pytest.mark.parametrize("keep", [0.0, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("leak", [0.0, 0.05, 1.0])
@pytest.mark.parametrize("erase", [False, True])
def test_fifty_steps_are_a_sum_of_shares(keep, leak, erase):
    found = carry.run(keep, leak, erase, show=False)
    assert found.cell[-1] == pytest.approx(sum_of_shares(keep, leak, erase))
    assert found.output[-1] == pytest.approx(math.tanh(found.cell[-1]))
    assert not found.output[:-1].any()
    shown = carry.run(keep, leak, erase, show=True)
    assert shown.cell == pytest.approx(found.cell)
    assert shown.output[1:] == pytest.approx(np.tanh(found.cell[1:]))


def test_only_the_right_gates_carry_the_value():
    said = {
        (keep, leak, erase): "has been carried" in carry.words(keep, leak, erase, True)
        for keep in carry.KEEPS
        for leak in carry.LEAKS
        for erase in (False, True)
    }
    assert said[1.0, 0.0, True]
    assert not said[1.0, 0.0, False]
    assert not said[0.98, 0.0, True]
    assert all(leak <= 0.05 for (_, leak, _), carried in said.items() if carried)


def test_words_say_what_else_the_cell_holds():
    assert "But −1.00 of what the cell holds" in carry.words(1.0, 0.0, False, True)
    assert "something else" not in carry.words(0.98, 0.0, True, True)
    # 0.98 to the power 45 is 0.403.
    assert "forget gate of 0.98 keeps 40%" in carry.words(0.98, 0.0, True, True)


@pytest.mark.parametrize("name", variants.CELLS)
def test_every_drawing_fits_its_picture(name):
    state = variants.state(name)
    for number in range(6):
        x, y = (np.asarray(state[f"data[{number}].{axis}"], float) for axis in "xy")
        assert np.nanmin(x, initial=5) >= 0
        assert np.nanmax(x, initial=5) <= 10
        assert np.nanmin(y, initial=5) >= -0.1
        assert np.nanmax(y, initial=5) <= 7.5
    assert variants.CELLS[name].formula in variants.words(name)


@pytest.mark.parametrize(
    ("module", "settings"),
    [
        (cell, [(0.5, 0.25, 1, 0.8, 2.0), (0, 0, 0, -0.8, -1.0)]),
        (carry, [(0.9, 0.05, False, True), (1.0, 1.0, True, False)]),
        (variants, [("LSTM",), ("LSTM with peepholes",)]),
    ],
)
def test_states_and_colours_can_be_shown(module, settings):
    names = module.state.__code__.co_varnames
    paths = None
    for setting in settings:
        values = dict(zip(names, setting, strict=False))
        state = evaluate(module.state, values, paths)
        paths = frozenset(state)
    drawn = module.figure()
    drawn.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", drawn.to_json()))
    assert used
    assert used <= set(DARK_TWIN)
