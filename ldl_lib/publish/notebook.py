"""Notebook files: find, read, and look into them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat

FOLDER = "notebooks"
BUILD = "_build"


class NotebookError(ValueError):
    """A file that should be a notebook is not one."""


class SelectionError(ValueError):
    """A name on the command line matches no notebook."""


def find_root(start: Path) -> Path:
    """Return the project's root: the nearest folder upwards that holds notebooks/.

    Raises
    ------
    SelectionError
        If neither `start` nor a folder above it has one.
    """
    for folder in (start, *start.parents):
        if (folder / FOLDER).is_dir():
            return folder
    raise SelectionError(
        f"no folder {FOLDER}/ in {start} or above it: run ldl inside the project, or "
        "name its folder with --root"
    )


def find(root: Path) -> list[str]:
    """Return all notebooks, as sorted paths relative to `root` with forward slashes."""
    return sorted(
        path.relative_to(root).as_posix()
        for path in (root / FOLDER).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    )


def select(root: Path, names: Sequence[str], *, shard: str | None = None) -> list[str]:
    """Return the notebooks that the names (files, folders, chapters) stand for.

    Parameters
    ----------
    root : Path
        The project's folder.
    names : sequence of str
        Paths relative to `root` or to the working folder, or names inside
        notebooks/. None at all selects every notebook.
    shard : str, optional
        "k/n" keeps every n-th notebook, beginning with the k-th (1 <= k <= n).

    Raises
    ------
    SelectionError
        If a name matches nothing or the shard is not of the form k/n.
    """
    everything = find(root)
    chosen = set(everything) if not names else set()
    for name in names:
        chosen |= _matches(root, name, everything)
    ordered = [path for path in everything if path in chosen]
    if shard is None:
        return ordered
    k, n = _parse_shard(shard)
    return ordered[k - 1 :: n]


def _matches(root: Path, name: str, everything: list[str]) -> set[str]:
    for base in (root, Path.cwd(), root / FOLDER):
        wanted = Path(os.path.normpath(base / name))
        if not wanted.is_relative_to(root):
            continue
        path = wanted.relative_to(root).as_posix()
        matches = {
            known
            for known in everything
            if known == path or known.startswith(f"{path}/") or path == "."
        }
        if matches:
            return matches
    raise SelectionError(
        f"{name!r} is no notebook and no folder that holds any; there are "
        f"{len(everything)} below {FOLDER}/, for example {everything[:1]}"
    )


def _parse_shard(shard: str) -> tuple[int, int]:
    left, _, right = shard.partition("/")
    if left.isdigit() and right.isdigit() and 1 <= int(left) <= int(right):
        return int(left), int(right)
    raise SelectionError(f"--shard {shard!r} is not of the form k/n with 1 <= k <= n")


def kind(path: str) -> str:
    """Return "concepts", "exercises", "lab", or "other", by the file's name."""
    stem = Path(path).stem
    if stem == "exercises":
        return stem
    if stem == "concepts" or stem.startswith("concepts_"):
        return "concepts"
    return "lab" if stem.startswith("lab_") else "other"


def load(path: Path) -> Any:
    """Read and validate a notebook.

    Raises
    ------
    NotebookError
        With a sentence, if the file is missing, no JSON or no valid notebook.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(f"{path.name} cannot be read: {error}") from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookError(f"{path.name} is not valid JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise NotebookError(f"{path.name} is not a notebook: it has no list of cells")
    try:
        notebook = nbformat.from_dict(data)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except Exception as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise NotebookError(
            f"{path.name} is not a valid notebook: {first_line}"
        ) from error
    return notebook


def source(cell: dict[str, Any]) -> str:
    """Return a cell's source, which the format stores as one string or as lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def tags(cell: dict[str, Any]) -> list[str]:
    """Return a cell's tags."""
    return list(cell.get("metadata", {}).get("tags", []))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the code cells that hold code."""
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and source(cell).strip()
    ]


def tagged(notebook: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    """Return the code cells with a tag."""
    return [cell for cell in code_cells(notebook) if tag in tags(cell)]


def bundles(cells: Iterable[dict[str, Any]], mime: str) -> Iterator[Any]:
    """Yield every output of one media type."""
    for cell in cells:
        for output in cell.get("outputs", []):
            if mime in output.get("data", {}):
                yield output["data"][mime]


def source_digest(path: Path) -> str:
    """Return a digest of all that a reader or the kernel sees, without the outputs."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [
            [cell["cell_type"], source(cell), cell.get("id"), cell.get("metadata", {})]
            for cell in notebook["cells"]
        ]
        facts = [cells, notebook.get("metadata", {})]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # No notebook: still of use as a key, so that mending the file is noticed.
        return hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def dumps(notebook: Any) -> str:
    """Return a notebook's text."""
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def write_json(path: Path, data: Any) -> None:
    """Write JSON atomically."""
    write_atomically(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
