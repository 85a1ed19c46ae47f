"""Figures on a page without a kernel, opened from disk in a real browser."""

import html
import json
import shutil
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page, expect

from ldl_lib.explore import Choice, Explorable, Group, Player, Slider, Toggle, bundle
from ldl_lib.explore import page as pages
from ldl_lib.figures import theme

VENDOR = Path(__file__).parents[2] / "book/vendor/plotly"
X = np.linspace(-1, 1, 21)
BLUE = theme.COLORS["blue"]


def line(id="line"):
    figure = go.Figure(go.Scatter(x=X, y=X, line={"color": BLUE[0]}))
    figure.update_layout(xaxis_range=[-1, 1], yaxis_range=[-2, 2], height=300)
    return Explorable(
        id=id,
        figure=figure,
        state=lambda weight, kind, flip, step: {
            "data[0].y": (-1 if flip else 1) * weight * X ** (2 if kind == "b" else 1),
            "data[0].line.width": step + 1,
        },
        controls={
            "weight": Slider(-2, 2, step=0.5, value=1.0, label="Weight", unit="V"),
            "kind": Choice(["a", "b"], label="Kind"),
            "flip": Toggle(label="Flip"),
            "step": Player(4, label="Step", interval_ms=40),
        },
        question=f"How steep is {id}?",
        describe=lambda weight, kind, flip, step: f"{id}: {weight:g} {kind} {step}.",
    )


