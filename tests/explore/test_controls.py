"""Controls: their grids, what they refuse, and that the front end agrees."""

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from ldl_lib.explore import Choice, ControlError, Player, Slider, Toggle


def test_slider_grid_has_no_rounding_debris():
    assert Slider(0, 1, step=0.1, value=0.3).grid() == [
        0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
    ]  # fmt: skip


def test_whole_sliders_stay_whole():
    grid = Slider(-2, 2, step=1, value=0).grid()
    assert grid == [-2, -1, 0, 1, 2]
    assert all(isinstance(value, int) for value in grid)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Slider(0, 1, step=0.1, value=1.5), "outside its range 0 to 1"),
        (lambda: Slider(0, 1, step=0.1, value=0.25), "not on its grid"),
        (lambda: Slider(0, 1, step=0.3, value=0), "'max' cannot be 1"),
        (lambda: Slider(1, 0, step=0.1, value=0), "min < max"),
        (lambda: Slider(0, 1, step=0, value=0), "step > 0"),
        (lambda: Slider(0, math.inf, step=1, value=0), "max=inf"),
        (lambda: Slider(0, 1, step="1", value=0), "step='1'"),
        (lambda: Choice([]), "at least one"),
        (lambda: Choice("abc"), "list of options"),
        (lambda: Choice(["a", "a"]), "must differ"),
        (lambda: Choice([1, math.inf]), "inf"),
        (lambda: Choice(["a", None]), "None"),
        (lambda: Choice([[1], [2]]), "[1]"),
        (lambda: Choice([1, "1"]), "must differ"),
        (lambda: Choice(["a", "b"], value="c"), "one of ['a', 'b']"),
        (lambda: Toggle(1), "one of [False, True]"),
        (lambda: Player(1), "at least 2"),
        (lambda: Player(5, value=5), "from 0 to 4"),
    ],
)
def test_bad_definitions_say_what_is_wrong(make, words):
    with pytest.raises(ControlError, match=r".") as raised:
        make()
    assert words in str(raised.value)


def test_true_is_not_one():
    with pytest.raises(ControlError):
        Choice([1, 2]).check("c", True)
    with pytest.raises(ControlError):
        Player(3).check("p", True)


sliders = st.builds(
    lambda low, step, size, at: Slider(
        low, round(low + step * size, 6), step=step, value=round(low + step * at, 6)
    ),
    low=st.integers(-300, 300).map(lambda n: n / 100),
    step=st.sampled_from([0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 0.001]),
    size=st.just(40),
    at=st.integers(0, 40),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(slider=sliders)
def test_front_end_has_the_same_grid(front: Page, slider: Slider):
    in_page = front.evaluate(
        """spec => { const { controlValue, controlIndex } = front.pure;
            return Array.from({ length: spec.size }, (_, i) =>
              [controlValue(spec, i), controlIndex(spec, controlValue(spec, i))]); }""",
        json.loads(json.dumps(slider.spec())),
    )
    assert [value for value, _ in in_page] == slider.grid()
    assert [index for _, index in in_page] == list(range(slider.size()))


def test_values_survive_the_address(front: Page):
    controls = {
        "weight": Slider(-1, 1, step=0.1, value=0),
        "name": Choice(["a & b", "ReLU", 3]),
        "on": Toggle(True),
        "step": Player(7),
    }
    specs = [{"name": name, **control.spec()} for name, control in controls.items()]
    values = {"weight": -0.3, "name": "a & b", "on": False, "step": 6}
    back = front.evaluate(
        """([specs, values]) => { const { readValues, writeValues } = front.pure;
            return readValues(specs, writeValues(specs, values)); }""",
        [specs, values],
    )
    assert back == values
    refused = "weight=-0.35&name=x&on=maybe&step=7&unknown=1"
    assert (
        front.evaluate("([s, t]) => front.pure.readValues(s, t)", [specs, refused])
        == {}
    )
