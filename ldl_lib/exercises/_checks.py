"""Compare a reader's answer with what is expected, and say precisely what differs."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._feedback import Feedback

Answer = Any
"""Whatever a reader may write: checks take every type and answer in words."""


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer and the hint that fits it.

    Parameters
    ----------
    answer : object or callable
        The wrong answer itself (a number, array, set …), compared like the right one;
        or a function that gets the reader's answer and returns whether it shows this
        mistake. A function that raises counts as "no".
    hint : str
        What a reader who made this mistake should think about next.
    """

    answer: Answer
    hint: str

    def matches(self, given: Answer, tolerance: float) -> bool:
        """Return whether the reader's answer shows this mistake."""
        try:
            if callable(self.answer):
                return bool(self.answer(copy.deepcopy(given)))
            return _difference(given, self.answer, tolerance) is None
        except Exception:
            return False


@dataclass(frozen=True)
class _Difference:
    """How two values differ: the message with and without the expected value."""

    revealed: str
    hidden: str
    hint: str = ""


def check(
    name: str,
    answer: Answer,
    expected: Answer,
    *,
    through: Callable[[Any], Any] | None = None,
    labels: Sequence[str] | None = None,
    tolerance: float = 1e-6,
    dtype: str | None = None,
    mistakes: Iterable[Mistake] = (),
    hint: str = "",
    reveal: bool = True,
) -> Feedback:
    """Compare an answer with the expected one.

    Parameters
    ----------
    name : str
        What is checked, in the reader's words.
    answer : object
        The reader's answer. ``...``, or a sequence that holds one, means "not yet
        started". Numbers, arrays and nested sequences are compared as arrays;
        sets as sets; text, booleans and everything else by equality.
    expected : object
        The right answer.
    through : callable, optional
        Applied to the answer before comparing, for exercises with many right answers:
        weights go through "the outputs these weights give".
    labels : sequence of str, optional
        What each entry of ``expected`` along its first axis stands for.
    tolerance : float, default 1e-6
        Largest difference allowed, relative to the expected value above 1, absolute
        below.
    dtype : str, optional
        Required kind of array, e.g. ``"int"``, ``"float32"``; not compared if omitted.
    mistakes : iterable of Mistake
        Typical wrong answers, tried in order; the first that matches gives the hint.
        They see the answer as it was given, before ``through``.
    hint : str
        Shown when no mistake is recognised.
    reveal : bool, default True
        Whether the message tells the expected values. False for answers that would be
        given away.

    Returns
    -------
    Feedback
        Never raises for a wrong answer, whatever its type.

    Examples
    --------
    >>> check("outputs", [1, -1], [1, 1], labels=["x = (1, 0)", "x = (0, 1)"]).message
    '1 of 2 values differ. At x = (0, 1): got -1, expected 1.'
    """
    if _unstarted(answer):
        return _your_turn(name)
    shown = answer
    if through is not None:
        try:
            shown = through(copy.deepcopy(answer))
        except Exception as error:
            message = f"Your answer {_short(answer)} could not be used: {_told(error)}"
            return _judge(name, answer, message, "", mistakes, hint, tolerance)
        if _unstarted(shown):
            return _your_turn(name)
    difference = _difference(shown, expected, tolerance, labels, dtype)
    if difference is None:
        return Feedback(True, _praise(expected), name=name)
    message = difference.revealed if reveal else difference.hidden
    # The general remarks (sign, order, factor) compare with the expected value, so
    # they would be a way to learn it.
    general = difference.hint if reveal else ""
    return _judge(name, answer, message, general, mistakes, hint, tolerance)


