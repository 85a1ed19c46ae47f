"""E3.3: every number of one step, against automatic differentiation by PyTorch."""

import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.backprop import by_hand

# What the book prints for its example, to the digits that it has.
BOOK = {
    "g": -0.2449,
    "f": 0.4201,
    "e": 0.1682,
    "error_f": -0.1413,
    "error_g": -0.0664,
    "new_hidden": [0.3066, 0.5940, -0.0993],
    "new_output": [-0.1859, 0.4965],
}


def slope(activation, z):
    z = z.detach().requires_grad_()
    return torch.autograd.grad(activation(z).sum(), z)[0]


def autograd(net):
    """Return each number of one step, from torch, under the names of `Numbers`."""
    given = by_hand.NETS[net]
    hidden = torch.tensor(given.hidden, dtype=torch.float64, requires_grad=True)
    output = torch.tensor(given.output, dtype=torch.float64, requires_grad=True)
    x = torch.tensor((1.0, *given.x), dtype=torch.float64)
    one = torch.ones(1, dtype=torch.float64)

    def forward(hidden, output):
        z = hidden @ x
        g = torch.tanh(z)
        z_f = output @ torch.cat([one, g])
        f = torch.sigmoid(z_f)
        return z, g, z_f, f, 0.5 * (given.y - f) ** 2

    z, g, z_f, f, e = forward(hidden, output)
    for value in (z, g, z_f, f):
        value.retain_grad()
    e.backward(retain_graph=True)
    rate = 0.1
    new_hidden = (hidden - rate * hidden.grad).detach()
    new_output = (output - rate * output.grad).detach()
    _, g_after, _, f_after, e_after = forward(new_hidden, new_output)
    found = {
        "z": z,
        "g": g,
        "slope_g": slope(torch.tanh, z),
        "back": g.grad,
        "error_g": z.grad,
        "z_f": z_f,
        "f": f,
        "e": e,
        "by_f": f.grad,
        "slope_f": slope(torch.sigmoid, z_f),
        "error_f": z_f.grad,
        "new_hidden": new_hidden,
        "new_output": new_output,
        "g_after": g_after,
        "f_after": f_after,
        "e_after": e_after,
    }
    return {name: value.detach().numpy() for name, value in found.items()}


@pytest.mark.parametrize("net", by_hand.NETS)
def test_each_number_is_that_of_autograd(net):
    ours, theirs = by_hand.numbers(net)._asdict(), autograd(net)
    assert set(ours) == set(theirs)
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, rtol=0, atol=1e-14, err_msg=name)


def test_the_book_s_example_has_the_book_s_numbers():
    ours = by_hand.numbers("2-1-1")
    for name, value in BOOK.items():
        np.testing.assert_allclose(
            np.ravel(getattr(ours, name)), np.ravel(value), atol=5e-5, err_msg=name
        )


@pytest.mark.parametrize("net", by_hand.NETS)
def test_with_updated_weights_only_the_way_back_is_wrong(net):
    old, new = by_hand.numbers(net), by_hand.numbers(net, "new")
    moved = np.array(by_hand.NETS[net].output[1:]) - 0.1 * old.error_f * old.g
    np.testing.assert_allclose(new.back, old.error_f * moved)
    np.testing.assert_allclose(new.error_g, new.back * old.slope_g)
    np.testing.assert_array_equal(new.new_output, old.new_output)
    assert np.abs(new.error_g - old.error_g).min() > 1e-5
    assert by_hand.numbers(net).error_g is old.error_g  # the right ones are untouched


@pytest.mark.parametrize("net", by_hand.NETS)
def test_each_number_is_shown_with_four_decimals(net):
    shown = {}
    for step in range(by_hand.STEPS):
        state = by_hand.state(step, net, "old")
        texts = [text for trace in range(4, 8) for text in state[f"data[{trace}].text"]]
        texts += [state[f"layout.annotations[{i}].text"] for i in (0, 1)]
        shown[step] = " ".join(texts).replace("−", "-")
    everything = " ".join(shown.values())
    numbers = set(re.findall(r"-?\d+\.\d{4}", everything))
    for name, value in autograd(net).items():
        if name in ("slope_g", "by_f"):
            continue
        for number in np.ravel(value):
            text = f"{number:.4f}"
            assert text in numbers, (name, text)
    assert f"{autograd(net)['by_f']:.4f}" in shown[6]
    # The derivative of tanh is shown as what it is computed from, 1 − g².
    assert all(f"1 - {abs(g):.4f}²" in shown[9] for g in autograd(net)["g"])


@pytest.mark.parametrize("net", by_hand.NETS)
def test_new_weights_appear_when_they_are_computed(net):
    given = by_hand.NETS[net]
    weights = [w for row in given.hidden for w in row]
    start = by_hand.state(0, net, "old")["data[5].text"]
    assert [float(t.replace("−", "-")) for t in start] == [*weights, *given.output]
    end = by_hand.state(by_hand.STEPS - 1, net, "old")["data[5].text"]
    theirs = autograd(net)
    wanted = [*theirs["new_hidden"].ravel(), *theirs["new_output"]]
    np.testing.assert_allclose(
        [float(t.replace("−", "-")) for t in end], wanted, atol=5.1e-5
    )
    before = by_hand.state(9, net, "old")["data[5].text"]
    assert before == start


def test_every_state_has_the_same_paths_and_words_name_the_mistake():
    paths = None
    for net in by_hand.NETS:
        for order in ("old", "new"):
            for step in range(by_hand.STEPS):
                values = {"step": step, "net": net, "order": order}
                paths = frozenset(evaluate(by_hand.state, values, paths))
                said = by_hand.words(**values)
                assert ("Mistake" in said) == (order == "new" and step >= 8)
                assert "<" not in said
