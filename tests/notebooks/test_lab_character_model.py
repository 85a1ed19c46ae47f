"""Chapter 11's lab on a character model: its table of counts, its windows, its run."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ldl_lib import results
from ldl_lib.character_model import CHARACTERS, clean

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks/11_text_generation"
LABS = ("11_character_model_pytorch", "11_character_model_tensorflow")
TEXT = clean("It was the best of times, it was the worst of times. " * 10)
HELD_OUT = clean("It was the age of wisdom, it was the age of foolishness, it was.")


def cell(name):
    lab = json.loads(
        (FOLDER / "lab_character_model_pytorch.ipynb").read_text(encoding="utf-8")
    )
    (found,) = [each for each in lab["cells"] if each["id"] == name]
    return "".join(found["source"])


def tokens(text):
    return np.array([CHARACTERS.index(character) for character in text])


@pytest.fixture
def space():
    """Run the cells that define counts and windows, on a short text."""
    names = {"np": np, "kinds": len(CHARACTERS), "training": tokens(TEXT)}
    for name in ("parameters", "grams", "ngram"):
        exec(cell(name), names)
    windows = cell("windows").split("\n\n\nstarts")[0]
    exec(windows, names)
    exec(cell("leak-split").split("\n\n\nways")[0], names)
    names["window"] = 20
    return names


def by_hand(text, place, size, trust):
    """Return the probability of text[place], with counts in dictionaries.

    The lab counts n-grams that end at place 20 of the training text or after it.
    """
    p = 1 / len(CHARACTERS)
    for n in range(1, size + 1):
        ends = range(20, len(TEXT))
        seen = Counter(TEXT[end - n + 1 : end + 1] for end in ends)
        contexts = Counter(TEXT[end - n + 1 : end] for end in ends)
        gram = text[place - n + 1 : place + 1]
        p = (seen[gram] + trust * p) / (contexts[gram[:-1]] + trust)
    return p


@pytest.mark.parametrize(("size", "trust"), [(1, 1), (2, 4), (5, 0.5), (8, 8)])
def test_the_table_agrees_with_counting_in_dictionaries(space, size, trust):
    found = space["look_up"](tokens(HELD_OUT))
    p = space["ngram_probabilities"](found, size, trust)
    places = range(20, len(HELD_OUT))
    expected = [by_hand(HELD_OUT, place, size, trust) for place in places]
    np.testing.assert_allclose(p, expected, rtol=1e-12)


def test_every_window_has_a_target_and_the_last_place_is_used(space):
    starts = space["window_starts"](np.zeros(20 + 1 + 3 * 4))
    assert starts.tolist() == [0, 3, 6, 9, 12]


@pytest.mark.parametrize("distance", [3, 20])
def test_windows_by_position_share_nothing_with_those_held_out(space, distance):
    fitted, held_out = space["leak_split"](distance, "position")
    assert fitted.max() + 20 < held_out.min()  # the target counts as well
    assert len(held_out) >= 1


def test_random_windows_are_split_once_and_overlap(space):
    fitted, held_out = space["leak_split"](3, "random")
    everywhere = np.arange(0, len(TEXT) - 20, 3)
    assert sorted([*fitted, *held_out]) == everywhere.tolist()
    assert all(np.abs(fitted - start).min() < 20 for start in held_out)


def stored(lab):
    try:
        return results.load(lab, ROOT / "results")
    except results.ResultNotFoundError:
        pytest.skip(f"{lab} has no stored full run yet")


@pytest.mark.parametrize("lab", LABS)
def test_the_full_run_says_what_the_text_says(lab):
    run = stored(lab)
    assert not run.is_sample
    losses = {
        name: run.mean(f"{name}_test_loss")
        for name in ("ngram", "one_target", "every_step", "small")
    }
    assert losses["every_step"] < losses["one_target"] - 0.1
    assert losses["ngram"] == min(losses.values())
    for name, loss in losses.items():
        assert run.mean(f"{name}_validation_loss") < loss
        assert run.mean(f"{name}_test_perplexity") == pytest.approx(np.exp(loss))


@pytest.mark.parametrize("lab", LABS)
def test_overlapping_random_windows_hide_what_others_show(lab):
    run = stored(lab)

    def last(way, part):
        return np.mean([curve[-1] for curve in run.curves[f"leak_{way}_{part}"]])

    def gap(way):
        return last(way, "held_out") - last(way, "training")

    assert abs(gap("3_random")) < 0.15
    assert gap("3_random") < gap("40_random") < gap("40_position")
    assert gap("3_position") > 0.3
