"""Decision regions: what is drawn equals what the classifier says."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ldl_lib.figures import decision_boundary, grid, theme
from ldl_lib.nn import GATES, Perceptron, truth_table_inputs

X2 = truth_table_inputs(2)
NAND = Perceptron([0.9, -0.6, -0.5])
AROUND = grid((-2, 2), (-1, 3), resolution=41)


def by_class(**changes) -> go.Figure:
    values = NAND.predict(AROUND.points).reshape(41, 41)
    arguments = {"x1": AROUND.x1, "x2": AROUND.x2, "values": values} | {
        "X": X2,
        "y": GATES["NAND"],
    }
    return decision_boundary(**(arguments | changes))


def by_score(**changes) -> go.Figure:
    z = NAND.weighted_sum(AROUND.points).reshape(41, 41)
    return by_class(values=z, level=0, **changes)


def color_at(heatmap: go.Heatmap, value: float) -> str:
    """The colour that a stepped colour scale gives to a value."""
    place = (value - heatmap.zmin) / (heatmap.zmax - heatmap.zmin)
    return [hex_ for at, hex_ in heatmap.colorscale if at <= place][-1]


def test_grid_points_run_along_x1_first():
    small = grid((0, 1), (5, 7), resolution=3)
    assert small.x1.tolist() == [0, 0.5, 1]
    assert small.x2.tolist() == [5, 6, 7]
    assert small.points[:4].tolist() == [[0, 5], [0.5, 5], [1, 5], [0, 6]]


@pytest.mark.parametrize(("x1", "x2"), [(-2, -1), (2, 3), (-2, 3), (0.5, 1), (1, 1)])
def test_each_place_has_the_tint_of_its_class(x1, x2):
    heatmap = by_class().data[0]
    row = np.flatnonzero(np.isclose(heatmap.y, x2))[0]
    column = np.flatnonzero(np.isclose(heatmap.x, x1))[0]
    expected = "blue_tint" if 0.9 - 0.6 * x1 - 0.5 * x2 >= 0 else "vermillion_tint"
    assert color_at(heatmap, heatmap.z[row][column]) == theme.color(expected)


def test_points_of_two_classes_differ_in_color_and_symbol():
    negative, positive = by_class().data[-2:]
    assert (negative.name, positive.name) == ("−1", "+1")
    assert (negative.marker.color, negative.marker.symbol) == (
        theme.color("vermillion"),
        "square",
    )
    assert (positive.marker.color, positive.marker.symbol) == (
        theme.color("blue"),
        "circle",
    )
    assert list(zip(negative.x, negative.y, strict=True)) == [(1, 1)]
    assert len(positive.x) == 3


def test_the_border_of_scores_runs_at_the_level():
    heatmap, border = by_score().data[:2]
    assert (border.contours.start, border.contours.end) == (0, 0)
    assert heatmap.zmin == -heatmap.zmax
    assert np.allclose(heatmap.z, border.z)
    assert heatmap.colorscale[0][1] == theme.DIVERGING["light"][0][1]


def test_three_classes_have_three_tints_and_two_outlines():
    values = np.digitize(AROUND.points[:, 0], [-0.7, 0.7]).reshape(41, 41) + 4
    X = np.array([[-1.5, 0], [0, 0], [1.5, 0], [1.6, 0]])
    figure = by_class(values=values, X=X, y=[4, 5, 6, 6])
    heatmap = figure.data[0]
    assert [color_at(heatmap, index) for index in (0, 1, 2)] == [
        theme.color(name) for name in ("blue_tint", "vermillion_tint", "green_tint")
    ]
    outlines = [trace for trace in figure.data if trace.type == "contour"]
    assert [float(np.mean(t.z)) for t in outlines] == pytest.approx(
        [float(np.mean(values == 4)), float(np.mean(values == 5))]
    )
    assert [t.name for t in figure.data if t.type == "scatter"] == ["4", "5", "6"]


def test_a_class_that_is_never_predicted_still_has_its_points():
    figure = by_class(values=np.ones((41, 41)))
    assert [len(t.x) for t in figure.data if t.type == "scatter"] == [1, 3]
    assert "class −1 is predicted in 0%" in figure.layout.meta["alt"].lower()


def test_words_give_the_shares():
    above = np.mean(NAND.weighted_sum(AROUND.points) >= 0)
    assert by_score().layout.meta["alt"] == (
        f"Decision regions over x1 from -2 to 2 and x2 from -1 to 3. In {above:.0%} of "
        "the area the output is at least 0. "
        "Examples: 1 of class −1, 3 of class +1."
    )
    named = by_class(class_names=["false", "true"], axis_names=("a", "b"))
    assert named.layout.meta["alt"] == (
        "Decision regions over a from -2 to 2 and b from -1 to 3. "
        f"Class false is predicted in {1 - above:.0%}; class true is predicted in "
        f"{above:.0%} of the area. Examples: 1 of class false, 3 of class true."
    )


@pytest.mark.parametrize("make", [by_class, by_score])
def test_only_colors_with_a_dark_twin(make):
    figure = make(title="NAND")
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", figure.to_json()))
    assert used
    assert used <= set(theme.DARK_TWIN)


def test_axes_end_where_the_grid_ends():
    figure = by_class()
    assert figure.layout.xaxis.range == (-2, 2)
    assert figure.layout.yaxis.range == (-1, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": np.zeros((41, 40))}, r"= \(41, 41\), got \(41, 40\)"),
        ({"X": np.ones((4, 3))}, r"got \(4, 3\) and \(4,\)"),
        ({"y": [1, 1]}, r"got \(4, 2\) and \(2,\)"),
        ({"values": np.full((41, 41), np.nan)}, "finite"),
        ({"values": np.arange(41 * 41).reshape(41, 41) % 9}, "10 classes, but at most"),
        ({"level": 0, "y": [0, 1, 2, 1]}, "3 classes, but at most 2"),
        ({"class_names": ["one"]}, r"1 names for 2 classes \(−1, \+1\)"),
    ],
)
def test_bad_arguments(changes, message):
    with pytest.raises(ValueError, match=message):
        by_class(**changes)


def test_a_grid_needs_two_points():
    with pytest.raises(ValueError, match="at least 2, got 1"):
        grid((0, 1), (0, 1), resolution=1)
