import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ldl_lib.exercises import (
    Mistake,
    check,
    check_all,
    check_function,
    check_gradient,
)

FINITE = st.floats(-1e6, 1e6)
SHAPES = arrays.array_shapes(max_dims=3, max_side=4)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.lists(st.one_of(st.integers(), st.text(max_size=2), st.none()), max_size=4),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.frozensets(st.integers(), max_size=3),
    arrays.arrays(np.float64, SHAPES),
    st.just(len),
    st.just(object()),
)
EXPECTED = [
    0.2,
    7,
    True,
    "tanh",
    {"XOR"},
    [1, -1, 1],
    np.eye(2),
    np.array([True, False]),
    (np.ones(3), 4),
    ([1, 2], [3]),
    {"he": 0.05, "glorot": [0.09]},
    None,
]


@settings(deadline=None)  # a crowded machine is no fault of the code
@given(arrays.arrays(np.float64, SHAPES, elements=FINITE))
def test_every_array_equals_itself(array):
    assert check("a", array.copy(), array)
    assert check("a", array.tolist(), array)


@settings(deadline=None)
@given(arrays.arrays(np.float64, SHAPES, elements=FINITE), st.data())
def test_one_changed_entry_is_found_at_its_place(array, data):
    index = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    wrong = array.copy()
    wrong[index] += 1 + abs(wrong[index])
    feedback = check("a", wrong, array)
    place = f"index {index[0] if len(index) == 1 else list(index)}"
    assert not feedback
    assert feedback.message.startswith(f"1 of {array.size} values differ. At {place}:")


class Hostile:
    """Cannot be compared, and has no text."""

    def __eq__(self, other):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __hash__ = None


def endless():
    members = []
    members.append(members)
    return members


@pytest.mark.parametrize("expected", EXPECTED, ids=repr)
@pytest.mark.parametrize(
    "answer",
    [Hostile(), endless(), [Hostile()], np.zeros(2, [("a", int)]), 10**400],
    ids=["hostile", "endless", "holds it", "fields", "huge"],
)
def test_no_hostile_answer_makes_a_check_raise(answer, expected):
    feedback = check("a", answer, expected)
    assert not feedback.passed
    assert feedback.message


def test_a_hostile_answer_is_named_by_its_type():
    message = check("a", Hostile(), "tanh").message
    assert message == "Got an object of type Hostile, expected 'tanh'."


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize("error", [SystemExit(1), MuteError()], ids=["exit", "mute"])
def test_no_end_of_a_function_makes_a_check_raise(error):
    def answer(x):
        raise error

    message = check_function("f", answer, [((1,), 2)]).message
    assert message.startswith(f"answer(1) raised {type(error).__name__}")


@settings(deadline=None)
@given(ANYTHING, st.sampled_from(EXPECTED), st.booleans())
def test_no_answer_of_any_type_makes_a_check_raise(answer, expected, reveal):
    feedback = check("a", answer, expected, reveal=reveal)
    assert feedback.message
    assert str(feedback)
    assert feedback._repr_html_()


@settings(deadline=None)
@given(ANYTHING)
def test_no_function_makes_a_check_raise(answer):
    assert check_function("f", lambda x: answer, [((1,), object())]).message
    assert check_function("f", answer, [((1,), object())]).message


@pytest.mark.parametrize(
    "stub", [..., [..., ...], (1, ...), {"AND": ...}, {...}, [[1, ...]]]
)
def test_a_stub_is_not_judged(stub):
    feedback = check("a", stub, [1, 2], hint="never shown")
    assert (feedback.passed, feedback.started, feedback.hint) == (False, False, "")
    assert feedback.status == "your turn"


def test_a_function_that_still_returns_the_stub_is_not_judged():
    assert not check_function("f", lambda x: ..., [((1,), 1)]).started
    assert not check_function("f", ..., [((1,), 1)]).started


