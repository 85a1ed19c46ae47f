"""Sums of dice: against counting every throw."""

from itertools import product

import numpy as np
import pytest

from ldl_lib.figures.filters import dice


@pytest.mark.parametrize("die", dice.DICE)
@pytest.mark.parametrize("count", [1, 2, 4])
def test_probabilities_are_those_of_counting_all_throws(die, count):
    expected = np.zeros(6 * count + 1)
    for throw in product(range(6), repeat=count):
        chance = np.prod([dice.DICE[die][face] for face in throw])
        expected[sum(throw) + count] += chance
    ours = dice.of_sum(dice.DICE[die], count)
    np.testing.assert_allclose(ours, expected[count:], atol=1e-12)


@pytest.mark.parametrize("die", dice.DICE)
def test_the_bell_has_mean_and_variance_of_the_sum(die):
    for count in (1, 7):
        shown = dice.state(die, count)
        sums, chances = shown["data[0].x"], shown["data[0].y"]
        mean = sums @ chances
        deviation = np.sqrt((sums - mean) ** 2 @ chances)
        told = dice.words(die, count)
        assert f"Mean {mean:.1f}, standard deviation {deviation:.2f}" in told
        # The curve is a density: its area is 1, if the figure shows all of it.
        if count == 7:
            step = shown["data[1].x"][1]
            area = shown["data[1].y"].sum() * step
            assert area == pytest.approx(1, abs=0.02)


def test_nothing_leaves_the_figure():
    figure = dice.figure()
    for die in dice.DICE:
        for count in range(1, dice.MOST + 1):
            shown = dice.state(die, count)
            assert shown["data[0].y"].max() < figure.layout.yaxis.range[1]
            assert shown["data[0].x"].max() < figure.layout.xaxis.range[1]


def test_words_name_the_likeliest_sum():
    assert "likeliest sum is 7, with 16.7%" in dice.words("fair", 2)
    assert "2 sums are likeliest, with 50.0% each" in dice.words(
        "only ones and sixes", 1
    )
