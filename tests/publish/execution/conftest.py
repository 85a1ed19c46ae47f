"""Tiny projects, and the command run on them as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from ldl_lib.publish.watch import Limits
from ldl_lib.publish.worker import Job, Result, execute

METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


class Project:
    """A project's folder with generated notebooks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "notebooks" / "01_tiny").mkdir(parents=True)

    def add(self, name: str, *cells: str | tuple[str, Sequence[str]]) -> str:
        """Write a notebook from sources, or (source, tags) pairs; return its path."""
        notebook = nbformat.v4.new_notebook(metadata=METADATA)
        for number, cell in enumerate(cells):
            source, tags = cell if isinstance(cell, tuple) else (cell, [])
            made = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
            if tags:
                made.metadata["tags"] = list(tags)
            notebook.cells.append(made)
        path = f"notebooks/01_tiny/{name}.ipynb"
        (self.root / path).write_text(nbformat.writes(notebook), encoding="utf-8")
        return path

    def job(self, path: str, **options: Any) -> Job:
        options.setdefault("limits", Limits(20))
        return Job(root=str(self.root), path=path, key="key", **options)

    def run_one(self, path: str, **options: Any) -> Result:
        return execute(self.job(path, **options))

    def executed(self, path: str) -> Any:
        file = self.root / "_build" / "executed" / path
        return nbformat.read(file, as_version=4)

    def result(self, path: str) -> Result | None:
        name = Path(path).with_suffix(".json")
        return Result.read(self.root / "_build" / "reports" / name)

    def printed(self, path: str) -> str:
        """Return all that the executed copy's cells printed."""
        outputs = [o for cell in self.executed(path).cells for o in cell.outputs]
        return "".join(o.get("text", "") for o in outputs)

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start the command line."""
        return subprocess.Popen(
            [sys.executable, "-m", "ldl_lib.publish.cli", *arguments],
            cwd=self.root,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ldl(
        self, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end."""
        process = self.start(*arguments, **variables)
        output, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(
            arguments, process.returncode, output, errors
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Return whether a process runs; a zombie does not."""

    def check(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    return check
