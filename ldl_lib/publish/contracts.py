"""What every notebook promises, before and after it ran."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ldl_lib.publish import execute, notebook
from ldl_lib.publish.report import Problem
from ldl_lib.publish.worker import EXECUTED, FIGURE_MIME, Result

MAX_LINES = 25
MAX_COLUMNS = 88
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
KEEPS_OUTPUT = "nbval-check-output"
COMPARISON = "reported-vs-measured"

_HOST = re.compile(r'data-ldl-figure="([^"]+)"')
_QUIZ = re.compile(r'data-ldl-quiz="([^"]+)"')
_BARE = "fig-"  # ids of plain Plotly figures, made from their content
_CI_NAMES = {"ci", "is_ci", "in_ci", "on_ci", "running_in_ci", "ci_mode"}

Finding = tuple[str, str, int | None]  # rule, message, code cell


@cache
def setup_cell() -> str:
    """Return the first code cell that all notebooks share."""
    path = Path(__file__).with_name("setup_cell.py.txt")
    return path.read_text(encoding="utf-8").strip()


def check(
    root: Path,
    paths: Sequence[str],
    results: Mapping[str, Result],
    *,
    time_factor: float = 1.0,
) -> list[Problem]:
    """Return the broken contracts of these notebooks.

    Parameters
    ----------
    root : Path
        The project's folder.
    paths : sequence of str
        Notebooks to check; that figures' ids are unique is checked against all
        executed copies.
    results : mapping
        Results of these notebooks. What did not run through is checked as a source
        only: its failure is reported elsewhere.
    time_factor : float
        Multiplies the limits of time.
    """
    problems = []
    for path in paths:
        try:
            source = notebook.load(root / path)
        except notebook.NotebookError:
            continue  # the executor reports it
        findings = list(check_source(path, source))
        result = results.get(path)
        if result is not None and result.ok:
            executed = notebook.load(root / EXECUTED / path)
            findings += check_executed(path, source, executed)
            findings += check_limits(result, time_factor)
        problems += [Problem(path, rule, text, cell) for rule, text, cell in findings]
    return problems + _repeated_ids(root, paths)


def check_source(path: str, source: Any) -> Iterator[Finding]:
    """Yield what is wrong with a notebook as it is committed."""
    if notebook.kind(path) == "other":
        yield (
            "name",
            "a notebook is called concepts, concepts_<topic>, exercises or "
            "lab_<topic>_<framework>",
            None,
        )
    cells = [cell for cell in source["cells"] if cell["cell_type"] == "code"]
    yield from _check_setup(cells)
    for number, cell in enumerate(cells, start=1):
        for rule, message in (*_check_style(cell), *_check_stripped(cell)):
            yield rule, message, number
    if notebook.kind(path) == "lab":
        count = len(notebook.tagged(source, "parameters"))
        if count != 1:
            message = f"a lab has one cell tagged parameters, this one has {count}"
            yield "parameters", message, None


def _check_setup(cells: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    if not cells or "setup" not in notebook.tags(cells[0]):
        yield "setup", "the first code cell must be tagged setup", 1
    elif notebook.source(cells[0]).strip() != setup_cell():
        template = "ldl_lib/publish/setup_cell.py.txt"
        yield "setup", f"the first code cell differs from {template}", 1


def _check_style(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    lines = notebook.source(cell).splitlines()
    if len(lines) > MAX_LINES:
        yield "length", f"{len(lines)} lines; at most {MAX_LINES}"
    longest = max(map(len, lines), default=0)
    if longest > MAX_COLUMNS:
        yield "width", f"a line of {longest} columns; at most {MAX_COLUMNS}"
    if _asks_for_ci(notebook.source(cell)):
        yield "no if ci", "put smaller values into notebooks/profiles.yml instead"


def _asks_for_ci(source: str) -> bool:
    """Return whether code branches on running in continuous integration."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False  # magics, or an error that the kernel reports
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            for part in ast.walk(node.test):
                if isinstance(part, ast.Name) and part.id.lower() in _CI_NAMES:
                    return True
                if isinstance(part, ast.Constant) and part.value in ("CI", "LDL_CI"):
                    return True
    return False


def _check_stripped(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if KEEPS_OUTPUT in notebook.tags(cell):
        return
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield (
            "stripped",
            f"committed with outputs: strip them, or tag the cell {KEEPS_OUTPUT}",
        )


def check_executed(path: str, source: Any, executed: Any) -> Iterator[Finding]:
    """Yield what is wrong with a notebook after it ran."""
    cells = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, start=1):
        if notebook.source(cell).strip() and cell.get("execution_count") is None:
            yield "executed", "this cell did not run", number
        for output in cell.get("outputs", []):
            for rule, message in _check_output(cell, output):
                yield rule, message, number
    if notebook.kind(path) == "lab":
        yield from _check_comparison(executed)
    yield from _check_stored(source, cells)


