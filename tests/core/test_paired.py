"""Two entries item by item: published worked values, symmetries that are exact, and what may not be compared."""

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core_builders import benchmark, everything, exact_metric, item, item_scores, items, reported_metric, scoring
from proofboard.core.aggregates import Scoring
from proofboard.core.board import scoring_of
from proofboard.core.inference.paired import Paired, compare_pair, deciding
from proofboard.core.inference.power import detectable_difference, items_needed, power_to_detect
from proofboard.core.inference.significance import holm, mcnemar, t_p_value
from proofboard.core.items import item_table
from proofboard.core.slices import declared_slices
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, WeightedMean
from proofboard.schemas.item import Item

NINTH, SIXTH = Fraction(1, 9), Fraction(1, 6)
MEASURE = {"correct": reported_metric(denominator=10)}
ROWS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=40)


def verdicts(both: int, only_a: int, only_b: int, neither: int = 0) -> tuple[list[int], list[int]]:
    """Make two rows of verdicts from the counts of the four cells."""
    counts = (both, only_a, only_b, neither)
    cells = [(1, 1), (1, 0), (0, 1), (0, 0)]
    pairs = [cell for cell, count in zip(cells, counts, strict=True) for _ in range(count)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def pair_of(
    made: Benchmark, questions: Sequence[Item], *entries: Mapping[str, Sequence[Any]], name: str | None = None
) -> Paired:
    scored = scoring(made, questions, entries)
    return compare_pair(scored, name or made.headline, everything(scored), 0, 1)


def of_rows(one: Sequence[Any], other: Sequence[Any], questions: Sequence[Item] | None = None, **fields: Any) -> Paired:
    made = benchmark(**fields)
    return pair_of(made, questions or items(len(one)), {"correct": one}, {"correct": other})


# Worked values.


@pytest.mark.parametrize(
    ("only_a", "only_b", "p"), [(15, 5, 0.0414), (10, 2, 0.0386), (40, 25, 0.0817), (0, 0, 1), (7, 7, 1), (1, 0, 1)]
)
def test_mcnemars_exact_test_gives_the_worked_values(only_a: int, only_b: int, p: float) -> None:
    assert round(float(mcnemar(only_a, only_b)), 4) == p
    assert mcnemar(only_a, only_b) == mcnemar(only_b, only_a)


@given(st.integers(0, 80), st.integers(0, 80))
def test_mcnemars_exact_test_is_the_binomial_test(only_a: int, only_b: int) -> None:
    expected = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert float(mcnemar(only_a, only_b)) == pytest.approx(expected, rel=1e-9)


def test_the_items_that_a_difference_needs_are_those_of_miller() -> None:
    needed = items_needed(Fraction("0.03"), NINTH)
    assert float(needed) == pytest.approx(968.998, abs=0.001)
    assert math.ceil(needed) == 969


@pytest.mark.parametrize(("trials", "percent"), [(1, 13.27), (10, 7.57)])
def test_the_detectable_difference_is_that_of_miller(trials: int, percent: float) -> None:
    found = detectable_difference(198, NINTH, SIXTH, trials, SIXTH, trials)
    assert round(100 * found, 2) == percent


def test_items_needed_and_detectable_difference_undo_each_other() -> None:
    delta = Fraction(detectable_difference(198, NINTH, SIXTH, 3, SIXTH, 5))
    assert float(items_needed(delta, NINTH, SIXTH, 3, SIXTH, 5)) == pytest.approx(198, rel=1e-12)


@pytest.mark.parametrize("delta", [0, -1])
def test_no_number_of_items_finds_no_difference(delta: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        items_needed(Fraction(delta), NINTH)


@pytest.mark.parametrize(("delta", "power"), [(2.801585218, 0.8), (0.0, 0.05), (1.959963984540054, 0.5), (9.0, 1.0)])
def test_power_is_80_percent_at_the_detectable_difference_and_5_percent_at_none(delta: float, power: float) -> None:
    assert power_to_detect(delta, 1.0) == pytest.approx(power, abs=0.0005)
    assert power_to_detect(-delta, 1.0) == power_to_detect(delta, 1.0)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 39, 989, 12_345])
def test_p_values_of_t_are_those_of_the_reference(degrees: int) -> None:
    for statistic in (0.0, 0.01, 0.7, 1.96, 3.3, 8.0, 40.0):
        expected = 2 * stats.t.sf(statistic, degrees)
        assert float(t_p_value(statistic, degrees)) == pytest.approx(expected, abs=6e-7)
        assert t_p_value(-statistic, degrees) == t_p_value(statistic, degrees)


