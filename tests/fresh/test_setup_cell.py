"""A reader's first minute: from the setup cell to the first figure.

The slow tests make a virtual environment without `ldl_lib`, install the project from
this folder as the setup cell would install it from its repository, and run the first
chapter up to its first figure: once with today's versions of everything, once with the
oldest that pyproject.toml admits together with the Jupyter that Colab runs.
"""

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from packaging.requirements import Requirement

import ldl_lib

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "01_perceptron" / "concepts.ipynb"

# Colab's Jupyter as of 2025; its other packages are newer than our lower bounds.
COLAB = (
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "ipywidgets==7.7.1",
    "notebook==6.5.7",
    "nbformat",
)
TODAY = ("ipykernel", "ipywidgets", "nbformat")

FIGURES = {
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.plotly.v1+json",
}


def code_cells() -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def setup_cell() -> str:
    first = code_cells()[0]
    assert "setup" in first.metadata.tags
    return first.source


def run_without_ldl_lib(monkeypatch) -> list[list[str]]:
    """Run the setup cell here as if `ldl_lib` were missing; return pip's commands."""
    commands: list[list[str]] = []

    def pretend_to_install(command: list[str], check: bool) -> None:
        assert check
        commands.append(command)
        sys.modules["ldl_lib"] = ldl_lib

    monkeypatch.setattr(ldl_lib, "report", lambda: None)
    monkeypatch.setattr(subprocess, "run", pretend_to_install)
    monkeypatch.setitem(sys.modules, "ldl_lib", None)
    exec(compile(setup_cell(), "setup", "exec"), {})
    return commands


def test_setup_cell_installs_the_tag_of_this_version(monkeypatch):
    monkeypatch.delenv("LDL_INSTALL_SPEC", raising=False)
    (command,) = run_without_ldl_lib(monkeypatch)
    assert command[:-1] == [sys.executable, "-m", "pip", "install", "-q"]
    requirement = Requirement(command[-1])
    assert requirement.name == "ldl_lib"
    assert requirement.url is not None
    assert requirement.url.startswith("git+https://")
    assert requirement.url.endswith(f"@v{ldl_lib.__version__}")


def test_setup_cell_obeys_the_install_spec(monkeypatch):
    monkeypatch.setenv("LDL_INSTALL_SPEC", "/some/folder")
    (command,) = run_without_ldl_lib(monkeypatch)
    assert command[-1] == "/some/folder"


def test_setup_cell_installs_nothing_where_ldl_lib_is(monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", pytest.fail)
    exec(compile(setup_cell(), "setup", "exec"), {})
    assert f"ldl_lib {ldl_lib.__version__}" in capsys.readouterr().out


def lower_bounds() -> dict[str, str]:
    """Runtime dependencies of pyproject.toml and the oldest version of each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = {}
    for text in project["dependencies"]:
        requirement = Requirement(text)
        (oldest,) = (s.version for s in requirement.specifier if s.operator == ">=")
        bounds[requirement.name] = oldest
    return bounds


def pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "install", "-q", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture
def fresh_python(tmp_path):
    """Python of a new virtual environment; skips where pip reaches no index."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    try:
        pip(python, "hatchling")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"pip cannot install here: {error.stderr.strip()[-200:]}")
    pip(python, "--upgrade", "pip")
    return python


def installed(python: Path) -> dict[str, str]:
    listing = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"],
        check=True,
        capture_output=True,
        text=True,
    )
    return {p["name"].lower(): p["version"] for p in json.loads(listing.stdout)}


def run_to_first_figure(python: Path, folder: Path) -> tuple[float, float, str]:
    """Seconds to the end of the setup cell and to the first figure; what setup said."""
    spec = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "fresh",
        "language": "python",
    }
    kernel = folder / "kernels" / "fresh" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps(spec))
    notebook = nbformat.v4.new_notebook(cells=code_cells())
    client = NotebookClient(notebook, kernel_name="fresh", timeout=500)
    client.create_kernel_manager()
    client.km.kernel_spec_manager = KernelSpecManager(
        kernel_dirs=[str(kernel.parent.parent)]
    )
    if os.name != "nt":  # sockets in our own folder instead of ports open to others
        client.km.transport, client.km.ip = "ipc", str(folder / "socket")
    with client.setup_kernel(cwd=str(folder), env=reader_environment()):
        start = time.perf_counter()
        installed_after = 0.0
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            elapsed = time.perf_counter() - start
            if index == 0:
                installed_after = elapsed
            shown = {mime for out in cell.outputs for mime in out.get("data", {})}
            if shown & FIGURES:
                said = "".join(
                    out.text
                    for out in notebook.cells[0].outputs
                    if out.get("name") == "stdout"
                )
                return installed_after, elapsed, said
    pytest.fail("no cell showed a figure")


def reader_environment() -> dict[str, str]:
    """This process's environment without what a reader's machine would not have."""
    hidden = {"PYTHONPATH", "LDL_SITE", "VIRTUAL_ENV"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    return {**environment, "LDL_INSTALL_SPEC": str(ROOT), "PIP_NO_INPUT": "1"}


def assert_small(packages: dict[str, str]) -> None:
    heavy = {"torch", "tensorflow", "keras", "playwright", "dask", "jupyter-book"}
    assert not heavy & packages.keys()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bare_environment_with_todays_versions(fresh_python, tmp_path, record_property):
    pip(fresh_python, *TODAY)
    assert "ldl-lib" not in installed(fresh_python)
    setup, total, said = run_to_first_figure(fresh_python, tmp_path)
    report_seconds("today's versions, everything to download", setup, total)
    record_property("seconds_to_first_figure", round(total, 1))
    assert f"ldl_lib {ldl_lib.__version__}" in said
    assert_small(installed(fresh_python))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_oldest_versions_in_colabs_jupyter(fresh_python, tmp_path, record_property):
    oldest = lower_bounds()
    pip(fresh_python, *COLAB, *(f"{name}=={v}" for name, v in oldest.items()))
    setup, total, said = run_to_first_figure(fresh_python, tmp_path)
    report_seconds("oldest versions, only ldl_lib to install", setup, total)
    record_property("seconds_to_first_figure", round(total, 1))
    assert f"ldl_lib {ldl_lib.__version__}" in said
    packages = installed(fresh_python)
    assert_small(packages)
    # What a reader has already is not replaced under the running kernel.
    for name, version in oldest.items():
        assert Requirement(f"x=={version}").specifier.contains(packages[name])


def report_seconds(what: str, setup: float, total: float) -> None:
    print(f"\n{what}: setup cell {setup:.1f} s, first figure after {total:.1f} s")
