"""Turn executed notebooks into what Jupyter Book renders.

Figures are taken out of the outputs: their payloads become files of the site, and the
probes that tests use never leave the executed copy. What papermill added goes too, but
what it changed is kept as a sentence: a shortened run is labelled as one.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ldl_lib.explore.page import MIME as FIGURE_MIME

RESULT_MIME = "application/vnd.ldl.result+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
PLOTLY_MIME = "application/vnd.plotly.v1+json"
INLINE_LIMIT = 8 * 1024  # bytes of payload that travel inside the page

Notebook = dict[str, Any]


class SiteError(RuntimeError):
    """The site cannot be built; the message says why and what to do."""


@dataclass(frozen=True)
class Figure:
    """A figure as pages need it.

    Attributes
    ----------
    id : str
        The figure's permanent name.
    payload : str
        What the front end reads, as JSON that is safe inside a script element.
    host : str
        HTML of the element that the front end brings to life.
    """

    id: str
    payload: str
    host: str

    @property
    def digest(self) -> str:
        """First eight hex digits of the payload's SHA-256."""
        return hashlib.sha256(self.payload.encode()).hexdigest()[:8]

    @property
    def inline(self) -> bool:
        """Whether the payload is small enough to travel inside the page."""
        return len(self.payload.encode()) <= INLINE_LIMIT

    @property
    def script(self) -> str:
        """Path of the payload's script, below the site's root."""
        return f"ldl/figures/{self.id}.{self.digest}.js"

    @property
    def picture(self) -> str:
        """Path of the picture of its default state, below the site's root."""
        return f"ldl/figures/{self.id}.{self.digest}.png"


@dataclass
class StagedNotebook:
    """An executed notebook, made ready for the site."""

    notebook: Notebook
    figures: list[Figure] = field(default_factory=list)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)


def stage(executed: Mapping[str, Any], name: str, reason: str = "") -> StagedNotebook:
    """Return the notebook without payloads, probes and papermill's additions.

    Parameters
    ----------
    executed : mapping
        The executed notebook (nbformat 4).
    name : str
        How errors name it.
    reason : str, optional
        Why its run was shortened, if it was.

    Returns
    -------
    StagedNotebook
        Its `changed` maps each parameter that the run made smaller or different to
        the experiment's own value and the value of this run, both as Python source.

    Raises
    ------
    SiteError
        If an output would be empty on a page: a widget, or a Plotly figure, that has
        no HTML; or if two outputs carry the same figure id.
    """
    notebook = copy.deepcopy(dict(executed))
    staged = StagedNotebook(notebook)
    notebook["metadata"] = {
        key: notebook["metadata"][key]
        for key in ("kernelspec", "language_info")
        if key in notebook["metadata"]
    }
    cells: list[dict[str, Any]] = []
    for number, cell in enumerate(notebook["cells"], start=1):
        tags = cell["metadata"].get("tags", [])
        if "injected-parameters" in tags:
            staged.changed = _changes(cells, cell)
            if staged.changed:
                cells.append(_notice(staged.changed, reason))
            continue
        cell["metadata"] = {"tags": tags} if tags else {}
        for output in cell.get("outputs", []):
            staged.figures.extend(_clean(output, f"{name}, cell {number}"))
        cells.append(cell)
    notebook["cells"] = cells
    ids = [figure.id for figure in staged.figures]
    repeated = {id for id in ids if ids.count(id) > 1}
    if repeated:
        raise SiteError(f"{name} shows {sorted(repeated)} twice: once is enough")
    return staged


def _clean(output: dict[str, Any], where: str) -> Iterator[Figure]:
    """Take the figure out of an output, and what only tests and collectors read."""
    output.get("metadata", {}).clear()
    data: dict[str, Any] = output.get("data", {})
    data.pop(RESULT_MIME, None)
    carried = data.pop(FIGURE_MIME, None)
    if carried is not None:
        payload = json.dumps(
            carried["payload"], ensure_ascii=False, separators=(",", ":")
        )
        # Neither may stand inside a script: "<!--" hides the end of the script.
        payload = payload.replace("</", "<\\/").replace("<!--", "<\\u0021--")
        yield Figure(carried["id"], payload, text(data["text/html"]))
    for mime, what in ((WIDGET_MIME, "a widget"), (PLOTLY_MIME, "a Plotly figure")):
        if data.pop(mime, None) is not None and "text/html" not in data:
            raise SiteError(
                f"{where}: {what} without HTML, which readers of the page would see "
                "as nothing; show an Explorable, or give the output an HTML form"
            )


def text(source: str | list[str]) -> str:
    """Join what nbformat may have split into lines."""
    return source if isinstance(source, str) else "".join(source)


def _assignments(source: str) -> dict[str, str]:
    """Map the names that top-level statements assign to their values' source."""
    return {
        target.id: ast.unparse(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value
        for target in (
            statement.targets
            if isinstance(statement, ast.Assign)
            else [statement.target]
        )
        if isinstance(target, ast.Name)
    }


def _changes(
    before: list[dict[str, Any]], injected: Mapping[str, Any]
) -> dict[str, tuple[str, str]]:
    """Compare the injected values with the experiment's own."""
    own: dict[str, str] = {}
    for cell in before:
        if "parameters" in cell["metadata"].get("tags", []):
            own = _assignments(text(cell["source"]))
    run = _assignments(text(injected["source"]))
    return {
        name: (own.get(name, "unset"), value)
        for name, value in run.items()
        if own.get(name) != value
    }


def _notice(changed: Mapping[str, tuple[str, str]], reason: str) -> dict[str, Any]:
    """Return the cell that stands where papermill injected its values."""
    rows = "\n".join(
        f"| `{name}` | `{own}` | `{run}` |" for name, (own, run) in changed.items()
    )
    return {
        "cell_type": "markdown",
        "id": "shortened-run",
        "metadata": {},
        "source": (
            "```{admonition} Shortened run\n:class: warning\n:name: shortened-run\n"
            "The outputs on this page come from smaller settings than the cell above "
            f"states. {reason}\n\n"
            f"| parameter | full experiment | this page |\n|---|---|---|\n{rows}\n```"
        ),
    }


def source_copy(source: Mapping[str, Any]) -> str:
    """Return the notebook that readers download: the source, outputs stripped."""
    notebook = copy.deepcopy(dict(source))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
