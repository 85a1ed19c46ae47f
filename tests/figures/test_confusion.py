"""The confusion matrix, against scikit-learn and the rules of contrast."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as sklearn_confusion_matrix

from ldl_lib.figures import theme
from ldl_lib.figures.confusion import confusion_counts, confusion_matrix

COUNTS = [[90, 10, 0], [0, 50, 50], [1, 0, 999]]
CLASS = st.integers(0, 4)


def luminance(hex_: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = np.array([int(hex_[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def colour_at(scale, place: float, dark: bool) -> str:
    """What a colour scale shows at a place, mixed as browsers do."""
    pairs = itertools.pairwise(scale)
    low, high = next((a, b) for a, b in pairs if a[0] <= place <= b[0] and a[0] != b[0])
    share = (place - low[0]) / (high[0] - low[0])
    ends = [theme.DARK_TWIN[hex_] if dark else hex_ for hex_ in (low[1], high[1])]
    rgb = [[int(hex_[i : i + 2], 16) for i in (1, 3, 5)] for hex_ in ends]
    mixed = (1 - share) * np.array(rgb[0]) + share * np.array(rgb[1])
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(CLASS, CLASS), min_size=1, max_size=60))
def test_counts_equal_scikit_learn_s(pairs):
    y, predicted = np.array(pairs).T
    theirs = sklearn_confusion_matrix(y, predicted, labels=range(5))
    np.testing.assert_array_equal(confusion_counts(y, predicted, 5), theirs)


def test_cells_hold_counts_and_colours_shares_of_the_row():
    figure = confusion_matrix(COUNTS, ["a", "b", "c"])
    (heatmap,) = figure.data
    rows = np.array(COUNTS) / np.sum(COUNTS, axis=1, keepdims=True)
    np.testing.assert_allclose(np.square(heatmap.z), rows)
    np.testing.assert_array_equal(np.array(heatmap.customdata)[:, :, 0], COUNTS)
    np.testing.assert_allclose(np.array(heatmap.customdata)[:, :, 1], rows)
    shown = {(note.y, note.x): note.text for note in figure.layout.annotations}
    assert shown == {
        (0, 0): "90",
        (0, 1): "10",
        (1, 1): "50",
        (1, 2): "50",
        (2, 0): "1",
        (2, 2): "999",
    }
    assert figure.layout.yaxis.autorange == "reversed"  # true class 0 on top


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("share", [*range(0, 101, 4), 36, 37])
def test_numbers_can_be_read_on_their_colour(share, dark):
    figure = confusion_matrix([[share, 100 - share], [0, 1]])
    heatmap = figure.data[0]
    notes = {(note.y, note.x): note for note in figure.layout.annotations}
    for column in (0, 1):
        if (0, column) in notes:
            behind = colour_at(heatmap.colorscale, heatmap.z[0][column], dark)
            ink = notes[0, column].font.color
            ink = theme.DARK_TWIN[ink] if dark else ink
            assert contrast(ink, behind) >= 4.5


def test_the_words_name_the_error_and_the_commonest_mistakes():
    alt = confusion_matrix(COUNTS, ["ant", "bee", "cat"]).layout.meta["alt"]
    assert "3 classes and 1,200 examples: 61 are wrong, 5.1%" in alt
    assert "bee taken for cat (50), ant taken for bee (10)" in alt
    perfect = confusion_matrix([[3, 0], [0, 4]]).layout.meta["alt"]
    assert perfect.endswith("0 are wrong, 0.0%.")


def test_a_class_without_examples_is_an_empty_row():
    figure = confusion_matrix([[0, 0], [1, 2]])
    assert np.array(figure.data[0].z)[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: confusion_counts([0, 1], [0], 2), "as many answers as labels"),
        (lambda: confusion_counts([0, 2], [0, 1], 2), "labels must be from 0 to 1"),
        (lambda: confusion_counts([0, 1], [0, -1], 2), "answers must be from 0 to 1"),
        (lambda: confusion_counts([0, 1], [0.2, 0.8], 2), "argmax"),
        (lambda: confusion_matrix([[1, 2, 3]]), "square"),
        (lambda: confusion_matrix([[0.5, 0.5], [0, 1]]), "whole counts"),
        (lambda: confusion_matrix([[1, -1], [0, 1]]), "whole counts"),
        (lambda: confusion_matrix([[1, 0], [0, 1]], ["a"]), "1 names for 2 classes"),
    ],
)
def test_wrong_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