@pytest.mark.parametrize(
    ("answer", "expected", "message"),
    [
        (0.7, 0.2, "Got 0.7, expected 0.2 (to within 1e-06)."),
        (3, 4, "Got 3, expected 4."),
        (True, 1, "Got True, expected a number."),
        (1, True, "Got 1, expected True."),
        ("2", 2, "Got '2', expected a number."),
        ([1, 2], [1, 2, 3], "Got shape (2,), expected shape (3,)."),
        (float("nan"), 1.0, "Got nan, expected 1."),
        ({"AND"}, {"XOR"}, "Missing: XOR. Does not belong: AND."),
        ("XOR", {"XOR"}, "Got 'XOR', expected a set such as {'a', 'b'}."),
        ([1, [2, 3]], [1, [2, 4]], "Value 2 of 2: 1 of 2 values differ. At index 1: "),
        ((np.ones(2),), (np.ones(2), 3), "Got a sequence of 1, expected 2 values."),
        (len, 3, "Got the function len, not its result."),
        (np.uint8(3), np.uint8(4), "Got 3, expected 4."),
        ([1, 0], np.array([True, False]), "Got [1, 0], expected an array, each value"),
        ([0.5, np.nan, 3], [0.5, 1, 2], "1 of 3 values is not finite. At index 1: got"),
        ({"he": 1}, {"he": 2}, "he: got 1, expected 2."),
        ({"he": 1, "lu": 2}, {"he": 1, "ba": 2}, "Keys: missing: ba. Does not belong"),
        (3, {"he": 1}, "Got 3, expected a dictionary with 1 keys."),
    ],
)
def test_messages_say_what_differs(answer, expected, message):
    feedback = check("a", answer, expected)
    assert not feedback
    assert feedback.message.startswith(message)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ([-1.5, -2.0, -3.0], "Every sign is the opposite"),
        ([3.0, 2.0, 1.5], "in another order"),
        ([3.0, 4.0, 6.0], "Every value is 2 times"),
        ([1.5, 2.0, 3.004], "do not round"),
        ([[1.5], [2.0], [3.0]], "only the shape differs"),
        ([1.5, 2.0, 9.0], "the default"),
    ],
)
def test_general_hints_fit_the_mistake(answer, hint):
    feedback = check("a", answer, [1.5, 2.0, 3.0], hint="the default")
    assert hint in feedback.hint
    assert not feedback.recognised


GRID = np.array([[0.5, 2.5, 0.1], [3.5, 0.3, 1.5]])


@pytest.mark.parametrize(
    ("answer", "expected", "hint"),
    [
        (GRID + 0.25, GRID, "Every value is 0.25 too large."),
        (GRID**2, GRID, "Every value is the square of what it should be"),
        (np.sqrt(GRID), GRID, "Every value is the root of what it should be."),
        (1 - GRID, GRID, "Every value is 1 minus what it should be."),
        (1 / GRID, GRID, "Every value is 1 divided by what it should be."),
        (0.0625, 0.25, "That is the square of what it should be"),
        (GRID, GRID.sum(axis=0), "The sum of your values over axis 0 is right."),
        (GRID, GRID.mean(axis=1), "The mean of your values over axis 1 is right."),
        (GRID.sum(axis=1) + 1, GRID, "An axis is missing"),
        (np.ones((3, 3)), np.ones((3, 1)) / 7, "made a table"),
        (np.ones((3, 3)), np.ones(3) / 7, "made a table"),
        (GRID * [[1], [1.5]] + [[0], [1]], GRID, "Everything outside row 1 is right."),
        (
            np.add(GRID, [[0, 0, 4], [0, 0, 7]]),
            GRID,
            "Everything outside column 2 is right.",
        ),
        (np.where(GRID > 3, np.inf, GRID), GRID, "inf comes from an overflow"),
        (4, 2, "the default"),  # of whole numbers, 4 is the square by chance
    ],
)
def test_hints_say_how_all_values_hang_together(answer, expected, hint):
    assert hint in check("a", answer, expected, hint="the default").hint


