"""A hand-written widget alone on a page, and what tests ask of it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Stage = Callable[[str, Any, dict[str, Any]], Page]

# A widget on a phone's page, alone: `said` notes what it announces, `switchTheme` is
# the page's switch.
SET_UP = """([name, options, values]) => {
  const stage = document.querySelector("#stage");
  const listeners = [];
  window.said = [];
  window.theme = "light";
  window.switchTheme = (to) => { window.theme = to; listeners.forEach((f) => f(to)); };
  window.widget = front.registered("widget", name)(stage, {
    options, values, announce: (text) => window.said.push(text),
    theme: () => window.theme, onTheme: (f) => { listeners.push(f); return () => {}; },
  });
}"""


def read(page: Page, path: str) -> Any:
    """Ask the widget on the page for a value of its own."""
    return page.evaluate("(path) => widget.read(path)", path)


def recolours(page: Page, colors: dict[str, tuple[str, str]]) -> None:
    """Switch to dark: the colour of the first dot must be the theme's, both times."""
    shape = page.locator("svg .shape").first
    assert shape.get_attribute("fill") in {light for light, _ in colors.values()}
    page.evaluate("switchTheme('dark')")
    assert shape.get_attribute("fill") in {dark for _, dark in colors.values()}
