"""The packed table: what the browser unpacks is what Python computed."""

import itertools
import json
import math
import time

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib.explore import BudgetError, Choice, Player, Slider, StateError, Toggle
from ldl_lib.explore.table import build

READ = """async ([text, grid]) => {
  const read = await front.readTable(text);
  const all = grid.reduce((rows, n) =>
    rows.flatMap((row) => Array.from({ length: n }, (_, i) => [...row, i])), [[]]);
  return all.map(read).map((state) => JSON.stringify(state, (_, value) =>
    typeof value === "number" && Number.isNaN(value) ? "gap" : value));
}"""


def unpack(front: Page, table, controls):
    grid = [control.size() for control in controls.values()]
    return [json.loads(row) for row in front.evaluate(READ, [table.text, grid])]


def numbers(value):
    return np.array(value, dtype=object).astype(str) == "gap", np.array(
        [
            [
                np.nan if v == "gap" else v
                for v in np.ravel(np.array(value, dtype=object))
            ]
        ],
        dtype=float,
    ).ravel()


CONTROLS = {
    "w": Slider(0.5, 2.5, step=0.5, value=1.0),
    "kind": Choice(["sine", "none", "whole"]),
    "on": Toggle(),
    "step": Player(3),
}
X = np.linspace(-2, 2, 41)


def varied_state(w, kind, on, step):
    """Every type of value; lengths that vary; gaps; arrays that ignore controls."""
    y = {"sine": np.sin(w * X), "none": X * np.nan, "whole": np.round(3 * w * X)}[kind]
    return {
        "data[0].y": y if on else y[: 10 * step],
        "data[1].z": np.outer(X[:5], X[:3] + step),
        "data[2].x": 10.0 ** (w * X),
        "data[0].text": [f"{kind} {i}" for i in range(step)],
        "data[0].marker.color": "#00498d" if on else "#a83100",
        "layout.shapes[0].x0": w / 3,
        "data[1].visible": on,
    }


def words(w, kind, on, step):
    return f"{kind} at {w}: step {step}, {on}"


def test_browser_unpacks_what_python_computed(front: Page):
    table = build(varied_state, words, CONTROLS, frozenset({"data[2].x"}))
    rows = unpack(front, table, CONTROLS)
    grid = itertools.product(*(control.grid() for control in CONTROLS.values()))
    assert len(rows) == table.states == 5 * 3 * 2 * 3
    for combination, row in zip(grid, rows, strict=True):
        values = dict(zip(CONTROLS, combination, strict=True))
        expected = varied_state(**values)
        assert row.pop("$describe") == words(**values)
        assert row.keys() == expected.keys()
        for path, value in expected.items():
            if not isinstance(value, np.ndarray):
                assert row[path] == value, path
                continue
            assert np.shape(row[path])[: value.ndim] == value.shape or not value.size
            _, got = numbers(row[path])
            assert np.array_equal(np.isnan(got), np.isnan(value.ravel()))
            absolute, relative = table.tolerance[path]
            allowed = absolute + relative * np.abs(value.ravel())
            error = np.nan_to_num(np.abs(got - value.ravel()) - allowed)
            assert (error <= 1e-6 * np.nan_to_num(allowed) + 1e-12).all(), path


def test_error_is_far_below_a_pixel(front: Page):
    table = build(varied_state, words, CONTROLS, frozenset({"data[2].x"}))
    width = 1_280
    assert table.tolerance["data[0].y"][0] / (2 * 3 * 2.5 * 2) * width < 0.05


def test_whole_numbers_are_exact(front: Page):
    controls = {"k": Slider(0, 9, step=1, value=0)}
    table = build(lambda k: {"data[0].y": np.arange(50) * k}, str_of, controls)
    assert table.tolerance["data[0].y"] == (0, 0)
    rows = unpack(front, table, controls)
    assert [row["data[0].y"] for row in rows] == [
        (np.arange(50) * k).tolist() for k in range(10)
    ]


def str_of(**values):
    return str(values)


def test_an_array_is_stored_once_per_value_of_the_control_it_depends_on():
    """Noise does not compress, so size shows how often each array is stored."""
    noise = np.random.default_rng(0).normal(size=(10, 200))
    controls = {"row": Player(10), "other": Player(50)}
    once = build(lambda row: {"data[0].y": noise[row]}, str_of, {"row": Player(10)})
    shared = build(
        lambda row, other: {"data[0].y": noise[row]}, lambda **_: "", controls
    )
    assert len(shared.text) < 1.05 * len(once.text)


def test_typical_figure_stays_small():
    table = build(varied_state, words, CONTROLS)
    assert len(table.text) < 40_000


def test_a_million_states_are_refused_at_once():
    controls = {name: Slider(0, 99, step=1, value=0) for name in "ab"}
    controls["c"] = Slider(0, 9.9, step=0.1, value=0)
    controls["wide"] = Slider(0, 100, step=1, value=0)
    started = time.process_time()
    with pytest.raises(BudgetError, match=r"101,000,000 states.*'wide' \(101 values\)"):
        build(lambda **_: {}, str_of, controls)
    assert time.process_time() - started < 1


def test_slow_states_are_refused():
    def slow(step):
        busy_until = time.process_time() + 0.2
        while time.process_time() < busy_until:
            pass
        return {"layout.title.text": ""}

    with pytest.raises(BudgetError, match=r"of 100 states took 3 s.*'step'"):
        build(slow, str_of, {"step": Player(100)})


def test_large_tables_are_refused():
    noise = np.random.default_rng(0).normal(size=(50, 4_000))
    with pytest.raises(BudgetError, match=r"bytes, more than 300,000.*'step'"):
        build(lambda step: {"data[0].y": noise[step]}, str_of, {"step": Player(50)})


def test_paths_that_change_are_refused():
    def fickle(step):
        return {"data[0].x": [1]} if step < 2 else {"data[0].y": [1]}

    with pytest.raises(StateError, match="changed its paths for step=2"):
        build(fickle, str_of, {"step": Player(5)})


def test_gaps_survive_beside_a_text(front: Page):
    """One state colours each point, the other all alike."""
    controls = {"step": Player(2)}
    table = build(
        lambda step: {"data[0].marker.color": "#00498d" if step else [1, np.nan]},
        str_of,
        controls,
    )
    rows = unpack(front, table, controls)
    assert [row["data[0].marker.color"] for row in rows] == [[1, None], "#00498d"]


def test_values_that_a_log_axis_cannot_show_are_gaps(front: Page):
    controls = {"step": Player(2)}
    table = build(
        lambda step: {"data[0].y": np.array([0.0, -1.0, 1.0, 100.0]) + 0 * step},
        str_of,
        controls,
        frozenset({"data[0].y"}),
    )
    row = unpack(front, table, controls)[0]["data[0].y"]
    assert row[:2] == ["gap", "gap"]
    assert math.isclose(row[3], 100)
