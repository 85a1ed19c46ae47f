"""The perceptron against the book's numbers, scikit-learn, and its own theory."""

import doctest
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ldl_lib.nn import (
    GATES,
    Perceptron,
    linearly_separable,
    margin,
    novikoff_bound,
    perceptron,
    sign,
    truth_table_inputs,
)

X2 = truth_table_inputs(2)
SEPARABLE = ("AND", "OR", "NAND", "NOR")


# --- the book's numbers -----------------------------------------------------------


def test_nand_by_hand():
    nand = Perceptron([0.9, -0.6, -0.5])
    assert nand.weighted_sum(X2) == pytest.approx([2, 1, 0.8, -0.2])
    assert nand.predict(X2).tolist() == [1, 1, 1, -1]


def test_learning_nand_takes_four_updates():
    neuron = Perceptron([0.2, -0.6, 0.25])
    history = neuron.fit(X2, GATES["NAND"], learning_rate=0.1)
    assert history.converged
    assert history.updates == 4
    assert neuron.weights == pytest.approx([0.4, -0.4, -0.15])


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_four_updates_of_nand_do_not_depend_on_the_order(order):
    neuron = Perceptron([0.2, -0.6, 0.25])
    history = neuron.fit(X2, GATES["NAND"], learning_rate=0.1, order=order)
    assert history.updates == 4
    assert neuron.weights == pytest.approx([0.4, -0.4, -0.15])


def test_first_update_of_nand_by_hand():
    neuron = Perceptron([0.2, -0.6, 0.25])
    step = neuron.update([1, -1], 1, learning_rate=0.1)  # z = 0.2 - 0.6 - 0.25
    assert step.weighted_sum == pytest.approx(-0.65)
    assert (step.prediction, step.error, step.updated) == (-1, 2, True)
    assert step.before == pytest.approx([0.2, -0.6, 0.25])
    assert step.after == pytest.approx([0.3, -0.5, 0.15])
    assert neuron.weights is step.after


def separable_tables(inputs: int) -> int:
    X = truth_table_inputs(inputs)
    return sum(linearly_separable(X, y) for y in product((-1, 1), repeat=len(X)))


def test_fourteen_of_sixteen_tables_of_two_inputs_are_separable():
    assert separable_tables(2) == 14
    assert not linearly_separable(X2, GATES["XOR"])
    assert not linearly_separable(X2, GATES["XNOR"])


def test_104_of_256_tables_of_three_inputs_are_separable():
    assert separable_tables(3) == 104


# --- definitions ------------------------------------------------------------------


def test_sign_of_zero_is_plus_one():
    assert sign([-2.0, -0.0, 0.0, 1e-300]).tolist() == [-1, 1, 1, 1]
    assert sign(0).dtype == np.int64


@pytest.mark.parametrize("inputs", [1, 2, 3, 4])
def test_truth_table_inputs_count_in_binary(inputs):
    X = truth_table_inputs(inputs)
    assert X.tolist() == [list(row) for row in product((-1, 1), repeat=inputs)]


def test_truth_table_needs_an_input():
    with pytest.raises(ValueError, match="at least 1 input, got 0"):
        truth_table_inputs(0)


@pytest.mark.parametrize(
    ("gate", "logic"),
    list(
        {
            "AND": lambda a, b: a and b,
            "OR": lambda a, b: a or b,
            "NAND": lambda a, b: not (a and b),
            "NOR": lambda a, b: not (a or b),
            "XOR": lambda a, b: a != b,
            "XNOR": lambda a, b: a == b,
        }.items()
    ),
)
def test_gates_agree_with_pythons_logic(gate, logic):
    expected = [1 if logic(a > 0, b > 0) else -1 for a, b in X2]
    assert list(GATES[gate]) == expected


def test_docstring_examples():
    results = doctest.testmod(perceptron)
    assert results.attempted > 0
    assert results.failed == 0


def test_shapes_and_dtypes():
    neuron = Perceptron([1, 2, 3])
    assert neuron.inputs == 2
    assert neuron.weights.dtype == np.float64
    assert neuron.weighted_sum([1, 1]).shape == ()
    assert neuron.weighted_sum(X2).shape == neuron.predict(X2).shape == (4,)
    assert neuron.predict(X2).dtype == np.int64


def test_a_right_prediction_changes_nothing():
    neuron = Perceptron([0.9, -0.6, -0.5])
    step = neuron.update([1, 1], -1, learning_rate=0.1)
    assert not step.updated
    assert step.error == 0
    assert step.after is step.before is neuron.weights


