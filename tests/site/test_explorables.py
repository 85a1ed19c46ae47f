"""Every explorable of every built page shows what Python says, and can be operated.

The executed notebooks carry probes: random control settings with the states and
sentences that Python computed. The page must show the same, within the error that the
figure's table states.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page

from ldl_lib.explore.page import MIME

ROOT = Path(__file__).parents[2]
EXECUTED = ROOT / "_build/executed/notebooks"
HTML = ROOT / "_build/html/notebooks"
LAST_DIGITS = 1e-9


def _figures() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield page and figure data of every figure in the executed notebooks."""
    for file in sorted(EXECUTED.rglob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    page = file.relative_to(EXECUTED).with_suffix(".html").as_posix()
                    yield page, output["data"][MIME]


FIGURES = list(_figures())
EXPLORABLES = [
    pytest.param(page, data, id=data["id"])
    for page, data in FIGURES
    if data["payload"]["controls"]
]


def test_there_are_explorables():
    assert len(EXPLORABLES) >= 7, f"{len(EXPLORABLES)} explorables: run 'ldl build'"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all figures; a page is opened only when it is not open yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def figure(tab: Page, page: str, data: dict[str, Any]) -> Locator:
    """Open the figure's page from disk, draw the figure and reset it."""
    address = (HTML / page).as_uri()
    if tab.url.split("#")[0] != address:
        tab.goto(address)
    host = tab.locator(f'.ldl-figure[data-ldl-figure="{data["id"]}"]')
    host.scroll_into_view_if_needed()
    tab.evaluate("id => ldl.figures.get(id).load().then(() => 0)", data["id"])
    defaults = {each["name"]: each["value"] for each in data["payload"]["controls"]}
    show(tab, data["id"], defaults)
    return host


def show(tab: Page, id: str, values: dict[str, Any]) -> None:
    tab.evaluate(
        "([id, values]) => ldl.figures.get(id).set(values).then(() => 0)", [id, values]
    )


Tolerance = tuple[float, float]  # absolute, relative


def differences(expected: Any, got: Any, error: Tolerance, where: str) -> list[str]:
    """Compare two states; None stands for a gap (NaN)."""
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [f"{where}: {str(got)[:60]!r} instead of {len(expected)} entries"]
        pairs = enumerate(zip(expected, got, strict=True))
        return [
            line
            for number, (first, second) in pairs
            for line in differences(first, second, error, f"{where}[{number}]")
        ]
    if isinstance(expected, bool | str) or expected is None:
        return [] if got == expected else [f"{where}: {got!r}, Python: {expected!r}"]
    allowed = error[0] + (error[1] + LAST_DIGITS) * abs(expected)
    near = isinstance(got, int | float) and math.isclose(
        got, expected, rel_tol=0, abs_tol=allowed * (1 + 1e-6) + 1e-12
    )
    return [] if near else [f"{where}: {got!r}, Python: {expected!r}"]


def words(data: dict[str, Any], probe: dict[str, Any]) -> str:
    """Join what Python says of a state, panel by panel as the page shows them."""
    said = [probe["panels"][panel["id"]] for panel in data["payload"]["panels"]]
    return " ".join(each["sentence"] for each in said)


READ = """([id, panel, path]) => {
  const gaps = (value) => Array.isArray(value) || ArrayBuffer.isView(value)
    ? Array.from(value, gaps)
    : typeof value === "number" && Number.isNaN(value) ? null : value;
  const figure = ldl.figures.get(id);
  // Of points what Plotly has drawn, not what the figure means to show.
  const [, trace, key] = path.match(/^data\\[(\\d+)\\]\\.([xyz])$/) ?? [];
  const drawn = key && figure.figure.panels.get(panel).plot?.element._fullData[trace];
  return gaps(drawn?.visible === true ? drawn[key] : figure.read(path, panel));
}"""


@pytest.mark.parametrize(("page", "data"), EXPLORABLES)
def test_shows_what_python_says(tab: Page, figure: Locator, data: dict[str, Any]):
    wrong: list[str] = []
    said = 0
    for probe in data["probes"]:
        show(tab, data["id"], probe["values"])
        for panel, expected in probe["panels"].items():
            tolerances = data["tolerance"].get(panel, {})
            for path, value in expected["state"].items():
                got = tab.evaluate(READ, [data["id"], panel, path])
                where = f"{probe['values']} {panel} {path}"
                wrong += differences(value, got, tolerances.get(path, (0, 0)), where)
        sentence = words(data, probe)
        shown = figure.locator(".ldl-sentence").text_content()
        if shown != sentence:
            wrong.append(f"{probe['values']}: says {shown!r}, Python {sentence!r}")
        said += 1
    assert not wrong, "\n".join(wrong[:10])
    assert said >= 2


def values(tab: Page, id: str) -> dict[str, Any]:
    return tab.evaluate("id => ({ ...ldl.figures.get(id).values })", id)


def switch_on(tab: Page, data: dict[str, Any], control: dict[str, Any]) -> None:
    """Give other controls values at which this one has an effect."""
    needed = {name: fits[0] for name, fits in control.get("applies", {}).items()}
    show(tab, data["id"], values(tab, data["id"]) | needed)


@pytest.mark.parametrize(("page", "data"), EXPLORABLES)
def test_every_control_works_by_keyboard(
    tab: Page, figure: Locator, data: dict[str, Any]
):
    for control in data["payload"]["controls"]:
        name = control["name"]
        switch_on(tab, data, control)
        before = values(tab, data["id"])[name]
        box = figure.locator(f'[data-control="{name}"]')
        field = box.locator("input:checked, input:not([type=radio]), select").first
        field.focus()
        keys = ["Space"] if control["kind"] == "toggle" else ["ArrowRight", "ArrowLeft"]
        if box.locator("select").count():
            keys = ["ArrowDown", "ArrowUp"]
        for key in keys:
            tab.keyboard.press(key)
            if values(tab, data["id"])[name] != before:
                break
        assert values(tab, data["id"])[name] != before, f"keys do not move {name!r}"


@pytest.mark.parametrize(("page", "data"), EXPLORABLES)
def test_every_control_works_by_pointer(
    tab: Page, figure: Locator, data: dict[str, Any]
):
    for control in data["payload"]["controls"]:
        name, kind = control["name"], control["kind"]
        switch_on(tab, data, control)
        before = values(tab, data["id"])[name]
        box = figure.locator(f'[data-control="{name}"]')
        if box.locator("select").count():
            other = next(
                str(number)
                for number, option in enumerate(control["options"])
                if option["value"] != before
            )
            box.locator("select").select_option(other)
        elif kind == "choice":
            box.locator("input:not(:checked)").first.click()
        elif kind == "toggle":
            box.locator("input").click()
        else:
            track = box.locator("input")
            size = track.bounding_box()
            assert size is not None
            for share in (0.9, 0.1):
                track.click(
                    position={"x": size["width"] * share, "y": size["height"] / 2}
                )
                if values(tab, data["id"])[name] != before:
                    break
        assert values(tab, data["id"])[name] != before, f"pointer: {name!r} stays"


@pytest.mark.parametrize(
    ("page", "data"),
    # A hand-written widget speaks for itself, and has a test of its own.
    [p for p in EXPLORABLES if p.values[1]["meta"]["sources"] != ["widget"]],
)
def test_live_region_says_what_changed(
    tab: Page, figure: Locator, data: dict[str, Any]
):
    first = words(data, data["probes"][0])
    for probe in data["probes"][1:]:
        sentence = words(data, probe)
        if sentence == first:
            continue
        show(tab, data["id"], probe["values"])
        live = figure.locator("[role=status][aria-live=polite]")
        handle = live.element_handle()
        tab.wait_for_function("([e, t]) => e.textContent === t", arg=[handle, sentence])
        return
    pytest.fail(f"every probe of {data['id']} says {first!r}")


PAGES = sorted({page for page, _ in FIGURES})


@pytest.mark.parametrize("page", PAGES)
def test_payloads_of_a_page_stay_small(page: str):
    sizes = {d["id"]: d["meta"]["bytes"] for other, d in FIGURES if other == page}
    assert sum(sizes.values()) <= 600_000, sizes
