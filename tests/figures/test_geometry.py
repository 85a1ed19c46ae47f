"""Lines and half-planes against point-by-point checks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldl_lib.figures import half_planes, line_in_box, normal_arrow

BOX = (-2.0, 2.0), (-1.0, 3.0)
weights3 = st.tuples(*[st.floats(-5, 5, allow_subnormal=False)] * 3)
some_weights = weights3.filter(lambda w: max(abs(w[1]), abs(w[2])) > 1e-3)


def area(polygon: np.ndarray) -> float:
    x, y = polygon.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def rows(points: np.ndarray) -> list[list[float]]:
    return sorted(points.tolist())


@pytest.mark.parametrize(
    ("weights", "ends"),
    [
        ((0, 1, 0), [[0, -1], [0, 3]]),
        ((-1, 0, 1), [[-2, 1], [2, 1]]),
        ((0, -1, 1), [[-1, -1], [2, 2]]),
        ((0.9, -0.6, -0.5), [[2, -0.6], [-1, 3]]),
        ((2, 1, 0), [[-2, -1], [-2, 3]]),  # along an edge of the box
    ],
)
def test_line_ends_by_hand(weights, ends):
    assert np.allclose(rows(line_in_box(weights, *BOX)), rows(np.array(ends, float)))


@pytest.mark.parametrize(
    "weights",
    [
        (0, 0, 0),
        (1, 0, 0),
        (9, 1, 1),  # passes outside
        (9, 1, 0),
        (3, 1, 1),  # touches the corner (-2, -1)
    ],
)
def test_no_line_in_the_box(weights):
    assert line_in_box(weights, *BOX).shape == (0, 2)


@given(some_weights)
@settings(max_examples=200, deadline=None)
def test_line_ends_lie_on_the_line_and_on_the_border(weights):
    line = line_in_box(weights, *BOX)
    scale = max(map(abs, weights))
    for x1, x2 in line:
        z = weights[0] + weights[1] * x1 + weights[2] * x2
        assert abs(z) <= 1e-7 * scale
        to_border = min(abs(x1 + 2), abs(x1 - 2), abs(x2 + 1), abs(x2 - 3))
        assert to_border < 1e-7


@given(weights3)
@settings(max_examples=200, deadline=None)
def test_half_planes_share_the_box(weights):
    positive, negative = half_planes(weights, *BOX)
    assert area(positive) + area(negative) == pytest.approx(16)
    for polygon in (positive, negative):
        if len(polygon):
            assert (polygon[0] == polygon[-1]).all()


def inside(polygon: np.ndarray, point: np.ndarray) -> bool:
    """Whether a convex polygon with counter-clockwise corners holds the point."""
    edges = np.diff(polygon, axis=0)
    to_point = point - polygon[:-1]
    turns = edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0]
    return len(polygon) > 0 and bool((turns >= -1e-9).all())


@given(some_weights, st.floats(-2, 2), st.floats(-1, 3))
@settings(max_examples=200, deadline=None)
def test_every_point_lies_on_the_side_of_its_sign(weights, x1, x2):
    z = weights[0] + weights[1] * x1 + weights[2] * x2
    positive, negative = half_planes(weights, *BOX)
    if abs(z) > 1e-6 * max(map(abs, weights)):
        assert inside(positive, np.array([x1, x2])) == (z > 0)
        assert inside(negative, np.array([x1, x2])) == (z < 0)


@pytest.mark.parametrize(
    ("bias", "positive_area"), [(0.5, 16), (0, 16), (-0.0, 16), (-0.5, 0)]
)
def test_without_w1_and_w2_one_side_is_everything(bias, positive_area):
    positive, negative = half_planes((bias, 0, 0), *BOX)
    assert area(positive) == positive_area
    assert len(negative if positive_area else positive) == 0


def test_a_side_without_area_is_empty():
    positive, negative = half_planes((-2, -1, 0), *BOX)  # z >= 0 only at x1 = -2
    assert len(positive) == 0
    assert area(negative) == 16


@pytest.mark.parametrize("scale", [1e-300, 1e-20, 1e20, 1e300])
def test_only_the_ratio_of_the_weights_matters(scale):
    weights = np.array([0.9, -0.6, -0.5])
    assert np.allclose(line_in_box(scale * weights, *BOX), line_in_box(weights, *BOX))


@given(some_weights)
@settings(max_examples=100, deadline=None)
def test_normal_arrow_is_perpendicular_and_points_to_the_positive_side(weights):
    line = line_in_box(weights, *BOX)
    arrow = normal_arrow(weights, *BOX, length=0.5)
    assert len(arrow) == len(line)
    if len(line):
        along, across = np.diff(line, axis=0)[0], np.diff(arrow, axis=0)[0]
        assert abs(along @ across) < 1e-9
        assert np.linalg.norm(across) == pytest.approx(0.5)
        assert across @ np.array(weights[1:]) > 0


@pytest.mark.parametrize("weights", [(1, 2), (1, 2, np.nan), [[1, 2, 3]]])
def test_bad_weights(weights):
    with pytest.raises(ValueError, match="three finite weights"):
        line_in_box(weights, *BOX)


@pytest.mark.parametrize("box", [((1, 1), (0, 1)), ((0, 1), (1, 0)), ((0, 1), (0,))])
def test_bad_box(box):
    with pytest.raises(ValueError, match=r"lower < upper|inhomogeneous"):
        half_planes((0, 1, 1), *box)
