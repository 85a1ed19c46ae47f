"""The optimizer race: torch.optim takes the same paths, and hand numbers hold."""

import itertools
import json
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore import Choice, Player
from ldl_lib.explore.states import evaluate
from ldl_lib.explore.table import build
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import optimizers as race

TORCH = {
    "SGD": lambda w, lr: torch.optim.SGD(w, lr=lr),
    "momentum": lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9),
    "Nesterov": lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9, nesterov=True),
    "AdaGrad": lambda w, lr: torch.optim.Adagrad(w, lr=lr, eps=1e-10),
    "RMSProp": lambda w, lr: torch.optim.RMSprop(w, lr=lr, alpha=0.9, eps=1e-8),
    "Adam": lambda w, lr: torch.optim.Adam(w, lr=lr, eps=1e-8),
    "AdamW": lambda w, lr: torch.optim.AdamW(w, lr=lr, eps=1e-8, weight_decay=0.1),
    "Nadam": lambda w, lr: torch.optim.NAdam(w, lr=lr, eps=1e-8),
}
LOSSES = {  # written again, for autograd
    "ravine": lambda x, y: ((x - 1) ** 2 + 20 * (y - 0.5) ** 2) / 2,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4 + 0.25,
    "Rosenbrock": lambda x, y: ((1 - x) ** 2 + 20 * (y - x**2) ** 2) / 20,
}
CONTROLS = {
    "group": Choice(list(race.GROUPS)),
    "surface": Choice(list(race.SURFACES)),
    "rate": Choice(list(race.RATES)),
    "moment": Player(len(race.MOMENTS)),
}


