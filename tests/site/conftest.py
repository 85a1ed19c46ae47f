"""The built site, over HTTP and from disk, in one browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; it is part of what is tested, so it is never skipped."""
    if not (SITE / "index.html").is_file():
        pytest.fail("there is no site in _build/html: run `ldl build`, then the tests")
    return SITE


class _Handler(SimpleHTTPRequestHandler):
    """Serves as static hosts do: below a project's folder, with the site's 404."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/project"))

    def send_error(self, code: int, *_: object) -> None:
        body = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of readers who leave before a page has arrived."""


@pytest.fixture(scope="session")
def http(site: Path) -> Iterator[str]:
    """Address at which the site is served, as below a project's folder."""
    server = _Server(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/project/"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["http", "file"])
def address(request: pytest.FixtureRequest, site: Path) -> str:
    """Address of the site's root: served, and opened from disk."""
    if request.param == "file":
        return f"{site.as_uri()}/"
    served: str = request.getfixturevalue("http")
    return served


class Complaints(list[str]):
    """What goes wrong while a page is open."""

    def watch(self, page: Page, root: str) -> None:
        """Note console errors, failed requests, and requests to elsewhere."""
        host = root.partition("/project")[0]

        def console(message: object) -> None:
            # Warnings are left out: WebGL writes some in software rendering.
            if message.type == "error":  # type: ignore[attr-defined]
                self.append(f"console: {message.text}")  # type: ignore[attr-defined]

        def requested(request: Request) -> None:
            if not request.url.startswith((host, "data:", "blob:", "about:")):
                self.append(f"foreign: {request.url}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.append(f"error: {error}"))
        page.on("request", requested)
        page.on("requestfailed", lambda r: self.append(f"failed: {r.url}"))
        page.on(
            "response",
            lambda r: self.append(f"{r.status}: {r.url}") if r.status >= 400 else None,
        )


Opener = Callable[..., AbstractContextManager[tuple[Page, Complaints]]]


@pytest.fixture(scope="session")
def opened(browser: Browser) -> Opener:
    """Open a page: ``with opened(root, "404.html", width=390) as (page, bad)``."""

    @contextmanager
    def opened(
        root: str, name: str, *, width: int = 1280, theme: str = "light", **more: object
    ) -> Iterator[tuple[Page, Complaints]]:
        height = 844 if width < 600 else 800
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, **more
        )
        try:
            page = context.new_page()
            complaints = Complaints()
            complaints.watch(page, root)
            page.goto(root + name, wait_until="load")
            yield page, complaints
        finally:
            context.close()

    return opened
