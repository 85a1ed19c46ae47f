"""Values and errors in words, however odd they are."""

from __future__ import annotations

import re
import traceback
from html import escape
from typing import Any

import numpy as np

LONGEST = 120


def short(value: Any) -> str:
    """Return a value as readable text of at most 120 characters."""
    if isinstance(value, np.ndarray) and value.ndim > 0:
        text = np.array2string(value, precision=6, separator=", ", threshold=12)
        text = " ".join(text.split())
    elif isinstance(value, np.ndarray | np.generic | float):
        number = np.asarray(value).item()
        text = f"{number:.10g}" if isinstance(number, float) else repr(number)
    else:
        text = _text(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _text(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return f"an object of type {type(value).__name__}"


def lower(text: str) -> str:
    """Return the text with a small first letter, to stand after a colon."""
    return text[:1].lower() + text[1:]


def told(error: BaseException) -> str:
    """Return what an error says, if it can."""
    try:
        return str(error)
    except Exception:
        return ""


def where(error: BaseException) -> str:
    """Return the error and the last line of the reader's own code that led to it."""
    text = type(error).__name__ + (f": {words}" if (words := told(error)) else "")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_reader(f)]
    return f"{text} (line {frames[-1].lineno} of its cell)" if frames else text


def _is_reader(frame: traceback.FrameSummary) -> bool:
    # A notebook's cells are compiled under such names; installed code has a path.
    return "ipykernel_" in frame.filename or "ipython-input" in frame.filename


def rich(text: str) -> str:
    """Return HTML: `code` in backticks and *emphasis* in stars are marked up."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    pieces = re.split(r"(<code>.*?</code>)", marked)
    # A star beside a space, or inside a word, multiplies.
    emphasis = re.compile(r"(?<![\w*])\*(?=\S)([^*]+)(?<=\S)\*(?![\w*])")
    pieces[::2] = [emphasis.sub(r"<em>\1</em>", piece) for piece in pieces[::2]]
    return "".join(pieces)
