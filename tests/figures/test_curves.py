"""Training curves: arrays, bands, labels and words against their own arithmetic."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldl_lib.figures import theme, training_curves
from ldl_lib.figures.curves import _d3, _spread_out

NAN = float("nan")
RUNS = np.array([[0.4, 0.2, 0.1], [0.6, 0.2, 0.3]])


def outline(path: str) -> np.ndarray:
    numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", path)
    return np.array(numbers, dtype=float).reshape(-1, 2)


def test_the_line_is_the_mean_and_the_band_runs_from_lowest_to_highest():
    figure = training_curves({"tanh": RUNS})
    (line,) = figure.data
    assert line.x.tolist() == [1, 2, 3]
    assert line.y.tolist() == pytest.approx([0.5, 0.2, 0.2])
    (band,) = figure.layout.shapes
    assert outline(band.path).tolist() == [
        [1, 0.6],
        [2, 0.2],
        [3, 0.3],
        [3, 0.1],
        [2, 0.2],
        [1, 0.4],
    ]
    assert band.fillcolor == line.line.color


def test_one_seed_has_no_band():
    figure = training_curves({"flat": [3, 2, 1], "deep": [[3, 2, 1]]})
    assert figure.layout.shapes == ()
    assert [trace.y.tolist() for trace in figure.data] == [[3, 2, 1]] * 2


def test_runs_that_end_early_leave_the_mean_to_the_others():
    figure = training_curves({"a": [[4, 2, NAN, NAN], [2, 2, 1, NAN]]})
    assert figure.data[0].y[:3].tolist() == [3, 2, 1]
    assert np.isnan(figure.data[0].y[3])
    assert outline(figure.layout.shapes[0].path)[:3].tolist() == [
        [1, 4],
        [2, 2],
        [3, 1],
    ]
    assert figure.layout.annotations[0].x == 3


def test_a_gap_splits_the_band():
    figure = training_curves({"a": [[1, 2, NAN, 4], [2, 3, NAN, 5]]})
    first, second = (outline(shape.path) for shape in figure.layout.shapes)
    assert set(first[:, 0]) == {1, 2}
    assert set(second[:, 0]) == {4}


def test_curves_differ_by_dash_and_label_not_only_by_color():
    figure = training_curves({name: [1, 2] for name in "abcdef"})
    assert len({trace.line.dash for trace in figure.data}) == 6
    assert [note.text for note in figure.layout.annotations] == list("abcdef")
    assert {trace.line.color for trace in figure.data} == set(theme.SEQUENCE)


def test_labels_point_at_the_ends_and_do_not_overlap():
    figure = training_curves({"a": [5, 1.0], "b": [5, 1.01], "c": [5, 0.99]})
    notes = figure.layout.annotations
    assert [note.y for note in notes] == [1.0, 1.01, 0.99]
    low, high = figure.layout.yaxis.range
    heights = sorted(note.ay for note in notes)
    assert min(np.diff(heights)) >= 0.07 * (high - low)
    assert sorted(notes, key=lambda n: n.ay) == sorted(notes, key=lambda n: n.y)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=9),
    st.floats(0.01, 0.3),
)
def test_spread_out_labels_stay_in_order_in_range_and_apart(heights, gap):
    spread = _spread_out(np.array(heights), gap, 0, 1)
    assert spread.max() <= 1 + 1e-9
    order = np.argsort(heights, kind="stable")
    wanted = min(gap, 1 / max(len(heights) - 1, 1))
    assert (np.diff(spread[order]) >= wanted - 1e-9).all()
    assert spread.min() >= -1e-9


def test_labels_that_are_apart_already_stay():
    heights = np.array([0.9, 0.1, 0.5])
    assert _spread_out(heights, 0.2, 0, 1).tolist() == heights.tolist()


def test_published_values_are_level_lines_with_their_names():
    figure = training_curves({"ours": RUNS}, published={"book": 0.06})
    line = figure.data[-1]
    assert list(line.x) == [1, 3]
    assert list(line.y) == [0.06, 0.06]
    assert figure.layout.annotations[-1].text == "book"
    low, high = figure.layout.yaxis.range
    assert low <= 0.06 <= high


def test_everything_lies_inside_the_axes():
    figure = training_curves({"a": RUNS, "b": -RUNS})
    low, high = figure.layout.yaxis.range
    assert low < -0.6
    assert high > 0.6


def test_logarithmic_axis_counts_in_exponents():
    figure = training_curves({"a": [1, 0.01]}, log_y=True)
    assert figure.layout.yaxis.type == "log"
    low, high = figure.layout.yaxis.range
    assert -2.2 < low < -2
    assert 0 < high < 0.2
    assert figure.layout.annotations[0].y == pytest.approx(-2)
    assert figure.data[0].y.tolist() == [1, 0.01]


def test_words_give_the_numbers():
    figure = training_curves(
        {"deep": RUNS, "flat": [0.5, 0.25, NAN]},
        published={"book": 0.06},
        y_title="test error",
        y_format=".0%",
    )
    assert figure.layout.meta["alt"] == (
        "Test error by epoch. "
        "deep: 50% at epoch 1, 20% at epoch 3 "
        "(mean of 2 seeds, in the end from 10% to 30%). "
        "flat: 50% at epoch 1, 25% at epoch 2. "
        "book: 6%."
    )


def test_number_formats_in_d3s_dialect():
    assert _d3(".3g") == ".3~g"
    assert _d3(".1%") == ".1%"


def test_only_colors_with_a_dark_twin():
    figure = training_curves({"a": RUNS, "b": RUNS}, published={"book": 0.1})
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", figure.to_json()))
    assert used
    assert used <= set(theme.DARK_TWIN)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"curves": {}}, "expected 1 to 6 curves, got 0"),
        ({"curves": {name: [1] for name in "abcdefg"}}, "got 7"),
        ({"curves": {"a": np.ones((1, 2, 3))}}, r"'a' .* got \(1, 2, 3\)"),
        ({"curves": {"a": []}}, r"'a' .* got \(0,\)"),
        ({"curves": {"a": [NAN]}}, "'a' has no value"),
        ({"curves": {"a": [np.inf]}}, "must be finite"),
        ({"curves": {"a": [1, 0]}, "log_y": True}, "cannot show 0: use log_y=False"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        training_curves(**arguments)
