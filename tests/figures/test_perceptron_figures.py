"""Chapter 1's figures say what independent calculations say."""

import itertools
import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from sklearn.svm import SVC

from ldl_lib import nn
from ldl_lib.explore.states import evaluate
from ldl_lib.figures import perceptron as figures
from ldl_lib.figures.perceptron.convergence import STARTS
from ldl_lib.figures.perceptron.cube import CUBE
from ldl_lib.figures.perceptron.separability import conflict
from ldl_lib.figures.theme import DARK_TWIN

INPUTS = [list(point) for point in figures.INPUTS]
State = dict[str, Any]

DEFAULTS: dict[str, tuple[Callable[..., State], Callable[..., str], State]] = {
    "decision_line": (
        figures.decision_line_state,
        figures.decision_line_words,
        {"w0": 0.3, "w1": -0.6, "w2": 0.4, "gate": "NAND", "arrow": True},
    ),
    "learning": (
        figures.learning_state,
        figures.learning_words,
        {"step": 3, "rate": 0.1},
    ),
    "plane": (
        figures.plane_state,
        figures.plane_words,
        {"bias": 0.5, "w1": -0.5, "w2": -0.5},
    ),
    "two_layers": (
        figures.two_layers_state,
        figures.two_layers_words,
        {"point": 1, "nand": True, "or_": True, "final": True, "output": "AND"},
    ),
    "batch": (figures.batch_state, figures.batch_words, {"step": 6}),
    "truth_table": (
        figures.truth_table_state,
        figures.truth_table_words,
        {"y1": False, "y2": True, "y3": True, "y4": False},
    ),
    "cube": (
        figures.cube_state,
        figures.cube_words,
        {"turn": 30} | {f"y{k}": k % 3 == 0 for k in range(1, 9)},
    ),
    "convergence": (
        figures.convergence_state,
        figures.convergence_words,
        {
            "data": "two clouds",
            "margin": 0.1,
            "rate": 0.1,
            "start": "zero",
            "order": "as listed",
        },
    ),
}


def figure_of(name: str) -> go.Figure:
    return getattr(figures, f"{name}_figure")()


def points(state: State, trace: int) -> list[tuple[float, float]]:
    pairs = zip(state[f"data[{trace}].x"], state[f"data[{trace}].y"], strict=True)
    return [(float(x), float(y)) for x, y in pairs]


def area(polygon: Sequence[tuple[float, float]]) -> float:
    return abs(
        sum(ax * by - ay * bx for (ax, ay), (bx, by) in itertools.pairwise(polygon)) / 2
    )


def inside(point: tuple[float, float], polygon: Sequence[tuple[float, float]]) -> bool:
    """Even-odd rule; polygons may be separated by NaN."""
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in itertools.pairwise(polygon):
        if not math.isnan(ax + bx) and (ay > y) != (by > y):
            crossings += x < ax + (y - ay) / (by - ay) * (bx - ax)
    return crossings % 2 == 1


@pytest.mark.parametrize("name", DEFAULTS)
def test_states_fit_their_figure_and_its_colours(name: str) -> None:
    state, words, values = DEFAULTS[name]
    figure = figure_of(name)
    shown = evaluate(state, values)
    for path in shown:
        trace = re.match(r"data\[(\d+)\]", path)
        assert trace is None or int(trace[1]) < len(figure.data), path
    used = set(
        re.findall(r"#[0-9a-fA-F]{6}\b", figure.to_json() + json.dumps(words(**values)))
    )
    template = set(
        re.findall(
            r"#[0-9a-fA-F]{6}\b", figure.layout.template.to_plotly_json().__repr__()
        )
    )
    assert used - template <= set(DARK_TWIN)
    assert words(**values).endswith(".")


@pytest.mark.parametrize("name", ["neuron", "hidden_space"])
def test_still_figures_have_alternative_text(name: str) -> None:
    assert len(figure_of(name).layout.meta["alt"]) > 80


