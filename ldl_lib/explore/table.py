"""Every state of a figure in one small binary table, for pages without a kernel.

The table holds each distinct array once. Which arrays a state shows is an index
over the control grid; a control that an attribute does not depend on is left out
of its index. Arrays are stored as 16-bit codes between the smallest and largest
value of their attribute (whole numbers exactly where the range allows), so the
error is at most 1/131,068 of that range: 0.01 pixels on an axis 1,280 pixels long.
Code 65,535 is NaN, a gap.
"""

from __future__ import annotations

import base64
import itertools
import json
import math
import struct
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ldl_lib.explore import states as checked
from ldl_lib.explore.controls import Control
from ldl_lib.explore.states import State, evaluate

MAX_STATES = 2_000
MAX_SECONDS = 3.0
MAX_BYTES = 300_000
GAP = 65_535
SENTENCE = "$describe"


class BudgetError(ValueError):
    """A figure with more states, seconds or bytes than a page can carry."""


def _coarsest(controls: Mapping[str, Control]) -> str:
    name = max(controls, key=lambda key: controls[key].size())
    return f"coarsen control {name!r} ({controls[name].size()} values)"


@dataclass(frozen=True)
class Table:
    """A packed table.

    Attributes
    ----------
    text : str
        The table: JSON header and 16-bit codes, deflated, in base64.
    tolerance : dict of str to (float, float)
        Largest absolute and relative error of each array attribute; one of them
        is 0: the absolute one of an attribute drawn on a log axis, else the other.
    digits : dict of str to int
        Decimal places that each array attribute keeps, if it is not exact.
    states : int
        Number of states.
    seconds : float
        Time that computing all of them took.
    """

    text: str
    tolerance: dict[str, tuple[float, float]]
    digits: dict[str, int]
    states: int
    seconds: float


class _Codes:
    """Sections of 16-bit codes, and where each of them starts."""

    def __init__(self) -> None:
        self._sections: list[NDArray[np.uint16]] = []
        self._length = 0

    def add(self, codes: NDArray[np.uint16]) -> int:
        start = self._length
        # Differences wrap modulo 65,536, and so does the sum in the front end.
        shifted = np.concatenate([np.zeros(1, np.uint16), codes[:-1]])[: len(codes)]
        self._sections.append(codes - shifted)
        self._length += len(codes)
        return start

    def bytes(self) -> bytes:
        """Return all low bytes, then all high bytes: this deflates best."""
        if not self._sections:
            return b""
        pairs = np.concatenate(self._sections).astype("<u2").view(np.uint8)
        return pairs[0::2].tobytes() + pairs[1::2].tobytes()


def _quantise(
    values: NDArray[np.float64], *, log: bool
) -> tuple[NDArray[np.uint16], float, float, bool]:
    """Return codes, lowest value, step (of log10 values if `log`), and if exact."""
    if log:
        values = np.log10(np.where(values > 0, values, np.nan))
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.full(values.shape, GAP, np.uint16), 0.0, 0.0, True
    low, high = float(finite.min()), float(finite.max())
    whole = not log and bool((finite == np.round(finite)).all())
    exact = whole and high - low < GAP
    step = 1.0 if exact else (high - low) / (GAP - 1)
    codes = np.full(values.shape, GAP, np.uint16)
    known = np.isfinite(values)
    codes[known] = np.round((values[known] - low) / step) if step else 0
    return codes, low, step, exact


def _index(
    keys: list[int], shape: tuple[int, ...]
) -> tuple[list[int], NDArray[np.uint16]]:
    """Drop every control on which the index does not depend."""
    index = np.asarray(keys, dtype=np.uint16).reshape(shape)
    axes = list(range(len(shape)))
    for axis in reversed(range(len(shape))):
        first = index.take([0], axis=axis)
        if (index == first).all():
            index = first.squeeze(axis)
            axes.remove(axis)
    return axes, index.ravel()


