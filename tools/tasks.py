"""Set up the environment and run the project's tasks: `make` for every system.

``python tools/tasks.py book`` does what ``make book`` does. This file needs only the
standard library and avoids new syntax, so that an unsupported Python can still read it
and answer with a sentence instead of a traceback.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BUILD = ROOT / "_build"
STAMP = VENV / "ldl-environment.txt"
WINDOWS = os.name == "nt"

SUPPORTED = ((3, 11), (3, 12), (3, 13))
UNSUPPORTED = (
    "The book needs Python 3.11, 3.12 or 3.13, because TensorFlow has no wheel for "
    "any other version"
)

# What `LDL_NEWEST=1` allows in place of a pin. Two packages stay within bounds:
# jupyter-book 2 is another program, and each PyTorch release comes in several builds,
# of which only the pinned one is known to be at hand.
NEWEST_BOUNDS = {"jupyter-book": "<2", "torch": "==2.13.0"}

# Tests that start browsers, servers or installations run last: a mistake that a unit
# test can see should show within the first minute.
SLOW_TESTS = ("publish", "notebooks", "site", "jupyterlab", "fresh")


class StopError(Exception):
    """A reason to stop, in one sentence for the reader."""


# --- the environment ------------------------------------------------------------------


class Python(NamedTuple):
    """An interpreter that answered: its path, version and whether it can make venvs."""

    path: str
    version: tuple[int, int]
    has_venv: bool


def probe(command: list[str]) -> Python | None:
    """Ask an interpreter who it is; None where the command does not run."""
    script = (
        "import importlib.util as u, sys; print(sys.executable);"
        "print(*sys.version_info[:2]);"
        "print(all(u.find_spec(m) for m in ('venv', 'ensurepip')))"
    )
    try:
        answer = subprocess.run(
            [*command, "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.splitlines()
    if answer.returncode or len(lines) < 3:
        return None
    major, minor = lines[1].split()
    return Python(lines[0], (int(major), int(minor)), lines[2] == "True")


def find_python() -> str:
    """Path of the Python that makes the environment.

    ``PYTHON`` decides where it is set; otherwise the interpreter that runs this file,
    then the reader's default, then the newest supported one on the path.
    """
    named = os.environ.get("PYTHON")
    if named:
        candidates = [[named]]
    else:
        candidates = [[sys.executable], ["python3"]]
        for major, minor in reversed(SUPPORTED):
            launcher = ["py", f"-{major}.{minor}"] if WINDOWS else []
            candidates.append(launcher or [f"python{major}.{minor}"])
    found = [python for python in map(probe, candidates) if python]
    usable = [python for python in found if python.version in SUPPORTED]
    for python in usable:
        if python.has_venv:
            return python.path
    if usable:
        raise StopError(
            f"{usable[0].path} lacks the module venv: install it (Debian and Ubuntu: "
            "apt install python3-venv) and run this again."
        )
    seen = sorted({f"{p.version[0]}.{p.version[1]} at {p.path}" for p in found})
    raise StopError(
        f"{UNSUPPORTED} (found: {', '.join(seen) or named or 'none'}); install one of "
        "them, or name it: make book PYTHON=/path/to/python3.12."
    )


def script(name: str) -> str:
    """Path of a program inside the environment."""
    folder = VENV / ("Scripts" if WINDOWS else "bin")
    return str(folder / (name + (".exe" if WINDOWS else "")))


def newest() -> bool:
    """Whether to ignore pins: the weekly run sees first what new releases break."""
    return os.environ.get("LDL_NEWEST", "") not in ("", "0")


def unpinned(requirements: str) -> str:
    """Free requirements of constraints and pins, within `NEWEST_BOUNDS`.

    Parameters
    ----------
    requirements : str
        Text of requirements.txt.

    Returns
    -------
    str
        The same list, each line free to take the newest version.
    """

    def free(match: re.Match[str]) -> str:
        return match[1] + NEWEST_BOUNDS.get(match[2], "")

    text = re.sub(r"^-c .*$", "", requirements, flags=re.MULTILINE)
    pin = r"^(([\w-]+)(?:\[\w+\])?)==[^\s;]+"
    return re.sub(pin, free, text, flags=re.MULTILINE)


def fingerprint() -> str:
    """Hash of everything the environment is made from."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update(f"newest={newest()}".encode())
    return digest.hexdigest()


