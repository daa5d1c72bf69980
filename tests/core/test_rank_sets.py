"""Rank sets against a published example, slow references and simulated truths."""

import csv
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from inference_builders import estimates_of, verdicts
from proofboard.core.inference import rank_sets as module
from proofboard.core.inference.estimates import Estimates
from proofboard.core.inference.rank_sets import (
    LARGEST_STEP_DOWN,
    LEVEL,
    SINGLE_STEP,
    STEP_DOWN,
    RankSets,
    possibly_best,
    rank_sets,
    single_step_value,
    studentised,
)
from proofboard.core.inference.resampling import RESAMPLES, comparable, critical_value

TEN_PERCENT = Fraction(1, 10)
BOARDS = 200
RESAMPLES_OF_MANY = 399
"""Resamples where boards are many: the level holds at any number of them, and 20 of 400 are exactly 5 %."""
NOMINAL = 0.93
"""What coverage of at least 0.95 may be in so many boards."""


def ranges(found: RankSets) -> list[tuple[int, int]]:
    return list(zip(found.lowest, found.highest, strict=True))


def table(values: Sequence[float], errors: Sequence[float]) -> Estimates:
    names = [f"row-{j}" for j in range(len(values))]
    return Estimates(names, np.array(values, dtype=np.float64), covariance=np.array(errors, dtype=np.float64) ** 2)


# A published table.


