"""Chapter 11: what the first page defines, taken out of it and checked."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.character_model import CHARACTERS

PAGE = Path(__file__).parents[2] / "notebooks/11_text_generation/concepts.ipynb"
TEXT = "the body of the man is the body that the man has. then the end"


@pytest.fixture(scope="module")
def defined():
    """Return what some cells of the page define, on a text of one sentence."""
    cells = json.loads(PAGE.read_text(encoding="utf-8"))["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    space = {"np": np, "nn": nn, "characters": CHARACTERS, "text": TEXT}
    exec("from collections import Counter", space)
    for name in ("cut", "ngrams", "both-sides-definition", "both-ways"):
        exec(sources[name], space)
    return space


def followers(context):
    """Return every letter that follows a context in the text, one by one."""
    n = len(context)
    places = [t for t in range(n, len(TEXT)) if TEXT[t - n : t] == context]
    return [TEXT[t] for t in places]


@pytest.mark.parametrize("order", range(5))
@pytest.mark.parametrize("before", ["the bod", "then th", "qqqqqqq"])
def test_ngrams_mix_frequencies_as_the_formula_says(defined, order, before):
    model = defined["Ngrams"](TEXT, longest=5, strength=2.0)
    expected = dict.fromkeys(CHARACTERS, 1 / len(CHARACTERS))
    for n in range(order + 1):
        came = followers(before[len(before) - n :])
        expected = {
            c: (came.count(c) + 2.0 * p) / (len(came) + 2.0)
            for c, p in expected.items()
        }
    found = [model.probability(c, before, order) for c in CHARACTERS]
    np.testing.assert_allclose(found, list(expected.values()))
    assert sum(found) == pytest.approx(1)


@pytest.mark.parametrize(("length", "step"), [(5, 1), (5, 2), (10, 3), (61, 4)])
def test_windows_are_cut_one_after_the_other(defined, length, step):
    windows = defined["cut"](TEXT, length, step)
    at = 0
    for window, target in windows:
        assert (window, target) == (TEXT[at : at + length], TEXT[at + length])
        at += step
    assert at + length >= len(TEXT)


def test_bits_between_and_after_are_mean_surprises(defined):
    def before(text, t):
        return text[t - 2 : t]

    found = defined["bits_in_context"](before, TEXT, TEXT, strength=1)
    bits = []
    places = range(2, len(TEXT) - 2)
    for t in places:
        came = [TEXT[s] for s in places if TEXT[s - 2 : s] == TEXT[t - 2 : t]]
        share = (TEXT.count(TEXT[t]) + 1) / (len(TEXT) + len(CHARACTERS))
        bits.append(-np.log2((came.count(TEXT[t]) + share) / (len(came) + 1)))
    assert found == pytest.approx(np.mean(bits))


def test_two_layers_make_the_bidirectional_layer_of_torch(defined):
    layer = torch.nn.RNN(3, 4, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for name, network in (("l0", "there"), ("l0_reverse", "back")):
            own = defined[network].layers[0].parameters
            getattr(layer, f"weight_ih_{name}").copy_(torch.tensor(own["W"]))
            getattr(layer, f"weight_hh_{name}").copy_(torch.tensor(own["U"]))
            getattr(layer, f"bias_ih_{name}").copy_(torch.tensor(own["b"]))
            getattr(layer, f"bias_hh_{name}").zero_()
        X = np.random.default_rng(5).normal(size=(2, 6, 3))
        theirs = layer(torch.tensor(X, dtype=torch.float32))[0].numpy()
    np.testing.assert_allclose(defined["both_ways"](X), theirs, atol=1e-6)
