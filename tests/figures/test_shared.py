"""Words that the figures of all chapters share."""

import pytest

from ldl_lib.figures._shared import counted, fixed, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2981.96, "−2,982"),
        (0.000335, "0.000335"),
        (0.0000625, "0.0000625"),  # not 6.25e-05
        (0.5, "0.500"),
        (0, "0"),
        (-1, "−1.00"),
    ],
)
def test_numbers_keep_three_digits(value, text):
    assert significant(value) == text


def test_fewer_digits_may_count():
    assert significant(0.2449, 2) == "0.24"


def test_there_is_no_minus_zero():
    assert fixed(-0.04) == "0.0"
    assert fixed(-0.06) == "−0.1"


def test_one_thing_is_singular():
    assert counted(1, "step") == "1 step"
    assert counted(1200, "step") == "1,200 steps"
