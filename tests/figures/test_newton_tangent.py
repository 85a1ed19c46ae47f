"""Following tangents: SciPy takes the same steps, and hand numbers hold."""

import numpy as np
import pytest
from scipy import optimize

from ldl_lib.explore import Choice, Player, Slider
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.newton import tangent

CONTROLS = {
    "function": Choice(list(tangent.FUNCTIONS)),
    "start": Slider(-3, 3, step=0.25, value=0.5),
    "step": Player(tangent.STEPS + 1),
}
FORMULAS = {  # written again
    "x² − 2": (lambda x: x * x - 2, lambda x: x + x),
    "x³ − 2x + 2": (lambda x: x * (x * x - 2) + 2, lambda x: 3 * x * x - 2),
    "arctan x": (lambda x: np.angle(1 + 1j * x), lambda x: np.cos(np.arctan(x)) ** 2),
}


@pytest.mark.parametrize("function", tangent.FUNCTIONS)
def test_steps_are_those_of_scipy(function):
    f, slope = FORMULAS[function]
    for start in (-2.75, -1.25, -0.5, 0.75, 1.25, 2.5):
        path = tangent.newton(function, start, 3)
        for steps in range(1, len(path)):
            theirs = optimize.newton(
                f, start, slope, tol=1e-300, maxiter=steps, disp=False
            )
            assert path[steps] == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_it_arrives_where_bisection_does():
    brackets = {"x² − 2": (1, 2), "x³ − 2x + 2": (-3, -1), "arctan x": (-1, 1.5)}
    for function, (low, high) in brackets.items():
        f, _ = FORMULAS[function]
        end = tangent.newton(function, low, 40)[-1]
        assert end == pytest.approx(optimize.bisect(f, low, high), abs=1e-9)


def test_by_hand():
    assert tangent.newton("x² − 2", 1, 2) == pytest.approx([1, 3 / 2, 17 / 12])
    assert tangent.newton("x³ − 2x + 2", 0, 4) == [0, 1, 0, 1, 0]
    assert tangent.newton("x² − 2", 0, 4) == [0]  # a level tangent


def test_what_is_drawn():
    state = tangent.state("x² − 2", 1, 1)
    assert state["data[4].x"] == [1.5]
    assert state["data[4].y"] == [0.25]
    assert state["data[5].x"] == pytest.approx([17 / 12])
    # From the start on the curve down to zero, then up to the curve.
    assert state["data[1].x"] == pytest.approx([1, 1.5, 1.5])
    assert state["data[1].y"] == pytest.approx([-1, 0, 0.25])
    # The tangent meets zero where the next x is.
    x, y = state["data[2].x"], state["data[2].y"]
    assert np.interp(0, y, x) == pytest.approx(17 / 12)


def test_nobody_is_drawn_outside_and_all_states_fit():
    for function in tangent.FUNCTIONS:
        paths = set()
        for start in CONTROLS["start"].grid():
            for step in range(tangent.STEPS + 1):
                values = {"function": function, "start": start, "step": step}
                state = evaluate(tangent.state, values)
                paths.add(tuple(state))
                for trace in (1, 3, 4, 5):
                    x = np.array(state[f"data[{trace}].x"])
                    assert not (np.abs(x) > tangent.REACH).any()
        assert len(paths) == 1


def test_lines_that_leave_the_picture_keep_their_direction():
    # From 2 the tangent reaches the edge before it meets zero, at −3.54.
    assert tangent.newton("arctan x", 2.0, 1)[1] < -tangent.REACH
    state = tangent.state("arctan x", 2.0, 1)
    assert state["data[1].x"] == pytest.approx([2, -tangent.REACH])
    at_edge = np.arctan(2) + (-tangent.REACH - 2) / (1 + 2**2)
    assert state["data[1].y"] == pytest.approx([np.arctan(2), at_edge], abs=1e-3)


def test_a_walk_ends_at_its_root():
    path = tangent.newton("x² − 2", 1.0, tangent.STEPS)
    assert len(path) == 6
    assert path[-1] ** 2 == pytest.approx(2, abs=tangent.EXACT)


@pytest.mark.parametrize(
    ("values", "part"),
    [
        (("x² − 2", 1.0, 6), "a root"),
        (("x² − 2", 1.0, 1), "f(x) is 0.25 away from 0"),
        (("x² − 2", 0.0, 3), "never meets zero"),
        (("x³ − 2x + 2", 0.0, 4), "runs in a circle"),
        (("arctan x", 1.5, 2), "longer than the one before"),
        (("arctan x", 1.5, 3), "outside the picture"),
        (("arctan x", 1.5, 6), "x = 3.9·10⁶: it does not come back"),
        (("x³ − 2x + 2", 1.25, 20), "After 19 steps"),
    ],
)
def test_words(values, part):
    assert part in tangent.words(*values)
