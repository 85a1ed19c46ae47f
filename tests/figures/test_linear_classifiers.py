"""Logistic curve, XOR's product, margins, tubes and directions show what is true."""

import math
import re

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import SVC, SVR

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.linear import lda, logistic, svm_margin, svr_tube, xor_product
from ldl_lib.figures.theme import DARK_TWIN


@pytest.mark.parametrize("far", [False, True])
def test_best_curve_and_straight_line_are_scikit_learn_s(far):
    x, y = logistic.examples(far)
    twin = LogisticRegression(C=1e9, tol=1e-12, solver="newton-cholesky")
    twin.fit(x[:, None], y)
    bias, weight, loss = logistic.best(far)
    assert bias == pytest.approx(twin.intercept_[0], abs=1e-4)
    assert weight == pytest.approx(twin.coef_[0, 0], abs=1e-4)
    p = twin.predict_proba(x[:, None])[np.arange(len(y)), y]
    assert loss == pytest.approx(-np.log(p).mean(), abs=1e-6)
    line = LinearRegression().fit(x[:, None], y)
    assert logistic.straight(far) == pytest.approx((line.intercept_, line.coef_[0]))


def test_far_examples_move_the_straight_border_only():
    curve = [logistic.border(*logistic.best(far)[:2]) for far in (False, True)]
    line = [logistic.border(*logistic.straight(far), level=0.5) for far in (0, 1)]
    assert curve[0] == pytest.approx(curve[1], abs=1e-4)
    assert line[1] > line[0] + 2
    assert f"{line[1]:.2f}" in logistic.words(-2, 0.5, True)


def test_a_curve_without_weight_has_no_border():
    state = logistic.state(-2, 0, False)
    assert len(state["data[3].x"]) == 0
    assert "nowhere" in logistic.words(-2, 0, False)


SETTINGS = [
    (0.0, 1, 1, 0.0),
    (-0.5, 1, 0, 1.5),
    (0.5, 1, -1, -2.0),
    (1.0, 0, 0, 0.0),
    (0.0, 0, 0, 1.0),
]


@pytest.mark.parametrize("weights", SETTINGS)
def test_the_cut_lies_in_the_plane_and_on_the_cube(weights):
    corners = xor_product.cut(*weights)
    z = weights[0] + corners @ np.array(weights[1:], dtype=float)
    assert np.allclose(z, 0, atol=1e-6)
    assert np.allclose(np.abs(corners).max(axis=1), xor_product.EDGE)
    assert len(corners) == (0 if not any(weights[1:]) else 6)


def test_only_the_product_solves_xor():
    grid = [
        (b, w1, w2, w3)
        for b in (-1, -0.5, 0, 0.5, 1)
        for w1 in (-1, 0, 1)
        for w2 in (-1, 0, 1)
        for w3 in (-2, -1, 0, 1, 2)
    ]
    solved = [w for w in grid if "4 of 4" in xor_product.space_words(*w)]
    assert (0, 0, 0, -1) in solved
    assert all(w3 < 0 for *_, w3 in solved)
    for weights in grid:
        wrong = len(xor_product.plane_state(*weights)["data[3].x"])
        if any(weights):
            said = xor_product.space_words(*weights)
            assert f"{4 - wrong} of 4" in said
            assert ("does not separate" in said) <= (wrong > 0)


@pytest.mark.parametrize(
    ("weights", "shape"),
    [
        ((0, 0, 0, -1), "cross"),
        ((1, 1, 1, 1), "cross"),
        ((0, 1, 1, 0), "straight line"),
        ((0, 1, 1, -1), "hyperbola"),
        ((1, 0, 0, 0), "no border"),
    ],
)
def test_words_name_the_border(weights, shape):
    assert shape in xor_product.plane_words(*weights)


@pytest.mark.parametrize("weights", [(0, 0, 0, -1), (0, 0, 1, 1.5), (-1, 1, 1, -1)])
def test_crossing_borders_meet_at_a_point_of_the_grid(weights):
    state = xor_product.plane_state(*weights)
    x, y, z = (state[f"data[0].{letter}"] for letter in "xyz")
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()
    flat = [(i, j) for i in range(17) for j in range(17) if not z[i, :].any()]
    crossings = [(i, j) for i, j in flat if not z[:, j].any()]
    assert len(crossings) == 1
    assert state["data[0].line.smoothing"] == 0


def test_the_sheet_holds_the_lifted_points():
    lines = xor_product.space_figure().data[-1]
    drawn = np.column_stack([lines.x, lines.y, lines.z])
    for point in xor_product.LIFTED:
        assert np.isclose(drawn, point).all(axis=1).any()
    kept = ~np.isnan(drawn).any(axis=1)
    assert np.allclose(drawn[kept, 2], drawn[kept, 0] * drawn[kept, 1])


