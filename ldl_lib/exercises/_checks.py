"""Judge a reader's answer: a value, a function, a derivative, or several of them."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np

from ._compare import Answer, Array, find_difference, is_numeric
from ._feedback import Feedback
from ._words import lower, short, told, where

Case = tuple[tuple[Any, ...], Any]
"""Arguments of a call, and what it should return."""


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
    like : callable, optional
        A wrong function; set by :meth:`acting_like`.
    """

    answer: Answer
    hint: str
    like: Callable[..., Any] | None = None

    @classmethod
    def acting_like(cls, function: Callable[..., Any], hint: str) -> Mistake:
        """Make the mistake of a function that returns what this wrong one does.

        It is for :func:`check_function` and :func:`check_gradient`, which compare the
        two functions on all of their cases.

        Parameters
        ----------
        function : callable
            The wrong function, with the arguments of the right one.
        hint : str
            As above.
        """
        return cls(None, hint, like=function)

    def matches(
        self, given: Answer, tolerance: float, cases: Sequence[Case] = ()
    ) -> bool:
        """Return whether the reader's answer shows this mistake."""
        try:
            with warnings.catch_warnings(action="ignore"):
                if self.like is not None:
                    return bool(cases) and all(
                        self._same(given, self.like, arguments, tolerance)
                        for arguments, _ in cases
                    )
                if callable(self.answer):
                    return bool(self.answer(copy.deepcopy(given)))
                return find_difference(given, self.answer, tolerance) is None
        except Exception:
            return False

    @staticmethod
    def _same(
        given: Answer, wrong: Answer, arguments: tuple[Any, ...], tolerance: float
    ) -> bool:
        got, other = (f(*copy.deepcopy(arguments)) for f in (given, wrong))
        return find_difference(got, other, tolerance) is None


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
        sets as sets; dictionaries key by key; text, booleans and everything else by
        equality.
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
            message = f"Your answer {short(answer)} could not be used: {told(error)}"
            return _judge(name, answer, message, "", mistakes, hint, tolerance)
        if _unstarted(shown):
            return _your_turn(name)
    difference = find_difference(shown, expected, tolerance, labels, dtype)
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
    cases: Sequence[Case],
    *,
    tolerance: float = 1e-6,
    mistakes: Iterable[Mistake] = (),
    hint: str = "",
    unchanged: bool = False,
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
    unchanged : bool, default False
        Whether a function that changes an array it was given is told so.

    Returns
    -------
    Feedback
        An exception in the reader's function is told with its line, not raised; what
        NumPy warned of, such as an overflow, is told where the result is wrong.

    Examples
    --------
    >>> check_function("double", lambda x: x + 2, [((2,), 4), ((3,), 6)]).message
    'double(3): got 5, expected 6.'
    """
    if _unstarted(function):
        return _your_turn(name)
    if not callable(function):
        message = f"Got {short(function)}, expected a function."
        return Feedback(False, message, hint, name)
    mistakes = list(mistakes)

    def judge(message: str, general: str) -> Feedback:
        return _judge(
            name, function, message, general, mistakes, hint, tolerance, cases
        )

    label = getattr(function, "__name__", name)
    label = name if label == "<lambda>" else label
    for arguments, expected in cases:
        call = f"{label}({', '.join(short(a) for a in arguments)})"
        given = copy.deepcopy(arguments)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", RuntimeWarning)
            try:
                got = function(*given)
            except (Exception, SystemExit) as error:
                return judge(f"{call} raised {where(error)}", "")
        if _unstarted(got):
            return _your_turn(name)
        if got is None:
            general = "Does every path through the function end in `return`?"
            return judge(f"{call} returned None.", general)
        difference = find_difference(got, expected, tolerance)
        if difference is not None:
            message = f"{call}: {lower(difference.revealed)}"
            if warned:
                message += f"\nNumPy warned: {warned[0].message}."
            return judge(message, difference.hint)
        if unchanged and _changed(given, arguments):
            found = f"{call} changed an array that belongs to its caller."
            advice = "Make a new array, as in `w = w - step`: `w -= step` changes it."
            return Feedback(False, found, advice, name, recognised=True)
    many = "the case" if len(cases) == 1 else f"all {len(cases)} cases"
    return Feedback(True, f"Right in {many}.", name=name)


def _changed(given: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    return any(
        isinstance(old, np.ndarray | list | dict)
        and find_difference(new, old, 0) is not None
        for new, old in zip(given, before, strict=True)
    )


def check_gradient(
    name: str,
    gradient: Answer,
    of: Callable[..., Any],
    at: Sequence[tuple[Any, ...]],
    *,
    tolerance: float = 1e-6,
    mistakes: Iterable[Mistake] = (),
    hint: str = "",
) -> Feedback:
    """Compare a reader's derivative with finite differences of the function.

    Parameters
    ----------
    name : str
        What is checked, in the reader's words.
    gradient : callable
        The reader's derivative by the first argument.
    of : callable
        The function itself, with the same arguments. Where it turns an array into one
        number, the derivative is a gradient of the array's shape; where it turns an
        array into one of the same shape, each entry by its own counts.
    at : sequence of tuple
        Arguments at which to compare. The first of each is a number or an array.
    tolerance : float, default 1e-6
        As in :func:`check`. Central differences are good to about 1e-9.
    mistakes, hint
        As in :func:`check_function`.

    Returns
    -------
    Feedback

    Examples
    --------
    >>> check_gradient("slope", lambda x: x, lambda x: x**2, [(3.0,)]).message
    'slope(3): got 3, expected 6.'
    """
    cases = [(arguments, _differentiate(of, *arguments)) for arguments in at]
    feedback = check_function(
        name, gradient, cases, tolerance=tolerance, mistakes=mistakes, hint=hint
    )
    if feedback.passed:
        many = "1 point" if len(at) == 1 else f"{len(at)} points"
        text = f"Agrees with finite differences at {many}."
        return Feedback(True, text, name=name)
    return feedback


def _differentiate(of: Callable[..., Any], x: Any, *others: Any) -> Array:
    """Return the central differences of a function of a number or an array."""
    x = np.asarray(x, dtype=float)
    h = 1e-5 * np.maximum(1, np.abs(x))
    if np.shape(of(x, *others)) == x.shape:
        return _rounded((of(x + h, *others) - of(x - h, *others)) / (2 * h))
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h[index]
        rise = of(x + step, *others) - of(x - step, *others)
        slopes[index] = rise / (2 * h[index])
    return _rounded(slopes)


def _rounded(slopes: Array) -> Array:
    """Drop the digits that finite differences make up."""
    return np.round(slopes, 9)


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
    size = np.size(expected) if is_numeric(expected) else 1
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
    cases: Sequence[Case] = (),
) -> Feedback:
    """Return the feedback to a wrong answer, with the hint that fits it best."""
    for mistake in mistakes:
        if mistake.matches(answer, tolerance, cases):
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
