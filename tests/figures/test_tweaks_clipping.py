"""Clipping at a cliff: torch takes the same steps, and angles follow geometry."""

import itertools
import json
import math
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore import Choice, Player
from ldl_lib.explore.states import evaluate
from ldl_lib.explore.table import build
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import clipping

CONTROLS = {
    "method": Choice(list(clipping.METHODS)),
    "limit": Choice(list(clipping.LIMITS)),
    "rate": Choice(list(clipping.RATES)),
    "step": Player(clipping.STEPS + 1),
}


def loss(x, y):
    floor = torch.sqrt(0.01 + x**2) - 0.1
    return floor + 30 * torch.relu(x) ** 2 + 0.15 * y**2


def torch_points(method, limit, rate):
    weights = torch.tensor(clipping.START, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=rate)
    points = [weights.detach().numpy().copy()]
    for _ in range(clipping.STEPS + 1):
        optimizer.zero_grad()
        loss(*weights).backward()
        if method == "by value":
            torch.nn.utils.clip_grad_value_([weights], limit)
        if method == "by norm":
            torch.nn.utils.clip_grad_norm_([weights], limit)
        optimizer.step()
        points.append(weights.detach().numpy().copy())
    return np.array(points)


@pytest.mark.parametrize("method", clipping.METHODS)
@pytest.mark.parametrize("limit", clipping.LIMITS)
def test_points_are_those_of_torch(method, limit):
    run = clipping.descend(method, limit, 0.5)
    theirs = torch_points(method, limit, 0.5)
    # torch divides by the norm plus 1e-6, and the wall magnifies the difference.
    np.testing.assert_allclose(run.points, theirs, atol=2e-3)


def test_by_norm_keeps_the_direction_and_by_value_may_turn_it():
    value, norm = (clipping.descend(m, 1.0, 0.5) for m in clipping.METHODS[1:])
    for raw, used in zip(norm.gradients, norm.used, strict=True):
        assert raw[0] * used[1] == pytest.approx(raw[1] * used[0], abs=1e-9)
        assert np.linalg.norm(used) <= 1 + 1e-9
        assert np.linalg.norm(used) == pytest.approx(min(1, np.linalg.norm(raw)))
    np.testing.assert_allclose(value.used, np.clip(value.gradients, -1, 1), atol=1e-9)
    raw, used = value.gradients[4], value.used[4]
    assert raw[0] > 15  # on the wall
    angle = math.degrees(math.atan2(used[1], used[0]) - math.atan2(raw[1], raw[0]))
    assert clipping.turned(raw, used) == pytest.approx(angle)
    assert angle > 15


def test_without_clipping_the_wall_throws_the_point_far_back():
    free = clipping.descend("not at all", 1.0, 0.5)
    held = clipping.descend("by norm", 1.0, 0.5)
    assert free.points[5, 0] < -7
    assert held.points[:, 0].min() == clipping.START[0]
    np.testing.assert_allclose(free.used, free.gradients, atol=1e-9)


def test_states_show_the_next_step_with_and_without_clipping():
    for values in itertools.product(*(c.grid() for c in CONTROLS.values())):
        method, limit, rate, step = values
        shown = clipping.state(*values)
        run = clipping.descend(method, limit, rate)
        here = run.points[step]
        assert (shown["data[2].x"][-1], shown["data[2].y"][-1]) == tuple(here)
        unclipped = here - rate * run.gradients[step]
        assert shown["data[3].x"][1] == pytest.approx(unclipped[0])
        assert shown["data[4].y"][1] == pytest.approx(run.points[step + 1][1])
        assert shown["data[5].y"][-1] >= shown["data[6].y"][-1] - 1e-9


def test_words_tell_lengths_angle_and_loss():
    words = clipping.words("by value", 1.0, 0.5, 4)
    run = clipping.descend("by value", 1.0, 0.5)
    gx, gy = run.gradients[4]
    assert f"After 4 steps: gradient ({gx:.2f}, {gy:.2f})" in words
    assert f"length {math.hypot(gx, gy):.2f}. Clipped to (1.00, {gy:.2f})" in words
    angle = math.degrees(math.atan(gy) - math.atan2(gy, gx))
    assert f"turned by {angle:.0f}°" in words
    after = float(loss(*torch.tensor(run.points[5])))
    assert words.endswith(f"leads to a loss of {after:.2f}.")
    assert "used as it is" in clipping.words("not at all", 1.0, 0.5, 4)
    assert "within the limit" in clipping.words("by norm", 2.0, 0.5, 0)
    assert "turned by 0°" in clipping.words("by norm", 1.0, 0.5, 4)
    assert "After 1 step:" in clipping.words("by norm", 1.0, 0.5, 1)


def test_states_fit_figure_colours_and_page():
    figure = clipping.figure()
    shown = evaluate(clipping.state, {n: c.default for n, c in CONTROLS.items()})
    for path in shown:
        assert int(re.match(r"data\[(\d+)\]", path)[1]) < len(figure.data)
    drawn = figure.to_plotly_json()
    template = set(re.findall(r"#[0-9a-fA-F]{6}\b", repr(drawn["layout"]["template"])))
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(drawn, default=list)))
    assert used - template <= set(DARK_TWIN)
    table = build(clipping.state, clipping.words, CONTROLS)
    assert len(table.text) < 48_000
