"""The convolution widget in a reader's hands: kernel, keys, playing, theme, width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from ldl_lib.explore import bundle
from ldl_lib.figures.convolution import explorer

VALUES: dict[str, Any] = {
    "picture": "drawn pattern",
    "operation": "convolution",
    "kernel": "left-right",
    "size": 3,
    "stride": 1,
    "padding": "valid",
    "dilation": 1,
    "flip": False,
}
SETUP = """async ([options, values]) => {
  const listeners = [];
  window.said = [];
  window.theme = "light";
  window.switchTheme = (to) => { window.theme = to; listeners.forEach((f) => f(to)); };
  window.widget = await front.registered("widget", "convolution")(
    document.querySelector("#stage"), {
      options, values, announce: (text) => window.said.push(text),
      theme: () => window.theme,
      onTheme: (f) => { listeners.push(f); return () => {}; },
    });
}"""


@pytest.fixture(scope="module")
def shown() -> explorer.Explorer:
    noise = np.random.default_rng(3).integers(0, 256, (12, 12)).astype(np.uint8)
    return explorer.Explorer(
        {"drawn pattern": explorer.corner_pattern(), "noise": noise}
    )


@pytest.fixture
def page(browser: Browser, shown: explorer.Explorer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_content(
        f"<style>{bundle.stylesheet()}</style>"
        '<div class="ldl-figure"><div id="stage" class="ldl-stage"></div></div>'
    )
    page.add_script_tag(content=bundle.library() + "window.front = ldl;")
    page.add_script_tag(content=bundle.part("widget", "convolution"))
    page.evaluate(SETUP, [shown.constants(), VALUES])
    yield page
    context.close()
    assert problems == []


def read(page: Page, path: str) -> Any:
    return page.evaluate("(path) => widget.read(path)", path)


def show(page: Page, **values: Any) -> dict[str, Any]:
    page.evaluate("(values) => widget.set(values)", VALUES | values)
    return VALUES | values


def output_of(page: Page, shown: explorer.Explorer, kernel: Any) -> np.ndarray:
    picture = shown.pictures["drawn pattern"]
    return explorer.output(picture, kernel, "convolution")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"operation": "max", "size": 2, "stride": 2},
        {"operation": "average", "size": 3, "stride": 2, "padding": "same"},
        {"kernel": "blur", "size": 5, "padding": "1", "picture": "noise"},
        {"kernel": "emboss", "flip": True, "dilation": 3, "picture": "noise"},
        {"kernel": "sharpen", "stride": 4, "padding": "same", "picture": "noise"},
    ],
)
def test_it_says_and_computes_what_python_does(
    page: Page, shown: explorer.Explorer, changes: dict[str, Any]
) -> None:
    values = show(page, **changes)
    assert page.evaluate("said.at(-1)") == shown.words(**values)
    state = shown.state(**values)
    assert np.allclose(read(page, "layout.rows"), state["layout.rows"])
    assert read(page, "layout.middle") == pytest.approx(state["layout.middle"])


def test_a_typed_weight_counts_at_once_and_stays(
    page: Page, shown: explorer.Explorer
) -> None:
    page.get_by_label("weight in row 2, column 2").fill("-1/4")
    kernel = explorer.kernel_of("left-right", 3)
    kernel[1, 1] = -0.25
    assert np.allclose(read(page, "output"), output_of(page, shown, kernel))
    show(page, stride=2)  # other controls leave a typed kernel alone
    assert np.allclose(read(page, "kernel"), kernel)
    show(page, stride=2)  # "Reset" sets every control to what it is
    assert np.allclose(read(page, "kernel"), explorer.kernel_of("left-right", 3))


def test_weights_that_nearly_cancel_keep_two_colours(page: Page) -> None:
    note = page.locator(".small").last
    page.get_by_label("weight in row 2, column 2").fill("1/9")
    assert "Blue: above 0. Orange: below 0." in (note.text_content() or "")
    page.get_by_label("weight in row 2, column 2").fill("4")
    assert "White: 1020. What lies beyond is cut off." in (note.text_content() or "")


def test_what_is_no_number_is_marked_and_changes_nothing(page: Page) -> None:
    field = page.get_by_label("weight in row 1, column 1")
    before = read(page, "output")
    field.fill("one")
    assert field.get_attribute("aria-invalid") == "true"
    assert read(page, "output") == before
    field.blur()
    assert field.input_value() == "−1"


def test_keys_and_pointer_choose_an_output_cell(page: Page) -> None:
    output = page.locator("canvas.output")
    output.focus()
    for key in ("Home", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert read(page, "cell") == [1, 1]
    assert "Row 2, column 2:" in page.evaluate("said.at(-1)")
    box = output.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    assert read(page, "cell") == [13, 13]


def test_the_output_grows_cell_by_cell(page: Page) -> None:
    page.get_by_role("button", name="From the first cell").click()
    page.get_by_role("button", name="Next cell").click()
    assert [read(page, "done"), read(page, "cell")] == [2, [0, 1]]
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_function("widget.read('done') > 5")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="All cells").click()
    assert read(page, "done") == 14 * 14


def test_pooling_shows_no_kernel_and_marks_the_largest_pixel(page: Page) -> None:
    show(page, operation="max", size=2, stride=2, picture="noise")
    assert page.locator("input").count() == 0
    largest = page.locator(".most")
    assert largest.count() == 1
    assert int(largest.text_content() or "") == read(page, "layout.middle")


def test_dark_theme_recolours_and_nothing_overflows_a_phone(
    page: Page, shown: explorer.Explorer
) -> None:
    show(page, size=5)
    page.evaluate("switchTheme('dark')")
    tint = page.evaluate("getComputedStyle(stage).getPropertyValue('--plus-tint')")
    assert tint == shown.constants()["colors"]["blue_tint"][1]
    assert page.evaluate("stage.scrollWidth <= stage.clientWidth")
