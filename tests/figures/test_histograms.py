"""Histograms through the layers, read back from the outlines that are drawn."""

import re

import numpy as np
import pytest

from ldl_lib.figures import theme
from ldl_lib.figures.histograms import histogram_shares, layer_histograms, ridges

RNG = np.random.default_rng(7)
LAYERS = {"first": RNG.normal(size=(20, 30)), "second": RNG.uniform(-3, 1, 500)}


def bars(trace, layer):
    """Heights of one layer's bars above its line, from the drawn outline."""
    x, y = np.asarray(trace.x), np.asarray(trace.y)
    ends = np.flatnonzero(np.isnan(x))
    start = 0 if layer == 1 else ends[layer - 2] + 1
    x, y = x[start : ends[layer - 1]], y[start : ends[layer - 1]]
    assert (x[0], y[0]) == (x[-1], y[-1])  # closed
    middles = (x[1:-2:2] + x[2:-1:2]) / 2
    assert np.allclose(y[1:-2:2], y[2:-1:2])  # flat tops
    return middles, y[1:-2:2] - layer


def test_outlines_have_the_shape_of_counted_histograms():
    figure = layer_histograms(LAYERS, bins=12, value_range=(-3, 3))
    for number, values in enumerate(LAYERS.values(), start=1):
        middles, heights = bars(figure.data[0], number)
        counts = np.array(
            [np.sum(np.abs(np.ravel(values) - middle) < 0.25) for middle in middles]
        )
        counts[0] += np.sum(values < -3)
        counts[-1] += np.sum(values > 3)
        assert heights / heights.max() == pytest.approx(counts / counts.max())
        assert 0 < heights.max() < 1  # below the next layer's line


def test_without_a_range_the_axis_holds_every_value():
    figure = layer_histograms(LAYERS)
    low, high = figure.layout.xaxis.range
    assert low == min(values.min() for values in LAYERS.values())
    assert high == max(values.max() for values in LAYERS.values())


def test_shares_sum_to_one_and_outer_bins_hold_what_lies_beyond():
    shares = histogram_shares([-9, 0, 0.5, 0.5, 1, 40], (0, 1), 2)
    assert shares.tolist() == pytest.approx([2 / 6, 4 / 6])


def test_layers_stand_on_one_two_three():
    x, y = ridges([[0.5, 1], [0, 0.25]], [0, 2, 4])
    assert x[:7].tolist() == [0, 0, 2, 2, 4, 4, 0]
    assert y[:7].tolist() == [1, 1.5, 1.5, 2, 2, 1, 1]
    assert y[8:15].tolist() == [2, 2, 2, 2.25, 2.25, 2, 2]
    assert np.isnan([x[7], y[7], x[15], y[15]]).all()


def test_constant_layers_are_a_single_bar():
    figure = layer_histograms({"dead": np.zeros(9)}, bins=5)
    assert figure.layout.xaxis.range == (-0.5, 0.5)
    _, heights = bars(figure.data[0], 1)
    assert np.count_nonzero(heights) == 1


def test_words_give_mean_spread_and_what_is_cut_off():
    figure = layer_histograms(
        {"a-b": [-1, 1, 1, -1], "c": [0, 0, 0, 10]}, value_range=(-2, 2), x_title="z"
    )
    assert figure.layout.meta["alt"] == (
        "Histograms of 2 layers, z −2 to 2. a-b: mean 0, s.d. 1. "
        "c: mean 2.5, s.d. 4.33, 25% beyond the axis and counted in the outer bars."
    )


def test_names_label_the_lines_and_only_colours_with_a_dark_twin_are_used():
    figure = layer_histograms(LAYERS, title="Two layers")
    assert figure.layout.yaxis.ticktext == ("first", "second")
    assert figure.layout.yaxis.tickvals == (1, 2)
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", figure.to_json()))
    assert used
    assert used <= set(theme.DARK_TWIN)


@pytest.mark.parametrize(
    ("layers", "more", "message"),
    [
        ({}, {}, "expected 1 to 24 layers, got 0"),
        ({str(n): [1] for n in range(25)}, {}, "got 25"),
        ({"a": []}, {}, "'a' needs at least one value"),
        ({"a": [np.inf]}, {}, "'a' needs at least one value, all of them finite"),
        ({"a": [1]}, {"bins": 1}, "bins must be at least 2, got 1"),
        ({"a": [1]}, {"value_range": (1, 1)}, r"must be \(low, high\), got \(1, 1\)"),
    ],
)
def test_bad_arguments(layers, more, message):
    with pytest.raises(ValueError, match=message):
        layer_histograms(layers, **more)
