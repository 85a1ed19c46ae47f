"""What a figure shows for given control values: checked, and in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# A state in one form: float64 arrays (1-D or 2-D), or anything that JSON can hold.
State = dict[str, Any]

PATH = re.compile(r"^(data\[\d+\]|layout)(\.[A-Za-z_]\w*|\[\d+\])+")

# The range of two numbers below it is a number, too.
LARGEST = 1e300


class StateError(ValueError):
    """A `state` function that returned what a figure cannot show."""


def _where(values: Mapping[str, object]) -> str:
    return (
        ", ".join(f"{name}={value!r}" for name, value in values.items())
        or "no controls"
    )


def _too_large(path: str, where: str) -> str:
    return (
        f"state returned a number too large to draw at {path!r} for {where}: "
        f"expected at most {LARGEST:g}; clip it to the axis"
    )


def _is_numeric(value: object) -> bool:
    """Whether `value` is an array of numbers, or a list that makes one."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    if not isinstance(value, list | tuple):
        return False
    numbers = int | float | np.number | np.bool_
    return all(isinstance(n, numbers) for n in np.asarray(value, dtype=object).ravel())


def _json(value: object, path: str, where: str) -> object:
    """Copy text, numbers, booleans and nested lists of them as JSON can hold them."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        return [_json(item, path, where) for item in value]
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        if not np.isfinite(value):
            raise StateError(
                f"state returned {value} at {path!r} for {where}: "
                "a single number must be finite (NaN marks a gap in arrays only)"
            )
        return value
    raise StateError(
        f"state returned {value!r} ({type(value).__name__}) at {path!r} for {where}: "
        "expected an array of numbers, a list of texts, a number, a text or a bool"
    )


def normalise(path: str, value: object, values: Mapping[str, object]) -> Any:
    """Return `value` as a float64 array, or as JSON.

    Raises
    ------
    StateError
        If `value` is infinite or of a type that figures cannot show.
    """
    where = _where(values)
    if _is_numeric(value):
        try:
            array: NDArray[np.float64] = np.asarray(value, dtype=np.float64)
        except OverflowError:
            raise StateError(_too_large(path, where)) from None
        if array.ndim not in (1, 2):
            raise StateError(
                f"state returned an array of shape {array.shape} at {path!r} for "
                f"{where}: expected 1 or 2 dimensions"
            )
        if np.isinf(array).any():
            raise StateError(
                f"state returned infinity at {path!r} for {where}: "
                "use NaN for a gap, or clip the value to the axis"
            )
        if (np.abs(array) > LARGEST).any():
            raise StateError(_too_large(path, where))
        return array
    return _json(value, path, where)


def plain(value: Any) -> Any:
    """Return arrays as lists with None for NaN: strict JSON; the rest as it is."""
    if isinstance(value, np.ndarray):
        mixed = value.astype(object)
        mixed[np.isnan(value)] = None
        return mixed.tolist()
    return value


def describe(words: Callable[..., str], values: Mapping[str, object]) -> str:
    """Call an explorable's `describe` with the control values and check the sentence.

    Raises
    ------
    StateError
        If it is no text.
    """
    sentence: object = words(**values)
    if not isinstance(sentence, str):
        raise StateError(
            f"describe returned {sentence!r} for {_where(values)}: expected a sentence"
        )
    return sentence


def evaluate(
    state: Callable[..., Mapping[str, object]],
    values: Mapping[str, object],
    paths: frozenset[str] | None = None,
) -> State:
    """Call `state` with the control values and check what it returns.

    Parameters
    ----------
    state : callable
        The explorable's state function.
    values : mapping
        Control name -> value.
    paths : frozenset of str, optional
        The paths that every state of this figure has; not checked if None.

    Raises
    ------
    StateError
        If the result is no mapping, has other paths, or holds a value that
        cannot be shown.
    """
    result = state(**values)
    if not isinstance(result, Mapping):
        raise StateError(
            f"state returned {type(result).__name__} for {_where(values)}: "
            "expected a dict from attribute path to value"
        )
    for path in result:
        if not isinstance(path, str) or not PATH.fullmatch(path):
            raise StateError(
                f"state returned the path {path!r} for {_where(values)}: "
                "expected one like 'data[0].x' or 'layout.title.text'"
            )
    if paths is not None and paths != result.keys():
        missing, extra = sorted(paths - result.keys()), sorted(result.keys() - paths)
        raise StateError(
            f"state changed its paths for {_where(values)}: "
            f"missing {missing}, new {extra}; every state must return the same paths"
        )
    return {path: normalise(path, value, values) for path, value in result.items()}
