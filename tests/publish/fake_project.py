"""A small project with one executed notebook, made without running a kernel."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import plotly.graph_objects as go

from ldl_lib.exercises import MultipleChoice
from ldl_lib.explore import Explorable, Slider, page

ROOT = Path(__file__).parents[2]
NOTEBOOK = "notebooks/01_perceptron/concepts"


def line(id: str, states: int = 5) -> Explorable:
    """Return an explorable line whose slope can be set; many states weigh much."""
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 0], mode="lines"))
    figure.update_layout(xaxis_range=[0, 1], yaxis_range=[-1, 1], height=300)
    noise = np.random.default_rng(0).uniform(-1, 1, (states + 1, 40))

    def state(slope: float) -> dict[str, Any]:
        y = noise[round(slope * states)] if states > 5 else [0.0, slope]
        return {"data[0].x": np.linspace(0, 1, len(y)), "data[0].y": y}

    return Explorable(
        id=id,
        figure=figure,
        state=state,
        controls={"slope": Slider(0, 1, step=1 / states, value=0)},
        question="Where does the line end?",
        describe=lambda slope: f"The line ends at height {slope:.3f}.",
    )


def output(id: str, states: int = 5) -> dict[str, Any]:
    """Return the output of a cell that shows an explorable on the site."""
    data = page.mime_bundle(line(id, states))
    return {
        "output_type": "execute_result",
        "data": data,
        "metadata": {},
        "execution_count": 1,
    }


def question(id: str) -> dict[str, Any]:
    """Return the output of a cell that asks a question on the site."""
    options = {"one": (True, "It is."), "two": (False, "It is not.")}
    asked = MultipleChoice(id=id, question="How many lines?", options=options)
    data = {"text/html": asked.html(), "text/plain": repr(asked)}
    return {
        "output_type": "execute_result",
        "data": data,
        "metadata": {},
        "execution_count": 1,
    }


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> Any:
    """Return an executed code cell."""
    return {
        "cell_type": "code",
        "id": f"c{crc32(repr((source, tags)).encode())}",
        "source": source,
        "metadata": {"tags": list(tags), "papermill": {"status": "completed"}},
        "execution_count": 1,
        "outputs": list(outputs),
    }


def words(source: str) -> Any:
    """Return a markdown cell."""
    return {
        "cell_type": "markdown",
        "id": f"m{crc32(source.encode())}",
        "source": source,
        "metadata": {},
    }


def notebook(*cells: Any) -> dict[str, Any]:
    """Return a notebook as papermill leaves it."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
            "papermill": {"duration": 1.5, "input_path": "/somewhere/else.ipynb"},
        },
        "cells": list(cells),
    }


def small_lab() -> dict[str, Any]:
    """Return an executed notebook with a shortened run, figures and mathematics."""
    return notebook(
        words("# A perceptron\n\nIt draws a *line*: $z = w_0 + w_1 x_1$."),
        code("epochs = 20\nrate = 0.5", tags=("parameters",)),
        code("# Parameters\nepochs = 2\n", tags=("injected-parameters",)),
        words("## The line\n\n$$\nw \\leftarrow w + \\eta\\, y\\, x\n$$ (rule)"),
        code("line", output("decision-line")),
        code("fine", output("fine-line", states=250)),
        code("asked", question("how-many"), tags=("remove-input",)),
        words("## A table\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    )


def write(root: Path, executed: dict[str, Any] | None = None) -> Path:
    """Make a project below `root` whose only notebook is `executed`."""
    for folder in ("book", "tests/vendor"):
        shutil.copytree(ROOT / folder, root / folder, dirs_exist_ok=True)
    linked = re.compile(r"\[([^]]+)\]\(\.\./notebooks/[^)]+\)")
    for words_only in (root / "book").glob("*.md"):
        text = linked.sub(r"\1", words_only.read_text("utf-8"))
        words_only.write_text(text, "utf-8")
    executed = executed or small_lab()
    source = json.loads(json.dumps(executed))
    source["cells"] = [
        cell
        for cell in source["cells"]
        if "injected-parameters" not in cell["metadata"].get("tags", [])
    ]
    for cell in source["cells"]:
        cell["metadata"].pop("papermill", None)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    source["metadata"].pop("papermill")
    for place, content in ((root, source), (root / "_build/executed", executed)):
        file = place / f"{NOTEBOOK}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), "utf-8")
    shutil.copyfile(ROOT / "_config.yml", root / "_config.yml")
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n"
        "  - caption: Pages\n    chapters:\n"
        "      - file: book/how_to_use\n      - file: book/map\n"
        f"      - file: {NOTEBOOK}\n"
        "  - caption: Reference\n    chapters:\n"
        "      - file: book/notation\n      - file: book/glossary\n"
        "      - file: book/references\n",
        "utf-8",
    )
    return root