def test_holms_adjustment_gives_a_worked_example() -> None:
    found = holm([Fraction(p, 1000) for p in (10, 40, 30, 5)])
    assert found == [Fraction(p, 1000) for p in (30, 60, 60, 20)]


@given(st.lists(st.fractions(0, 1), max_size=12))
def test_holms_adjustment_keeps_the_order_and_never_lowers_a_p_value(p_values: list[Fraction]) -> None:
    found = holm(p_values)
    assert all(p <= own <= 1 for p, own in zip(p_values, found, strict=True))
    for (p, own), (q, other) in itertools.combinations(zip(p_values, found, strict=True), 2):
        assert own <= other if p < q else other <= own if q < p else own == other


def test_a_plain_pair_gives_every_number_by_hand() -> None:
    found = of_rows(*verdicts(both=50, only_a=15, only_b=5, neither=30))
    assert (found.score_a, found.score_b, found.difference) == (Fraction(65, 100), Fraction(55, 100), Fraction(1, 10))
    assert (found.better, found.n_items, found.n_clusters, found.left_out) == ("A", 100, 100, 0)
    assert found.verdicts is not None
    assert (found.verdicts.only_a, found.verdicts.only_b, found.p_method) == (15, 5, "exact McNemar")
    assert found.p_value == found.verdicts.p_value == mcnemar(15, 5)
    assert (found.deciding_items, found.disagreement) == (10, Fraction(20, 100))
    # Var(d) = (b + c)/n - ((b - c)/n)², over n - 1 with the finite-cluster factor.
    error = math.sqrt((0.2 - 0.01) / 99)
    assert found.standard_error == pytest.approx(error, rel=1e-12)
    assert found.detectable == pytest.approx(2.801585218 * error, rel=1e-12)
    assert found.interval is not None
    assert found.interval == pytest.approx(stats.t.interval(0.95, 99, 0.1, error), rel=1e-7)


# Clusters and weights.


@pytest.mark.parametrize("made", [{}, {"metrics": MEASURE}])
def test_repeating_every_item_five_times_in_its_cluster_leaves_the_error_as_it_was(made: dict[str, Any]) -> None:
    top = 10 if made else 1
    one, other = ([top * (n * k % 7 > 2) for n in range(60)] for k in (3, 5))
    plain = of_rows(one, other, **made)
    repeated = [item(n, cluster=f"c{n // 5}") for n in range(300)]
    rows = [[value for value in row for _ in range(5)] for row in (one, other)]
    found = of_rows(rows[0], rows[1], repeated, **made)
    assert plain.standard_error is not None
    assert found.standard_error == pytest.approx(plain.standard_error, abs=1e-12)
    assert (found.difference, found.n_items, found.n_clusters) == (plain.difference, 300, 60)
    assert found.interval == pytest.approx(plain.interval, abs=1e-12)
    assert found.deciding_clusters == plain.deciding_items


def test_verdicts_in_clusters_take_their_p_value_from_the_clustered_error() -> None:
    one, other = verdicts(both=10, only_a=20, only_b=0, neither=10)
    alone = of_rows(one, other)
    together = of_rows(one, other, [item(n, cluster=f"c{n // 4}") for n in range(40)])
    assert (alone.p_method, together.p_method) == ("exact McNemar", "paired clustered t")
    assert together.verdicts == alone.verdicts
    assert alone.p_value is not None
    assert together.p_value is not None
    assert together.p_value > alone.p_value


def test_fewer_than_ten_clusters_have_an_error_and_neither_interval_nor_p_value() -> None:
    found = of_rows([1, 0, 1] * 6, [0, 0, 1] * 6, [item(n, cluster=f"c{n % 9}") for n in range(18)])
    assert found.standard_error is not None
    assert (found.interval, found.method, found.p_value) == (None, None, None)


def test_weights_count_in_the_difference_and_in_what_decides() -> None:
    questions = [item(n, weight=5 if n == 0 else 1) for n in range(20)]
    found = of_rows([1] + [0] * 19, [0] + [1] * 4 + [0] * 15, questions)
    assert (found.difference, found.better, found.deciding_items) == (Fraction(1, 24), "A", 1)
    assert found.p_method == "paired clustered t"


# Symmetries.


