"""Thresholds and imbalance agree with scikit-learn and with counting."""

import re

import numpy as np
import pytest
from sklearn import datasets, linear_model, metrics

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.linear import imbalance, threshold
from ldl_lib.figures.theme import DARK_TWIN

BOTH = "smoothness and texture"


def test_scores_are_those_of_a_model_that_never_saw_them():
    data = datasets.load_breast_cancer()
    columns = [list(data.feature_names).index(f"mean {n}") for n in BOTH.split(" and ")]
    X, y = data.data[:, columns], 1 - data.target
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:285], order[285:]
    X = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    twin = linear_model.LogisticRegression(tol=1e-12, solver="newton-cholesky")
    expected = twin.fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    scores, targets = threshold.held_out(BOTH)
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    np.testing.assert_array_equal(targets, y[test])


@pytest.mark.parametrize("inputs", threshold.INPUTS)
@pytest.mark.parametrize("limit", [0.1, 0.34, 0.5, 0.9])
def test_counts_and_ratios(inputs, limit):
    scores, y = threshold.held_out(inputs)
    called = (scores >= limit).astype(int)
    found = threshold.counts(inputs, limit)
    (tn, fp), (fn, tp) = metrics.confusion_matrix(y, called)
    assert found == (tp, fn, fp, tn)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, called))
    assert found.recall == pytest.approx(metrics.recall_score(y, called))
    assert found.f1 == pytest.approx(metrics.f1_score(y, called))
    if called.any():
        assert found.precision == pytest.approx(metrics.precision_score(y, called))


def test_the_best_threshold_is_not_a_half():
    best, at = threshold.best_f1(BOTH)
    assert at != 0.5
    assert best > threshold.counts(BOTH, 0.5).f1
    assert f"{best:.3f}" in threshold.words(BOTH, 0.5)


def test_nothing_called_positive_has_no_precision():
    state = threshold.state("smoothness", 1.0)
    assert len(state["data[6].x"]) == 0
    assert "no precision" in threshold.words("smoothness", 1.0)
    paths = frozenset(
        evaluate(threshold.state, {"inputs": BOTH, "threshold": 0.5}, None)
    )
    evaluate(threshold.state, {"inputs": "smoothness", "threshold": 1.0}, paths)


def test_points_lie_on_the_curves():
    state = threshold.state(BOTH, 0.5)
    roc = np.column_stack([state["data[3].x"], state["data[3].y"]])
    here = [state["data[4].x"][0], state["data[4].y"][0]]
    assert np.abs(roc - here).sum(axis=1).min() < 2e-3
    shares = state["data[0].y"], state["data[1].y"]
    assert np.sum(shares[0]) == pytest.approx(1)
    assert np.sum(shares[1]) == pytest.approx(-1)


@pytest.mark.parametrize("share", imbalance.SHARES.values())
def test_rates_and_precision_by_counting(share):
    rng = np.random.default_rng(0)
    negatives, positives = rng.normal(size=(2, 400_000))
    recall, false_alarms = imbalance.rates(1.0)
    assert recall == pytest.approx(np.mean(positives + 2 >= 1), abs=0.003)
    assert false_alarms == pytest.approx(np.mean(negatives >= 1), abs=0.003)
    counted = imbalance.numbers(share, 1.0)
    assert sum(counted.values()) == imbalance.PEOPLE
    right = counted["hits"] / (counted["hits"] + counted["alarms"])
    assert right == pytest.approx(
        imbalance.precision(share, recall, false_alarms), abs=0.01
    )


def test_area_is_that_of_the_drawn_curve():
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 50_000)
    scores = rng.normal(size=100_000) + imbalance.SEPARATION * y
    assert imbalance.area() == pytest.approx(
        metrics.roc_auc_score(y, scores), abs=0.003
    )


def test_only_the_precision_curve_notices_rare_positives():
    common, rare = (imbalance.state(share, 1.0) for share in (0.5, 0.01))
    for path in ("data[1].x", "data[1].y"):
        assert common[path] == rare[path]
    assert rare["data[3].y"][0] < 0.1 < 0.8 < common["data[3].y"][0]
    assert "does not beat" in imbalance.words(0.01, 1.0)
    assert "does not" not in imbalance.words(0.5, 1.0)
    drawn = imbalance.figure()
    assert "data[0].x" not in common  # the ROC curve itself never changes
    assert len(drawn.data[0].x) == len(imbalance.CURVE)


@pytest.mark.parametrize("module", [threshold, imbalance])
def test_only_theme_colours(module):
    drawn = module.figure().update_layout(template=None)
    hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
    assert hexes
    assert hexes <= set(DARK_TWIN)


def test_accuracies_that_read_alike_are_called_alike():
    assert "99 % is no better than that of" in imbalance.words(0.01, 5).replace(
        "\u00a0", " "
    )
    assert "beats" in imbalance.words(0.5, 1)
    assert "does not beat" in imbalance.words(0.001, 1)
    assert "of 1 alarm:" in imbalance.state(0.01, 5)["layout.annotations[0].text"]