def test_a_transposed_matrix_is_recognised():
    assert (
        "transposed"
        in check("a", np.arange(6).reshape(2, 3).T, [[0, 1, 2], [3, 4, 5]]).hint
    )


@pytest.mark.parametrize("kind", ["int", "int64", "float32"])
def test_dtype_is_compared_when_asked_for(kind):
    right = np.array([1, 2], dtype=kind)
    assert check("a", right, [1, 2], dtype=kind)
    feedback = check("a", np.array([1.0, 2.0]), [1, 2], dtype=kind)
    assert feedback.message == f"Got dtype float64, expected {kind}."


def test_tolerance_is_relative_for_large_and_absolute_for_small_values():
    assert check("a", 1000.5, 1000.0, tolerance=1e-3)
    assert not check("a", 1002.0, 1000.0, tolerance=1e-3)
    assert check("a", 0.0005, 0.0, tolerance=1e-3)
    assert not check("a", 0.002, 0.0, tolerance=1e-3)


def test_the_first_mistake_that_matches_gives_the_hint():
    mistakes = [
        Mistake([9, 9], "another"),
        Mistake(lambda answer: answer[0] == 1, "first"),
        Mistake([1, 5], "second"),
    ]
    feedback = check("a", [1, 5], [1, 2], mistakes=mistakes, hint="default")
    assert feedback.hint == "first"
    assert feedback.recognised
    assert check("a", [1, 2], [1, 2], mistakes=mistakes).hint == ""


def test_a_mistake_that_raises_counts_as_not_made():
    mistakes = [Mistake(lambda answer: 1 / 0, "no"), Mistake(3, "yes")]
    assert check("a", 3, 4, mistakes=mistakes).hint == "yes"


def test_what_is_hidden_stays_hidden():
    for answer, expected in [(0.7, 0.25), ([1, 2], [1, 25]), ({"b"}, {"25"})]:
        assert "25" in check("a", answer, expected).message
        assert "25" not in str(check("a", answer, expected, reveal=False))
    assert check("a", [-1, 2], [1, -2], reveal=False).hint == ""


def test_through_lets_many_answers_be_right():
    def outputs(weights):
        return [1 if weights[0] + weights[1] * x >= 0 else -1 for x in (-1, 1)]

    labels = ["x = -1", "x = +1"]
    assert check("NOT", (0, -1), [1, -1], through=outputs, labels=labels)
    assert check("NOT", (0, -5), [1, -1], through=outputs, labels=labels)
    feedback = check("NOT", (0, 1), [1, -1], through=outputs, labels=labels)
    assert "At x = -1: got -1, expected 1." in feedback.message
    broken = check("NOT", (1,), [1, -1], through=outputs, labels=labels)
    assert broken.message.startswith("Your answer (1,) could not be used:")


def test_functions_are_told_by_their_first_failing_case():
    cases = [((2,), 4), ((3,), 9)]
    assert check_function("square", lambda x: x * x, cases)
    assert check_function("square", lambda x: 2 * x, cases).message == (
        "square(3): got 6, expected 9."
    )
    silent = check_function("square", lambda x: None, cases)
    assert silent.message == "square(2) returned None."
    assert "return" in silent.hint
    assert not check_function("square", 4, cases)


def test_a_function_that_acts_like_a_wrong_one_gets_its_hint():
    cases = [((2,), 4), ((3,), 9)]
    mistakes = [
        Mistake.acting_like(lambda x: 1 / 0, "never"),
        Mistake.acting_like(lambda x: x + 2, "not on all cases"),
        Mistake.acting_like(lambda x: 2 * x, "doubled"),
    ]
    feedback = check_function("square", lambda x: x + x, cases, mistakes=mistakes)
    assert feedback.hint == "doubled"
    assert feedback.recognised
    other = check_function("square", lambda x: x + 1, cases, mistakes=mistakes)
    assert not other.recognised
    assert not check("a", 3, 4, mistakes=mistakes).recognised


