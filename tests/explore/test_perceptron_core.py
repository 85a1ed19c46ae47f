"""The dragging widget's core learns as ldl_lib.nn does."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib import nn
from ldl_lib.explore import bundle
from ldl_lib.figures.perceptron import decision_line_state, decision_line_words


@pytest.fixture
def core(front: Page) -> Page:
    if not front.evaluate("Boolean(front.registered('core', 'perceptron_drag'))"):
        front.add_script_tag(content=bundle.part("widget", "perceptron_drag"))
    return front


def as_points(X: Any, y: Any) -> list[dict[str, float]]:
    return [
        {"x1": float(a), "x2": float(b), "label": int(label)}
        for (a, b), label in zip(X, y, strict=True)
    ]


RUN = """([points, weights, rate, steps]) => {
  const core = front.registered("core", "perceptron_drag");
  let state = core.begin(points, weights);
  const path = [];
  for (let i = 0; i < steps; i += 1) {
    state = core.step(state, rate);
    path.push(state.weights);
  }
  return { path, updates: state.updates };
}"""


@pytest.mark.parametrize("seed", range(4))
def test_every_step_is_the_library_s(core: Page, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, (9, 2))
    y = rng.choice([-1, 1], 9)  # most of these no line separates
    start, rate = rng.normal(size=3), float(rng.choice([0.01, 0.1, 1]))
    history = nn.Perceptron(start).fit(X, y, learning_rate=rate, epochs=30)
    result = core.evaluate(
        RUN, [as_points(X, y), start.tolist(), rate, len(history.steps)]
    )
    assert result["updates"] == history.updates
    expected = np.array([step.after for step in history.steps])
    assert np.allclose(result["path"], expected, rtol=0, atol=1e-9)


def test_it_finishes_when_the_library_converges(core: Page) -> None:
    rng = np.random.default_rng(8)
    X = rng.uniform(-2, 2, (12, 2))
    y = np.where(X @ [1.0, -0.5] > 0.3, 1, -1)
    neuron = nn.Perceptron([0.5, -0.8, 1])
    history = neuron.fit(X, y, learning_rate=0.1, epochs=1000)
    assert history.converged
    result = core.evaluate(
        """([points, rate]) => {
          const core = front.registered("core", "perceptron_drag");
          let state = core.begin(points);
          while (!core.finished(state)) state = core.nextUpdate(state, rate);
          return { ...state, mistakes: core.mistakes(state) };
        }""",
        [as_points(X, y), 0.1],
    )
    assert result["mistakes"] == 0
    assert result["updates"] == history.updates
    assert np.allclose(result["weights"], neuron.weights, atol=1e-9)


def test_half_planes_share_the_square(core: Page) -> None:
    areas = core.evaluate(
        """(all) => {
          const core = front.registered("core", "perceptron_drag");
          const area = (part) => Math.abs(part.reduce((sum, [x, y], i) => {
            const [u, v] = part[(i + 1) % part.length];
            return sum + x * v - y * u;
          }, 0)) / 2;
          const both = (w) => [1, -1].map((side) => core.halfPlane(w, side, 2));
          return all.map((w) => both(w).map(area));
        }""",
        [[0.5, -0.8, 1], [3, 0.1, 0.2], [0, 0, 0], [-1, 0, 0], [0, 1, 1]],
    )
    assert np.allclose(np.sum(areas, axis=1), 16)
    assert areas[2] == [16, 0]  # sign(0) is +1
    assert areas[3] == [0, 16]


def test_decision_line_twin_agrees_over_random_settings(front: Page) -> None:
    front.add_script_tag(content=bundle.part("compute", "decision_line"))
    rng = np.random.default_rng(5)
    settings = [
        {
            **{name: int(rng.integers(-20, 21)) / 10 for name in ("w0", "w1", "w2")},
            "gate": str(rng.choice(["AND", "OR", "NAND", "XOR"])),
            "arrow": bool(rng.integers(2)),
        }
        for _ in range(400)
    ]
    zero = {"w0": 0, "w1": 0, "w2": 0, "gate": "XOR", "arrow": True}
    settings += [
        zero,
        zero | {"w0": -0.1},
        zero | {"w1": 1},
        zero | {"w0": -2, "w2": 1},
    ]
    twins = front.evaluate(
        "(all) => all.map((v) => front.registered('compute', 'decision_line')(v, {}))",
        settings,
    )
    for values, twin in zip(settings, twins, strict=True):
        assert twin.pop("$describe") == decision_line_words(**values)
        expected = decision_line_state(**values)
        assert twin.keys() == expected.keys()
        for path, value in expected.items():
            if path.endswith("text"):
                assert twin[path] == list(value)
            else:
                assert np.allclose(twin[path], value, atol=1e-9), (values, path)
