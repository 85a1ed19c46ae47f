"""The front end in a real browser, and explorables that can be defined freely."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ldl_lib.explore import bundle, page


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