@pytest.fixture
def mathematics(shared_data: Callable[[str], Path]) -> Estimates:
    """Answer the mean scores of 38 jurisdictions in PISA 2018, with their standard errors."""
    with (shared_data("pisa2018") / "math.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    scores, errors = ([float(row[name]) for row in rows] for name in ("math_score", "math_se"))
    own = table(scores, errors)
    return Estimates([row["jurisdiction"] for row in rows], own.values, covariance=own.covariance)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_twelve_jurisdictions_may_be_among_the_best_five_and_at_ten_percent_sweden_may_not(
    mathematics: Estimates, seed: int
) -> None:
    at_five, at_ten = (
        {mathematics.names[j] for j in possibly_best(mathematics, 5, seed, level)} for level in (LEVEL, TEN_PERCENT)
    )
    assert (len(at_five), len(at_ten)) == (12, 11)
    assert at_five - at_ten == {"Sweden"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_united_kingdom_stands_between_6_and_24(mathematics: Estimates, seed: int) -> None:
    found = rank_sets(mathematics, seed)
    lowest, highest = ranges(found)[mathematics.names.index("United Kingdom")]
    assert abs(lowest - 6) <= 1
    assert abs(highest - 24) <= 1


def test_a_small_table_is_parted_where_the_gaps_are_many_errors_wide() -> None:
    found = rank_sets(table([50, 99, 90, 100, 51], [2, 1, 1, 1, 1]), seed=1)
    assert ranges(found) == [(4, 5), (1, 2), (3, 3), (1, 2), (4, 5)]
    assert found.groups == [(3, 3), (1, 1), (2, 2), (1, 1), (3, 3)]
    assert found.method == STEP_DOWN


def test_variances_and_a_diagonal_matrix_of_them_are_the_same_estimates() -> None:
    alone = table([5, 4, 4.5, 1], [1, 0.5, 2, 0.1])
    assert alone.covariance is not None
    matrix = Estimates(alone.names, alone.values, covariance=np.diag(alone.covariance))
    assert np.array_equal(alone.errors(slice(None)), matrix.errors(slice(None)))
    np.testing.assert_allclose(alone.resampled(4, 99), matrix.resampled(4, 99), rtol=1e-15)
    assert rank_sets(alone, 4) == rank_sets(matrix, 4)


def test_estimates_that_go_together_are_easier_to_part() -> None:
    values, variances = np.array([1.0, 0.0]), np.ones(2)
    together = np.array([[1.0, 0.98], [0.98, 1.0]])
    assert ranges(rank_sets(Estimates(["a", "b"], values, covariance=variances), 1)) == [(1, 2), (1, 2)]
    assert ranges(rank_sets(Estimates(["a", "b"], values, covariance=together), 1)) == [(1, 1), (2, 2)]


def test_values_without_error_are_known_to_differ_or_to_be_equal() -> None:
    assert ranges(rank_sets(table([3, 1, 3, 2], [0, 0, 0, 0]), 1)) == [(1, 2), (4, 4), (1, 2), (3, 3)]


# Truths that are known, because they were simulated.


def covered(rates: Sequence[float], n_items: int, seed: int) -> bool:
    """Say whether all rank sets of a drawn board hold every rank that is true of the rates."""
    board = verdicts(seed, np.repeat(np.array(rates)[:, None], n_items, axis=1))
    found = rank_sets(estimates_of(board), seed, LEVEL, RESAMPLES_OF_MANY)
    return all(
        low <= 1 + sum(other > own for other in rates) and sum(other >= own for other in rates) <= high
        for own, (low, high) in zip(rates, ranges(found), strict=True)
    )


@pytest.mark.parametrize("n_items", [200, 1_000])
def test_twenty_tied_entries_are_rarely_told_apart(n_items: int) -> None:
    assert np.mean([covered([0.7] * 20, n_items, seed) for seed in range(BOARDS)]) >= NOMINAL


def test_true_ranks_of_entries_that_differ_are_covered() -> None:
    spread = np.linspace(0.6, 0.8, 20).tolist()
    assert np.mean([covered(spread, 1_000, seed) for seed in range(BOARDS // 2)]) >= NOMINAL


def test_true_ranks_of_a_published_table_are_covered() -> None:
    draw = np.random.default_rng(6)
    truth = np.repeat([3.0, 2.0, 0.0], 4)
    errors = draw.uniform(0.5, 1.5, 12)
    hits = 0
    for seed in range(BOARDS):
        own = table((truth + errors * draw.standard_normal(12)).tolist(), errors.tolist())
        found = ranges(rank_sets(own, seed, LEVEL, RESAMPLES_OF_MANY))
        hits += all(
            low <= 1 + (truth > own).sum() and (truth >= own).sum() <= high
            for own, (low, high) in zip(truth.tolist(), found, strict=True)
        )
    assert hits / BOARDS >= NOMINAL


# A slow reference: every pair and every resample, in every step.


Claims = set[tuple[int, int]]
"""Who is above whom."""


def slow_step_down(own: Estimates, seed: int, level: Fraction, resamples: int, *, both_ways: bool) -> Claims:
    """Answer the claims that p-values over all that is left establish."""
    drawn, errors = own.resampled(seed, resamples), own.errors(slice(None))
    pairs = [pair for pair in permutations(range(len(own)), 2) if errors[pair] > 0]
    statistics = {(j, k): float(comparable((own.values[j] - own.values[k]) * (1 / errors[j, k]))) for j, k in pairs}
    chance = {(j, k): comparable((drawn[j] - drawn[k]) * (1 / errors[j, k])) for j, k in pairs}
    rejected: Claims = set()
    while True:
        left = [pair for pair in pairs if pair not in rejected and not (both_ways and pair[::-1] in rejected)]
        maxima = np.max([chance[pair] for pair in left], axis=0) if left else np.zeros(resamples)
        new = {
            pair
            for pair in left
            if statistics[pair] > 0 and Fraction(1 + int((maxima >= statistics[pair]).sum()), resamples + 1) <= level
        }
        if not new:
            return rejected
        rejected |= new


def ranges_of(size: int, claims: Claims) -> list[tuple[int, int]]:
    return [(1 + sum(k == j for _, k in claims), size - sum(k == j for k, _ in claims)) for j in range(size)]


@st.composite
def small_boards(draw: st.DrawFn) -> list[list[int]]:
    """Draw few items and few values, so that many statistics tie."""
    n_items = draw(st.integers(1, 12))
    rows = st.lists(st.integers(0, draw(st.sampled_from([1, 3, 1_000]))), min_size=n_items, max_size=n_items)
    return draw(st.lists(rows, min_size=1, max_size=6))


@given(small_boards(), st.sampled_from([9, 19, 99]), st.sampled_from([LEVEL, TEN_PERCENT, Fraction(1, 2)]))
def test_looking_at_few_resamples_gives_what_looking_at_all_gives(
    rows: list[list[int]], resamples: int, level: Fraction
) -> None:
    own = estimates_of(rows)
    claims = slow_step_down(own, 5, level, resamples, both_ways=True)
    assert ranges(rank_sets(own, 5, level, resamples)) == ranges_of(len(rows), claims)


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.4])
def test_larger_boards_are_parted_like_the_slow_reference(spread: float) -> None:
    own = estimates_of(verdicts(3, np.repeat(np.linspace(0.8 - spread, 0.8, 14)[:, None], 250, axis=1)))
    claims = slow_step_down(own, 8, LEVEL, 499, both_ways=True)
    assert ranges(rank_sets(own, 8, LEVEL, 499)) == ranges_of(14, claims)
    assert bool(claims) == (spread > 0)


@given(small_boards(), st.integers(1, 6), st.sampled_from([19, 99]))
def test_the_possibly_best_are_those_of_the_slow_one_sided_reference(
    rows: list[list[int]], best: int, resamples: int
) -> None:
    own = estimates_of(rows)
    claims = slow_step_down(own, 5, TEN_PERCENT, resamples, both_ways=False)
    expected = [j for j, (low, _) in enumerate(ranges_of(len(rows), claims)) if low <= best]
    assert possibly_best(own, best, 5, TEN_PERCENT, resamples) == expected


def test_stepping_down_parts_what_one_step_does_not() -> None:
    # Among all pairs 2.05 errors are chance; once all other pairs are apart, the last two are alone.
    own = table([100, 80, 60, 40, 20, 0, -2.9], [1] * 7)
    drawn = own.resampled(1, RESAMPLES)
    first = critical_value(np.abs(drawn[:, None] - drawn[None]).max(axis=(0, 1)) / np.sqrt(2), LEVEL)
    assert studentised(own, slice(5, 6))[0, 6] < first
    assert ranges(rank_sets(own, 1))[5:] == [(6, 6), (7, 7)]


# What holds for every board.


def separated(own: Estimates, found: RankSets) -> NDArray[np.bool_]:
    """Answer who is above whom: by the reference, after checking that it says the same as the rank sets."""
    claims = slow_step_down(own, 5, TEN_PERCENT, 99, both_ways=True)
    assert ranges(found) == ranges_of(len(own), claims)
    above = np.zeros((len(own), len(own)), dtype=np.bool_)
    for j, k in claims:
        above[j, k] = True
    return above


def slow_groups(values: Sequence[float], apart: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Try every run of values: keep those without two entries that are apart, and of these the longest."""
    levels = sorted(set(values), reverse=True)
    members = [[j for j, value in enumerate(values) if value == level] for level in levels]
    together = [
        (start, end)
        for start in range(len(levels))
        for end in range(start + 1, len(levels) + 1)
        if not apart[np.ix_(*[[j for own in members[start:end] for j in own]] * 2)].any()
    ]
    runs = sorted(
        (start, end)
        for start, end in together
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in together)
    )
    numbers = [
        [number for number, (start, end) in enumerate(runs, start=1) if start <= levels.index(value) < end]
        for value in values
    ]
    return [(own[0], own[-1]) for own in numbers]


@given(small_boards())
def test_groups_are_the_longest_runs_of_entries_that_are_not_apart(rows: list[list[int]]) -> None:
    own = estimates_of(rows)
    found = rank_sets(own, 5, TEN_PERCENT, 99)
    assert found.groups == slow_groups(own.values.tolist(), separated(own, found))


@pytest.mark.parametrize("seed", range(5))
def test_groups_of_a_wide_board_are_the_longest_runs(seed: int) -> None:
    own = estimates_of(verdicts(seed, np.repeat(np.linspace(0.5, 0.8, 25)[:, None], 200, axis=1)))
    found = rank_sets(own, 5, TEN_PERCENT, 99)
    apart = separated(own, found)
    assert found.groups == slow_groups(own.values.tolist(), apart)
    shared = [(j, k) for j in range(25) for k in range(25) if overlap(found.groups[j], found.groups[k])]
    assert not any(apart[pair] for pair in shared)


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])


@given(small_boards(), st.permutations(range(6)))
def test_permuting_entries_permutes_what_is_found(rows: list[list[int]], six: list[int]) -> None:
    order = [j for j in six if j < len(rows)]
    given_ = rank_sets(estimates_of(rows), 5, TEN_PERCENT, 99)
    moved = rank_sets(estimates_of([rows[j] for j in order]), 5, TEN_PERCENT, 99)
    assert ranges(moved) == [ranges(given_)[j] for j in order]
    assert moved.groups == [given_.groups[j] for j in order]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_entries_of_equal_value_are_in_equal_groups_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    # The second is so uncertain that it is not apart from the third; the first is.
    values, errors = (5, 5, 0), (0.1, 9, 0.1)
    found = rank_sets(table([values[j] for j in order], [errors[j] for j in order]), 1)
    assert [found.groups[order.index(j)] for j in range(3)] == [(1, 1), (1, 1), (2, 2)]
    assert [ranges(found)[order.index(j)] for j in range(3)] == [(1, 2), (1, 3), (2, 3)]


@given(small_boards())
def test_the_rank_by_score_lies_in_every_rank_set(rows: list[list[int]]) -> None:
    totals = [sum(row) for row in rows]
    found = rank_sets(estimates_of(rows), 5, Fraction(1, 2), 99)
    for total, (low, high) in zip(totals, ranges(found), strict=True):
        assert 1 <= low <= 1 + sum(other > total for other in totals) <= high <= len(rows)


@given(small_boards())
def test_entries_with_equal_items_are_found_equal(rows: list[list[int]]) -> None:
    found = rank_sets(estimates_of([*rows, rows[0]]), 5, Fraction(1, 2), 99)
    assert ranges(found)[0] == ranges(found)[-1]
    assert found.groups[0] == found.groups[-1]


def test_no_entry_and_one_entry_and_twins() -> None:
    assert rank_sets(estimates_of(np.zeros((0, 3), dtype=np.int64)), 1) == RankSets([], [], [], STEP_DOWN)
    assert rank_sets(estimates_of([[1, 0, 1]]), 1) == RankSets([1], [1], [(1, 1)], STEP_DOWN)
    assert rank_sets(estimates_of([[1, 0, 1]] * 2), 1) == RankSets([1, 1], [2, 2], [(1, 1)] * 2, STEP_DOWN)
    assert rank_sets(table([7], [1]), 1) == RankSets([1], [1], [(1, 1)], STEP_DOWN)


def test_rows_of_nothing_and_of_everything_are_told_apart_without_a_spread() -> None:
    found = rank_sets(estimates_of([[0] * 50, [1] * 50, [0] * 50, [0, 1] * 25]), 1)
    assert ranges(found) == [(3, 4), (1, 1), (3, 4), (2, 2)]


@pytest.mark.parametrize("size", range(1, 60))
def test_better_on_all_of_five_items_is_chance_and_on_all_of_six_is_not(size: int) -> None:
    # 2/2⁵ is above 0.05 and 2/2⁶ below, by whatever each item counts: equal statistics must tie.
    five = rank_sets(estimates_of([[size] * 5 + [0] * 9, [0] * 14]), 1)
    six = rank_sets(estimates_of([[size] * 6 + [0] * 9, [0] * 15]), 1)
    assert ranges(five) == [(1, 2), (1, 2)]
    assert ranges(six) == [(1, 1), (2, 2)]


def test_with_too_few_resamples_nothing_is_told_apart() -> None:
    own = estimates_of([[1] * 50, [0] * 50])
    assert ranges(rank_sets(own, 1, LEVEL, 18)) == [(1, 2), (1, 2)]
    assert ranges(rank_sets(own, 1, LEVEL, 19)) == [(1, 1), (2, 2)]


def test_those_who_may_be_among_the_best_hold_the_best_and_grow_with_their_number() -> None:
    own = estimates_of(verdicts(4, np.repeat(np.linspace(0.4, 0.8, 12)[:, None], 300, axis=1)))
    sets = [set(possibly_best(own, best, 1)) for best in range(13)]
    assert sets[0] == set()
    assert all(smaller <= larger for smaller, larger in pairwise(sets))
    best_first = np.argsort(-own.values).tolist()
    assert all(set(best_first[:best]) <= sets[best] for best in range(13))
    assert len(sets[1]) < 12
    assert sets[12] == set(range(12))


# Boards too large for the step-down.


def test_beyond_two_thousand_entries_there_is_one_step() -> None:
    size = LARGEST_STEP_DOWN + 1
    own = estimates_of(verdicts(1, np.repeat(np.linspace(0.2, 0.9, size)[:, None], 60, axis=1)))
    found = rank_sets(own, 1)
    critical = single_step_value(size, LEVEL)
    assert found.method == SINGLE_STEP
    for j in (0, 700, size - 1):
        row = studentised(own, slice(j, j + 1))[0]
        assert ranges(found)[j] == (1 + int((row < -critical).sum()), size - int((row > critical).sum()))
    assert 1 < found.lowest[0] <= size
    with pytest.raises(LookupError):
        rank_sets(own, 1, Fraction(1, 100))
    with pytest.raises(ValueError, match="at most 2000"):
        possibly_best(own, 5, 1)


def single_step(own: Estimates, monkeypatch: pytest.MonkeyPatch) -> RankSets:
    monkeypatch.setattr(module, "LARGEST_STEP_DOWN", 0)
    return rank_sets(own, 1)


def test_one_more_entry_changes_no_separation_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    board = verdicts(2, np.repeat(np.linspace(0.3, 0.9, 64)[:, None], 300, axis=1))
    before = single_step(estimates_of(board[:33]), monkeypatch)
    for size in (34, 50, 64):
        more = single_step(estimates_of(board[:size]), monkeypatch)
        own, others = estimates_of(board[:size]), range(33, size)
        critical = single_step_value(size, LEVEL)
        assert critical == single_step_value(33, LEVEL)
        apart = studentised(own, slice(None)) > critical
        for j in range(33):
            assert more.lowest[j] == before.lowest[j] + sum(bool(apart[k, j]) for k in others)
            assert more.highest[j] == before.highest[j] + sum(not apart[j, k] for k in others)


def test_a_board_that_passes_a_power_of_two_has_a_larger_critical_value() -> None:
    values = [single_step_value(size, LEVEL) for size in range(2, 130)]
    assert len(set(values)) == 8
    assert values == sorted(values)
    assert single_step_value(1, LEVEL) == single_step_value(2, LEVEL)


def test_one_step_is_a_little_more_careful_than_the_step_down(monkeypatch: pytest.MonkeyPatch) -> None:
    own = estimates_of(verdicts(9, np.repeat(np.linspace(0.5, 0.8, 60)[:, None], 1_000, axis=1)))
    stepped = rank_sets(own, 1)
    careful = single_step(own, monkeypatch)
    assert (careful.method, stepped.method) == (SINGLE_STEP, STEP_DOWN)
    assert all(a <= b for a, b in zip(careful.lowest, stepped.lowest, strict=True))
    assert all(a >= b for a, b in zip(careful.highest, stepped.highest, strict=True))
    widths = [sum(high - low for low, high in ranges(found)) for found in (careful, stepped)]
    assert 1 <= widths[0] / widths[1] < 1.3


@pytest.mark.parametrize("level", [LEVEL, TEN_PERCENT])
def test_single_step_values_are_bonferroni_quantiles_of_all_pairs(level: Fraction) -> None:
    for power in range(1, 21):
        pairs = 2**power * (2**power - 1) // 2
        expected = norm.isf(float(level) / (2 * pairs))
        for entries in {2 ** (power - 1) + 1, 2**power}:
            assert single_step_value(entries, level) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(LookupError):
        single_step_value(2**20 + 1, level)