class Site:
    """A folder with one page of figures, as publishing writes it."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.folder, self.browser = folder, browser
        self.open_pages: list[Page] = []
        self.problems: list[str] = []
        (folder / "ldl").mkdir()
        (folder / "ldl/ldl.js").write_text(bundle.site_script())
        (folder / "ldl/ldl.css").write_text(bundle.stylesheet())
        shutil.copy(VENDOR / "plotly-cartesian.min.js", folder / "ldl")

    def open(self, *figures, before: str = "", query: str = "", **context) -> Page:
        hosts = []
        for figure in figures:
            output = figure._repr_mimebundle_()
            payload = json.dumps(output[pages.MIME]["payload"])
            name = f"ldl/{figure.id}.data.js"
            (self.folder / name).write_text(f'ldl.payload("{figure.id}", {payload});')
            host = output["text/html"]
            hosts.append(host.replace(" id=", f' data-ldl-src="{name}" id=', 1))
        (self.folder / "index.html").write_text(
            '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="stylesheet" href="ldl/ldl.css">'
            f'<script defer src="ldl/ldl.js"></script><body>{before}{"".join(hosts)}'
        )
        page = self.browser.new_context(**context).new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto((self.folder / "index.html").as_uri() + query)
        self.open_pages.append(page)
        return page


@pytest.fixture
def site(tmp_path, browser, site_mode):
    made = Site(tmp_path, browser)
    yield made
    for page in made.open_pages:
        page.context.close()


def ready(page: Page, id: str = "line") -> None:
    page.evaluate("id => ldl.figures.get(id).load().then(() => 0)", id)


def read(page: Page, path: str, id: str = "line", panel: str | None = None):
    return page.evaluate(
        "([id, path, panel]) => ldl.figures.get(id).read(path, panel ?? undefined)",
        [id, path, panel],
    )


def slope(page: Page, id: str = "line", panel: str | None = None) -> float:
    return round(read(page, "data[0].y", id, panel)[-1], 3)


def test_keyboard_reaches_and_moves_every_control(site):
    page = site.open(line())
    ready(page)
    page.get_by_role("slider", name="Weight").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("output").first).to_have_text("1.5 V")
    page.wait_for_function("ldl.figures.get('line').read('data[0].y')[20] > 1.4")
    page.keyboard.press("Home")
    page.wait_for_function("ldl.figures.get('line').read('data[0].y')[20] < -1.9")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("ldl.figures.get('line').values.kind === 'b'")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function("ldl.figures.get('line').values.flip === true")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.wait_for_function("ldl.figures.get('line').values.step === 3")
    expect(page.locator(".ldl-player output")).to_have_text("3 of 3")
    for name in ("Back to the start", "Previous", "Play", "Next"):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == f"{name}: Step"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Reset
    page.wait_for_function("ldl.figures.get('line').values.weight === 1")
    assert slope(page) == 1.0
    assert not site.problems


def test_pointer_moves_every_control(site):
    page = site.open(line())
    ready(page)
    box = page.get_by_role("slider", name="Weight").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    page.wait_for_function("ldl.figures.get('line').values.weight === 2")
    page.get_by_role("radio", name="b").check()
    page.get_by_label("Flip").click()
    page.get_by_role("button", name="Next: Step").click()
    page.wait_for_function("ldl.figures.get('line').values.step === 1")
    page.wait_for_function("ldl.figures.get('line').read('data[0].y')[20] < -1.9")
    assert read(page, "data[0].line.width") == 2


def test_player_plays_to_the_end_and_stops(site):
    page = site.open(line())
    ready(page)
    page.get_by_role("button", name="Play: Step").click()
    expect(page.get_by_role("button", name="Pause: Step")).to_be_visible()
    page.wait_for_function("ldl.figures.get('line').values.step === 3")
    expect(page.get_by_role("button", name="Play: Step")).to_be_visible()


def test_reset_stops_the_player(site):
    page = site.open(line())
    ready(page)
    page.get_by_role("button", name="Play: Step").click()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("button", name="Play: Step")).to_be_visible()
    page.wait_for_timeout(150)
    assert page.evaluate("ldl.figures.get('line').values.step") == 0


def test_values_are_spoken_by_the_control_alone(site):
    """An output element is a live region, unless it is told not to be one."""
    page = site.open(line())
    ready(page)
    live = [o.get_attribute("aria-live") for o in page.locator("output").all()]
    assert live == ["off", "off"]


def test_forced_colours_show_what_is_chosen(site):
    page = site.open(line(), forced_colors="active")
    ready(page)
    colour = "e => getComputedStyle(e).backgroundColor"
    chosen, other = page.locator(".ldl-option span").all()
    assert chosen.evaluate(colour) != other.evaluate(colour)
    knob = "e => getComputedStyle(e, '::before').backgroundColor"
    flip = page.get_by_label("Flip")
    assert flip.evaluate(knob) != flip.evaluate(colour)
    track = "e => getComputedStyle(e).forcedColorAdjust"
    assert page.get_by_role("slider", name="Weight").evaluate(track) == "none"


def test_live_region_speaks_once_the_reader_pauses(site):
    page = site.open(line())
    ready(page)
    live = page.locator("[role=status]")
    expect(live).to_have_text("line: 1 a 0.")
    page.get_by_role("slider", name="Weight").press("ArrowRight")
    expect(page.locator(".ldl-sentence")).to_have_text("line: 1.5 a 0.")
    assert live.text_content() == "line: 1 a 0."  # not yet: the reader may go on
    expect(live).to_have_text("line: 1.5 a 0.")
    expect(page.locator(".ldl-plot")).to_have_accessible_name("line: 1.5 a 0.")


def test_fast_changes_end_at_the_last_one(site):
    page = site.open(line())
    ready(page)
    page.evaluate(
        """async () => { const f = ldl.figures.get("line"); let last;
            for (let i = 0; i < 200; i += 1) last = f.set({ weight: (i % 9) / 2 - 2 });
            await f.set({ weight: -0.5 }); await last; }"""
    )
    assert slope(page) == -0.5


def test_state_travels_in_the_address(site):
    page = site.open(line(), query="#ldl-line?weight=-1.5&kind=b&flip=true&step=2")
    page.wait_for_function("ldl.figures.get('line').values?.step === 2")
    assert slope(page) == 1.5
    page.get_by_role("slider", name="Weight").press("ArrowRight")
    page.get_by_role("button", name="Link to this state").click()
    assert page.url.endswith("#ldl-line?weight=-1&kind=b&flip=true&step=2")
    page.evaluate("location.hash = '#ldl-line?weight=2&kind=nonsense'")
    page.wait_for_function("ldl.figures.get('line').values.weight === 2")
    assert page.evaluate("ldl.figures.get('line').values.kind") == "b"


def test_a_link_opens_what_hides_the_figure(site):
    page = site.open(
        line(),
        before="<details><summary>More</summary>",
        query="#ldl-line?weight=2&kind=a&flip=false&step=0",
    )
    expect(page.get_by_role("slider", name="Weight")).to_be_visible()
    page.wait_for_function("document.querySelector('.main-svg').clientWidth > 700")


def test_names_do_not_clash_in_the_page(site):
    """A control's element beside a figure, and a label, of a similar name."""
    first = line()
    second = line("line-weight")
    asked = Explorable(
        id="asked",
        figure=go.Figure(go.Scatter(y=[0])),
        state=lambda question: {"data[0].y": [question]},
        controls={"question": Slider(0, 2, step=1, value=1)},
        question="Which?",
        describe=lambda question: "",
    )
    page = site.open(first, second, asked)
    for id in ("line", "line-weight", "asked"):
        ready(page, id)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    own = [id for id in ids if id.startswith("ldl-")]
    assert len(own) == len(set(own))


