"""Checks for the exercises: feedback that is shown, never raised.

A check compares a reader's answer with what is expected and returns a
:class:`Feedback`. At the end of a notebook cell it shows itself as a short, accessible
note; in a test it is a plain object with ``passed``, ``message`` and ``hint``.

=====================  =========================================================
:func:`check`          a number, text, set, array …
:func:`check_function` a function, called with cases
:func:`check_gradient` a derivative, against finite differences
:func:`check_all`      the parts of an exercise together
:class:`Mistake`       a typical wrong answer and its own hint
=====================  =========================================================

A :class:`MultipleChoice` question needs no check: it judges in the reader's browser,
on the site too, where no Python runs.

>>> from ldl_lib.exercises import Mistake, check
>>> feedback = check("z", 0.7, 0.2, mistakes=[Mistake(0.7, "Is the bias in?")])
>>> feedback.passed, feedback.hint
(False, 'Is the bias in?')
"""

from ._checks import Mistake, check, check_all, check_function, check_gradient
from ._feedback import Feedback
from .quiz import MultipleChoice

__all__ = [
    "Feedback",
    "Mistake",
    "MultipleChoice",
    "check",
    "check_all",
    "check_function",
    "check_gradient",
]
