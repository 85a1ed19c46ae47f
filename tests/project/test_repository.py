"""What holds for every file: pins, versions, sizes, and nothing of one machine."""

import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

import ldl_lib
from ldl_lib.publish import contracts
from tools import tasks

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000

# Copies of other people's work, and legal text, are as they are.
FOREIGN = ("book/vendor/", "tests/vendor/", "ldl_lib/explore/front/vendor/")
BINARY = {".png", ".webp", ".npz", ".gz", ".woff2", ".ico"}


@cache
def files() -> tuple[str, ...]:
    """Every file that is, or would be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        made = re.compile(r"^(\.venv|_build|dist)/|(^|/)(__pycache__|\.\w+_cache)/")
        paths = [path for path in ROOT.rglob("*") if path.is_file()]
        listed = [path.relative_to(ROOT).as_posix() for path in paths]
        listed = [path for path in listed if not made.search(path)]
    return tuple(sorted(path for path in listed if path and (ROOT / path).is_file()))


@cache
def texts() -> dict[str, str]:
    """Our own text files."""
    return {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in files()
        if not path.startswith(FOREIGN) and Path(path).suffix not in BINARY
    }


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def notebooks() -> dict[str, Any]:
    return {
        path: json.loads(text)
        for path, text in texts().items()
        if path.startswith("notebooks/") and path.endswith(".ipynb")
    }


@cache
def toc_files() -> tuple[str, ...]:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return tuple(
        chapter["file"] for part in toc["parts"] for chapter in part["chapters"]
    )


def test_there_is_something_to_check() -> None:
    """Guards the checks below, all of which hold for an empty list."""
    assert len(texts()) > 50
    assert len(notebooks()) >= 5
    assert len(toc_files()) >= 8


# `(?:)` matches nothing: it keeps this file from containing what it forbids.
FORBIDDEN = {
    "an absolute path of one machine": r"(?<![\w.\-/}])/(?:home|Users|root|work)/\w",
    "an absolute path on Windows": r"\b[A-Z]:\\{1,2}(?:Users|work)\b",
    "the host of a package registry": (
        r"py(?:)pi\.org|python(?:)hosted\.org|npm(?:)js\.org"
        r"|download\.(?:)pytorch\.org|deb\.(?:)debian\.org"
    ),
    "a note to oneself": r"\b(?:T(?:)ODO|F(?:)IXME|X(?:)XX)\b",
    "a conflict marker": r"^(?:<{7}|>{7}) ",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_contains(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what], re.MULTILINE)
    found = []
    for path, text in texts().items():
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: {match[0]!r}")
    assert not found, f"{what}:\n" + "\n".join(found)


def test_sizes() -> None:
    """A clone stays small: what is large belongs to a data source."""
    for path in files():
        size = (ROOT / path).stat().st_size
        if not path.startswith(FOREIGN):
            assert size <= 2 * MEGABYTE, f"{path}: {size:,} bytes"
        if path.startswith("results/"):
            assert size <= 100_000, f"{path}: {size:,} bytes"
        if path.startswith("docs/screenshots/"):
            assert size <= 200_000, f"{path}: {size:,} bytes"


# --- versions and pins ----------------------------------------------------------------


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    """Package -> version of a lock file; every line must be an exact pin."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        line = line.split("#")[0].split(";")[0].strip()
        if not line or line.startswith("-c "):
            continue
        match = re.fullmatch(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)", line)
        assert match, f"{name}: {line!r} is not pinned exactly"
        found[normalised(match[1])] = match[2]
    return found


def test_requirements_start_with_the_constraints() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert text.startswith("-c constraints.txt\n")


def test_requirements_agree_with_constraints() -> None:
    direct, everything = pins("requirements.txt"), pins("constraints.txt")
    assert direct.items() <= everything.items()
    assert len(everything) > 100
    assert not [name for name in everything if name.startswith(("nvidia", "triton"))]


