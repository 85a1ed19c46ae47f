"""Stored results: one JSON file a lab, in the wheel or beside the sources."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ._types import Result, ResultError

LIMIT = 100_000  # bytes a file: a result is a summary, not a log

# A list without strings, lists or objects inside; text holds no line break.
_NUMBERS = re.compile(r'\[\n[^\[\]{}"]+\]')

_PACKAGE = Path(__file__).parents[1]


class ResultNotFoundError(LookupError):
    """No full run of this lab is stored."""


class StoredResultError(ResultError):
    """A stored file is no result."""


def folders() -> list[Path]:
    """Where stored results may be: inside the wheel, or at the root of the sources."""
    return [_PACKAGE / "_results", _PACKAGE.parent / "results"]


def names(folder: Path | None = None) -> list[str]:
    """Labs of which a full run is stored.

    Parameters
    ----------
    folder : Path, optional
        Where to look; left out, where this installation keeps them.

    Returns
    -------
    list of str
        Sorted.
    """
    places = folders() if folder is None else [folder]
    return sorted({path.stem for place in places for path in place.glob("*.json")})


def load(lab: str, folder: Path | None = None) -> Result:
    """Load the stored full run of a lab.

    Parameters
    ----------
    lab : str
        Its name, such as ``"05_digits_pytorch"``.
    folder : Path, optional
        Where to look; left out, where this installation keeps them.

    Returns
    -------
    Result

    Raises
    ------
    ResultNotFoundError
        If none is stored; the message names the nearest lab that is.
    StoredResultError
        If the file is no JSON or no result.
    """
    for place in folders() if folder is None else [folder]:
        path = place / f"{lab}.json"
        if path.is_file():
            return _read(path, lab)
    raise ResultNotFoundError(_not_found(lab, names(folder)))


def save(
    payload: Mapping[str, Any],
    folder: Path,
    *,
    key: str,
    date: str,
    seconds: float,
) -> Path:
    """Store a full run as ``<folder>/<lab>.json``.

    Parameters
    ----------
    payload : mapping
        What a notebook recorded, from the output of type `MIME`.
    folder : Path
        Made if it does not exist.
    key : str
        Digest of what the numbers depend on: parameters, model, data.
    date : str
        Day of the run, ISO 8601.
    seconds : float
        How long the notebook took.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResultError
        If it is no result, was made with a sample, or is larger than `LIMIT` bytes.
    """
    result = Result.from_payload(
        {**payload, "key": key, "date": date, "seconds": round(seconds, 1)}
    )
    if not key:
        raise ResultError("key is empty, so that nobody could tell when it is stale")
    if result.is_sample:
        raise ResultError(
            f"{result.lab!r} was run on a sample: a full run needs the real data"
        )
    text = _dump(result.payload())
    if len(text.encode()) > LIMIT:
        raise ResultError(
            f"{result.lab!r} takes {len(text.encode()):,} bytes, at most {LIMIT:,} are "
            "stored: record fewer or shorter curves"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.lab}.json"
    # Written beside and renamed, so that a killed run leaves the old file whole.
    partial = path.with_suffix(".json.part")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
    return path


def _dump(payload: Mapping[str, Any]) -> str:
    """JSON with one line a list of numbers: a new run then changes few lines."""
    text = json.dumps(payload, indent=1, ensure_ascii=False, allow_nan=False)
    return _NUMBERS.sub(lambda found: " ".join(found[0].split()), text) + "\n"


def _read(path: Path, lab: str) -> Result:
    try:
        payload = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoredResultError(
            f"{path.name} is no JSON ({error}): `make full LAB={lab}` makes it again"
        ) from None
    if not isinstance(payload, dict):
        raise StoredResultError(
            f"{path.name} holds a {type(payload).__name__}, expected an object"
        )
    try:
        result = Result.from_payload(payload)
    except ResultError as error:
        raise StoredResultError(f"{path.name}: {error}") from None
    if result.lab != lab:
        raise StoredResultError(f"{path.name} is of lab {result.lab!r}, not {lab!r}")
    return result


def _not_found(lab: str, stored: list[str]) -> str:
    message = f"no full run of {lab!r} is stored"
    nearest = difflib.get_close_matches(lab, stored, n=1)
    if nearest:
        return f"{message}; did you mean {nearest[0]!r}?"
    known = f"; stored are {', '.join(stored)}" if stored else ""
    return f"{message}{known}; make one with `make full LAB={lab}`"
