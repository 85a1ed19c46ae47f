"""Appendix A's lab: its models against scikit-learn, its numbers and sentences."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets, discriminant_analysis, linear_model, metrics, svm

from ldl_lib import results

ROOT = Path(__file__).parents[2]
LAB = ROOT / "notebooks/a_linear_models/lab_linear_models_numpy.ipynb"
STORED = results.load("a_linear_models_numpy", ROOT / "results")
CLOSE = {"rtol": 0, "atol": 1e-6}


def definitions():
    """Run the cells of parameters and models, and the one that splits."""
    space = {"np": np}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"model", "parameters"}:
            exec(source, space)
        elif source.startswith("def split"):
            exec(source.partition("\n\n\nfor part")[0], space)
    return space


SPACE = definitions()


def sample(seed, examples=60):
    """Draw inputs in eighths: exact in the single precision of scikit-learn's SVMs."""
    rng = np.random.default_rng(seed)
    X = np.round(8 * rng.normal(size=(examples, 3))) / 8
    y = (X @ [1.0, -0.5, 0.2] + rng.normal(size=examples) > 0).astype(int)
    return X, y


def test_stored_results_have_the_lab_s_parameters():
    for name, value in STORED.parameters.items():
        assert SPACE[name] == value, name
    assert len(STORED.metrics["error_logistic"]) == len(SPACE["seeds"]) == 5


@pytest.mark.parametrize("seed", [1, 2])
def test_the_parts_share_no_example_and_training_alone_sets_the_scale(seed):
    X, y = np.random.default_rng(0).normal(3, 2, size=(80, 2)), np.arange(80)
    parts = SPACE["split"](X, y, seed)
    assert [len(part[1]) for part in parts] == [40, 20, 20]
    assert sorted(np.concatenate([part[1] for part in parts])) == list(range(80))
    (train, rows), (_, _), (test, test_rows) = parts
    np.testing.assert_allclose(train.mean(axis=0), 0, atol=1e-12)
    expected = (X[test_rows] - X[rows].mean(axis=0)) / X[rows].std(axis=0)
    np.testing.assert_allclose(test, expected)


def test_least_squares_and_where_descent_leads():
    X, y = datasets.load_diabetes(return_X_y=True)
    X = X / X.std(axis=0)
    twin = linear_model.LinearRegression().fit(X, y)
    w = SPACE["least_squares"](X, y)
    np.testing.assert_allclose(w, np.append(twin.intercept_, twin.coef_), **CLOSE)
    easy = X[:, :3]
    best, reached = SPACE["least_squares"](easy, y), SPACE["descend"](easy, y)
    np.testing.assert_allclose(reached, best, **CLOSE)
    predicted = SPACE["with_one"](X) @ w
    expected = metrics.r2_score(y, predicted)
    assert SPACE["r_squared"](y, predicted) == pytest.approx(expected)


@pytest.mark.parametrize("penalty", [0.1, 10.0])
def test_logistic_regression(penalty):
    X, y = sample(0)
    twin = linear_model.LogisticRegression(
        C=1 / penalty, tol=1e-12, solver="newton-cholesky"
    ).fit(X, y)
    w = SPACE["logistic_regression"](X, y, penalty)
    np.testing.assert_allclose(w, np.append(twin.intercept_, twin.coef_), **CLOSE)


@pytest.mark.parametrize("C", [0.1, 1.0, 5.0])
def test_machine(C):
    X, y = sample(1)
    signs = np.where(y == 1, 1.0, -1.0)
    part, bias = SPACE["support_vector_machine"](X, signs, C, SPACE["linear"])
    twin = svm.SVC(C=C, kernel="linear", tol=1e-10).fit(X, signs)
    np.testing.assert_allclose(part @ X, twin.coef_[0], **CLOSE)
    assert bias == pytest.approx(twin.intercept_[0], abs=1e-6)
    slack = np.maximum(0, 1 - signs * (X @ (part @ X) + bias)).sum()
    squared = (part @ X) @ (part @ X)
    dual = np.abs(part).sum() - squared / 2
    assert squared / 2 + C * slack == pytest.approx(dual, abs=1e-5)


def test_tube():
    X, y = sample(2)
    targets = np.round(8 * (X @ [1.0, 2.0, -1.0] + y)) / 8
    part, bias = SPACE["support_vector_regression"](
        X, targets, 1.0, 0.25, SPACE["linear"]
    )
    twin = svm.SVR(C=1.0, epsilon=0.25, kernel="linear", tol=1e-10).fit(X, targets)
    np.testing.assert_allclose(X @ (part @ X) + bias, twin.predict(X), **CLOSE)


def test_discriminants():
    X, y = datasets.load_iris(return_X_y=True)
    twin = discriminant_analysis.LinearDiscriminantAnalysis(solver="lsqr").fit(X, y)
    W, b = SPACE["discriminants"](X, y)
    np.testing.assert_allclose(W, twin.coef_, **CLOSE)
    probability = SPACE["softmax"](X @ W.T + b)
    np.testing.assert_allclose(probability, twin.predict_proba(X), **CLOSE)


@pytest.mark.parametrize("digits", [1, 12])
def test_roc(digits):
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 70)
    scores = (y + rng.normal(size=70)).round(digits)
    x, recall, _ = metrics.roc_curve(y, scores, drop_intermediate=False)
    ours = SPACE["roc"](scores, y)
    np.testing.assert_allclose(ours[:2], [x, recall], **CLOSE)
    expected = metrics.roc_auc_score(y, scores)
    assert SPACE["area"](*ours[:2]) == pytest.approx(expected)


def test_the_sentences_about_the_results_hold():
    found = {name: np.array(values) for name, values in STORED.metrics.items()}
    models = ("logistic", "machine", "discriminants")
    errors = [found[f"error_{name}"] for name in models]
    assert max(e.min() for e in errors) < min(e.max() for e in errors)  # ranges overlap
    assert max(e.max() for e in errors) < found["error_naive"].min() / 3
    assert (found["r2_mean"] <= 0).all()
    for name in ("least_squares", "descent", "tube"):
        assert 0.3 < found[f"r2_{name}"].mean() < 0.5
    assert np.ptp(found["r2_least_squares"]) > 0.2  # a wide spread


def test_models_compared_on_the_same_split_are_as_the_page_says():
    errors = {
        name: np.array(STORED.metrics[f"error_{name}"])
        for name in ("logistic", "machine", "discriminants")
    }
    gaps = errors["discriminants"] - errors["machine"]
    assert (gaps > 0).all()
    assert round(142 * gaps.min()) == 2
    other = np.sign(np.round(errors["logistic"] - errors["machine"], 9))
    assert sorted(other) == [-1, 0, 0, 0, 1]