def torch_path(surface, name, rate, steps):
    weights = torch.tensor(race.SURFACES[surface].start, dtype=torch.float64)
    weights.requires_grad_()
    optimizer = TORCH[name]([weights], rate)
    path = [weights.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        LOSSES[surface](*weights).backward()
        optimizer.step()
        path.append(weights.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("rate", [0.03, 0.3])
@pytest.mark.parametrize("surface", race.SURFACES)
@pytest.mark.parametrize("name", race.OPTIMIZERS)
def test_paths_are_those_of_torch(name, surface, rate):
    run = race.race(surface, name, rate)
    # Later on rounding errors grow: RMSProp's jumps around a minimum are chaotic.
    steps = min(len(run.path) - 1, 40)
    theirs = torch_path(surface, name, rate, steps)
    np.testing.assert_allclose(run.path[: steps + 1], theirs, atol=1e-6)
    losses = LOSSES[surface](*theirs.T)
    np.testing.assert_allclose(run.losses[: steps + 1], losses, atol=1e-5)


def test_first_steps_by_hand():
    # At the ravine's start the gradient is (−3.5 − 1, 20 (1.5 − 0.5)) = (−4.5, 20).
    steps = {
        name: np.diff(race.race("ravine", name, 0.01).path[:2], axis=0)[0]
        for name in race.OPTIMIZERS
    }
    np.testing.assert_allclose(steps["SGD"], [0.045, -0.2])
    np.testing.assert_allclose(steps["momentum"], steps["SGD"])
    np.testing.assert_allclose(steps["Nesterov"], 1.9 * steps["SGD"])
    np.testing.assert_allclose(steps["AdaGrad"], [0.01, -0.01])
    np.testing.assert_allclose(steps["Adam"], [0.01, -0.01], atol=1e-10)
    # Its average of squares starts at 0 and is not corrected: 1/√0.1 times as far.
    np.testing.assert_allclose(steps["RMSProp"], [0.0316228, -0.0316228], rtol=1e-5)
    decay = -0.01 * 0.1 * np.array([-3.5, 1.5])
    np.testing.assert_allclose(steps["AdamW"], steps["Adam"] + decay, atol=1e-10)


@pytest.mark.parametrize("surface", race.SURFACES)
def test_minima_are_flat_and_zero_and_starts_are_inside(surface):
    ground = race.SURFACES[surface]
    for place in ground.marks["minimum"]:
        assert float(ground.value(*np.array(place)[:, None])[0]) == pytest.approx(0)
        np.testing.assert_allclose(ground.gradient(*place), 0, atol=1e-12)
    for x, y in [*ground.marks["minimum"], ground.start]:
        assert ground.x_range[0] < x < ground.x_range[1]
        assert ground.y_range[0] < y < ground.y_range[1]


def test_a_run_ends_outside_and_remembers_when():
    out = race.race("ravine", "SGD", 0.3)
    assert out.left == len(out.path) - 1 == 1  # 0.3 · 20 is far more than 2
    assert out.loss_after(0) == pytest.approx(20.125)
    assert out.loss_after(1) is None
    stays = race.race("ravine", "SGD", 0.03)
    assert stays.left is None
    assert len(stays.path) == race.STEPS + 1
    below = np.flatnonzero(race.race("ravine", "Nesterov", 0.03).losses < 0.01)
    assert race.race("ravine", "Nesterov", 0.03).arrived == below[0] > 0


def settings():
    return itertools.product(*(control.grid() for control in CONTROLS.values()))


def test_every_state_shows_where_the_optimizers_are():
    for group, surface, rate, moment in itertools.islice(settings(), 0, None, 7):
        shown = race.state(group, surface, rate, moment)
        step = race.MOMENTS[moment]
        for lane, name in enumerate(race.GROUPS[group]):
            above, below = f"data[{2 + lane}]", f"data[{6 + lane}]"
            assert shown[f"{above}.name"] == name
            if not name:
                assert len(shown[f"{above}.x"]) == len(shown[f"{below}.x"]) == 0
                continue
            run = race.race(surface, name, rate)
            now = min(step, len(run.path) - 1)
            head = shown[f"{above}.x"][0], shown[f"{above}.y"][0]
            assert head == pytest.approx(run.path[now], abs=0.006)
            tail = shown[f"{above}.x"][-1], shown[f"{above}.y"][-1]
            assert tail == pytest.approx(run.path[0], abs=0.006)
            assert shown[f"{below}.x"][0] == now
            low, high = 1e-4, 10**1.6
            seen = np.clip(run.losses[now], low, high)
            assert shown[f"{below}.y"][0] == pytest.approx(seen, rel=0.013)
            assert (np.diff(shown[f"{below}.x"]) < 0).all()


def test_paths_as_drawn_stay_close_to_all_their_points():
    for name in race.OPTIMIZERS:
        group = next(key for key, lanes in race.GROUPS.items() if name in lanes)
        lane = race.GROUPS[group].index(name)
        shown = race.state(group, "Rosenbrock", 0.03, len(race.MOMENTS) - 1)
        line = np.column_stack([shown[f"data[{2 + lane}].{letter}"] for letter in "xy"])
        pieces = [
            a + np.linspace(0, 1, 50)[:, None] * (b - a)
            for a, b in itertools.pairwise(line)
        ]
        points = np.concatenate([line, *pieces])
        for point in race.race("Rosenbrock", name, 0.03).path[::9]:
            assert np.linalg.norm(points - point, axis=1).min() < 0.06


def test_words_rank_by_loss_and_name_who_left_and_arrived():
    words = race.words("momentum, RMSProp, Adam", "ravine", 0.3, len(race.MOMENTS) - 1)
    runs = {n: race.race("ravine", n, 0.3) for n in ("SGD", "momentum", "RMSProp")}
    assert runs["SGD"].left == runs["momentum"].left == 1
    assert "Out of the picture: SGD (step 1), momentum (step 1)." in words
    assert re.match(r"Loss after step 100: Adam 0\.00022, RMSProp 0\.24\.", words)
    arrived = runs["RMSProp"].arrived
    assert words.endswith(f"First below 0.01: RMSProp, at step {arrived}.")
    start = race.words("momentum, Nesterov", "saddle", 0.03, 0)
    assert start == "All start with a loss of 3.4."  # 2.5²/2 + ¼ (0.0001 − 1)²
    early = race.words("momentum, Nesterov", "ravine", 0.01, 2)
    assert early.endswith("None is below 0.01 yet.")


def test_states_fit_figure_colours_and_page():
    figure = race.figure()
    shown = evaluate(race.state, {n: c.default for n, c in CONTROLS.items()})
    for path in shown:
        trace = re.match(r"data\[(\d+)\]", path)
        assert trace is None or int(trace[1]) < len(figure.data), path
    template = set(
        re.findall(r"#[0-9a-fA-F]{6}\b", repr(figure.layout.template.to_plotly_json()))
    )
    used = set(
        re.findall(
            r"#[0-9a-fA-F]{6}\b", json.dumps(figure.to_plotly_json(), default=list)
        )
    )
    assert used - template <= set(DARK_TWIN)
    table = build(race.state, race.words, CONTROLS)
    assert table.states <= 2000
    assert len(table.text) < 41_000
