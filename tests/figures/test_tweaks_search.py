"""E5.8: the stored surface is what training gives, and searches do as they say."""

import re

import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator
from sklearn.neural_network import MLPClassifier

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import search

DEFAULTS = {
    "step": 4,
    "method": "grid",
    "optimizer": "SGD",
    "seed": 1,
    "show": False,
}


def place(log_rate: float, log_hidden: float) -> tuple[int, int]:
    """Index of a measured pair."""
    return (
        int(np.argmin(np.abs(search.LOG_HIDDEN - log_hidden))),
        int(np.argmin(np.abs(search.LOG_RATES - log_rate))),
    )


@pytest.mark.parametrize(
    ("optimizer", "log_rate", "log_hidden"),
    [("SGD", -1, 5), ("SGD", -2, 7), ("Adam", -3, 5), ("Adam", -2, 6)],
)
def test_stored_errors_are_measured_again(optimizer, log_rate, log_hidden):
    again = search.measure(optimizer, [log_rate], [log_hidden])
    assert again.shape == (1, 1, search.SEEDS)
    # Other processors round differently: some images may change sides.
    stored = search.surface(optimizer)[place(log_rate, log_hidden)]
    assert again.mean() == pytest.approx(stored, abs=0.01)


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize(
    ("optimizer", "log_rate", "log_hidden"), [("SGD", -2 / 3, 7), ("Adam", -7 / 3, 6)]
)
def test_scikit_learn_trains_to_about_the_same_error(optimizer, log_rate, log_hidden):
    X, y = search._digits()
    errors = []
    for seed in range(search.SEEDS):
        model = MLPClassifier(
            (2**log_hidden,),
            solver=optimizer.lower(),
            learning_rate_init=10**log_rate,
            momentum=0,
            alpha=0,
            batch_size=32,
            max_iter=search.EPOCHS,
            random_state=seed,
        ).fit(X[: search.TRAINING], y[: search.TRAINING])
        errors.append(1 - model.score(X[search.TRAINING :], y[search.TRAINING :]))
    stored = search.surface(optimizer)[place(log_rate, log_hidden)]
    assert np.mean(errors) == pytest.approx(stored, abs=0.02)


@pytest.mark.parametrize("optimizer", search.OPTIMIZERS)
def test_stored_surface_is_complete(optimizer):
    errors = search.surface(optimizer)
    assert errors.shape == (len(search.LOG_HIDDEN), len(search.LOG_RATES))
    assert errors.min() > search.LOWEST
    assert errors.max() < search.HIGHEST
    assert (errors[:, -1] > 0.85).all()  # a rate of 10 ruins every network


@pytest.mark.parametrize("optimizer", search.OPTIMIZERS)
def test_interpolation_is_that_of_scipy(optimizer):
    axes = (search.LOG_HIDDEN, search.LOG_RATES)
    theirs = RegularGridInterpolator(axes, search.surface(optimizer))
    rng = np.random.default_rng(1)
    low, high = [axis[0] for axis in axes], [axis[-1] for axis in axes]
    places = [low, high, *rng.uniform(low, high, size=(50, 2))]
    for y, x in places:
        expected = float(theirs([(y, x)])[0])
        assert search.error_at(optimizer, x, y) == pytest.approx(expected)


def test_methods_try_as_many_values_as_they_say():
    for seed in range(1, 7):
        assert search.distinct(search.trials("grid", "SGD", seed)) == (4, 4)
        assert search.distinct(search.trials("random", "SGD", seed))[0] == 16
        rates, _ = search.distinct(search.trials("hybrid", "SGD", seed))
        assert 8 < rates <= 10
    for method in search.METHODS:
        assert len(search.trials(method, "Adam", 3)) == search.TRIALS


@pytest.mark.parametrize("seed", range(1, 7))
def test_hybrid_looks_around_the_best_of_its_first_round(seed):
    found = search.trials("hybrid", "Adam", seed)
    first, second = found[:8], found[8:]
    assert not any(trial.near for trial in first)
    assert all(trial.near for trial in second)
    best = min(first, key=lambda trial: trial.error)
    reach = search.NEAR * np.ptp(search.LOG_RATES)
    for trial in second:
        assert abs(trial.log_rate - best.log_rate) <= reach + 1e-9
        assert search.LOG_RATES[0] <= trial.log_rate <= search.LOG_RATES[-1]
        assert search.LOG_HIDDEN[0] <= trial.log_hidden <= search.LOG_HIDDEN[-1]
    assert len({(trial.log_rate, trial.log_hidden) for trial in second}) == 8


def test_trials_have_whole_numbers_of_units_and_the_error_there():
    for trial in search.trials("random", "SGD", 2):
        assert 2**trial.log_hidden == pytest.approx(round(2**trial.log_hidden))
        error = search.error_at("SGD", trial.log_rate, trial.log_hidden)
        assert trial.error == error


@pytest.mark.parametrize("method", search.METHODS)
@pytest.mark.parametrize("step", [0, 1, 9, 16])
def test_state_shows_the_trials_so_far_and_the_best(method, step):
    values = DEFAULTS | {"method": method, "step": step, "show": True}
    state = search.state(**values)
    found = search.trials(method, "SGD", 1)[:step]
    errors = [trial.error for trial in found]
    assert list(state["data[5].y"]) == errors
    assert list(state["data[6].y"]) == [min(errors[: n + 1]) for n in range(step)]
    np.testing.assert_allclose(10 ** state["data[1].marker.color"], errors)
    squares = [symbol == "square" for symbol in state["data[1].marker.symbol"]]
    assert squares == [trial.near for trial in found]
    assert state["data[0].visible"] is True
    if step:
        best = found[int(np.argmin(errors))]
        assert state["data[2].x"] == [best.log_rate]
        said = search.words(**values)
        assert f"{min(errors):.1%} wrong" in said
        assert f"{round(2**best.log_hidden)} hidden units" in said
        assert f"in trial {errors.index(min(errors)) + 1}." in said


def test_words_answer_the_question():
    for method, rates in (("grid", 4), ("random", 16), ("hybrid", 10)):
        said = search.words(**DEFAULTS | {"method": method, "step": 16})
        assert f"16 trials: {rates} learning rates" in said
    assert "1 trial: 1 learning rate and 1 layer size." in search.words(
        **DEFAULTS | {"step": 1}
    )
    assert search.words(**DEFAULTS | {"step": 0}).startswith("No trial yet.")


@pytest.mark.parametrize(
    ("log_rate", "text"),
    [(-3.0792, "0.00083"), (-0.75, "0.18"), (0.4167, "2.6"), (1, "10"), (-1, "0.10")],
)
def test_rates_keep_two_digits(log_rate, text):
    assert search.rate_text(log_rate) == text


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(search.state, DEFAULTS, None))
    for method in search.METHODS:
        for step in (0, 16):
            evaluate(search.state, DEFAULTS | {"method": method, "step": step}, paths)
    drawn = search.figure().update_layout(template=None)
    hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
    assert hexes
    assert hexes <= set(DARK_TWIN)