def test_what_numpy_warned_of_is_told_with_a_wrong_result(recwarn):
    def naive(z):
        return np.exp(z) / np.exp(z).sum()

    cases = [((np.array([1.0, 1000.0]),), [0.0, 1.0])]
    feedback = check_function("softmax", naive, cases)
    assert "NumPy warned: overflow encountered in exp." in feedback.message
    assert "At index 1: got nan, expected 1." in feedback.message
    assert not recwarn


def test_a_function_that_changes_its_caller_s_array_is_told_so():
    def step(weights, rate):
        weights -= rate
        return weights

    cases = [((np.array([1.0, 2.0]), 0.5), [0.5, 1.5])]
    assert check_function("step", step, cases)
    feedback = check_function("step", step, cases, unchanged=True)
    assert "changed an array that belongs to its caller" in feedback.message
    assert "w = w - step" in feedback.hint
    assert check_function("step", lambda w, r: w - r, cases, unchanged=True)


SLOPES = [
    (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    (np.exp, np.exp),
    (lambda z: (z**2).sum(), lambda z: 2 * z),  # one number of an array
    (lambda z: np.logaddexp(0, z), lambda z: 1 / (1 + np.exp(-z))),
]


@pytest.mark.parametrize(("function", "slope"), SLOPES)
def test_a_right_derivative_agrees_with_finite_differences(function, slope):
    points = [(0.3,), (-4.0,), (np.array([[0.0, 1.5], [-2.0, 3.0]]),)]
    assert check_gradient("slope", slope, function, points).message == (
        "Agrees with finite differences at 3 points."
    )
    for wrong in (lambda z: -slope(z), lambda z: slope(z) + 1e-4):
        assert not check_gradient("slope", wrong, function, points)


def test_a_wrong_derivative_is_told_at_its_point():
    def of(z, y):
        return (z - y) ** 2

    half = Mistake.acting_like(lambda z, y: z - y, "The 2 is missing.")
    feedback = check_gradient(
        "slope", lambda z, y: z - y, of, [(3.0, 3.0), (5.0, 3.0)], mistakes=[half]
    )
    assert feedback.message == "slope(5, 3): got 2, expected 4."
    assert feedback.hint == "The 2 is missing."
    assert not check_gradient("slope", lambda z, y: ..., of, [(1.0, 1.0)]).started
    silent = check_gradient("slope", lambda z, y: None, of, [(1.0, 1.0)])
    assert "returned None" in silent.message


def test_an_exception_is_told_with_the_reader_s_line():
    source = "def divide(x):\n    y = x\n    return y / 0\n"
    space: dict[str, object] = {}
    exec(compile(source, "/tmp/ipykernel_1/2.py", "exec"), space)
    feedback = check_function("divide", space["divide"], [((1,), 1)])
    assert feedback.message == (
        "divide(1) raised ZeroDivisionError: division by zero (line 3 of its cell)"
    )


def test_a_function_cannot_change_the_cases():
    def greedy(values):
        values[0] = 5
        return values

    start = np.array([1.0, 2.0])
    assert check_function("greedy", greedy, [((start,), [5.0, 2.0])])
    assert start.tolist() == [1.0, 2.0]


def test_parts_are_joined():
    right, wrong = check("one", 1, 1), check("two", 1, 2, hint="try 2")
    stub = check("three", ..., 3)
    assert check_all("all", right, right).message == "All 2 parts are right."
    assert not check_all("all", stub, stub).started
    mixed = check_all("all", right, stub, wrong)
    assert mixed.message == "1 of 3 parts are right.\ntwo: Got 1, expected 2."
    assert mixed.hint == "try 2"
    assert check_all("all", right, stub).started
