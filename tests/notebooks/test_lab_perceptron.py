"""Chapter 1's lab: its own functions, straight out of the notebook, against others."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldl_lib import nn

LAB = Path(__file__).parents[2] / "notebooks/01_perceptron/lab_perceptron_numpy.ipynb"
WEIGHT = st.integers(-20, 20).map(lambda n: n / 8)  # exact in binary, so that 0 is 0


def definitions():
    """Run the cells tagged `parameters` and `model`, and the one with the tables."""
    space = {"np": np, "nn": nn}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        tags = cell["metadata"].get("tags", [])
        if {"model", "parameters"} & set(tags) or source.startswith(
            ("X = [", "def first_repetition")
        ):
            exec(source.split("\n\n\nrepetition")[0].split("\nprint")[0], space)
    return space


LAB_SPACE = definitions()


def test_nand_takes_the_book_s_updates():
    lab = LAB_SPACE
    path = lab["learn"](lab["X"], lab["NAND"], lab["start_weights"], 0.1)
    assert len(path) - 1 == 4
    assert path[-1] == pytest.approx([0.4, -0.4, -0.15])
    assert lab["learning_rate"] == 0.1
    assert lab["start_weights"] == [0.2, -0.6, 0.25]


def test_nand_takes_the_same_updates_in_exact_fractions():
    lab = LAB_SPACE
    start = [Fraction(w) for w in ("1/5", "-3/5", "1/4")]
    exact = lab["learn"](lab["X"], lab["NAND"], start, Fraction(1, 10))
    floats = lab["learn"](lab["X"], lab["NAND"], lab["start_weights"], 0.1)
    np.testing.assert_allclose(np.array(exact, dtype=float), floats, atol=1e-12)


@settings(deadline=None)
@given(
    st.lists(st.tuples(WEIGHT, WEIGHT), min_size=1, max_size=6, unique=True),
    st.tuples(WEIGHT, WEIGHT, WEIGHT),
    st.sampled_from([0.125, 0.5, 1.0]),
    st.data(),
)
def test_learning_equals_the_library_s_on_any_examples(inputs, start, rate, data):
    signs = st.sampled_from([-1, 1])
    targets = data.draw(st.lists(signs, min_size=len(inputs), max_size=len(inputs)))
    path = LAB_SPACE["learn"]([(1, *x) for x in inputs], targets, start, rate, 10)
    history = nn.Perceptron(start).fit(inputs, targets, learning_rate=rate, epochs=10)
    after = [step.after for step in history.steps if step.updated]
    assert len(path) - 1 == len(after)
    np.testing.assert_array_equal(path[1:], after)


def test_two_layers_are_xor_and_no_neuron_is():
    lab = LAB_SPACE
    assert [lab["two_layers"](x) for x in lab["X"]] == lab["XOR"]
    assert not nn.linearly_separable([x[1:] for x in lab["X"]], lab["XOR"])


def test_learning_xor_repeats_and_learning_nand_stands_still():
    lab = LAB_SPACE
    arguments = lab["start_weights"], lab["learning_rate"]
    first, again = lab["first_repetition"](lab["X"], lab["XOR"], *arguments)
    weights = lab["learn"](lab["X"], lab["XOR"], *arguments, max_epochs=first)[-1]
    circle = lab["learn"](lab["X"], lab["XOR"], weights, 0.1, max_epochs=again - first)
    assert len(circle) > 1  # it moved, and came back
    assert circle[-1] == pytest.approx(weights)
    first, again = lab["first_repetition"](lab["X"], lab["NAND"], *arguments)
    weights = lab["learn"](lab["X"], lab["NAND"], *arguments, max_epochs=first)[-1]
    assert len(lab["learn"](lab["X"], lab["NAND"], weights, 0.1)) == 1


def test_a_neuron_for_digits_learns_and_counts_as_by_hand():
    lab = definitions()  # a space of its own: the functions find these examples there
    random = np.random.default_rng(5)
    y = np.where(np.arange(60) % 2, 1, -1)
    X = np.column_stack([np.ones(60), random.normal(size=(60, 4))])
    X[:, 1:] += np.outer(y, random.normal(size=4))
    lab |= {"X_train": X, "y_train": y, "epochs": 5}
    weights, mistakes = lab["learn_digits"](seed=0)
    assert weights.shape == (5, 5)
    assert len(mistakes) == 5
    wrong = [
        [(1 if w @ x >= 0 else -1) != t for x, t in zip(X, y, strict=True)]
        for w in weights
    ]
    np.testing.assert_allclose(lab["errors"](weights, X, y), np.mean(wrong, axis=1))
    assert np.mean(wrong[-1]) < 0.25 < np.mean(y == 1)
    again, _ = lab["learn_digits"](seed=0)
    np.testing.assert_array_equal(weights, again)
    other, _ = lab["learn_digits"](seed=1)
    assert not np.array_equal(weights, other)
