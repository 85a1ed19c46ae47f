"""The front end's files, joined for the page and for the notebook.

The files have no imports between them: relative imports fail in JupyterLab, and
module scripts fail from file://. They share one object, `ldl`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FRONT = Path(__file__).parent / "front"
PARTS = {"compute": "compute", "widget": "widgets"}  # kind: its folder
FILES = (
    "core.js",
    "kit.js",
    "points.js",
    "recurrent.js",
    "theme.js",
    "plot.js",
    "controls.js",
    "sources.js",
    "view.js",
)


def _themes() -> str:
    from ldl_lib.figures import theme

    dark = {light.lower(): dark for light, dark in theme.DARK_TWIN.items()}
    return json.dumps({"templates": theme.TEMPLATES, "dark": dark})


@cache
def library() -> str:
    """Return what page and notebook share: everything but where states come from."""
    files = "\n".join((FRONT / name).read_text(encoding="utf-8") for name in FILES)
    return f'const ldl = {{}};\n(() => {{\n"use strict";\n{files}\n}})();\n' + (
        f"ldl.setThemes({_themes()});\n"
    )


def site_script() -> str:
    """Return the classic script that every page with figures loads."""
    body = library() + (FRONT / "site.js").read_text(encoding="utf-8")
    return f"(() => {{\n{body}\n}})();\n"


def widget_module(widget: str | None = None) -> str:
    """Return the ES module for anywidget, with one hand-written widget or none."""
    part_text = part("widget", widget) if widget else ""
    return library() + part_text + (FRONT / "notebook.js").read_text(encoding="utf-8")


def frame() -> str:
    """Return the styles that figures share with multiple-choice questions."""
    return (FRONT / "frame.css").read_text(encoding="utf-8")


def stylesheet() -> str:
    """Return the style sheet of figures and controls."""
    return frame() + (FRONT / "ldl.css").read_text(encoding="utf-8")


def parts(kind: str) -> list[str]:
    """Return the names of all parts of a kind."""
    return sorted(path.stem for path in (FRONT / PARTS[kind]).iterdir())


def part(kind: str, name: str) -> str:
    """Return a JavaScript twin (`compute`) or a hand-written `widget`, as a script.

    A large widget is a folder of files (data, computing core, view), which register
    what they share; they are joined in the order of their names.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message lists those there are.
    """
    folder = FRONT / PARTS[kind]
    file = folder / f"{name}.js"
    files = [file] if file.is_file() else sorted((folder / name).glob("*.js"))
    if not files:
        raise FileNotFoundError(
            f"no {kind} named {name!r} in ldl_lib/explore/front/{folder.name}: "
            f"there are {parts(kind)}"
        )
    return "".join(
        f"(() => {{\n{file.read_text(encoding='utf-8')}\n}})();\n" for file in files
    )