# ---------------------------------------------------------------- E1.1


def test_hand_made_nand_is_right_everywhere() -> None:
    shown = figures.decision_line_state(0.9, -0.6, -0.5, "NAND", False)
    assert shown["data[8].text"] == [
        "z = 2.0<br>+1 ✓",
        "z = 1.0<br>+1 ✓",
        "z = 0.8<br>+1 ✓",
        "z = −0.2<br>−1 ✓",
    ]
    words = figures.decision_line_words(0.9, -0.6, -0.5, "NAND", False)
    assert words == "All 4 outputs are right: this perceptron is NAND."


def test_verdicts_and_half_planes_agree_with_the_library() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        w = np.round(rng.integers(-20, 21, 3) / 10, 1)
        gate = str(rng.choice(["AND", "OR", "NAND", "XOR"]))
        shown = figures.decision_line_state(*w, gate, True)
        outputs = np.where(
            np.round(nn.Perceptron(w).weighted_sum(INPUTS), 9) >= 0, 1, -1
        )
        right = outputs == np.array(nn.GATES[gate])
        marks = [text[-1] == "✓" for text in shown["data[8].text"]]
        assert marks == right.tolist()
        wrong = {tuple(p) for p, ok in zip(INPUTS, right, strict=True) if not ok}
        assert set(points(shown, 7)) == wrong
        halves = points(shown, 0), points(shown, 1)
        assert area(halves[0]) + area(halves[1]) == pytest.approx(3.8**2)
        z = nn.Perceptron(w).weighted_sum([[0.03, 0.07]])[0]
        if abs(z) > 1e-6:
            assert inside((0.03, 0.07), halves[0]) == (z > 0)


def test_weight_vector_is_perpendicular_to_the_line() -> None:
    shown = figures.decision_line_state(0.3, -0.6, 0.4, "OR", True)
    (ax, ay), (bx, by) = points(shown, 2)
    (cx, cy), (dx, dy) = points(shown, 4)
    assert (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) == pytest.approx(0)
    assert 0.3 - 0.6 * dx + 0.4 * dy > 0.3 - 0.6 * cx + 0.4 * cy


def test_words_tell_of_a_line_and_a_weight_vector_only_where_they_are_drawn() -> None:
    for w0, w1, w2 in itertools.product((-2, -1.9, -0.7, 0, 1.3), repeat=3):
        shown = figures.decision_line_state(w0, w1, w2, "OR", True)
        text = figures.decision_line_words(w0, w1, w2, "OR", True)
        assert bool(points(shown, 4)) == ("right angle" in text)
        away = "outside the picture" in text or "no line" in text
        assert bool(points(shown, 2)) != away


# ---------------------------------------------------------------- E1.2


def test_four_updates_lead_to_nand() -> None:
    words = [figures.learning_words(step, 0.1) for step in range(26)]
    moved = [step for step, text in enumerate(words) if "The line moves" in text]
    assert moved == [3, 7, 8, 11]
    assert "w is now (0.4, −0.4, −0.15). 4 updates so far." in words[11]
    assert words[16].endswith("4 updates so far.")
    assert words[17].startswith("Finished")
    assert words[25] == words[17]


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.5])
def test_every_learning_rate_finishes_as_the_library_does(rate: float) -> None:
    # Whole twentieths: sums that are exactly zero stay so.
    neuron = nn.Perceptron([4, -12, 5])
    history = neuron.fit(INPUTS, nn.GATES["NAND"], learning_rate=round(20 * rate))
    last = figures.learning_words(25, rate)
    weights = [float(v.replace("−", "-")) for v in re.findall(r"−?\d\.?\d*", last)[-3:]]
    assert np.allclose(weights, neuron.weights / 20)
    shown = figures.learning_state(25, rate)
    assert len(points(shown, 11)) == history.updates
    assert len(points(shown, 10)) + len(points(shown, 11)) == len(history.steps)


