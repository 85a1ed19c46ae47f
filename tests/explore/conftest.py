"""The front end in a real browser, and explorables that can be defined freely."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from ldl_lib.explore import bundle, page
from tests.explore.widgets import SET_UP, Stage


@pytest.fixture(autouse=True)
def _fresh_ids() -> Iterator[None]:
    page.forget_all()
    yield
    page.forget_all()


@pytest.fixture
def site_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDL_SITE", "1")


@pytest.fixture(scope="session")
def front(browser: Browser) -> Iterator[Page]:
    """A blank page that has the front end's library as `front`."""
    blank = browser.new_page()
    blank.goto("about:blank")
    blank.add_script_tag(content=bundle.library() + "window.front = ldl;")
    yield blank
    blank.close()


@pytest.fixture
def stage(browser: Browser) -> Iterator[Stage]:
    """Show a widget: ``stage("draw", constants, {"rate": 0.1})`` returns the page."""
    context = browser.new_context(viewport={"width": 390, "height": 900})

    def show(name: str, options: Any, values: dict[str, Any]) -> Page:
        page = context.new_page()
        page.set_content('<div id="stage" class="ldl-stage"></div>')
        page.add_script_tag(content=bundle.library() + "window.front = ldl;")
        page.add_script_tag(content=bundle.part("widget", name))
        page.evaluate(SET_UP, [name, options, values])
        return page

    yield show
    context.close()
