"""Smaller parameters for publishing: notebooks/profiles.yml."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ldl_lib.publish import notebook

FILE = f"{notebook.FOLDER}/profiles.yml"


class ProfileError(ValueError):
    """The file of profiles does not fit the notebooks."""


@dataclass(frozen=True)
class Profile:
    """What is injected into one notebook, and why the page may show less.

    Attributes
    ----------
    parameters : dict
        Values for names that the notebook's cell tagged `parameters` assigns.
    reason : str
        One line.
    """

    parameters: dict[str, Any]
    reason: str


def load(root: Path) -> dict[str, Profile]:
    """Read and validate all profiles.

    Returns
    -------
    dict
        Path of the notebook relative to `root` -> its profile.

    Raises
    ------
    ProfileError
        With all that is wrong, one line each: unknown notebooks, parameters that the
        notebook does not have, missing reasons.
    """
    path = root / FILE
    if not path.is_file():
        return {}
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ProfileError(f"{FILE} is not valid YAML: {error}") from error
    if not isinstance(entries, dict):
        raise ProfileError(f"{FILE} must map notebooks to profiles")
    problems: list[str] = []
    profiles = {}
    for name, entry in entries.items():
        relative = f"{notebook.FOLDER}/{name}"
        found = _problems(root / relative, entry)
        problems += [f"{FILE}: {name}: {problem}" for problem in found]
        if not found:
            profiles[relative] = Profile(entry["parameters"], entry["reason"].strip())
    if problems:
        raise ProfileError("\n".join(problems))
    return profiles


def _problems(path: Path, entry: Any) -> list[str]:
    if not path.is_file():
        return ["there is no such notebook"]
    if not isinstance(entry, dict) or set(entry) != {"parameters", "reason"}:
        return ["a profile has exactly the entries parameters and reason"]
    problems = []
    reason = entry["reason"]
    if not isinstance(reason, str) or not reason.strip() or "\n" in reason.strip():
        problems.append("reason must be one line that says why the page may show less")
    parameters = entry["parameters"]
    if not isinstance(parameters, dict) or not parameters:
        return [*problems, "parameters must name at least one value to inject"]
    try:
        cells = notebook.tagged(notebook.load(path), "parameters")
    except notebook.NotebookError as error:
        return [*problems, str(error)]
    if len(cells) != 1:
        return [*problems, f"it has {len(cells)} cells tagged parameters, not one"]
    known = assigned_names(notebook.source(cells[0]))
    problems += [
        f"unknown parameter {name!r}; its parameters are {', '.join(sorted(known))}"
        for name in parameters
        if name not in known
    ]
    return problems


def assigned_names(source: str) -> set[str]:
    """Return the names that a cell assigns at its top level."""
    names = set()
    for statement in ast.parse(source).body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names
