"""The character model against PyTorch's LSTM, and what it does with texts."""

import numpy as np
import pytest

from ldl_lib import character_model
from ldl_lib.beam_search import beam_search
from ldl_lib.character_model import CHARACTERS, CharacterModel, clean, quantise

UNITS = 5


def random_weights(seed=0):
    rng = np.random.default_rng(seed)
    kinds = len(CHARACTERS)
    shapes = [
        (4 * UNITS, kinds),
        (4 * UNITS, UNITS),
        (4 * UNITS,),
        (kinds, UNITS),
        (kinds,),
    ]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def pytorch(weights, text):
    """Return PyTorch's hidden states, last cell and log-probabilities of a text."""
    torch = pytest.importorskip("torch")
    W, U, b, W_out, b_out = map(torch.from_numpy, weights)
    lstm = torch.nn.LSTM(W.shape[1], U.shape[1], batch_first=True)
    with torch.no_grad():
        for parameter, value in zip(
            lstm.parameters(), (W, U, b, torch.zeros_like(b)), strict=True
        ):
            parameter.copy_(value)
        tokens = torch.tensor([CHARACTERS.index(c) for c in text])
        one_hot = torch.nn.functional.one_hot(tokens, W.shape[1]).float()
        h, (_, last_c) = lstm(one_hot[None])
        outputs = torch.log_softmax(h[0] @ W_out.T + b_out, dim=1)
    return h[0].numpy(), last_c[0, 0].numpy(), outputs.numpy()


def test_reading_agrees_with_pytorch():
    weights, text = random_weights(), "it was the body of a man."
    reading = CharacterModel(*weights).read(text)
    h, last_c, log_probabilities = pytorch(weights, text)
    np.testing.assert_allclose(reading.h, h, atol=1e-6)
    np.testing.assert_allclose(reading.c[-1], last_c, atol=1e-5)
    np.testing.assert_allclose(reading.log_probabilities, log_probabilities, atol=1e-5)


def test_the_trained_model_agrees_with_pytorch():
    model = character_model.load()
    weights = [model.W, model.U, model.b, model.W_out, model.b_out]
    text = clean("I beheld the wretch, the miserable monster whom I had created. " * 5)
    reading = model.read(text)
    h, _, log_probabilities = pytorch(weights, text)
    np.testing.assert_allclose(reading.h, h, atol=1e-5)
    np.testing.assert_allclose(reading.log_probabilities, log_probabilities, atol=1e-4)


def test_gates_make_the_cell_and_the_hidden_state():
    reading = CharacterModel(*random_weights()).read("abc def")
    before = np.vstack([np.zeros((1, UNITS)), reading.c[:-1]])
    cell = reading.f * before + reading.i * reading.g
    np.testing.assert_allclose(reading.c, cell, atol=1e-6)
    np.testing.assert_allclose(reading.h, reading.o * np.tanh(reading.c), atol=1e-6)


def test_steps_in_a_batch_agree_with_reading():
    model = CharacterModel(*random_weights())
    texts = ["the body", "a spirit"]
    tokens = np.array([model.encode(text) for text in texts])
    state = None
    for step in tokens.T:
        log_probabilities, state = model.next_step(step, state)
    for row, text in enumerate(texts):
        reading = model.read(text)
        np.testing.assert_allclose(state[0][row], reading.h[-1], atol=1e-6)
        expected = reading.log_probabilities[-1]
        np.testing.assert_allclose(log_probabilities[row], expected, atol=1e-5)
    np.testing.assert_allclose(np.exp(log_probabilities).sum(axis=1), 1, atol=1e-6)


def test_a_search_starts_where_the_prompt_ends():
    model = CharacterModel(*random_weights())
    token, state = model.start("the body ")
    (found,) = beam_search(model.next_step, [token], width=4, steps=6, state=state)
    text = model.decode(found[0].tokens)
    reading = model.read("the body " + text)
    chances = reading.log_probabilities[len("the body ") - 1 : -1]
    total = sum(row[t] for row, t in zip(chances, found[0].tokens, strict=True))
    assert len(text) == 6
    assert found[0].log_probability == pytest.approx(total, abs=1e-4)


def test_extreme_weights_overflow_nowhere():
    weights = [1e4 * values for values in random_weights()]
    with np.errstate(over="raise", invalid="raise"):
        reading = CharacterModel(*weights).read("monster")
    assert np.isfinite(reading.h).all()


def test_the_trained_model_prefers_english():
    """A space after "of", and "the" over its letters in another order."""
    model = character_model.load()
    assert (
        model.decode([model.read("the king of").log_probabilities[-1].argmax()]) == " "
    )

    def log_probability(text):
        reading = model.read(text)
        chances = reading.log_probabilities[:-1]
        return chances[np.arange(len(chances)), reading.tokens[1:]].sum()

    assert log_probability("and the man") > log_probability("and hte man") + 3


def test_clean_knows_accents_quotes_and_line_ends():
    raw = "“Élan\r\nvital” — it’s_17 \t a (naïve)\nœuvre"
    assert clean(raw) == '"elan vital" - it\'s a naive uvre'
    assert set(clean(raw)) <= set(CHARACTERS)
    assert clean(clean(raw)) == clean(raw)


def test_texts_come_back_from_their_tokens():
    model = CharacterModel(*random_weights())
    assert model.decode(model.encode(CHARACTERS)) == CHARACTERS
    assert model.encode("Ab").tolist() == [10, 11]
    assert len(model.encode("")) == 0


def test_an_empty_prompt_or_text_is_an_error():
    model = CharacterModel(*random_weights())
    with pytest.raises(ValueError, match="empty"):
        model.start("")
    with pytest.raises(ValueError, match="empty"):
        model.read("")


def test_shapes_that_do_not_fit_are_an_error():
    weights = random_weights()
    with pytest.raises(ValueError, match=r"\(\(20, 36\).* got \(\(36, 20\)"):
        CharacterModel(weights[0].T, *weights[1:])


def test_quantised_weights_are_near_and_keep_zero_rows():
    weights = np.vstack([random_weights()[0], np.zeros((1, len(CHARACTERS)))])
    numbers, scale = quantise(weights)
    assert numbers.dtype == np.int8
    assert np.abs(numbers).max() == 127
    error = np.abs(numbers * scale[:, None] - weights)
    assert (error <= scale[:, None] / 2 + 1e-6).all()
