"""E2.4: the drawn update is scikit-learn's, and the words follow the arrows."""

import itertools

import numpy as np
import pytest
from sklearn.linear_model import Perceptron

from ldl_lib.figures.gradients import rule_geometry

SETTINGS = list(itertools.product((45, 180, 270), range(0, 360, 15), (-1, 1)))


def test_updates_are_those_of_scikit_learn():
    compared = 0
    for w_angle, x_angle, target in SETTINGS:
        found = rule_geometry.update(w_angle, x_angle, target, 0.5)
        if found.z == 0:
            continue  # scikit-learn moves there whatever the target
        other = Perceptron(fit_intercept=False, eta0=0.5, max_iter=1, tol=None)
        X = np.stack([found.x, np.zeros(2)])  # a second class, which moves nothing
        other.fit(X, [target, -target], coef_init=found.before[None])
        np.testing.assert_allclose(other.coef_[0], found.after, atol=1e-12)
        compared += 1
    assert compared > 100


def test_a_right_angle_counts_as_plus_one():
    found = rule_geometry.update(45, 135, 1, 0.5)
    assert found.z == 0
    assert found.output == 1
    np.testing.assert_array_equal(found.before, found.after)
    assert rule_geometry.update(45, 135, -1, 0.5).after != pytest.approx(found.after)


def test_an_update_turns_the_weights_the_right_way():
    for w_angle, x_angle, target in SETTINGS:
        found = rule_geometry.update(w_angle, x_angle, target, 0.25)
        if found.output == target:
            continue
        before = rule_geometry.angle_between(found.before, found.x)
        after = rule_geometry.angle_between(found.after, found.x)
        assert target * (before - after) >= -1e-5  # arccos near 0° is that rough
        moved = found.after @ found.x - found.before @ found.x
        assert moved == pytest.approx(0.25 * target * 1.2**2)


def test_words_say_whether_one_update_was_enough():
    words = rule_geometry.words
    assert "does nothing" in words(0, 15, 1, 0.5)
    assert words(45, 165, 1, 0.25).endswith("one update is not enough.")
    assert words(45, 165, 1, 1.0).endswith("Right now.")
    assert "from 120° to" in words(45, 165, 1, 0.5)


def test_arrows_join_and_the_line_is_at_a_right_angle():
    shown = rule_geometry.state(45, 165, 1, 0.5)
    ends = {
        n: np.array([shown[f"data[{n}].x"], shown[f"data[{n}].y"]]) for n in (3, 5, 6)
    }
    np.testing.assert_allclose(ends[5][:, 1], ends[6][:, 1])
    line = ends[3][:, 1] - ends[3][:, 0]
    assert line @ ends[6][:, 1] == pytest.approx(0, abs=1e-9)
    still = rule_geometry.state(45, 60, 1, 0.5)
    assert np.isnan(still["data[5].x"]).all()
