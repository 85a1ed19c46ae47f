"""E6.4: thinned networks and Monte Carlo dropout, against enumeration and PyTorch."""

import itertools

import numpy as np
import pytest
import torch

from ldl_lib import nn
from ldl_lib.figures.regression import mc_dropout, thinned


@pytest.mark.parametrize("rate", thinned.RATES)
@pytest.mark.parametrize("scaled", [True, False])
def test_the_expected_output_is_the_mean_over_all_masks(rate, scaled):
    mean = 0.0
    for mask in itertools.product((0, 1), repeat=thinned.HIDDEN):
        stays = sum(mask)
        chance = (1 - rate) ** stays * rate ** (thinned.HIDDEN - stays)
        scale = 1 / (1 - rate) if scaled else 1
        total = sum(
            m * a * w * scale
            for m, a, w in zip(mask, thinned.OUTPUTS, thinned.WEIGHTS, strict=True)
        )
        mean += chance * (total + thinned.BIAS)
    assert thinned.expected_output(rate, scaled) == pytest.approx(mean)
    if scaled:
        assert mean == pytest.approx(thinned.whole_output())


@pytest.mark.parametrize("rate", [0.25, 0.5, 0.75])
def test_scaling_is_pytorch_s(rate):
    torch.manual_seed(0)
    layer = torch.nn.Dropout(rate)
    outputs = torch.tensor(thinned.OUTPUTS).repeat(20_000, 1)
    sums = layer(outputs) @ torch.tensor(thinned.WEIGHTS) + thinned.BIAS
    assert float(sums.mean()) == pytest.approx(thinned.whole_output(), rel=0.02)
    spread = np.var(thinned.thinned_outputs(rate, True))
    assert float(sums.var()) == pytest.approx(spread, rel=0.6)


def test_units_and_connections_of_a_draw():
    state = thinned.state(0.5, True, 7)
    stays = thinned.masks(0.5)[6]
    assert len(state["data[3].x"]) == stays.sum()
    assert len(state["data[4].x"]) == (~stays).sum()
    # Three lines in and one out for each unit, two ends and a gap for each line.
    assert len(state["data[1].x"]) == stays.sum() * 4 * 3
    assert len(state["data[5].y"]) == 7
    mean = np.mean(thinned.thinned_outputs(0.5, True)[:7])
    assert state["data[6].y"][-1] == pytest.approx(mean)
    assert len(thinned.state(0.5, True, 0)["data[3].x"]) == thinned.HIDDEN


def test_words_say_where_the_mean_heads():
    assert "exactly the whole network's" in thinned.words(0.5, True, 3)
    without = thinned.words(0.25, False, 3)
    assert "only 75\u00a0% is left" in without
    assert "All 8 units work" in thinned.words(0, True, 3)
    assert "No mask yet" in thinned.words(0.5, True, 0)


def test_without_dropout_the_network_learns_the_examples():
    x, y = mc_dropout.examples()
    assert not np.any((x > -0.6) & (x < 0.8))
    alone = mc_dropout._answers(0.05)[mc_dropout.EPOCHS[-1]][0]
    misses = np.interp(x, mc_dropout.CURVE, alone) - y
    assert np.sqrt(np.mean(misses**2)) < 2 * mc_dropout.NOISE


@pytest.mark.parametrize("rate", mc_dropout.RATES)
def test_the_band_is_mean_and_deviation_of_the_passes(rate):
    last = mc_dropout.EPOCHS[-1]
    drawn = mc_dropout._answers(rate)[last][1]
    assert drawn.shape == (100, len(mc_dropout.CURVE))
    mean, deviation = mc_dropout.band(rate, 10, last)
    expected = torch.tensor(drawn[:10]).std(0)
    assert np.allclose(mean, torch.tensor(drawn[:10]).mean(0))
    assert np.allclose(deviation, expected)
    state = mc_dropout.state(rate, 10, last)
    outline = state["data[0].y"]
    points = len(mc_dropout.CURVE)
    assert np.allclose(outline[:points] + outline[::-1][:points], 2 * mean)


def test_every_place_sees_the_masks_of_the_same_pass():
    # A network without inputs' influence answers alike everywhere, pass by pass.
    network = nn.Network(1, [nn.Dense(8, "relu"), nn.Dropout(0.5), nn.Dense(1)], seed=0)
    network.layers[0].parameters["W"][:] = 0
    network.layers[0].parameters["b"][:] = 1
    drawn = mc_dropout._passes(network)
    assert np.allclose(drawn, drawn[:, :1])
    assert drawn.std(axis=0).min() > 0


def test_more_passes_settle_the_width():
    widths = [
        mc_dropout.held(0.2, passes, 1000)["in the gap"][0] for passes in (10, 30, 100)
    ]
    assert np.ptp(widths) < 0.05
    assert mc_dropout.band(0.2, 1, 1000)[1].max() == 0


def test_after_a_short_training_the_gap_is_the_narrower_place():
    for rate in mc_dropout.RATES:
        found = mc_dropout.held(rate, 100, mc_dropout.EPOCHS[0])
        assert found["in the gap"][0] < found["among the examples"][0]


def test_the_curves_are_one_pass_the_mean_and_the_whole_network():
    alone, drawn = mc_dropout._answers(0.2)[1000]
    state = mc_dropout.state(0.2, 30, 1000)
    assert np.allclose(state["data[1].y"], drawn[0])
    assert np.allclose(state["data[4].y"], drawn[:30].mean(axis=0))
    assert np.allclose(state["data[5].y"], alone)
    assert not np.allclose(alone, drawn[0])


def test_a_higher_rate_spreads_more_among_the_examples():
    place = "among the examples"
    spreads = [mc_dropout.held(rate, 100, 1000)[place][0] for rate in mc_dropout.RATES]
    assert spreads == sorted(spreads)
    for rate in mc_dropout.RATES:
        found = mc_dropout.held(rate, 100, 1000)
        assert found["in the gap"][0] > found[place][0]
        spread = f"{found['in the gap'][0]:.2f} in the gap"
        assert spread in mc_dropout.words(rate, 100, 1000)
    assert "no band" in mc_dropout.words(0.2, 1, 1000)
