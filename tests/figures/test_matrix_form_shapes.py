"""A layer as matrices: torch has the same gradients, and the right cells meet."""

import itertools
import json
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore import Choice, Player
from ldl_lib.explore.table import build
from ldl_lib.figures.matrix_form import shapes
from ldl_lib.figures.theme import DARK_TWIN

CONTROLS = {
    "step": Choice(list(shapes.STEPS)),
    "examples": Choice(list(shapes.EXAMPLES)),
    "cell": Player(shapes.CELLS),
}
ALL = list(itertools.product(*(control.grid() for control in CONTROLS.values())))
NUMBER = r"\(?(−?\d+\.\d\d)\)?"


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("examples", [1, 3])
def test_each_result_is_torch_s(examples):
    X = torch.tensor(shapes.INPUTS[:examples], requires_grad=True)
    W = torch.tensor(shapes.WEIGHTS, requires_grad=True)
    Z = torch.nn.functional.linear(X, W, torch.tensor(shapes.BIASES))
    Z.retain_grad()
    A = torch.tanh(Z)
    A.backward(torch.tensor(shapes.SENT_BACK[:examples]))
    theirs = (Z.detach(), A.detach(), Z.grad, W.grad, X.grad)
    for step, expected in zip(shapes.steps(examples), theirs, strict=True):
        np.testing.assert_allclose(step.result.values, expected.numpy(), atol=1e-14)


@pytest.mark.parametrize("examples", [1, 3])
def test_shapes_agree_and_the_inner_one_disappears(examples):
    for step in shapes.steps(examples):
        left, top, result = step.left, step.top, step.result
        if not step.product:
            others = [m for m in (left, top) if m is not None]
            assert {m.shape() for m in others} == {result.shape()}
            continue
        assert (left.columns, left.values.shape[1]) == (top.rows, len(top.values))
        assert (left.rows, top.columns) == (result.rows, result.columns)
        assert result.values.shape == (len(left.values), top.values.shape[1])


@pytest.mark.parametrize("values", ALL, ids=str)
def test_the_cells_that_meet_make_the_cell(values):
    step, examples, cell = values
    drawn = shapes.state(*values)
    shown = shapes.steps(shapes.EXAMPLES[examples])[shapes.STEPS.index(step)]
    (result,) = map(number, drawn["data[2].text"])
    x, y = drawn["data[2].x"][0], drawn["data[2].y"][0]
    used = list(
        zip(
            drawn["data[1].x"],
            drawn["data[1].y"],
            map(number, drawn["data[1].text"]),
            strict=True,
        )
    )
    left = [v for cx, cy, v in sorted(used) if cy == y and cx < x]
    above = [v for cx, cy, v in sorted(used, key=lambda c: -c[1]) if cx == x]
    assert len(left) + len(above) == len(used)
    if shown.product:
        bias = shapes.BIASES[round(x - shapes.RESULT_X)] if step[0] == "1" else 0
        assert np.dot(left, above) + bias == pytest.approx(result, abs=0.03)
    elif above:
        assert left[0] * (1 - above[0] ** 2) == pytest.approx(result, abs=0.03)
    else:
        assert np.tanh(left[0]) == pytest.approx(result, abs=0.01)
    hidden = [text for text in drawn["data[0].text"] if text == shapes.HIDDEN]
    assert len(hidden) == shown.result.values.size - 1 - min(
        cell, shown.result.values.size - 1
    )


@pytest.mark.parametrize("values", ALL, ids=str)
def test_no_two_cells_lie_on_one_another_and_all_lie_in_the_picture(values):
    drawn = shapes.state(*values)
    layout = shapes.figure().layout
    places = []
    for trace in range(3):
        x, y = drawn[f"data[{trace}].x"], drawn[f"data[{trace}].y"]
        places += zip(x.tolist(), y.tolist(), strict=True)
    for (x, y), (u, v) in itertools.combinations(places, 2):
        assert max(abs(x - u), abs(y - v)) >= 1 - 1e-9
    for x, y in places:
        assert layout.xaxis.range[0] < x < layout.xaxis.range[1]
        assert layout.yaxis.range[0] < y < layout.yaxis.range[1]


@pytest.mark.parametrize("values", ALL, ids=str)
def test_the_words_tell_the_sum_that_is_shown(values):
    said = shapes.words(*values)
    result = number(shapes.state(*values)["data[2].text"][0])
    assert number(re.search(rf"≈ {NUMBER}", said)[1]) == pytest.approx(result)
    if "Shapes:" in said:
        terms = said.split("≈")[0].split(" is ")[1]
        products = re.findall(rf"{NUMBER} · {NUMBER}", terms)
        bias = re.search(rf"{NUMBER} for the bias", terms)
        total = sum(number(a) * number(b) for a, b in products)
        total += number(bias[1]) if bias else 0
        assert total == pytest.approx(result, abs=0.03)


def test_the_question_s_answer_is_told():
    by_weights = shapes.STEPS[3]
    assert "here the examples add up" in shapes.words(by_weights, "3", 0)
    assert "nothing to add: an outer product" in shapes.words(by_weights, "1", 0)
    for values in ALL:
        if values[0] != by_weights:
            assert "add" not in shapes.words(*values)


def test_states_fit_colours_and_page():
    drawn = shapes.figure().to_plotly_json()
    template = set(re.findall(r"#[0-9a-fA-F]{6}\b", repr(drawn["layout"]["template"])))
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(drawn, default=list)))
    assert used - template <= set(DARK_TWIN)
    table = build(shapes.state, shapes.words, CONTROLS)
    assert len(table.text) < 40_000
