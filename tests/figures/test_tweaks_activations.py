"""E5.4: what the figure of the activations shows and says, and its JavaScript twin."""

import math
import re

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from ldl_lib.explore import bundle
from ldl_lib.explore.states import evaluate, plain
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import activations as figures

SELU = 1.0507009873554805 * 1.6732632423543772  # slope just left of 0


def gelu_slope(z):
    return norm.cdf(z) + z * norm.pdf(z)


def swish_slope(z):
    share = 1 / (1 + math.exp(-z))
    return share + z * share * (1 - share)


def crossing(slope, level, low, high):
    return brentq(lambda z: slope(z) - level, low, high)


# First and last z of each flat stretch, solved by hand or by root finding.
FLAT = {
    "tanh": [(-6, -math.atanh(math.sqrt(0.99))), (math.atanh(math.sqrt(0.99)), 6)],
    "logistic": [
        (-6, math.log((0.5 - math.sqrt(0.24)) / (0.5 + math.sqrt(0.24)))),
        (math.log((0.5 + math.sqrt(0.24)) / (0.5 - math.sqrt(0.24))), 6),
    ],
    "leaky tanh": [],
    "relu": [(-6, 0)],
    "leaky relu": [],
    "softplus": [(-6, math.log(0.01 / 0.99))],
    "elu": [(-6, math.log(0.01))],
    "selu": [(-6, math.log(0.01 / SELU))],
    "gelu": [
        (-6, crossing(gelu_slope, -0.01, -5, -1.5)),
        (crossing(gelu_slope, -0.01, -1.4, 0), crossing(gelu_slope, 0.01, -1.4, 0)),
    ],
    "maxout": [],
    "swish": [
        (crossing(swish_slope, -0.01, -2, 0), crossing(swish_slope, 0.01, -2, 0))
    ],
}


@pytest.mark.parametrize("name", FLAT)
def test_flat_stretches_end_where_the_slope_is_a_hundredth(name):
    found = figures.flat_stretches(name)
    assert len(found) == len(FLAT[name])
    for stretch, expected in zip(found, FLAT[name], strict=True):
        np.testing.assert_allclose(stretch, expected, atol=0.0061)


def test_a_tangent_has_the_slope_that_is_written_beside_it():
    state = evaluate(figures.state, {"first": "tanh", "second": "relu", "z": 1.5})
    slope = 1 - math.tanh(1.5) ** 2
    x, y = state["data[4].x"], state["data[4].y"]
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(slope, abs=5e-4)
    assert y.mean() == pytest.approx(math.tanh(1.5), abs=5e-4)
    assert state["data[10].text"] == [f"{slope:.3f}"]
    assert state["data[11].text"] == ["1.000"]
    assert state["data[6].x"].tolist() == [1.5]
    np.testing.assert_allclose(state["data[6].y"], math.tanh(1.5), atol=5e-4)


def test_at_the_kink_relu_has_the_slope_on_its_left():
    words = figures.words("relu", "leaky relu", 0.0)
    assert "ReLU at z = 0.0: output 0.000, slope 0.000." in words
    assert "leaky ReLU at z = 0.0: output 0.000, slope 0.010." in words


def test_words_say_where_learning_stops():
    assert figures.words("tanh", "none", -2.0) == (
        "tanh at z = −2.0: output −0.964, slope 0.071. "
        "It is flat (slope within ±0.01) left of −2.99 and right of 2.99."
    )
    assert figures.words("leaky tanh", "none", 6.0).endswith(
        "Nowhere here is it flat (slope within ±0.01)."
    )
    assert "from −0.78 to −0.73" in figures.words("gelu", "none", 0.0)


def test_all_states_fit_the_figure_and_lie_in_it():
    figure = figures.figure()
    low, high = figure.layout.yaxis.range
    for name in figures.NAMES:
        values = {"first": name, "second": "none", "z": -6.0}
        state = evaluate(figures.state, values)
        assert len(figure.data) == 2 * len(figures.PARTS)
        assert low < state["data[2].y"].min() <= state["data[2].y"].max() < high
        assert state["data[3].x"].size == 0
    own = figure.to_plotly_json()
    own["layout"].pop("template")
    assert set(re.findall(r"#[0-9a-f]{6}", str(own))) <= set(DARK_TWIN)


def test_the_twin_says_the_same(browser):
    chance = np.random.default_rng(4)
    settings = [
        {
            "first": str(chance.choice(figures.NAMES)),
            "second": str(chance.choice([*figures.NAMES, "none"])),
            "z": round(float(chance.integers(-60, 61)) / 10, 1),
        }
        for _ in range(40)
    ]
    settings += [{"first": name, "second": "none", "z": 0.0} for name in figures.NAMES]
    page = browser.new_page()
    page.add_script_tag(content=bundle.library() + "window.ldl = ldl;")
    page.add_script_tag(content=bundle.part("compute", "activations"))
    answers = page.evaluate(
        "([settings, constants]) => settings.map((values) =>"
        " ldl.registered('compute', 'activations')(values, constants))",
        [settings, figures.constants()],
    )
    page.close()
    for values, answer in zip(settings, answers, strict=True):
        assert answer.pop("$describe") == figures.words(**values)
        expected = {k: plain(v) for k, v in evaluate(figures.state, values).items()}
        assert answer.keys() == expected.keys()
        for path, value in expected.items():
            if path.endswith((".x", ".y")):
                gaps = [math.nan if v is None else v for v in answer[path]]
                wanted = [math.nan if v is None else v for v in value]
                np.testing.assert_allclose(gaps, wanted, atol=1e-12)
            else:
                assert answer[path] == value, path
