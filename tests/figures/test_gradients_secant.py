"""E2.1: slopes against exact fractions, and the best h against the rule of thumb."""

import re
from fractions import Fraction

import numpy as np
import pytest

from ldl_lib.figures.gradients import secant
from ldl_lib.figures.gradients._shared import half_up

SETTINGS = [
    (method, precision, x)
    for method in ("forward", "central")
    for precision in secant.PRECISIONS
    for x in secant.POINTS
]


def exact(x):
    return Fraction(x) ** 3 / 3 - Fraction(x)


def test_the_derivative_is_the_limit_of_exact_secants():
    for x in map(Fraction, ("-6/5", "7/10", "17/10", "0", "1")):
        h = Fraction(1, 10**12)
        slope = (exact(x + h) - exact(x - h)) / (2 * h)
        assert float(slope) == pytest.approx(secant.true_slope(float(x)), abs=1e-12)


@pytest.mark.parametrize(("method", "precision", "x"), SETTINGS)
def test_a_large_h_is_off_by_the_truncation_alone(method, precision, x):
    at, h = Fraction(x), Fraction(1, 2)
    left = at - h if method == "central" else at
    slope = (exact(at + h) - exact(left)) / (at + h - left)
    found = secant.estimate(0.5, method, precision, x)
    assert found.slope == pytest.approx(float(slope), rel=1e-6)
    wanted = abs(float(slope) - (x * x - 1))
    assert found.truncation == pytest.approx(wanted, rel=1e-6)
    assert found.error == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("method", "precision", "x"), SETTINGS)
def test_no_h_does_much_better_than_the_one_expected_to_be_best(method, precision, x):
    best = secant.best_by_theory(method, precision, x)
    near = [
        secant.estimate(best * factor, method, precision, x).error
        for factor in np.geomspace(0.5, 2, 25)
    ]
    far = [
        secant.estimate(best * factor, method, precision, x).error
        for factor in np.concatenate([np.geomspace(300, 1000, 9), [1e-4, 1e-5, 1e-6]])
    ]
    assert np.median(near) < np.median(far) / 20
    eps = np.finfo(secant.PRECISIONS[precision]).eps
    power = 1 / 3 if method == "central" else 1 / 2
    assert best == pytest.approx(eps**power, rel=2)


def test_float32_runs_out_of_digits_where_x_plus_h_is_x():
    found = secant.estimate(1e-9, "forward", "float32", 0.7)
    assert found.slope == 0
    assert found.error == pytest.approx(0.51, abs=1e-6)
    assert "nothing is left to divide" in secant.words(9, "forward", "float32", 0.7)


def test_the_drawn_secant_passes_through_both_points():
    for k in (0, 0.5, 1):
        for method in ("forward", "central"):
            shown = secant.state(k, method, "float64", 1.7)
            rise = np.diff(shown["data[2].y"]) / np.diff(shown["data[2].x"])
            line = shown["data[2].y"][0] + rise * (
                shown["data[3].x"] - shown["data[2].x"][0]
            )
            np.testing.assert_allclose(line, shown["data[3].y"], atol=1e-9)
            tangent = np.diff(shown["data[1].y"]) / np.diff(shown["data[1].x"])
            assert tangent == pytest.approx(1.89)


def test_words_blame_the_right_part():
    assert "a smaller h would help" in secant.words(1, "forward", "float64", 1.7)
    assert "a larger h would help" in secant.words(12, "forward", "float64", 1.7)
    error = re.search(r"Error ([^:]+):", secant.words(1, "forward", "float64", 1.7))
    assert error[1] == "0.17"  # h·x + h²/3 = 0.17 + 0.0033


def test_numbers_in_words():
    assert [half_up(v, 2) for v in (0.125, -0.125, -0.001)] == ["0.13", "−0.13", "0.00"]
