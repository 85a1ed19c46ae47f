"""What the playground needs from Python."""

from urllib.parse import parse_qs

import pytest

from ldl_lib import nn
from ldl_lib.figures.backprop import playground
from ldl_lib.figures.theme import COLORS


@pytest.mark.parametrize("hidden", [(0, 0, 0, 0), (4, 2, 0, 0), (0, 3, 0, 8)])
def test_parameters_are_those_of_a_network(hidden):
    sizes = playground.layer_sizes(*hidden)
    layers = [nn.Dense(units) for units in sizes[1:]]
    assert playground.parameters(sizes) == nn.Network(2, layers).weights.size


def test_state_leaves_out_empty_layers():
    values = playground.DEFAULTS | {"h1": 0, "h2": 3, "h4": 8}
    assert playground.state(**values)["layout.meta.layers"] == [2, 3, 8, 1]


def test_words_count_layers_units_and_weights():
    words = playground.words(**playground.DEFAULTS)
    assert words.startswith("2 hidden layers, 6 hidden units, 25 weights and biases. ")
    one = playground.words(**playground.DEFAULTS | {"h1": 0, "h2": 0})
    assert one.startswith("One neuron and no hidden layer: 3 weights and biases.")
    zero = playground.words(**playground.DEFAULTS | {"start": "zeros", "h2": 0})
    assert zero.startswith(
        "1 hidden layer, 4 hidden units, 17 weights and biases, all 0"
    )


def test_a_setting_is_a_link_to_the_figure():
    setting = playground.setting("a & b", dataset="xor", batch="all", test=False)
    anchor, _, query = setting.address.partition("?")
    assert anchor == "#ldl-playground"
    given = {name: value for name, (value,) in parse_qs(query).items()}
    assert given["dataset"] == "xor"
    assert given["batch"] == "all"
    assert given["test"] == "false"
    assert given.keys() == playground.DEFAULTS.keys()
    assert (
        repr(setting) == "a & b (show test points False, data set xor, batch size all)"
    )
    html = setting._repr_html_()
    assert ">a &amp; b</a>" in html
    assert "?speed=normal&amp;test=false&amp;" in html


def test_an_unknown_control_is_named():
    with pytest.raises(ValueError, match="no control 'depth': there are speed, test"):
        playground.setting("x", depth=3)


def test_options_are_those_of_the_library():
    names = set(playground.STARTS.values()) - {"uniform", "zeros"}
    assert names <= set(nn.INITIALIZERS)
    assert set(playground.ACTIVATIONS.values()) <= set(nn.ACTIVATIONS)
    for name in set(playground.OPTIMIZERS) - {"momentum", "Nesterov"}:
        assert hasattr(nn, name)


def test_colours_are_pairs_of_the_theme():
    for name, pair in playground.CONSTANTS["colors"].items():
        assert tuple(pair) == COLORS[name]


def test_points_to_begin_with_lie_in_the_plane():
    points = playground.CONSTANTS["own"]
    assert all(-2 <= x1 <= 2 and -2 <= x2 <= 2 for x1, x2, _ in points)
    labels = [label for *_, label in points]
    assert labels.count(0) == labels.count(1)