def check_function(
    name: str,
    function: Answer,
    cases: Sequence[tuple[tuple[Any, ...], Any]],
    *,
    tolerance: float = 1e-6,
    mistakes: Iterable[Mistake] = (),
    hint: str = "",
) -> Feedback:
    """Call a reader's function and compare what it returns.

    Parameters
    ----------
    name : str
        What is checked, in the reader's words.
    function : callable
        The reader's function. It gets copies, so that it cannot change the cases.
    cases : sequence of (arguments, expected)
        Tried in order; the first that fails is reported.
    tolerance : float, default 1e-6
        As in :func:`check`.
    mistakes : iterable of Mistake
        Their functions get the reader's function.
    hint : str
        Shown when no mistake is recognised.

    Returns
    -------
    Feedback
        An exception in the reader's function is told with its line, not raised.

    Examples
    --------
    >>> check_function("double", lambda x: x + 2, [((2,), 4), ((3,), 6)]).message
    'double(3): got 5, expected 6.'
    """
    if _unstarted(function):
        return _your_turn(name)
    if not callable(function):
        message = f"Got {_short(function)}, expected a function."
        return Feedback(False, message, hint, name)
    label = getattr(function, "__name__", name)
    label = name if label == "<lambda>" else label
    mistakes = list(mistakes)
    for arguments, expected in cases:
        call = f"{label}({', '.join(_short(a) for a in arguments)})"
        try:
            got = function(*copy.deepcopy(arguments))
        except (Exception, SystemExit) as error:
            message = f"{call} raised {_where(error)}"
            return _judge(name, function, message, "", mistakes, hint, tolerance)
        if _unstarted(got):
            return _your_turn(name)
        if got is None:
            found = f"{call} returned None."
            general = "Does every path through the function end in `return`?"
            return _judge(name, function, found, general, mistakes, hint, tolerance)
        difference = _difference(got, expected, tolerance)
        if difference is not None:
            message = f"{call}: {_lower(difference.revealed)}"
            general = difference.hint
            return _judge(name, function, message, general, mistakes, hint, tolerance)
    many = "the case" if len(cases) == 1 else f"all {len(cases)} cases"
    return Feedback(True, f"Right in {many}.", name=name)


def check_all(name: str, *parts: Feedback) -> Feedback:
    """Join the checks of an exercise with several parts.

    Parameters
    ----------
    name : str
        What the parts make together.
    *parts : Feedback
        The checks, in the order in which they should be solved.

    Returns
    -------
    Feedback
        Passed when every part has passed; otherwise the first part that has not, and
        how many have.
    """
    right = sum(part.passed for part in parts)
    if right == len(parts):
        return Feedback(True, f"All {len(parts)} parts are right.", name=name)
    if not any(part.started for part in parts):
        return _your_turn(name)
    # A wrong answer says more than a missing one, wherever it stands.
    wrong = [part for part in parts if not part.passed]
    first = next((part for part in wrong if part.started), wrong[0])
    message = f"{right} of {len(parts)} parts are right.\n{first.name}: {first.message}"
    return Feedback(False, message, first.hint, name, True, first.recognised)


def _praise(expected: Answer) -> str:
    size = np.size(expected) if _is_numeric(expected) else 1
    return "Right." if size == 1 else f"All {size} values are right."


def _your_turn(name: str) -> Feedback:
    message = "Replace the ... above by your answer, run that cell, then this one."
    return Feedback(False, message, name=name, started=False)


def _judge(
    name: str,
    answer: Answer,
    message: str,
    general: str,
    mistakes: Iterable[Mistake],
    hint: str,
    tolerance: float,
) -> Feedback:
    """Return the feedback to a wrong answer, with the hint that fits it best."""
    for mistake in mistakes:
        if mistake.matches(answer, tolerance):
            return Feedback(False, message, mistake.hint, name, recognised=True)
    return Feedback(False, message, general or hint, name)


def _unstarted(answer: Answer) -> bool:
    """Return whether the stub's ``...`` is still (somewhere) in the answer."""
    if answer is Ellipsis:
        return True
    try:
        if isinstance(answer, list | tuple | AbstractSet):
            return any(_unstarted(part) for part in answer)
        if isinstance(answer, dict):
            return any(_unstarted(part) for part in answer.values())
    except RecursionError:  # a list that holds itself is no stub
        return False
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(part is Ellipsis for part in answer.flat)
    return False


def _difference(
    got: Answer,
    expected: Answer,
    tolerance: float,
    labels: Sequence[str] | None = None,
    dtype: str | None = None,
) -> _Difference | None:
    """Return how ``got`` differs from ``expected``; None if it does not."""
    if callable(got) and not callable(expected):
        text = f"Got the function {getattr(got, '__name__', 'itself')}, not its result."
        return _Difference(text, text, "Call it: add parentheses and the arguments.")
    if isinstance(expected, AbstractSet):
        return _set_difference(got, expected)
    if isinstance(expected, str | bool | np.bool_):
        return _plain_difference(got, expected)
    if _is_numeric(expected):
        return _array_difference(got, np.asarray(expected), tolerance, labels, dtype)
    if isinstance(expected, list | tuple):
        return _sequence_difference(got, expected, tolerance)
    return _plain_difference(got, expected)


