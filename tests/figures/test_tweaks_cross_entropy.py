"""E5.3 agrees with PyTorch's autograd and with values worked out by hand."""

import math
import re

import numpy as np
import pytest

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import cross_entropy

DEFAULTS = {"loss": "squared error", "target": 1, "z": 0.0}
Z = np.array([-8.0, -4.75, -1.0, 0.0, 0.25, 3.5, 8.0])


@pytest.mark.parametrize("target", [0, 0.1, 0.9, 1])
@pytest.mark.parametrize("loss", cross_entropy.LOSSES)
def test_factors_are_those_of_autograd(loss, target):
    torch = pytest.importorskip("torch")
    z = torch.tensor(Z, requires_grad=True)
    y_hat = torch.sigmoid(z)
    y_hat.retain_grad()
    y = torch.full_like(z, target)
    if loss == "squared error":
        error = 0.5 * torch.nn.functional.mse_loss(y_hat, y, reduction="sum")
    else:
        error = torch.nn.functional.binary_cross_entropy(y_hat, y, reduction="sum")
    error.backward()
    by_output, slope, error_term = cross_entropy.factors(loss, target, Z)
    np.testing.assert_allclose(by_output, y_hat.grad.numpy(), rtol=1e-9)
    np.testing.assert_allclose(error_term, z.grad.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slope, (y_hat * (1 - y_hat)).detach().numpy())


def test_slope_of_the_neuron_cancels_from_cross_entropy_only():
    for target in (0, 0.1, 0.9, 1):
        y_hat = 1 / (1 + np.exp(-Z))
        entropy = cross_entropy.factors("cross-entropy", target, Z)[2]
        np.testing.assert_allclose(entropy, y_hat - target, atol=1e-12)
        squared = cross_entropy.factors("squared error", target, Z)[2]
        np.testing.assert_allclose(squared, (y_hat - target) * y_hat * (1 - y_hat))


def test_curves_pass_through_the_dots():
    state = cross_entropy.state("cross-entropy", 1, 2.0)
    place = int(np.argmin(np.abs(cross_entropy.CURVE - 2.0)))
    assert cross_entropy.CURVE[place] == 2.0
    assert state["data[1].y"][place] == pytest.approx(state["data[2].y"][0])
    assert state["data[6].y"][place] == pytest.approx(state["data[7].y"][0])
    assert state["data[4].y"][0] == pytest.approx(
        cross_entropy.figure().data[3].y[place]
    )
    assert state["data[2].marker.symbol"] == ["circle"]


def test_what_leaves_the_frame_is_marked_and_written():
    state = cross_entropy.state("cross-entropy", 1, -8.0)
    assert state["data[2].y"] == [-cross_entropy.STEEPEST]
    assert state["data[2].marker.symbol"] == ["triangle-down"]
    assert f"−{1 + math.exp(8):,.0f}" in state["layout.annotations[0].text"]
    above = cross_entropy.state("cross-entropy", 0, 8.0)
    assert above["data[2].marker.symbol"] == ["triangle-up"]


def test_words_answer_the_question():
    grid = np.arange(-8, 8.25, 0.25)
    terms = np.abs(cross_entropy.factors("squared error", 1, grid)[2])
    answer = grid[(terms < 0.01) & (grid < 0)].max()
    assert answer == -4.75
    for z, stuck in ((answer, True), (answer + 0.25, False), (8.0, False)):
        said = cross_entropy.words("squared error", 1, float(z))
        assert ("hardly moves it" in said) == stuck
    assert "−0.125 from squared error" in cross_entropy.words(**DEFAULTS)
    assert "−0.500 from cross-entropy" in cross_entropy.words(**DEFAULTS)


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(cross_entropy.state, DEFAULTS, None))
    for loss in cross_entropy.LOSSES:
        for z in (-8.0, 0.0, 8.0):
            for target in (0, 0.1, 0.9, 1):
                values = {"loss": loss, "target": target, "z": z}
                evaluate(cross_entropy.state, values, paths)
    drawn = cross_entropy.figure().update_layout(template=None)
    hexes = set(re.findall(r"#[0-9a-f]{6}", drawn.to_json()))
    assert hexes
    assert hexes <= set(DARK_TWIN)