def _check_output(
    cell: dict[str, Any], output: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    if output["output_type"] == "error":
        if "raises-exception" not in notebook.tags(cell):
            yield "no error", f"{output['ename']}: {output['evalue']}"
    elif output["output_type"] == "stream":
        text = _text(output["text"]).strip()
        if output["name"] == "stderr" and text:
            yield "no stderr", f"prints to stderr: {text.splitlines()[0][:200]}"
    else:
        yield from _check_bundle(output["data"])


def _check_bundle(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    page = _text(data.get("text/html", ""))
    if WIDGET_MIME in data and not page.strip():
        yield "widget", "a plain ipywidget shows nothing on the site; use Explorable"
    if "application/vnd.plotly.v1+json" in data and not page.strip():
        yield "figure", "a Plotly figure outside site mode shows nothing on the site"
    hosts = _HOST.findall(page)
    payload = data.get(FIGURE_MIME)
    payload = payload if isinstance(payload, dict) else {}
    carried = {payload["id"]} if "id" in payload else set()
    for id in hosts:
        if id not in carried or not payload.get("payload"):
            yield "figure", f"figure {id!r} comes without its payload"
        elif id.startswith(_BARE) and not _has_alt(payload["payload"]):
            yield (
                "alt text",
                'a plain figure needs fig.update_layout(meta={"alt": "…"})',
            )
    for id in carried - set(hosts):
        yield "figure", f"the payload of {id!r} comes without its element"


def _has_alt(value: Any) -> bool:
    """Return whether a layout's meta.alt somewhere in the payload says something."""
    if isinstance(value, list):
        return any(map(_has_alt, value))
    if not isinstance(value, dict):
        return False
    meta = value.get("meta")
    if isinstance(meta, dict) and str(meta.get("alt") or "").strip():
        return True
    return any(map(_has_alt, value.values()))


def _check_comparison(executed: Any) -> Iterator[Finding]:
    cells = notebook.tagged(executed, COMPARISON)
    if not cells:
        yield COMPARISON, f"a lab needs a cell tagged {COMPARISON}", None
    elif not any(_text(page).strip() for page in notebook.bundles(cells, "text/html")):
        yield COMPARISON, f"the cell tagged {COMPARISON} shows no table", None


def _check_stored(source: Any, cells: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """Compare outputs that the source keeps with what came out."""
    came_out = {cell.get("id"): (n, cell) for n, cell in enumerate(cells, start=1)}
    for cell in notebook.tagged(source, KEEPS_OUTPUT):
        number, executed = came_out.get(cell.get("id"), (None, None))
        if executed is None or not cell.get("outputs"):
            yield "stored output", f"tagged {KEEPS_OUTPUT} but stores no output", number
        elif _shown(cell) != _shown(executed):
            message = (
                f"stored {_shown(cell)[:200]!r}, but it shows "
                f"{_shown(executed)[:200]!r}"
            )
            yield "stored output", message, number


def _shown(cell: dict[str, Any]) -> str:
    """Return the text that a cell's outputs show."""
    parts = []
    for output in cell.get("outputs", []):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        parts.append(_text(text))
    return "".join(parts).strip()


def check_limits(result: Result, time_factor: float = 1.0) -> Iterator[Finding]:
    """Yield limits that a notebook broke without being stopped for it."""
    limits = execute.limits(result.path, time_factor)
    if limits.exceeded(result.seconds, result.cpu_seconds):
        slowest = sorted(enumerate(result.cell_seconds, 1), key=lambda c: -c[1])[:3]
        cells = ", ".join(f"cell {number}: {t:.1f} s" for number, t in slowest)
        message = (
            f"took {result.seconds:.1f} s ({result.cpu_seconds:.1f} s computing); "
            f"its limit is {limits.seconds:.0f} s ({cells})"
        )
        yield "time", message, None
    if limits.memory_mb is not None and result.peak_mb > limits.memory_mb:
        message = f"took {result.peak_mb:.0f} MiB; at most {limits.memory_mb:.0f}"
        yield "memory", message, None


def _repeated_ids(root: Path, paths: Sequence[str]) -> list[Problem]:
    """Return figures and questions whose id is used elsewhere, or twice, too."""
    users: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in notebook.find(root):
        copy = root / EXECUTED / path
        if copy.is_file():
            for what, id in _ids(copy):
                users[what, id].append(path)
    problems = []
    for (what, id), where in sorted(users.items()):
        # Ids of plain figures come from their content: two pages may share one.
        pages = sorted(set(where))
        clash = len(where) > len(pages) or (len(pages) > 1 and not id.startswith(_BARE))
        if clash and not set(pages).isdisjoint(paths):
            message = f"{what} id {id!r} is used {len(where)} times: {', '.join(pages)}"
            owner = next(page for page in pages if page in paths)
            problems.append(Problem(owner, "unique ids", message))
    return problems


def _ids(copy: Path) -> Iterator[tuple[str, str]]:
    """Yield (what, id) of every figure and every question that a notebook shows."""
    try:
        cells = notebook.code_cells(notebook.load(copy))
    except notebook.NotebookError:
        return
    for figure in notebook.bundles(cells, FIGURE_MIME):
        if isinstance(figure, dict):
            yield "figure", str(figure.get("id"))
    for page in notebook.bundles(cells, "text/html"):
        for id in _QUIZ.findall(_text(page)):
            yield "question", id


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value or [])
