"""E2.2: walks are PyTorch's, and the words fit η · curvature."""

import numpy as np
import pytest
import torch

from ldl_lib.figures.gradients import descent_1d

LOSSES = {  # written again, for autograd
    "parabola": lambda w: 0.5 * w**2,
    "two valleys": lambda w: w**4 / 16 - w**2 / 2 + w / 5,
    "terrace": lambda w: w**4 / 16 - w**3 / 6,
}


@pytest.mark.parametrize("rate", [0.1, 0.7, 1.3])
@pytest.mark.parametrize("curve", descent_1d.CURVES)
def test_walks_are_those_of_pytorch(curve, rate):
    path = descent_1d.descend(curve, rate, 0.75, -2.5, 12)
    w = torch.tensor(-2.5, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=rate)
    for expected in path:
        assert w.item() == pytest.approx(expected, abs=1e-6)
        optimizer.zero_grad()
        (0.75 * LOSSES[curve](w)).backward()
        optimizer.step()


@pytest.mark.parametrize("curve", descent_1d.CURVES)
def test_slope_curvature_and_flat_places_are_autograd_s(curve):
    ground = descent_1d.CURVES[curve]
    for at in (-2.2, -0.4, 0.9, 2.6):
        w = torch.tensor(at, dtype=torch.float64, requires_grad=True)
        value = LOSSES[curve](w)
        (slope,) = torch.autograd.grad(value, w, create_graph=True)
        (curvature,) = torch.autograd.grad(slope, w)
        assert ground.value(at) == pytest.approx(value.item())
        assert ground.slope(at) == pytest.approx(slope.item())
        assert ground.curvature(at) == pytest.approx(curvature.item())
    for place in ground.minima:
        assert ground.slope(place) == pytest.approx(0, abs=1e-12)
        assert ground.curvature(place) > 0
    for place in ground.others:
        assert ground.slope(place) == pytest.approx(0, abs=1e-12)
        assert ground.curvature(place) <= 0


@pytest.mark.parametrize(
    ("product", "says"),
    [
        (0.3, "leaves 0.70 of the distance. It creeps"),
        (1.0, "one step lands on the minimum"),
        (1.5, "by −0.50. It changes sides"),
        (2.0, "for ever"),
        (2.5, "by −1.50. It flies apart"),
    ],
)
def test_the_product_alone_decides_on_a_parabola(product, says):
    for steepness in (0.25, 1.0, 2.0):
        rate = product / steepness
        path = descent_1d.descend("parabola", rate, steepness, 0.5, 3)
        np.testing.assert_allclose(np.array(path[1:]) / path[:-1], 1 - product) if (
            product != 1
        ) else np.testing.assert_allclose(path[1:], 0, atol=1e-12)
        assert says in descent_1d.words("parabola", rate, steepness, 0.5, 3)


def test_flat_is_not_always_a_minimum():
    words = descent_1d.words
    assert "this is no minimum" in words("terrace", 0.3, 1, 0.0, 5)
    assert "not the lowest" in words("two valleys", 0.5, 1, 2.5, 15)
    assert "the lowest minimum" in words("two valleys", 0.5, 1, -2.5, 15)
    assert words("parabola", 2.5, 2, 2.5, 15).endswith("out of the picture.")


def test_the_state_stands_where_the_walk_is():
    for curve in descent_1d.CURVES:
        path = descent_1d.descend(curve, 0.4, 1.5, 1.75, 4)
        shown = descent_1d.state(curve, 0.4, 1.5, 1.75, 4)
        height = 1.5 * LOSSES[curve](torch.tensor(path[-1]))
        assert shown["data[5].x"] == [path[-1]]
        assert shown["data[5].y"][0] == pytest.approx(height.item())
        assert list(shown["data[6].y"]) == path
        step = np.diff(shown["data[4].x"])
        if np.isfinite(step[0]):
            after = descent_1d.descend(curve, 0.4, 1.5, 1.75, 5)
            assert step[0] == pytest.approx(after[5] - after[4])


def test_a_walk_ends_at_the_first_weight_outside():
    path = descent_1d.descend("parabola", 2.5, 2, 1.0, 15)
    assert all(abs(w) <= descent_1d.REACH for w in path[:-1])
    assert abs(path[-1]) > descent_1d.REACH
    assert np.isnan(descent_1d.state("parabola", 2.5, 2, 1.0, 15)["data[3].x"]).all()
