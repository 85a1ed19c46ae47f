"""Take the README's screenshots from the built site: python tools/screenshots.py."""

from __future__ import annotations

import functools
import http.server
import io
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from ldl_lib.publish.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
FOLDER = ROOT / "docs" / "screenshots"
MAX_BYTES = 200_000
CHAPTER = "notebooks/01_perceptron/concepts.html"


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, and how wide and in which theme.

    Attributes
    ----------
    name : str
        File name without its ending.
    page : str
        Page of the site.
    width, height : int
        Size of the window in CSS pixels.
    theme : {"light", "dark"}
        What the reader's system asks for.
    figure : str or None
        Scroll to the figure with this id; None for the top of the page.
    values : str
        Control values to set there, as the page's address carries them.
    """

    name: str
    page: str
    width: int
    height: int
    theme: str = "light"
    figure: str | None = None
    values: str = ""


SHOTS = (
    Shot("landing", "index.html", 1280, 960),
    Shot("learning", CHAPTER, 1280, 960, figure="learning-steps", values="step=8"),
    Shot("phone", CHAPTER, 390, 844, theme="dark", figure="truth-tables"),
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """Return the picture as PNG, once its figures are drawn."""
    with browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.theme == "dark" else "light",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        fragment = f"#ldl-{shot.figure}?{shot.values}" if shot.figure else ""
        page.goto(address + shot.page + fragment, wait_until="networkidle")
        if shot.figure:
            host = page.locator(f'.ldl-figure[data-ldl-figure="{shot.figure}"]')
            host.scroll_into_view_if_needed()
            page.wait_for_function(
                "id => ldl.figures.get(id).el.dataset.ldlState === 'ready'",
                arg=shot.figure,
            )
            # Drawn, it is higher than it was; the theme's bar covers the window's top.
            host.evaluate("host => host.scrollIntoView({block: 'start'})")
            page.evaluate("scrollBy(0, -90)")
        page.wait_for_function(
            """() => [...document.querySelectorAll(".ldl-figure[data-ldl-figure]")]
              .filter(host => {
                const {top, bottom} = host.getBoundingClientRect();
                return top < innerHeight && bottom > 0;
              })
              .every(host => host.dataset.ldlState === "ready")"""
        )
        page.wait_for_timeout(500)
        return page.screenshot()


def shrink(png: bytes) -> bytes:
    """Return the picture with a palette: flat drawings lose nothing one can see."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        reduced = image.quantize(colours, dither=Image.Dither.NONE)
        packed = io.BytesIO()
        reduced.save(packed, "PNG", optimize=True)
        if packed.tell() <= MAX_BYTES:
            return packed.getvalue()
    raise ValueError(f"more than {MAX_BYTES:,} bytes even with 64 colours")


def main() -> int:
    """Take all screenshots."""
    if not (SITE / "index.html").is_file():
        print("There is no site in _build/html yet: run `make book` first.")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        with chromium() as browser:
            for shot in SHOTS:
                picture = shrink(take(browser, address, shot))
                path = FOLDER / f"{shot.name}.png"
                path.write_bytes(picture)
                print(f"{path.relative_to(ROOT)}: {len(picture):,} bytes")
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
