"""E3.2: the slopes along a chain, against differences and against each other."""

import itertools

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser

from ldl_lib.explore import bundle
from ldl_lib.explore.states import evaluate, plain
from ldl_lib.figures.backprop import chain_rule

TORCH = {
    "double": lambda u: 2 * u,
    "square": lambda u: u * u,
    "tanh": torch.tanh,
    "logistic": torch.sigmoid,
}


CHAINS = list(itertools.product(TORCH, repeat=3))


@pytest.mark.parametrize("names", CHAINS, ids="-".join)
def test_values_and_slopes_are_those_of_autograd(names):
    for x in (-1.0, -0.2, 0.0, 0.6):
        ours = chain_rule.chain(x, *names)
        start = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        reached = start
        values, slopes = [x], []
        for name in names:
            link = reached.detach().requires_grad_()
            slopes.append(torch.autograd.grad(TORCH[name](link), link)[0].item())
            reached = TORCH[name](reached)
            values.append(reached.item())
        reached.backward()
        np.testing.assert_allclose(ours.values, values, atol=1e-14)
        np.testing.assert_allclose(ours.slopes, slopes, atol=1e-14)
        assert np.prod(ours.slopes) == pytest.approx(start.grad.item(), abs=1e-14)


def test_words_give_the_product_and_what_the_nudge_really_does():
    said = chain_rule.words(0.6, "double", "tanh", "logistic", 0.05)
    product = 2 * (1 - np.tanh(1.2) ** 2)
    value = 1 / (1 + np.exp(-np.tanh(1.2)))
    product *= value * (1 - value)
    moved = 1 / (1 + np.exp(-np.tanh(1.3))) - value
    assert f"= {product:.4f}." in said
    assert f"by {moved:.4f};" in said
    assert said.endswith(f"{0.05 * product:.4f}.")


def test_a_flat_link_makes_the_whole_chain_flat():
    assert np.prod(chain_rule.chain(0.0, "double", "square", "double").slopes) == 0


def test_the_picture_shows_both_paths_and_keeps_them_inside():
    state = evaluate(
        chain_rule.state,
        {"x": 1.0, "h": "double", "g": "double", "f": "double", "nudge": 0.4},
    )
    np.testing.assert_allclose(state["data[5].x"], [1, 2, 4, chain_rule.REACH])
    np.testing.assert_allclose(state["data[4].x"][:2], [1.4, 2.8])
    assert np.nanmax(state["data[6].x"]) <= chain_rule.REACH
    assert state["layout.annotations[3].text"].endswith("<br>8.0000")
    assert state["layout.annotations[6].text"] == "slope of f<br>2.0000"


def test_the_twin_in_the_page_agrees_in_every_state(browser: Browser):
    settings = [
        {"x": x / 10, "h": h, "g": g, "f": f, "nudge": nudge}
        for x in range(-10, 11)
        for h, g, f in CHAINS
        for nudge in chain_rule.NUDGES
    ]
    page = browser.new_page()
    page.add_script_tag(content=bundle.library() + "window.ldl = ldl;")
    page.add_script_tag(content=bundle.part("compute", "chain_rule"))
    twins = page.evaluate(
        "([all, constants]) => all.map((values) =>"
        " ldl.registered('compute', 'chain_rule')(values, constants))",
        [settings, chain_rule.CONSTANTS],
    )
    page.close()
    for values, twin in zip(settings, twins, strict=True):
        assert twin.pop("$describe") == chain_rule.words(**values), values
        expected = evaluate(chain_rule.state, values)
        assert twin.keys() == expected.keys()
        for path, value in expected.items():
            if isinstance(value, str):
                assert twin[path] == value, (values, path)
            else:
                ours = np.array(plain(value), dtype=float)
                drawn = np.array(twin[path], dtype=float)
                np.testing.assert_allclose(drawn, ours, atol=1e-12)