@given(ROWS)
def test_swapping_two_entries_negates_everything_exactly(rows: list[tuple[int, int]]) -> None:
    made, questions = benchmark(metrics=MEASURE), [item(n, cluster=f"c{n % 13}") for n in range(len(rows))]
    scored = scoring(made, questions, [{"correct": [row[side] for row in rows]} for side in (0, 1)])
    there, back = (compare_pair(scored, "correct", everything(scored), *pair) for pair in ((0, 1), (1, 0)))
    assert (there.difference, there.score_a) == (-(back.difference or 0), back.score_b)
    assert there.standard_error == back.standard_error
    assert there.interval == (back.interval and (-back.interval[1], -back.interval[0]))
    assert {there.better, back.better} in ({"A", "B"}, {None})
    assert (there.p_value, there.deciding_items, there.deciding_clusters, there.disagreement, there.detectable) == (
        back.p_value,
        back.deciding_items,
        back.deciding_clusters,
        back.disagreement,
        back.detectable,
    )


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_an_entry_is_no_better_than_itself(row: list[int]) -> None:
    found = of_rows(row, row, metrics=MEASURE)
    assert [found.difference, found.p_value, found.disagreement] == [0, 1, 0]
    assert found.better is None
    assert (found.standard_error, found.interval, found.deciding_items) == (None, None, 0)


def test_entries_that_differ_alike_everywhere_have_an_unknown_error() -> None:
    found = of_rows([4] * 20, [3] * 20, metrics=MEASURE)
    assert (found.difference, found.standard_error, found.p_value) == (Fraction(1, 10), None, None)


def test_where_lower_is_better_the_difference_keeps_its_sign_and_the_lower_entry_leads() -> None:
    found = of_rows([0] * 15 + [1] * 5, [1] * 20, metrics={"correct": reported_metric(direction="lower")})
    assert (found.difference, found.better) == (Fraction(-3, 4), "A")
    assert found.verdicts is not None
    assert (found.verdicts.only_a, found.verdicts.only_b) == (15, 0)


# Deciding items.


@given(st.lists(st.integers(-6, 6), max_size=9))
def test_no_fewer_items_take_the_lead_away(added: list[int]) -> None:
    lead = sum(added)

    def gone(left: Sequence[int]) -> bool:
        return sum(left) <= 0 if lead > 0 else sum(left) >= 0

    sizes = (
        size
        for size in range(len(added) + 1)
        for taken in itertools.combinations(range(len(added)), size)
        if lead == 0 or gone([value for place, value in enumerate(added) if place not in taken])
    )
    assert deciding(added) == next(sizes)


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(1, 4)), min_size=2, max_size=8))
def test_removing_the_deciding_items_of_a_mean_takes_the_lead_away_and_one_fewer_does_not(
    rows: list[tuple[int, int, int]],
) -> None:
    found = of_rows(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [item(n, weight=row[2]) for n, row in enumerate(rows)],
        metrics=MEASURE,
    )
    sign = {"A": 1, "B": -1, None: 0}[found.better]
    most_helpful = sorted(rows, key=lambda row: sign * (row[1] - row[0]) * row[2])
    assert found.deciding_items is not None

    def lead_without(count: int) -> int:
        return sum(sign * (one - other) * weight for one, other, weight in most_helpful[count:])

    assert lead_without(found.deciding_items) <= 0
    assert sign == 0 or lead_without(found.deciding_items - 1) > 0


# Composites.


def two_metrics(missing: str = "null", policy: str = "drop") -> Benchmark:
    whole: Any = WeightedMean(children={"fine": 1, "coarse": 3}, missing=missing)  # type: ignore[arg-type]
    return benchmark(
        metrics={
            "fine": reported_metric(denominator=1000, missing=policy),
            "coarse": reported_metric(denominator=4, missing=policy),
        },
        aggregates={"both": Aggregate(weighted=whole)},
        headline="both",
    )


def test_a_composite_has_the_error_of_its_items_weighted_differences() -> None:
    one = {"fine": [n * 37 % 1000 for n in range(30)], "coarse": [n % 5 for n in range(30)]}
    other = {"fine": [n * 91 % 1000 for n in range(30)], "coarse": [n * 2 % 5 for n in range(30)]}
    found = pair_of(two_metrics(), items(30), one, other)
    values = [
        (one["fine"][n] - other["fine"][n]) / 4000 + 3 * (one["coarse"][n] - other["coarse"][n]) / 16 for n in range(30)
    ]
    assert found.standard_error == pytest.approx(np.std(values, ddof=1) / math.sqrt(30), rel=1e-12)
    assert float(found.difference or 0) == pytest.approx(np.mean(values), rel=1e-12)
    assert found.verdicts is None


