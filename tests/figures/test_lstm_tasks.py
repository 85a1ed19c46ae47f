"""The two memory tasks are what they claim, and the words say what is drawn."""

import re

import numpy as np
import pytest

from ldl_lib.figures.lstm import tasks

SETTINGS = [(wait, seed) for wait in (1, 2, 17, tasks.LONGEST) for seed in range(1, 6)]


@pytest.mark.parametrize(("wait", "seed"), SETTINGS)
def test_copying_shows_two_letters_then_blanks(wait, seed):
    shown = tasks.state("copying", wait, seed)
    heights, answers = shown["data[0].y"], shown["data[2].text"]
    assert np.isnan(heights[-2:]).all()
    letters = np.flatnonzero(heights[:-2] != tasks.BLANK)
    assert len(letters) == 2
    assert letters[1] == letters[0] + 1
    read = ["ABCDEFGH"[round(7 * heights[place])] for place in letters]
    assert read == answers == shown["data[1].text"]
    # Steps are counted from 1: blanks between the last letter and the first answer.
    assert shown["data[2].x"][0] - shown["data[1].x"][1] - 1 == wait
    assert shown["data[2].x"].tolist() == [tasks.STEPS - 1, tasks.STEPS]


@pytest.mark.parametrize(("wait", "seed"), SETTINGS)
def test_adding_wants_the_sum_of_the_marked_numbers(wait, seed):
    shown = tasks.state("adding", wait, seed)
    first, second = shown["data[1].x"]
    assert tasks.STEPS - first == wait
    assert first < second <= tasks.STEPS
    numbers = shown["data[0].y"]
    assert numbers.min() >= 0
    assert numbers.max() <= 1
    total = numbers[first - 1] + numbers[second - 1]
    assert float(shown["data[2].text"][0]) == pytest.approx(total)


@pytest.mark.parametrize("task", tasks.TASKS)
@pytest.mark.parametrize(("wait", "seed"), SETTINGS)
def test_words_name_the_answer_and_the_wait(task, wait, seed):
    text = tasks.words(task, wait, seed)
    for answer in tasks.state(task, wait, seed)["data[2].text"]:
        assert f"must say {answer}" in text or f"and {answer}." in text
    assert re.search(rf"\b{wait} (step|blank)", text)


def test_guessing_is_as_good_as_the_words_say():
    rng = np.random.default_rng(0)
    sums = rng.random((200_000, 2)).sum(axis=1)
    assert np.mean(np.abs(sums - 1) < 0.1) == pytest.approx(0.19, abs=0.005)
    assert "19%" in tasks.words("adding", 5, 1)
    assert f"{100 / len(tasks.LETTERS)}%" in tasks.words("copying", 5, 1)


def test_the_figure_has_a_trace_for_every_path():
    drawn = tasks.figure()
    for task in tasks.TASKS:
        assert set(tasks.state(task, 3, 1)) == set(tasks.state("copying", 9, 2))
    assert len(drawn.data) == 3