def test_steps_keep_the_weights_they_saw():
    history = Perceptron([0.2, -0.6, 0.25]).fit(X2, GATES["NAND"], learning_rate=0.1)
    for earlier, later in zip(history.steps, history.steps[1:], strict=False):
        assert (earlier.after == later.before).all()
    moved = [s.after - s.before for s in history.steps if s.updated]
    signed = [0.1 * s.y * np.array([1, *s.x]) for s in history.steps if s.updated]
    assert np.allclose(moved, signed)


def test_given_weights_and_inputs_are_copied():
    start = np.array([0.2, -0.6, 0.25])
    x = np.array([1.0, -1.0])
    step = Perceptron(start).update(x, 1, learning_rate=0.1)
    x[:] = 7
    assert start.tolist() == [0.2, -0.6, 0.25]
    assert step.x.tolist() == [1, -1]


def test_xor_cycles_for_ever():
    neuron = Perceptron(np.zeros(3))
    history = neuron.fit(X2, GATES["XOR"], learning_rate=1, epochs=50)
    assert not history.converged
    assert len(history.errors) == 50
    seen = [step.after.tobytes() for step in history.steps[3::4]]
    assert len(set(seen)) < 5  # after a few epochs the same weights come round again


def test_a_seed_shuffles_reproducibly():
    random = np.random.default_rng(5)
    X = random.normal(size=(30, 2))
    y = sign(X @ [2, -1] + 0.3)
    runs = [
        Perceptron(np.zeros(3)).fit(X, y, seed=seed, epochs=3) for seed in (1, 1, 2)
    ]
    shown = [[tuple(step.x) for step in run.steps] for run in runs]
    assert shown[0] == shown[1] != shown[2]
    epochs = [shown[0][i : i + 30] for i in range(0, len(shown[0]), 30)]
    assert epochs[0] != epochs[1]
    assert all(sorted(epoch) == sorted(map(tuple, X)) for epoch in epochs)


# --- another implementation -------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_same_weights_as_scikit_learn(seed):
    linear_model = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(seed)
    X = random.normal(size=(40, 3))
    y = sign(random.normal(size=40))  # not separable: every epoch updates
    # From random weights, so that no sum is exactly 0, which scikit-learn counts as
    # wrong for either class.
    start = random.normal(size=4)
    ours = Perceptron(start)
    ours.fit(X, y, learning_rate=0.1, epochs=7)
    theirs = linear_model.Perceptron(eta0=0.1, max_iter=7, tol=None, shuffle=False)
    theirs.fit(X, y, coef_init=start[None, 1:], intercept_init=start[:1])
    expected = [theirs.intercept_[0], *theirs.coef_[0]]
    assert ours.weights == pytest.approx(expected, rel=1e-12)
    assert (ours.predict(X) == theirs.predict(X)).all()


@pytest.mark.parametrize("seed", range(20))
def test_separability_in_one_dimension_is_a_matter_of_thresholds(seed):
    random = np.random.default_rng(seed)
    X = random.integers(-6, 7, size=(6, 1))
    y = random.choice([-1, 1], size=6)
    low, high = X[y < 0, 0], X[y > 0, 0]
    apart = not len(low) or not len(high)
    apart = apart or low.max() < high.min() or high.max() < low.min()
    assert linearly_separable(X, y) is bool(apart)


# --- theory, on random data -------------------------------------------------------

coordinates = st.integers(-8, 8)
labels = st.sampled_from([-1, 1])


@st.composite
def datasets(draw, separable):
    """Integer examples, so that every computation below is exact."""
    examples = draw(st.integers(2, 8))
    inputs = draw(st.integers(1, 3))
    row = st.lists(coordinates, min_size=inputs, max_size=inputs)
    X = np.array(draw(st.lists(row, min_size=examples, max_size=examples)))
    if not separable:
        fixed = {"min_size": examples, "max_size": examples}
        return X, np.array(draw(st.lists(labels, **fixed))), None
    teacher = np.array(
        draw(st.lists(coordinates, min_size=inputs + 1, max_size=inputs + 1))
    )
    z = teacher[0] + X @ teacher[1:]
    assume((z != 0).all())
    return X, sign(z), teacher


