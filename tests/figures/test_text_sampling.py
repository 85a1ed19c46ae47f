"""Temperature, top-k and nucleus against their definitions, and the text they write."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.special import softmax

from ldl_lib.figures.text import sampling
from ldl_lib.figures.text.sampling import Sampling
from tests.figures.character_models import random_model

GIVEN = np.log([0.05, 0.4, 0.02, 0.3, 0.13, 0.1])
ALL = len(GIVEN)


@pytest.mark.parametrize("temperature", [0.1, 0.7, 1, 2.5])
def test_temperature_divides_the_logarithms(temperature: float) -> None:
    choice = sampling.reshape(GIVEN, temperature, ALL, 1)
    assert np.allclose(choice.probabilities, softmax(GIVEN / temperature))
    assert choice.order.tolist() == [1, 3, 4, 5, 0, 2]
    assert choice.kept == ALL


def test_top_k_keeps_the_likeliest_and_shares_what_the_others_had() -> None:
    choice = sampling.reshape(GIVEN, 1, 3, 1)
    expected = np.array([0, 0.4, 0, 0.3, 0.13, 0]) / 0.83
    assert np.allclose(choice.probabilities, expected)


@pytest.mark.parametrize("nucleus", [0.05, 0.35, 0.45, 0.69, 0.75, 0.9, 0.99])
def test_the_nucleus_is_the_smallest_set_with_its_share(nucleus: float) -> None:
    shares = np.exp(GIVEN)
    enough = [
        places
        for size in range(1, ALL + 1)
        for places in combinations(range(ALL), size)
        if shares[list(places)].sum() >= nucleus
    ]
    least = min(len(places) for places in enough)
    likeliest = max(
        (places for places in enough if len(places) == least),
        key=lambda places: shares[list(places)].sum(),
    )
    choice = sampling.reshape(GIVEN, 1, ALL, nucleus)
    assert set(np.flatnonzero(choice.probabilities)) == set(likeliest)
    assert choice.probabilities.sum() == pytest.approx(1)


def test_the_nucleus_is_taken_of_what_temperature_and_top_k_leave() -> None:
    assert sampling.reshape(GIVEN, 1, ALL, 0.75).kept == 3
    assert sampling.reshape(GIVEN, 0.3, ALL, 0.75).kept == 2
    assert sampling.reshape(GIVEN, 1, 2, 0.75).kept == 2
    assert sampling.reshape(GIVEN, 1, 1, 0.05).kept == 1


def test_picks_come_as_often_as_their_probabilities_say() -> None:
    choice = sampling.reshape(GIVEN, 1.3, 4, 1)
    random = (np.arange(2_000) + 0.5) / 2_000
    counts = np.bincount(
        [sampling.pick(choice, each) for each in random], minlength=ALL
    )
    assert np.allclose(counts / 2_000, choice.probabilities, atol=1e-3)
    assert sampling.pick(choice, 0) == choice.order[0]
    assert sampling.pick(choice, 1 - 1e-16) == choice.order[3]


@pytest.fixture(scope="module")
def draws() -> Sampling:
    return Sampling(random_model(1))


def test_a_text_goes_on_where_a_shorter_one_stopped(draws: Sampling) -> None:
    long = draws.state("i saw ", 0.8, 36, 1, 2, 60)["layout.text"]
    short = draws.state("i saw ", 0.8, 36, 1, 2, 59)
    assert len(long) == 60
    assert long.startswith(short["layout.text"])
    assert short["layout.after"][draws.model.characters.index(long[59])] > 0


def test_top_1_writes_the_same_whatever_the_dice(
    draws: Sampling,
) -> None:
    greedy = {
        draws.state("i saw ", temperature, 1, 1, seed, 40)["layout.text"]
        for temperature in (0.5, 2)
        for seed in sampling.SEEDS
    }
    assert len(greedy) == 1
    others = {
        draws.state("i saw ", 1, 36, 1, seed, 40)["layout.text"]
        for seed in sampling.SEEDS
    }
    assert len(others) == len(sampling.SEEDS)


def test_what_is_said_counts_words_and_bits(draws: Sampling) -> None:
    settings = ("i saw ", 1.0, 9, 1.0, 1, 50)
    said = draws.words(*settings)
    written = draws.written(*settings)
    words = draws.model.decode(written.tokens).split()
    bits = np.log2(np.exp(-np.array(written.log_probabilities))).mean()
    assert said.startswith("9 of 36 characters can come next.")
    assert f"has {len(words)} word" in said
    assert f"costs the network {bits:.2f} bits a character." in said
    assert "What is written" not in draws.words("i saw ", 1.0, 9, 1.0, 1, 0)