def test_a_complete_pair_differs_by_exactly_the_difference_of_its_published_scores() -> None:
    made = two_metrics()
    rows = [{"fine": [n * k % 1000 for n in range(12)], "coarse": [n * k % 5 for n in range(12)]} for k in (7, 11)]
    scored = scoring(made, items(12), rows)
    [one, other] = scored.scores("both", everything(scored))
    assert one is not None
    assert other is not None
    assert compare_pair(scored, "both", everything(scored), 0, 1).difference == one - other


def test_a_part_that_one_lacks_is_left_out_for_both_where_the_rule_says_so() -> None:
    one: dict[str, list[Any]] = {"fine": [500] * 12, "coarse": [n % 5 for n in range(12)]}
    other: dict[str, list[Any]] = {"fine": [None] * 12, "coarse": [0] * 12}
    found = pair_of(two_metrics("present"), items(12), one, other)
    assert (list(found.absent), found.difference) == (["fine"], Fraction(sum(n % 5 for n in range(12)), 48))
    refused = pair_of(two_metrics("null"), items(12), one, other)
    assert (refused.difference, refused.reason) == (None, "no item has a score of both")


# What is left out, and what is refused.


def test_items_that_one_has_no_score_on_enter_neither_score() -> None:
    metrics = {"correct": reported_metric(denominator=10, missing="drop")}
    found = of_rows([None, 10, *[5] * 18], [0, None, *[3, 4] * 9], metrics=metrics)
    assert (found.n_items, found.left_out) == (18, 2)
    assert (found.score_a, found.score_b) == (Fraction(1, 2), Fraction(35, 100))


def test_an_unknown_verdict_leaves_no_difference() -> None:
    found = of_rows([1] * 20, [1] * 19 + [None], metrics={"correct": exact_metric(missing="null")})
    assert (found.difference, found.reason) == (None, "there is no verdict on 1 item of B")


def test_a_failure_of_the_platform_leaves_no_difference_whatever_is_missing() -> None:
    scored = failing()
    found = compare_pair(scored, "correct", everything(scored), 0, 1, ("left/one", "right/one"))
    assert (found.difference, found.reason) == (
        None,
        "the platform failed on 2 items of right/one; answer them first",
    )


def failing() -> Scoring:
    broken = item_scores({"correct": [1] * 12}, states={(0, 0): "platform_failure", (3, 0): "platform_failure"})
    whole = item_scores({"correct": [1, 0] * 6})
    return scoring_of(benchmark(), item_table(items(12)), [(whole, 1), (broken, 1)])


def test_points_by_rank_have_no_difference_of_two() -> None:
    made = benchmark(aggregates={"points": Aggregate(borda=Borda(children=["correct"]))})
    found = pair_of(made, items(12), {"correct": [1] * 12}, {"correct": [0] * 12}, name="points")
    assert found.difference is None
    assert "depend on all entries" in str(found.reason)


def test_a_slice_is_compared_over_its_own_items() -> None:
    made = benchmark(facets={"tier": Facet(values=["easy", "hard"])})
    questions = [item(n, facets={"tier": "easy" if n < 12 else "hard"}) for n in range(24)]
    scored = scoring(made, questions, [{"correct": [1] * 24}, {"correct": [1] * 12 + [0] * 12}])
    hard = next(part for part in declared_slices(scored.table, made) if part.name == "tier=hard")
    found = compare_pair(scored, "correct", hard, 0, 1)
    assert [found.n_items, found.difference, found.p_value] == [12, 1, mcnemar(12, 0)]


def test_a_mean_over_a_slice_is_compared_over_that_slice() -> None:
    made = benchmark(
        facets={"tier": Facet(values=["easy", "hard"])},
        aggregates={"hard": Aggregate(mean=Mean(metric="correct", slice={"tier": ["hard"]}))},
        headline="hard",
    )
    questions = [item(n, facets={"tier": "easy" if n < 12 else "hard"}) for n in range(24)]
    found = pair_of(made, questions, {"correct": [0] * 12 + [1] * 12}, {"correct": [1] * 12 + [0] * 12})
    assert (found.n_items, found.better, found.deciding_items) == (12, "A", 12)


@pytest.mark.parametrize("largest", [10**12, 1])
def test_scores_on_the_finest_grid_are_compared_exactly(largest: int) -> None:
    metrics = {"correct": reported_metric(denominator=10**12)}
    questions = [item(n, weight=1_000_000 - n) for n in range(40)]
    found = of_rows([largest] * 40, [largest - 1] * 39 + [largest], questions, metrics=metrics)
    total = sum(1_000_000 - n for n in range(40))
    assert found.difference == Fraction(total - 1_000_000 + 39, total * 10**12)
    assert found.better == "A"
