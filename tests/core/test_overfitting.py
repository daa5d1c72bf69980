"""The overfit gap: its interval covers, and the test finds memorisers without accusing honest entries."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core_builders import benchmark, exact_metric, items, reported_metric, scoring
from proofboard.core.estimate import Estimate
from proofboard.core.inference.overfitting import (
    GapTest,
    ScoredSet,
    difference_in_differences,
    gap_interval,
    overfit_tests,
    rate_variance,
    scored_set,
)
from proofboard.core.intervals import clustered_error
from proofboard.core.slices import whole_set
from proofboard.schemas.benchmark import Aggregate, Benchmark, WeightedMean

WILSON = Estimate((0.0, 1.0), None, "wilson")
STEP = Fraction(1, 50)
ENTRIES = 30
SIZES = [(350, 150), (1000, 500)]
HARDER = 0.3
"""Logits by which the held-out items are harder."""


def scored(values: Any, clusters: Any = None, denominator: int = 1, weights: Any = None) -> ScoredSet:
    own = np.array(values, dtype=np.int64)
    n = own.shape[1]
    return ScoredSet(
        values=own,
        clusters=np.arange(n) if clusters is None else np.array(clusters, dtype=np.int64),
        weights=np.ones(n, dtype=np.int64) if weights is None else np.array(weights, dtype=np.int64),
        denominator=Fraction(denominator),
    )


def answered(
    chance: np.random.Generator, abilities: NDArray[np.float64], n: int, difficulty: float = 0.0
) -> NDArray[np.int64]:
    """Answer n items of a two-parameter logistic model: int64[entries, n]."""
    slopes = np.clip(chance.normal(1.0, 0.3, n), 0.3, None)
    logits = slopes * (abilities[:, None] - chance.normal(difficulty, 1.0, n))
    return (chance.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(np.int64)


def board(
    chance: np.random.Generator, sizes: tuple[int, int], shift: float, memorised: float = 0.0
) -> tuple[ScoredSet, ScoredSet]:
    """Simulate one board; its first entry knows a share of the public items by heart."""
    abilities = chance.normal(0.5, 0.7, ENTRIES)
    public, held_out = answered(chance, abilities, sizes[0]), answered(chance, abilities, sizes[1], shift)
    public[0] |= chance.random(sizes[0]) < memorised
    return scored(public), scored(held_out)


def claim_on(public: ScoredSet, held_out: ScoredSet, entry: int = 0, panel: Any = None) -> GapTest:
    members = None if panel is None else np.array(panel, dtype=np.bool_)
    found = difference_in_differences(public, held_out, entry, members)
    assert isinstance(found, GapTest), found
    return found


def a_pair(entries: int = 12, n: int = 30, m: int = 20) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    chance = np.random.Generator(np.random.PCG64(5))
    return chance.integers(0, 7, (entries, n)), chance.integers(0, 7, (entries, m))


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("shift", [0.0, HARDER])
def test_honest_entries_are_accused_as_often_as_the_level_says(sizes: tuple[int, int], shift: float) -> None:
    # Were they independent, the error of 5 % in so many verdicts would be 0.0032; the bounds are almost five times it.
    boards = 150
    chance = np.random.Generator(np.random.PCG64(4600 + sizes[0]))
    verdicts = [
        found.verdict
        for _ in range(boards)
        for found in overfit_tests(*board(chance, sizes, shift))
        if isinstance(found, GapTest)
    ]
    assert len(verdicts) == boards * ENTRIES
    assert 0.035 <= verdicts.count("beyond chance") / len(verdicts) <= 0.065


@pytest.mark.parametrize("shift", [0.0, HARDER])
@pytest.mark.parametrize(
    ("sizes", "memorised", "power"),
    [((350, 150), 0.2, 0.45), ((350, 150), 0.4, 0.9), ((350, 150), 0.6, 0.95),
     ((1000, 500), 0.2, 0.8), ((1000, 500), 0.4, 0.95)],
)  # fmt: skip
def test_a_memoriser_is_found(sizes: tuple[int, int], memorised: float, power: float, shift: float) -> None:
    chance = np.random.Generator(np.random.PCG64(460))
    found = [claim_on(*board(chance, sizes, shift, memorised)).verdict for _ in range(100)]
    assert found.count("beyond chance") / len(found) >= power


def test_the_gap_alone_would_accuse_the_honest_where_the_held_out_items_are_harder() -> None:
    # This is why the test takes differences to the other entries: without them it fails by far.
    chance = np.random.Generator(np.random.PCG64(46))
    alarms = total = 0
    for _ in range(50):
        public, held_out = board(chance, (1000, 500), HARDER)
        for one, other in zip(public.values, held_out.values, strict=True):
            p, q = float(one.mean()), float(other.mean())
            z = (p - q) / math.sqrt(p * (1 - p) / one.size + q * (1 - q) / other.size)
            alarms += z > 1.645
            total += 1
    assert alarms / total > 0.5


def test_it_is_the_difference_of_clustered_means_of_residuals_taken_exactly() -> None:
    one, other = a_pair()
    clusters, weights = np.arange(30) // 2, 1 + np.arange(30) % 3
    public, held_out = scored(one, clusters, 10, weights), scored(other, None, 10)
    for entry in range(12):
        found = claim_on(public, held_out, entry)
        means, squares = [], []
        for part, values in ((public, one), (held_out, other)):
            residuals = 11 * values[entry] - (values.sum(axis=0) - values[entry])
            mean = Fraction(int((residuals * part.weights).sum()), int(part.weights.sum()) * 110)
            error = clustered_error(residuals, part.weights, part.clusters, 110)
            assert error is not None
            means.append(mean)
            squares.append(error * error)
        assert found.difference == means[0] - means[1]
        assert found.error == pytest.approx(math.sqrt(sum(squares)), rel=1e-12)
        assert found.z == pytest.approx(float(found.difference) / found.error, rel=1e-12)
        assert found.panel == 11


@pytest.mark.parametrize("denominator", [10**6, 10**12])
def test_a_finer_grid_changes_nothing_not_even_where_sums_leave_64_bits(denominator: int) -> None:
    one, other = a_pair()
    plain = overfit_tests(scored(one, denominator=7), scored(other, denominator=7))
    fine = overfit_tests(
        scored(one * denominator, denominator=7 * denominator), scored(other * denominator, denominator=7 * denominator)
    )
    assert fine == plain


def test_items_in_another_order_give_the_same_result() -> None:
    one, other = a_pair()
    clusters = np.arange(30) % 12
    turned = np.random.Generator(np.random.PCG64(1)).permutation(30)
    plain = overfit_tests(scored(one, clusters), scored(other))
    assert overfit_tests(scored(one[:, turned], clusters[turned] * 5 + 3), scored(other)) == plain


def test_duplicated_items_of_a_cluster_count_as_one() -> None:
    one, other = a_pair()
    thrice = scored(np.repeat(one, 3, axis=1), np.repeat(np.arange(30), 3))
    assert overfit_tests(thrice, scored(other)) == overfit_tests(scored(one), scored(other))


def test_a_declared_panel_is_what_the_entry_is_compared_with() -> None:
    one, other = a_pair()
    panel = np.zeros(12, dtype=np.bool_)
    panel[[3, 7]] = True
    alone = [3, 7, 0]
    kept = np.array([True, True, False])
    small = claim_on(scored(one[alone]), scored(other[alone]), 2, kept)
    assert claim_on(scored(one), scored(other), 0, panel) == small
    assert small.panel == 2


def test_a_panel_of_one_gives_the_paired_difference() -> None:
    one, other = a_pair()
    panel = np.arange(12) == 4
    found = claim_on(scored(one), scored(other), 0, panel)
    expected = Fraction(int((one[0] - one[4]).sum()), 30) - Fraction(int((other[0] - other[4]).sum()), 20)
    assert (found.difference, found.panel) == (expected, 1)


def test_an_entry_is_no_panel_of_its_own() -> None:
    one, other = a_pair()
    found = overfit_tests(scored(one), scored(other), np.arange(12) == 4)
    assert found[4] == "no claim: the declared reference panel holds no other entry"
    assert isinstance(found[3], GapTest)


@pytest.mark.parametrize(("entries", "claim"), [(10, False), (11, True)])
def test_ten_other_entries_are_needed_without_a_declared_panel(entries: int, *, claim: bool) -> None:
    one, other = a_pair(entries)
    found = overfit_tests(scored(one), scored(other))
    assert [isinstance(own, GapTest) for own in found] == [claim] * entries
    if not claim:
        assert found[0] == "no claim: 9 other entries, at least 10 are needed, or a declared reference panel"


def test_too_few_independent_items_allow_no_claim() -> None:
    one, other = a_pair()
    found = overfit_tests(scored(one), scored(other, np.arange(20) % 9))
    assert found == ["no claim: 9 independent held-out items, at least 10 are needed"] * 12


def test_constant_scores_allow_no_claim() -> None:
    found = overfit_tests(scored(np.full((12, 30), 1)), scored(np.zeros((12, 20))))
    assert found == ["no claim: the distance to the panel is the same on all items"] * 12


def test_identical_entries_get_identical_results() -> None:
    one, other = a_pair()
    one[5], other[5] = one[2], other[2]
    found = overfit_tests(scored(one), scored(other))
    assert found[5] == found[2]


def test_entries_that_are_all_identical_allow_no_claim() -> None:
    one, other = a_pair()
    found = overfit_tests(scored(np.tile(one[0], (12, 1))), scored(np.tile(other[0], (12, 1))))
    assert found == ["no claim: the distance to the panel is the same on all items"] * 12


def test_doing_worse_on_the_public_items_is_no_overfitting() -> None:
    one, other = a_pair()
    one[0], other[0] = 0, 6
    found = claim_on(scored(one), scored(other))
    assert found.z < -5
    assert found.verdict == "not shown"


def test_no_entry_is_no_test() -> None:
    assert overfit_tests(scored(np.zeros((0, 20))), scored(np.zeros((0, 20)))) == []


def test_the_interval_of_a_gap_is_that_of_two_independent_scores() -> None:
    interval = gap_interval(Fraction(4, 5), WILSON, 350, Fraction(7, 10), 150, STEP)
    half = 1.959963984540054 * math.sqrt(0.8 * 0.2 / 350 + 0.7 * 0.3 / 150 + 0.02**2 / 12)
    assert interval == pytest.approx((0.1 - half, 0.1 + half), abs=1e-3)


def test_the_public_side_of_a_gap_uses_the_clustered_error() -> None:
    sure = Estimate((0.5, 0.9), 0.05, "clustered t")
    interval = gap_interval(Fraction(7, 10), sure, 350, Fraction(7, 10), 10**9, Fraction(1, 10**9))
    assert interval == pytest.approx((-0.098, 0.098), abs=1e-4)


def test_a_public_score_without_an_interval_gives_the_gap_none() -> None:
    assert gap_interval(Fraction(7, 10), Estimate(None, 0.05), 350, Fraction(7, 10), 150, STEP) is None


def test_perfect_scores_leave_the_gap_uncertain() -> None:
    interval = gap_interval(Fraction(1), WILSON, 20, Fraction(1), 150, STEP)
    assert interval is not None
    assert interval[1] > 0.1


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(1, 3), Fraction(1)])
def test_the_variance_of_a_rate_is_that_of_its_wilson_centre(rate: Fraction) -> None:
    z2 = 1.959963984540054**2
    centre = (float(rate) * 60 + z2 / 2) / (60 + z2)
    assert float(rate_variance(rate, 60)) == pytest.approx(centre * (1 - centre) / (60 + z2), rel=1e-12)


@pytest.mark.parametrize(
    ("rates", "sizes", "step"),
    [((0.7, 0.6), (350, 150), STEP), ((0.95, 0.9), (350, 150), STEP), ((0.99, 0.98), (1000, 500), Fraction(1, 100)),
     ((0.9, 0.9), (51, 60), Fraction(1, 20))],
)  # fmt: skip
def test_the_interval_of_a_gap_covers_the_true_one(
    rates: tuple[float, float], sizes: tuple[int, int], step: Fraction
) -> None:
    chance = np.random.Generator(np.random.PCG64(31))
    passed = np.stack([chance.binomial(n, rate, 2000) for rate, n in zip(rates, sizes, strict=True)])
    covered = 0
    for one, other in passed.T.tolist():
        released = round(Fraction(other, sizes[1]) / step) * step
        interval = gap_interval(Fraction(one, sizes[0]), WILSON, sizes[0], released, sizes[1], step)
        assert interval is not None
        covered += interval[0] <= rates[0] - rates[1] <= interval[1]
    assert covered / 2000 >= 0.938


def taken(made: Benchmark, *rows: list[int | None]) -> tuple[ScoredSet, list[int]]:
    """Take the scores of some entries, alike in every metric, on items in pairs of one cluster."""
    questions = [own for number in range(0, 4, 2) for own in items(4, cluster=f"c{number}")[number : number + 2]]
    scored_rows = scoring(made, questions, [dict.fromkeys(made.metrics, row) for row in rows])
    return scored_set(scored_rows, made.headline, whole_set(scored_rows.table), range(len(rows)))


def test_entries_that_did_not_answer_everything_are_not_tested() -> None:
    made = benchmark(metrics={"correct": exact_metric(missing="null")})
    found, kept = taken(made, [1, 0, 1, 1], [1, None, 1, 1], [0, 0, 0, 1])
    assert kept == [0, 2]
    assert found.values.tolist() == [[1, 0, 1, 1], [0, 0, 0, 1]]
    assert found.clusters.tolist() == [0, 0, 1, 1]


def test_lower_scores_are_turned_where_they_are_better() -> None:
    made = benchmark(metrics={"errors": reported_metric(direction="lower", range=(0, 9))}, headline="errors")
    assert taken(made, [1, 0, 7, 1])[0].values.tolist() == [[-1, 0, -7, -1]]


def test_a_headline_of_several_means_is_tested_by_what_its_clusters_add() -> None:
    both = {"one": exact_metric(), "other": exact_metric()}
    made = benchmark(
        metrics=both,
        aggregates={"all": Aggregate(weighted=WeightedMean(children={"one": 1, "other": 3}))},
        headline="all",
    )
    found, kept = taken(made, [1, 0, 1, 1], [1, 1, 0, 0])
    assert kept == [0, 1]
    means = [Fraction(sum(row)) / len(row) / found.denominator for row in found.values.tolist()]
    assert means == [Fraction(3, 4), Fraction(1, 2)]
    assert found.values.shape == (2, 2)