def _plain_difference(got: Answer, expected: Answer) -> _Difference | None:
    same_kind = isinstance(got, bool | np.bool_) == isinstance(
        expected, bool | np.bool_
    )
    if same_kind and _equal(got, expected):
        return None
    hidden = f"{_short(got)} is not the answer."
    return _Difference(f"Got {_short(got)}, expected {_short(expected)}.", hidden)


def _equal(got: Answer, expected: Answer) -> bool:
    try:
        same = got == expected
    except Exception:  # some types refuse to be compared with others
        return False
    return isinstance(same, bool | np.bool_) and bool(same)


def _set_difference(got: Answer, expected: AbstractSet[Any]) -> _Difference | None:
    if isinstance(got, str) or not isinstance(got, Iterable):
        text = f"Got {_short(got)}, expected a set such as {{'a', 'b'}}."
        return _Difference(text, text)
    try:
        given = set(got)
    except TypeError:
        text = f"Got {_short(got)}, whose members cannot be in a set."
        return _Difference(text, text)
    missing = sorted(expected - given, key=str)
    extra = sorted(given - expected, key=str)
    if not missing and not extra:
        return None
    told, counted = [], []
    for kind, members in (("Missing", missing), ("Does not belong", extra)):
        if members:
            told.append(f"{kind}: {', '.join(map(str, members))}.")
            counted.append(f"{kind}: {len(members)}.")
    return _Difference(" ".join(told), " ".join(counted))


def _sequence_difference(
    got: Answer, expected: Sequence[Any], tolerance: float
) -> _Difference | None:
    """Compare a sequence whose parts differ in kind or shape, part by part."""
    if not isinstance(got, list | tuple):
        text = f"Got {_short(got)}, expected {len(expected)} values."
        return _Difference(text, text)
    if len(got) != len(expected):
        text = f"Got a sequence of {len(got)}, expected {len(expected)} values."
        return _Difference(text, text)
    for position, (one, other) in enumerate(zip(got, expected, strict=True), start=1):
        found = _difference(one, other, tolerance)
        if found is not None:
            where = f"Value {position} of {len(expected)}: "
            return _Difference(
                where + _lower(found.revealed), where + _lower(found.hidden), found.hint
            )
    return None


def _array_difference(
    got: Answer,
    expected: np.ndarray[Any, Any],
    tolerance: float,
    labels: Sequence[str] | None,
    dtype: str | None,
) -> _Difference | None:
    truths = expected.dtype.kind == "b"
    if not _is_numeric(got) or (np.asarray(got).dtype.kind == "b") != truths:
        wanted = "True or False" if truths else "a number"
        wanted = wanted if expected.ndim == 0 else f"an array, each value {wanted}"
        text = f"Got {_short(got)}, expected {wanted}."
        return _Difference(text, text)
    value = np.asarray(got)
    if value.shape != expected.shape:
        text = f"Got shape {value.shape}, expected shape {expected.shape}."
        return _Difference(text, text, _shape_hint(value, expected, tolerance))
    if dtype is not None and not _is_dtype(value, dtype):
        text = f"Got dtype {value.dtype}, expected {dtype}."
        return _Difference(text, text, f"Convert it with .astype({dtype!r}).")
    if not np.isfinite(value).all() and np.isfinite(expected).all():
        text = f"Got {_short(got)}: not every value is a finite number."
        return _Difference(text, text)
    wrong = ~_close(value, expected, tolerance)
    if not wrong.any():
        return None
    return _entry_difference(value, expected, wrong, tolerance, labels)