def test_requirements_cover_the_package() -> None:
    """The project is installed without its dependencies: the pins must bring them."""
    project = pyproject()["project"]
    direct = pins("requirements.txt")
    wanted = [*project["dependencies"], *project["optional-dependencies"]["publish"]]
    for requirement in wanted:
        match = re.match(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", requirement)
        assert match, f"{requirement!r} has no lower bound"
        name, oldest = normalised(match[1]), match[2]
        assert name in direct, f"{name} is missing from requirements.txt"
        assert number(direct[name]) >= number(oldest)


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def test_one_version_everywhere() -> None:
    version = pyproject()["project"]["version"]
    assert ldl_lib.__version__ == version
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == version
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
    assert f"@v{version}" in contracts.setup_cell()


def test_one_repository_everywhere() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    url = config["repository"]["url"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == url
    assert url in contracts.setup_cell()


# --- notebooks ------------------------------------------------------------------------


def test_notebooks_keep_the_contracts_of_sources() -> None:
    """Stripped, the shared setup cell, cells that fit a screen."""
    for path, notebook in notebooks().items():
        assert list(contracts.check_source(path, notebook)) == [], path


def test_notebooks_are_valid_and_carry_nothing_of_an_editor() -> None:
    for path, notebook in notebooks().items():
        nbformat.validate(notebook)
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5), path
        assert set(notebook["metadata"]) == {"kernelspec", "language_info"}, path
        assert notebook["metadata"]["kernelspec"]["name"] == "python3", path
        title = notebook["cells"][0]
        assert title["cell_type"] == "markdown", path
        assert "".join(title["source"]).startswith("# "), path


# --- documents ------------------------------------------------------------------------


def chapters_in_readme() -> dict[int, str]:
    rows = re.findall(r"^\| (\d+) [^|]+\| ([^|]+) \|$", texts()["README.md"], re.M)
    return {int(number): there for number, there in rows}


def test_readme_lists_the_chapters_that_are_there() -> None:
    rows = chapters_in_readme()
    assert sorted(rows) == list(range(1, 19))
    there: dict[int, set[str]] = {chapter: set() for chapter in rows}
    for path in toc_files():
        match = re.match(r"notebooks/(\d\d)_\w+/(concepts|lab|exercises)", path)
        if match:
            there[int(match[1])].add(match[2])
    for chapter, words in rows.items():
        named = {kind for kind in ("concepts", "lab", "exercises") if kind in words}
        assert named == there[chapter], f"README on chapter {chapter}: {words}"
        assert ("to come" in words) == (not named), f"README on chapter {chapter}"


def test_every_notebook_is_in_the_table_of_contents() -> None:
    assert {f"{path}.ipynb" for path in toc_files() if "notebooks/" in path} == set(
        notebooks()
    )


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", texts()[name])
    assert links or name == "CHANGELOG.md"
    for link in links:
        if "://" not in link:
            assert (ROOT / link).exists(), f"{name} links to {link}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_targets_that_documents_name_exist(name: str) -> None:
    command = r"(?:^|`)(?:make|py\S*) (?:-3\.\d+ )?(?:tools.tasks\.py )?([a-z]+)"
    named = re.findall(command, texts()[name], re.MULTILINE)
    assert named
    assert set(named) <= set(tasks.TASKS), name


def test_licences_are_complete() -> None:
    assert "Permission is hereby granted, free of charge" in texts()["LICENSE"]
    text = texts()["LICENSE-TEXT"]
    assert text.startswith("Attribution 4.0 International")
    assert all(f"Section {n} -- " in text for n in range(1, 9))


# --- continuous integration -----------------------------------------------------------

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_there_are_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} == {"test", "weekly", "pages"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_runs_what_authors_run(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert True in workflow, "`on:` is missing (YAML reads the word as true)"
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    ours = [c for c in commands if c == ".ci/run" or c.startswith("make ")]
    assert ours, "it calls neither .ci/run nor make"
    for command in ours:
        assert command == ".ci/run" or command.split()[1] in tasks.TASKS
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    assert "permissions" in workflow
    assert re.match(r"# \w+", path.read_text()), "say at the top why it exists"


def test_ci_runs_the_tests() -> None:
    script = ROOT / ".ci/run"
    assert script.stat().st_mode & 0o111, ".ci/run is not executable"
    assert re.search(r"^exec make test$", script.read_text(), re.MULTILINE)