# ---------------------------------------------------------------- E1.3


def test_plane_has_the_heights_of_the_weighted_sum() -> None:
    for bias, w1, w2 in itertools.product((-1, -0.25, 0, 0.75), repeat=3):
        shown = figures.plane_state(bias, w1, w2)
        edge = 1.25
        corners = [[[x, y] for x in (-edge, edge)] for y in (-edge, edge)]
        neuron = nn.Perceptron([bias, w1, w2])
        expected = [neuron.weighted_sum(row).tolist() for row in corners]
        assert np.allclose(shown["data[1].z"], expected)
        above = sum(int(y) == 1 for y in neuron.predict(INPUTS))
        assert len(shown["data[4].x"]) == above
        for x, y in zip(shown["data[2].x"], shown["data[2].y"], strict=True):
            assert neuron.weighted_sum([x, y]) == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------------------- E1.4


@pytest.mark.parametrize("output", ["AND", "OR", "NAND"])
def test_final_region_is_where_the_network_says_plus_one(output: str) -> None:
    shown = figures.two_layers_state(0, False, False, True, output)
    hidden = [nn.Perceptron(w) for w in ([0.9, -0.6, -0.5], [0.9, 0.6, 0.5])]
    gates = {"AND": [-0.9, 0.6, 0.5], "OR": [0.9, 0.6, 0.5], "NAND": [0.9, -0.6, -0.5]}
    last = nn.Perceptron(gates[output])
    for place in np.random.default_rng(1).uniform(-1.85, 1.85, (300, 2)):
        signals = [neuron.predict(place) for neuron in hidden]
        fires = int(last.predict(signals)) == 1
        x, y = float(place[0]), float(place[1])
        assert inside((x, y), points(shown, 0)) == fires
        assert inside((x, y), points(shown, 1)) != fires


def test_two_layers_are_xor() -> None:
    for point, wanted in enumerate(nn.GATES["XOR"]):
        text = figures.two_layers_words(point, True, True, True, "AND")
        assert f"so the output is {'+1' if wanted > 0 else '−1'}." in text
        assert text.endswith("The network is XOR on all four inputs.")


# ---------------------------------------------------------------- E1.5


def test_finished_product_is_numpy_s() -> None:
    W = np.array([[0.9, -0.6, -0.5], [0.9, 0.6, 0.5]])
    X = np.column_stack([np.ones(4), INPUTS])
    texts = figures.batch_state(10)["data[6].text"]
    shown = np.array([float(t.replace("−", "-")) for t in texts]).reshape(2, 4)
    assert np.allclose(shown, W @ X.T)


def test_each_step_of_the_product_adds_up() -> None:
    for step in range(1, 11):
        text = figures.batch_state(step)["layout.annotations[1].text"]
        left, right = text.replace("−", "-").replace("·", "*").split(" = ")
        assert re.fullmatch(r"[-+*(). \d]+", left)
        assert eval(left) == pytest.approx(float(right))
        filled = [t for t in figures.batch_state(step)["data[6].text"] if t.strip()]
        assert len(filled) == max(1, step - 2)


# ---------------------------------------------------------------- E1.6


@pytest.mark.parametrize(("inputs", "expected"), [(2, 14), (3, 104)])
def test_separable_tables_are_those_of_a_linear_program(
    inputs: int, expected: int
) -> None:
    corners = nn.truth_table_inputs(inputs)
    found = 0
    for target in itertools.product((-1, 1), repeat=2**inputs):
        weights = figures.separating_weights(target)
        assert (weights is not None) == nn.linearly_separable(corners, target)
        assert (conflict(target) is None) == (weights is not None)
        if weights is not None:
            found += 1
            assert nn.Perceptron(weights).predict(corners).tolist() == list(target)
    assert found == expected


