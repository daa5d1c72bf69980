"""Exact numbers and their one rounding, against `decimal` and `fractions`."""

import math
import statistics
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofboard.core.exact import (
    SAFE_SUM,
    mean_of,
    root,
    round_decimal,
    round_ratio,
    rounded,
    sample_deviation,
    sums_over,
)

INTEGERS = st.integers(-(10**18), 10**18)


def half_even(numerator: int, denominator: int, places: int) -> float:
    """Round by the rules of the General Decimal Arithmetic; both sides are scaled so that the division is exact."""
    with localcontext() as context:
        context.prec = 200
        # The fraction is put on a grid fine enough to tell a tie from its neighbours: ties have finite decimals.
        whole, rest = divmod(numerator, denominator)
        fine = Decimal(rest * 10**80 // denominator).scaleb(-80)
        sticky = Decimal(0) if rest * 10**80 % denominator == 0 else Decimal(1).scaleb(-90)
        exact = Decimal(whole) + fine + sticky
        return float(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN))


@given(INTEGERS, st.integers(1, 10**15), st.integers(0, 15))
def test_a_ratio_is_rounded_half_even_as_decimal_rounds_it(numerator: int, denominator: int, places: int) -> None:
    assert round_ratio(numerator, denominator, places) == half_even(numerator, denominator, places)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_a_tie_goes_to_the_even_digit(odd: int, places: int) -> None:
    # (2k + 1) / (2·10^places) lies exactly between two decimals.
    tie = Fraction(2 * odd + 1, 2 * 10**places)
    kept = rounded(tie, places)
    assert kept is not None
    assert round(kept * 10**places) % 2 == 0
    assert abs(Fraction(repr(kept)) - tie) == Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(("value", "shown"), [("1/8", 0.12), ("3/8", 0.38), ("5/8", 0.62), ("-1/8", -0.12)])
def test_eighths_are_rounded_half_even_to_two_places(value: str, shown: float) -> None:
    assert rounded(Fraction(value), 2) == shown


def test_what_rounds_to_nothing_is_zero_without_a_sign() -> None:
    for zero in (rounded(Fraction(-1, 10**9), 3), round_decimal(-0.0001, 3), round_decimal(-0.0, 3)):
        assert zero is not None
        assert (zero, math.copysign(1, zero)) == (0.0, 1.0)


def test_an_unknown_number_stays_unknown() -> None:
    assert rounded(None, 6) is None


@given(st.lists(st.fractions(), min_size=1, max_size=8))
def test_the_mean_of_fractions_is_exact(values: list[Fraction]) -> None:
    assert mean_of(values) * len(values) == sum(values)


@given(st.lists(st.integers(-1000, 1000).map(lambda n: Fraction(n, 7)), min_size=2, max_size=12))
def test_the_sample_deviation_is_that_of_the_standard_library(values: list[Fraction]) -> None:
    expected = float(statistics.stdev(values))
    found = sample_deviation(values)
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-300)


def test_one_number_has_no_deviation() -> None:
    assert sample_deviation([Fraction(1)]) is None
    assert sample_deviation([]) is None


def test_the_root_of_a_square_is_exact() -> None:
    assert root(Fraction(9, 4)) == 1.5
    assert root(Fraction(10**400, 10**398)) == 10.0


@given(
    st.lists(st.lists(st.integers(-(2**53), 2**53), min_size=4, max_size=4), min_size=1, max_size=4),
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=4),
)
def test_sums_over_sets_are_those_of_python_integers(rows: list[list[int]], masks: list[list[bool]]) -> None:
    expected = [[sum(v for v, inside in zip(row, mask, strict=True) if inside) for mask in masks] for row in rows]
    assert sums_over(np.array(rows, dtype=np.int64), np.array(masks)).tolist() == expected


@pytest.mark.parametrize("largest", [SAFE_SUM // 4 - 1, SAFE_SUM // 4, SAFE_SUM - 1, 2**63 - 1])
def test_sums_stay_exact_where_they_leave_64_bits(largest: int) -> None:
    values = np.array([[largest] * 4, [-largest] * 4], dtype=np.int64)
    everything = np.ones((1, 4), dtype=np.bool_)
    assert sums_over(values, everything).tolist() == [[4 * largest], [-4 * largest]]


def test_the_most_negative_integer_is_summed_exactly() -> None:
    values = np.array([[-(2**63), -(2**63)]], dtype=np.int64)
    assert sums_over(values, np.ones((1, 2), dtype=np.bool_)).tolist() == [[-(2**64)]]


def test_sums_over_python_integers_beyond_64_bits_are_exact() -> None:
    values = np.array([[10**30, 1]], dtype=object)
    assert sums_over(values, np.ones((1, 2), dtype=np.bool_)).tolist() == [[10**30 + 1]]


def test_sums_over_no_items_are_zero() -> None:
    assert sums_over(np.zeros((2, 0), dtype=np.int64), np.zeros((1, 0), dtype=np.bool_)).tolist() == [[0], [0]]
