"""How two values differ: where first, by how much, and what that looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._words import lower, short

Answer = Any
"""Whatever a reader may write: checks take every type and answer in words."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Difference:
    """How two values differ: the message with and without the expected value."""

    revealed: str
    hidden: str
    hint: str = ""

    def at(self, place: str) -> Difference:
        """Return the same difference, with its place in front."""
        revealed, hidden = lower(self.revealed), lower(self.hidden)
        return Difference(f"{place}: {revealed}", f"{place}: {hidden}", self.hint)


def find_difference(
    got: Answer,
    expected: Answer,
    tolerance: float,
    labels: Sequence[str] | None = None,
    dtype: str | None = None,
) -> Difference | None:
    """Return how ``got`` differs from ``expected``; None if it does not."""
    if callable(got) and not callable(expected):
        text = f"Got the function {getattr(got, '__name__', 'itself')}, not its result."
        return Difference(text, text, "Call it: add parentheses and the arguments.")
    if isinstance(expected, AbstractSet):
        return _set_difference(got, expected)
    if isinstance(expected, Mapping):
        return _mapping_difference(got, expected, tolerance)
    if isinstance(expected, str | bool | np.bool_):
        return _plain_difference(got, expected)
    if is_numeric(expected):
        return _array_difference(got, np.asarray(expected), tolerance, labels, dtype)
    if isinstance(expected, list | tuple):
        return _sequence_difference(got, expected, tolerance, labels)
    return _plain_difference(got, expected)


def is_numeric(value: Answer) -> bool:
    """Return whether the value is a number, a truth, or an array or nest of them."""
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except Exception:  # ragged lists, and whatever other libraries' arrays raise
        return False


# Texts, sets, mappings, sequences


def _plain_difference(got: Answer, expected: Answer) -> Difference | None:
    same_kind = isinstance(got, bool | np.bool_) == isinstance(
        expected, bool | np.bool_
    )
    if same_kind and _equal(got, expected):
        return None
    hidden = f"{short(got)} is not the answer."
    return Difference(f"Got {short(got)}, expected {short(expected)}.", hidden)


def _equal(got: Answer, expected: Answer) -> bool:
    try:
        same = got == expected
    except Exception:  # some types refuse to be compared with others
        return False
    return isinstance(same, bool | np.bool_) and bool(same)


def _set_difference(got: Answer, expected: AbstractSet[Any]) -> Difference | None:
    if isinstance(got, str) or not isinstance(got, Iterable):
        text = f"Got {short(got)}, expected a set such as {{'a', 'b'}}."
        return Difference(text, text)
    try:
        given = set(got)
    except TypeError:
        text = f"Got {short(got)}, whose members cannot be in a set."
        return Difference(text, text)
    return _member_difference(given, expected)


def _member_difference(
    given: AbstractSet[Any], expected: AbstractSet[Any]
) -> Difference | None:
    missing = sorted(expected - given, key=str)
    extra = sorted(given - expected, key=str)
    if not missing and not extra:
        return None
    named, counted = [], []
    for kind, members in (("Missing", missing), ("Does not belong", extra)):
        if members:
            named.append(f"{kind}: {', '.join(map(str, members))}.")
            counted.append(f"{kind}: {len(members)}.")
    return Difference(" ".join(named), " ".join(counted))


def _mapping_difference(
    got: Answer, expected: Mapping[Any, Any], tolerance: float
) -> Difference | None:
    if not isinstance(got, Mapping):
        text = f"Got {short(got)}, expected a dictionary with {len(expected)} keys."
        return Difference(text, text)
    found = _member_difference(set(got), set(expected))
    if found is not None:
        return found.at("Keys")
    for key, value in expected.items():
        found = find_difference(got[key], value, tolerance)
        if found is not None:
            return found.at(str(key))
    return None


