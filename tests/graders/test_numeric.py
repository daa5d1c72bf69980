"""The grader numeric: which number it reads, and how it compares."""

import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading_cases import grade, grader
from proofboard.core.graders.numeric import last_number, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("42", "42"),
        ("The answer is 1,234.5.", "1234.5"),
        ("about 1e-3", "0.001"),
        ("1E+3", "1000"),
        ("first 3, then 4", "4"),
        ("x=-5", "-5"),
        ("x = −5", "-5"),
        ("10-12", "12"),
        ("GPT-4", "4"),
        ("(3)-4", "4"),
        (".5", "0.5"),
        ("+7 apples", "7"),
        ("1,234,567", "1234567"),
        ("1,23", "23"),
        ("1,2345", "2345"),
        ("50%", "50"),
        ("1/2", "2"),
        ("version 1.2.3", "3"),
        ("$1,000", "1000"),
        ("no number", None),
        ("", None),
        ("1e9999999", None),
        ("1" * 500, None),
        ("٤٢", None),
    ],
)
def test_the_last_number_is_read_by_the_documented_rule(text: str, number: str | None) -> None:
    assert last_number(text) == (None if number is None else Fraction(number))


@pytest.mark.parametrize(
    ("options", "reference", "output", "passes"),
    [
        ({}, 0.1, "0.1", True),
        ({}, "0.3", 0.1 + 0.2, False),
        ({}, "0.3", 0.3, True),
        ({}, 5, "5.0", True),
        ({}, ["4", 5], "5", True),
        ({"absolute": "0.01"}, "3.14", "3.15", True),
        ({"absolute": "0.01"}, "3.14", "3.1501", False),
        ({"relative": "0.01"}, "-200", "-202", True),
        ({"relative": "0.01"}, "-200", "-202.1", False),
        ({"relative": "0.01", "absolute": "3"}, "200", "203", True),
        ({}, 1, True, False),
        ({}, 1, float("inf"), False),
        ({}, "1,000", "1000", True),
        ({}, " 7 ", "7", True),
    ],
)
def test_numbers_are_compared_exactly_within_the_larger_tolerance(
    *, options: dict[str, str], reference: Any, output: Any, passes: bool
) -> None:
    assert grade(grader("numeric", **options), reference, output) is passes


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_every_decimal_is_read_exactly_from_its_text(number: Decimal) -> None:
    assert last_number(f"it is {number}") == Fraction(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_json_number_is_the_decimal_that_it_was_written_as(number: float) -> None:
    assert number_of(number) == Fraction(repr(number))


@given(st.integers(0, 10**15))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert last_number(f"{number:,}") == number


@pytest.mark.parametrize("part", ["1,234,", "1e", ".1", "1", "-", "1,"])
def test_a_long_text_cannot_make_reading_slow(part: str) -> None:
    started = time.perf_counter()
    last_number(part * (500_000 // len(part)))
    assert time.perf_counter() - started < 3