def test_lines_are_those_of_the_widest_street() -> None:
    corners = nn.truth_table_inputs(3)
    for target in list(itertools.product((-1, 1), repeat=8))[1:255:9]:
        weights = figures.separating_weights(target)
        if weights is None:
            continue
        machine = SVC(kernel="linear", C=1e6).fit(corners, target)
        widest = 1 / np.linalg.norm(machine.coef_)
        distances = target * nn.Perceptron(weights).weighted_sum(corners)
        street = distances.min() / np.linalg.norm(weights[1:])
        assert street == pytest.approx(widest, rel=1e-3)


def test_reasons_why_not_are_true() -> None:
    for target in itertools.product((-1, 1), repeat=8):
        clash = conflict(target)
        if clash is None:
            continue
        plus, minus = ([np.array(CUBE[n]) for n in pair] for pair in clash)
        assert np.array_equal(plus[0] + plus[1], minus[0] + minus[1])
        assert all(target[n] == 1 for n in clash[0])
        assert all(target[n] == -1 for n in clash[1])


def test_cube_shows_the_table_that_was_set() -> None:
    bits = {f"y{k}": k in (2, 7) for k in range(1, 9)}  # (−1, +1, −1), (+1, −1, +1)
    shown = figures.cube_state(40, **bits)
    symbols = dict(zip(CUBE, shown["data[5].marker.symbol"], strict=True))
    assert [c for c, s in symbols.items() if s == "circle"] == [(-1, 1, -1), (1, -1, 1)]
    assert points(shown, 9) == [(2, 4)]
    assert "no plane" in figures.cube_words(40, **bits)


def test_cut_of_the_cube_is_convex_and_turns_with_it() -> None:
    bits = {f"y{k}": k in (4, 6, 7, 8) for k in range(1, 9)}  # majority
    for turn in range(10, 80, 10):
        cut = points(figures.cube_state(turn, **bits), 1)
        assert len(cut) == 7  # a hexagon, closed
        turns = []
        for i in range(6):
            (ax, ay), (bx, by), (cx, cy) = cut[i], cut[i + 1], (cut + cut[1:])[i + 2]
            turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx))
        assert all(t > 0 for t in turns) or all(t < 0 for t in turns)


def test_counts_in_captions_are_counted() -> None:
    assert "14 of the 16" in figures.truth_table_figure().layout.annotations[0].text
    assert "104 of the 256" in figures.cube_figure().layout.annotations[0].text


# ---------------------------------------------------------------- E1.7


@pytest.mark.parametrize("margin", [0.02, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("start", STARTS)
def test_updates_are_the_library_s_and_within_the_bound(
    margin: float, start: str
) -> None:
    X, y = figures.clouds(margin)
    for rate in (0.01, 0.1, 1):
        neuron = nn.Perceptron(STARTS[start])
        history = neuron.fit(X[:, 1:], y, learning_rate=rate, epochs=200)
        text = figures.convergence_words("two clouds", margin, rate, start, "as listed")
        assert history.converged
        assert f"{history.updates:,} update" in text
        bound = figures.update_bound(X, y, rate, STARTS[start])
        assert history.updates <= bound
        assert f"the bound allows {bound:,}." in text


def test_bound_from_zero_is_novikoff_s() -> None:
    for margin in (0.02, 0.1, 0.46):
        X, y = figures.clouds(margin)
        expected = nn.novikoff_bound(X[:, 1:], y, [-0.5, 0.8, 0.6])
        assert figures.update_bound(X, y, 0.1, (0, 0, 0)) == math.floor(expected)


def test_clouds_keep_their_margin() -> None:
    for margin in (0.02, 0.26, 0.5):
        X, y = figures.clouds(margin)
        distances = y * (X @ [-0.5, 0.8, 0.6])
        assert distances.min() == pytest.approx(margin)
        assert np.abs(X[:, 1:]).max() < 2.4


def test_xor_never_stops() -> None:
    for start, order in itertools.product(STARTS, ("as listed", "shuffled")):
        assert "never stop" in figures.convergence_words("XOR", 0.1, 0.1, start, order)