def test_figures_far_away_are_not_loaded(site):
    page = site.open(line(), before='<div style="height: 4000px"></div>')
    page.wait_for_timeout(200)
    assert page.evaluate("typeof globalThis.ldlPlotly.cartesian") == "undefined"
    page.mouse.wheel(0, 4000)
    page.wait_for_selector("[data-ldl-state=ready]")


def test_plotly_is_loaded_once_for_many_figures(site):
    requests = []
    page = site.open(line(), line("second"))
    for id in ("line", "second"):
        ready(page, id)  # or a request of this first visit might be counted below
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    for id in ("line", "second"):
        ready(page, id)
    assert sum("plotly-cartesian" in url for url in requests) == 1


def test_dark_mode_swaps_the_palette_and_keeps_the_state(site):
    page = site.open(line())
    ready(page)
    page.evaluate("ldl.figures.get('line').set({ weight: 2 }).then(() => 0)")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    drawn = "document.querySelector('.ldl-plot').data[0]"
    page.wait_for_function(f"{drawn}.line.color === '{BLUE[1]}'")
    assert page.evaluate(f"{drawn}.y[20]") == 2
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_function(f"{drawn}.line.color === '{BLUE[0]}'")


def test_dark_mode_swaps_colour_scales(site):
    stops = [[0, "#ffffff"], [1, BLUE[0]]]
    figure = go.Figure(go.Heatmap(z=[[0, 1]], colorscale=stops))
    scale = Explorable(
        id="scale",
        figure=figure,
        state=lambda on: {"data[0].showscale": on},
        controls={"on": Toggle()},
        question="Which colours?",
        describe=lambda on: f"Scale: {on}.",
    )
    page = site.open(scale)
    ready(page, "scale")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    last = "document.querySelector('.ldl-plot').data[0].colorscale[1][1]"
    page.wait_for_function(f"{last} === '{BLUE[1]}'")


def test_group_has_one_control_for_both_panels(site):
    group = Group("pair", [line(), line("second")], "Which is steeper?")
    page = site.open(group)
    ready(page, "pair")
    assert page.get_by_role("slider", name="Weight").count() == 1
    page.get_by_role("slider", name="Weight").press("ArrowRight")
    for panel in ("line", "second"):
        page.wait_for_function(
            f"ldl.figures.get('pair').read('data[0].y', '{panel}')[20] > 1.4"
        )
    expect(page.locator(".ldl-sentence")).to_have_text(
        "line: 1.5 a 0. second: 1.5 a 0."
    )


