"""E9.1: backpropagation through five steps, against autograd and a moved weight."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.recurrent import unrolled

WEIGHTS = [fifth / 5 for fifth in range(11)]


def by_autograd(u):
    """Give every step a weight of its own, so that autograd tells them apart."""
    us = [torch.tensor(u, dtype=torch.float64, requires_grad=True) for _ in range(5)]
    ws = [torch.tensor(0.6, dtype=torch.float64, requires_grad=True) for _ in range(5)]
    h, sums = torch.zeros((), dtype=torch.float64), []
    for x, one, other in zip(unrolled.INPUTS, us, ws, strict=True):
        z = other * x + one * h
        z.retain_grad()
        sums.append(z)
        h = torch.tanh(z)
    (h**2 / 2).backward()
    return [[float(each.grad) for each in them] for them in (sums, us, ws)]


@pytest.mark.parametrize("u", [0.0, 0.4, 1.0, 2.0])
def test_what_each_step_adds_is_its_own_weights_gradient(u):
    found = unrolled.passes(u)
    delta, by_u, by_w = by_autograd(u)
    assert found.delta == pytest.approx(delta)
    assert found.by_u == pytest.approx(by_u)
    assert found.by_w == pytest.approx(by_w)
    assert found.total == pytest.approx({"u": sum(by_u), "w": sum(by_w)})


def test_the_sum_is_the_slope_of_the_loss():
    def loss(u):
        return unrolled.passes(u).h[-1] ** 2 / 2

    slope = (loss(0.8 + 1e-5) - loss(0.8 - 1e-5)) / 2e-5
    assert unrolled.passes(0.8).total["u"] == pytest.approx(slope, rel=1e-6)
    assert f"All five make {slope:.3f}" in unrolled.words(10, "u", 0.8)


def test_values_appear_when_they_are_known():
    shown = unrolled.state(3, "u", 0.8)
    texts = shown["data[2].text"]
    assert all(text.strip() for text in texts[:4])
    assert texts[4:6] == ["\u00a0", "\u00a0"]
    assert len(shown["data[5].y"]) == 0
    back = unrolled.state(7, "w", 0.8)
    assert list(back["data[5].x"]) == [4, 5]
    assert back["data[5].y"] == pytest.approx(unrolled.passes(0.8).by_w[3:])


def test_early_steps_count_most_for_a_middle_weight():
    shares = [
        unrolled.passes(u).delta[0] / unrolled.passes(u).delta[-1] for u in WEIGHTS
    ]
    assert 0 < int(np.argmax(shares)) < len(WEIGHTS) - 1


def test_every_state_fits_the_axes():
    figure, first = unrolled.figure(), None
    low, high = figure.layout.yaxis2.range
    for moment, weight, u in itertools.product(range(11), "uw", WEIGHTS):
        values = {"moment": moment, "weight": weight, "u": u}
        shown = evaluate(unrolled.state, values, first)
        first = first or frozenset(shown)
        bars = shown["data[5].y"]
        assert not len(bars) or low < bars.min() <= bars.max() < high
        assert unrolled.words(**values)
