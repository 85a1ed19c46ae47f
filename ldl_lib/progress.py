"""A progress bar that a notebook keeps as one clean line.

Bars usually return to the start of their line and write over it. A stored notebook
keeps every such version, one after the other, and mostly as an error stream.
In a notebook this bar therefore replaces one displayed line.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

from tqdm import tqdm

if TYPE_CHECKING:
    # The type checker's tqdm takes a type argument; the one at run time takes none.
    Bar = tqdm[Any]

_FORMAT = "{desc}: {bar:20} {n_fmt}/{total_fmt} {unit}, {elapsed}{postfix}"


class _Line:
    """A file, as far as tqdm needs one, that shows its last line in a notebook."""

    def __init__(self) -> None:
        display = import_module("IPython.display").display
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text: str) -> None:
        line = text.strip()
        if line:
            self._handle.update({"text/plain": line}, raw=True)

    def flush(self) -> None:
        """Nothing waits to be written."""


def progress(total: int, label: str, *, unit: str = "epochs") -> Bar:
    """Show how far a training has come.

    Parameters
    ----------
    total : int
        How many steps there are in all.
    label : str
        What is being done.
    unit : str
        What is counted.

    Returns
    -------
    tqdm.tqdm
        A context manager; ``bar.update()`` counts one step, and
        ``bar.set_postfix_str("…")`` adds words at the end of the line.

    Examples
    --------
    >>> with progress(20, "Configuration 5") as bar:
    ...     for epoch in range(20):
    ...         bar.update()
    """
    return tqdm(
        total=total,
        desc=label,
        unit=unit,
        bar_format=_FORMAT,
        file=_file(),
        mininterval=0.2,
        ascii=False,
        # Wins over TQDM_DISABLE, which silences bars that leave more than a line.
        disable=False,
    )


def _file() -> _Line | TextIO:
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell else None
    return _Line() if hasattr(running, "kernel") else sys.stderr
