"""The front end in a notebook, with a stand-in for the kernel."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ldl_lib.explore import bundle

SPEC = {
    "id": "line",
    "question": "How steep?",
    "network": None,
    "controls": [
        {
            "kind": "slider", "name": "weight", "label": "Weight", "unit": "",
            "min": 0, "step": 1, "decimals": 0, "size": 4, "value": 1,
        },
        {
            "kind": "choice", "name": "kind", "label": "Kind", "value": "a",
            "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
        },
    ],
    "panels": [
        {
            "id": "line", "controls": ["weight", "kind"], "sentence": "Slope 1.",
            "figure": {"data": [{"y": [0]}], "layout": {}}, "plotly": "cartesian",
        }
    ],
}  # fmt: skip

# A kernel that draws y = [weight], but cannot where the weight is `broken`.
SETUP = """async ([code, spec, broken]) => {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const nothing = async () => {};
  const plotly = { react: nothing, purge: nothing, Plots: { resize: nothing } };
  globalThis.ldlPlotly = { full: Promise.resolve(plotly) };
  const listeners = new Set();
  const emit = (message) => listeners.forEach((each) => each(message, []));
  const held = { spec, values: { weight: 1, kind: "a" } };
  const answer = () => setTimeout(() => {
    const { values } = held;
    const { weight } = values;
    const state = { "data[0].y": { value: [weight] } };
    if (weight === broken) emit({ type: "error", text: "ValueError: no" });
    else emit({
      type: "state", values, panels: { line: { state, sentence: `Slope ${weight}.` } },
    });
  }, 5);
  window.held = held;
  const model = {
    get: (name) => held[name],
    set: (name, value) => { held[name] = value; },
    save_changes: answer,
    send: answer,
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  window.show = async () => {
    const { default: view } = await import(url);
    const el = document.createElement("div");
    document.body.append(el);
    return view.render({ model, el });
  };
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><title>Notebook</title>")
    yield page
    context.close()


def begin(page: Page, broken: int | None = None) -> None:
    page.evaluate(SETUP, [bundle.widget_module(), SPEC, broken])


def test_two_views_of_a_widget_do_not_take_each_others_choice(page: Page) -> None:
    begin(page)
    page.evaluate("show().then(() => show()).then(() => 0)")
    page.get_by_role("radio", name="B").first.check()
    for view in (0, 1):
        expect(page.get_by_role("radio", name="B").nth(view)).to_be_checked()
    repeated = page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)"
        ".filter((id, i, all) => all.indexOf(id) !== i)"
    )
    assert repeated == []


def test_closing_one_view_leaves_the_other(page: Page) -> None:
    begin(page)
    page.evaluate("show().then((close) => show().then(close))")
    assert page.evaluate("ldl.figures.has('line')")


def test_an_error_in_a_state_goes_with_the_next_state(page: Page) -> None:
    begin(page, broken=2)
    page.evaluate("show().then(() => 0)")
    slider = page.get_by_role("slider")
    slider.press("ArrowRight")
    expect(page.get_by_role("alert")).to_contain_text("ValueError: no")
    # Back where it was: Python has to follow.
    slider.press("ArrowLeft")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.wait_for_function("held.values.weight === 1")
    expect(page.locator(".ldl-sentence")).to_have_text("Slope 1.")


def test_an_error_in_the_first_state_is_shown(page: Page) -> None:
    begin(page, broken=1)
    page.evaluate("show().then(() => 0)")
    expect(page.get_by_role("alert")).to_contain_text("ValueError: no. Run the cell")
