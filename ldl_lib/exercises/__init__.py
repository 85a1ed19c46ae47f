"""Checks for the exercises: feedback that is shown, never raised.

A check compares a reader's answer with what is expected and returns a
:class:`Feedback`. At the end of a notebook cell it shows itself as a short, accessible
note; in a test it is a plain object with ``passed``, ``message`` and ``hint``.

>>> from ldl_lib.exercises import Mistake, check
>>> feedback = check("z", 0.7, 0.2, mistakes=[Mistake(0.7, "Is the bias in?")])
>>> feedback.passed, feedback.hint
(False, 'Is the bias in?')
"""

from ._checks import Mistake, check, check_all, check_function
from ._feedback import Feedback

__all__ = ["Feedback", "Mistake", "check", "check_all", "check_function"]
