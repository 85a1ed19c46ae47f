"""E8.7: the small pass forward and back, against PyTorch's autograd."""

import json
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.deeper import conv_backprop
from ldl_lib.figures.theme import DARK_TWIN

POOLS = {
    "max": torch.nn.functional.max_pool2d,
    "average": torch.nn.functional.avg_pool2d,
}


@pytest.mark.parametrize("pooling", conv_backprop.POOLINGS)
def test_every_number_is_that_of_autograd(pooling):
    found = conv_backprop.numbers(pooling)
    x, k = (
        torch.tensor(matrix[None, None], requires_grad=True)
        for matrix in (conv_backprop.INPUT, conv_backprop.KERNEL)
    )
    z = torch.nn.functional.conv2d(x, k)
    p = POOLS[pooling](z, 2)
    z.retain_grad()
    p.backward(torch.tensor(conv_backprop.ABOVE[None, None]))
    for mine, theirs in (
        (found.z, z.detach()),
        (found.p, p.detach()),
        (found.dz, z.grad),
        (found.dk, k.grad),
        (found.dx, x.grad),
    ):
        assert mine == pytest.approx(theirs[0, 0].numpy())


def test_each_window_has_one_winner():
    # Otherwise a derivative would depend on how a tie is broken.
    share = conv_backprop.numbers("max").share
    assert (share.reshape(2, 2, 2, 2).sum(axis=(1, 3)) == 1).all()


@pytest.mark.parametrize("pooling", conv_backprop.POOLINGS)
@pytest.mark.parametrize("step", [0, 4, 5])
@pytest.mark.parametrize("cell", range(4))
def test_the_framed_numbers_make_up_the_result(step, cell, pooling):
    found = conv_backprop.numbers(pooling)
    result, sources = conv_backprop.cells(step, cell, pooling)
    values = [getattr(found, name)[row, column] for name, row, column in sources]
    half = len(values) // 2
    total = np.dot(values[:half], values[half:])
    name, row, column = result[0]
    assert total == pytest.approx(getattr(found, name)[row, column])


def test_words_compute_what_is_framed():
    said = conv_backprop.words(4, 1, "max")
    terms = re.findall(r"(\(?−?[\d.]+\)?)·(\(?−?[\d.]+\)?)", said)
    numbers = [
        [float(each.strip("()").replace("−", "-")) for each in term] for term in terms
    ]
    result = float(said.rsplit("= ", 1)[1].rstrip(".").replace("−", "-"))
    assert sum(a * b for a, b in numbers) == pytest.approx(result)
    assert result == conv_backprop.numbers("max").dk[0, 1]
    assert "The other three get 0" in conv_backprop.words(3, 0, "max")
    assert "a quarter of" in conv_backprop.words(3, 0, "average")


def test_every_state_has_the_same_paths_and_hides_what_is_to_come():
    first = None
    for step in range(len(conv_backprop.STEPS)):
        for cell in range(4):
            for pooling in conv_backprop.POOLINGS:
                values = {"step": step, "cell": cell, "pooling": pooling}
                shown = evaluate(conv_backprop.state, values, first)
                first = first or frozenset(shown)
                known = np.isfinite(shown["data[0].z"]).sum()
                assert known == len(shown["data[1].text"])
                assert known == (45, 49, 53, 69, 73, 98)[step]
                assert conv_backprop.words(**values)


def test_only_colours_with_a_dark_twin():
    figure = conv_backprop.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)
