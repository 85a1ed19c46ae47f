"""E6.3, E6.5: penalties and the parts of an error, against scikit-learn."""

import itertools

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from ldl_lib.figures.regression import bias_variance, contours, penalised_fit
from ldl_lib.figures.regression._shared import truth
from ldl_lib.figures.regression.fits import Polynomial

GRID = np.linspace(-1, 1, 21)


@pytest.fixture(scope="module")
def model():
    return Polynomial(*penalised_fit.examples(30, 0.4), degree=12)


def sklearn_fit(estimator, x, y, degree):
    polynomial = PolynomialFeatures(degree, include_bias=False)
    return make_pipeline(polynomial, StandardScaler(), estimator).fit(x[:, None], y)


@pytest.mark.parametrize("strength", [1e-4, 0.01, 0.3])
def test_l2_is_scikit_learn_s_ridge(model, strength):
    x, y = penalised_fit.examples(30, 0.4)
    twin = sklearn_fit(Ridge(alpha=strength * len(x)), x, y, 12)
    expected = twin.predict(GRID[:, None])
    assert np.allclose(model.predict(GRID, model.ridge(strength)), expected, atol=1e-6)


@pytest.mark.parametrize("strength", [0.001, 0.03, 0.3])
def test_l1_is_scikit_learn_s_lasso(model, strength):
    x, y = penalised_fit.examples(30, 0.4)
    twin = sklearn_fit(Lasso(strength, max_iter=1_000_000, tol=1e-8), x, y, 12)
    weights = model.lasso([strength])[:, 0]
    assert np.allclose(weights, twin[-1].coef_, atol=1e-3)
    assert np.array_equal(weights == 0, twin[-1].coef_ == 0)
    inside = np.abs(GRID) <= 0.9
    expected = twin.predict(GRID[inside, None])
    assert np.allclose(model.predict(GRID[inside], weights), expected, atol=1e-3)


@pytest.mark.parametrize("steps", [1, 7, 300])
def test_early_stopping_takes_the_steps_of_gradient_descent(model, steps):
    X, y = model.features, penalised_fit.examples(30, 0.4)[1]
    rate = 1 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    weights = np.zeros(12)
    for _ in range(steps):
        weights -= rate * X.T @ (X @ weights + y.mean() - y) / len(X)
    assert np.allclose(model.descend(steps), weights, atol=1e-9)


@pytest.mark.parametrize("remedy", penalised_fit.REMEDIES.values())
def test_a_remedy_costs_training_error_and_saves_fresh_error(remedy):
    found = penalised_fit.path(remedy, 15, 0.4)
    assert np.all(np.diff(found.seen) >= -1e-6)
    best = int(found.fresh.argmin())
    assert best > 0
    assert found.fresh[best] < found.fresh[0] / 100
    more = penalised_fit.path(remedy, 120, 0.4)
    assert more.fresh.argmin() <= best
    assert (found.weights[-1] == 0).any() == (remedy == "L1")


def best_strength(remedy, size, noise, seed):
    """Return the setting from 1 to 12 with the lowest error on fresh examples."""
    fit = Polynomial(*penalised_fit.examples(size, noise, seed), penalised_fit.DEGREE)
    x, y = penalised_fit.examples(penalised_fit.FRESH, noise, seed=5)
    settings = range(1, penalised_fit.STRENGTHS)
    if remedy == "L2":
        weights = [fit.ridge(penalised_fit.penalty(s)) for s in settings]
    else:
        weights = [fit.descend(penalised_fit.steps(s)) for s in settings]
    misses = ((fit.predict(x, np.array(weights).T) - y[:, None]) ** 2).mean(axis=0)
    return settings[misses.argmin()]


@pytest.mark.parametrize("remedy", ["L2", "stop"])
def test_on_average_noise_asks_for_more_and_data_for_less(remedy):
    mean = np.array(
        [
            [
                np.mean([best_strength(remedy, n, s, seed) for seed in range(20)])
                for s in penalised_fit.NOISES
            ]
            for n in penalised_fit.SIZES
        ]
    )
    assert np.all(np.diff(mean, axis=1) > 1)
    assert np.all(np.diff(mean, axis=0) < -0.3)


@pytest.mark.parametrize("remedy", penalised_fit.REMEDIES.values())
def test_the_figure_s_examples_follow_the_rule(remedy):
    best = np.array(
        [
            [penalised_fit.path(remedy, n, s).fresh.argmin() for s in (0.1, 0.4)]
            for n in penalised_fit.SIZES
        ]
    )
    assert np.all(np.diff(best, axis=1) >= 1)
    assert np.all(np.diff(best, axis=0) <= -1)
    assert best.min() > 0
    assert best.max() < penalised_fit.STRENGTHS - 1


def test_both_errors_are_drawn_where_they_belong():
    strength, noise = 9, 0.4
    state = penalised_fit.state("L2", strength, 30, noise)
    x, y = penalised_fit.examples(30, noise)
    alpha = penalised_fit.penalty(strength) * len(x)
    twin = sklearn_fit(Ridge(alpha=alpha), x, y, penalised_fit.DEGREE)
    assert np.allclose(state["data[1].x"], x)
    assert np.allclose(state["data[2].y"], twin.predict(penalised_fit.CURVE[:, None]))
    others = penalised_fit.examples(penalised_fit.FRESH, noise, seed=5)
    for trace, (at, aim) in {3: (x, y), 4: others}.items():
        error = np.mean((twin.predict(at[:, None]) - aim) ** 2)
        assert state[f"data[{trace}].y"][strength] == pytest.approx(error)
        assert state["data[6].y"][trace - 3] == pytest.approx(error)


