"""Draw-a-digit in a reader's hands: mouse, touch, keyboard, theme, address, width."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from ldl_lib.explore import Choice, Explorable, Slider, Toggle, bundle
from ldl_lib.explore import page as pages
from ldl_lib.figures.digits import draw

AXE = Path(__file__).parents[1] / "vendor/axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def crosses() -> tuple[np.ndarray, np.ndarray]:
    """Six made-up images of each digit: strokes that are not alike."""
    images = []
    for number in range(60):
        angle = np.pi * number / 60
        corner = 100 * np.array([np.cos(angle), np.sin(angle)])
        bar = [(140, 40), (140 + number, 240)]
        images.append(
            draw.prepare(draw.ink([[tuple(140 - corner), tuple(140 + corner)], bar]))
        )
    return np.array(images).astype(np.uint8), np.arange(60) % 10


@pytest.fixture(scope="module")
def reader() -> draw.Reader:
    """What the page needs; weights that nobody has trained do for a view."""
    rng = np.random.default_rng(1)
    half = [
        rng.normal(0, spread, shape).astype(np.float16)
        for spread, shape in ((0.06, (25, 784)), (0.3, 25), (0.7, (10, 25)), (0.4, 10))
    ]
    network = draw.Weights(*half, mean=33.3, sd=78.6, test_error=0.9)
    return draw.Reader(*crosses(), network)


def explorable(reader: draw.Reader) -> Explorable:
    return Explorable(
        id="draw-digit",
        figure=None,
        state=reader.state,
        describe=reader.words,
        widget="draw_digit",
        constants=reader.constants(),
        question="What does the network see?",
        controls={
            "image": Choice(reader.options(), reader.numbers[0], label="on the pad"),
            "dx": Slider(-10, 10, step=1, value=0, label="shift right"),
            "dy": Slider(-10, 10, step=1, value=0, label="shift down"),
            "noise": Slider(0, 250, step=10, value=0, label="noise"),
            "pattern": Choice([1, 2, 3, 4, 5], label="pattern"),
            "centre": Toggle(True, label="centre drawings"),
        },
    )


@pytest.fixture
def site(
    tmp_path: Path, reader: draw.Reader, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, Any]]:
    """A page with the figure, as publishing writes it, and the figure's output."""
    monkeypatch.setenv("LDL_SITE", "1")
    output = explorable(reader)._repr_mimebundle_()
    (tmp_path / "widgets").mkdir()
    (tmp_path / "ldl.js").write_text(bundle.site_script(), "utf-8")
    (tmp_path / "ldl.css").write_text(bundle.stylesheet(), "utf-8")
    script = bundle.part("widget", "draw_digit")
    (tmp_path / "widgets/draw_digit.js").write_text(script, "utf-8")
    payload = json.dumps(output[pages.MIME]["payload"])
    data = f'ldl.payload("draw-digit", {payload});'
    (tmp_path / "draw.data.js").write_text(data, "utf-8")
    host = output["text/html"].replace(" id=", ' data-ldl-src="draw.data.js" id=', 1)
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">'
        '<title>Draw a digit</title><meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="ldl.css"><script defer src="ldl.js"></script>'
        f"<body><main><h1>Draw a digit</h1>{host}</main></body></html>",
        "utf-8",
    )
    return tmp_path / "index.html", output[pages.MIME]


