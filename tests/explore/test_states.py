"""What a state function may return, and the errors where it returns something else."""

import numpy as np
import pytest

from ldl_lib.explore import StateError
from ldl_lib.explore.states import describe, evaluate


def test_arrays_become_float64_and_the_rest_json():
    state = evaluate(
        lambda: {
            "data[0].x": [1, 2, 3],
            "data[0].z": np.eye(2, dtype=bool),
            "data[0].text": ["a", "b"],
            "data[1].cells.values": [["a", "b"], [1, 2]],
            "layout.shapes[0].x0": np.float32(0.5),
            "data[0].visible": np.bool_(True),
            "layout.title.text": "t",
        },
        {},
    )
    assert state["data[0].x"].dtype == np.float64
    assert state["data[0].z"].tolist() == [[1, 0], [0, 1]]
    assert state["data[0].text"] == ["a", "b"]
    assert state["data[1].cells.values"] == [["a", "b"], [1, 2]]
    assert state["layout.shapes[0].x0"] == 0.5
    assert state["data[0].visible"] is True


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ([1, 2], "expected a dict"),
        ({"x": [1]}, "the path 'x'"),
        ({"data[0]x": [1]}, "the path"),
        ({"data[0].x": [1, np.inf]}, "infinity at 'data[0].x' for w=3"),
        ({"data[0].x": [-1e308, 1e308]}, "too large to draw at 'data[0].x' for w=3"),
        ({"data[0].x": [10**400]}, "too large to draw at 'data[0].x' for w=3"),
        ({"data[0].x\n": [1]}, "the path"),
        ({"data[0].x": np.zeros((2, 2, 2))}, "shape (2, 2, 2)"),
        ({"data[0].x": None}, "NoneType"),
        ({"data[0].x": {"a": 1}}, "dict"),
        ({"data[0].x": ["a", None]}, "NoneType"),
        ({"layout.shapes[0].x0": float("nan")}, "must be finite"),
        ({"data[0].x": 1 + 2j}, "complex"),
    ],
)
def test_what_cannot_be_shown_is_named(result, words):
    with pytest.raises(StateError) as raised:
        evaluate(lambda w: result, {"w": 3})
    assert words in str(raised.value)


@pytest.mark.parametrize("said", [None, 3, ["a"]])
def test_a_description_is_a_text(said):
    with pytest.raises(StateError, match=r"describe returned .* for w=3: expected a"):
        describe(lambda w: said, {"w": 3})


def test_paths_may_not_change():
    with pytest.raises(StateError, match=r"missing \['data\[0\].x'\], new \['data"):
        evaluate(lambda: {"data[0].y": [1]}, {}, frozenset({"data[0].x"}))
