"""Chance is reproducible, balanced, and of the distribution that it is called by."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import kurtosis, norm, skew

from proofboard.core.inference.resampling import comparable, critical_value, normals, p_value, seed_of, signs

ROWS, COLUMNS = 1_999, 700
# Independent fair bits have correlations of about 1/√1999; this many standard errors leave 250,000 pairs room.
SIX_ERRORS = 6 / math.sqrt(ROWS)


def drawn_normals(count: int) -> NDArray[np.float64]:
    return np.concatenate(list(normals(7, 40, count // 40)))


def test_signs_are_the_bits_that_numpy_promises_to_keep() -> None:
    # Another PCG64 or another way of seeding would change every published p-value.
    raw = np.random.PCG64(1).random_raw(2)
    assert [hex(word) for word in raw.tolist()] == ["0x8306bdf37922e4ff", "0xf35196bbc152a866"]
    written = ["".join("+" if sign > 0 else "-" for sign in row) for row in signs(1, 2, 70).tolist()]
    assert written == [
        "++++++++--+--+++-+---+--+--++++-++--+++++-++++-+-++-----++-----+-++--+",
        "+-++--++---++-----++-+++---+-----++-++++--+--+-++++--+++--+--+---+--+-",
    ]


def test_normals_are_the_numbers_that_they_have_always_been() -> None:
    first, second = (row.tolist() for row in normals(1, 2, 2))
    assert first == [-1.2199968665559984, 0.05816587806377331]
    assert second == [0.16926712466101704, 0.14104617628231605]


def test_a_seed_made_of_words_knows_where_one_ends() -> None:
    assert seed_of("a", "b") == 106394780662245414740226156655996139727151537745582521672964963989026912092904
    assert len({seed_of("a", "b"), seed_of("ab"), seed_of("b", "a"), seed_of("a", "b", "")}) == 4


def test_signs_are_signs_whatever_the_width() -> None:
    for n in (0, 1, 63, 64, 65, 129):
        drawn = signs(3, 5, n)
        assert drawn.shape == (5, n)
        assert set(drawn.ravel().tolist()) <= {-1, 1}


def test_every_column_of_signs_is_balanced() -> None:
    means = signs(11, ROWS, COLUMNS).mean(axis=0)
    assert np.abs(means).max() < SIX_ERRORS
    assert means.std() == pytest.approx(1 / math.sqrt(ROWS), rel=0.1)


def test_no_two_columns_of_signs_go_together() -> None:
    drawn = signs(11, ROWS, COLUMNS).astype(np.float64)
    correlations = (drawn.T @ drawn)[np.triu_indices(COLUMNS, k=1)] / ROWS
    assert np.abs(correlations).max() < SIX_ERRORS
    assert correlations.std() == pytest.approx(1 / math.sqrt(ROWS), rel=0.02)


def test_no_two_resamples_are_alike() -> None:
    drawn = signs(11, ROWS, 64)
    assert len(np.unique(drawn, axis=0)) == ROWS


def test_other_seeds_draw_other_signs() -> None:
    agreement = (signs(1, 100, 640) == signs(2, 100, 640)).mean()
    assert agreement == pytest.approx(0.5, abs=0.01)


def test_normals_have_the_moments_of_the_normal_distribution() -> None:
    drawn = drawn_normals(2_000_000)
    assert drawn.mean() == pytest.approx(0, abs=4 / math.sqrt(len(drawn)))
    assert drawn.var() == pytest.approx(1, abs=4 * math.sqrt(2 / len(drawn)))
    assert skew(drawn) == pytest.approx(0, abs=4 * math.sqrt(6 / len(drawn)))
    assert kurtosis(drawn) == pytest.approx(0, abs=4 * math.sqrt(24 / len(drawn)))


def test_normals_have_the_tails_of_the_normal_distribution() -> None:
    # The largest of many differences lies far out: 300 entries reach 5 standard errors.
    drawn = np.abs(drawn_normals(2_000_000))
    for bound in (0.5, 1, 2, 3, 4):
        expected = 2 * norm.sf(bound) * len(drawn)
        assert (drawn > bound).sum() == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_normals_of_one_row_and_of_two_rows_are_independent() -> None:
    first, second = normals(5, 2, 40_000)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0, abs=4 / math.sqrt(40_000))
    assert np.corrcoef(first[1:], first[:-1])[0, 1] == pytest.approx(0, abs=4 / math.sqrt(40_000))


MAXIMA = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=45)
LEVELS = st.sampled_from([Fraction(1, parts) for parts in (100, 40, 20, 10, 2, 1)])


@given(MAXIMA, st.integers(-5, 5).map(float), LEVELS)
def test_a_statistic_exceeds_the_critical_value_exactly_if_its_p_value_is_small_enough(
    maxima: list[float], statistic: float, level: Fraction
) -> None:
    critical = critical_value(np.array(maxima), level)
    at_least = sum(own >= statistic for own in maxima)
    assert (statistic > critical) == (p_value(at_least, len(maxima)) <= level)


@pytest.mark.parametrize(("resamples", "level"), [(18, Fraction(1, 20)), (8, Fraction(1, 10)), (1, Fraction(1, 3))])
def test_with_too_few_resamples_nothing_is_beyond_chance(resamples: int, level: Fraction) -> None:
    assert critical_value(np.zeros(resamples), level) == math.inf
    assert critical_value(np.zeros(resamples + 1), level) == 0


def test_a_p_value_is_never_zero() -> None:
    assert p_value(0, 1_999) == Fraction(1, 2_000)
    assert p_value(1_999, 1_999) == 1


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_statistics_that_are_equal_in_exact_arithmetic_are_comparable_as_equal(count: int, size: int) -> None:
    # √count, as the sum of so many equal differences over the root of their squares, in four ways.
    root = math.sqrt(count * size * size)
    ways = [count * size / root, count * size * (1 / root), math.sqrt(count), count / math.sqrt(count)]
    assert len(set(comparable(np.array(ways)).tolist())) == 1


def test_comparable_statistics_keep_their_order_and_infinity() -> None:
    statistics = np.array([-math.inf, -2.0, 0.0, 1.0, 1.000001, math.inf])
    assert (np.diff(comparable(statistics)) > 0).all()
