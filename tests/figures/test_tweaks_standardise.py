"""E5.5: descent against PyTorch, the surface against its own definition."""

import itertools
import json
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import standardise

SETTINGS = [
    ("as it is", 2, 3, 0.05),
    ("as it is", 3, 1, 0.02),
    ("centred", 2, 3, 0.1),
    ("centred and scaled", 1, 4, 0.4),
]


def loss_at(found, points):
    """Mean squared error of ŷ = b + w x at rows (b, w), by its definition."""
    outputs = points[:, :1] + points[:, 1:] * found.x
    return ((outputs - found.y) ** 2).mean(axis=1)


@pytest.mark.parametrize(("mode", "mean", "deviation", "rate"), SETTINGS)
def test_the_path_is_pytorch_s(mode, mean, deviation, rate):
    found = standardise.descend(mode, mean, deviation, rate)
    x, y = torch.tensor(found.x), torch.tensor(found.y)
    point = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=rate)
    for step in range(26):
        assert found.path[step] == pytest.approx(point.detach().numpy(), abs=1e-12)
        optimizer.zero_grad()
        ((point[0] + point[1] * x - y) ** 2).mean().backward()
        optimizer.step()


@pytest.mark.parametrize(("mode", "mean", "deviation", "rate"), SETTINGS)
def test_contours_lie_at_their_levels_above_the_smallest_loss(
    mode, mean, deviation, rate
):
    found = standardise.descend(mode, mean, deviation, rate)
    smallest = loss_at(found, found.best[None])[0]
    around = found.best + np.random.default_rng(1).normal(size=(50, 2))
    assert (loss_at(found, around) > smallest).all()
    x, y = standardise.contours(found.best, found.hessian)
    points = np.column_stack([x, y]).reshape(len(standardise.LEVELS), -1, 2)[:, :-1]
    for level, outline in zip(standardise.LEVELS, points, strict=True):
        assert loss_at(found, outline) - smallest == pytest.approx(level)
    assert found.losses == pytest.approx(loss_at(found, found.path) - smallest)


def test_inputs_have_the_mean_and_deviation_that_were_set():
    raw = standardise.descend("as it is", 3, 4, 0.01).x
    assert (raw.mean(), raw.std()) == (pytest.approx(3), pytest.approx(4))
    centred = standardise.descend("centred", 3, 4, 0.01).x
    assert (centred.mean(), centred.std()) == (pytest.approx(0), pytest.approx(4))
    both = standardise.descend("centred and scaled", 3, 4, 0.01).x
    assert (both.mean(), both.std()) == (pytest.approx(0), pytest.approx(1))


@pytest.mark.parametrize(("mean", "deviation"), [(0, 1), (0, 4), (3, 1), (2, 3)])
def test_condition_number_is_the_one_found_by_hand(mean, deviation):
    # Half the Hessian is [[1, m], [m, m² + s²]]: trace 1 + m² + s², determinant s².
    trace, determinant = 1 + mean**2 + deviation**2, deviation**2
    root = np.sqrt(trace**2 - 4 * determinant)
    hessian = standardise.descend("as it is", mean, deviation, 0.01).hessian
    expected = (trace + root) / (trace - root)
    assert standardise.condition_number(hessian) == pytest.approx(expected)
    centred = standardise.descend("centred", mean, deviation, 0.01).hessian
    assert standardise.condition_number(centred) == pytest.approx(deviation**2)


def test_the_sentence_says_which_rates_arrive():
    for mode, mean, deviation in itertools.product(
        standardise.MODES, (0, 1, 2, 3), (1, 2, 3, 4)
    ):
        for rate in (0.01, 0.02, 0.05, 0.1, 0.2, 0.4):
            text = standardise.words(mode, mean, deviation, rate)
            found = standardise.descend(mode, mean, deviation, rate)
            limit = float(re.search(r"below (\S+) can", text)[1])
            # Each step multiplies the distance from the minimum by 1 − η·Hessian.
            factors = [
                np.linalg.norm(np.eye(2) - eta * found.hessian, 2)
                for eta in (rate, 0.94 * limit, 1.06 * limit)
            ]
            assert ("too large" in text) == (factors[0] > 1)
            assert factors[1] < 1 < factors[2]


def test_standardised_descent_does_not_depend_on_the_raw_scale():
    paths = [
        standardise.descend("centred and scaled", mean, deviation, 0.1).path
        for mean, deviation in ((0, 1), (3, 4))
    ]
    assert paths[0] == pytest.approx(paths[1])
    assert "circles" in standardise.words("centred and scaled", 3, 4, 0.1)


def test_a_path_that_leaves_the_picture_is_cut_and_its_line_not_drawn():
    shown = standardise.state("as it is", 3, 4, 0.4)
    (left, right), (low, high) = standardise.FRAME
    x, y = shown["data[2].x"], shown["data[2].y"]
    inside = (x >= left) & (x <= right) & (y >= low) & (y <= high)
    assert inside[:-1].all()
    assert not inside[-1]
    assert len(shown["data[5].x"]) == 0
    arrived = standardise.state("centred and scaled", 3, 4, 0.4)
    assert arrived["data[5].y"] == pytest.approx(arrived["data[4].y"], abs=1e-6)


def test_every_state_fits_the_figure_and_every_minimum_its_frame():
    figure = standardise.figure()
    (left, right), (low, high) = standardise.FRAME
    for mode, mean, deviation in itertools.product(standardise.MODES, (0, 3), (1, 4)):
        values = {"mode": mode, "mean": mean, "deviation": deviation, "rate": 0.4}
        shown = evaluate(standardise.state, values)
        assert left < shown["data[1].x"][0] < right
        assert low < shown["data[1].y"][0] < high
        assert {int(path[5]) for path in shown} == set(range(len(figure.data)))


def test_only_colours_with_a_dark_twin():
    figure = standardise.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)
