"""Kernels and frequency responses: against SciPy, and against tones sent through."""

import numpy as np
import pytest
from scipy import signal

from ldl_lib.figures.filters import kernels, response


@pytest.mark.parametrize("name", response.FILTERS)
@pytest.mark.parametrize("length", response.LENGTHS)
def test_a_tone_keeps_its_frequency_and_gets_the_factor(name, length):
    h = kernels.kernel(name, length, response.CUTOFF)
    _, expected = signal.freqz(h, worN=[1000.0, 3000.0], fs=kernels.RATE)
    for frequency, factor in zip((1000, 3000), expected, strict=True):
        _, after = response.tones(name, length, frequency)
        # A multiple of whole periods: 64 samples hold 4 and 12 of them.
        spectrum = np.fft.rfft(after)
        peak = frequency * 64 // kernels.RATE
        assert abs(spectrum[peak]) / 32 == pytest.approx(abs(factor), abs=1e-9)
        assert np.delete(abs(spectrum), peak).max() < 1e-9
        shown = response.state(name, length, frequency)
        assert shown["data[3].y"][0] == pytest.approx(abs(factor))


def test_a_kernel_is_refused_that_nobody_can_make():
    with pytest.raises(ValueError, match="choose from moving average"):
        kernels.kernel("reverb", 3, 100)
    with pytest.raises(ValueError, match="odd"):
        kernels.kernel("low-pass", 4, 100)


def test_words_report_the_factor_and_the_crossing():
    told = response.words("moving average", 9, 1000)
    _, ours = signal.freqz(np.ones(9) / 9, worN=[1000.0, 1080.0], fs=kernels.RATE)
    assert f"{abs(ours[0]):.0%} as high" in told
    assert abs(ours[1]) == pytest.approx(0.5, abs=0.01)
    assert "near 1,080 Hz" in told


def test_an_echo_is_the_sound_and_a_quieter_one_later():
    h = kernels.kernel("echo", 3, 100)
    out = np.convolve([1.0, 2.0], h)
    assert list(out[:2]) == [1, 2]
    assert list(out[-2:]) == [kernels.ECHO, 2 * kernels.ECHO]
    assert len(h) - 1 == kernels.RATE // 5
