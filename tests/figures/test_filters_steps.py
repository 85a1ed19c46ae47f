"""Convolution step by step: against NumPy, with and without the flip."""

import numpy as np
import pytest

from ldl_lib.figures.filters import steps


@pytest.mark.parametrize("signal", steps.SIGNALS)
@pytest.mark.parametrize("kernel", steps.KERNELS)
def test_outputs_are_numpy_s(signal, kernel):
    x, h = steps.SIGNALS[signal], steps.KERNELS[kernel]
    np.testing.assert_allclose(
        steps.outputs(signal, kernel, "flip"), np.convolve(x, h), atol=1e-12
    )
    np.testing.assert_allclose(
        steps.outputs(signal, kernel, "keep"), np.correlate(x, h, "full"), atol=1e-12
    )


def test_a_single_one_returns_the_kernel_and_only_the_flip_keeps_its_order():
    assert list(steps.outputs("a single 1", "1, 2, 3", "flip")[3:6]) == [1, 2, 3]
    assert list(steps.outputs("a single 1", "1, 2, 3", "keep")[3:6]) == [3, 2, 1]


def test_the_numbers_under_the_window_make_the_output():
    for step in range(steps.OUTPUTS):
        shown = steps.state("a hill", "1, 0, −1", "flip", step)
        padded = np.pad(shown["data[0].y"], 2)
        total = padded[step : step + 3] @ shown["data[1].y"]
        assert total == shown["data[2].y"][step]
        assert np.isnan(shown["data[2].y"][step + 1 :]).all()
        assert "" not in shown["data[5].text"]
        assert shown["data[5].text"].count(steps.NOTHING) == steps.OUTPUTS - 1 - step


def test_each_number_stands_at_the_end_of_its_bar():
    shown = steps.state("a hill", "1, 0, −1", "keep", steps.OUTPUTS - 1)
    for bars, labels in ((0, 3), (1, 4), (2, 5)):
        y = shown[f"data[{bars}].y"]
        np.testing.assert_array_equal(shown[f"data[{labels}].y"], y)
        told = [text.replace("−", "-") for text in shown[f"data[{labels}].text"]]
        np.testing.assert_allclose([float(text) for text in told], y)
        sides = [side.split()[0] for side in shown[f"data[{labels}].textposition"]]
        assert sides == ["bottom" if value < 0 else "top" for value in y]
    np.testing.assert_array_equal(shown["data[4].x"], shown["data[1].x"])


def test_words_say_when_the_flip_matters():
    assert "changes nothing" in steps.words("a hill", "1, 2, 1", "flip", 4)
    told = steps.words("a hill", "1, 2, 3", "flip", 4)
    assert "3 · 3 + 2 · 4 + 1 · 2 = 19" in told
    assert "0, 3, 11, 19, 17, 14, 6, 2, 0" in told
    assert "(−1) · 2 = 1." in steps.words("a hill", "1, 0, −1", "keep", 4)


def test_every_bar_and_its_number_fit_the_axes():
    figure = steps.figure()
    for signal in steps.SIGNALS:
        for kernel in steps.KERNELS:
            for way in steps.WAYS.values():
                shown = steps.state(signal, kernel, way, steps.OUTPUTS - 1)
                for number, axis in enumerate(("yaxis", "yaxis2", "yaxis3")):
                    low, high = figure.layout[axis].range
                    y = shown[f"data[{number}].y"]
                    assert low < min(y)
                    assert max(y) < high