def environment() -> None:
    """Make or update `.venv`; nothing to do where its stamp fits the lock files.

    The stamp is written last, so an interrupted installation is taken up again.
    """
    wanted = [fingerprint(), str(ROOT)]
    stamp = STAMP.read_text().splitlines() if STAMP.exists() else ["", str(ROOT)]
    current = probe([script("python")])
    named = os.environ.get("PYTHON")
    # Programs in an environment know its address: a moved one cannot be mended.
    fits = (
        current is not None
        and current.version in SUPPORTED
        and stamp[1:] == wanted[1:]
        and (not named or find_version(named) == current.version)
    )
    if fits and stamp == wanted:
        return
    start = time.monotonic()
    if not fits:
        python = find_python()
        say(f"Creating .venv with {python}")
        run([python, "-m", "venv", "--clear", str(VENV)])
    STAMP.write_text(f"unfinished\n{ROOT}\n")
    requirements = ROOT / "requirements.txt"
    pip = [script("python"), "-m", "pip", "--disable-pip-version-check", "install"]
    options = []
    if newest():
        text = unpinned(requirements.read_text())
        requirements = VENV / "requirements-newest.txt"
        requirements.write_text(text)
        options = ["--upgrade"]
    say("Installing requirements.txt into .venv: minutes the first time")
    try:
        install([*pip, *options, "-r", str(requirements)])
        run([*pip, "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    except subprocess.CalledProcessError as error:
        raise StopError(
            "Installing failed (see above); run the same command again to go on where "
            "it stopped: what pip has downloaded is kept."
        ) from error
    STAMP.write_text("\n".join(wanted) + "\n")
    say(f"Environment ready after {time.monotonic() - start:.0f} s")


def find_version(command: str) -> tuple[int, int] | None:
    """Version of a named interpreter; None where it does not run."""
    python = probe([command])
    return python.version if python else None


def install(command: list[str]) -> None:
    """Run pip with one progress line in place of its list of every package."""
    names = (ROOT / "constraints.txt").read_text().count("==")
    tail: list[str] = []
    seen = 0
    live = sys.stdout.isatty()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            tail = [*tail[-40:], line]
            if line.startswith(("Collecting", "Requirement already")):
                seen += 1
            if live and line.startswith(("Collecting", "Installing")):
                step = f"{min(seen, names)} of about {names}"
                print(f"\r\x1b[2K  {step}: {line.strip():.60}", end="")
                sys.stdout.flush()
    if live:
        print("\r\x1b[2K", end="")
    if process.returncode:
        print("".join(tail))
        raise subprocess.CalledProcessError(process.returncode, command)


# --- running --------------------------------------------------------------------------


def say(sentence: str) -> None:
    """Print at once, in order with what subprocesses print."""
    print(sentence, flush=True)


def run(command: list[str]) -> None:
    """Run in the project's root; raise CalledProcessError where it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


class Step(NamedTuple):
    """One part of a task: what it checks and its command."""

    name: str
    command: list[str]


def run_all(steps: list[Step]) -> list[bool]:
    """Run every step even after a failure, so that one never hides another."""
    passed = []
    rows = []
    for number, (name, command) in enumerate(steps, 1):
        say(f"\n=== {number} of {len(steps)}: {name}")
        start = time.monotonic()
        ok = subprocess.run(command, cwd=ROOT).returncode == 0
        passed.append(ok)
        seconds = time.monotonic() - start
        rows.append(f"{'ok' if ok else 'FAILED':6} {seconds:7.1f} s  {name}")
    say("\n=== summary")
    for row in rows:
        say(row)
    return passed


def lint_steps() -> list[Step]:
    """Style and types."""
    return [
        Step("lint (ruff check)", [script("ruff"), "check", "."]),
        Step("format (ruff format)", [script("ruff"), "format", "--check", "."]),
        Step("types (mypy)", [script("mypy")]),
    ]


def test_areas(fast_only: bool) -> list[str]:
    """Folders of tests, quick ones first."""
    tests = ROOT / "tests"
    folders = sorted({path.parent for path in tests.rglob("test_*.py")})
    areas = sorted({folder.relative_to(tests).parts[0] for folder in folders})
    quick = [area for area in areas if area not in SLOW_TESTS]
    slow = [area for area in SLOW_TESTS if area in areas]
    return ["tests/" + area for area in (quick if fast_only else quick + slow)]


def pytest_step(paths: list[str]) -> Step:
    """Run the test suite and name its slowest tests at the end."""
    report = str(BUILD / "tests.xml")
    # One worker a core; tests/conftest.py says which tests stay together. Folders are
    # still begun in the order given.
    workers = ["--numprocesses=logical", "--dist=loadgroup", "--no-loadscope-reorder"]
    options = ["--durations=15", "--durations-min=1", "--junitxml=" + report]
    return Step("tests (pytest)", [script("pytest"), *workers, *options, *paths])


def close_with_counts(passed: list[bool], steps: list[Step]) -> int:
    """Print the closing line: every test and every other step counts as one check."""
    good, bad, skipped = passed.count(True), passed.count(False), 0
    report = BUILD / "tests.xml"
    if "pytest" in steps[-1].name and report.exists():
        suite = ElementTree.parse(report).getroot().find("testsuite")
        assert suite is not None
        counts = {key: int(suite.get(key, "0")) for key in ("tests", "failures")}
        errors, skipped = int(suite.get("errors", "0")), int(suite.get("skipped", "0"))
        failed = counts["failures"] + errors
        good += counts["tests"] - failed - skipped - int(passed[-1])
        # Where pytest failed without a failing test (a crash), the step itself counts.
        bad += failed - int(not passed[-1] and failed > 0)
    say(f"\n{good} passed, {bad} failed, {skipped} skipped")
    return 0 if all(passed) else 1


# --- the tasks: their docstrings are what `make help` prints --------------------------


def task_help() -> int:
    """Show this list."""
    say("make TARGET, or without make: python tools/tasks.py TARGET\n")
    for name, task in TASKS.items():
        say(f"  {name:6} {(task.__doc__ or '').splitlines()[0]}")
    return 0


def task_env() -> int:
    """Make or update the environment in .venv (the targets below do so first)."""
    environment()
    return 0


def task_book() -> int:
    """Execute every notebook and build the site into _build/html."""
    environment()
    run([script("ldl"), "build"])
    say(f"\nThe book: {(BUILD / 'html' / 'index.html').as_uri()}")
    say("Open it from disk, or type `make serve` for an address on this machine.")
    return 0


def task_test() -> int:
    """Check everything: style, types, notebooks, site, tests."""
    environment()
    return run_checks(
        [
            *lint_steps(),
            Step("notebooks and site (ldl build)", [script("ldl"), "build"]),
            Step("stored outputs (ldl nbval)", [script("ldl"), "nbval"]),
            pytest_step(test_areas(fast_only=False)),
        ]
    )


def task_check() -> int:
    """Execute, build and check what changed, with the quick tests."""
    environment()
    return run_checks(
        [
            *lint_steps(),
            Step("what changed (ldl check)", [script("ldl"), "check"]),
            pytest_step(test_areas(fast_only=True)),
        ]
    )


def run_checks(steps: list[Step]) -> int:
    """Run steps that end with pytest and close with the counts."""
    BUILD.mkdir(exist_ok=True)
    (BUILD / "tests.xml").unlink(missing_ok=True)
    return close_with_counts(run_all(steps), steps)


def task_serve() -> int:
    """Serve the built site on this machine and print its address."""
    environment()
    run([script("ldl"), "serve"])
    return 0


def task_lab() -> int:
    """Start JupyterLab in the folder of notebooks."""
    environment()
    run([script("jupyter"), "lab", "--notebook-dir=notebooks"])
    return 0


def task_lint() -> int:
    """Check style and types only."""
    environment()
    return 0 if all(run_all(lint_steps())) else 1


def task_bench() -> int:
    """Measure what the design promises; the table also goes to _build/bench.json."""
    environment()
    run([script("python"), "-m", "benchmarks"])
    return 0


def task_full(*labs: str) -> int:
    """Run a lab's full experiment into results/: make full LAB=05_digits_pytorch."""
    if not labs:
        raise StopError("Name the lab to run in full, for example: make full LAB=...")
    environment()
    run([script("ldl"), "full", *labs])
    return 0


def task_clean() -> int:
    """Remove what building and checking made; keeps .venv and downloaded data."""
    caches = [".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"]
    for name in ["_build", *caches]:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


TASKS: dict[str, Callable[..., int]] = {
    "help": task_help,
    "env": task_env,
    "book": task_book,
    "test": task_test,
    "check": task_check,
    "serve": task_serve,
    "lab": task_lab,
    "lint": task_lint,
    "bench": task_bench,
    "full": task_full,
    "clean": task_clean,
}


def main(arguments: list[str]) -> int:
    """Run one task; its exit status is the return value."""
    name = arguments[0] if arguments else "help"
    if name not in TASKS:
        say(f"There is no target {name!r}.\n")
        task_help()
        return 2
    try:
        if name != "full" and len(arguments) > 1:
            raise StopError(f"{name} takes nothing after it: {' '.join(arguments[1:])}")
        return TASKS[name](*arguments[1:])
    except StopError as stop:
        say(str(stop))
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
