"""E3.7: f = x²y + y + 2 in four ways, against autograd; and what each way costs."""

import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.backprop import four_ways


def autograd(x, y):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    y = torch.tensor(y, dtype=torch.float64, requires_grad=True)
    f = x * x * y + y + 2
    f.backward()
    return f.item(), x.grad.item(), y.grad.item()


@pytest.mark.parametrize("point", [(3.0, 4.0), (-1.5, 0.5), (0.0, 2.0)])
def test_forward_and_reverse_agree_with_autograd(point):
    f, by_x, by_y = autograd(*point)
    x, y = point
    first = four_ways.forward(four_ways.Dual(x, 1.0), four_ways.Dual(y, 0.0))["f"]
    second = four_ways.forward(four_ways.Dual(x, 0.0), four_ways.Dual(y, 1.0))["f"]
    assert first == pytest.approx((f, by_x))
    assert second == pytest.approx((f, by_y))
    assert four_ways.values(x, y)["f"] == pytest.approx(f)
    end = four_ways.reverse(x, y)[-1]
    assert (end["x"], end["y"]) == pytest.approx((by_x, by_y))


def test_every_way_finds_42_24_and_10():
    assert autograd(3.0, 4.0) == (42, 24, 10)
    for way in four_ways.WAYS.values():
        texts = " ".join(frame.text for frame in four_ways.frames(way))
        bold = [part.split("</b>")[0] for part in texts.split("<b>")[1:]]
        found = " ".join(bold)
        if way == "differences":
            assert bold == ["24.004", "10"]  # off by h·y: 0.001 · 4
        else:
            assert "24" in found
            assert "10" in found
        shown = [frame.nodes.get("f", "") for frame in four_ways.frames(way)]
        assert way == "hand" or any(text.startswith("42") for text in shown)


def test_frames_count_the_passes_that_two_weights_take():
    for way in four_ways.WAYS.values():
        frames = four_ways.frames(way)
        assert len(frames) <= four_ways.STEPS
        assert frames[0].passes == 0
        assert frames[-1].passes == four_ways.passes(way, 2)


def test_reverse_needs_two_passes_whatever_the_number_of_weights():
    assert [four_ways.passes("reverse", n) for n in (1, 9, 19_885)] == [2, 2, 2]
    assert four_ways.passes("differences", 9) == 10
    assert four_ways.passes("forward", 19_885) == 19_885


def test_the_last_picture_in_reverse_shows_values_and_derivatives():
    state = evaluate(four_ways.state, {"way": "reverse", "step": 10, "weights": 2})
    texts = [text.strip() for text in state["data[4].text"]]
    assert texts == [
        "3 | ∂ 24",
        "4 | ∂ 10",
        "9 | ∂ 4",
        "36 | ∂ 1",
        "40 | ∂ 1",
        "42 | ∂ 1",
    ]
    assert "24" in four_ways.words("reverse", 10, 2)
    assert "19,886 passes" in four_ways.words("differences", 0, 19_885)