def test_words_of_a_fit_name_setting_and_best():
    words = penalised_fit.words("stop", 12, 15, 0.4)
    assert "after 3 steps" in words
    best = int(penalised_fit.path("L2", 30, 0.1).fresh.argmin())
    assert "No other strength" in penalised_fit.words("L2", best, 30, 0.1)
    assert f"strength {best}," in penalised_fit.words("L2", 0, 30, 0.1)
    zeros = (penalised_fit.path("L1", 30, 0.4).weights[10] == 0).sum()
    assert f"{zeros} of 12 exactly 0" in penalised_fit.words("L1", 10, 30, 0.4)


def two_inputs(correlation, n=8):
    """Return standardised inputs whose mean products are exactly the Hessian."""
    basis = np.linalg.qr(np.random.default_rng(0).normal(size=(n, 3)))[0]
    basis = np.linalg.qr(np.c_[np.ones(n), basis])[0][:, 1:3] * np.sqrt(n)
    return basis @ np.linalg.cholesky(contours.hessian(correlation)).T


@pytest.mark.parametrize("correlation", contours.CORRELATIONS)
@pytest.mark.parametrize("strength", [0.1, 0.5, 1.3, 2])
def test_two_weights_are_scikit_learn_s(correlation, strength):
    X = two_inputs(correlation)
    y = X @ contours.BEST
    lasso = Lasso(strength, fit_intercept=False, tol=1e-12, max_iter=100_000)
    found = contours.solve("L1", strength, correlation)
    assert np.allclose(found, lasso.fit(X, y).coef_, atol=1e-6)
    ridge = Ridge(strength * len(X), fit_intercept=False)
    found = contours.solve("L2", strength, correlation)
    assert np.allclose(found, ridge.fit(X, y).coef_, atol=1e-9)


def test_outlines_touch_at_the_solution():
    state = contours.state("L1", 0.4, 0.6)
    solution = np.r_[state["data[5].x"], state["data[5].y"]]
    heights = contours.loss(state["data[2].x"], state["data[2].y"], 0.6)
    assert np.allclose(heights, contours.loss(*solution, 0.6))
    sizes = np.abs(state["data[1].x"]) + np.abs(state["data[1].y"])
    assert np.allclose(sizes, np.abs(solution).sum())


def test_only_l1_gives_zeros():
    for correlation in contours.CORRELATIONS:
        assert contours.first_zero("L2", correlation) is None
        assert np.all(contours.solve("L2", 2, correlation) != 0)
        start = contours.first_zero("L1", correlation)
        assert np.all(contours.solve("L1", start - 1e-6, correlation) != 0)
        assert contours.solve("L1", start + 1e-6, correlation)[1] == 0
    # With correlated inputs L2 may carry a weight through 0, but never keeps it there.
    before, after = (contours.solve("L2", s, -0.6)[1] for s in (1.0, 1.1))
    assert before > 0 > after
    assert "from λ = 0.6 on" in contours.words("L1", 0.2, 0)
    assert "from λ = 0.24 on" in contours.words("L1", 0.2, -0.6)
    assert "w₂ is exactly 0" in contours.words("L1", 0.8, 0)
    assert "both weights are left" in contours.words("L2", 0.8, 0)


@pytest.mark.parametrize("setting", [(1, 10, 0), (5, 20, 0.001), (9, 10, 0.1)])
def test_the_smoother_is_scikit_learn_s_ridge(setting):
    degree, size, strength = setting
    x = np.linspace(-1, 1, size)
    y = truth(x) + np.random.default_rng(1).normal(size=size)
    twin = sklearn_fit(Ridge(strength * size), x, y, degree)
    expected = twin.predict(bias_variance.CURVE[:, None])
    found = bias_variance.smoother(degree, size, strength) @ y
    assert np.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("setting", [(1, 10, 0.4, 0), (5, 20, 0.4, 0.1)])
def test_the_parts_are_those_of_a_simulation(setting):
    degree, size, noise, strength = setting
    rng = np.random.default_rng(2)
    x, curve = np.linspace(-1, 1, size), truth(bias_variance.CURVE)
    targets = truth(x) + noise * rng.normal(size=(20_000, size))
    fits = targets @ bias_variance.smoother(degree, size, strength).T
    found = bias_variance.parts(*setting)
    assert ((fits.mean(0) - curve) ** 2).mean() == pytest.approx(found.bias, rel=0.02)
    assert fits.var(axis=0).mean() == pytest.approx(found.variance, rel=0.02)
    fresh = curve + noise * rng.normal(size=fits.shape)
    assert ((fits - fresh) ** 2).mean() == pytest.approx(found.error, rel=0.01)


def test_the_parts_are_drawn_where_they_belong():
    state = bias_variance.state(3, 50, 0.4, 0.1)
    found = bias_variance.parts(3, 50, 0.4, 0.1)
    here = list(bias_variance.MEASURED).index(50)
    assert state["data[4].y"][here] == pytest.approx(found.bias)
    assert state["data[5].y"][here] == pytest.approx(found.variance)
    assert state["data[6].y"][0] == pytest.approx(0.16)
    assert state["data[7].y"] == pytest.approx([found.bias, found.variance])


def test_only_the_variance_falls_with_data():
    for degree, strength in itertools.product((1, 3, 9), (0, 0.1)):
        few, many = (bias_variance.parts(degree, n, 0.4, strength) for n in (20, 200))
        assert many.variance < few.variance / 5
        assert many.bias > 0.7 * few.bias
        assert many.noise == few.noise
    assert "largest part is the bias" in bias_variance.words(1, 200, 0.1, 0)
    assert "largest part is the noise" in bias_variance.words(5, 200, 0.4, 0)
