"""Activations against PyTorch and SciPy, at their kinks, and far out."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import special, stats

from ldl_lib import nn
from tests.nn import twins

ELEMENTWISE = [name for name in nn.ACTIVATIONS if name != "softmax"]
KINKED = {"relu": (0, 1), "leaky relu": (0.01, 1), "selu": (1.758099341, 1.050700987)}
GRID = np.concatenate([np.linspace(-40, 40, 4001), [-1e3, -200, 200, 1e3]])

each = pytest.mark.parametrize("name", ELEMENTWISE)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def test_the_ten_activations_of_the_book_s_figure_and_three_more_are_there():
    figure = {"tanh", "logistic", "leaky tanh", "relu", "leaky relu", "softplus", "elu"}
    figure |= {"selu", "gelu"}  # and maxout, which is a layer
    assert set(nn.ACTIVATIONS) == figure | {"linear", "softmax", "swish", "mish"}
    assert all(nn.activation(name).name == name for name in nn.ACTIVATIONS)


@each
def test_value_and_slope_agree_with_pytorch(name):
    z = twins.tensor(GRID)
    expected = twins.ACTIVATIONS[name](z)
    expected.sum().backward()
    ours = nn.activation(name)
    close = {"rtol": 1e-9, "atol": 1e-13}
    np.testing.assert_allclose(ours.value(GRID), expected.detach(), **close)
    np.testing.assert_allclose(ours.derivative(GRID), z.grad, **close)


@each
def test_the_slope_is_the_limit_of_differences(name):
    z = np.linspace(-6, 6, 1202)  # an even number of points: none is 0
    value, step = nn.activation(name).value, 1e-6
    differences = (value(z + step) - value(z - step)) / (2 * step)
    np.testing.assert_allclose(
        nn.activation(name).derivative(z), differences, rtol=0, atol=1e-8
    )


@pytest.mark.parametrize(
    ("name", "formula"),
    {
        "logistic": special.expit,
        "softplus": lambda z: np.where(z > 30, z, np.log1p(np.exp(np.minimum(z, 30)))),
        "gelu": lambda z: z * stats.norm.cdf(z),
        "swish": lambda z: z * special.expit(z),
        "softmax": lambda z: special.softmax(z, axis=-1),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_value_agrees_with_scipy(name, formula):
    np.testing.assert_allclose(
        nn.activation(name).value(GRID), formula(GRID), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("name", KINKED)
def test_slope_at_a_kink_is_that_on_the_left(name):
    z = np.array([-1e-300, 0.0, -0.0, 1e-300])
    left, right = KINKED[name]
    slopes = nn.activation(name).derivative(z)
    np.testing.assert_allclose(slopes, [left, left, left, right], rtol=1e-9)


def test_elu_has_no_kink():
    np.testing.assert_array_equal(nn.activation("elu").derivative(np.zeros(2)), 1)


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        ("tanh", 0.0, 0.0, 1.0),
        ("logistic", 0.0, 0.5, 0.25),
        ("leaky tanh", 0.0, 0.0, 1.2),
        ("leaky tanh", 100.0, 21.0, 0.2),
        ("leaky relu", -2.0, -0.02, 0.01),
        ("softplus", 0.0, np.log(2), 0.5),
        ("elu", -np.log(2), -0.5, 0.5),
        ("gelu", 0.0, 0.0, 0.5),
        ("swish", 0.0, 0.0, 0.5),
        ("mish", 0.0, 0.0, 0.6),
    ],
)
def test_values_by_hand(name, z, value, slope):
    ours = nn.activation(name)
    assert ours.value(np.array(z)) == pytest.approx(value, abs=1e-15)
    assert ours.derivative(np.array(z)) == pytest.approx(slope, abs=1e-15)


@each_dtype
@pytest.mark.parametrize("name", nn.ACTIVATIONS)
def test_shape_and_dtype_stay_and_nothing_overflows(name, dtype):
    z = np.array([[-1e3, -100, -1e-3], [0, 20, 1e3]], dtype)
    ours = nn.activation(name)
    with np.errstate(all="raise", under="ignore"):
        results = [ours.value(z), ours.backward(z, np.ones_like(z))]
        if name != "softmax":
            results.append(ours.derivative(z))
    for result in results:
        assert result.shape == z.shape
        assert result.dtype == dtype
        assert np.isfinite(result).all()


@each
def test_backward_multiplies_by_the_slope(name):
    rng = np.random.default_rng(0)
    z, gradient = rng.normal(size=(2, 5, 3))
    ours = nn.activation(name)
    np.testing.assert_array_equal(
        ours.backward(z, gradient), gradient * ours.derivative(z)
    )


def test_selu_keeps_mean_0_and_variance_1():
    """Its two constants are the solution of just that, for normal inputs."""
    z = np.linspace(-12, 12, 240_001)
    value = nn.activation("selu").value(z)
    density = stats.norm.pdf(z)
    assert np.trapezoid(value * density, z) == pytest.approx(0, abs=1e-8)
    assert np.trapezoid(value**2 * density, z) == pytest.approx(1, abs=1e-8)


rows = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 6)),
    elements=st.floats(-1e4, 1e4, allow_subnormal=False),
)


@given(rows)
@settings(deadline=None)
def test_softmax_gives_probabilities_that_a_shift_leaves_alone(z):
    p = nn.softmax(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    largest = z.argmax(axis=1)[:, None]
    np.testing.assert_array_equal(np.take_along_axis(p, largest, 1)[:, 0], p.max(1))
    np.testing.assert_allclose(nn.softmax(z + 1000), p, rtol=1e-9, atol=1e-12)


@given(rows)
@settings(deadline=None)
def test_softmax_s_gradient_agrees_with_pytorch(z):
    by_outputs = np.cos(np.arange(z.size)).reshape(z.shape)
    own = twins.tensor(z)
    torch.softmax(own, dim=-1).backward(torch.tensor(by_outputs))
    ours = nn.activation("softmax").backward(z, by_outputs)
    np.testing.assert_allclose(ours, own.grad, rtol=0, atol=1e-12)


def test_softmax_has_no_single_slope():
    with pytest.raises(ValueError, match=r"softmax.*use its backward"):
        nn.activation("softmax").derivative(np.zeros(3))


def test_logistic_is_softmax_of_two():
    z = np.linspace(-50, 50, 101)
    pairs = nn.softmax(np.column_stack([z, np.zeros_like(z)]))
    np.testing.assert_allclose(nn.activation("logistic").value(z), pairs[:, 0])


def test_an_unknown_name_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"unknown activation 'sigmoid'.*logistic"):
        nn.activation("sigmoid")
