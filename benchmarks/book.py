"""Building the book: time and memory, from nothing and with nothing changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.measures import Measure

BOOK_SECONDS = 20 * 60.0


def measure(root: Path) -> list[Measure]:
    """Run `ldl build` twice in a copy without results; the second changes nothing."""
    with tempfile.TemporaryDirectory(prefix="ldl-book-") as folder:
        copy = Path(folder) / "book"
        made = shutil.ignore_patterns(".venv", "_build", ".git", "*_cache")
        shutil.copytree(root, copy, ignore=made)
        build = [sys.executable, "-m", "ldl_lib.publish.cli", "--root", str(copy)]
        cold, cold_memory = _run([*build, "build"], copy)
        warm, warm_memory = _run([*build, "build"], copy)
        size = sum(p.stat().st_size for p in (copy / "_build/html").rglob("*"))
    unchanged = "book: build with nothing changed"
    return [
        Measure("book: build from nothing", cold, "s", BOOK_SECONDS),
        Measure("book: build from nothing, peak memory", cold_memory / 1e6, "MB"),
        Measure(unchanged, warm, "s"),
        Measure(f"{unchanged}, peak memory", warm_memory / 1e6, "MB"),
        Measure("book: size of the site", size / 1e6, "MB"),
    ]


def measure_environment(root: Path) -> list[Measure]:
    """Make the environment in a copy of the project, as in a fresh clone."""
    with tempfile.TemporaryDirectory(prefix="ldl-environment-") as folder:
        copy = Path(folder) / "project"
        made = shutil.ignore_patterns(".venv", "_build", ".git", "*_cache")
        shutil.copytree(root, copy, ignore=made)
        first, _ = _run([sys.executable, "tools/tasks.py", "env"], copy)
        second, _ = _run([sys.executable, "tools/tasks.py", "env"], copy)
    return [
        Measure("environment: made from nothing", first, "s"),
        Measure("environment: found unchanged", second, "s"),
    ]


def _run(command: list[str], folder: Path) -> tuple[float, int]:
    """Return seconds and peak memory (bytes, resident, all processes) of a command."""
    start = time.monotonic()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        peak = _watch(psutil.Process(process.pid), lambda: process.poll() is None)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {process.returncode}")
    return time.monotonic() - start, peak


def _watch(process: psutil.Process, runs: Callable[[], bool]) -> int:
    """Return the largest sum of resident memory seen while a command runs."""
    peak = 0
    pause = threading.Event()
    while runs():
        total = 0
        try:
            for each in [process, *process.children(recursive=True)]:
                try:
                    total += each.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
        except psutil.NoSuchProcess:
            break
        peak = max(peak, total)
        pause.wait(0.2)
    return peak
