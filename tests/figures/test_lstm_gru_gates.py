"""Appendix H: one GRU step with gates set by hand, against the library's layer."""

import itertools
import math

import numpy as np
import pytest

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.lstm import gru_gates

UPDATES = [tenth / 10 for tenth in range(11)]
RESETS = [0.0, 0.25, 0.5, 0.75, 1.0]


def in_the_library(update, reset, drive):
    """The same walk by `nn.GRU`, whose gates get their values from their biases."""
    layer = nn.GRU(1, reset_after=False)
    nn.Network(1, [layer], seed=0)
    for values in layer.parameters.values():
        values[...] = 0
    layer.parameters["U"][2] = gru_gates.RECURRENT
    logits = [math.log(gate / (1 - gate)) for gate in (reset, update)]
    layer.parameters["b"][:] = [*logits, drive]
    h = [np.array([[gru_gates.START]])]
    for _ in range(gru_gates.STEPS):
        h.append(layer.step(np.zeros((1, 1)), (h[-1],))[0])
    return np.ravel(h)


@pytest.mark.parametrize(
    ("update", "reset", "drive"), [(0.7, 0.5, 0.0), (0.1, 0.25, -1.0), (0.9, 0.75, 1.0)]
)
def test_the_walk_is_that_of_the_layer(update, reset, drive):
    found = gru_gates.walk(update, reset, drive)
    assert found == pytest.approx(in_the_library(update, reset, drive))
    shown = gru_gates.state(update, reset, drive)
    assert shown["data[1].x"] == pytest.approx(
        [0.8, math.tanh(drive + 0.5 * reset * 0.8), found[1]]
    )


def test_update_one_keeps_and_zero_takes_the_candidate():
    assert (gru_gates.walk(1.0, 0.5, -1.0) == gru_gates.START).all()
    assert gru_gates.walk(0.0, 0.0, 0.0)[1] == 0
    assert gru_gates.walk(0.9, 0.0, 0.0) == pytest.approx(0.8 * 0.9 ** np.arange(31))


def test_the_sentence_says_when_the_state_is_lost():
    assert "After 30 steps it is still 0.80" in gru_gates.words(1.0, 0.0, -1.0)
    # 0.8 · 0.9 = 0.72 is near enough, 0.8 · 0.81 = 0.648 is not.
    assert "after 2 steps, and after 30" in gru_gates.words(0.9, 0.0, 0.0)
    assert "after 1 step, and after 30" in gru_gates.words(0.0, 0.0, 0.0)


def test_every_state_fits_the_axes():
    figure, first = gru_gates.figure(), None
    low, high = figure.layout.yaxis2.range
    for update, reset, drive in itertools.product(
        UPDATES, RESETS, gru_gates.PATTERNS.values()
    ):
        values = {"update": update, "reset": reset, "drive": drive}
        shown = evaluate(gru_gates.state, values, first)
        first = first or frozenset(shown)
        for path in ("data[1].x", "data[4].y"):
            assert low < np.min(shown[path]) <= np.max(shown[path]) < high