def test_fits_a_phone_and_resizes(site):
    page = site.open(line(), viewport={"width": 390, "height": 800})
    ready(page)
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0
    page.set_viewport_size({"width": 900, "height": 800})
    page.wait_for_function("document.querySelector('.main-svg').clientWidth > 700")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("document.querySelector('.main-svg').clientWidth < 390")
    assert page.evaluate(overflow) <= 0


def test_without_javascript_question_words_and_picture_are_there(site):
    page = site.open(line(), java_script_enabled=False)
    expect(page.get_by_text("How steep is line?")).to_be_visible()
    expect(page.locator("p.ldl-sentence")).to_have_text("line: 1 a 0.")
    assert page.get_by_role("img").get_attribute("alt") == "line: 1 a 0."


def test_a_figure_without_its_data_says_so(site):
    page = site.open(line())
    (site.folder / "ldl/line.data.js").unlink()
    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This figure cannot be shown: could not load")
    expect(page.get_by_text("How steep is line?")).to_be_visible()


def test_a_damaged_table_says_so(site):
    page = site.open(line())
    data = site.folder / "ldl/line.data.js"
    data.write_text(data.read_text().replace('"table": "', '"table": "AAAA'))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("This figure cannot be shown")


TWIN = """
ldl.register("compute", "double", ({ weight }, { factor }) => {
  if (weight === 2) throw new Error("two is too much");
  return { "data[0].y": [factor * weight], "$describe": `Twice ${weight}.` };
});
"""
WIDGET = """
ldl.register("core", "counter", { add: (a, b) => a + b });
ldl.register("widget", "counter", (stage, api) => {
  const { add } = ldl.registered("core", "counter");
  const button = document.createElement("button");
  button.textContent = "Add one";
  const { by } = api.options;
  button.onclick = () => api.setValues({ count: add(api.values.count, by) });
  stage.append(button);
  let shown;
  return {
    set({ count }) { shown = count; api.announce(`Count is ${count}.`); },
    read: (path) => ({ count: shown })[path],
    destroy() {},
  };
});
"""


@pytest.fixture
def parts(site, monkeypatch):
    """A JavaScript twin and a hand-written widget that only these tests have."""
    for kind, name, text in (
        ("compute", "double", TWIN),
        ("widgets", "counter", WIDGET),
    ):
        (site.folder / "ldl" / kind).mkdir()
        (site.folder / f"ldl/{kind}/{name}.js").write_text(text)
    monkeypatch.setattr(bundle, "part", lambda kind, name: "")


def test_twin_computes_and_its_failure_shows(site, parts):
    figure = Explorable(
        id="double",
        figure=go.Figure(go.Scatter(y=[0])),
        state=lambda weight: {"data[0].y": [3 * weight]},
        controls={"weight": Slider(-2, 2, step=0.001, value=1)},
        question="How much?",
        describe=lambda weight: f"Twice {weight:g}.",
        compute="double",
        constants={"factor": 3},
    )
    page = site.open(figure)
    ready(page, "double")
    page.evaluate("ldl.figures.get('double').set({ weight: 1.5 }).then(() => 0)")
    assert read(page, "data[0].y", "double") == [4.5]
    assert page.locator(".ldl-sentence").text_content() == "Twice 1.5."
    page.evaluate("ldl.figures.get('double').set({ weight: 2 }).then(() => 0)")
    expect(page.get_by_role("alert")).to_contain_text("two is too much")
    page.evaluate("ldl.figures.get('double').set({ weight: 1 }).then(() => 0)")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.locator(".ldl-figure").get_attribute("data-ldl-state") == "ready"


def test_hand_written_widget_takes_part(site, parts):
    figure = Explorable(
        id="counter",
        figure=None,
        state=lambda count: {},
        controls={"count": Slider(0, 5, step=1, value=2, label="Count")},
        question="How many?",
        describe=lambda count: f"Count is {count}.",
        widget="counter",
        constants={"by": 1},
    )
    page = site.open(figure)
    ready(page, "counter")
    page.get_by_role("button", name="Add one").click()
    page.wait_for_function("ldl.figures.get('counter').read('count') === 3")
    expect(page.get_by_role("slider", name="Count")).to_have_value("3")
    page.get_by_role("slider", name="Count").press("End")
    expect(page.locator("[role=status]")).to_have_text("Count is 5.")