@given(datasets(separable=True), st.sampled_from([0.25, 1, 8]), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_updates_stay_below_novikoffs_bound(dataset, learning_rate, seed):
    X, y, teacher = dataset
    bound = novikoff_bound(X, y, teacher)
    assume(bound < 2_000)
    neuron = Perceptron(np.zeros(X.shape[1] + 1))
    history = neuron.fit(X, y, learning_rate=learning_rate, epochs=2_001, seed=seed)
    assert history.converged
    assert history.updates <= bound
    assert (neuron.predict(X) == y).all()
    assert linearly_separable(X, y)


@given(datasets(separable=False), st.sampled_from([2.0**-7, 0.5, 4.0, 1024.0]))
@settings(max_examples=60, deadline=None)
def test_from_zero_the_learning_rate_only_scales_the_weights(dataset, learning_rate):
    X, y, _ = dataset
    start = np.zeros(X.shape[1] + 1)
    one, other = Perceptron(start), Perceptron(start)
    reference = one.fit(X, y, learning_rate=1, epochs=5)
    scaled = other.fit(X, y, learning_rate=learning_rate, epochs=5)
    assert (other.weights == learning_rate * one.weights).all()
    assert scaled.errors == reference.errors


@given(datasets(separable=False))
@settings(max_examples=60, deadline=None)
def test_separable_if_and_only_if_the_rule_ends_before_its_weights_repeat(dataset):
    """On integers the weights either settle or come back: both are decisive."""
    X, y, _ = dataset
    neuron = Perceptron(np.zeros(X.shape[1] + 1))
    seen = set()
    for _ in range(3_000):
        if neuron.fit(X, y, learning_rate=1, epochs=1).converged:
            assert linearly_separable(X, y)
            return
        state = neuron.weights.tobytes()
        if state in seen:
            assert not linearly_separable(X, y)
            return
        seen.add(state)
    assume(False)


@given(datasets(separable=False))
@settings(max_examples=60, deadline=None)
def test_flipping_every_label_keeps_separability(dataset):
    X, y, _ = dataset
    assert linearly_separable(X, y) == linearly_separable(X, -y)


def test_margin_and_bound_by_hand():
    # AND with w = (-1, 1, 1): z = -3, -1, -1, 1, and |w| = sqrt(3).
    weights = [-1, 1, 1]
    assert margin(X2, GATES["AND"], weights) == pytest.approx(1 / np.sqrt(3))
    assert novikoff_bound(X2, GATES["AND"], weights) == pytest.approx(9)
    assert margin(X2, GATES["OR"], weights) == pytest.approx(-1 / np.sqrt(3))
    assert novikoff_bound(X2, GATES["OR"], weights) == float("inf")


@settings(deadline=None)  # a busy machine is no failure
@given(st.floats(0.01, 100))
def test_margin_ignores_the_length_of_the_weights(factor):
    weights = np.array([0.9, -0.6, -0.5])
    expected = margin(X2, GATES["NAND"], weights)
    assert margin(X2, GATES["NAND"], factor * weights) == pytest.approx(expected)


# --- what a reader can get wrong --------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([[0.1, 0.2]], r"got shape \(1, 2\)"),
        ([0.1], r"at least one more weight, got shape \(1,\)"),
        ([0.1, np.nan], "weights must be finite numbers, got nan"),
    ],
)
def test_bad_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        Perceptron(weights)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1, 2, 3], r"shape \(2,\) or several .* got shape \(3,\)"),
        (1.0, r"got shape \(\)"),
        ([[1, np.inf]], "inputs must be finite numbers, got inf"),
    ],
)
def test_bad_inputs(x, message):
    with pytest.raises(ValueError, match=message):
        Perceptron([0, 0, 0]).predict(x)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [0, 1, 1, 0]}, r"must be -1 or \+1, got 0; .* use 2 \* y - 1"),
        ({"y": [1, 1, 1]}, r"each of the 4 examples, got shape \(3,\)"),
        ({"y": [1, 1, np.nan, 1]}, "got nan"),
        ({"X": [1, 1, 1, 1]}, r"shape \(examples, n\), got shape \(4,\)"),
        ({"X": np.empty((0, 2)), "y": []}, r"got shape \(0, 2\)"),
        ({"X": np.ones((4, 3))}, r"several of shape \(examples, 2\)"),
        ({"X": np.full((4, 2), np.nan)}, "finite numbers, got nan"),
        ({"learning_rate": 0}, "positive number, got 0"),
        ({"learning_rate": np.nan}, "positive number, got nan"),
        ({"order": [0, 4]}, r"from 0 to 3, got \[0, 4\]"),
        ({"order": [-1]}, "from 0 to 3"),
        ({"order": [0.5]}, "from 0 to 3"),
        ({"order": []}, "from 0 to 3"),
        ({"order": [0], "seed": 1}, "not both"),
    ],
)
def test_bad_arguments_of_fit(change, message):
    arguments = {"X": X2, "y": GATES["AND"], **change}
    neuron = Perceptron([0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match=message):
        neuron.fit(**arguments)
    assert neuron.weights.tolist() == [0, 0, 0]


def test_update_takes_one_example_and_one_label():
    neuron = Perceptron([0, 0, 0])
    with pytest.raises(ValueError, match="one example"):
        neuron.update(X2, 1, learning_rate=0.1)
    with pytest.raises(ValueError, match="got 2"):
        neuron.update([1, 1], 2, learning_rate=0.1)


def test_zero_weights_have_no_margin():
    with pytest.raises(ValueError, match="no direction"):
        margin(X2, GATES["AND"], [0, 0, 0])