class Tab:
    """The page, with shortcuts for what the tests do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.problems.append(message.text) if message.type == "error" else None
            ),
        )

    def load(self) -> None:
        self.page.evaluate("ldl.figures.get('draw-digit').load().then(() => 0)")

    def read(self, path: str) -> Any:
        return self.page.evaluate(
            """(path) => {
              const got = ldl.figures.get("draw-digit").read(path);
              return ArrayBuffer.isView(got) ? Array.from(got) : got;
            }""",
            path,
        )

    def pad(self) -> np.ndarray:
        """Return the points of the pad; one letter each, which travels fast."""
        text = self.page.evaluate(
            """Array.from(ldl.figures.get("draw-digit").read("pad"),
              (ink) => String.fromCharCode(ink)).join("")"""
        )
        points = np.frombuffer(text.encode("latin-1"), np.uint8)
        return points.reshape(draw.PAD, draw.PAD)

    def ink(self) -> int:
        """Count the points of the pad that have ink."""
        return np.count_nonzero(self.pad())

    def values(self) -> dict[str, Any]:
        return self.page.evaluate("({ ...ldl.figures.get('draw-digit').values })")

    def place(self, x: float, y: float) -> tuple[float, float]:
        """From points of the pad to pixels of the window."""
        pad = self.page.locator("canvas.pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        scale = (box["width"] - 2) / draw.PAD
        return box["x"] + 1 + x * scale, box["y"] + 1 + y * scale

    def drag(self, *corners: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*self.place(*corners[0]))
        mouse.down()
        for corner in corners[1:]:
            mouse.move(*self.place(*corner), steps=6)
        mouse.up()

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def settle(self) -> None:
        self.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))"
        )


@pytest.fixture
def tab(browser: Browser, site: tuple[Path, Any], request: Any) -> Iterator[Tab]:
    options = getattr(request, "param", {})
    context = browser.new_context(**options)
    opened = Tab(context.new_page())
    opened.page.goto(site[0].as_uri())
    opened.load()
    yield opened
    context.close()
    assert opened.problems == []


on_a_phone = pytest.mark.parametrize("tab", [PHONE], indirect=True)


# ---------------------------------------------------------------- drawing


def test_a_drawing_with_the_mouse_is_read(tab: Tab, reader: draw.Reader) -> None:
    tab.button("Clear")
    assert tab.ink() == 0
    seven = [(70, 70), (200, 70), (120, 240)]
    tab.drag(*seven)
    assert tab.values()["image"] == draw.DRAWING
    image = np.reshape(tab.read("image"), (28, 28))
    expected = draw.prepare(draw.ink([seven]))
    assert np.abs(image - expected).mean() < 6  # the mouse knows whole pixels only
    outputs = reader.weights.network().forward(reader.weights.standardise(image))[0]
    assert np.allclose(tab.read("layout.outputs"), outputs, atol=1e-9)
    assert tab.read("sentence").startswith("Your drawing.")
    expect(tab.page.locator(".ldl-sentence")).to_contain_text("Your drawing.")


@on_a_phone
def test_a_finger_draws_and_does_not_scroll(tab: Tab) -> None:
    tab.button("Clear")
    session = tab.page.context.new_cdp_session(tab.page)
    path = [tab.place(140, y) for y in range(40, 240, 20)]
    before = tab.page.evaluate("scrollY")
    for kind, points in [
        ("touchStart", path[:1]),
        *(("touchMove", [point]) for point in path[1:]),
        ("touchEnd", []),
    ]:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert tab.page.evaluate("scrollY") == before
    pad = tab.pad()
    rows = np.flatnonzero(pad.any(axis=1))
    assert rows[0] == pytest.approx(40 - draw.PEN, abs=3)
    assert rows[-1] == pytest.approx(220 + draw.PEN, abs=3)


def test_the_eraser_removes_ink(tab: Tab) -> None:
    tab.button("Clear")
    tab.drag((60, 140), (220, 140))
    before = tab.ink()
    tab.button("Eraser")
    assert (
        tab.page.get_by_role("button", name="Eraser").get_attribute("aria-pressed")
        == "true"
    )
    tab.drag((140, 100), (140, 180))
    pad = tab.pad()
    assert tab.ink() < before
    assert not pad[:, 140].any()
    assert pad[140, 80] == 255
    tab.button("Pen")
    tab.drag((140, 140), (141, 140))
    assert tab.pad()[140, 140] == 255


def test_strokes_on_a_test_image_start_from_it(tab: Tab, reader: draw.Reader) -> None:
    image = reader.images[reader.numbers[0]]
    tab.drag((10, 270), (30, 270))
    assert tab.values()["image"] == draw.DRAWING
    assert tab.ink() > 100 * np.count_nonzero(image)
    tab.button("Next test image")
    assert tab.values()["image"] == reader.numbers[0]
    assert tab.ink() == 100 * np.count_nonzero(image)


def test_a_drawing_waits_while_test_images_are_shown(tab: Tab) -> None:
    tab.button("Clear")
    tab.drag((60, 60), (220, 200))
    ink = tab.ink()
    tab.button("Next test image")
    assert tab.ink() != ink
    tab.page.locator("select").select_option(label="your drawing")
    tab.settle()
    assert tab.ink() == ink


def test_only_the_main_button_draws(tab: Tab) -> None:
    before = tab.ink()
    tab.page.mouse.move(*tab.place(20, 20))
    tab.page.mouse.down(button="right")
    tab.page.mouse.move(*tab.place(60, 60))
    tab.page.mouse.up(button="right")
    assert tab.ink() == before


def test_centring_is_a_choice(tab: Tab) -> None:
    tab.button("Clear")
    tab.drag((30, 30), (60, 60))
    centred = np.reshape(tab.read("image"), (28, 28))
    tab.page.get_by_role("switch", name="centre drawings").click()
    tab.settle()
    raw = np.reshape(tab.read("image"), (28, 28))
    assert np.count_nonzero(centred[14:]) > 20
    assert np.count_nonzero(raw[14:]) == 0
    assert np.count_nonzero(raw[:8, :8]) > 5


# ---------------------------------------------------------------- without a pointer


def test_everything_by_keyboard(tab: Tab, reader: draw.Reader) -> None:
    keys = tab.page.keyboard
    tab.page.get_by_role("button", name="Next test image").focus()
    keys.press("Enter")
    tab.settle()
    assert tab.values()["image"] == reader.numbers[1]
    tab.page.get_by_role("button", name="Previous test image").focus()
    keys.press("Enter")
    keys.press("Enter")
    tab.settle()
    assert tab.values()["image"] == reader.numbers[-1]
    tab.page.get_by_role("button", name="Shift left").focus()
    keys.press("ArrowLeft")
    keys.press("ArrowDown")
    keys.press("Enter")
    tab.settle()
    assert (tab.values()["dx"], tab.values()["dy"]) == (-2, 1)
    tab.page.get_by_role("slider", name="noise").focus()
    keys.press("ArrowRight")
    tab.settle()
    expected = reader.seen(reader.numbers[-1], -2, 1, 10, 1)
    assert np.array_equal(np.reshape(tab.read("image"), (28, 28)), expected)


def test_the_pen_moves_by_keys(tab: Tab) -> None:
    tab.button("Clear")
    tab.page.locator("canvas.pad").focus()
    for key in ("ArrowLeft", "Space", "Shift+ArrowDown", "Shift+ArrowDown", "Space"):
        tab.page.keyboard.press(key)
    tab.page.keyboard.press("Shift+ArrowRight")  # the pen is up
    pad = tab.pad()
    columns, rows = (np.flatnonzero(pad.any(axis=axis)) for axis in (0, 1))
    assert (rows[0], rows[-1]) == (70 - draw.PEN, 110 + draw.PEN - 1)
    assert (columns[0], columns[-1]) == (135 - draw.PEN, 135 + draw.PEN - 1)
    for key in ("Shift+ArrowRight", "e", "Space"):
        tab.page.keyboard.press(key)
    assert tab.ink() == np.count_nonzero(pad)  # the eraser is 40 points away
    for _ in range(2):
        tab.page.keyboard.press("Shift+ArrowLeft")
    assert tab.ink() < np.count_nonzero(pad)


def test_units_can_be_chosen_by_click_focus_and_arrows(tab: Tab) -> None:
    tiles = tab.page.locator(".units button")
    assert tiles.count() == 25
    tiles.nth(7).click()
    assert tab.read("unit") == 7
    tab.page.keyboard.press("ArrowRight")
    assert tab.read("unit") == 8
    tab.page.keyboard.press("End")
    assert tab.read("unit") == 24
    assert tab.page.locator('.units [tabindex="0"]').count() == 1
    expect(tab.page.locator(".picture").first).to_contain_text("Unit 25")


# ---------------------------------------------------------------- what is shown


def test_saturated_units_say_so(tab: Tab) -> None:
    slopes = 1 - np.array(tab.read("layout.hidden")) ** 2
    tiles = tab.page.locator(".units button")
    texts = tiles.all_text_contents()
    assert 0 < (slopes < draw.FLAT).sum() < 25
    for number, (text, slope) in enumerate(zip(texts, slopes, strict=True), start=1):
        assert ("saturated" in text) == (slope < draw.FLAT)
        assert f"Hidden unit {number}: z" in text
        assert f", slope {slope:.2f}" in text


def test_a_unit_s_parts_add_up_to_its_sum(tab: Tab) -> None:
    tab.page.locator(".units button").nth(3).click()
    note = tab.page.locator(".picture").nth(1).text_content() or ""
    numbers = [
        float(word.strip(",.:").replace("−", "-"))
        for word in note.split()
        if word.strip(",.:−").replace(".", "").isdigit()
    ]
    total, bias, z, output, slope = numbers
    assert total + bias == pytest.approx(z, abs=0.011)
    assert z == pytest.approx(tab.read("layout.z")[3], abs=0.0051)
    assert np.tanh(z) == pytest.approx(output, abs=0.011)
    assert slope == pytest.approx(1 - output**2, abs=0.011)


def test_page_and_python_agree(tab: Tab, site: tuple[Path, Any]) -> None:
    for probe in site[1]["probes"]:
        tab.page.evaluate(
            "(v) => ldl.figures.get('draw-digit').set(v).then(() => 0)",
            probe["values"],
        )
        expected = probe["panels"]["draw-digit"]
        shown = tab.page.locator(".ldl-sentence").text_content()
        assert shown == expected["sentence"]
        for path, values in expected["state"].items():
            assert np.allclose(tab.read(path), values, rtol=0, atol=1e-9)


def test_the_address_carries_the_state(tab: Tab, reader: draw.Reader) -> None:
    number = reader.numbers[9]
    address = f"#ldl-draw-digit?image={number}&dx=-3&dy=2&noise=40&pattern=3"
    page_itself = tab.page.url
    tab.page.goto("about:blank")
    tab.page.goto(page_itself + address)
    tab.page.wait_for_function(
        "ldl.figures.get('draw-digit').values?.pattern === 3", timeout=15_000
    )
    expected = reader.seen(number, -3, 2, 40, 3)
    assert np.array_equal(np.reshape(tab.read("image"), (28, 28)), expected)


PICTURES = """[...document.querySelectorAll(".ldl-digit canvas")].map((each) => {
  const all = each.getContext("2d").getImageData(0, 0, each.width, each.height);
  return all.data.reduce((sum, part) => sum + part, 0);
})"""


def test_dark_theme_recolours(tab: Tab) -> None:
    light = tab.page.evaluate(PICTURES)
    assert len(light) == 29
    tab.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.settle()
    dark = tab.page.evaluate(PICTURES)
    assert all(first != second for first, second in zip(light, dark, strict=True))


def test_the_live_region_speaks_after_a_pause(tab: Tab) -> None:
    live = tab.page.locator("[role=status][aria-live=polite]")
    tab.button("Clear")
    expect(live).to_contain_text("The pad is empty")


@on_a_phone
def test_it_fits_a_phone(tab: Tab) -> None:
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tab", [{}, PHONE], indirect=True)
def test_it_is_accessible(tab: Tab, theme: str) -> None:
    tab.page.evaluate(
        "(theme) => { document.documentElement.dataset.theme = theme; }", theme
    )
    tab.settle()
    tab.page.add_script_tag(path=AXE)
    # It would fetch the style sheet, which a page opened from disk may not.
    run = "axe.run(document.querySelector('main'), { preload: false })"
    found = tab.page.evaluate(run)["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_a_destroyed_widget_paints_no_more(tab: Tab) -> None:
    before = tab.page.evaluate(PICTURES)
    tab.page.evaluate("ldl.figures.get('draw-digit').figure.destroy()")
    tab.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.settle()
    assert tab.page.evaluate(PICTURES) == before
