"""Newton against gradient descent: SciPy and autograd agree, and hand numbers hold."""

import numpy as np
import pytest
import torch
from scipy import optimize

from ldl_lib.explore import Choice, Slider
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.newton import race

FORMULAS = {  # written again, for autograd
    "parabola": lambda w: w * w - 2 * w + 1,
    "rounded V": lambda w: (w * w + 1) ** 0.5,
    "two valleys": lambda w: (w + 1) ** 2 * (w - 1) ** 2 / 4,
    "shelf": lambda w: w * (w * (w * w / 4 - 1) + 2),
}
each = pytest.mark.parametrize("loss", race.LOSSES)
STARTS = Slider(-2.5, 2.5, step=0.25, value=2).grid()


def derivatives(loss, at):
    """Value, slope and curvature by autograd."""
    w = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    value = FORMULAS[loss](w)
    (slope,) = torch.autograd.grad(value, w, create_graph=True)
    (bend,) = torch.autograd.grad(slope, w)
    return [float(each.detach()) for each in (value, slope, bend)]


@each
def test_derivatives_are_autograd_s(loss):
    chosen = race.LOSSES[loss]
    for w in np.linspace(-2.6, 2.6, 14):
        ours = chosen.value(w), chosen.slope(w), chosen.curvature(w)
        assert ours == pytest.approx(derivatives(loss, float(w)), abs=1e-12)


@each
def test_newton_takes_scipy_s_steps(loss):
    chosen = race.LOSSES[loss]
    for start in (-2.25, -0.75, 0.5, 2.25):
        path = race.newton(loss, start).path
        for steps in range(1, min(len(path), 4)):
            theirs = optimize.newton(
                chosen.slope,
                start,
                chosen.curvature,
                tol=1e-300,
                maxiter=steps,
                disp=False,
            )
            assert path[steps] == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@each
def test_where_they_arrive_scipy_finds_nothing_lower_nearby(loss):
    arrived = 0
    for start in STARTS:
        end = race.descent(loss, start, 0.1)
        if not end.arrived or abs(race.LOSSES[loss].slope(start)) < race.GOAL:
            continue
        arrived += 1
        w = end.path[-1]
        best = optimize.minimize_scalar(
            FORMULAS[loss], bounds=(w - 0.3, w + 0.3), options={"xatol": 1e-9}
        )
        assert w == pytest.approx(best.x, abs=1e-5)
    assert arrived > 10


def test_descent_is_a_plain_loop():
    w = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    for expected in race.descent("two valleys", 2.0, 0.1).path[:30]:
        assert expected == pytest.approx(w.item(), abs=1e-12)
        optimizer.zero_grad()
        FORMULAS["two valleys"](w).backward()
        optimizer.step()


def test_by_hand():
    assert race.newton("parabola", -2.0).path == (-2.0, 1.0)
    path = race.newton("rounded V", 0.5).path  # w becomes −w³
    assert path[:3] == pytest.approx([0.5, -1 / 8, 1 / 512])
    assert race.newton("two valleys", 0.5).path == (0.5, -1.0)
    assert race.newton("shelf", 0.0).cycle == pytest.approx((0, 1))
    assert race.newton("rounded V", 1.0).cycle == pytest.approx((-1, 1))
    assert race.descent("parabola", 2.0, 1.0).cycle == pytest.approx((0, 2))
    assert abs(race.newton("two valleys", 0.25).path[-1]) < 1e-6  # the maximum
    assert not race.newton("rounded V", 1.25).arrived


def test_a_goal_is_a_slope_below_1e_8():
    for loss, chosen in race.LOSSES.items():
        for start in STARTS:
            for run in (race.newton(loss, start), race.descent(loss, start, 0.1)):
                assert run.arrived == (abs(chosen.slope(run.path[-1])) < 1e-8)
                before = np.array(run.path[:-1])
                assert (np.abs(chosen.slope(before)) >= 1e-8).all()


def test_newton_s_parabola_touches_the_loss():
    for loss, chosen in race.LOSSES.items():
        state = race.state(loss, 0.25, 0.1)
        away = race.GRID - 0.25
        near = np.abs(away) < 0.15
        gap = np.abs(state["data[1].y"] - chosen.value(race.GRID))
        assert near.sum() >= 2
        assert (gap[near] <= 3 * np.abs(away[near]) ** 3).all()


def test_all_states_fit():
    controls = {
        "loss": Choice(list(race.LOSSES)),
        "start": Slider(-2.5, 2.5, step=0.5, value=2),
        "rate": Choice(list(race.RATES)),
    }
    paths = set()
    for loss in controls["loss"].grid():
        for start in controls["start"].grid():
            for rate in controls["rate"].grid():
                values = {"loss": loss, "start": start, "rate": rate}
                state = evaluate(race.state, values)
                paths.add(tuple(state))
                assert state["data[2].x"][0] == state["data[3].x"][0] == start
                assert max(state["data[5].x"]) <= race.SHOWN
    assert len(paths) == 1


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        (("parabola", 2.0, 0.3), ["Newton has a slope below 10⁻⁸ after 1 iteration"]),
        (("two valleys", 0.25, 0.1), ["a maximum", "w = 1.000, a minimum"]),
        (("two valleys", 0.0, 0.1), ["both stay, at a maximum"]),
        (("shelf", 0.0, 0.1), ["Newton jumps between 0.00 and 1.00 for ever"]),
        (("rounded V", 2.0, 0.01), ["Newton flies apart", "has not arrived"]),
    ],
)
def test_words(values, parts):
    for part in parts:
        assert part in race.words(*values)
