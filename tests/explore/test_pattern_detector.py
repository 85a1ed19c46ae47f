"""The pattern detector: its core against NumPy, its cells under a reader's hands."""

import numpy as np
import pytest
from playwright.sync_api import Page

from ldl_lib.figures.gradients import pattern_detector
from tests.explore.widgets import Stage, read


@pytest.fixture
def page(stage: Stage) -> Page:
    values = {"wanted": "T", "threshold": 20}
    return stage("pattern_detector", pattern_detector.CONSTANTS, values)


def test_the_core_s_sums_and_verdicts_are_numpy_s(page: Page) -> None:
    rng = np.random.default_rng(4)
    names = list(pattern_detector.PATTERNS)
    for _ in range(40):
        weights = rng.integers(-1, 2, size=25)
        threshold, wanted = int(rng.integers(-5, 26)), str(rng.choice(names))
        judged = page.evaluate(
            """([weights, threshold, patterns, wanted]) =>
              front.registered("core", "pattern_detector")
                .judge(weights, threshold, patterns, wanted)""",
            [
                weights.tolist(),
                threshold,
                pattern_detector.CONSTANTS["patterns"],
                wanted,
            ],
        )
        sums = pattern_detector.sums(weights)
        assert {line["name"]: line["sum"] for line in judged} == sums
        for line in judged:
            fires, should = sums[line["name"]] >= threshold, line["name"] == wanted
            kinds = {(True, True): "hit", (True, False): "false positive"}
            kinds |= {(False, True): "missed", (False, False): "silent"}
            assert line["fired"] == fires
            assert line["verdict"] == kinds[fires, should]


@pytest.mark.parametrize(("wanted", "threshold"), [("T", 17), ("I", 20), ("X", -5)])
def test_what_it_says_is_what_python_says(
    page: Page, wanted: str, threshold: int
) -> None:
    page.evaluate(
        "(values) => widget.set(values)", {"wanted": wanted} | {"threshold": threshold}
    )
    assert page.evaluate("said.at(-1)") == pattern_detector.words(wanted, threshold)


def test_a_click_goes_round_the_three_weights(page: Page) -> None:
    first = page.get_by_role("button", name="weight row 1, column 1:")
    seen = []
    for _ in range(3):
        first.click()
        seen.append(read(page, "weights")[0])
    assert seen == [0, -1, 1]
    assert "+1" in first.get_attribute("aria-label")


def test_ink_alone_takes_a_full_picture_for_a_t(page: Page) -> None:
    page.get_by_role("button", name="+1 on its ink, 0 elsewhere").click()
    page.evaluate("widget.set({ wanted: 'T', threshold: 9 })")
    verdicts = {line["name"]: line["verdict"] for line in read(page, "judged")}
    assert verdicts["T"] == "hit"
    assert verdicts["all ink"] == "false positive"
    assert "False positives: I, all ink." in page.evaluate("said.at(-1)")


def test_keys_reach_and_change_every_cell(page: Page) -> None:
    page.get_by_role("button", name="picture row 1, column 1:").focus()
    before = read(page, "picture")
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.keyboard.press("Space")
    after = read(page, "picture")
    changed = [i for i in range(25) if before[i] != after[i]]
    assert changed == [6]  # second row, second column
    stops = page.locator('.picture button[tabindex="0"]')
    assert stops.count() == 1
    assert "row 2, column 2" in stops.get_attribute("aria-label")


def test_the_reader_s_picture_is_judged_too(page: Page) -> None:
    page.get_by_role("button", name="Picture = wanted pattern").click()
    assert page.evaluate("said.at(-1)").endswith("sum +25, the neuron fires.")
    assert page.locator("li").last.locator(".verdict").text_content() == "fires"


def test_dark_theme_recolours_and_nothing_overflows_a_phone(page: Page) -> None:
    tint = "getComputedStyle(stage).getPropertyValue('--plus-tint')"
    light = page.evaluate(tint)
    page.evaluate("switchTheme('dark')")
    pair = pattern_detector.CONSTANTS["colors"]["blue_tint"]
    assert [light, page.evaluate(tint)] == pair
    assert page.evaluate("stage.scrollWidth <= stage.clientWidth")
