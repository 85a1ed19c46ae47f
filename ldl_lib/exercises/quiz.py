"""Multiple-choice questions that judge themselves in the reader's browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from ._feedback import Feedback
from ._words import rich

FRONT = Path(__file__).parent / "front"
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Option:
    text: str
    right: bool
    why: str


class MultipleChoice:
    """A question with options to choose from; each option explains itself.

    As the last expression of a cell it shows itself: in notebooks with its script, on
    the site for the script that every page with a question loads. Neither needs a
    kernel. Without scripts the answers stand folded below the options.

    Parameters
    ----------
    id : str
        Unique and permanent, in lower case with hyphens: links and the reader's
        browser, which remembers the answer, name it.
    question : str
        Text; `code` in backticks and *emphasis* in stars are marked up, here and in
        the options and explanations.
    options : mapping of str to (bool, str)
        Text of the option -> whether it is right, and why or why not. For a wrong one
        that is the misconception behind it, met head-on. With several right ones the
        reader has to choose exactly these.
    code : str, optional
        Lines of code that the question is about.

    Raises
    ------
    ValueError
        If the id is not of that form, no option is right or none wrong, or an
        explanation is missing or used twice.

    Examples
    --------
    >>> question = MultipleChoice(
    ...     id="zero",
    ...     question="What is sign(0) here?",
    ...     options={
    ...         "0": (False, "A gate knows two answers only."),
    ...         "+1": (True, "We count zero as positive."),
    ...     },
    ... )
    >>> print(question.judge(1))
    Not yet: What is sign(0) here?
    Not this one.
    Hint: A gate knows two answers only.
    """

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, tuple[bool, str]],
        *,
        code: str = "",
    ) -> None:
        self.id = id
        self.question = question
        self.code = code.strip("\n")
        self.options = [
            _Option(text, bool(right), why) for text, (right, why) in options.items()
        ]
        self._require_sense()

    def _require_sense(self) -> None:
        if not IDENTIFIER.fullmatch(self.id):
            raise ValueError(
                f"id {self.id!r}: expected lower-case words joined by hyphens"
            )
        if len({option.right for option in self.options}) != 2:
            raise ValueError(
                f"question {self.id!r} needs at least one right option and one wrong"
            )
        reasons = [option.why.strip() for option in self.options]
        if not all(reasons) or len(set(reasons)) != len(reasons):
            raise ValueError(
                f"question {self.id!r}: every option needs an explanation of its own"
            )

    @property
    def several(self) -> bool:
        """Whether more than one option has to be chosen."""
        return len(self.right) > 1

    @property
    def right(self) -> tuple[int, ...]:
        """Numbers of the right options, counted from 1."""
        return tuple(n for n, o in enumerate(self.options, start=1) if o.right)

    def judge(self, *chosen: int) -> Feedback:
        """Judge a selection in Python, in the words that the browser shows.

        Parameters
        ----------
        *chosen : int
            Numbers of the chosen options, counted from 1; none means "not yet
            answered".

        Returns
        -------
        Feedback

        Raises
        ------
        ValueError
            If there is no option of such a number, or more are chosen than can be.
        """
        selected = set(chosen)
        unknown = selected - set(range(1, len(self.options) + 1))
        if unknown or (len(selected) > 1 and not self.several):
            raise ValueError(
                f"chosen {sorted(selected)}: expected "
                f"{'numbers' if self.several else 'one number'} from 1 to "
                f"{len(self.options)}"
            )
        name = self.question
        if not selected:
            text = "Choose an answer first."
            return Feedback(False, text, name=name, started=False)
        if selected == set(self.right):
            reasons = " ".join(o.why for o in self.options if o.right)
            return Feedback(True, f"Right. {reasons}", name=name)
        wrong = [self.options[n - 1] for n in sorted(selected - set(self.right))]
        if not self.several:
            return Feedback(False, "Not this one.", wrong[0].why, name, True, True)
        message = f"{len(selected) - len(wrong)} of the {len(self.right)} right answers"
        message += f" chosen, and {len(wrong)} wrong." if wrong else " chosen."
        hint = " ".join(f"“{option.text}”: {option.why}" for option in wrong)
        more = "All you chose is right. Look for what else is."
        return Feedback(False, message, hint or more, name, True, bool(wrong))

    def __repr__(self) -> str:
        """Return the question with numbered options, for where no HTML is shown."""
        lines = [self.question, *(["", self.code, ""] if self.code else [])]
        lines += [f"  {n}. {o.text}" for n, o in enumerate(self.options, start=1)]
        example = "judge(1, 2)" if self.several else "judge(1)"
        return "\n".join([*lines, f"Answer with numbers, as in {example}."])

    def _repr_html_(self) -> str:
        from ldl_lib.explore import page

        if page.in_site_mode():
            return self.html()
        # Colab gives each output a frame of its own, so each brings what it needs.
        return f"<style>{stylesheet()}</style>{self.html()}<script>{script()}</script>"

    def html(self) -> str:
        """Return the question, its options and the folded answers, without script."""
        kind = "checkbox" if self.several else "radio"
        note = "Choose all that are right." if self.several else "Choose one."
        code = f"<pre><code>{escape(self.code)}</code></pre>" if self.code else ""
        options = "".join(
            '<label class="ldl-quiz-option">'
            f'<input type="{kind}" name="ldl-quiz-{self.id}" value="{number}">'
            f"<span>{rich(option.text)}</span></label>"
            for number, option in enumerate(self.options)
        )
        answers = "".join(map(_answer, self.options))
        return (
            f'<div class="ldl-quiz" id="ldl-quiz-{self.id}" data-ldl-quiz="{self.id}">'
            f'<fieldset><legend class="ldl-question">{rich(self.question)}</legend>'
            f'{code}<p class="ldl-quiz-note">{note}</p>{options}</fieldset>'
            f"<details><summary>Answer</summary><ul>{answers}</ul></details></div>"
        )


def _answer(option: _Option) -> str:
    mark = " data-ldl-right" if option.right else ""
    return (
        f"<li{mark}><strong>{'Right' if option.right else 'Wrong'}:</strong> "
        f"<span>{rich(option.text)}</span><br>"
        f"<span>{rich(option.why)}</span></li>"
    )


@cache
def script() -> str:
    """Return the script that brings a page's questions to life; it may run twice."""
    return (FRONT / "quiz.js").read_text(encoding="utf-8")


@cache
def stylesheet() -> str:
    """Return the style sheet of the questions."""
    from ldl_lib.explore import bundle

    return bundle.frame() + (FRONT / "quiz.css").read_text(encoding="utf-8")
