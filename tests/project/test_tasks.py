"""What `make` runs: the environment is made once, and no failure hides another."""

import ast
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import tasks

ROOT = Path(__file__).resolve().parents[2]


def test_old_python_can_read_the_file() -> None:
    """Otherwise a reader with Python 3.8 gets a SyntaxError instead of a sentence."""
    ast.parse((ROOT / "tools/tasks.py").read_text(), feature_version=(3, 8))


def test_makefile_offers_every_task() -> None:
    text = (ROOT / "Makefile").read_text()
    listed = re.search(r"^TASKS := (.*)$", text, re.MULTILINE)
    assert listed is not None
    assert {*listed[1].split(), "full"} == set(tasks.TASKS)


def test_help_explains_every_task(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.main([]) == 0
    printed = capsys.readouterr().out
    for name, task in tasks.TASKS.items():
        assert task.__doc__
        assert re.search(rf"^  {name} +[A-Z].*[.)]?$", printed, re.MULTILINE), name


def test_unknown_target_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.main(["bok"]) == 2
    assert "no target 'bok'" in capsys.readouterr().out


def test_full_without_a_lab_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.main(["full"]) == 1
    assert "LAB=" in capsys.readouterr().out


# --- which Python ---------------------------------------------------------------------


def fake_python(folder: Path, version: str, has_venv: bool = True) -> Path:
    """A program that answers the probe as a Python of some version would."""
    program = folder / f"python-{version.replace(' ', '.')}"
    lines = [str(program), version, str(has_venv)]
    echoes = "\n".join(f"echo '{line}'" for line in lines)
    program.write_text(f"#!/bin/sh\n{echoes}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


posix = pytest.mark.skipif(os.name == "nt", reason="the fake Python is a shell script")


@posix
@pytest.mark.parametrize("version", ["3 11", "3 12", "3 13"])
def test_supported_python_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    program = fake_python(tmp_path, version)
    monkeypatch.setenv("PYTHON", str(program))
    assert tasks.find_python() == str(program)


@posix
@pytest.mark.parametrize("version", ["3 10", "3 14", "4 11"])
def test_other_python_stops_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("PYTHON", str(fake_python(tmp_path, version)))
    with pytest.raises(tasks.StopError, match="TensorFlow has no wheel") as stop:
        tasks.find_python()
    assert version.replace(" ", ".") in str(stop.value)


@posix
def test_python_without_venv_stops_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON", str(fake_python(tmp_path, "3 12", has_venv=False)))
    with pytest.raises(tasks.StopError, match="python3-venv"):
        tasks.find_python()


def test_missing_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON", "no-such-python")
    with pytest.raises(tasks.StopError, match="no-such-python"):
        tasks.find_python()


# --- the environment ------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with lock files, of which `tasks` believes that it is the project."""
    for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text(f"# {name}\n")
    move_to(tmp_path, monkeypatch)
    monkeypatch.delenv("LDL_NEWEST", raising=False)
    monkeypatch.setenv("PYTHON", sys.executable)
    return tmp_path


def move_to(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "ROOT", root)
    monkeypatch.setattr(tasks, "VENV", root / ".venv")
    monkeypatch.setattr(tasks, "STAMP", root / ".venv/ldl-environment.txt")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run instead of running it: a venv appears, pip installs nothing."""
    seen: list[str] = []

    def run(command: list[str]) -> None:
        seen.append(" ".join(command))
        if "venv" in command:
            program = Path(tasks.script("python"))
            program.parent.mkdir(parents=True, exist_ok=True)
            program.unlink(missing_ok=True)
            program.symlink_to(sys.executable)

    monkeypatch.setattr(tasks, "run", run)
    monkeypatch.setattr(tasks, "install", run)
    return seen


@posix
def test_environment_is_made_once(project: Path, commands: list[str]) -> None:
    tasks.environment()
    assert [c for c in commands if "-m venv" in c]
    assert [c for c in commands if "requirements.txt" in c]
    commands.clear()
    tasks.environment()
    assert commands == []


@posix
@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_changed_pins_are_installed_into_the_same_environment(
    project: Path, commands: list[str], name: str
) -> None:
    tasks.environment()
    commands.clear()
    (project / name).write_text("torch==9\n")
    tasks.environment()
    assert commands
    assert not [c for c in commands if "-m venv" in c]


@posix
def test_interrupted_installation_is_taken_up_again(
    project: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(command: list[str]) -> None:
        raise KeyboardInterrupt

    works: Callable[[list[str]], None] = tasks.install
    monkeypatch.setattr(tasks, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tasks.environment()
    monkeypatch.setattr(tasks, "install", works)
    commands.clear()
    tasks.environment()
    assert [c for c in commands if "requirements.txt" in c]
    assert not [c for c in commands if "-m venv" in c]


@posix
def test_moved_project_gets_a_new_environment(
    project: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.environment()
    commands.clear()
    moved = project.rename(project.with_name("moved"))
    move_to(moved, monkeypatch)
    tasks.environment()
    assert [c for c in commands if "-m venv --clear" in c]


def test_newest_frees_all_pins_but_two() -> None:
    text = tasks.unpinned((ROOT / "requirements.txt").read_text())
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    pinned = [line for line in lines if "==" in line.split(";")[0]]
    assert pinned == ["torch==2.13.0"]
    assert "jupyter-book<2" in lines
    assert "dask[distributed]" in lines
    assert not [line for line in lines if line.startswith("-c")]


def test_bounds_of_newest_name_pinned_packages() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert f"torch{tasks.NEWEST_BOUNDS['torch']}" in text
    assert all(f"\n{name}==" in text for name in tasks.NEWEST_BOUNDS)


# --- the checks -----------------------------------------------------------------------


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tasks, "BUILD", tmp_path)
    return tmp_path / "tests.xml"


def step(name: str, status: int) -> tasks.Step:
    return tasks.Step(name, [sys.executable, "-c", f"raise SystemExit({status})"])


def write_report(report: Path, tests: int, failures: int, errors: int) -> None:
    report.write_text(
        f'<testsuites><testsuite tests="{tests}" failures="{failures}" '
        f'errors="{errors}" skipped="2"/></testsuites>'
    )


def closing(steps: list[tasks.Step], capsys: pytest.CaptureFixture[str]) -> str:
    code = tasks.close_with_counts(tasks.run_all(steps), steps)
    last = capsys.readouterr().out.splitlines()[-1]
    assert (code == 0) == (" 0 failed" in last)
    return last


def test_every_step_runs_after_a_failure(
    report: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [step("first", 1), step("second", 0), step("third", 2)]
    assert tasks.run_all(steps) == [False, True, False]
    summary = capfd.readouterr().out
    assert summary.count("FAILED") == 2


def test_last_line_counts_tests_and_steps(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_report(report, tests=12, failures=0, errors=0)
    steps = [step("lint", 0), step("tests (pytest)", 0)]
    assert closing(steps, capsys) == "11 passed, 0 failed, 2 skipped"


def test_last_line_counts_failures(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_report(report, tests=12, failures=3, errors=1)
    steps = [step("lint", 1), step("tests (pytest)", 1)]
    assert closing(steps, capsys) == "6 passed, 5 failed, 2 skipped"


def test_crash_of_pytest_is_a_failure(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [step("lint", 0), step("tests (pytest)", 3)]
    assert closing(steps, capsys) == "1 passed, 1 failed, 0 skipped"
