"""E2.6: sums by correlation, words by hand."""

import numpy as np
from scipy.signal import correlate2d

from ldl_lib.figures.gradients import pattern_detector


def test_sums_are_correlations_of_pictures():
    rng = np.random.default_rng(0)
    weights = rng.integers(-1, 2, size=(5, 5))
    found = pattern_detector.sums(weights.ravel())
    for name, cells in pattern_detector.PATTERNS.items():
        picture = cells.reshape(5, 5)
        assert found[name] == correlate2d(picture, weights, mode="valid")[0, 0]


def test_a_copy_reaches_25_and_two_less_for_every_other_cell():
    T = pattern_detector.PATTERNS["T"]
    for name, z in pattern_detector.sums(T).items():
        assert z == 25 - 2 * np.sum(pattern_detector.PATTERNS[name] != T)
    # I has ink at four more cells than T.
    assert pattern_detector.sums(T)["I"] == 17


def test_words_name_what_fires_wrongly():
    words = pattern_detector.words
    assert words("T", 20).startswith("T is detected. False positives: none.")
    assert words("T", 17).startswith("T is detected. False positives: I.")
    assert words("I", 20).startswith("I is missed. False positives: T.")
    assert words("T", 9).endswith("Your picture: sum +9, the neuron fires.")
    assert words("T", 10).endswith("Your picture: sum +9, the neuron is silent.")
