"""The figure of how long networks remember says what a run recorded."""

import re

import numpy as np
import pytest

from ldl_lib import results
from ldl_lib.figures.lstm import memory

WAITS = [1, 2, 5, 10, 20]
LONGEST = {"short": 2, "long": 10}
NAMES = [
    f"{task}_{kind}_{span}"
    for task in ("copy", "adding")
    for kind in ("rnn", "lstm", "gru")
    for span in LONGEST
]


def record(lab="10_copy_and_adding_pytorch"):
    rng = np.random.default_rng(0)
    curves = {name: np.sort(rng.random((2, len(WAITS))))[:, ::-1] for name in NAMES}
    metrics = {name: [float(n), float(n + 1)] for n, name in enumerate(NAMES)}
    parameters = {
        "tested_waits": WAITS,
        "longest_waits": LONGEST,
        "letters": 8,
        "enough": 0.9,
    }
    return results.record(
        lab=lab, seeds=[1, 2], metrics=metrics, curves=curves, parameters=parameters
    )


@pytest.fixture
def run(monkeypatch):
    made = record()
    monkeypatch.setattr(memory, "stored", lambda: made)
    return made


@pytest.mark.parametrize("span", LONGEST)
@pytest.mark.parametrize("task", memory.TASKS)
def test_lines_are_the_recorded_means_and_points_every_seed(run, task, span):
    shown = memory.state(task, span, 5)
    drawn = memory.figure()
    for number, kind in enumerate(("rnn", "lstm", "gru")):
        recorded = np.array(run.curves[f"{memory.TASKS[task]}_{kind}_{span}"])
        line, points = 4 + 2 * number, 5 + 2 * number
        np.testing.assert_allclose(shown[f"data[{line}].y"], recorded.mean(axis=0))
        for seed in range(2):
            part = slice(seed * len(WAITS), (seed + 1) * len(WAITS))
            np.testing.assert_array_equal(
                shown[f"data[{points}].y"][part], recorded[seed]
            )
            assert list(drawn.data[points].x[part]) == WAITS
    assert shown["data[0].x"] == [1, LONGEST[span]]
    assert shown["data[3].x"] == [5, 5]


def test_words_tell_the_shares_at_the_wait_and_what_is_bridged(run):
    text = memory.words("copying", "long", 10)
    assert text.startswith("A wait of 10 steps, as in training.")
    for name, kind in memory.KINDS.items():
        share = np.mean([curve[3] for curve in run.curves[f"copy_{kind}_long"]])
        assert f"{name} {share:.0%}" in text
        waits = run.metrics[f"copy_{kind}_long"]
        assert f"{name} {waits[0]:.0f}/{waits[1]:.0f}" in text
    assert "guessing 12.5%" in text
    assert "beyond training (≤ 2)" in memory.words("copying", "short", 10)


def test_guessing_adds_up(run):
    assert memory.guessing(run, "copy") == 1 / 8
    rng = np.random.default_rng(1)
    near = np.abs(rng.random((200_000, 2)).sum(axis=1) - 1) < 0.1
    assert memory.guessing(run, "adding") == pytest.approx(near.mean(), abs=0.005)


def test_chart_shows_this_run_where_none_is_stored():
    run = record(lab="a_lab_never_stored")
    drawn = memory.chart(run, "adding", "short")
    assert drawn.layout.title.text == "This run, 2 seeds"
    recorded = np.array(run.curves["adding_gru_short"])
    np.testing.assert_allclose(drawn.data[8].y, recorded.mean(axis=0))
    assert re.match(r"A wait of 2 steps, as in training\.", drawn.layout.meta["alt"])
