"""The regression widget: its core against NumPy, its view under a reader's hands."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from ldl_lib.explore import bundle
from ldl_lib.figures.linear import least_squares
from tests.explore.widgets import Stage, read, recolours


@pytest.fixture
def core(front: Page) -> Page:
    if not front.evaluate("Boolean(front.registered('core', 'drag_regression'))"):
        front.add_script_tag(content=bundle.part("widget", "drag_regression"))
    return front


@pytest.fixture
def page(stage: Stage) -> Page:
    values = {"rate": 0.1, "squares": "the closed form"}
    return stage("drag_regression", least_squares.CONSTANTS, values)


def call(core: Page, name: str, *arguments: Any) -> Any:
    return core.evaluate(
        "([name, a]) => front.registered('core', 'drag_regression')[name](...a)",
        [name, list(arguments)],
    )


def random_points(seed: int) -> tuple[np.ndarray, np.ndarray, list[dict[str, float]]]:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-2, 2, (2, int(rng.integers(2, 15))))
    points = [{"x": float(a), "y": float(b)} for a, b in zip(x, y, strict=True)]
    return x, y, points


@pytest.mark.parametrize("seed", range(5))
def test_closed_form_is_numpy_s_least_squares(core: Page, seed: int) -> None:
    x, y, points = random_points(seed)
    A = np.column_stack([np.ones_like(x), x])
    expected, *_ = np.linalg.lstsq(A, y, rcond=None)
    line = call(core, "closedForm", points)
    assert [line["bias"], line["slope"]] == pytest.approx(expected, abs=1e-9)
    misses = A @ expected - y
    r_squared = 1 - (misses @ misses) / ((y - y.mean()) ** 2).sum()
    assert call(core, "loss", points, line) == pytest.approx((misses**2).mean())
    assert call(core, "rSquared", points, line) == pytest.approx(r_squared, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_gradient_is_that_of_finite_differences(core: Page, seed: int) -> None:
    x, y, points = random_points(seed)
    line = np.array([0.7, -1.1])

    def loss(weights: np.ndarray) -> float:
        return float(((weights[0] + weights[1] * x - y) ** 2).mean())

    found = call(core, "gradient", points, {"bias": line[0], "slope": line[1]})
    for axis, name in enumerate(("bias", "slope")):
        nudge = 1e-5 * np.eye(2)[axis]
        slope = (loss(line + nudge) - loss(line - nudge)) / 2e-5
        assert found[name] == pytest.approx(slope, abs=1e-6)


def test_descent_arrives_at_the_closed_form_or_runs_away(core: Page) -> None:
    ends = core.evaluate(
        """(rates) => rates.map((rate) => {
          const core = front.registered("core", "drag_regression");
          let state = core.begin();
          while (state.steps < 5000 && !core.arrived(state) && !core.diverged(state)) {
            state = core.step(state, rate);
          }
          return [core.arrived(state), core.diverged(state), state.steps];
        })""",
        list(least_squares.RATES),
    )
    assert [end[:2] for end in ends] == [[True, False]] * 3 + [[False, True]]
    assert ends[0][2] > ends[1][2] > ends[2][2]  # a larger rate is there sooner …


def test_no_line_is_best_when_all_inputs_are_equal(core: Page) -> None:
    assert call(core, "closedForm", [{"x": 1, "y": 0}, {"x": 1, "y": 1}]) is None
    assert call(core, "closedForm", []) is None


def test_lines_end_at_the_frame(core: Page) -> None:
    for bias, slope in ((0, 0), (1, 3), (-1, -0.2), (0, 40)):
        ends = call(core, "inside", {"bias": bias, "slope": slope}, 2)
        assert len(ends) == 2
        for x, y in ends:
            assert y == pytest.approx(bias + slope * x)
            assert max(abs(x), abs(y)) == pytest.approx(2)
    assert call(core, "inside", {"bias": 5, "slope": 0}, 2) == []


# ---- the view


def points(page: Page) -> Locator:
    return page.locator('svg [role="button"]')


def test_play_ends_at_the_closed_form(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    best, line = read(page, "best"), read(page, "line")
    assert line["slope"] == pytest.approx(best["slope"], abs=2e-4)
    assert "Descent has arrived" in page.evaluate("said.at(-1)")
    page.get_by_role("button", name="Restart descent").click()
    assert read(page, "steps") == 0


def test_play_moves_step_by_step_and_pauses(page: Page) -> None:
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("widget.read('steps') >= 2")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()


def test_a_rate_too_large_runs_away_and_says_so(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("widget.set({ rate: 0.8, squares: 'descent' })")
    page.get_by_role("button", name="Play").click()
    assert "has run away" in page.evaluate("said.at(-1)")
    assert "NaN" not in page.locator("#stage").inner_html()


def test_a_drag_moves_a_point_and_the_line(page: Page) -> None:
    before, line = read(page, "points")[0], read(page, "best")
    dot = points(page).first.bounding_box()
    assert dot is not None
    page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    page.mouse.down()
    page.mouse.move(dot["x"] + 20, dot["y"] - 150, steps=4)
    page.mouse.up()
    assert read(page, "points")[0]["y"] > before["y"] + 1
    assert read(page, "best")["slope"] < line["slope"]
    assert points(page).count() == 8  # the end of a drag is no click


def test_clicks_and_keys_add_move_and_remove(page: Page) -> None:
    box = page.locator("#stage > svg").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    assert points(page).count() == 9
    page.get_by_role("button", name="Add point").click()
    assert points(page).count() == 10
    before = read(page, "points")[9]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    after = read(page, "points")[9]
    assert after["y"] == pytest.approx(before["y"] + 0.1)
    assert after["x"] == pytest.approx(before["x"] + 0.5)
    page.keyboard.press("Delete")
    assert points(page).count() == 9
    page.get_by_role("button", name="Restore points").click()
    assert points(page).count() == 8


def test_squares_follow_the_chosen_line(page: Page) -> None:
    assert read(page, "squares") == 8
    page.evaluate("widget.set({ rate: 0.1, squares: 'none' })")
    assert read(page, "squares") == 0


def test_no_points_is_no_failure(page: Page) -> None:
    for _ in range(8):
        points(page).first.focus()
        page.keyboard.press("Delete")
    assert "nothing to fit" in page.evaluate("said.at(-1)")
    page.get_by_role("button", name="Step").click()
    assert read(page, "steps") == 0


def test_dark_theme_recolours(page: Page) -> None:
    recolours(page, least_squares.CONSTANTS["colors"])
