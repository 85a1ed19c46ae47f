"""Beam search against trying all sequences, and against greedy search."""

from itertools import product

import numpy as np
import pytest

from ldl_lib import nn
from ldl_lib.beam_search import beam_search

VOCABULARY, STEPS, END = 4, 5, 0


class Markov:
    """Next tokens that depend on the last two; the state is the one before the last."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        shape = (VOCABULARY, VOCABULARY, VOCABULARY)
        self.table = np.log(rng.dirichlet(np.full(VOCABULARY, 0.5), shape[:2]))

    def __call__(self, last, before):
        return self.table[before, last], last

    def log_probability(self, start, tokens):
        path = [0, start, *tokens]
        return sum(self.table[path[i], path[i + 1], t] for i, t in enumerate(tokens))


def all_sequences():
    """Every sequence of at most STEPS tokens that ends once, at its end."""
    for length in range(1, STEPS + 1):
        for tokens in product(range(VOCABULARY), repeat=length):
            ends = tokens[-1] == END
            if END not in tokens[:-1] and (ends or length == STEPS):
                yield tokens, ends


def search(model, starts=(1,), **options):
    options = {"width": 3, "steps": STEPS, "end": END} | options
    return beam_search(model, starts, state=np.zeros(len(starts), int), **options)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("power", [0.0, 0.7, 1.0])
def test_a_beam_that_holds_everything_finds_what_trying_all_finds(seed, power):
    model = Markov(seed)
    scores = {
        tokens: model.log_probability(1, tokens) / len(tokens) ** power
        for tokens, _ in all_sequences()
    }
    found = search(model, width=VOCABULARY**STEPS, length_power=power)[0]
    assert len(found) == len(scores)
    best = sorted(scores.values(), reverse=True)
    np.testing.assert_allclose([each.score for each in found], best, atol=1e-12)
    assert all(abs(scores[each.tokens] - each.score) < 1e-12 for each in found)
    assert all(each.finished == (each.tokens[-1] == END) for each in found)


@pytest.mark.parametrize("seed", range(20))
def test_width_one_is_greedy(seed):
    model = Markov(seed)
    before, last, tokens = 0, 2, []
    while len(tokens) < STEPS and END not in tokens:
        before, last = last, int(model.table[before, last].argmax())
        tokens.append(last)
    ((found,),) = search(model, starts=(2,), width=1)
    assert list(found.tokens) == tokens
    assert found.log_probability == pytest.approx(model.log_probability(2, tokens))


def test_a_wider_beam_finds_better_ones_on_the_whole():
    best = {width: [] for width in (1, 2, 8, VOCABULARY**STEPS)}
    for seed in range(60):
        for width, found in best.items():
            found.append(search(Markov(seed), width=width)[0][0].log_probability)
    means = [np.mean(found) for found in best.values()]
    assert means == sorted(means)
    assert np.mean(best[1]) < np.mean(best[8]) - 0.05
    for width in (1, 2, 8):  # none is better than the best of all
        assert (np.array(best[width]) <= np.array(best[1024]) + 1e-12).all()


def test_greedy_can_miss_the_likeliest_by_hand():
    # 1 looks best at first (0.5), but leads to 0.3 at most; 2 (0.4) leads to 0.9.
    after = {1: [0.1, 0.5, 0.4], 11: [0.3, 0.3, 0.4], 12: [0.05, 0.05, 0.9]}

    def model(last, path):
        path = [10 * p + int(t) for p, t in zip(path, last, strict=True)]
        return np.log([after[p] for p in path]), np.array(path)

    def best(width):
        options = {"width": width, "steps": 2, "state": np.zeros(1, int)}
        return beam_search(model, [1], **options)[0][0]

    assert best(1).tokens == (1, 2)
    assert np.exp(best(1).log_probability) == pytest.approx(0.5 * 0.4)
    assert best(2).tokens == (2, 2)
    assert np.exp(best(2).log_probability) == pytest.approx(0.4 * 0.9)


@pytest.mark.parametrize("width", [1, 3, 7])
def test_several_starts_at_once_are_as_one_by_one(width):
    model = Markov(5)
    together = search(model, starts=(1, 2, 3, 1), width=width)
    alone = [search(model, starts=(start,), width=width)[0] for start in (1, 2, 3, 1)]
    assert together == alone


def test_states_of_a_recurrent_network_go_with_their_beginnings():
    layer = nn.LSTM(6)
    nn.Network(VOCABULARY, [layer], seed=1).weights[:] = np.random.default_rng(
        2
    ).normal(size=4 * 6 * (VOCABULARY + 6 + 1))
    readout = np.random.default_rng(3).normal(size=(VOCABULARY, 6))

    def model(last, state):
        state = layer.step(np.eye(VOCABULARY)[last], state)
        return np.log(nn.softmax(state[0] @ readout.T)), state

    options = {"width": 4, "steps": 6, "end": END, "state": layer.start(1)}
    for found in beam_search(model, [1], **options)[0]:
        state, total, last = layer.start(1), 0.0, 1
        for token in found.tokens:
            logarithms, state = model(np.array([last]), state)
            total, last = total + logarithms[0, token], token
        assert found.log_probability == pytest.approx(total, abs=1e-12)


def test_what_was_looked_at_tells_the_whole_search():
    looked_at = []
    found = search(Markov(1), width=2, looked_at=looked_at)[0]
    (candidates,) = looked_at
    assert [c.fate for c in candidates if c.step == 1].count("pruned") == 2
    kept = {c.tokens for c in candidates if c.fate == "kept"}
    for candidate in candidates:
        assert candidate.step == len(candidate.tokens)
        assert candidate.step == 1 or candidate.tokens[:-1] in kept
    ended = {c.tokens for c in candidates if c.fate == "finished"}
    assert ended == {each.tokens for each in found if each.finished}


def test_longer_sequences_win_with_a_mean_per_token():
    def model(last, state):
        return np.log(np.tile([0.3, 0.7], (len(last), 1))), None

    def best(power):
        options = {"width": 8, "steps": 4, "end": 0, "length_power": power}
        return beam_search(model, [1], **options)[0][0].tokens

    assert best(0.0) == (0,)  # 0.3 against 0.7⁴ = 0.2401
    assert best(1.0) == (1, 1, 1, 1)


def test_forbidden_tokens_are_never_chosen():
    def model(last, state):
        return np.tile([-np.inf, 0.0, -np.inf], (len(last), 1)), None

    ((only,),) = beam_search(model, [1], width=5, steps=3)
    assert only.tokens == (1, 1, 1)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (np.zeros((2, 3)), r"shape \(2, 3\) for 1 beginnings"),
        (np.full((1, 3), 0.4), "take the logarithm"),
        (np.full((1, 3), np.nan), "take the logarithm"),
    ],
)
def test_wrong_models_are_told_what_is_wrong(returned, words):
    with pytest.raises(ValueError, match=words):
        beam_search(lambda last, state: (returned, None), [1], width=2, steps=2)


@pytest.mark.parametrize("options", [{"width": 0}, {"steps": 0}, {"starts": ()}])
def test_an_empty_search_is_refused(options):
    with pytest.raises(ValueError, match="at least 1"):
        search(Markov(1), **options)
