"""The dragging widget under a reader's hands: pointer, keyboard, buttons, theme."""

import pytest
from playwright.sync_api import Locator, Page

from ldl_lib.figures.perceptron import DRAG_CONSTANTS
from tests.explore.widgets import Stage, read, recolours


@pytest.fixture
def page(stage: Stage) -> Page:
    values = {"rate": 0.1}
    return stage("perceptron_drag", DRAG_CONSTANTS, values)


def points(page: Page) -> Locator:
    return page.locator('svg [role="button"]')


def test_run_ends_with_every_point_right(page: Page) -> None:
    assert read(page, "mistakes") == 3
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Run").wait_for(timeout=20_000)
    assert read(page, "mistakes") == 0
    assert page.evaluate("said.at(-1)").startswith("All 8 points on the right side")


def test_a_click_adds_a_point_and_a_drag_moves_it(page: Page) -> None:
    page.get_by_role("button", name="■ class −1").click()
    box = page.locator("svg").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.45
    page.mouse.click(x, y)
    assert points(page).count() == 9
    added = read(page, "points")[-1]
    assert added["label"] == -1
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=3)
    page.mouse.up()
    moved = read(page, "points")[-1]
    assert points(page).count() == 9
    assert moved["x1"] < added["x1"] - 0.4
    assert moved["x2"] == pytest.approx(added["x2"], abs=0.06)


def test_a_drag_past_the_edge_adds_no_point(page: Page) -> None:
    dot = points(page).first.bounding_box()
    plane = page.locator("svg").bounding_box()
    assert dot is not None
    assert plane is not None
    page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    page.mouse.down()
    page.mouse.move(plane["x"] + 2, plane["y"] + 2, steps=4)
    page.mouse.up()
    assert points(page).count() == 8
    assert read(page, "points")[0]["x1"] == -2


def test_only_the_main_button_drags(page: Page) -> None:
    before = read(page, "points")
    dot = points(page).first.bounding_box()
    assert dot is not None
    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down(button="right")
    page.mouse.move(x + 60, y, steps=3)
    page.mouse.up(button="right")
    assert read(page, "points") == before


def test_keys_move_flip_and_remove_a_point(page: Page) -> None:
    first = points(page).first
    first.focus()
    before = read(page, "points")[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    after = read(page, "points")[0]
    assert after["x1"] == pytest.approx(before["x1"] + 0.1)
    assert after["x2"] == pytest.approx(before["x2"] + 0.1)
    assert after["label"] == -before["label"]
    assert f"class {'+1' if after['label'] > 0 else '−1'}" in first.get_attribute(
        "aria-label"
    )
    page.keyboard.press("Delete")
    assert points(page).count() == 7
    assert page.evaluate("document.activeElement.getAttribute('role')") == "button"


def test_points_can_be_added_without_pointing(page: Page) -> None:
    for _ in range(3):
        page.get_by_role("button", name="Add point").click()
    added = read(page, "points")[8:]
    assert len({(p["x1"], p["x2"]) for p in added}) == 3
    page.get_by_role("button", name="Restore points").click()
    assert points(page).count() == 8


def test_reduced_motion_finishes_at_once(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Run").click()
    assert read(page, "mistakes") == 0
    assert page.get_by_role("button", name="Pause").count() == 0


def test_no_points_is_no_failure(page: Page) -> None:
    for _ in range(8):
        points(page).first.focus()
        page.keyboard.press("Delete")
    assert page.evaluate("said.at(-1)") == "No points: nothing to learn."
    page.get_by_role("button", name="Next update").click()
    page.get_by_role("button", name="Run").click()
    assert read(page, "updates") == 0


def test_dark_theme_recolours(page: Page) -> None:
    recolours(page, DRAG_CONSTANTS["colors"])