def _entry_difference(
    value: np.ndarray[Any, Any],
    expected: np.ndarray[Any, Any],
    wrong: np.ndarray[Any, Any],
    tolerance: float,
    labels: Sequence[str] | None,
) -> _Difference:
    hint = _value_hint(value, expected, tolerance)
    if value.ndim == 0:
        shown = f"Got {_short(value)}"
        return _Difference(
            f"{shown}, expected {_short(expected)}{_within(expected, tolerance)}.",
            f"{shown}, which is not right.",
            hint,
        )
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = _place(first, labels)
    count = f"{int(wrong.sum())} of {wrong.size} values differ."
    got, want = _short(value[first]), _short(expected[first])
    revealed = (
        f"{count} At {place}: got {got}, "
        f"expected {want}{_within(expected[first], tolerance)}."
    )
    return _Difference(revealed, f"{count} The first is at {place}: got {got}.", hint)


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


def _shape_hint(
    value: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], tolerance: float
) -> str:
    if value.T.shape == expected.shape and _close(value.T, expected, tolerance).all():
        return "The numbers are right: the array is transposed."
    if value.size == expected.size:
        flat = value.reshape(expected.shape)
        if _close(flat, expected, tolerance).all():
            return "The numbers are right: only the shape differs."
    return ""


def _value_hint(
    value: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], tolerance: float
) -> str:
    value, expected = value.astype(float), expected.astype(float)
    if _close(-value, expected, tolerance).all():
        return "Every sign is the opposite of what it should be."
    if _close(value, expected, 1e-2).all() and tolerance < 1e-3:
        return "Very close: keep all digits until the end, and do not round."
    if value.size > 1:
        ordered = np.sort(value, axis=None), np.sort(expected, axis=None)
        if _close(*ordered, tolerance).all():
            return "The numbers are right, in another order."
    nonzero = expected != 0
    if value.size > 1 and nonzero.any() and np.any(value != 0):
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = float(value[nonzero].flat[0] / expected[nonzero].flat[0])
            scaled = ratio * expected
        if np.isfinite(ratio) and _close(value, scaled, tolerance).all():
            return f"Every value is {ratio:.4g} times what it should be."
    return ""


def _close(
    value: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], tolerance: float
) -> np.ndarray[Any, Any]:
    # As floats: a difference of unsigned integers wraps round, of booleans raises.
    value, expected = value.astype(float), expected.astype(float)
    allowed = tolerance * np.maximum(1.0, np.abs(expected))
    # The two sides may hold infinities: inf - inf is NaN, and equal all the same.
    with np.errstate(invalid="ignore"):
        near: np.ndarray[Any, Any] = np.asarray(np.abs(value - expected) <= allowed)
    near |= (value == expected) | (np.isnan(value) & np.isnan(expected))
    return near


def _is_numeric(value: Answer) -> bool:
    """Return whether the value is a number, a truth, or an array or nest of them."""
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except Exception:  # ragged lists, and whatever other libraries' arrays raise
        return False


def _is_dtype(value: np.ndarray[Any, Any], wanted: str) -> bool:
    kinds = {"int": "iu", "float": "f"}
    return (
        value.dtype.kind in kinds[wanted] if wanted in kinds else value.dtype == wanted
    )


def _short(value: Answer) -> str:
    """Return a value as readable text of at most about 120 characters."""
    if isinstance(value, np.ndarray) and value.ndim > 0:
        text = np.array2string(value, precision=6, separator=", ", threshold=12)
        text = " ".join(text.split())
    elif isinstance(value, np.ndarray | np.generic | float):
        number = np.asarray(value).item()
        text = f"{number:.10g}" if isinstance(number, float) else repr(number)
    else:
        text = _text(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _text(value: Answer) -> str:
    try:
        return repr(value)
    except Exception:
        return f"an object of type {type(value).__name__}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _told(error: BaseException) -> str:
    """Return what an error says, if it can."""
    try:
        return str(error)
    except Exception:
        return ""


def _where(error: BaseException) -> str:
    """Return the error and the last line of the reader's own code that led to it."""
    told = type(error).__name__ + (f": {words}" if (words := _told(error)) else "")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_reader(f)]
    return f"{told} (line {frames[-1].lineno} of its cell)" if frames else told


def _is_reader(frame: traceback.FrameSummary) -> bool:
    # A notebook's cells are compiled under such names; installed code has a path.
    return "ipykernel_" in frame.filename or "ipython-input" in frame.filename
