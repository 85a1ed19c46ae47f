"""E5.9 agrees with scikit-learn's splitters, classifiers and scores."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import (
    KFold,
    PredefinedSplit,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import NearestCentroid

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import folds

DEFAULTS = {"step": 2, "k": 5, "order": "shuffled", "seed": 1}


@pytest.mark.parametrize("k", range(2, 11))
def test_listed_folds_are_those_of_kfold(k):
    y = np.zeros(47, int)
    expected = np.empty(47)
    for number, (_, held_out) in enumerate(KFold(k).split(y)):
        expected[held_out] = number
    np.testing.assert_array_equal(folds.fold_numbers(y, k, "as listed", 1), expected)


@pytest.mark.parametrize("order", folds.ORDERS)
@pytest.mark.parametrize("k", [2, 4, 7, 10])
def test_fold_sizes_are_those_of_kfold(k, order):
    y = folds.flowers()[1]
    sizes = np.bincount(folds.fold_numbers(y, k, order, 3), minlength=k)
    expected = [len(held_out) for _, held_out in KFold(k).split(y)]
    assert sorted(sizes) == sorted(expected)


@pytest.mark.parametrize("k", [2, 3, 7, 10])
def test_stratified_folds_share_out_classes_like_scikit_learn(k):
    y = np.repeat([0, 1, 2], [70, 11, 40])
    numbers = folds.fold_numbers(y, k, "stratified", 2)
    ours = np.array([np.bincount(y[numbers == each], minlength=3) for each in range(k)])
    splits = StratifiedKFold(k, shuffle=True, random_state=0).split(y, y)
    theirs = np.array([np.bincount(y[held_out], minlength=3) for _, held_out in splits])
    np.testing.assert_array_equal(np.sort(ours, axis=0), np.sort(theirs, axis=0))


def test_shuffling_depends_on_the_seed_and_listing_does_not():
    y = folds.flowers()[1]
    for order, same in (
        ("as listed", True),
        ("shuffled", False),
        ("stratified", False),
    ):
        first, second = (folds.fold_numbers(y, 5, order, seed) for seed in (1, 2))
        again = folds.fold_numbers(y, 5, order, 1)
        assert np.array_equal(first, second) == same
        np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("order", folds.ORDERS)
@pytest.mark.parametrize("k", [2, 3, 5, 10])
def test_scores_are_those_of_scikit_learn(k, order):
    X, y = folds.flowers()
    numbers = folds.fold_numbers(y, k, order, 4)
    expected = cross_val_score(NearestCentroid(), X, y, cv=PredefinedSplit(numbers))
    assert folds.cross_validate(k, order, 4).scores == pytest.approx(tuple(expected))


def test_state_shows_what_has_been_held_out_so_far():
    result = folds.cross_validate(5, "shuffled", 1)
    for step, done in ((0, 0), (2, 2), (5, 5), (9, 5)):
        state = folds.state(step, 5, "shuffled", 1)
        wrong = state["data[1].x"]
        expected = np.flatnonzero(~result.right & (result.folds < done))
        np.testing.assert_array_equal(wrong, expected)
        np.testing.assert_array_equal(state["data[1].y"], result.folds[wrong] + 1)
        assert list(state["data[2].x"]) == list(result.scores[:done])
        assert state["data[3].text"] == [
            f"{score:.0%}" for score in result.scores[:done]
        ]


def test_words_say_why_folds_of_the_sorted_list_are_worthless():
    listed = DEFAULTS | {"order": "as listed", "k": 3}
    assert folds.words(**listed | {"step": 0}).startswith(
        "Each of 3 folds holds out 50"
    )
    first = folds.words(**listed | {"step": 1})
    assert "0 of 50 right, learnt from the other 100" in first
    assert "no setosa" in first
    end = folds.words(**listed | {"step": 3})
    assert "Mean of 3 folds: 0.0% right" in end
    assert "In 3 of them a species was missing" in end
    mixed = folds.words(**DEFAULTS | {"step": 10})
    scores = folds.cross_validate(5, "shuffled", 1).scores
    deviation = 100 * np.std(scores, ddof=1)
    assert f"{np.mean(scores):.1%} right" in mixed
    assert f"deviation {deviation:.1f} points" in mixed
    assert "missing" not in mixed


@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")
def test_settings_are_nearest_mean_classifiers_on_sixteen_pixels():
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(9)
    order = rng.permutation(len(y))
    learnt, asked = order[: folds.TRAINING_IMAGES], order[folds.TRAINING_IMAGES :]
    right = folds._right_answers()
    for setting in range(3):
        pixels = rng.choice(64, folds.PIXELS, replace=False)
        model = NearestCentroid().fit(X[np.ix_(learnt, pixels)], y[learnt])
        expected = model.predict(X[np.ix_(asked, pixels)]) == y[asked]
        np.testing.assert_array_equal(right[setting], expected)


def test_test_set_flatters_its_winner_more_the_more_compete_and_the_smaller_it_is():
    gaps = np.array(
        [
            np.subtract(folds.promise(size).on_test, folds.promise(size).on_fresh)
            for size in folds.TEST_SIZES
        ]
    )
    assert np.abs(gaps[:, 0]).max() < 0.02  # nothing chosen: honest on average
    assert (gaps[:, -1] > gaps[:, 0] + 0.005).all()
    assert (np.diff(gaps[:, -1]) < 0).all()
    assert (np.diff(gaps[0]) > -0.005).all()


def test_words_of_the_leak_answer_its_question():
    for size in folds.TEST_SIZES:
        promised = folds.promise(size)
        gap = 100 * (promised.on_test[-1] - promised.on_fresh[-1])
        assert (gap < 1) == (size == 400)
        said = folds.leak_words(size, 100)
        points = float(re.search(r"([\d.]+) points too good", said)[1])
        assert points == pytest.approx(gap, abs=0.05)
        state = folds.leak_state(size, 100)
        assert f"{points} points" in state["layout.annotations[0].text"]
        low, high = state["data[2].y"]
        assert 100 * (high - low) == pytest.approx(gap)
    assert "honest" in folds.leak_words(100, 1)


def test_all_curves_stay_in_the_frame():
    low, high = folds.leak_figure().layout.yaxis.range
    for size in folds.TEST_SIZES:
        for curve in folds.promise(size)[:2]:
            assert low < min(curve) <= max(curve) < high


def test_every_state_has_the_same_paths_and_figures_only_theme_colours():
    paths = frozenset(evaluate(folds.state, DEFAULTS, None))
    for step in (0, 1, 3, 10):
        for order in folds.ORDERS:
            values = {"step": step, "k": 3, "order": order, "seed": 1}
            evaluate(folds.state, values, paths)
    paths = frozenset(evaluate(folds.leak_state, {"size": 25, "tried": 1}, None))
    evaluate(folds.leak_state, {"size": 400, "tried": 100}, paths)
    for drawn in (folds.figure(), folds.leak_figure()):
        drawn.update_layout(template=None)
        hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
        assert hexes
        assert hexes <= set(DARK_TWIN)
