"""The linear models agree with scikit-learn, and refuse what they cannot fit."""

import numpy as np
import pytest
from sklearn import datasets, metrics, svm
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

from ldl_lib import linear_models as lm

CLOSE = {"rtol": 0, "atol": 1e-6}


@pytest.fixture(scope="module")
def cancer():
    X, y = datasets.load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return X[:200], y[:200]


def spots(seed=0, n=60):
    rng = np.random.default_rng(seed)
    # scikit-learn's machines keep kernels in single precision: eighths stay exact.
    X = np.round(8 * rng.normal(size=(n, 2))) / 8
    return X, np.where(X[:, 0] * X[:, 1] + 0.4 * rng.normal(size=n) > 0, 1, -1)


@pytest.mark.parametrize("penalty", [0.01, 1.0, 100.0])
def test_logistic_regression(cancer, penalty):
    X, y = cancer
    weights = lm.logistic_regression(X, y, penalty=penalty)
    twin = LogisticRegression(C=1 / penalty, tol=1e-12, solver="newton-cholesky")
    twin.fit(X, y)
    np.testing.assert_allclose(weights[1:], twin.coef_[0], **CLOSE)
    assert weights[0] == pytest.approx(twin.intercept_[0], abs=1e-6)
    probability = lm.LOGISTIC(weights[0] + X @ weights[1:])
    np.testing.assert_allclose(probability, twin.predict_proba(X)[:, 1], **CLOSE)


def test_logistic_regression_says_what_is_wrong():
    with pytest.raises(ValueError, match="0 or 1"):
        lm.logistic_regression([[0.0], [1.0]], [-1, 1])
    with pytest.raises(ValueError, match="separable"):
        lm.logistic_regression([[0.0], [1.0], [2.0]], [0, 0, 1], penalty=0, steps=5)


SETTINGS = [
    ("linear", {}, {}),
    ("poly", {"degree": 2}, {"degree": 2, "gamma": 1, "coef0": 1}),
    ("rbf", {"gamma": 0.5}, {"gamma": 0.5}),
    ("rbf", {"gamma": 5.0}, {"gamma": 5.0}),
]


@pytest.mark.parametrize("C", [0.1, 1.0, 20.0])
@pytest.mark.parametrize(("name", "ours", "theirs"), SETTINGS)
def test_support_vector_classifier(name, ours, theirs, C):
    X, y = spots()
    machine = lm.support_vector_classifier(
        X, y, C=C, kernel=lm.kernel(name, **ours), tolerance=1e-9
    )
    twin = svm.SVC(C=C, kernel=name, tol=1e-9, **theirs).fit(X, y)
    alphas = np.zeros(len(X))
    alphas[twin.support_] = twin.dual_coef_[0]
    K = machine.kernel(X, X)
    dual = np.abs(alphas).sum() - 0.5 * alphas @ K @ alphas
    slack = np.maximum(0, 1 - y * machine.score(X))
    primal = 0.5 / machine.margin**2 + C * slack.sum()
    assert machine.objective == pytest.approx(dual, abs=1e-4)
    assert machine.objective == pytest.approx(primal, abs=1e-4)
    assert machine.margin == pytest.approx(1 / np.sqrt(alphas @ K @ alphas), abs=1e-6)
    assert machine.coefficients.sum() == pytest.approx(0, abs=1e-9)
    grid = np.random.default_rng(1).normal(size=(50, 2))
    expected = twin.decision_function(grid)
    # The radial kernel is never exact in single precision, and C multiplies the error.
    atol = 1e-6 * (max(1, C) if name == "rbf" else 1)
    np.testing.assert_allclose(machine.score(grid), expected, rtol=0, atol=atol)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("C", [0.3, 10.0])
def test_support_vector_regression(epsilon, C):
    rng = np.random.default_rng(3)
    x = rng.uniform(-3, 3, (40, 1))
    y = np.sin(x[:, 0]) + 0.2 * rng.normal(size=40)
    machine = lm.support_vector_regression(
        x, y, C=C, epsilon=epsilon, kernel=lm.kernel("rbf"), tolerance=1e-9
    )
    twin = svm.SVR(C=C, epsilon=epsilon, kernel="rbf", gamma=1, tol=1e-9).fit(x, y)
    grid = np.linspace(-3, 3, 41)[:, None]
    expected = twin.predict(grid)
    atol = 1e-6 * max(1, C)  # single precision, as above
    np.testing.assert_allclose(machine.score(grid), expected, rtol=0, atol=atol)
    off = np.maximum(0, np.abs(y - machine.score(x)) - epsilon)
    primal = 0.5 / machine.margin**2 + C * off.sum()
    assert machine.objective == pytest.approx(primal, abs=1e-4)


def test_machines_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"-1 and \+1"):
        lm.support_vector_classifier([[0.0], [1.0]], [0, 1], kernel=lm.kernel("linear"))
    with pytest.raises(ValueError, match="no kernel"):
        lm.kernel("sine")


def test_linear_discriminants():
    X, y = datasets.load_iris(return_X_y=True)
    found = lm.linear_discriminants(X[:130], y[:130])
    twin = LinearDiscriminantAnalysis(solver="lsqr").fit(X[:130], y[:130])
    np.testing.assert_allclose(found.probability(X), twin.predict_proba(X), **CLOSE)
    np.testing.assert_allclose(found.means, twin.means_, **CLOSE)
    np.testing.assert_allclose(found.shares, twin.priors_, **CLOSE)
    W, b = found.weights
    np.testing.assert_allclose(W, twin.coef_, **CLOSE)
    np.testing.assert_allclose(b, twin.intercept_, **CLOSE)


@pytest.mark.parametrize("ties", [False, True])
def test_threshold_counts(ties):
    rng = np.random.default_rng(5)
    y = rng.integers(0, 2, 80)
    scores = y + rng.normal(size=80)
    scores = scores.round(0) if ties else scores
    counts = lm.threshold_counts(scores, y)
    x, tpr, thresholds = metrics.roc_curve(y, scores, drop_intermediate=False)
    np.testing.assert_allclose(counts.false_alarms, x, **CLOSE)
    np.testing.assert_allclose(counts.recall, tpr, **CLOSE)
    np.testing.assert_array_equal(counts.thresholds, thresholds)
    assert counts.area == pytest.approx(metrics.roc_auc_score(y, scores))
    precision, recall, _ = metrics.precision_recall_curve(y, scores)
    np.testing.assert_allclose(counts.precision[::-1], np.r_[precision], **CLOSE)
    np.testing.assert_allclose(counts.recall[::-1], recall, **CLOSE)


def test_counts_need_both_classes():
    with pytest.raises(ValueError, match="both"):
        lm.threshold_counts([0.1, 0.2], [1, 1])
