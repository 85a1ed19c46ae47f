"""The beam search tree: what the small tree teaches, and what is said of a search."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from ldl_lib.figures.text import beam_tree
from ldl_lib.figures.text.beam_tree import BRANCHES, END, TREE, BeamTree
from tests.figures.character_models import random_model


@pytest.fixture(scope="module")
def beams() -> BeamTree:
    return BeamTree(random_model(2))


def sentences(
    before: tuple[str, ...] = (), share: float = 1.0
) -> Iterator[tuple[float, str]]:
    """List every sentence of the tree with its probability, by recursion."""
    for word, probability in BRANCHES[before].items():
        if word == END:
            yield share * probability, " ".join(before) + END
        else:
            yield from sentences((*before, word), share * probability)


def best(beams: BeamTree, width: int, power: float = 0) -> str:
    return str(beams.state(TREE, width, 5, power, False)["layout.texts"][0])


def test_each_node_s_probabilities_add_up_to_one() -> None:
    for after in BRANCHES.values():
        assert sum(after.values()) == pytest.approx(1)
    assert sum(share for share, _ in sentences()) == pytest.approx(1)


def test_greedy_loses_and_two_beginnings_are_one_too_few(beams: BeamTree) -> None:
    likeliest = max(sentences())
    assert likeliest[1] == "door opened slowly."
    assert beams.tree.write(beams.tree.best().tokens) == likeliest[1]
    assert beams.tree.best().log_probability == pytest.approx(math.log(likeliest[0]))
    assert best(beams, 1) == "creature fled."
    assert best(beams, 2) == "night fell."
    assert {best(beams, width) for width in range(3, 9)} == {likeliest[1]}


def test_length_normalisation_changes_what_is_best(beams: BeamTree) -> None:
    assert best(beams, 2, 0.7) == "night fell."
    assert best(beams, 2, 0.8) == "night fell slowly."


def test_the_log_probabilities_of_the_list_are_those_of_its_sentences(
    beams: BeamTree,
) -> None:
    state = beams.state(TREE, 8, 5, 1, False)
    shares = {text: share for share, text in sentences()}
    for text, logarithm, score in zip(
        state["layout.texts"],
        state["layout.log_probabilities"],
        state["layout.scores"],
        strict=True,
    ):
        assert logarithm == pytest.approx(math.log(shares[text]))
        assert score == pytest.approx(logarithm / (text.count(" ") + 2))


def test_what_is_said_names_the_search_that_found_more(beams: BeamTree) -> None:
    said = beams.words(TREE, 2, 4, 0, False)
    assert "“night fell.” with log-probability −1.75" in said
    assert "“creature fled.” with −2.62: the beam's is 2.39 times as likely" in said
    assert "was pruned on the way: it has −1.73." in said
    assert "door" not in said  # left for the reader to find
    assert "No sentence of this tree is likelier." in beams.words(TREE, 3, 4, 0, False)
    greedy = beams.words(TREE, 1, 4, 0, False)
    assert "A beam of width 1 is greedy search." in greedy
    assert "Nothing is written after “the”" in beams.words(TREE, 1, 0, 0, False)


def test_what_is_said_tells_when_the_search_is_over(beams: BeamTree) -> None:
    over = "Nothing is left to continue"
    assert beams.words(TREE, 1, 2, 0, False).startswith("Step 2: 1 kept, 0 finished,")
    for depth in (3, 4, 11):
        said = beams.words(TREE, 1, depth, 0, False)
        assert said.startswith(f"Step 3: 0 kept, 1 finished, 1 pruned. {over}")
    assert over not in beams.words(TREE, 2, 3, 0, False)
    assert "on the way" not in beams.words(TREE, 2, 3, 0, False)


def test_what_is_said_tells_what_length_normalisation_changes(beams: BeamTree) -> None:
    without = "Without length normalisation"
    assert without not in beams.words(TREE, 2, 4, 0, False)
    assert f"{without} it would be first, too." in beams.words(TREE, 2, 4, 0.7, False)
    said = beams.words(TREE, 2, 4, 0.8, False)
    assert "“night fell slowly.” with log-probability −2.16 and score −0.71." in said
    assert f"{without} “night fell.” would be first, with −1.75." in said


@pytest.mark.parametrize("prompt", beam_tree.PROMPTS)
def test_a_search_by_the_network_keeps_at_most_its_width(
    beams: BeamTree, prompt: str
) -> None:
    state = beams.state(prompt, 3, 6, 0, False)
    assert [len(text) for text in state["layout.texts"]] == [6, 6, 6]
    assert len(state["layout.kept"]) == 3 * 6
    candidates = len(beams.model.characters) * (1 + 3 * 5)
    assert state["layout.pruned"] == candidates - 3 * 6
    assert np.all(np.diff(state["layout.scores"]) <= 0)


def test_a_space_ends_what_the_network_writes_where_it_is_asked_to() -> None:
    model = random_model(2)
    model.b_out[model.characters.index(" ")] += 2  # spaces become likely
    beams = BeamTree(model)
    texts = [
        text
        for prompt in beam_tree.PROMPTS
        for text in beams.state(prompt, 8, 11, 0, True)["layout.texts"]
    ]
    assert any(len(text) < 11 for text in texts)
    assert all(" " not in text[:-1] for text in texts)
    assert all(text.endswith(" ") for text in texts if len(text) < 11)
