"""What a check answers: an object that a notebook shows and a test reads."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ._words import rich

# The host's own colours, which follow its dark mode: the site's theme first, then
# JupyterLab's; elsewhere (Colab) the colour of the text. The words carry the meaning.
_EDGE = {
    "passed": "var(--pst-color-success, var(--jp-success-color1, currentColor))",
    "not yet": "var(--pst-color-warning, var(--jp-warn-color1, currentColor))",
    "your turn": "var(--pst-color-border, var(--jp-border-color1, currentColor))",
}
_SIGN = {"passed": "✓", "not yet": "✗", "your turn": "…"}


@dataclass(frozen=True)
class Feedback:
    """The answer to one exercise, judged.

    Parameters
    ----------
    passed : bool
        Whether the answer is right.
    message : str
        What was found: which value, where, and how it differs. Lines are kept.
    hint : str
        What to try next; empty when there is nothing to say.
    name : str
        What was checked, in the reader's words.
    started : bool
        False while the stub is still in place.
    recognised : bool
        True when the hint belongs to a typical mistake that the answer shows.

    Examples
    --------
    >>> print(Feedback(True, "All 4 values are right.", name="z"))
    Passed: z
    All 4 values are right.
    """

    passed: bool
    message: str
    hint: str = ""
    name: str = ""
    started: bool = True
    recognised: bool = False

    @property
    def status(self) -> str:
        """``"passed"``, ``"not yet"`` or, for an untouched stub, ``"your turn"``."""
        if self.passed:
            return "passed"
        return "not yet" if self.started else "your turn"

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        title = self.status.capitalize()
        lines = [f"{title}: {self.name}" if self.name else title, self.message]
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        return "\n".join(line for line in lines if line)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return a note with a coloured edge; every part of it is also text."""
        status = self.status
        title = status.capitalize() + (f": {self.name}" if self.name else "")
        parts = [
            f'<div class="ldl-feedback ldl-feedback-{status.replace(" ", "-")}" '
            f'role="status" style="border-left: 0.3em solid {_EDGE[status]}; '
            'padding: 0.3em 0.9em; overflow-wrap: anywhere">',
            f'<p style="margin: 0.2em 0"><strong><span aria-hidden="true">'
            f"{_SIGN[status]} </span>{escape(title)}</strong></p>",
        ]
        if self.message:
            text = escape(self.message)
            parts.append(
                f'<p style="margin: 0.2em 0; white-space: pre-wrap">{text}</p>'
            )
        if self.hint:
            parts.append(
                f'<p style="margin: 0.2em 0"><strong>Hint:</strong> '
                f"{rich(self.hint)}</p>"
            )
        return "".join([*parts, "</div>"])
