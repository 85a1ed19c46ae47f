"""What writes text in the page: network, search and sampling, by Python and torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from ldl_lib.beam_search import beam_search
from ldl_lib.character_model import ARTIFACT, CHARACTERS, CharacterModel, clean, load
from ldl_lib.figures.digits import draw
from ldl_lib.figures.text import _live, sampling
from tests.figures.character_models import random_model

CORE = "const core = front.registered('core', 'recurrent');"
WORDS = [
    "the body ",
    "i saw ",
    "a",
    "it was on a dreary night",
    "my dear",
    "?!",
    "o, ma",
]

needs_artifact = pytest.mark.skipif(
    not ARTIFACT.exists(), reason="chapter 11's lab has not had its full run yet"
)


def by_torch(model: CharacterModel, text: str) -> np.ndarray:
    """Return the probabilities after a text, by torch's own LSTM."""
    kinds = len(model.characters)
    lstm = torch.nn.LSTM(kinds, model.units, batch_first=True)
    with torch.no_grad():
        for name, values in (
            ("weight_ih_l0", model.W),
            ("weight_hh_l0", model.U),
            ("bias_ih_l0", model.b),
            ("bias_hh_l0", np.zeros_like(model.b)),
        ):
            getattr(lstm, name).copy_(torch.tensor(values))
        one_hot = torch.eye(kinds)[model.encode(text)][None]
        h = lstm(one_hot)[0][0, -1].numpy()
    logits = (model.W_out @ h + model.b_out).astype(float)
    return np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()


PROBABILITIES = f"""async ([packed, texts]) => {{
  {CORE} const model = await core.readModel(packed);
  return texts.map((text) => {{
    const {{ begin, next }} = core.reader(model);
    const {{ token, state }} = begin(text);
    return Array.from(next(token, state).logarithms);
  }});
}}"""


def page_s_logarithms(front: Page, model: CharacterModel, texts: list[str]) -> Any:
    return np.array(front.evaluate(PROBABILITIES, [_live.packed(model), texts]))


@pytest.mark.parametrize("seed", [0, 1])
def test_next_character_s_probabilities_are_torch_s(front: Page, seed: int) -> None:
    model = random_model(seed)
    got = np.exp(page_s_logarithms(front, model, WORDS))
    page = _live.as_on_page(model)  # rounded weights: those of the page
    rounded = CharacterModel(page.W, page.U, page.b, page.W_out, page.b_out)
    expected = [by_torch(rounded, text) for text in WORDS]
    assert np.abs(got - expected).max() < 1e-5
    assert np.abs(got - [by_torch(model, text) for text in WORDS]).max() > 1e-5


@needs_artifact
def test_the_trained_network_says_the_same_in_the_page(front: Page) -> None:
    model = load()
    rng = np.random.default_rng(3)
    texts = ["".join(rng.choice(list(CHARACTERS), 30)) for _ in range(40)] + WORDS
    got = page_s_logarithms(front, model, [text.strip() or "a" for text in texts])
    for text, row in zip(texts, got, strict=True):
        token, state = model.start(text.strip() or "a")
        expected = np.exp(model.next_step([token], state)[0][0])
        assert np.abs(np.exp(row) - expected).max() < 1e-4


def test_the_figures_network_is_the_page_s_to_the_last_digits(front: Page) -> None:
    model = random_model(4)
    page = _live.as_on_page(model)
    got = page_s_logarithms(front, model, WORDS)
    for text, row in zip(WORDS, got, strict=True):
        token, state = page.start(text)
        expected = page.next_step([token], state)[0][0]
        assert np.allclose(row, expected, rtol=1e-12, atol=1e-12)


