"""Every exercise of every chapter three ways: untouched, solved, and typically wrong.

An exercise is the cells tagged ``exercise:ID``: one code cell ``stub``, one ``check``
(perhaps with hidden cells ``given`` before it), and the Markdown cells ``hint`` and
``solution``, folded with ``<details>``. Typical wrong answers stand beside this file,
in ``wrong_answers/CHAPTER.py``: a block ``# %% ID: part of its hint`` for each.
"""

import ast
import json
import re
from pathlib import Path

import pytest

from ldl_lib.exercises import Feedback

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/exercises.ipynb"))
WRONG = Path(__file__).parent / "wrong_answers"
HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}
pytestmark = pytest.mark.timeout(30)


def cells(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        yield {
            "source": "".join(cell["source"]),
            "code": cell["cell_type"] == "code",
            "tags": set(cell["metadata"].get("tags", [])),
            "metadata": cell["metadata"],
        }


def exercise_of(cell):
    names = [tag[9:] for tag in cell["tags"] if tag.startswith("exercise:")]
    return names[0] if names else None


def exercises(path):
    return list(dict.fromkeys(filter(None, map(exercise_of, cells(path)))))


def cells_of(path, exercise, kind):
    return [c for c in cells(path) if exercise_of(c) == exercise and kind in c["tags"]]


def wrong_answers(path):
    """Return (exercise, part of the hint, code) of the chapter's wrong answers."""
    source = (WRONG / f"{path.parent.name}.py").read_text(encoding="utf-8")
    blocks = re.split(r"^# %% ", source, flags=re.MULTILINE)[1:]
    for block in blocks:
        head, code = block.split("\n", 1)
        exercise, hint = head.split(": ", 1)
        yield exercise, hint, code


def given_cells(path):
    """Run what the exercises share: every code cell that belongs to none of them."""
    space = {}
    for cell in cells(path):
        if cell["code"] and exercise_of(cell) is None and "setup" not in cell["tags"]:
            exec(cell["source"], space)
    return space


def feedback(path, exercise, answer):
    """Run the stub, then this answer, then the check, as a reader would."""
    space = given_cells(path)
    (stub,) = cells_of(path, exercise, "stub")
    (check,) = cells_of(path, exercise, "check")
    for source in (
        stub["source"],
        answer,
        *(cell["source"] for cell in cells_of(path, exercise, "given")),
    ):
        exec(source, space)
    *statements, last = ast.parse(check["source"]).body
    assert isinstance(last, ast.Expr), "a check ends in the feedback it shows"
    exec(compile(ast.Module(statements, []), "check", "exec"), space)
    result = eval(compile(ast.Expression(last.value), "check", "eval"), space)
    assert isinstance(result, Feedback)
    return result


def solution(path, exercise):
    (cell,) = cells_of(path, exercise, "solution")
    return "\n".join(re.findall(r"```python\n(.*?)```", cell["source"], re.DOTALL))


EXERCISES = [(path, name) for path in NOTEBOOKS for name in exercises(path)]
WRONGS = [(path, *wrong) for path in NOTEBOOKS for wrong in wrong_answers(path)]


def label(value):
    return value.parent.name if isinstance(value, Path) else None


def test_there_are_exercises():
    assert EXERCISES


@pytest.mark.parametrize(("path", "exercise"), EXERCISES, ids=label)
def test_stub_runs_and_has_not_passed(path, exercise):
    result = feedback(path, exercise, "")
    assert not result.passed
    assert not result.started, "a stub should be told as not started"


@pytest.mark.parametrize(("path", "exercise"), EXERCISES, ids=label)
def test_solution_passes(path, exercise):
    result = feedback(path, exercise, solution(path, exercise))
    assert result.passed, result


@pytest.mark.parametrize(("path", "exercise", "hint", "code"), WRONGS, ids=label)
def test_wrong_answer_gets_its_own_hint(path, exercise, hint, code):
    result = feedback(path, exercise, code)
    assert not result.passed
    assert result.recognised, f"no mistake recognised:\n{result}"
    assert hint in result.hint


@pytest.mark.parametrize("path", NOTEBOOKS, ids=label)
def test_every_exercise_knows_a_wrong_answer(path):
    assert {wrong[0] for wrong in wrong_answers(path)} == set(exercises(path))


@pytest.mark.parametrize(("path", "exercise"), EXERCISES, ids=label)
def test_what_would_give_the_answer_away_is_folded(path, exercise):
    for kind in ("hint", "solution"):
        (cell,) = cells_of(path, exercise, kind)
        assert re.match(r"<details><summary>\w+", cell["source"])
        assert cell["source"].endswith("</details>")
        assert not cell["code"]
    # Checks hold the answers: no page shows their source, and notebooks fold it.
    for kind, tag in (("given", "remove-cell"), ("check", "remove-input")):
        for cell in cells_of(path, exercise, kind):
            assert tag in cell["tags"]
            assert cell["metadata"].items() >= HIDDEN.items()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=label)
def test_shared_cells_do_not_define_what_a_stub_asks_for(path):
    shared = set(given_cells(path))
    for exercise in exercises(path):
        (stub,) = cells_of(path, exercise, "stub")
        space = {}
        exec(stub["source"], space)
        assert not shared & set(space) - {"__builtins__"}
