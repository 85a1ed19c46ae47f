"""The sequences of the lab on copying and adding ask for memory, and nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

LAB = "notebooks/10_lstm/lab_copy_and_adding_pytorch.ipynb"


@pytest.fixture(scope="module")
def lab():
    """Run the cells that both frameworks share, up to the test sequences."""
    cells = json.loads((Path(__file__).parents[2] / LAB).read_text("utf-8"))["cells"]
    space = {"np": np}
    for cell in cells:
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"parameters", "shared"}:
            exec("".join(cell["source"]), space)
    return space


@pytest.mark.parametrize("span", ["short", "long"])
def test_copying_shows_letters_then_blanks_then_goes(lab, span):
    X, wanted = lab["training_set"]("copy", span)
    symbols, longest = lab["symbols"], lab["longest_waits"][span]
    shown = X.argmax(axis=-1)
    assert X.shape == (lab["training_sequences"], longest + 2 * symbols, 10)
    assert (X.sum(axis=-1) == 1).all()
    assert (shown[:, -symbols:] == 9).all()
    waits = []
    for row, letters in zip(shown[:500], wanted[:500], strict=True):
        places = np.flatnonzero(row < 8)
        assert row[places].tolist() == letters.tolist()
        assert (np.diff(places) == 1).all()
        assert (np.delete(row, places)[:-symbols] == 8).all()
        waits.append(len(row) - symbols - places[-1] - 1)
    assert set(waits) == set(range(1, longest + 1))


@pytest.mark.parametrize("span", ["short", "long"])
def test_adding_wants_the_sum_of_two_marked_numbers(lab, span):
    X, sums = lab["training_set"]("adding", span)
    values, marks = X[..., 0], X[..., 1]
    longest = lab["longest_waits"][span]
    assert (marks.sum(axis=1) == 2).all()
    np.testing.assert_allclose((values * marks).sum(axis=1), sums[:, 0], rtol=1e-6)
    waits = X.shape[1] - 1 - marks.argmax(axis=1)
    assert set(waits.tolist()) == set(range(1, longest + 1))


def test_letters_and_numbers_say_nothing_about_the_wait(lab):
    X, wanted = lab["training_set"]("copy", "short")
    first = (X.argmax(axis=-1) < 8).argmax(axis=1)
    assert abs(np.corrcoef(first, wanted[:, 0])[0, 1]) < 0.05


def test_test_sequences_have_one_wait_and_numbers_of_their_own(lab):
    for (task, span), parts in lab["tests"].items():
        trained, _ = lab["training_set"](task, span)
        seen = {row.tobytes() for row in trained}
        for wait, (X, _) in zip(lab["tested_waits"], parts, strict=True):
            assert len(X) == lab["test_sequences"]
            if task == "adding":
                assert not seen & {row.tobytes() for row in X}
                assert set(X.shape[1] - 1 - X[..., 1].argmax(axis=1)) == {wait}
            else:
                letters = X.argmax(axis=-1) < 8
                last = letters.shape[1] - 1 - letters[:, ::-1].argmax(axis=1)
                assert set(letters.shape[1] - 3 - last) == {wait}
            assert X.shape[1] >= trained.shape[1]


def test_shares_count_letters_and_near_sums(lab):
    share = lab["share_right"]
    logits = np.eye(8)[[[1, 2], [3, 4]]]
    assert share("copy", logits, np.array([[1, 2], [3, 5]])) == 0.75
    sums = np.array([[1.0], [0.5], [2.0]])
    answers = sums + np.array([[0.09], [-0.09], [0.11]])
    assert share("adding", answers, sums) == pytest.approx(2 / 3)
