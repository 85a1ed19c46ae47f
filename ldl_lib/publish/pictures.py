"""Pictures of figures, for readers without JavaScript.

Each picture shows the figure's default state in the light theme, as the front end
itself draws it in Chromium. A picture is made once for each payload.
"""

from __future__ import annotations

import hashlib
import html
import struct
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ldl_lib.publish import browser
from ldl_lib.publish.staging import Figure

WIDTH = 720  # CSS pixels, the width of the article
SHARPNESS = 1.5  # pixels of the picture for each CSS pixel


def make(
    figures: Sequence[Figure],
    assets: Path,
    cache: Path,
    progress: Callable[[str], None],
) -> dict[str, Path]:
    """Return a PNG file for each figure, drawn now or taken from the cache.

    Parameters
    ----------
    figures : sequence of Figure
        The figures to picture.
    assets : Path
        Folder that holds ``ldl/`` with the front end and the vendored scripts.
    cache : Path
        Folder of pictures made before.
    progress : callable
        Told what is going on.

    Returns
    -------
    dict
        Figure id to file; without a browser only what the cache holds, after a
        warning.
    """
    cache.mkdir(parents=True, exist_ok=True)
    front = hashlib.sha256()
    for file in (assets / "ldl/ldl.js", assets / "ldl/ldl.css"):
        front.update(file.read_bytes())
    look = front.hexdigest()[:6]
    files = {f.id: cache / f"{f.id}.{f.digest}.{look}.png" for f in figures}
    missing = [figure for figure in figures if not files[figure.id].is_file()]
    if missing:
        progress(f"drawing {len(missing)} pictures of figures")
        try:
            # In a thread, as Playwright allows one of its loops in each.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(_draw, missing, files, assets).result()
        except browser.BrowserMissingError as reason:
            warnings.warn(
                f"{reason}. Readers without JavaScript will see no picture of "
                f"{', '.join(figure.id for figure in missing)}.",
                stacklevel=2,
            )
    return {id: file for id, file in files.items() if file.is_file()}


def _draw(figures: Sequence[Figure], files: dict[str, Path], assets: Path) -> None:
    scene = assets / "pictures.html"
    with browser.chromium() as chromium:
        page = chromium.new_page(
            viewport={"width": WIDTH + 40, "height": 900},
            device_scale_factor=SHARPNESS,
        )
        page.set_default_timeout(120_000)  # a busy machine may need a minute
        for figure in figures:
            scene.write_text(_scene(figure), "utf-8")
            page.goto(scene.as_uri())
            page.evaluate("id => ldl.figures.get(id).load()", figure.id)
            page.wait_for_timeout(150)  # fonts and the last repaint
            page.locator(".ldl-panels").screenshot(
                path=str(files[figure.id]), animations="disabled"
            )
    scene.unlink()


def _scene(figure: Figure) -> str:
    """Return a page that shows one figure and nothing else."""
    name = html.escape(figure.id)
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light"><meta charset="utf-8">'
        '<link rel="stylesheet" href="ldl/ldl.css">'
        f'<body style="margin: 0; width: {WIDTH}px; background: #fff">'
        f'<div class="ldl-figure" data-ldl-figure="{name}">'
        f'<script type="application/json" class="ldl-payload">{figure.payload}</script>'
        '</div><script src="ldl/ldl.js"></script></body></html>'
    )


def size(file: Path) -> dict[str, Any]:
    """Return a PNG's size in CSS pixels, so that the page keeps its place."""
    width, height = struct.unpack(">II", file.read_bytes()[16:24])
    return {"width": round(width / SHARPNESS), "height": round(height / SHARPNESS)}
