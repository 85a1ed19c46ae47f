"""What the outcome of a notebook depends on, as one key."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ldl_lib.publish import notebook

FORMAT = 1  # raise it when a result of the same key may come out differently

# Of the library's own sources, what runs in no kernel does not count: a change to the
# command line or to the site's front end must not execute the whole book anew.
_IGNORED = ("publish/", "explore/front/", "exercises/front/", "_results/")
_COUNTED = ("publish/engine.py", "publish/kernel.py", "publish/worker.py")
_LOCK_FILES = ("requirements.txt", "constraints.txt")
# Tools that install others and never run in a kernel.
_INSTALLERS = {"pip", "setuptools", "uv", "wheel"}


class Keys:
    """Computes keys; the parts that all notebooks share are computed once.

    Parameters
    ----------
    root : Path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._shared = {
            "format": FORMAT,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "library": library_digest(root / "ldl_lib"),
            "locks": {name: _digest(root / name) for name in _LOCK_FILES},
            "installed": _installed(),
            "data": data_state(os.environ),
        }

    def key(self, path: str, parameters: Mapping[str, Any]) -> str:
        """Return the key of one notebook with these injected parameters."""
        source = self._root / path
        facts = {
            **self._shared,
            "notebook": notebook.source_digest(source),
            "parameters": dict(parameters),
            "results": self._results(source),
        }
        text = json.dumps(facts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _results(self, source: Path) -> dict[str, str]:
        """Return the digests of the full-size results that a notebook names."""
        stored = sorted((self._root / "results").glob("*.json"))
        if not stored or not source.is_file():
            return {}
        text = source.read_text(encoding="utf-8", errors="replace")
        return {file.stem: _digest(file) for file in stored if file.stem in text}


def library_digest(folder: Path) -> str:
    """Return a digest of the library's files that a kernel may read."""
    counted = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        name = path.relative_to(folder).as_posix()
        ignored = name.startswith(_IGNORED) and name not in _COUNTED
        if path.is_file() and not ignored and "__pycache__" not in path.parts:
            counted.append((name, _digest(path)))
    return _combine(counted)


def data_state(variables: Mapping[str, str]) -> str:
    """Return a digest of what the data mirror offers, or "none".

    The mirror's manifest holds the digests of its files; names and sizes are counted
    besides, for a file that is missing or cut short.
    """
    named = variables.get("LDL_DATA_MIRROR", "").strip()
    if not named or not Path(named).is_dir():
        return "none"
    folder = Path(named)
    files = [
        (path.relative_to(folder).as_posix(), str(path.stat().st_size))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return _combine([("manifest", _digest(folder / "MANIFEST.json")), *files])


@cache
def _installed() -> str:
    """Return a digest of the installed packages and their versions."""
    found = {
        (package.name.lower(), package.version)
        for package in metadata.distributions()
        if package.name and package.name.lower() not in _INSTALLERS
    }
    return _combine(sorted(found))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _combine(pairs: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(list(pairs)).encode()).hexdigest()
