"""Words that the figures of all chapters share."""

import pytest

from ldl_lib.figures._shared import counted, fixed, power_text, significant


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


def test_small_and_large_numbers_are_powers_of_ten():
    numbers = (3.2e-8, 1e-14, 9.99e-5, 0.25, 2, 29.4, 1575.3, 24_000, 3.9e6, 9.99e6)
    assert [power_text(number) for number in numbers] == [
        "3.2·10⁻⁸",
        "10⁻¹⁴",
        "10⁻⁴",
        "0.25",
        "2",
        "29",
        "1,575",
        "2.4·10⁴",
        "3.9·10⁶",
        "10⁷",
    ]
