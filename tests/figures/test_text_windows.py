"""E11.1: windows against slices of the text, tables against scikit-learn's one-hot."""

import itertools
import re

import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.text import leaky, shapes, surprise, windows
from ldl_lib.figures.theme import DARK_TWIN

TEXT = (
    "a text of letters and spaces, long enough for all windows that the figure shows: "
    "it goes on for some lines, says little, repeats itself, and then it stops. or not?"
)
SETTINGS = list(
    itertools.product(windows.LENGTHS, windows.STEPS, range(windows.WINDOWS))
)


@pytest.fixture(scope="module")
def cutting():
    return windows.TextWindows(TEXT)


@pytest.mark.parametrize(("length", "step", "number"), SETTINGS[::5])
def test_table_is_the_one_hot_encoding_of_the_window(cutting, length, step, number):
    state = cutting.state(length, step, number)
    window = TEXT[number * step : number * step + length]
    encoder = OneHotEncoder(categories=[list(windows.ALPHABET)], sparse_output=False)
    expected = encoder.fit_transform([[letter] for letter in window])
    table = np.zeros_like(expected)
    table[np.array(state["data[1].x"]) - 1, state["data[1].y"]] = 1
    np.testing.assert_array_equal(table, expected)
    (target,) = state["data[2].y"]
    assert windows.ALPHABET[target] == TEXT[number * step + length]


@pytest.mark.parametrize(("length", "step", "number"), SETTINGS[::7])
def test_marked_letters_are_those_of_the_window(cutting, length, step, number):
    figure, state = cutting.figure(), cutting.state(length, step, number)

    def inside(box):
        found = []
        for place in range(windows.COLUMNS * windows.ROWS):
            x, y = figure.data[0].x[place], figure.data[0].y[place]
            edges = [
                state[f"layout.shapes[{box}].{edge}"]
                for edge in ("x0", "x1", "y0", "y1")
            ]
            if edges[0] < x < edges[1] and edges[2] < y < edges[3]:
                found.append(place)
        return found

    start = number * step
    marked = [place for box in range(3) for place in inside(box)]
    assert marked == list(range(start, start + length))
    assert inside(3) == [start + length]


def test_windows_are_counted_one_by_one(cutting):
    for length, step in itertools.product(windows.LENGTHS, windows.STEPS):
        count = 0
        while count * step + length < len(TEXT):
            count += 1
        assert cutting.count(length, step) == count
        reads = [
            sum(start <= 60 + at < start + length for start in range(0, 120, step))
            for at in range(step)
        ]
        assert windows.readers(length, step) == (min(reads), max(reads))


def test_words_tell_what_is_shared(cutting):
    said = cutting.words(40, 3, 0)
    assert "40 × 36 = 1,440 numbers, 40 of them 1" in said
    assert "shares 37 of them" in said
    assert "13 or 14 windows" in said
    assert "5 of every 10 letters are read by none" in cutting.words(5, 10, 0)
    assert "by 10 windows" in cutting.words(10, 1, 0)


def test_every_state_fits_the_figure(cutting):
    paths = None
    for setting in SETTINGS:
        values = dict(zip(("length", "step", "number"), setting, strict=True))
        paths = paths or frozenset(evaluate(cutting.state, values, None))
        evaluate(cutting.state, values, paths)
        assert setting[1] * setting[2] + setting[0] < windows.COLUMNS * windows.ROWS


@pytest.mark.parametrize("text", ["too short", "Capitals " * 30])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="expected at least 120"):
        windows.TextWindows(text)


@pytest.mark.parametrize(
    "figure",
    [
        leaky.figure,
        shapes.figure,
        surprise.Surprise([], {}).figure,
        windows.TextWindows(TEXT).figure,
    ],
)
def test_only_colours_with_a_dark_twin(figure):
    hexes = re.findall(r"#[0-9a-f]{6}", figure().update_layout(template=None).to_json())
    assert hexes
    assert set(hexes) <= set(DARK_TWIN)
