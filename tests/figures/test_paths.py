"""Paths on a surface: what is drawn, cut and left out, against its own arithmetic."""

import itertools

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldl_lib.figures import theme
from ldl_lib.figures.paths import kept_points, paths_on_surface, until_outside

BOX = {"x_range": (-2.0, 2.0), "y_range": (-1.0, 3.0)}
DOWN = [[1.5, 2.0], [1.0, 1.0], [0.5, 0.25]]


def bowl(x, y):
    return x**2 + 2 * y**2 + 1


def drawn(**changes) -> go.Figure:
    given = {"surface": bowl, "paths": {"down": DOWN}, "minima": [(0, 0)]} | BOX
    return paths_on_surface(**(given | changes))


def test_contours_are_the_surface_s_heights():
    contour = drawn().data[0]
    for column, row in ((0, 0), (60, 60), (17, 42)):
        x, y = contour.x[column], contour.y[row]
        assert contour.z[row][column] == pytest.approx(x**2 + 2 * y**2 + 1)
    assert (contour.x[0], contour.x[-1]) == (-2, 2)
    assert (contour.y[0], contour.y[-1]) == (-1, 3)
    assert drawn(log=True).data[0].z[0][0] == pytest.approx(np.log10(4 + 2 + 1))


def test_a_path_is_drawn_from_start_to_end_with_a_large_symbol_there():
    line = drawn().data[2]
    np.testing.assert_array_equal(np.column_stack([line.x, line.y]), DOWN)
    assert line.marker.size[-1] == max(line.marker.size) > line.marker.size[0] > 0


def test_long_paths_carry_few_symbols():
    spiral = np.column_stack([np.cos(np.arange(400)), np.sin(np.arange(400))])
    sizes = np.array(drawn(paths={"long": spiral}).data[2].marker.size)
    assert len(sizes) == 400
    assert (sizes > 0).sum() == 25


def test_paths_differ_in_colour_dash_and_symbol():
    figure = drawn(paths=dict.fromkeys("abcdef", DOWN))
    lines = figure.data[2:]
    for kind in ("line.color", "line.dash", "marker.symbol", "name"):
        assert len({line[kind] for line in lines}) == 6, kind
    assert {line.line.color for line in lines} <= set(theme.SEQUENCE)


def test_a_path_ends_where_it_leaves_and_the_words_say_so():
    figure = drawn(paths={"wild": [[0, 0], [1, 1], [9, 1], [1, 0]]})
    assert figure.data[2].x.tolist() == [0, 1, 9]
    alt = figure.layout.meta["alt"]
    assert "wild goes from (0, 0) to (9, 1) in 2 steps and leaves the picture" in alt
    assert "from 1 to 84" in alt
    assert figure.layout.xaxis.range == (-2, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paths": {}}, "1 to 6 paths, got 0"),
        ({"paths": {str(n): DOWN for n in range(7)}}, "got 7"),
        ({"paths": {"flat": [1, 2]}}, r"'flat' must have shape"),
        ({"paths": {"far": [[3, 0], [0, 0]]}}, r"'far' starts outside"),
        ({"paths": {"nan": [[float("nan"), 0]]}}, r"'nan' starts outside"),
        ({"surface": lambda x, y: x, "log": True}, "must be positive"),
        ({"surface": lambda x, y: x / 0 * y}, "must be finite"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_cannot_be_drawn_is_said(changes, words):
    with pytest.raises(ValueError, match=words):
        drawn(**changes)


def test_cutting_keeps_the_first_point_outside_and_nothing_infinite():
    box = (-1.0, 1.0), (-1.0, 1.0)
    assert until_outside([[0, 0], [0.5, 1]], *box).tolist() == [[0, 0], [0.5, 1]]
    assert until_outside([[0, 0], [2, 0], [0, 0]], *box).tolist() == [[0, 0], [2, 0]]
    assert until_outside([[0, 0], [np.inf, 0], [0, 0]], *box).tolist() == [[0, 0]]
    assert until_outside([[0, 0], [0, np.nan], [0, 0]], *box).tolist() == [[0, 0]]


def distance_to_line(point, line):
    """Distance to the nearest of many points along a line of pieces."""
    shares = np.linspace(0, 1, 201)[:, None]
    pieces = [a + shares * (b - a) for a, b in itertools.pairwise(line)]
    return min(np.linalg.norm(piece - point, axis=1).min() for piece in pieces)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=15
    ).map(np.array),
    st.sampled_from([0.01, 0.1, 0.5]),
)
def test_points_left_out_lie_within_the_tolerance(points, tolerance):
    kept = kept_points(points, tolerance)
    assert kept[0] == 0
    assert kept[-1] == len(points) - 1
    assert (np.diff(kept) > 0).all()
    for point in points:
        assert distance_to_line(point, points[kept]) <= tolerance + 8e-3


def test_points_of_a_straight_line_are_left_out():
    line = np.column_stack([np.arange(50), 2 * np.arange(50)]).astype(float)
    assert kept_points(line, 0.01).tolist() == [0, 49]
    line[20, 1] += 5
    assert {0, 20, 49} <= set(kept_points(line, 0.01).tolist())