def _sequence_difference(
    got: Answer,
    expected: Sequence[Any],
    tolerance: float,
    labels: Sequence[str] | None,
) -> Difference | None:
    """Compare a sequence whose parts differ in kind or shape, part by part."""
    if not isinstance(got, list | tuple):
        text = f"Got {short(got)}, expected {len(expected)} values."
        return Difference(text, text)
    if len(got) != len(expected):
        text = f"Got a sequence of {len(got)}, expected {len(expected)} values."
        return Difference(text, text)
    for index, (one, other) in enumerate(zip(got, expected, strict=True)):
        found = find_difference(one, other, tolerance)
        if found is not None:
            place = f"Value {index + 1} of {len(expected)}"
            return found.at(labels[index] if labels else place)
    return None


# Numbers and arrays


def _array_difference(
    got: Answer,
    expected: Array,
    tolerance: float,
    labels: Sequence[str] | None,
    dtype: str | None,
) -> Difference | None:
    truths = expected.dtype.kind == "b"
    if not is_numeric(got) or (np.asarray(got).dtype.kind == "b") != truths:
        wanted = "True or False" if truths else "a number"
        wanted = wanted if expected.ndim == 0 else f"an array, each value {wanted}"
        text = f"Got {short(got)}, expected {wanted}."
        return Difference(text, text)
    value = np.asarray(got)
    if value.shape != expected.shape:
        text = f"Got shape {value.shape}, expected shape {expected.shape}."
        return Difference(text, text, _shape_hint(value, expected, tolerance))
    if dtype is not None and not _is_dtype(value, dtype):
        text = f"Got dtype {value.dtype}, expected {dtype}."
        return Difference(text, text, f"Convert it with `.astype({dtype!r})`.")
    wrong = ~_close(value, expected, tolerance)
    if not wrong.any():
        return None
    odd = ~np.isfinite(value) & np.isfinite(expected)
    if odd.any():
        return _entry_difference(
            value, expected, odd, tolerance, labels, "not finite", _ODD_HINT
        )
    hint = _value_hint(value, expected, tolerance) or _line_hint(wrong)
    return _entry_difference(value, expected, wrong, tolerance, labels, "", hint)


_ODD_HINT = (
    "inf comes from an overflow, from log(0) or from dividing by 0; nan comes from "
    "0/0, inf - inf or the root or logarithm of a negative number."
)


def _entry_difference(
    value: Array,
    expected: Array,
    wrong: Array,
    tolerance: float,
    labels: Sequence[str] | None,
    what: str,
    hint: str,
) -> Difference:
    """Tell the first of the wrong entries, and how many there are."""
    if value.ndim == 0:
        shown = f"Got {short(value)}"
        return Difference(
            f"{shown}, expected {short(expected)}{_within(expected, tolerance)}.",
            f"{shown}, which is not {'finite' if what else 'right'}.",
            hint,
        )
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = _place(first, labels)
    many = int(wrong.sum())
    verb = ("is " if many == 1 else "are ") + what if what else "differ"
    count = f"{many} of {wrong.size} values {verb}."
    got, want = short(value[first]), short(expected[first])
    revealed = (
        f"{count} At {place}: got {got}, "
        f"expected {want}{_within(expected[first], tolerance)}."
    )
    return Difference(revealed, f"{count} The first is at {place}: got {got}.", hint)


def _place(index: tuple[int, ...], labels: Sequence[str] | None) -> str:
    if labels is None:
        return f"index {index[0] if len(index) == 1 else list(index)}"
    rest = f", index {list(index[1:])}" if len(index) > 1 else ""
    return labels[index[0]] + rest


def _within(expected: Any, tolerance: float) -> str:
    """Tell the tolerance where it matters: whole numbers are exact to a reader."""
    number = np.asarray(expected)
    if np.all(number == np.round(number)):
        return ""
    allowed = tolerance * max(1.0, float(np.max(np.abs(number))))
    return f" (to within {allowed:.1g})"


def _close(value: Array, expected: Array, tolerance: float) -> Array:
    # As floats: a difference of unsigned integers wraps round, of booleans raises.
    value, expected = value.astype(float), expected.astype(float)
    allowed = tolerance * np.maximum(1.0, np.abs(expected))
    # The two sides may hold infinities: inf - inf is NaN, and equal all the same.
    with np.errstate(invalid="ignore", over="ignore"):
        near: Array = np.asarray(np.abs(value - expected) <= allowed)
    near |= (value == expected) | (np.isnan(value) & np.isnan(expected))
    return near