SEARCH = f"""async ([packed, tries]) => {{
  {CORE} const model = await core.readModel(packed);
  const {{ begin, next }} = core.reader(model);
  return tries.map(([prompt, width, steps, end, lengthPower]) => {{
    const settings = {{ width, steps, end, lengthPower }};
    const {{ found, seen }} = core.beamSearch(next, begin(prompt), settings);
    const plain = ({{ tokens, total, score = 0, fate }}) =>
      [tokens, total, score, fate];
    return [found.map(plain), seen.flat().map(plain)];
  }});
}}"""


def test_searches_find_and_look_at_what_python_s_do(front: Page) -> None:
    rng = np.random.default_rng(5)
    model = random_model(6)
    page = _live.as_on_page(model)
    space = CHARACTERS.index(" ")
    tries = [
        (prompt, width, int(rng.integers(1, 8)), end, float(rng.integers(0, 4)) / 2)
        for prompt in WORDS
        for width in (1, 2, 3, 8)
        for end in (-1, space, CHARACTERS.index("e"))
    ]
    results = front.evaluate(SEARCH, [_live.packed(model), tries])
    for (prompt, width, steps, end, power), (found, seen) in zip(
        tries, results, strict=True
    ):
        token, state = page.start(prompt)
        looked_at: list[Any] = []
        expected = beam_search(
            page.next_step,
            [token],
            width=width,
            steps=steps,
            end=None if end < 0 else end,
            length_power=power,
            state=state,
            looked_at=looked_at,
        )[0]
        assert [tuple(tokens) for tokens, *_ in found] == [h.tokens for h in expected]
        assert [fate == "finished" for *_, fate in found] == [
            h.finished for h in expected
        ]
        numbers = [[total, score] for _, total, score, _ in found]
        sums = [[h.log_probability, h.score] for h in expected]
        assert np.allclose(numbers, sums, rtol=0, atol=1e-9)
        assert [(tuple(t), fate) for t, _, _, fate in seen] == [
            (c.tokens, c.fate) for c in looked_at[0]
        ]


RESHAPE = f"""([logarithms, temperature, topK, nucleus, random]) => {{
  {CORE}
  const settings = {{ temperature, topK, nucleus }};
  const choice = core.reshape(Float64Array.from(logarithms), settings);
  return [Array.from(choice.probabilities), choice.order, choice.kept,
    random.map((each) => core.pick(choice, each))];
}}"""


def test_temperature_and_cuts_are_python_s(front: Page) -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        given = np.log(rng.dirichlet(np.full(12, 0.4)) + 1e-12)
        temperature, nucleus = (
            rng.uniform(0.1, 3),
            rng.choice([1, rng.uniform(0.05, 1)]),
        )
        top_k = int(rng.integers(1, 13))
        random = rng.random(20)
        settings = [given.tolist(), temperature, top_k, nucleus, random.tolist()]
        probabilities, order, kept, picked = front.evaluate(RESHAPE, settings)
        expected = sampling.reshape(given, temperature, top_k, nucleus)
        assert np.allclose(probabilities, expected.probabilities, rtol=0, atol=1e-12)
        assert (order, kept) == (expected.order.tolist(), expected.kept)
        assert picked == [sampling.pick(expected, each) for each in random]


def test_what_a_reader_types_is_cleaned_as_python_does(front: Page) -> None:
    typed = [
        "St. Petersburgh,\nDec. 11th, 17—.",
        "Ça  coûte “10 €”",
        "",
        "ﬁn de siècle’s –",
    ]
    got = front.evaluate(
        f"""([packed, typed]) => {{ {CORE}
          return typed.map((text) => core.clean(packed, text));
        }}""",
        [_live.packed(random_model()), typed],
    )
    assert got == [clean(text) for text in typed]


def test_random_numbers_are_python_s(front: Page) -> None:
    got = front.evaluate(
        f"""() => {{ {CORE}
          return [1, 2, 7].map((seed) =>
            Array.from({{ length: 300 }}, (_, count) => core.chance(seed, count)));
        }}"""
    )
    assert np.array_equal(got, [draw.chances(seed, 300) for seed in (1, 2, 7)])
