"""E9.4: what examples see, what is padded, and what a random split gives away."""

import numpy as np
import pytest

from ldl_lib.data._series import bookstore_sample
from ldl_lib.figures.recurrent import windows

SALES = bookstore_sample().sales
CUT = windows.Windows(SALES, SALES.mean(), SALES.std())
TWELVE, ALL = windows.HISTORIES
TARGETS = range(13, 49)


@pytest.mark.parametrize("split", windows.SPLITS)
def test_eight_examples_are_held_out(split):
    held_out = windows.test_examples(split)
    assert held_out.sum() == 8
    assert held_out[-8:].all() == (split == "in time")
    assert held_out[42 - 13]  # the example that the page starts with


@pytest.mark.parametrize("history", windows.HISTORIES)
def test_an_example_sees_the_months_before_its_target(history):
    for target, row in zip(TARGETS, windows.seen(history), strict=True):
        months = np.flatnonzero(row) + 1
        first = target - 12 if history == TWELVE else 1
        assert months.tolist() == list(range(first, target))


@pytest.mark.parametrize("target", [13, 30, 48])
def test_padding_keeps_the_end_in_place(target):
    inputs = (SALES[: target - 1] - SALES.mean()) / SALES.std()
    state = CUT.state(target, ALL, "in time")
    steps, zeros = state["data[3].y"], 47 - len(inputs)
    np.testing.assert_allclose(steps[zeros:], inputs)
    assert not steps[:zeros].any()
    assert state["data[4].x"][:-1].tolist() == list(range(-47, -47 + zeros))
    assert np.isnan(state["data[4].x"][-1])
    short = CUT.state(target, TWELVE, "in time")
    assert np.isnan(short["data[3].y"][:-12]).all()
    np.testing.assert_allclose(short["data[3].y"][-12:], inputs[-12:])
    assert len(short["data[4].x"]) == 1


def test_padded_by_hand():
    assert windows.padded([1, 2], 4).tolist() == [0, 0, 1, 2]
    assert windows.padded([1, 2], 2).tolist() == [1, 2]


def test_in_time_no_training_example_has_a_test_target_among_its_inputs():
    for history in windows.HISTORIES:
        for target in range(41, 49):
            assert CUT.leaks(target, history, "in time") == 0
            assert "never seen" in CUT.words(target, history, "in time")


@pytest.mark.parametrize("history", windows.HISTORIES)
def test_at_random_leaks_are_counted(history):
    held_out = windows.test_examples("at random")
    tested = [target for target in TARGETS if held_out[target - 13]]
    for target in tested:
        later = [t for t in TARGETS if t > target and t not in tested]
        if history == TWELVE:
            later = [t for t in later if t - target <= 12]
        assert CUT.leaks(target, history, "at random") == len(later)
        words = CUT.words(target, history, "at random")
        assert (f"{len(later)} training examples had" in words) == (len(later) > 1)
    assert max(CUT.leaks(t, history, "at random") for t in tested) >= 8


def test_words_of_a_training_example():
    assert CUT.words(14, ALL, "in time").endswith(
        "Its input: 13 months and 34 zeros as padding."
    )
    assert "padding" not in CUT.words(48, TWELVE, "in time").replace("no padding", "")