def test_a_click_sets_controls_to_the_nearest_values(site):
    def board():
        size = {"dtick": 1, "fixedrange": True}
        figure = go.Figure(go.Heatmap(z=np.zeros((4, 5)), showscale=False))
        figure.update_layout(xaxis=size, yaxis=size | {"autorange": "reversed"})
        return Explorable(
            id="board",
            figure=figure,
            state=lambda row, column: {"data[0].z": np.eye(4, 5) * (row + column)},
            controls={
                "row": Choice([0, 1, 2, 3]),
                "column": Slider(0, 4, step=1, value=0),
            },
            question="Which cell?",
            describe=lambda row, column: f"Row {row}, column {column:g}.",
            clicks={"row": "y", "column": "x"},
        )

    page = site.open(board())
    ready(page, "board")
    plot = page.locator(".nsewdrag").bounding_box()
    for row, column in ((2, 3), (0, 4), (3, 0)):
        x = plot["x"] + plot["width"] * (column + 0.4) / 5
        y = plot["y"] + plot["height"] * (row + 0.6) / 4
        page.mouse.click(x, y)
        expect(page.locator(".ldl-sentence")).to_have_text(
            f"Row {row}, column {column}."
        )
    assert page.get_by_role("radio", name="3").first.is_checked()
    page.mouse.click(plot["x"] - 20, plot["y"] + 20)  # beside the axes: nothing
    assert page.evaluate("ldl.figures.get('board').values") == {"row": 3, "column": 0}


def test_a_control_without_effect_is_switched_off(site):
    def filters(id, applies):
        return Explorable(
            id=id,
            figure=go.Figure(go.Scatter(y=[0])),
            state=lambda kind, size: {"data[0].y": [size if kind == "box" else 0]},
            controls={
                "kind": Choice(["none", "box"]),
                "size": Slider(1, 5, step=1, value=1),
            },
            question="How large?",
            describe=lambda kind, size: f"{kind} {size}",
            applies=applies,
        )

    boxes = {"size": {"kind": ["box"]}}
    pair = [filters("left", boxes), filters("right", boxes)]
    page = site.open(Group("both", pair, question="Which?"))
    ready(page, "both")
    expect(page.get_by_role("slider", name="size")).to_be_disabled()
    page.get_by_role("radio", name="box").check()
    page.get_by_role("slider", name="size").press("End")
    expect(page.locator(".ldl-sentence")).to_have_text("box 5 box 5")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("slider", name="size")).to_be_disabled()


def test_wrong_values_are_refused(site):
    page = site.open(line())
    ready(page)
    for wrong in ("{ weight: 0.3 }", "{ wieght: 1 }", "{ kind: 'c' }"):
        attempt = f"ldl.figures.get('line').set({wrong})"
        caught = page.evaluate(f"{attempt}.catch((error) => error.message)")
        assert "cannot be" in caught
    assert html.unescape(page.locator(".ldl-sentence").inner_text()) == "line: 1 a 0."


def test_a_folder_of_files_is_one_part(tmp_path, monkeypatch):
    folder = tmp_path / "widgets/garden"
    folder.mkdir(parents=True)
    (folder / "b_view.js").write_text("const here = 2;")
    (folder / "a_core.js").write_text("const here = 1;")
    monkeypatch.setattr(bundle, "FRONT", tmp_path)
    joined = bundle.part("widget", "garden")
    assert joined.index("here = 1") < joined.index("here = 2")
    assert joined.count("(() => {") == 2  # each file keeps its names to itself
    with pytest.raises(FileNotFoundError, match=r"no widget named 'x'.*\['garden'\]"):
        bundle.part("widget", "x")
