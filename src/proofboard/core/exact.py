"""Exact numbers and the one place where they are rounded.

Scores are integers over a denominator; sums are integers; a published decimal is rounded once, half to even, from the
exact fraction. Square roots are IEEE, correctly rounded, so equal inputs give equal bytes on every machine.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Exact = Fraction | None

SAFE_SUM = 2**62

FEWEST_FOR_SPREAD = 2
"""One number has no sample deviation."""


def rounded(value: Fraction | None, places: int) -> float | None:
    """Round an exact number half to even to a decimal; None stays None."""
    return None if value is None else round_ratio(value.numerator, value.denominator, places)


def round_ratio(numerator: int, denominator: int, places: int) -> float:
    """Round a ratio of integers half to even to a decimal, with one correctly rounded division at the end."""
    scale = 10**places
    quotient, remainder = divmod(numerator * scale, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2):
        quotient += 1
    return float(quotient / scale)


def round_decimal(value: float, places: int) -> float:
    """Round a float half to even at a decimal place; minus zero becomes zero."""
    return round(value, places) + 0.0


def root(value: Fraction) -> float:
    """Take the square root of an exact number: one division and one root, both correctly rounded."""
    return math.sqrt(value.numerator / value.denominator)


def mean_of(values: Iterable[Fraction]) -> Fraction:
    """Take the exact mean."""
    kept = list(values)
    return sum(kept, Fraction(0)) / len(kept)


def sample_deviation(values: Iterable[Fraction]) -> float | None:
    """Take the sample standard deviation (n - 1) of exact numbers; None below two of them."""
    kept = list(values)
    if len(kept) < FEWEST_FOR_SPREAD:
        return None
    mean = mean_of(kept)
    return root(sum(((value - mean) ** 2 for value in kept), Fraction(0)) / (len(kept) - 1))


def largest_of(values: NDArray[Any]) -> int:
    """Return the largest magnitude in an array of integers; the magnitude of the smallest int64 is no int64."""
    return max(int(values.max(initial=0)), -int(values.min(initial=0)))


def times(values: Integers, weights: Integers) -> NDArray[Any]:
    """Multiply element by element; over Python integers where a product could leave int64."""
    if largest_of(values) * largest_of(weights) < SAFE_SUM:
        return np.asarray(values * weights)
    return np.asarray(values.astype(object) * weights.astype(object))


def sums_over(values: NDArray[Any], masks: NDArray[np.bool_]) -> NDArray[Any]:
    """Add rows of integers over sets of columns: int64[J, N], bool[S, N] → integers[J, S], never through floats.

    Where a sum could leave int64 the same product is taken over Python integers.
    """
    if largest_of(values) * max(values.shape[-1], 1) < SAFE_SUM:
        return np.asarray(values.astype(np.int64) @ masks.T.astype(np.int64))
    return np.asarray(values.astype(object) @ masks.T.astype(object))
