"""Curves of activations and slopes against PyTorch's, jumps included."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional

from ldl_lib import nn
from ldl_lib.figures.activations import (
    ACTIVATION_LABELS,
    MAXOUT_LINES,
    activation_curve,
    activation_curves,
    value_and_slope,
)
from ldl_lib.figures.theme import DARK_TWIN, DASHES

PYTORCH = {
    "linear": lambda z: z * 1.0,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
    "leaky tanh": lambda z: torch.tanh(z) + 0.2 * z,
    "relu": torch.relu,
    "leaky relu": functional.leaky_relu,
    "softplus": functional.softplus,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "maxout": lambda z: torch.stack([a * z + b for a, b in MAXOUT_LINES]).amax(0),
    "swish": functional.silu,
    "mish": functional.mish,
}
Z = np.linspace(-6, 6, 97) + 0.01  # beside every kink


def by_autograd(name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    value = PYTORCH[name](at)
    (slope,) = torch.autograd.grad(value.sum(), at)
    return value.detach().numpy(), slope.numpy()


def test_every_activation_of_one_variable_has_a_curve():
    assert set(ACTIVATION_LABELS) == set(nn.ACTIVATIONS) - {"softmax"} | {"maxout"}


@pytest.mark.parametrize("name", ACTIVATION_LABELS)
def test_values_and_slopes_are_pytorchs(name):
    value, slope = value_and_slope(name, Z)
    expected_value, expected_slope = by_autograd(name, Z)
    np.testing.assert_allclose(value, expected_value, atol=1e-9)
    np.testing.assert_allclose(slope, expected_slope, atol=1e-9)


@pytest.mark.parametrize("name", ["softmax", "ReLU"])
def test_what_has_no_curve_is_refused(name):
    with pytest.raises(ValueError, match=f"no curve for the activation '{name}'"):
        value_and_slope(name, [0.0])


@pytest.mark.parametrize("name", ACTIVATION_LABELS)
def test_the_slope_has_a_gap_wherever_it_jumps_and_nowhere_else(name):
    grid = np.linspace(-4, 4, 801)
    curve = activation_curve(name, grid)
    jumps = {"relu": [0], "leaky relu": [0], "selu": [0], "maxout": [-2, 2]}
    gaps = np.flatnonzero(np.isnan(curve.slope))
    np.testing.assert_allclose(curve.z[gaps], jumps.get(name, []))
    assert not np.isnan(curve.value).any()
    for gap in gaps:
        assert curve.z[gap - 1] == curve.z[gap] == curve.z[gap + 1]
        near = by_autograd(name, curve.z[gap] + np.array([-1e-7, 1e-7]))[1]
        np.testing.assert_allclose(curve.slope[[gap - 1, gap + 1]], near, atol=1e-6)
    # Between neighbours without a gap the slope changes by little.
    assert np.nanmax(np.abs(np.diff(curve.slope))) < 0.02


def test_a_kink_takes_the_place_of_a_grid_point():
    curve = activation_curve("relu", [-1.0, 0.0, 1.0])
    assert curve.z.tolist() == [-1, 0, 0, 0, 1]
    assert curve.value.tolist() == [0, 0, 0, 0, 1]
    np.testing.assert_array_equal(curve.slope, [0, 0, np.nan, 1, 1])
    assert activation_curve("relu", [1.0, 2.0]).z.tolist() == [1, 2]


def test_figure_draws_outputs_above_slopes():
    names = ["tanh", "relu", "gelu"]
    figure = activation_curves(names, z_range=(-3, 5), title="Three")
    assert len(figure.data) == 6
    assert list(figure.layout.xaxis.range) == [-3, 5]
    assert figure.layout.title.text == "Three"
    for number, name in enumerate(names):
        output, slope = figure.data[2 * number : 2 * number + 2]
        assert (output.yaxis, slope.yaxis) == ("y", "y2")
        assert output.name == slope.name == ACTIVATION_LABELS[name]
        assert output.line.dash == slope.line.dash == DASHES[number]
        assert (output.showlegend, slope.showlegend) == (True, False)
        value, derivative = by_autograd(name, np.float64(output.x))
        np.testing.assert_allclose(output.y, value, atol=1e-6)
        smooth = np.abs(output.x) > 1e-6
        np.testing.assert_allclose(slope.y[smooth], derivative[smooth], atol=1e-6)


def test_figure_has_words_and_colours_of_the_theme():
    figure = activation_curves(["elu", "swish"])
    alt = figure.layout.meta["alt"]
    assert "ELU: output from −0.98 to 4.00, slope from 0.02 to 1.00." in alt
    assert "Swish: output from −0.28 to 3.93, slope from −0.10 to 1.10." in alt
    own = figure.to_plotly_json()
    own["layout"].pop("template")
    assert set(re.findall(r"#[0-9a-f]{6}", str(own))) <= set(DARK_TWIN)


@pytest.mark.parametrize(
    "names", [[], ["tanh", "tanh"], list(ACTIVATION_LABELS)[:7]], ids=len
)
def test_too_few_or_many_curves_are_refused(names):
    with pytest.raises(ValueError, match="expected 1 to 6 different activations"):
        activation_curves(names)


@pytest.mark.parametrize("z_range", [(1, 1), (2, -2), (-np.inf, 1)])
def test_an_empty_range_is_refused(z_range):
    with pytest.raises(ValueError, match="z_range must be"):
        activation_curves(["tanh"], z_range=z_range)