def _distinct(column: list[Any]) -> tuple[list[Any], list[int]]:
    """Return the distinct entries, in order of appearance, and each entry's number."""
    found: dict[Any, int] = {}
    kept: list[Any] = []
    keys: list[int] = []
    for entry in column:
        content = (
            (entry.shape, entry.tobytes())
            if isinstance(entry, np.ndarray)
            else json.dumps(entry, ensure_ascii=False)
        )
        if content not in found:
            found[content] = len(kept)
            kept.append(entry)
        keys.append(found[content])
    return kept, keys


def compute_states(
    state: Callable[..., Mapping[str, object]],
    describe: Callable[..., str],
    controls: Mapping[str, Control],
) -> list[State]:
    """Compute the state, and the sentence, of every point of the control grid.

    Raises
    ------
    BudgetError
        If there are more than 2,000 states or they take longer than 3 seconds
        of processor time (so that a crowded machine fails nothing).
    """
    states = math.prod(control.size() for control in controls.values())
    if states > MAX_STATES:
        raise BudgetError(
            f"{states:,} states are more than a page can carry ({MAX_STATES:,}): "
            f"{_coarsest(controls)}, or give the figure a compute= twin"
        )
    started = time.process_time()
    rows: list[State] = []
    paths: frozenset[str] | None = None
    for combination in itertools.product(*(c.grid() for c in controls.values())):
        values = dict(zip(controls, combination, strict=True))
        row = evaluate(state, values, paths)
        paths = paths or frozenset(row)
        rows.append({**row, SENTENCE: checked.describe(describe, values)})
        if time.process_time() - started > MAX_SECONDS:
            raise BudgetError(
                f"{len(rows):,} of {states:,} states took {MAX_SECONDS:g} s already: "
                f"{_coarsest(controls)}, or make state faster"
            )
    return rows


def build(
    state: Callable[..., Mapping[str, object]],
    describe: Callable[..., str],
    controls: Mapping[str, Control],
    log_paths: frozenset[str] = frozenset(),
) -> Table:
    """Compute and pack all states of a figure.

    Parameters
    ----------
    state, describe : callable
        As given to the explorable.
    controls : mapping
        Control name -> control; the first varies slowest.
    log_paths : frozenset of str
        Attributes drawn on a log axis: kept with equal relative error.

    Raises
    ------
    BudgetError
        If the table would be larger than a page can carry.
    StateError
        If `state` returns what cannot be shown.
    """
    started = time.process_time()
    rows = compute_states(state, describe, controls)
    seconds = time.process_time() - started
    shape = tuple(control.size() for control in controls.values())
    codes = _Codes()
    columns: list[dict[str, Any]] = []
    tolerance: dict[str, tuple[float, float]] = {}
    digits: dict[str, int] = {}
    for path in rows[0]:
        kept, keys = _distinct([row[path] for row in rows])
        axes, index = _index(keys, shape)
        column: dict[str, Any] = {"path": path, "axes": axes}
        column["index"] = [codes.add(index), len(index)]
        if all(isinstance(entry, np.ndarray) for entry in kept):
            flat = np.concatenate([entry.ravel() for entry in kept])
            packed, low, step, exact = _quantise(flat, log=path in log_paths)
            shapes = [list(entry.shape) for entry in kept]
            same = all(entry == shapes[0] for entry in shapes)
            column |= {"low": low, "step": step, "log": path in log_paths}
            column["codes"] = [codes.add(packed), len(packed)]
            column["shapes"] = shapes[:1] if same else shapes
            error = 0.0 if exact else step / 2
            log = path in log_paths
            tolerance[path] = (0.0, 10**error - 1) if log else (error, 0.0)
            if not (log or exact) and step:
                digits[path] = max(0, math.floor(-math.log10(step)))
        else:
            column["values"] = [checked.plain(entry) for entry in kept]
        columns.append(column)
    header = json.dumps(
        {"grid": list(shape), "columns": columns},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    blob = struct.pack("<I", len(header)) + header + codes.bytes()
    text = base64.b64encode(zlib.compress(blob, 9)).decode()
    if len(text) > MAX_BYTES:
        raise BudgetError(
            f"the table of {len(rows):,} states takes {len(text):,} bytes, more than "
            f"{MAX_BYTES:,}: {_coarsest(controls)}, or shorten the arrays"
        )
    return Table(text, tolerance, digits, len(rows), seconds)
