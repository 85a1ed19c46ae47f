"""E2.3: walks are PyTorch's; arrows stand at right angles to the contour lines."""

import numpy as np
import pytest
import torch

from ldl_lib.figures.gradients import descent_2d

LOSSES = {  # written again, for autograd
    "bowl": lambda x, y: (x * x + y * y) / 2,
    "ravine": lambda x, y: ((x - 1) ** 2 + 20 * (y - 0.5) ** 2) / 2,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25,
}


@pytest.mark.parametrize("rate", [0.05, 0.11, 0.5])
@pytest.mark.parametrize("surface", descent_2d.GROUNDS)
def test_walks_are_those_of_pytorch(surface, rate):
    path = descent_2d.walk(surface, rate, "left, above")
    w = torch.tensor((-2.5, 1.2), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    for expected in path:
        np.testing.assert_allclose(w.detach().numpy(), expected, atol=1e-9)
        optimizer.zero_grad()
        LOSSES[surface](*w).backward()
        optimizer.step()


@pytest.mark.parametrize("surface", descent_2d.GROUNDS)
def test_the_arrow_crosses_the_contour_line_at_a_right_angle(surface):
    shown = descent_2d.state(surface, 0.02, "left, above", 2)
    tail, head = (
        np.array([shown["data[4].x"][i], shown["data[4].y"][i]]) for i in (0, 1)
    )
    along = np.array([[0, -1], [1, 0]]) @ (head - tail) * 1e-4
    value = LOSSES[surface]
    level = [value(*(tail + side * along)) for side in (-1, 1)]
    down = value(*(tail + 1e-4 * (head - tail))) - value(*tail)
    assert abs(level[1] - level[0]) < 0.02 * abs(down)  # a degree, as ends are rounded
    assert down < 0
    assert np.linalg.norm(head - tail) == pytest.approx(descent_2d.ARROW, abs=0.011)


def test_only_on_the_bowl_does_it_point_at_the_minimum():
    at = np.array([-2.5, 1.2])
    assert descent_2d.angle_apart("bowl", at) == pytest.approx(0, abs=1e-4)
    # The ravine's gradient there is (−3.5, 14); the minimum lies at (1, 0.5).
    cosine = (3.5 * 3.5 + 14 * 0.7) / (np.hypot(3.5, 14) * np.hypot(3.5, 0.7))
    wanted = np.degrees(np.arccos(cosine))
    assert descent_2d.angle_apart("ravine", at) == pytest.approx(wanted)
    assert "65° apart" in descent_2d.words("ravine", 0.05, "left, above", 0)
    assert descent_2d.angle_apart("bowl", np.zeros(2)) is None


def test_two_over_the_steepest_curvature_is_the_border():
    last = len(descent_2d.MOMENTS) - 1
    assert len(descent_2d.walk("ravine", 0.09, "left, above")) == descent_2d.STEPS + 1
    gone = descent_2d.words("ravine", 0.11, "left, above", last)
    assert "flies apart" in gone
    assert "flies apart" in descent_2d.words("bowl", 2.1, "left, above", last)


def test_the_saddle_holds_only_who_starts_on_its_axis():
    last = len(descent_2d.MOMENTS) - 1
    stays = descent_2d.words("saddle", 0.5, "left, on the axis", last)
    assert stays.endswith("this is a saddle, no minimum.")
    leaves = descent_2d.words("saddle", 0.5, "left, just above the axis", last)
    assert leaves.endswith("The gradient is 0 here: the minimum.")
    np.testing.assert_allclose(
        descent_2d.walk("saddle", 0.5, "left, just above the axis")[-1],
        [0, 1],
        atol=1e-3,
    )


def test_step_length_in_words_is_rate_times_gradient():
    assert "length 14.43, so the next step has length 0.722" in descent_2d.words(
        "ravine", 0.05, "left, above", 0
    )


def test_every_state_ends_where_the_walk_is():
    for surface in descent_2d.GROUNDS:
        for start, at in descent_2d.STARTS.items():
            for moment, step in enumerate(descent_2d.MOMENTS):
                shown = descent_2d.state(surface, 0.09, start, moment)
                path = descent_2d.walk(surface, 0.09, start)
                now = path[min(step, len(path) - 1)]
                assert (shown["data[2].x"][0], shown["data[2].y"][0]) == at
                drawn = np.concatenate([shown["data[5].x"], shown["data[5].y"]])
                np.testing.assert_allclose(drawn, now, atol=0.0051)
                assert len(shown["data[6].x"]) == len(shown["data[2].x"])


def test_the_landscape_carries_the_path():
    last = len(descent_2d.MOMENTS) - 1
    for surface in descent_2d.GROUNDS:
        shown = descent_2d.surface_state(surface, 0.05, "left, above", last)
        path = descent_2d.walk(surface, 0.05, "left, above")
        heights = LOSSES[surface](*torch.tensor(path.T)).numpy()
        drawn = shown["data[1].z"]
        np.testing.assert_allclose(drawn, heights + descent_2d.LIFT, atol=0.0051)
        ground = shown["data[0].z"]
        x = np.linspace(*descent_2d.X_RANGE, descent_2d.COLUMNS)
        y = np.linspace(*descent_2d.Y_RANGE, descent_2d.ROWS)
        loss = LOSSES[surface](x[7], y[9])
        if loss <= descent_2d.CEILING:
            assert ground[9, 7] == pytest.approx(loss, abs=0.051)
    gone = descent_2d.surface_state("ravine", 1.0, "left, above", last)
    assert np.isnan(gone["data[2].z"]).all()
    words = descent_2d.surface_words
    assert words("ravine", 0.05, "left, above", 0).endswith("has not begun.")
    assert "down from 11.0" in words("ravine", 0.05, "left, above", last)