@pytest.mark.parametrize("data", svm_margin.DATA)
@pytest.mark.parametrize("kernel", ["linear", "poly", "rbf"])
@pytest.mark.parametrize("C", [0.1, 10])
def test_machines_are_scikit_learn_s(data, kernel, C):
    X, y = svm_margin.examples(data)
    more = {"poly": {"degree": 2, "gamma": 1, "coef0": 1}, "rbf": {"gamma": 5}}
    twin = SVC(C=C, kernel=kernel, tol=1e-8, **more.get(kernel, {})).fit(X, y)
    fit = svm_margin.fit(data, C, kernel, 5)
    expected = twin.decision_function(svm_margin.GRID.points).reshape(fit.score.shape)
    assert np.allclose(fit.score, expected, atol=2e-3)
    alphas = np.zeros(len(X))
    alphas[twin.support_] = twin.dual_coef_[0]
    dual = np.abs(alphas).sum() - alphas @ fit.machine.kernel(X, X) @ alphas / 2
    assert fit.machine.objective == pytest.approx(dual, abs=1e-4)
    assert fit.training_error == pytest.approx(1 - twin.score(X, y))


def test_the_widest_margin_is_not_the_best():
    fits = [svm_margin.fit("ring", C, "poly", 1) for C in svm_margin.PRICES]
    margins = [fit.machine.margin for fit in fits]
    errors = [fit.test_error for fit in fits]
    assert margins == sorted(margins, reverse=True)
    assert np.argmin(errors) not in (0, len(errors) - 1)
    assert np.argmax(errors) == 0


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_tubes_are_scikit_learn_s(kernel):
    x, y = svr_tube.examples()
    twin = SVR(C=1, epsilon=0.2, kernel=kernel, gamma=1, tol=1e-8).fit(x[:, None], y)
    state = svr_tube.state(0.2, 1, kernel)
    expected = twin.predict(svr_tube.CURVE[:, None])
    assert np.allclose(state["data[1].y"], expected, atol=2e-3)
    assert len(state["data[3].x"]) == len(twin.support_)
    middle = len(svr_tube.CURVE)
    rims = state["data[0].y"]
    assert np.allclose(rims[:middle] - rims[middle:][::-1], 0.4)


def test_a_wider_tube_rests_on_fewer_points():
    counts = [svr_tube.fit(e, 1, "rbf").support.sum() for e in (0, 0.2, 0.4)]
    assert counts[0] == svr_tube.EXAMPLES
    assert counts == sorted(counts, reverse=True)


def test_no_other_points_are_left_in_a_tube_without_width():
    assert "Every point pulls" in svr_tube.words(0.0, 1, "rbf")
    assert "could be removed" in svr_tube.words(0.2, 1, "rbf")


@pytest.mark.parametrize("angle", [0, 90, 140])
def test_the_arrow_points_to_the_right_end_of_the_strip(angle):
    state = lda.state(0.75, angle)
    arrow = [state[f"layout.annotations[1].{letter}"] for letter in "xy"]
    X, y = lda.examples(0.75)
    places = X[y > 0] @ arrow / np.linalg.norm(arrow)
    assert np.allclose(places, state["data[3].x"])


@pytest.mark.parametrize("shape", lda.SHAPES.values())
def test_the_best_direction_is_scikit_learn_s(shape):
    X, y = lda.examples(shape)
    twin = LinearDiscriminantAnalysis(solver="lsqr").fit(X, y)
    angle = math.degrees(math.atan2(*twin.coef_[0, ::-1])) % 180
    assert lda.best_angle(shape) == pytest.approx(angle, abs=1e-6)
    best = lda.project(shape, angle).separation
    assert all(lda.project(shape, a).separation <= best + 1e-9 for a in range(180))


def test_only_round_classes_come_apart_best_between_their_means():
    between = math.degrees(math.atan2(*(lda.MEANS[0] - lda.MEANS[1])[::-1])) % 180
    gaps = [abs(lda.best_angle(shape) - between) for shape in lda.SHAPES.values()]
    assert gaps[0] == pytest.approx(0, abs=1e-6)
    assert gaps[2] > gaps[1] > 10


FIGURES = [
    (logistic.figure, logistic.state, {"bias": -2.0, "weight": 0.5, "far": True}),
    (
        xor_product.space_figure,
        xor_product.space_state,
        {"bias": 0.0, "w1": 1, "w2": 0, "w3": 0.5},
    ),
    (
        xor_product.plane_figure,
        xor_product.plane_state,
        {"bias": 0.0, "w1": 1, "w2": 0, "w3": 0.5},
    ),
    (
        svm_margin.figure,
        svm_margin.state,
        {"data": "ring", "C": 1, "kernel": "rbf", "gamma": 1},
    ),
    (svr_tube.figure, svr_tube.state, {"epsilon": 0.1, "C": 1, "kernel": "rbf"}),
    (lda.figure, lda.state, {"shape": 0.75, "angle": 30}),
]


@pytest.mark.parametrize(("figure", "state", "values"), FIGURES)
def test_states_fit_the_figure_and_only_theme_colours(figure, state, values):
    drawn = figure()
    for path in evaluate(state, values, None):
        trace, _, attribute = path.partition("].")
        if trace.startswith("data["):
            assert attribute in drawn.data[int(trace[5:])]
    drawn.update_layout(template=None)
    hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
    assert hexes
    assert hexes <= set(DARK_TWIN)
