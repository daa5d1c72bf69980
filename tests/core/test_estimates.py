"""Errors and resamples of estimates are exact where integers allow it, and what is no covariance is refused."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from inference_builders import estimates_of
from proofboard.core.inference.estimates import Estimates, cholesky, integer_product
from proofboard.core.inference.resampling import signs
from proofboard.errors import InputError

Integers = NDArray[np.int64]


def in_python(left: Integers, right: Integers) -> list[list[int]]:
    """Multiply with integers of any size."""
    columns = right.T.tolist()
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left.tolist()]


@st.composite
def factors(draw: st.DrawFn) -> tuple[Integers, Integers]:
    """Draw two matrices whose products lie around the bounds of single and of double precision."""
    inner = draw(st.integers(1, 5))
    largest = [2 ** draw(st.integers(0, 31)) for _ in range(2)]
    cells = [st.integers(-most, most) | st.sampled_from([most, -most]) for most in largest]
    one, other = (draw(st.lists(cell, min_size=2 * inner, max_size=2 * inner)) for cell in cells)
    return np.array(one, dtype=np.int64).reshape(2, inner), np.array(other, dtype=np.int64).reshape(inner, 2)


@given(factors())
def test_a_product_is_exact_or_refused(case: tuple[Integers, Integers]) -> None:
    left, right = case
    expected = in_python(left, right)
    try:
        found = integer_product(left, right)
    except ValueError:
        # Nothing that must be exact is refused: the squares of both sides leave no room below the bound.
        norms = [int((own.astype(object) ** 2).sum(axis=axis).max()) for own, axis in ((left, 1), (right, 0))]
        assert norms[0] * norms[1] * 1.00001 >= 2**106
    else:
        assert [[int(cell) for cell in row] for row in found.tolist()] == expected


def row(*cells: int) -> Integers:
    return np.array([cells], dtype=np.int64)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (row(2**12 - 1, 1), row(2**12 + 1, 0).T),
        (row(2**12, 1), row(2**12, 1).T),
        (row(2**23, 2**23 - 1), row(1, 1).T),
        (row(2**23, 2**23, 1), row(1, 1, 1).T),
        (row(2**24 + 1), row(1)),
        (row(2**26 - 1), row(2**26 + 1)),
        (row(2**52 - 1, 2**52 - 2), row(1, -1).T),
        (row(*[2**25] * 3, 1), row(*[2**25] * 3, 1).T),
        (row(2**26, *[1] * 200), row(2**26, *[1] * 200).T),  # one large among many small
    ],
)
def test_products_at_the_bounds_are_exact(left: Integers, right: Integers) -> None:
    assert int(integer_product(left, right)[0, 0]) == in_python(left, right)[0][0]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (row(2**53), row(1)),
        (row(2**27), row(2**26)),
        (row(2**40, 2**40), row(2**40, 2**40).T),  # squares that leave 64 bits
        (row(2**32), row(2**32)),
        (row(2**62), row(-(2**62))),
        (row(np.iinfo(np.int64).min), row(1)),
        (row(2**52, 2**52), row(1, 1).T),
    ],
)
def test_products_beyond_the_bounds_are_refused(left: Integers, right: Integers) -> None:
    with pytest.raises(ValueError, match="too large for an exact product"):
        integer_product(left, right)


def test_products_of_small_types_do_not_overflow_them() -> None:
    lowest = np.full((1, 300), -128, dtype=np.int8)
    assert integer_product(lowest, lowest.T).tolist() == [[300 * 128 * 128]]
    nothing = np.zeros((0, 3), dtype=np.int8)
    assert integer_product(nothing.T, nothing).tolist() == [[0.0] * 3] * 3


ROWS = st.lists(st.lists(st.integers(-(2**24), 2**24), min_size=4, max_size=4), min_size=1, max_size=4)


@given(ROWS)
def test_variances_of_differences_are_the_exact_sums_of_their_squares(rows: list[list[int]]) -> None:
    own = estimates_of(rows)
    expected = [[sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) for other in rows] for one in rows]
    assert own.variances(slice(None)).tolist() == expected
    assert own.variances(slice(1, 3)).tolist() == expected[1:3]
    assert own.errors(slice(None)).tolist() == np.sqrt(np.array(expected, dtype=np.float64)).tolist()


def test_an_error_is_never_zero_beside_a_difference_and_never_below_the_centred_one() -> None:
    own = estimates_of([[1] * 9, [0] * 9, [1, 0, 0] * 3])
    errors = own.errors(slice(None))
    assert errors[0, 1] == 3  # centred it would be 0
    for j in range(3):
        for k in range(3):
            differences = np.array([1] * 9 if {j, k} == {0, 1} else [0] * 9)
            assert errors[j, k] >= np.sqrt(((differences - differences.mean()) ** 2).sum())


@pytest.mark.parametrize("largest", [1, 2**20])
def test_resampled_sums_are_sums_of_flipped_clusters(largest: int) -> None:
    # More resamples than are multiplied at once.
    sums = np.random.default_rng(4).integers(-largest, largest + 1, (3, 70))
    flips = signs(9, 1_100, 70).astype(np.int64)
    assert np.array_equal(estimates_of(sums).resampled(9, 1_100), sums @ flips.T)


def correlated() -> NDArray[np.float64]:
    mixed = np.random.default_rng(2).standard_normal((4, 6))
    return np.asarray(mixed @ mixed.T)


def test_a_factor_makes_its_covariance_again() -> None:
    factor = cholesky(correlated())
    np.testing.assert_allclose(factor @ factor.T, correlated(), rtol=1e-12)
    assert np.array_equal(factor, np.tril(factor))


def test_a_direction_without_variance_is_no_fault() -> None:
    # Strengths from votes say nothing about their level: rows of the covariance add up to 0.
    centred = np.eye(4) - 1 / 4
    covariance = centred @ correlated() @ centred
    factor = cholesky(covariance)
    np.testing.assert_allclose(factor @ factor.T, covariance, atol=1e-12)
    assert not cholesky(np.zeros((3, 3))).any()


def test_resampled_estimates_have_the_covariance_that_they_are_given() -> None:
    covariance = correlated()
    drawn = Estimates(list("abcd"), np.zeros(4), covariance=covariance).resampled(3, 20_000)
    np.testing.assert_allclose(np.cov(drawn), covariance, atol=0.06 * np.diagonal(covariance).max())
    alone = Estimates(list("abcd"), np.zeros(4), covariance=np.array([1.0, 4.0, 0.0, 9.0])).resampled(3, 20_000)
    np.testing.assert_allclose(alone.std(axis=1), [1, 2, 0, 3], rtol=0.03)


def errors_of(covariance: NDArray[np.float64]) -> object:
    return Estimates(["a", "b"], np.zeros(2), covariance=covariance).errors(slice(None))


@pytest.mark.parametrize(
    ("refuse", "covariance"),
    [
        (cholesky, [[1.0, 2.0], [2.0, 1.0]]),
        (cholesky, [[0.0, 1.0], [1.0, 0.0]]),
        (cholesky, [[-1.0, 0.0], [0.0, 1.0]]),
        (cholesky, [[-1.0, 0.0], [0.0, -1.0]]),
        (cholesky, [[1.0, float("nan")], [float("nan"), 1.0]]),
        (cholesky, [[float("inf"), 0.0], [0.0, 1.0]]),
        (errors_of, [1.0, -1.0]),
        (errors_of, [1.0, float("nan")]),
    ],
)
def test_what_is_no_covariance_is_refused(
    refuse: Callable[[NDArray[np.float64]], object], covariance: list[list[float]] | list[float]
) -> None:
    with pytest.raises(InputError, match="covariance"):
        refuse(np.array(covariance))


def test_estimates_without_any_error_are_refused() -> None:
    own = Estimates(["a", "b"], np.zeros(2))
    with pytest.raises(ValueError, match="need cluster sums or a covariance"):
        own.errors(slice(None))
