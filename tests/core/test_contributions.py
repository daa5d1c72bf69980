"""What clusters add to a score adds up to it, exactly where integers allow it, and stays small enough for products."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core_builders import (
    benchmark,
    everything,
    exact_metric,
    item,
    item_scores,
    items,
    reported_metric,
    scoring,
)
from proofboard.core.aggregates import Scoring
from proofboard.core.board import scoring_of
from proofboard.core.inference.contributions import EXACT_SQUARES, Contributions, contributions
from proofboard.core.inference.estimates import Estimates
from proofboard.core.inference.rank_sets import studentised
from proofboard.core.items import item_table
from proofboard.core.slices import declared_slices
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, WeightedMean
from proofboard.schemas.item import Item

Entries = Sequence[Mapping[str, Sequence[Any]]]
TERA = 10**12


def reported(**fields: Any) -> Benchmark:
    return benchmark(metrics={"m": reported_metric(**fields)}, headline="m")


def parted(made: Benchmark, questions: Sequence[Item], entries: Entries) -> Contributions:
    scored = scoring(made, questions, entries)
    return contributions(scored, made.headline, everything(scored))


def scores_of(made: Benchmark, questions: Sequence[Item], entries: Entries) -> list[Fraction | None]:
    scored = scoring(made, questions, entries)
    return scored.scores(made.headline, everything(scored))


def added_up(own: Contributions) -> list[Fraction | None]:
    """Answer the scores that the rows say; None for incomplete entries."""
    sums = own.sums.sum(axis=1).tolist()
    return [total / own.scale if whole else None for total, whole in zip(sums, own.complete.tolist(), strict=True)]


def statistics(own: Contributions) -> NDArray[np.float64]:
    estimates = Estimates([str(j) for j in range(len(own.sums))], own.sums.sum(axis=1).astype(np.float64), own.sums)
    return studentised(estimates, slice(None))


SIX = 6
WHOLE = st.sampled_from([1, 3, 10**4, TERA])


@st.composite
def boards(draw: st.DrawFn) -> tuple[int, list[int], list[int], list[list[int]]]:
    denominator = draw(WHOLE)
    weights = draw(st.lists(st.sampled_from([1, 2, 35]), min_size=SIX, max_size=SIX))
    clusters = draw(st.lists(st.integers(0, 3), min_size=SIX, max_size=SIX))
    row = st.lists(st.integers(0, denominator), min_size=SIX, max_size=SIX)
    return denominator, weights, clusters, draw(st.lists(row, min_size=1, max_size=3))


@given(boards())
def test_rows_add_up_to_the_scores(case: tuple[int, list[int], list[int], list[list[int]]]) -> None:
    denominator, weights, clusters, rows = case
    questions = [
        item(n, weight=weight, cluster=f"c{cluster}")
        for n, (weight, cluster) in enumerate(zip(weights, clusters, strict=True))
    ]
    made, entries = reported(denominator=denominator), [{"m": row} for row in rows]
    own = parted(made, questions, entries)
    exact = denominator < TERA
    for found, score in zip(added_up(own), scores_of(made, questions, entries), strict=True):
        assert found is not None
        assert score is not None
        assert found == score if exact else abs(found - score) <= 1 / (2 * own.scale)
    assert len(own.clusters) == len(set(clusters)) == own.sums.shape[1]


def two_parts(total: Aggregate, **metric: Any) -> Benchmark:
    return benchmark(
        facets={"part": Facet(values=["a", "b", "c"])},
        metrics={"correct": exact_metric(**metric)},
        aggregates={
            "a": Aggregate(mean=Mean(metric="correct", slice={"part": ["a"]})),
            "b": Aggregate(mean=Mean(metric="correct", slice={"part": ["b"]})),
            "total": total,
        },
        headline="total",
    )


QUESTIONS = [item(n, facets={"part": "a" if n < 4 else "b"}) for n in range(7)]
MACRO = Aggregate(weighted=WeightedMean(children={"a": 3, "b": 1}))
PRESENT = Aggregate(weighted=WeightedMean(children={"a": 3, "b": 1}, missing="present"))


@pytest.mark.parametrize("total", [MACRO, PRESENT, Aggregate(mean=Mean(metric="correct", slice={"part": ["b"]}))])
def test_rows_of_an_aggregate_add_up_to_it(total: Aggregate) -> None:
    entries = [{"correct": [1, 1, 0, 1, 0, 1, 0]}, {"correct": [0, 0, 0, 1, 1, 1, 1]}]
    made = two_parts(total)
    assert added_up(parted(made, QUESTIONS, entries)) == scores_of(made, QUESTIONS, entries)


def test_metrics_of_one_item_add_up_where_they_share_it() -> None:
    metrics = {"a": reported_metric(denominator=7), "b": reported_metric(denominator=10, range=(-5, 5))}
    blend = Aggregate(weighted=WeightedMean(children={"a": 2, "b": 5}))
    made = benchmark(metrics=metrics, aggregates={"total": blend}, headline="total")
    entries = [{"a": [7, 0, 3], "b": [-50, 50, 1]}, {"a": [0, 0, 0], "b": [-1, -2, -3]}]
    own = parted(made, items(3), entries)
    assert added_up(own) == scores_of(made, items(3), entries)
    assert own.sums.shape == (2, 3)


def on_slice(scored: Scoring, name: str, part: str, entries: Sequence[int] | None = None) -> Contributions:
    chosen = next(own for own in declared_slices(scored.table, scored.benchmark) if own.name == part)
    return contributions(scored, name, chosen, entries)


def test_a_part_without_any_item_in_the_slice_is_absent_for_all() -> None:
    made = two_parts(PRESENT)
    scored = scoring(made, QUESTIONS, [{"correct": [1, 1, 0, 1, 0, 1, 0]}, {"correct": [0, 0, 0, 1, 1, 1, 1]}])
    own = on_slice(scored, "total", "part=b")
    assert added_up(own) == [Fraction(1, 3), Fraction(1)]
    assert own.clusters.tolist() == [4, 5, 6]


def test_an_entry_without_a_number_on_a_part_is_incomplete_even_where_its_score_leaves_that_part_out() -> None:
    made = two_parts(PRESENT, missing="null")
    entries: Entries = [{"correct": [1, 1, 0, 1, 0, None, 0]}, {"correct": [0, 0, 0, 1, 1, 1, 1]}]
    assert None not in scores_of(made, QUESTIONS, entries)
    own = parted(made, QUESTIONS, entries)
    assert own.complete.tolist() == [False, True]
    assert added_up(own)[1] == scores_of(made, QUESTIONS, entries)[1]


def test_an_aggregate_over_other_items_than_the_slice_has_no_rows() -> None:
    scored = scoring(two_parts(MACRO), QUESTIONS, [{"correct": [1] * 7}])
    own = on_slice(scored, "a", "part=b")
    assert (own.complete.tolist(), own.sums.shape) == ([False], (1, 0))


def test_trials_of_different_numbers_come_to_one_scale() -> None:
    made, questions = benchmark(), items(3)
    thrice = item_scores({"correct": [[1, 0, 1], [0, 0, 0], [1, 1, 1]]}, trials=3)
    twice = item_scores({"correct": [[1, 0], [1, 1], [0, 1]]}, trials=2)
    scored = scoring_of(made, item_table(questions), [(thrice, 3), (twice, 2)])
    assert list(scored.matrices["correct"].denominators) == [3, 2]
    assert added_up(contributions(scored, "correct", everything(scored))) == [Fraction(5, 9), Fraction(4, 6)]


def test_where_lower_is_better_rows_are_negated() -> None:
    made = reported(denominator=10, direction="lower")
    own = parted(made, items(2), [{"m": [3, 7]}, {"m": [0, 1]}])
    assert added_up(own) == [Fraction(-1, 2), Fraction(-1, 20)]


@pytest.mark.parametrize("missing", ["drop", "null"])
def test_an_entry_with_an_item_left_out_is_incomplete(missing: str) -> None:
    rows: Entries = [{"m": [1, 0, 1]}, {"m": [1, None, 1]}, {"m": [0, 1, 1]}]
    own = parted(reported(missing=missing), items(3), rows)
    assert own.complete.tolist() == [True, False, True]
    assert own.sums.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 1]]


def test_an_entry_that_the_platform_failed_is_incomplete() -> None:
    failed = item_scores({"correct": [1, None, 1]}, states={(1, 0): "platform_failure"})
    whole = item_scores({"correct": [1, 0, 1]})
    scored = scoring_of(benchmark(), item_table(items(3)), [(failed, 1), (whole, 1)])
    assert contributions(scored, "correct", everything(scored)).complete.tolist() == [False, True]


def test_an_absence_outside_a_slice_leaves_an_entry_complete_on_it() -> None:
    made = two_parts(MACRO, missing="null")
    scored = scoring(made, QUESTIONS, [{"correct": [1, 1, 0, 1, 0, None, 0]}])
    assert on_slice(scored, "correct", "part=a").complete.tolist() == [True]
    assert on_slice(scored, "correct", "part=b").complete.tolist() == [False]


def test_incomplete_entries_change_nothing_about_the_others() -> None:
    made = reported(denominator=TERA, missing="drop")
    rows: list[dict[str, list[int | None]]] = [{"m": [TERA, 5, 7]}, {"m": [1, 2, 3]}]
    alone = parted(made, items(3), rows)
    beside = parted(made, items(3), [*rows, {"m": [None, TERA // 3, TERA - 1]}])
    assert beside.sums[:2].tolist() == alone.sums.tolist()
    assert beside.scale == alone.scale


def test_points_by_rank_and_what_is_made_of_them_have_no_rows() -> None:
    made = benchmark(
        metrics={"a": reported_metric(), "b": reported_metric()},
        aggregates={
            "points": Aggregate(borda=Borda(children=["a", "b"])),
            "blend": Aggregate(weighted=WeightedMean(children={"a": 1, "points": 1})),
        },
        headline="points",
    )
    scored = scoring(made, items(2), [{"a": [1, 0], "b": [1, 1]}] * 2)
    for name in ("points", "blend"):
        assert not contributions(scored, name, everything(scored)).complete.any()
    assert contributions(scored, "a", everything(scored)).complete.all()


def test_chosen_entries_come_in_the_order_in_which_they_are_asked_for() -> None:
    scored = scoring(benchmark(), items(3), [{"correct": [1, 1, 1]}, {"correct": [0, 0, 0]}, {"correct": [0, 0, 1]}])
    own = contributions(scored, "correct", everything(scored), [2, 0])
    assert own.sums.tolist() == [[0, 0, 1], [1, 1, 1]]
    assert contributions(scored, "correct", everything(scored), []).sums.shape == (0, 0)


def fine_board(n_items: int, seed: int = 3) -> tuple[Benchmark, list[Item], Entries]:
    """Make a mean of means whose integers do not fit: parts of prime sizes, heavy items, a fine denominator."""
    draw = np.random.default_rng(seed)
    primes = [p for p in range(n_items // 4, n_items) if all(p % q for q in range(2, math.isqrt(p) + 1))][:2]
    sizes = {"a": primes[0], "b": primes[1], "c": n_items - sum(primes)}
    places = [name for name, size in sizes.items() for _ in range(size)]
    questions = [item(n, facets={"part": part}, weight=int(draw.integers(1, 10**6))) for n, part in enumerate(places)]
    made = benchmark(
        facets={"part": Facet(values=list(sizes))},
        metrics={"m": reported_metric(denominator=TERA)},
        aggregates={
            **{name: Aggregate(mean=Mean(metric="m", slice={"part": [name]})) for name in sizes},
            "total": Aggregate(weighted=WeightedMean(children={"a": 7, "b": 11, "c": 13})),
        },
        headline="total",
    )
    return made, questions, [{"m": draw.integers(0, TERA + 1, n_items).tolist()} for _ in range(3)]


def test_what_is_too_fine_for_integers_is_rounded_far_below_any_error_of_sampling() -> None:
    made, questions, entries = fine_board(2_000)
    own = parted(made, questions, entries)
    scores = scores_of(made, questions, entries)
    for found, score in zip(added_up(own), scores, strict=True):
        assert found is not None
        assert score is not None
        assert 0 < abs(found - score) < Fraction(1, 10**9)


def test_rounding_parts_no_scores_that_are_equal() -> None:
    draw = np.random.default_rng(5)
    row = draw.integers(0, TERA + 1, 300)
    entries = [{"m": draw.permutation(row).tolist()} for _ in range(5)]
    own = parted(reported(denominator=TERA), items(300), entries)
    assert own.scale.denominator > 1 or own.scale < 300 * TERA
    assert len(set(own.sums.sum(axis=1).tolist())) == 1


def test_rounding_keeps_the_order_of_scores() -> None:
    rows = [[k * TERA // 7 + 1, TERA - k, 3 * k] for k in range(8)]
    own = parted(reported(denominator=TERA), items(3), [{"m": row} for row in rows])
    assert all(a <= b for a, b in pairwise(own.sums.sum(axis=1).tolist()))


@pytest.mark.parametrize("n_items", [1, 2, 3, 64, 1000])
@pytest.mark.parametrize("sign", [-1, 1])
def test_integers_are_small_enough_for_exact_sums_of_squares(n_items: int, sign: int) -> None:
    top = 5 * TERA
    made = reported(denominator=TERA, range=(-5, 5))
    odd = [sign * (top - n % 2) for n in range(n_items)]
    own = parted(made, items(n_items), [{"m": [sign * top] * n_items}, {"m": odd}, {"m": [-sign * top] * n_items}])
    squares = [sum(value * value for value in row) for row in own.sums.tolist()]
    assert max(squares) < EXACT_SQUARES
    differences = (own.sums[0] - own.sums[2]).tolist()
    assert sum(value * value for value in differences) < 2**53


def test_the_largest_integers_just_below_the_bound_stay_as_they_are() -> None:
    # Two clusters of 2²⁵ - 1: the sum of their squares is the largest below 2⁵¹.
    top = 2**25 - 1
    own = parted(reported(denominator=2**25), items(2), [{"m": [top, top]}, {"m": [1, top]}])
    assert own.sums.tolist() == [[top, top], [1, top]]
    beyond = parted(reported(denominator=2**26), items(2), [{"m": [2**25, 2**25 + 1]}])
    assert sum(value * value for value in beyond.sums[0].tolist()) < EXACT_SQUARES


def test_scores_of_nothing_have_rows_of_nothing_whatever_their_weights() -> None:
    # The factors alone would leave 64 bits: each is a product of four primes.
    weights = dict(zip("abcde", (999_983, 999_979, 999_961, 999_959, 999_953), strict=True))
    made = benchmark(
        facets={"part": Facet(values=list(weights))},
        aggregates={
            **{name: Aggregate(mean=Mean(metric="correct", slice={"part": [name]})) for name in weights},
            "total": Aggregate(weighted=WeightedMean(children=dict.fromkeys(weights, 1))),
        },
        headline="total",
    )
    names = [name for name in weights for _ in range(2)]
    light = [item(n, facets={"part": name}, weight=weights[name] - 1 if n % 2 else 1) for n, name in enumerate(names)]
    own = parted(made, light, [{"correct": [0] * 10}] * 2)
    assert own.complete.all()
    assert not own.sums.any()
    some = [{"correct": [0, 1] * 5}, {"correct": [1, 0] * 5}]
    for found, score in zip(added_up(parted(made, light, some)), scores_of(made, light, some), strict=True):
        assert found is not None
        assert score is not None
        assert abs(found - score) < Fraction(1, 10**7)


COPIES = 5


@pytest.mark.parametrize("denominator", [1, 10**6, TERA])
@pytest.mark.parametrize("heavy", [1, 10**5])
def test_asking_items_five_times_changes_no_statistic(denominator: int, heavy: int) -> None:
    draw = np.random.default_rng(denominator + heavy)
    rows = draw.integers(0, denominator + 1, (6, 120)).tolist()
    weights = draw.integers(1, heavy + 1, 120).tolist()
    once = [item(n, cluster=f"c{n}", weight=weights[n]) for n in range(120)]
    often = [item(n, cluster=f"c{n // COPIES}", weight=weights[n // COPIES]) for n in range(120 * COPIES)]
    made = reported(denominator=denominator)
    first = statistics(parted(made, once, [{"m": row} for row in rows]))
    second = statistics(parted(made, often, [{"m": np.repeat(row, COPIES).tolist()} for row in rows]))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("denominator", [1, 10**6])
def test_names_and_order_of_items_change_no_statistic(denominator: int) -> None:
    draw = np.random.default_rng(8)
    rows = draw.integers(0, denominator + 1, (5, 90))
    clusters = draw.integers(0, 30, 90)
    order = draw.permutation(90)
    made = reported(denominator=denominator)
    given_ = [item(n, cluster=f"c{clusters[n]}") for n in range(90)]
    renamed = [item(n, cluster=f"c{clusters[order[n]]}") for n in range(90)]
    first = parted(made, given_, [{"m": row.tolist()} for row in rows])
    backwards = parted(made, given_[::-1], [{"m": row.tolist()} for row in rows])
    moved = parted(made, renamed, [{"m": row[order].tolist()} for row in rows])
    assert np.array_equal(first.sums, backwards.sums)
    assert np.array_equal(statistics(first), statistics(moved))
