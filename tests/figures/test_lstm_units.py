"""E10.4: properties by hand, correlations by NumPy's own, states of a small model."""

import numpy as np
import pytest

from ldl_lib.character_model import CHARACTERS, CharacterModel
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.lstm import units

UNITS = 5


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(3)
    kinds = len(CHARACTERS)
    shapes = [(4 * UNITS, kinds), (4 * UNITS, UNITS), 4 * UNITS, (kinds, UNITS), kinds]
    return CharacterModel(*(rng.normal(0, 0.7, size=shape) for shape in shapes))


@pytest.fixture(scope="module")
def found(model):
    return units.Units(model, "one two, three and four. five is more. " * 5)


def test_properties_by_hand():
    values = units.properties("ab, c")
    assert values["a space"].tolist() == [0, 0, 0, 1, 0]
    assert values["a vowel"].tolist() == [1, 0, 0, 0, 0]
    assert values["a punctuation mark"].tolist() == [0, 0, 1, 0, 0]
    assert values["letters since the last space"].tolist() == [1, 2, 3, 0, 1]
    since = "letters since the last punctuation mark"
    assert values[since].tolist() == [1, 2, 0, 1, 2]
    assert units.properties("x" * 50)[since].max() == units.COLUMNS


def test_correlations_are_numpys():
    rng = np.random.default_rng(1)
    cells, values = rng.normal(size=(40, 3)), rng.normal(size=40)
    cells[:, 1] = 0.3
    expected = [np.corrcoef(cells[:, k], values)[0, 1] for k in (0, 2)]
    got = units.correlations(cells, values)
    assert got[[0, 2]] == pytest.approx(expected)
    assert got[1] == 0


def test_the_best_unit_is_the_one_of_the_largest_correlation(model, found):
    text = "one two, three and four. five is more. " * 5
    cells = np.tanh(model.read(text).c)
    space = np.array(list(text)) == " "
    all_of_them = [np.corrcoef(cells[:, k], space)[0, 1] for k in range(UNITS)]
    best = found.best["a space"]
    assert best.unit == int(np.abs(all_of_them).argmax()) + 1
    assert best.correlation == pytest.approx(all_of_them[best.unit - 1], abs=1e-5)


@pytest.mark.parametrize("sentence", units.SENTENCES)
def test_texts_fit_the_picture_and_are_read_as_they_stand(sentence, model):
    text = units.SENTENCES[sentence]
    assert len(text) <= units.ROWS * units.COLUMNS
    assert model.decode(model.encode(text)) == text


@pytest.mark.parametrize("shown", units.SHOWN.values())
def test_bars_are_the_states_of_the_model(found, model, shown):
    reading = model.read(units.SENTENCES["a question"])
    state = evaluate(
        found.state, {"sentence": "a question", "unit": 2, "shown": shown}, None
    )
    expected = getattr(reading, shown)[:, 1]
    expected = np.tanh(expected) if shown == "c" else expected
    heights = state["data[0].y"][: len(expected)] / 100
    assert heights == pytest.approx(expected, abs=units.GRAIN / 200 + 1e-6)
    assert not state["data[0].y"][len(expected) :].any()
    assert len(state["data[1].text"]) == units.ROWS * units.COLUMNS


def test_words_name_the_highest_and_the_lowest_place(found, model):
    text = units.SENTENCES["a story"]
    gate = model.read(text).f[:, 0]
    said = found.words("a story", 1, "f")
    for place in (gate.argmin(), gate.argmax()):
        assert f"“{text[max(0, place - 5) : place + 1]}”" in said
    assert f"{gate.max():.2f}" in said


def test_every_bar_stands_over_its_letter():
    bars, letters = units.figure().data
    assert np.array_equal(bars.x, letters.x)
    assert np.array_equal(np.array(bars.base) + units.LETTERS, letters.y)
