"""E4.6: codes are read as they were written, and errors are counted rightly."""

import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from ldl_lib import data
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.digits import codes
from ldl_lib.figures.theme import DARK_TWIN

LABELS = np.arange(10)


@pytest.mark.parametrize("code", codes.CODES)
def test_what_is_written_can_be_read(code):
    targets = codes.encode(code, LABELS)
    assert targets.shape == (10, codes.CODES[code][0])
    assert targets.min() == 0
    assert targets.max() == 1
    np.testing.assert_array_equal(codes.decode(code, targets), LABELS)


def test_four_bits_are_those_of_binary_numbers():
    for label, bits in zip(LABELS, codes.encode("4-bit code", LABELS), strict=True):
        assert "".join(str(int(bit)) for bit in bits) == f"{label:04b}"


def test_outputs_are_read_to_the_nearest_code():
    assert list(codes.decode("one number", np.array([[-0.3], [0.4], [1.7]]))) == [
        0,
        4,
        9,
    ]
    bits = np.array([[0.6, 0.4, 0.2, 0.9], [0.9, 0.2, 0.8, 0.1], [1, 1, 1, 1]])
    assert list(codes.decode("4-bit code", bits)) == [9, codes.NONE, codes.NONE]


@pytest.fixture(scope="module")
def compared():
    small = data.load("digits")
    X, asked = (
        part.X.reshape(len(part), -1).astype(np.float32) / 8 - 1
        for part in (small.train, small.validation)
    )
    answers = {
        (code, hidden): codes.decode(
            code,
            codes.train(code, hidden, X, small.train.y, epochs=20, seed=1).predict(
                asked
            ),
        )
        for code in codes.CODES
        for hidden in codes.HIDDEN
    }
    return answers, small.validation.y, codes.OutputCodes(answers, small.validation.y)


def test_counts_are_those_of_scikit_learn(compared):
    answers, labels, figure = compared
    for key, found in answers.items():
        theirs = confusion_matrix(labels, found, labels=range(11))
        np.testing.assert_array_equal(figure.counts[key], theirs[:10])
        assert figure.error(*key) == pytest.approx((found != labels).mean())


def test_ten_outputs_beat_one(compared):
    _, _, figure = compared
    for hidden in codes.HIDDEN:
        assert figure.error("one-hot", hidden) < 0.2
        assert figure.error("one-hot", hidden) < figure.error("one number", hidden)


def test_state_and_words_show_the_counts(compared):
    _, _, figure = compared
    counts = figure.counts["4-bit code", 10]
    state = figure.state("4-bit code", 10)
    shown = np.zeros_like(counts)
    for number in (1, 2):
        places = state[f"data[{number}].y"], state[f"data[{number}].x"]
        shown[places] += np.array([int(t) for t in state[f"data[{number}].text"]], int)
    np.testing.assert_array_equal(shown, counts)
    said = figure.words("4-bit code", 10)
    assert f"{figure.error('4-bit code', 10):.1%} of 200 answers" in said
    assert f"{counts[:, 10].sum()} answers have a code above nine" in said


def test_every_state_has_the_same_paths_and_only_theme_colours(compared):
    figure = compared[2]
    paths = frozenset(evaluate(figure.state, {"code": "one-hot", "hidden": 10}, None))
    for code in codes.CODES:
        evaluate(figure.state, {"code": code, "hidden": 25}, paths)
    drawn = figure.figure().update_layout(template=None)
    assert set(re.findall(r"#[0-9a-f]{6}", drawn.to_json())) <= set(DARK_TWIN)
