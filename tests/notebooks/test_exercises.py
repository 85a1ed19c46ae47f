"""Every exercise of every chapter three ways: untouched, solved, and typically wrong.

An exercise is the cells tagged ``exercise:ID``: one code cell ``stub``, one ``check``
(perhaps with hidden cells ``given`` before it), and the Markdown cells ``hint`` and
``solution``, folded with ``<details>``. Typical wrong answers stand beside this file,
in ``wrong_answers/CHAPTER.py``: a block ``# %% ID: part of its hint`` for each.

A multiple-choice question is a cell tagged ``quiz:ID`` that ends in it. Its wrong
answers are its own options.
"""

import ast
import json
import re
from functools import cache
from itertools import chain, combinations
from pathlib import Path

import pytest

from ldl_lib.exercises import Feedback, MultipleChoice

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/exercises.ipynb"))
WRONG = Path(__file__).parent / "wrong_answers"
HIDDEN = {"jupyter": {"source_hidden": True}, "cellView": "form"}
pytestmark = pytest.mark.timeout(30)


@cache
def cells(path):
    return [
        {
            "source": "".join(cell["source"]),
            "code": cell["cell_type"] == "code",
            "tags": set(cell["metadata"].get("tags", [])),
            "metadata": cell["metadata"],
        }
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


def named_by(cell, kind):
    """Return what stands after ``kind:`` in a cell's tags, if one is such."""
    names = [tag for tag in cell["tags"] if tag.startswith(f"{kind}:")]
    return names[0].partition(":")[2] if names else None


def exercise_of(cell):
    return named_by(cell, "exercise")


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
        own = exercise_of(cell) or named_by(cell, "quiz") or "setup" in cell["tags"]
        if cell["code"] and not own:
            exec(cell["source"], space)
    return space


def last_value(source, space):
    """Run a cell; return the value of the expression at its end."""
    *statements, last = ast.parse(source).body
    assert isinstance(last, ast.Expr), "the cell ends in what it shows"
    exec(compile(ast.Module(statements, []), "cell", "exec"), space)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), space)


@cache
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
    result = last_value(check["source"], space)
    assert isinstance(result, Feedback)
    return result


def solution(path, exercise):
    (cell,) = cells_of(path, exercise, "solution")
    return "\n".join(re.findall(r"```python\n(.*?)```", cell["source"], re.DOTALL))


EXERCISES = [(path, name) for path in NOTEBOOKS for name in exercises(path)]
WRONGS = [(path, *wrong) for path in NOTEBOOKS for wrong in wrong_answers(path)]


def questions(path):
    """Return the multiple-choice questions of a notebook, with their cells."""
    quizzes = [cell for cell in cells(path) if named_by(cell, "quiz")]
    return [(cell, last_value(cell["source"], given_cells(path))) for cell in quizzes]


QUESTIONS = [(path, *found) for path in NOTEBOOKS for found in questions(path)]


def label(value):
    if isinstance(value, MultipleChoice):
        return value.id
    return value.parent.name if isinstance(value, Path) else None


def test_there_are_exercises():
    assert EXERCISES
    assert QUESTIONS


@pytest.mark.parametrize(("path", "exercise"), EXERCISES, ids=label)
def test_stub_runs_and_has_not_passed(path, exercise):
    result = feedback(path, exercise, "")
    assert not result.passed
    assert not result.started, "a stub should be told as not started"


@pytest.mark.parametrize(("path", "exercise"), EXERCISES, ids=label)
def test_solution_passes(path, exercise):
    result = feedback(path, exercise, solution(path, exercise))
    assert result.passed, result


@pytest.mark.parametrize("path", NOTEBOOKS, ids=label)
def test_all_solutions_pass_in_one_notebook_and_in_any_order(path):
    """What one exercise defines must not change how another one is judged."""
    space = given_cells(path)
    for name in exercises(path):
        exec(solution(path, name), space)
        for cell in cells_of(path, name, "given"):
            exec(cell["source"], space)
    for name in reversed(exercises(path)):
        (check,) = cells_of(path, name, "check")
        assert last_value(check["source"], space).passed, name


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
def test_no_hint_waits_for_a_mistake_that_no_answer_makes(path, exercise):
    reached = {
        feedback(path, name, code).hint
        for name, _, code in wrong_answers(path)
        if name == exercise
    }
    sources = [c["source"] for c in cells(path) if exercise_of(c) == exercise]
    assert set(chain(*map(hints_of_mistakes, sources))) <= reached


def hints_of_mistakes(source):
    """Yield the hints that a cell writes out as the last argument of a Mistake."""
    if "Mistake" not in source or source.startswith("<"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and "Mistake" in ast.unparse(node.func):
            hint = node.args[-1]
            if isinstance(hint, ast.Constant):
                yield hint.value


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


# Multiple choice


@pytest.mark.parametrize(("path", "cell", "question"), QUESTIONS, ids=label)
def test_exactly_the_right_selection_passes(path, cell, question):
    numbers = range(1, len(question.options) + 1)
    assert not question.judge().started
    sizes = numbers if question.several else [1]
    for selection in chain(*(combinations(numbers, size) for size in sizes)):
        result = question.judge(*selection)
        assert result.passed == (selection == question.right)
        assert result.started


@pytest.mark.parametrize(("path", "cell", "question"), QUESTIONS, ids=label)
def test_every_wrong_option_has_its_own_explanation(path, cell, question):
    told = [
        question.judge(number).hint
        for number, option in enumerate(question.options, start=1)
        if not option.right
    ]
    assert all(told)
    assert len(set(told)) == len(told)
    for hint in told:
        assert len(hint.split()) >= 5, f"{hint!r} does not explain"


@pytest.mark.parametrize(("path", "cell", "question"), QUESTIONS, ids=label)
def test_the_cell_of_a_question_is_folded(path, cell, question):
    assert named_by(cell, "quiz") == question.id
    assert "remove-input" in cell["tags"]
    assert cell["metadata"].items() >= HIDDEN.items()
    assert cell["source"].startswith("# @title Question")


def test_no_two_questions_share_an_id():
    ids = [question.id for _, _, question in QUESTIONS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=label)
def test_the_right_option_stands_at_different_places(path):
    single = [q.right[0] for p, _, q in QUESTIONS if p == path and not q.several]
    assert len(set(single)) > 1
