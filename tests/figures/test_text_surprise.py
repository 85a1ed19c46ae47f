"""Surprise of letters, against SciPy's entropy and by hand."""

import itertools

import numpy as np
import pytest
from scipy.stats import entropy

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.text import surprise
from ldl_lib.figures.text.windows import ALPHABET

SENTENCE = "and then it said that all is well with the world"


@pytest.fixture(scope="module")
def watched():
    rng = np.random.default_rng(2)
    shape = (surprise.LETTERS, len(ALPHABET))
    guesses = {("some", 0): rng.dirichlet(np.ones(shape[1]), shape[0])}
    guesses["none", 0] = np.full(shape, 1 / shape[1])
    return surprise.Surprise([SENTENCE], guesses)


def test_a_blind_guess_costs_the_entropy_of_the_alphabet(watched):
    even = entropy(np.full(len(ALPHABET), 1 / len(ALPHABET)), base=2)
    np.testing.assert_allclose(watched.bits("none", 0), even)
    assert "a perplexity of 36.0" in watched.words("none", 0, 3)


def test_surprise_is_that_of_the_letter_that_came(watched):
    bits = watched.bits("some", 0)
    assert len(SENTENCE) == surprise.LEAD + surprise.LETTERS
    for place in range(surprise.LETTERS):
        state = watched.state("some", 0, place)
        letter = SENTENCE[surprise.LEAD + place]
        (code,), (share,) = state["data[5].x"], state["data[5].y"]
        assert ALPHABET[int(code)] == letter
        assert share == state["data[4].y"][code]
        assert 2.0 ** -bits[place] == pytest.approx(share)
        before = SENTENCE[place : place + surprise.LEAD].replace(" ", "␣")
        assert before in state["layout.annotations[1].text"]
        assert f"“{before}”" in watched.words("some", 0, place)


def test_words_name_the_likeliest_and_the_worst(watched):
    said = watched.words("some", 0, 5)
    state = watched.state("some", 0, 5)
    likely = ALPHABET[int(np.argmax(state["data[4].y"]))].replace(" ", "␣")
    assert f"the likeliest are {likely} " in said
    assert f"with {watched.bits('some', 0).max():.1f} bits." in said


def test_every_state_fits_the_figure(watched):
    drawn = watched.figure()
    paths = None
    for model, place in itertools.product(("some", "none"), (0, 20, 39)):
        values = {"model": model, "sentence": 0, "place": place}
        state = evaluate(watched.state, values, paths)
        paths = paths or frozenset(state)
        assert len(state["data[3].text"]) == len(drawn.data[3].x)


def test_what_is_no_distribution_is_refused():
    shape = (surprise.LETTERS, len(ALPHABET))
    with pytest.raises(ValueError, match="sum to 1"):
        surprise.Surprise([SENTENCE], {("half", 0): np.full(shape, 0.01)})
    with pytest.raises(ValueError, match="expected sentences of 48"):
        surprise.Surprise([SENTENCE[:-1]], {("one", 0): np.full(shape, 1 / 36)})
