"""Our executor against Jupyter Book's own execution, on the same notebooks.

Both execute the same sources with the same injected parameters, the same environment
and the same number of threads a kernel; both then render the same minimal book.
Jupyter Book executes one notebook after the other.

    python benchmarks/execution.py                       all notebooks
    python benchmarks/execution.py notebooks/01_perceptron
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import papermill
import yaml

from ldl_lib.publish import execute, kernel, notebook, profiles, schedule, worker


def project_copy(root: Path, folder: Path, paths: list[str]) -> Path:
    """Return a project of its own, so that the benchmark leaves no results behind."""
    copy = folder / "project"
    for path in [*paths, profiles.FILE]:
        if (root / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / path, copy / path)
    known = profiles.load(root)
    kept = {
        path.removeprefix(f"{notebook.FOLDER}/"): {
            "parameters": profile.parameters,
            "reason": profile.reason,
        }
        for path, profile in known.items()
        if path in paths
    }
    (copy / profiles.FILE).write_text(yaml.safe_dump(kept))
    # Times of earlier runs, as in daily use: the longest goes first.
    reports = root / worker.REPORTS / notebook.FOLDER
    if reports.is_dir():
        shutil.copytree(reports, copy / worker.REPORTS / notebook.FOLDER)
    for name in ("ldl_lib", "results"):
        if (root / name).exists():
            (copy / name).symlink_to((root / name).resolve())
    return copy


def book(folder: Path, notebooks: dict[str, Path], mode: str) -> Path:
    """Write a minimal book of these notebooks; return its folder."""
    for path, file in notebooks.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, folder / path)
    names = [str(Path(path).with_suffix("")) for path in notebooks]
    (folder / "index.md").write_text("# Benchmark\n")
    toc = {
        "format": "jb-book",
        "root": "index",
        "chapters": [{"file": name} for name in names],
    }
    config = {
        "title": "Benchmark",
        "only_build_toc_files": True,
        "execute": {"execute_notebooks": mode, "timeout": -1},
    }
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False))
    (folder / "_config.yml").write_text(yaml.safe_dump(config))
    return folder


def build(folder: Path, variables: dict[str, str]) -> float:
    """Build a book; return the seconds it took."""
    script = Path(sys.executable).with_name("jupyter-book")
    log = folder.with_suffix(".log")
    began = time.perf_counter()
    with log.open("w") as file:
        done = subprocess.run(
            [str(script), "build", "--all", str(folder)],
            env=variables,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    seconds = time.perf_counter() - began
    text = log.read_text()
    if done.returncode or "Executing notebook failed" in text:
        raise SystemExit(f"Jupyter Book failed:\n{text[-4000:]}")
    return seconds


def prepared(root: Path, folder: Path, paths: list[str]) -> dict[str, Path]:
    """Return sources with the profiles' parameters injected."""
    known = profiles.load(root)
    files = {}
    for path in paths:
        files[path] = folder / path
        files[path].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, files[path])
        if path in known:
            made = papermill.execute_notebook(
                str(root / path),
                None,
                parameters=known[path].parameters,
                prepare_only=True,
                kernel_name="python3",
                language="python",
            )
            nbformat.write(made, files[path])
    return files


def compare(root: Path, paths: list[str], workers: int) -> dict[str, float]:
    """Time both; return seconds and ratios."""
    with tempfile.TemporaryDirectory(prefix="ldl-bench-") as temporary:
        folder = Path(temporary)
        copy = project_copy(root, folder, paths)
        # The kernels' environment, so that both have as many threads and see the
        # same library; Jupyter Book passes it on to its kernels.
        threads = max(1, schedule.cores() // workers)
        variables = kernel.environment(copy, folder, threads)

        outcome = execute.run(copy, workers=workers, force=True, time_factor=10)
        if not outcome.ok:
            raise SystemExit(outcome.text())
        executed = {path: copy / worker.EXECUTED / path for path in paths}
        rendering = build(book(folder / "rendered", executed, "off"), variables)
        sources = prepared(copy, folder / "prepared", paths)
        theirs = build(book(folder / "theirs", sources, "force"), variables)
    return {
        "notebooks": len(paths),
        "workers": workers,
        "threads a kernel": threads,
        "ours, execution (s)": outcome.seconds,
        "rendering alone (s)": rendering,
        "Jupyter Book, execution and rendering (s)": theirs,
        "ratio, execution": (theirs - rendering) / outcome.seconds,
        "ratio, in all": theirs / (outcome.seconds + rendering),
    }


def main() -> None:
    """Run the benchmark and print its numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", help="files or folders; all by default")
    parser.add_argument("--workers", type=int, default=schedule.cores())
    parser.add_argument("--json", type=Path, help="write the numbers there, too")
    options = parser.parse_args()
    root = notebook.find_root(Path(__file__).resolve().parent)
    numbers = compare(root, notebook.select(root, options.notebooks), options.workers)
    for name, value in numbers.items():
        print(f"{name:44} {value:8.2f}")
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
