"""The labs of house prices: their own functions against other libraries."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error

ROOT = Path(__file__).parents[2]
LABS = ("lab_house_prices", "lab_california")
FRAMEWORKS = ("tensorflow", "pytorch")

each_lab = pytest.mark.parametrize("lab", LABS)
each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


@cache
def sources(lab, framework):
    path = ROOT / f"notebooks/06_regression/{lab}_{framework}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def function(lab, framework, name, **space):
    """Run the definition of one function, and return it."""
    (cell,) = [text for text in sources(lab, framework) if f"def {name}(" in text]
    body = cell.partition(f"def {name}(")[2].split("\n\n\n")[0]
    space |= {"np": np}
    exec(f"def {name}({body}", space)
    return space[name]


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 5))
    return X, X @ [1.0, -2.0, 0.0, 3.0, 0.5] + 7 + rng.normal(size=200)


@each_framework
def test_the_line_is_least_squares(framework, table):
    X, y = table
    with_ones = function("lab_house_prices", framework, "with_ones")
    fit_line = function("lab_house_prices", framework, "fit_line", with_ones=with_ones)
    other = LinearRegression().fit(X, y)
    bias, *slopes = fit_line(X, y)
    np.testing.assert_allclose(slopes, other.coef_)
    assert bias == pytest.approx(other.intercept_)
    np.testing.assert_allclose(with_ones(X) @ [bias, *slopes], other.predict(X))


@each_lab
@each_framework
def test_the_error_counts_each_example_once(lab, framework, table):
    mae = function(lab, framework, "mae")
    _, y = table
    answers = y + np.linspace(-3, 5, len(y))
    assert mae(answers, y) == pytest.approx(mean_absolute_error(y, answers))
    with pytest.raises(AssertionError):
        mae(answers[:, None], y)  # would be broadcast to (n, n)


@each_lab
@each_framework
def test_the_interval_is_that_of_scipy(lab, framework):
    interval = function(lab, framework, "interval", bootstrap_draws=4_000)
    values = np.random.default_rng(1).exponential(2.5, size=102)
    ours = interval(values)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=4_000, method="percentile", rng=2
    ).confidence_interval
    assert ours == pytest.approx([theirs.low, theirs.high], abs=0.06)
    assert ours[0] < values.mean() < ours[1]


@each_framework
def test_column_b_has_two_shares_for_one_value(framework):
    column_b = function("lab_house_prices", framework, "column_b")
    assert column_b(0.0) == pytest.approx(396.9)  # the largest value of the table
    for share in np.linspace(0.26, 1.0, 20):
        assert column_b(share) == pytest.approx(column_b(1.26 - share))


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.01, 0.0), (0.0, 0.03)])
def test_penalties_are_sums_over_weights_and_not_over_biases(l1, l2):
    torch = pytest.importorskip("torch")
    space = {}
    for text in sources("lab_house_prices", "pytorch"):
        if text.startswith("import re") or "class PenalisedError" in text:
            exec(text, space)
    layer = torch.nn.Linear(3, 2)
    outputs, prices = torch.randn(4, 2), torch.randn(4, 2)
    loss = space["PenalisedError"]([layer.weight], l1, l2)(outputs, prices)
    weights = layer.weight.detach().numpy()
    expected = np.mean((outputs - prices).numpy() ** 2)
    expected += l1 * np.abs(weights).sum() + l2 * (weights**2).sum()
    assert loss.item() == pytest.approx(expected, rel=1e-5)
