"""The race: its numbers are the lab's, and its arithmetic a hand calculation's."""

import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ldl_lib.explore import Choice, Player
from ldl_lib.explore.table import build
from ldl_lib.figures.matrix_form import speed
from ldl_lib.figures.theme import DARK_TWIN

STORED = json.loads(
    (Path(__file__).parents[2] / "results/04_digits_numpy.json").read_text("utf-8")
)
CONTROLS = {
    "seconds": Player(speed.SECONDS + 1),
    "count": Choice(list(speed.TICKS)),
}
SIZES = (1, 8, 32, 128, 256)


def measured(name):
    return np.mean(STORED["metrics"][f"seconds_{name}"])


def test_the_runners_are_what_the_lab_measured():
    loop, *others = speed.runners()
    assert loop == ("loop", pytest.approx(measured("loop")), 60_000)
    assert [runner.name for runner in others] == [f"batch {size}" for size in SIZES]
    for size, runner in zip(SIZES, others, strict=True):
        assert runner.seconds == pytest.approx(measured(size))
        assert runner.updates == math.ceil(60_000 / size)


@pytest.mark.parametrize("seconds", [0, 1, 4, 50, speed.SECONDS])
def test_everybody_runs_at_the_measured_speed_and_stops_at_the_goal(seconds):
    epochs = speed.state(seconds, "epochs")["data[0].x"]
    updates = speed.state(seconds, "updates")["data[0].x"]
    for place, name in enumerate(("loop", *SIZES)):
        expected = min(20, seconds / measured(name))
        assert epochs[place] == pytest.approx(expected, abs=0.006)
        each = 60_000 if name == "loop" else math.ceil(60_000 / name)
        millions = expected * each / 1e6
        assert updates[place] * 0.06 == pytest.approx(millions, abs=0.0004)


def test_the_last_second_sees_all_arrive_and_the_one_before_the_loop_does_not():
    arrived = math.ceil(20 * measured("loop"))
    assert arrived <= speed.SECONDS
    for seconds, all_there in ((arrived - 1, False), (arrived, True)):
        state = speed.state(seconds, "epochs")
        labels = [v for k, v in state.items() if k.endswith(".text") and "[" in k]
        assert all(label.startswith("✓") for label in labels) == all_there
        assert (f"6 of {len(SIZES) + 1} have" in speed.words(seconds, "epochs")) == (
            all_there
        )


def test_words_answer_both_questions():
    said = speed.words(4, "epochs")
    ratio = measured("loop") / measured(256)
    assert f"Batch 256 needs {20 * measured(256):.1f} s" in said
    assert f"the loop {20 * measured('loop'):.0f} s: {ratio:.0f} times" in said
    said = speed.words(4, "updates")
    most = max(SIZES, key=lambda size: math.ceil(60_000 / size) / measured(size))
    assert most == 1
    assert (
        f"Batch 1 makes the most updates a second, {60_000 / measured(1):,.0f}" in said
    )
    assert f"{235 / measured(256):,.0f}. An epoch is no update." in said


def test_the_page_s_sentences_hold():
    assert measured("loop") > 24 * measured(256)  # "dozens of times"
    assert measured(32) < 2 * measured(256)  # little is left to save after 32


def test_words_stay_in_the_picture():
    for values in itertools.product(*(c.grid() for c in CONTROLS.values())):
        state = speed.state(*values)
        for place, done in enumerate(state["data[0].x"]):
            assert 0 <= done <= 20
            assert state[f"layout.annotations[{place}].x"] == done


def test_both_counts_share_an_axis():
    axis = speed.figure().layout.xaxis
    for count, per_epoch in (("epochs", 1), ("updates", 60_000)):
        for value, text in zip(axis.tickvals, speed.TICKS[count], strict=True):
            if text == "\u00a0":
                continue
            shown = float(text.removesuffix(" M")) * (1e6 if "M" in text else 1)
            assert shown == pytest.approx(value * per_epoch)
    assert axis.range == (0, speed.ROOM * 20)


def test_states_fit_colours_and_page():
    drawn = speed.figure().to_plotly_json()
    template = set(re.findall(r"#[0-9a-fA-F]{6}\b", repr(drawn["layout"]["template"])))
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(drawn, default=list)))
    assert used - template <= set(DARK_TWIN)
    table = build(speed.state, speed.words, CONTROLS)
    assert len(table.text) < 40_000