def _is_dtype(value: Array, wanted: str) -> bool:
    kinds = {"int": "iu", "float": "f"}
    return (
        value.dtype.kind in kinds[wanted] if wanted in kinds else value.dtype == wanted
    )


# What the difference looks like


def _shape_hint(value: Array, expected: Array, tolerance: float) -> str:
    def same(other: Array) -> bool:
        return other.shape == expected.shape and bool(
            _close(other, expected, tolerance).all()
        )

    if same(value.T):
        return "The numbers are right: the array is transposed."
    if value.size == expected.size and same(value.reshape(expected.shape)):
        return "The numbers are right: only the shape differs."
    for axis in range(value.ndim if value.size else 0):
        for name, reduce in (("sum", np.sum), ("mean", np.mean)):
            if same(reduce(value, axis=axis)):
                return f"The {name} of your values over axis {axis} is right."
    side = expected.size
    if side > 1 and value.shape == (side, side) and side in expected.shape:
        return (
            f"A column of shape ({side}, 1) met a row of shape ({side},), and the two "
            "made a table. Give both the same shape."
        )
    shorter = [np.delete(expected.shape, axis) for axis in range(expected.ndim)]
    if any(value.shape == tuple(shape) for shape in shorter):
        return "An axis is missing: has something been summed or averaged over it?"
    return ""


def _value_hint(value: Array, expected: Array, tolerance: float) -> str:
    value, expected = value.astype(float), expected.astype(float)
    with np.errstate(all="ignore"):
        if _close(-value, expected, tolerance).all():
            return "Every sign is the opposite of what it should be."
        if _close(value, expected, 1e-2).all() and tolerance < 1e-3:
            return "Very close: keep all digits until the end, and do not round."
        several = _common_hint(value, expected, tolerance) if value.size > 1 else ""
        return several or _function_hint(value, expected, tolerance)


def _common_hint(value: Array, expected: Array, tolerance: float) -> str:
    """Return what all of several values have in common."""
    ordered = np.sort(value, axis=None), np.sort(expected, axis=None)
    if _close(*ordered, tolerance).all():
        return "The numbers are right, in another order."
    nonzero = expected != 0
    if nonzero.any() and np.any(value != 0):
        ratio = float(value[nonzero].flat[0] / expected[nonzero].flat[0])
        if np.isfinite(ratio) and _close(value, ratio * expected, tolerance).all():
            return f"Every value is {ratio:.4g} times what it should be."
    offset = float((value - expected).flat[0])
    if np.isfinite(offset) and _close(value, expected + offset, tolerance).all():
        way = "large" if offset > 0 else "small"
        return f"Every value is {abs(offset):.4g} too {way}."
    return ""


def _function_hint(value: Array, expected: Array, tolerance: float) -> str:
    """Return which simple function of the right values was given."""
    if np.all(expected == np.round(expected)):
        return ""  # of a whole number, others are the square or the root by chance
    for words, other in (
        ("the square of what it should be: is a root missing?", expected**2),
        ("the root of what it should be.", np.sqrt(expected)),
        ("1 minus what it should be.", 1 - expected),
        ("1 divided by what it should be.", 1 / expected),
    ):
        if np.isfinite(other).all() and _close(value, other, tolerance).all():
            return f"{'Every value' if value.size > 1 else 'That'} is {words}"
    return ""


def _line_hint(wrong: Array) -> str:
    """Return which row or column holds all wrong entries, if just one does."""
    if wrong.ndim != 2 or min(wrong.shape) < 2 or wrong.sum() < 2:
        return ""
    for axis, name in ((1, "row"), (0, "column")):
        lines = np.flatnonzero(wrong.any(axis=axis))
        if len(lines) == 1:
            return f"Everything outside {name} {lines[0]} is right."
    return ""
