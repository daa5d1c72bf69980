"""Intervals and the minimum detectable difference, against published values, closed forms and SciPy."""

import math
import random
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from proofboard.core.intervals import (
    around,
    clustered_error,
    combined_error,
    minimum_detectable_difference,
    t_quantile,
    wilson,
)

ROWS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 6)), min_size=2, max_size=25
)  # fmt: skip
"""(value, weight, cluster) of each item."""


def error_of(values: list[int], clusters: list[int], weights: list[int] | None = None, denominator: int = 1) -> float:
    found = clustered_error(
        np.array(values, dtype=np.int64),
        np.array(weights or [1] * len(values), dtype=np.int64),
        np.array(clusters, dtype=np.int64),
        denominator,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("passed", "n", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (15, 20, 0.5313, 0.8881), (350, 500, 0.6584, 0.7385)],
)
def test_wilson_intervals_are_those_published(passed: int, n: int, low: float, high: float) -> None:
    assert [round(bound, 4) for bound in wilson(passed / n, n)] == [low, high]


@given(st.integers(1, 2000), st.data())
def test_wilson_intervals_are_those_of_scipy(n: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, n))
    expected = stats.binomtest(passed, n).proportion_ci(method="wilson")
    assert wilson(passed / n, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_covers_where_the_normal_interval_does_not() -> None:
    # Exact coverage at n = 20, p = 0.95: Wald 0.639, Wilson 0.925.
    covered = sum(
        stats.binom.pmf(k, 20, 0.95) for k in range(21) if wilson(k / 20, 20)[0] <= 0.95 <= wilson(k / 20, 20)[1]
    )
    assert round(covered, 3) == 0.925


def test_t_quantiles_are_those_of_scipy() -> None:
    degrees = range(9, 1001)
    worst = max(abs(t_quantile(nu) - stats.t.ppf(0.975, nu)) for nu in degrees)
    assert worst < 1e-7


def test_t_quantiles_fall_towards_the_normal_one() -> None:
    found = [t_quantile(nu) for nu in (*range(9, 200), 10**3, 10**4, 10**6)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(1.959963984540054, abs=1e-5)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40))
def test_the_error_of_independent_items_is_the_sample_deviation_over_the_root_of_n(values: list[int]) -> None:
    expected = float(statistics.stdev([Fraction(v, 10**6) for v in values])) / math.sqrt(len(values))
    assert error_of(values, list(range(len(values))), denominator=10**6) == pytest.approx(expected, rel=1e-12)


def test_asking_every_item_five_times_does_not_make_the_score_surer() -> None:
    values = [1 if (7 * n) % 11 < 5 else 0 for n in range(120)]
    alone = error_of(values, list(range(120)))
    repeated = error_of(values * 5, list(range(120)) * 5)
    naive = error_of(values * 5, list(range(600)))
    assert repeated == pytest.approx(alone, abs=1e-12)
    assert alone / naive == pytest.approx(2.24, abs=0.01)


def oracle(rows: list[tuple[int, int, int]]) -> float:
    """Miller's clustered error with C/(C - 1), in fractions up to the last root."""
    total = sum(w for _, w, _ in rows)
    mean = Fraction(sum(v * w for v, w, _ in rows), total)
    clusters = {c for _, _, c in rows}
    sums = [sum(w * (v - mean) for v, w, own in rows if own == c) / total for c in clusters]
    return math.sqrt(sum(s * s for s in sums) * len(clusters) / (len(clusters) - 1))


@given(ROWS)
def test_the_clustered_error_is_that_of_fractions(rows: list[tuple[int, int, int]]) -> None:
    values, weights, clusters = (list(column) for column in zip(*rows, strict=True))
    if len(set(clusters)) > 1:
        assert error_of(values, clusters, weights) == pytest.approx(oracle(rows), rel=1e-9, abs=1e-9)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_no_bit_of_the_error(
    rows: list[tuple[int, int, int]], chance: random.Random
) -> None:
    shuffled = chance.sample(rows, len(rows))
    errors = []
    for order in (rows, shuffled):
        values, weights, clusters = (np.array(column, dtype=np.int64) for column in zip(*order, strict=True))
        errors.append(
            (
                clustered_error(values, weights, clusters, 10**6),
                combined_error([(Fraction(1), values, weights, 10**6)], clusters),
            )
        )
    assert errors[0] == errors[1]


