"""Filters to listen to: sounds and convolution against NumPy and SciPy, the buttons."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from scipy import signal

from ldl_lib.explore import bundle
from ldl_lib.figures.filters import audio, kernels

RATE = kernels.RATE
VALUES = {"sound": "clicks", "name": "low-pass", "length": 21, "cutoff": 1000}
SETUP = """([options, values]) => {
  const listeners = [];
  window.said = [];
  window.theme = "light";
  window.switchTheme = (to) => { window.theme = to; listeners.forEach((f) => f(to)); };
  window.widget = front.registered("widget", "audio_filter")(
    document.querySelector("#stage"), {
      options, values, announce: (text) => window.said.push(text),
      theme: () => window.theme,
      onTheme: (f) => { listeners.push(f); return () => {}; },
    });
  window.core = front.registered("core", "audio_filter");
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.set_content('<div id="stage" class="ldl-stage"></div>')
    page.add_script_tag(content=bundle.library() + "window.front = ldl;")
    page.add_script_tag(content=bundle.part("widget", "audio_filter"))
    page.evaluate(SETUP, [audio.CONSTANTS, VALUES])
    yield page
    context.close()


@pytest.fixture(autouse=True)
def _silence(page: Page) -> None:
    page.evaluate("values => widget.set(values)", VALUES)


def heard(page: Page, name: str) -> np.ndarray:
    samples = page.evaluate(
        "([name, rate]) => Array.from(core.sound(name, rate))", [name, RATE]
    )
    return np.array(samples)


def test_convolution_is_numpy_s(page: Page) -> None:
    rng = np.random.default_rng(3)
    x, h = rng.normal(size=50), rng.normal(size=7)
    h[2] = 0
    ours = page.evaluate(
        "([x, h]) => Array.from(core.convolve(x, h))", [x.tolist(), h.tolist()]
    )
    np.testing.assert_allclose(ours, np.convolve(x, h), atol=1e-12)


@pytest.mark.parametrize("length", [3, 21, 101])
@pytest.mark.parametrize("cutoff", [200, 1000, 4000])
def test_kernels_are_scipy_s(page: Page, length: int, cutoff: int) -> None:
    low = signal.firwin(length, cutoff, fs=RATE, window="hamming")
    middle = np.arange(length) == length // 2
    expected = {"low-pass": low, "high-pass": middle - low}
    for name, h in expected.items():
        values = VALUES | {"name": name, "length": length, "cutoff": cutoff}
        page.evaluate("values => widget.set(values)", values)
        np.testing.assert_allclose(
            page.evaluate("widget.read('layout.kernel')"), h, atol=1e-9
        )
        np.testing.assert_allclose(kernels.kernel(name, length, cutoff), h, atol=1e-9)


def test_responses_are_scipy_s(page: Page) -> None:
    for name in audio.NAMES[:2] + audio.NAMES[3:]:
        h = kernels.kernel(name, 21, 1000)
        frequencies = np.array([0.0, 130.0, 2500.0, 7999.0])
        _, expected = signal.freqz(h, worN=frequencies, fs=RATE)
        np.testing.assert_allclose(
            kernels.response(h, frequencies), expected, atol=1e-12
        )
        ours = page.evaluate(
            "([h, f, rate]) => f.map((each) => core.factor(h, each, rate))",
            [h.tolist(), frequencies.tolist(), RATE],
        )
        np.testing.assert_allclose(ours, abs(expected), atol=1e-9)


@pytest.mark.parametrize("name", audio.NAMES)
def test_what_it_reads_and_says_is_what_python_says(page: Page, name: str) -> None:
    values = VALUES | {"name": name, "length": 9, "cutoff": 1500}
    page.evaluate("values => widget.set(values)", values)
    for path, expected in audio.state(**values).items():
        ours = page.evaluate("path => widget.read(path)", path)
        np.testing.assert_allclose(ours, expected, atol=1e-9)
    assert page.evaluate("said.at(-1)") == audio.words(**values)


@pytest.mark.parametrize("name", audio.SOUNDS)
def test_sounds_are_equally_loud_and_end_in_silence(page: Page, name: str) -> None:
    samples = heard(page, name)
    assert len(samples) == 2 * RATE
    assert np.abs(samples).max() == pytest.approx(0.9, abs=0.05)
    assert samples[0] == samples[-1] == 0


def test_the_vowel_rings_at_its_resonances_and_the_chord_at_its_pitches(
    page: Page,
) -> None:
    frequencies = np.fft.rfftfreq(2 * RATE, 1 / RATE)

    def strength(samples: np.ndarray, middle: float, width: float) -> float:
        near = abs(frequencies - middle) < width
        return float(abs(np.fft.rfft(samples))[near].max())

    vowel = heard(page, "vowel")
    assert strength(vowel, 730, 60) > 3 * strength(vowel, 1750, 60)
    assert strength(vowel, 2440, 60) > 2 * strength(vowel, 3500, 60)
    chord = heard(page, "plucked chord")
    for pitch, between in ((147, 180), (220, 255), (294, 330)):
        assert strength(chord, pitch, 8) > 5 * strength(chord, between, 8)


def test_nothing_is_louder_than_the_limit(page: Page) -> None:
    loud = page.evaluate(
        "() => Array.from(core.limited([3, -8, 2], 1, 0.5)).map(Math.abs)"
    )
    assert max(loud) == pytest.approx(0.5)
    quiet = page.evaluate("() => Array.from(core.limited([0.1, -0.2], 0.5, 0.5))")
    np.testing.assert_allclose(quiet, [0.05, -0.1], atol=1e-7)


def test_it_plays_only_when_asked_and_stops_when_asked(page: Page) -> None:
    assert page.evaluate("widget.read('layout.playing')") is None
    assert page.evaluate("widget.read('layout.kernel').length") == 21
    page.get_by_role("button", name="Play after the filter").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("widget.read('layout.playing')") == "after"
    page.get_by_role("button", name="Play before the filter").click()
    assert page.evaluate("widget.read('layout.playing')") == "before"
    stop = page.get_by_role("button", name="Stop, playing before")
    assert stop.get_attribute("aria-pressed") == "true"
    stop.click()
    assert page.evaluate("widget.read('layout.playing')") is None
    assert page.get_by_role("button", name="Play").count() == 2


def test_what_a_filter_makes_quieter_is_played_quieter(page: Page) -> None:
    page.evaluate(
        """() => {
          window.peaks = [];
          const copy = AudioBuffer.prototype.copyToChannel;
          AudioBuffer.prototype.copyToChannel = function (samples, ...more) {
            window.peaks.push(core.largest(samples));
            return copy.call(this, samples, ...more);
          };
        }"""
    )
    for which in ("before", "after"):
        page.get_by_role("button", name=f"Play {which} the filter").click()
    page.get_by_role("button", name="Stop").click()
    before, after = page.evaluate("peaks")
    h = kernels.kernel("low-pass", 21, 1000)
    assert before == pytest.approx(0.5, abs=1e-6)
    assert after / before == pytest.approx(abs(h).max(), rel=1e-5)


def test_a_change_while_it_plays_is_heard_at_once(page: Page) -> None:
    page.get_by_role("button", name="Play after the filter").click()
    page.evaluate("values => widget.set(values)", VALUES | {"name": "echo"})
    assert page.evaluate("widget.read('layout.playing')") == "after"
    page.get_by_role("button", name="Stop").click()


def test_dark_theme_recolours_and_nothing_overflows_a_phone(page: Page) -> None:
    hue = "getComputedStyle(stage).getPropertyValue('--audio-vermillion')"
    light = page.evaluate(hue)
    page.evaluate("switchTheme('dark')")
    assert [light, page.evaluate(hue)] == audio.CONSTANTS["colors"]["vermillion"]
    page.evaluate("switchTheme('light')")
    assert page.evaluate("stage.scrollWidth <= stage.clientWidth")
