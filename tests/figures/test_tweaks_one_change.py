"""The figure of the five changes says what the stored run says."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

from ldl_lib.explore import Toggle
from ldl_lib.explore.states import evaluate
from ldl_lib.explore.table import build
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import one_change

FILE = Path(__file__).parents[2] / "results/05_one_change_numpy.json"
CURVES = json.loads(FILE.read_text(encoding="utf-8"))["curves"]
NAMES = ("relu", "start", "entropy", "adam", "batch")
STATES = [
    dict(zip(NAMES, made, strict=True))
    for made in itertools.product((False, True), repeat=5)
]


def stored(values):
    """The stored curves of a setting of the switches, (seeds, epochs)."""
    return np.array(CURVES["+".join(n for n in NAMES if values[n]) or "none"])


def turned(values, name):
    return values | {name: not values[name]}


@pytest.mark.parametrize("values", STATES)
def test_curves_and_moves_are_the_stored_numbers(values):
    shown = one_change.state(**values)
    runs = stored(values)
    for seed, run in enumerate(runs):
        np.testing.assert_array_equal(shown[f"data[{2 + seed}].y"], run)
    assert shown["data[5].x"] == pytest.approx([runs[:, -1].mean()] * 2)
    for number, name in enumerate(NAMES):
        after = stored(turned(values, name))[:, -1]
        assert shown["data[7].x"][number] == pytest.approx(after.mean())
        low = after.mean() - shown["data[7].error_x.arrayminus"][number]
        high = after.mean() + shown["data[7].error_x.array"][number]
        assert (low, high) == pytest.approx((after.min(), after.max()))
        word = "without" if values[name] else "with"
        assert shown["data[7].text"][number] == f"{word} {100 * after.mean():.1f} %"
        way = shown["data[6].x"][3 * number : 3 * number + 2]
        assert way == pytest.approx([runs[:, -1].mean(), after.mean()])


@pytest.mark.parametrize("values", STATES)
def test_words_tell_error_place_and_the_best_switch(values):
    words = one_change.words(**values)
    end = stored(values)[:, -1]
    assert words.startswith(f"{100 * end.mean():.1f} % ± {100 * end.std(ddof=1):.1f} ")
    better = sum(stored(other)[:, -1].mean() < end.mean() for other in STATES)
    place = int(re.search(r"place (\d+) of 32", words)[1])
    assert better < place <= 32
    ends = {name: stored(turned(values, name))[:, -1] for name in NAMES}
    best = min(ends, key=lambda name: ends[name].mean())
    if ends[best].mean() >= end.mean():
        assert words.endswith("No single switch makes it better.")
        return
    short = one_change.CHANGES[best][1]
    move = f"turn {short} {'off' if values[best] else 'on'}, to "
    assert move + f"{100 * ends[best].mean():.1f} %" in words
    assert words.endswith("not with every seed.") == bool((ends[best] >= end).any())


def test_the_scaled_batch_is_the_stored_one():
    np.testing.assert_array_equal(one_change.scaled_batch(), CURVES["batch_scaled"])


def test_places_count_from_the_lowest_error():
    places = one_change.ranking()
    assert sorted(places.values()) == list(range(1, 33))
    first = min(places, key=lambda made: places[made])
    lowest = min(stored(values)[:, -1].mean() for values in STATES)
    assert one_change.mean_error(first) == pytest.approx(lowest)


def test_both_configurations_of_the_book_stay_in_sight():
    figure = one_change.figure()
    for trace, switched in ((0, False), (1, True)):
        runs = stored(dict.fromkeys(NAMES, switched))
        np.testing.assert_allclose(figure.data[trace].y, runs.mean(axis=0))
        assert figure.data[trace].x.tolist() == list(range(1, runs.shape[1] + 1))
    low, high = (10**power for power in figure.layout.yaxis.range)
    assert low < min(stored(values).min() for values in STATES)
    assert high >= 1


def test_states_fit_figure_colours_and_page():
    figure = one_change.figure()
    for path in evaluate(one_change.state, STATES[0]):
        assert int(re.match(r"data\[(\d+)\]", path)[1]) < len(figure.data)
    drawn = figure.to_plotly_json()
    template = set(re.findall(r"#[0-9a-fA-F]{6}\b", repr(drawn["layout"]["template"])))
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", json.dumps(drawn, default=list)))
    assert used - template <= set(DARK_TWIN)
    switches = {name: Toggle(False) for name in one_change.CHANGES}
    assert tuple(switches) == NAMES
    assert len(build(one_change.state, one_change.words, switches).text) < 20_000