@given(ROWS)
def test_a_sum_of_one_part_has_the_error_of_that_part(rows: list[tuple[int, int, int]]) -> None:
    values, weights, clusters = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    alone = clustered_error(values, weights, clusters, 10**6)
    combined = combined_error([(Fraction(1), values, weights, 10**6)], clusters)
    assert (alone is None) == (combined is None)
    if alone is not None:
        assert combined == pytest.approx(alone, rel=1e-9, abs=1e-15)


def test_the_parts_of_a_sum_that_share_items_are_not_independent() -> None:
    # Half of a metric and half of the same metric is that metric.
    values, ones = np.array([0, 1, 1, 0, 1]), np.ones(5, dtype=np.int64)
    clusters = np.arange(5)
    half = (Fraction(1, 2), values, ones, 1)
    whole = combined_error([(Fraction(1), values, ones, 1)], clusters)
    assert combined_error([half, half], clusters) == pytest.approx(whole, rel=1e-15)


def test_an_item_of_weight_zero_takes_no_part() -> None:
    values, clusters = np.array([0, 1, 1, 999]), np.arange(4)
    kept = combined_error([(Fraction(1), values, np.array([1, 1, 1, 0]), 1)], clusters)
    assert kept == combined_error([(Fraction(1), values[:3], np.ones(3, dtype=np.int64), 1)], clusters[:3])


@pytest.mark.parametrize("top", [10**6, 10**12, 10**14])
def test_wide_values_with_heavy_weights_do_not_overflow(top: int) -> None:
    weights = [10**6, 1, 10**6, 3]
    values = [top, 0, top // 2, top]
    rows = list(zip(values, weights, range(4), strict=True))
    assert error_of(values, list(range(4)), weights, 1) == pytest.approx(oracle(rows), rel=1e-12)
    arrays = (np.array(values), np.array(weights), 1)
    assert combined_error([(Fraction(1), *arrays)], np.arange(4)) == pytest.approx(oracle(rows), rel=1e-12)


def test_one_cluster_has_no_error() -> None:
    ones = np.ones(3, dtype=np.int64)
    assert clustered_error(np.array([0, 1, 1]), ones, np.zeros(3, dtype=np.int64), 1) is None
    assert combined_error([(Fraction(1), np.array([0, 1, 1]), ones, 1)], np.zeros(3, dtype=np.int64)) is None


def test_fewer_than_ten_clusters_have_no_interval() -> None:
    assert around(0.5, 0.1, 9, (0, 1)) is None
    assert around(0.5, 0.1, 10, (0, 1)) == pytest.approx((0.5 - 0.22621571628540993, 0.5 + 0.22621571628540993))


def test_an_interval_is_cut_at_the_range_of_its_metric() -> None:
    assert around(0.9, 0.5, 100, (0, 1)) == (0.0, 1.0)
    found = around(0.9, 0.5, 100, (-5, 5))
    assert found is not None
    assert found[0] < 0
    assert found[1] > 1


@pytest.mark.parametrize(("n", "difference"), [(500, 0.056), (1000, 0.040), (4000, 0.020)])
def test_the_minimum_detectable_difference_is_that_of_a_paired_comparison(n: int, difference: float) -> None:
    found = minimum_detectable_difference(Fraction("0.2"), n)
    assert found is not None
    assert round(found, 3) == difference


def test_the_power_constant_is_that_of_five_and_eighty_percent() -> None:
    found = minimum_detectable_difference(Fraction(1), 1)
    assert found == pytest.approx(stats.norm.ppf(0.975) + stats.norm.ppf(0.8), abs=1e-8)


def test_no_items_detect_nothing() -> None:
    assert minimum_detectable_difference(Fraction("0.2"), 0) is None
